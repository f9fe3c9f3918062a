"""Anomaly detectors. Each writes a score set: one score per clip, higher = more anomalous.

``metrics``, ``scores``, ``backends`` and ``batches`` need only NumPy, SciPy and scikit-learn; ``layers`` and
``training`` need Keras. Each detector has a folder with the modules ``network``, ``train`` and ``score``, so that
scoring loads a deep learning framework only if the score is the output of a network.
"""
