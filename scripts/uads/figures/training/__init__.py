"""Training curves: losses and scales of each epoch."""
