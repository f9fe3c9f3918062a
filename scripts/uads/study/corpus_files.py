"""The files that corpora are made of: present at their paths, downloaded or synthesized."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

from uads.corpora.base import Corpus
from uads.corpora.datasets import ARCHIVE_PARTS, Row
from uads.corpora.local_copies import find_local_copy


class CorpusFiles:
    """The files of the corpora of a study.

    Parameters
    ----------
    by_name : mapping of str to Corpus
    datasets : sequence of mapping
        The rows of the dataset table.
    """

    def __init__(self, by_name: Mapping[str, Corpus], datasets: Sequence[Row]):
        self.by_name = by_name
        self._datasets = datasets

    def files(self, name: str, resources: str) -> list[str]:
        """List the files and folders that a corpus is indexed from."""
        corpus = self.by_name[name]
        folder = f"{resources}/corpora/{name}"
        if corpus.source in ("table", "folder"):
            return [str(corpus.path)]
        if corpus.source == "synthesize":
            parts = ("dev_data", "eval_data") if corpus.role == "machines" else ()
            own = [f"{folder}/{part}/{machine}" for part in parts for machine in corpus.machines]
            return own or [f"{folder}/clips"]
        rows = self.rows(name)
        lists = [self.source_of(name, row["file"], resources) for row in rows if row["part"] == "ground_truth"]
        if root := self._local_clips(name):
            return [root, *lists]
        return [*(f"{folder}/unpacked/{archive}" for archive in self.archives(name)), *lists]

    def archives(self, name: str) -> list[str]:
        """List the archives, without suffix, that are unpacked for a corpus."""
        if self.by_name[name].source != "download" or self._local_clips(name):
            return []
        return [Path(row["file"]).stem for row in self.rows(name) if row["part"] in ARCHIVE_PARTS]

    def rows(self, name: str) -> list[Row]:
        """List the rows of the dataset table for the studied machines and parts of a corpus."""
        corpus = self.by_name[name]
        shown = {machine for machine, _ in corpus.labelled}
        blind = {machine for machine, _ in corpus.trained - corpus.labelled}

        def is_needed(row: Row) -> bool:
            machines, own = shown if row["part"] == "development" else blind, row["machine"]
            return corpus.role == "external" or (own in machines if own else bool(machines))

        return [row for row in self._datasets if row["corpus"] == name and is_needed(row)]

    def wanted_files(self, name: str) -> list[Row]:
        """List the rows of the dataset table that a corpus has to download: what is not at its path."""
        return [row for row in self.rows(name) if (name, row["file"]) not in self._local]

    def source_of(self, name: str, file: str, resources: str) -> str:
        """Return the path of a file of the dataset table, or of its unpacked folder, present or to be downloaded."""
        return self._local.get((name, file), f"{resources}/downloads/{name}/{file}")

    @cached_property
    def _local(self) -> dict[tuple[str, str], str]:
        """Map corpus and file to its place, for what is at the paths of downloaded corpora."""
        found = {}
        for name, corpus in self.by_name.items():
            if corpus.source == "download" and corpus.path is not None:
                rows = self.rows(name)
                lists = [row for row in rows if row["part"] == "ground_truth"]
                has_lists = all(find_local_copy(corpus.path, row) for row in lists)
                for row in rows:
                    path = find_local_copy(corpus.path, row)
                    if path and (has_lists or row not in lists):
                        found[name, row["file"]] = str(path)
        return found

    def _local_clips(self, name: str) -> str | None:
        """Return the folder of an external corpus that is unpacked already."""
        if self.by_name[name].role != "external":
            return None
        folders = [path for (corpus, _), path in self._local.items() if corpus == name and Path(path).is_dir()]
        return folders[0] if folders else None

    def _local_truth(self, name: str) -> str | None:
        """Return the path of a corpus if all its ground truth is there."""
        lists = [row["file"] for row in self.rows(name) if row["part"] == "ground_truth"]
        return self.by_name[name].path if lists and (name, lists[0]) in self._local else None
