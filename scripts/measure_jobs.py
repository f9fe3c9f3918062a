"""Print the core seconds and memory of a study's jobs by rule, read from their logs, as a Markdown table.

python scripts/measure_jobs.py results/<study>/logs
"""

import argparse
import re
from collections import defaultdict
from pathlib import Path

TOOK = re.compile(r"took ([\d.]+) core seconds and (\d+) MB$", re.MULTILINE)


def main() -> None:
    """Print the table of one study."""
    parser = argparse.ArgumentParser(description="Print core seconds and memory of a study's jobs, from their logs.")
    parser.add_argument("logs", type=Path)
    print("| rule | jobs | total core seconds | largest MB |\n|---|---:|---:|---:|")
    for rule, jobs in sorted(taken(parser.parse_args().logs).items()):
        seconds, memory = zip(*jobs, strict=True)
        print(f"| `{rule}` | {len(jobs)} | {sum(seconds):.0f} | {max(memory):.0f} |")


def taken(logs: Path) -> dict[str, list[tuple[float, float]]]:
    """Read core seconds and megabytes of every job by rule; the log of a failed job has none."""
    found = defaultdict(list)
    for path in sorted(logs.rglob("*.log")):
        rule = path.relative_to(logs).parts[0].removesuffix(".log")
        for seconds, megabytes in TOOK.findall(path.read_text(errors="replace"))[-1:]:
            found[rule].append((float(seconds), float(megabytes)))
    return dict(found)


if __name__ == "__main__":
    main()
