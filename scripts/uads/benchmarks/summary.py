"""Summary table of all benchmarks, and description of the machine."""

import os
import platform
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from uads.core.errors import UserError
from uads.core.files import atomic_path, versions

PACKAGES = ("numpy", "scipy", "h5py", "librosa", "soundfile", "pandas", "keras")
#: Lines of a page that enclose the table.
BEGIN, END = "<!-- table: begin -->\n", "<!-- table: end -->\n"
#: Columns of the summary, and their formats in Markdown.
SUMMARY = {
    "stage": "{}",
    "seconds": "{:.3g}",
    "baseline_seconds": "{:.3g}",
    "ratio": "{:.1f}",
    "share_of_limit": "{:.2f}",
    "peak_mb": "{:.0f}",
}


def tabulate_benchmarks(tables: Sequence[str | Path], csv: str | Path, markdown: str | Path, rates: str | Path) -> None:
    """Write the joined tables of all stages.

    Parameters
    ----------
    tables : sequence of path
        CSV files of measurements, see :class:`uads.benchmarks.measurement.Measurement`.
    csv : path
        The columns of :data:`SUMMARY`, one row per measurement.
    markdown : path
        The same with the notes and the machine.
    rates : path
        CSV: core seconds per frame or sample of each stage.
    """
    rows = read_measurements(tables)
    with atomic_path(csv) as partial:
        rows[list(SUMMARY)].to_csv(partial, index=False)
    with atomic_path(markdown) as partial:
        partial.write_text(as_markdown(rows) + "\n" + describe_machine() + "\n")
    with atomic_path(rates) as partial:
        rates_of(rows).to_csv(partial)


def read_measurements(tables: Sequence[str | Path]) -> pd.DataFrame:
    """Read and join tables of measurements."""
    return pd.concat([pd.read_csv(table) for table in tables], ignore_index=True)


def rates_of(rows: pd.DataFrame) -> pd.Series:
    """Compute the core seconds per frame or sample of each stage with an amount."""
    counted = rows[rows["amount"].notna()].set_index("stage")
    return (counted["seconds"] * counted["cores"] / counted["amount"]).rename("core_seconds")


def as_markdown(rows: pd.DataFrame) -> str:
    """Return measurements as a Markdown table."""
    lines = [
        "| stage | seconds | baseline | ratio | share of limit | peak MB | what |",
        "|---|---:|---:|---:|---:|---:|---|",
    ]
    for row in rows.assign(note=rows["note"].astype(object).fillna("")).to_dict("records"):
        cells = ["" if pd.isna(row[name]) else text.format(row[name]) for name, text in SUMMARY.items()]
        lines.append(f"| {' | '.join([*cells, row['note']])} |")
    return "\n".join(lines) + "\n"


def describe_machine() -> str:
    """Describe the machine in two lines: processor, cores, memory, system, versions."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    found = ", ".join(f"{name} {number}" for name, number in versions(*PACKAGES).items())
    return (
        f"Measured on {_processor()}, {os.cpu_count()} cores, {memory:.0f} GB of memory, {platform.system()} "
        f"{platform.release()},\nwith Python {platform.python_version()}, {found}."
    )


def update_table(page: str, rows: pd.DataFrame) -> str:
    """Return a page with measurements in its table; rows of stages that were not measured are kept.

    Raises
    ------
    UserError
        If kept rows come from another machine or other versions.
    """
    old, new = (_by_stage(text) for text in (page.partition(BEGIN)[2].partition(END)[0], as_markdown(rows)))
    kept = ", ".join(stage for stage in old if stage not in new)
    if kept and describe_machine() not in page:
        raise UserError(f"the page's rows of {kept} are not from this machine and its versions: run all benchmarks")
    return insert_table(page, "\n".join((old | new).values()) + f"\n\n{describe_machine()}")


def _by_stage(table: str) -> dict[str, str]:
    """Split a Markdown table into its lines, by their first cells."""
    return {line.split("|")[1].strip(): line for line in table.splitlines() if line.startswith("|")}


def insert_table(page: str, table: str) -> str:
    """Return a page with the text between :data:`BEGIN` and :data:`END` replaced.

    Raises
    ------
    UserError
        If one of the two lines is missing from the page.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise UserError(f"the page has no place for the table: add the lines {BEGIN.strip()} and {END.strip()}")
    return f"{before}{begin}\n{table.strip()}\n\n{end}{after}"


def _processor() -> str:
    """Return the name of the processor, if the system reports it."""
    info = Path("/proc/cpuinfo")
    names = [line for line in info.read_text().splitlines() if line.startswith("model name")] if info.exists() else []
    return names[0].split(":", 1)[1].strip() if names else platform.processor() or platform.machine()
