"""The detectors: each writes one score per clip, higher = more anomalous, into one kind of table.

``metrics``, ``scores``, ``backends`` and ``batches`` need NumPy, SciPy and scikit-learn alone; ``layers``
and ``training`` need Keras. A detector's folder holds its ``network``, ``train`` and ``score``, so that
scoring never loads a deep learning framework unless the score itself comes out of a network.
"""
