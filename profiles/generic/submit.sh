#!/usr/bin/env bash
# submit.sh CORES MEGABYTES MINUTES GPUS JOBSCRIPT: submit a job and print its ID.
# An environment variable adds options to every job: UADS_SUBMIT_OPTIONS="--partition=long --account=mine".
set -euo pipefail
cores=$1 megabytes=$2 minutes=$3 gpus=$4 script=$5
mkdir -p .snakemake/generic_logs
options=(--parsable --cpus-per-task="$cores" --mem="$megabytes" --time="$minutes" --output=.snakemake/generic_logs/%j.log)
[ "$gpus" -gt 0 ] && options+=(--gpus="$gpus")
# shellcheck disable=SC2086  several options in one variable
exec sbatch "${options[@]}" ${UADS_SUBMIT_OPTIONS:-} "$script"
