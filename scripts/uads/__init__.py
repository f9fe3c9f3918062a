"""Anomalous machine sound under domain shift: from recordings to UMAPs, detectors and tables.

The package holds pure functions and knows nothing of Snakemake. Its modules mirror the stages of
the workflow, and imports run one way only:

``errors``, ``seeds``, ``files``, ``audio``, ``clips``, ``stores`` at the ground;
``corpora``, ``representations`` on them; ``stacks``, ``samples``; ``neighbours``, ``umaps``;
``detectors``; ``figures`` and ``tables`` on top.
"""

__version__ = "1.0.0"
