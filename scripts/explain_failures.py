"""List the failed jobs of a run, the last error message of each, and the logs to read.

python scripts/explain_failures.py [.snakemake/log/<run>.snakemake.log]

Without an argument, the log of the last run is read. Jobs with output come first, then jobs that never started. Of jobs
that succeeded on a retry, only the rules are named.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

#: Snakemake's report of a failed job, alone or (indented, one after the other) with its group.
FAILED = re.compile(
    r"^(?P<indent> *)(?:Error in rule|(?<= )rule) (?P<rule>\w+):\n(?P<details>(?:(?P=indent) {4}.*\n)+)", re.MULTILINE
)
FINISHED = re.compile(r"^Finished jobid: (\d+)", re.MULTILINE)
RUN = re.compile(r"jobid|Nothing to be done")
HINT = re.compile(r" \(check log file\(s\) for error details\)")


@dataclass(frozen=True)
class Failure:
    """A failed job: its number in the run, rule, outputs and logs."""

    job: str
    rule: str
    output: tuple[str, ...]
    logs: tuple[str, ...]


def main() -> None:
    """Print the failures of one run; exit with 1 if there are any."""
    parser = argparse.ArgumentParser(description="List the failed jobs of a run and the logs to read.")
    parser.add_argument("log", type=Path, nargs="?", help="log of a run; by default of the last run")
    log = parser.parse_args().log or last_log(Path(".snakemake/log"))
    failed, retried = failures(log.read_text())
    told = sorted(failed.values(), key=lambda failure: not any(has_text(Path(path)) for path in failure.logs))
    print("\n\n".join(describe(failure) for failure in told) or f"No job failed permanently in {log}.")
    if retried:
        print(f"\nRetried to success: {', '.join(sorted({failure.rule for failure in retried.values()}))}")
    sys.exit(bool(failed))


def last_log(folder: Path) -> Path:
    """Return the log of the last run; unlocking and reporting also write logs, but run nothing."""
    for log in sorted(folder.glob("*.snakemake.log"), reverse=True):
        if RUN.search(log.read_text()):
            return log
    sys.exit(f"there is no log of a run in {folder}: run this in the folder where Snakemake ran, or name a log")


def failures(text: str) -> tuple[dict[str, Failure], dict[str, Failure]]:
    """Read the failed jobs by number: those that failed permanently, and those that succeeded on a retry."""
    found = {failure.job: failure for failure in _read(text)}
    finished = set(FINISHED.findall(text))
    retried = {job: failure for job, failure in found.items() if job in finished}
    return {job: failure for job, failure in found.items() if job not in finished}, retried


def _read(text: str) -> Iterator[Failure]:
    for match in FAILED.finditer(text):
        details = dict(re.findall(r"^ +(\w+): (.+)$", HINT.sub("", match["details"]), re.MULTILINE))
        if "jobid" in details:
            output, logs = (tuple(details.get(key, "").split(", ")) for key in ("output", "log"))
            yield Failure(details["jobid"], match["rule"], output, logs)


def describe(failure: Failure) -> str:
    """Format one failure for the terminal."""
    said = [f"  {path}\n    {last_words(Path(path))}" for path in failure.logs if path]
    return "\n".join([f"{failure.rule}, for {failure.output[0]}", *said])


def has_text(path: Path) -> bool:
    """Return True if the file exists and is not empty."""
    return path.is_file() and path.stat().st_size > 0


def last_words(log: Path) -> str:
    """Return the last line of a log that reports an error, or else its last line."""
    if not log.exists():
        return "(no log: the job never started)"
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    telling = [
        line for line in lines if re.match(r"[\w.]*(Error|Exception)\b|\w+: .*\[log: |slurmstepd:|srun: error", line)
    ]
    return (telling or lines or ["(empty: the job was killed)"])[-1]


if __name__ == "__main__":
    main()
