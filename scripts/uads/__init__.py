"""Anomalous machine sound under domain shift: from recordings to UMAPs, detectors and tables.

The package does not depend on Snakemake. Imports run one way, in this order of its folders: ``core``, ``data``,
``corpora``, ``representations``, ``manifold``, ``measures``, ``learning``, ``detectors``, ``evaluation``, ``tables``,
``figures``, ``pages``, ``study``, ``benchmarks``. Whatever a study has many of (detectors, representations, measures,
tables, figures, challenge years) declares itself in one folder or file; no other module contains its name.
"""

__version__ = "2.0.0"
