#!/usr/bin/env bash
# status.sh JOB: prints running, success or failed.
set -euo pipefail
# A controller that does not answer, or does not know the job (yet), says nothing of how the job is: it counts as running.
state=$(scontrol --oneliner show job "$1" 2>/dev/null | grep -o 'JobState=[A-Z_]*' || true)
case "${state#JobState=}" in
  COMPLETED) echo success ;;
  BOOT_FAIL | CANCELLED | DEADLINE | FAILED | NODE_FAIL | OUT_OF_MEMORY | PREEMPTED | REVOKED | TIMEOUT) echo failed ;;
  *) echo running ;;
esac
