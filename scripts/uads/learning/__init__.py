"""What the detectors share: clip access, standardisation, training, checkpoints, layers and back ends."""
