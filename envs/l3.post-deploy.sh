#!/usr/bin/env bash
# Snakemake runs this after creating the environment of l3.yaml. kapre requires an older TensorFlow, which OpenL3 does not
# need: both are installed without dependencies, which l3.yaml lists. OpenL3's setup downloads twelve weight files unless it
# builds a source distribution.
set -euo pipefail
python -m pip install --no-deps kapre==0.4.0
python -m pip install --no-deps --config-settings="--global-option=sdist" openl3==0.4.2
