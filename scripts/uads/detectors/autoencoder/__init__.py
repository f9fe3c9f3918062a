"""The autoencoder baseline of DCASE 2021 task 2: reconstruction error of stacked log-mel frames."""
