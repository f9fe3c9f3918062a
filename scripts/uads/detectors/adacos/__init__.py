"""Sub-cluster AdaCos for DCASE 2021 task 2 (Wilkinghoff 2021): learned embeddings, Gaussian mixtures behind them."""

#: The loss variants: which heads the networks of each are trained with, see ``classes.HEADS``.
VARIANTS = {"one_head": ["section"], "two_heads": ["section", "attribute"]}
