#!/usr/bin/env bash
# cancel.sh JOB...: cancel jobs.
exec scancel "$@"
