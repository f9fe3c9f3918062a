"""Sub-cluster AdaCos for DCASE 2021 task 2 (Wilkinghoff 2021): learned embeddings, scored by Gaussian mixtures."""

#: Loss variants: the heads that the networks of each are trained with, see ``classes.HEADS``.
VARIANTS = {"one_head": ["section"], "two_heads": ["section", "attribute"]}
