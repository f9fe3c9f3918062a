"""Anomalous machine sound under domain shift: from recordings to UMAPs, detectors and tables.

The package holds pure functions and does not depend on Snakemake. Its modules mirror the stages of
the workflow. Each layer imports from the ones before it only:

``errors``, ``seeds``, ``files``, ``audio``, ``clips``, ``stores``;
``corpora``, ``representations``; ``stacks``, ``samples``; ``neighbours``, ``umaps``;
``detectors``; ``figures``, ``tables``.
"""

__version__ = "1.0.0"
