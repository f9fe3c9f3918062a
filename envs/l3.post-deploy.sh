#!/usr/bin/env bash
# Run by Snakemake once the environment of l3.yaml is there. kapre declares that it wants an older TensorFlow, which OpenL3
# does not need: both come without what they ask for, which l3.yaml names. OpenL3's set-up downloads twelve weight files
# unless it is asked for a source distribution.
set -euo pipefail
python -m pip install --no-deps kapre==0.4.0
python -m pip install --no-deps --config-settings="--global-option=sdist" openl3==0.4.2
