"""The corpora of a study: where their clips come from, and which feature stores they fill."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from uads.core.entry import DataSizes, Jobs
from uads.core.errors import UserError
from uads.core.words import any_of
from uads.corpora import costs
from uads.corpora.base import Corpus, Shard, corpus_from
from uads.corpora.datasets import Row
from uads.corpora.dcase.years import year_digest
from uads.corpora.published import Reference
from uads.study.corpus_files import CorpusFiles


class CorporaView(CorpusFiles):
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
        super().__init__({entry["name"]: corpus_from(entry) for entry in config["corpora"]}, datasets)
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
