"""OpenL3 embeddings."""
