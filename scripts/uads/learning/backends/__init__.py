"""Back ends: scores of embeddings by the training clips' distribution."""
