"""The MobileNetV2 baseline of DCASE 2021 task 2: the confidence of a classifier in a clip's section."""
