#!/usr/bin/env bash
# Installs Debian's Slurm for the tests marked `slurm` if it is missing; needs root.
set -euo pipefail
command -v slurmctld munged >/dev/null && exit 0
export DEBIAN_FRONTEND=noninteractive
apt-get update --quiet
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then # services are not started: the tests start their own
  printf '#!/bin/sh\nexit 101\n' > "$policy"
  chmod +x "$policy"
  trap 'rm -f "$policy"' EXIT
fi
apt-get install --yes --quiet --no-install-recommends slurm-wlm munge
