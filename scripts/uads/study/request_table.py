"""Tables of jobs: what they ask a scheduler for, and what they are expected to take."""

from collections.abc import Sequence

from uads.study.resources import Request

#: Printed below each table of requests.
BASIS = (
    "Memory, time and disk are the largest that one job of a rule asks for at its first attempt, with room to spare. "
    "Core time is what all its jobs are expected to take without a GPU, and GPU time what they are expected to take on "
    "GPUs: assumed from numbers of operations, not measured. The costs declared beside the code (`costs.py`, "
    "`spec.py`) say what was measured. Downloads run where Snakemake runs."
)


def tabulate_requests(requests: Sequence[Request]) -> list[tuple[str, ...]]:
    """Tabulate requests by rule: jobs, the largest request of each kind, the time of all jobs without and with GPUs.

    Returns
    -------
    list of tuple of str
        Head line, a line for each rule in the order in which they come, and the sum.
    """
    head = ("rule", "jobs", "memory", "time", "disk", "core time", "GPU time")
    by_rule: dict[str, list[Request]] = {}
    for request in requests:
        by_rule.setdefault(request.rule, []).append(request)
    total = [_line("in all", requests)] if requests else []
    return [head, *(_line(rule, own) for rule, own in by_rule.items()), *total]


def _line(name: str, requests: Sequence[Request]) -> tuple[str, ...]:
    gpu = [request.gpu_seconds for request in requests if request.gpu_seconds is not None]
    return (
        name,
        f"{len(requests):,}",
        as_size(10**6 * max(request.mem_mb for request in requests)),
        _hours_and_minutes(max(request.runtime for request in requests)),
        as_size(10**6 * max(request.disk_mb for request in requests)),
        as_time(sum(request.core_seconds for request in requests)),
        as_time(sum(gpu)) if gpu else "",
    )


def _hours_and_minutes(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02d} h"


def without_empty(rows: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Return rows of cells without the columns that are empty below the head line."""
    filled = [place for place in range(len(rows[0])) if any(row[place] for row in rows[1:])]
    return [tuple(row[place] for place in filled) for row in rows]


def as_text(rows: Sequence[Sequence[str]], left: Sequence[int] = (0,)) -> str:
    """Format rows of cells for the terminal, with some columns aligned to the left."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column in left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def as_markdown(rows: Sequence[Sequence[str]]) -> str:
    """Format rows of cells as a Markdown table."""
    head, *others = rows
    rule = ("---", *("---:" for _ in head[1:]))
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, rule, *others))


def as_size(n_bytes: float) -> str:
    """Format a number of bytes."""
    size = float(n_bytes)
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit in ("B", "kB") else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"


def as_time(seconds: float) -> str:
    """Format a duration."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:,.1f} h" if seconds < 36000 else f"{seconds / 3600:,.0f} h"


def as_duration(seconds: float) -> str:
    """Format how long something takes in words: about 3 days."""
    for unit, size in (("days", 86400), ("hours", 3600)):
        if seconds >= 2 * size:
            return f"about {seconds / size:.0f} {unit}"
    return f"about {seconds / 60:.0f} minutes" if seconds >= 90 else "a minute"
