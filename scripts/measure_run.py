"""Print the jobs and seconds per rule of a run, read from Snakemake's log, as a Markdown table.

python scripts/measure_run.py .snakemake/log/<run>.snakemake.log
"""

import argparse
import re
from collections import defaultdict
from datetime import datetime
from pathlib import Path

STAMP = re.compile(r"\[(\w+ \w+ +\d+ [\d:]+ \d+)\]")
START = re.compile(r"(?:Job|rule|localrule) (\d+):")
END = re.compile(r"Finished jobid: (\d+) \(Rule: (\w+)\)")


def main() -> None:
    """Print the table of one log."""
    parser = argparse.ArgumentParser(description="Print the jobs and seconds per rule of a run, from Snakemake's log.")
    parser.add_argument("log", type=Path)
    seconds, wall = durations(parser.parse_args().log.read_text())
    print("| rule | jobs | total seconds |\n|---|---:|---:|")
    for rule, jobs in sorted(seconds.items(), key=lambda item: -sum(item[1])):
        print(f"| `{rule}` | {len(jobs)} | {sum(jobs):.0f} |")
    print(f"\n{wall / 60:.1f} minutes from the first job to the last.")


def durations(log: str) -> tuple[dict[str, list[float]], float]:
    """Read the seconds of every job by rule, and of the entire run, from a log."""
    now, started, seconds = datetime.min, {}, defaultdict(list)
    stamps = []
    for line in log.splitlines():
        if stamp := STAMP.match(line):
            now = datetime.strptime(stamp[1], "%a %b %d %H:%M:%S %Y")
            stamps.append(now)
        elif start := START.match(line):
            started[start[1]] = now
        elif (end := END.match(line)) and end[1] in started:
            seconds[end[2]].append((now - started[end[1]]).total_seconds())
    return dict(seconds), (stamps[-1] - stamps[0]).total_seconds() if stamps else 0.0


if __name__ == "__main__":
    main()
