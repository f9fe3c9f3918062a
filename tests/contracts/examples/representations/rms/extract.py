"""Extraction of the root mean square."""


def extract(clips, outputs, settings, audio, weights, seed, threads):
    """Write the feature stores of one shard."""
    raise NotImplementedError
