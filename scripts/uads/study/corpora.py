"""The corpora of a study: where their clips come from, and which feature stores they fill."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from uads.core.entry import DataSizes, Jobs
from uads.core.errors import UserError
from uads.core.words import any_of
from uads.corpora import costs
from uads.corpora.base import Corpus, Shard, corpus_from
from uads.corpora.datasets import ARCHIVE_PARTS, Row
from uads.corpora.dcase.years import year_digest
from uads.corpora.local_copies import find_local_copy
from uads.corpora.published import Reference


class CorporaView:
    """The corpora of a study.

    Parameters
    ----------
    config : mapping
        The validated config.
    datasets : sequence of mapping
        The rows of the dataset table: every file that can be downloaded.

    Raises
    ------
    UserError
        If entries contradict each other.
    """

    def __init__(self, config: Mapping[str, Any], datasets: Sequence[Row]):
        for name, number in Counter(entry["name"] for entry in config["corpora"]).items():
            if number > 1:
                raise UserError(f"corpora: {number} entries have the name {name}: give each its own name")
        self._datasets = datasets
        self.by_name = {entry["name"]: corpus_from(entry) for entry in config["corpora"]}
        under_study = [corpus for corpus in self.by_name.values() if corpus.role == "machines"]
        if len(under_study) != 1:
            raise UserError(f"corpora: {len(under_study)} entries have the role 'machines', there must be one")
        self.studied: Corpus = under_study[0]
        self.machines = list(self.studied.machines)
        self.external = [corpus.name for corpus in self.by_name.values() if corpus.role == "external"]
        self.check()

    def check(self) -> None:
        """Check that what is downloaded is in the dataset table."""
        published = sorted({row["corpus"] for row in self._datasets if row["part"] != "weights"})
        for name, corpus in self.by_name.items():
            if corpus.source == "download" and name not in published:
                raise UserError(
                    f"corpora: {name}: config/datasets.csv lists no such corpus: name it {any_of(published)}"
                )

    @cached_property
    def shards(self) -> dict[str, Shard]:
        """Map the name of every shard of the study to the shard."""
        return {shard.name: shard for corpus in self.by_name.values() for shard in corpus.shard_list()}

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

    def index_settings(self, name: str) -> dict[str, Any]:
        """Return the settings of :func:`uads.corpora.index.index_corpus` for a corpus."""
        corpus = self.by_name[name]
        folder = f"resources/corpora/{name}"
        roots = {
            "synthesize": (folder if corpus.role == "machines" else f"{folder}/clips", f"{folder}/ground_truth_data"),
            "download": (
                self._local_clips(name) or f"{folder}/unpacked",
                self._local_truth(name) or f"resources/downloads/{name}",
            ),
        }
        root, truth = roots.get(corpus.source, (corpus.path, None))
        return {
            "name": name,
            "role": corpus.role,
            "source": corpus.source,
            "layout": corpus.layout,
            "root": root,
            "truth": truth,
            "ground_truth": corpus.ground_truth,
            "machines": list(corpus.machines),
            "sections": list(corpus.sections),
            "shards": corpus.shards,
            "patterns": list(getattr(corpus.published, "patterns", ())),
        }

    def jobs(self, sizes: DataSizes) -> Jobs:
        """Return entry and work of the jobs of each rule."""
        return _jobs(self, sizes)

    def layout_digest(self, name: str) -> str | None:
        """Return the digest of the year in whose layout a corpus is, which no job's code reaches; None for others."""
        corpus = self.by_name[name]
        return None if corpus.year is None else year_digest(str(corpus.layout))

    @property
    def references(self) -> list[Reference]:
        """List licence and citation of every corpus that is downloaded."""
        downloaded = [corpus.published for corpus in self.by_name.values() if corpus.source == "download"]
        return [published.reference for published in downloaded if published is not None]


def _jobs(corpora: CorporaView, sizes: DataSizes) -> Jobs:
    def machine_share(name: str) -> float:
        return 1 / len(corpora.by_name[name].machines)

    def archive_share(name: str) -> float:
        return 1 / max(1, len(corpora.archives(name)))

    return {
        "synthesize_corpus": lambda one: costs.SYNTHESIZE_CORPUS.job(sizes, one.corpus, machine_share(one.corpus)),
        "synthesize_external": lambda one: costs.SYNTHESIZE_EXTERNAL.job(sizes, one.corpus),
        "unpack_archive": lambda one: costs.UNPACK_ARCHIVE.job(sizes, one.corpus, archive_share(one.corpus)),
        "unpack_weights": lambda _: costs.UNPACK_WEIGHTS.job(),
        "index_corpus": lambda one: costs.INDEX_CORPUS.job(sizes, one.corpus),
    }
