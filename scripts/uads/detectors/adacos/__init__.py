"""Sub-cluster AdaCos for DCASE 2021 task 2 (Wilkinghoff 2021): learned embeddings, Gaussian mixtures behind them."""
