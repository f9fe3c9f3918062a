"""Where the samples of lowest energy lie in each UMAP."""
