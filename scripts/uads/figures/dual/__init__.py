"""Dual plots: normal test data on the left, anomalous on the right, training data as shadows on both."""
