"""The MobileNetV2 baseline of DCASE 2021 task 2: how sure a classifier is of a clip's section."""
