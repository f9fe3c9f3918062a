#!/usr/bin/env bash
# status.sh JOB: print running, success or failed.
set -euo pipefail
# If the controller does not answer, or does not know the job (yet), the state is unknown: the job counts as running.
state=$(scontrol --oneliner show job "$1" 2>/dev/null | grep -o 'JobState=[A-Z_]*' || true)
case "${state#JobState=}" in
  COMPLETED) echo success ;;
  BOOT_FAIL | CANCELLED | DEADLINE | FAILED | NODE_FAIL | OUT_OF_MEMORY | PREEMPTED | REVOKED | TIMEOUT) echo failed ;;
  *) echo running ;;
esac
