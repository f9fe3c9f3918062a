"""Folder of files that only save time: each can be removed at any time, and is made anew when it is needed."""

from pathlib import Path

#: Below the working folder, which all jobs of a run share, whatever machine they run on.
CACHE = Path(".snakemake/uads")
