"""How closely the samples of lowest energy lie together in a UMAP."""
