#!/usr/bin/env bash
# cancel.sh JOB...: ends jobs.
exec scancel "$@"
