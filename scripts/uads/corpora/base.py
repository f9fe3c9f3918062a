"""One entry of the config's ``corpora``, with its machines, sections and feature stores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from uads.core.errors import UserError
from uads.core.words import any_of
from uads.corpora.dcase.base import Year
from uads.corpora.external.base import External
from uads.corpora.layouts import EXTERNAL, LAYOUTS, YEARS
from uads.data.clips import shard_names


class Shard(NamedTuple):
    """One feature store: its name, its corpus and machine, and the kind of its clips.

    ``kind`` is train, test, evaluation (test clips published without labels) or external.
    """

    name: str
    corpus: str
    machine: str
    kind: str

    @property
    def place(self) -> str:
        """Return the name that the shards of a machine have in common; an external shard's own name."""
        return f"{self.corpus}-{self.machine}" if self.machine else self.name


@dataclass(frozen=True)
class Corpus:
    """One entry of the config's ``corpora``.

    Parameters
    ----------
    name : str
    role : {"machines", "external"}
    source : {"synthesize", "download", "table", "folder"}
        Where the clips come from.
    layout : str, optional
        How files are named; none for a table or a folder.
    path : str, optional
        The table or folder; for a download, a folder that already holds archives or unpacked ones.
    shards : int, default 1
        Number of feature stores of an external corpus.
    plant : mapping
        The size of a synthesized corpus where it is not the frozen one's.
    ground_truth : {"official", "attributes"}
        Which list of labels and domains counts where two disagree.
    machine_shards : tuple of Shard
        The feature stores of the corpus' machines.
    labelled : set of (machine, section)
        Sections with test clips that the UMAP study may show.
    trained_parts : set of (machine, section, part)
        Sections with training clips.
    stand_in : str, optional
        Shown with every result of the corpus, where its clips stand in for real ones.
    """

    name: str
    role: str
    source: str
    layout: str | None = None
    machines: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    path: str | None = None
    shards: int = 1
    plant: Mapping[str, Any] = field(default_factory=dict)
    ground_truth: str = "official"
    machine_shards: tuple[Shard, ...] = ()
    labelled: frozenset[tuple[str, str]] = frozenset()
    trained_parts: frozenset[tuple[str, str, str]] = frozenset()
    stand_in: str | None = None

    @property
    def published(self) -> Year | External | None:
        """Return the declaration of the corpus' layout; None for a user's own clips."""
        return None if self.layout is None else LAYOUTS[self.layout]

    @property
    def title(self) -> str:
        """Return the title in legends."""
        return self.name if self.published is None else self.published.title

    @property
    def year(self) -> Year | None:
        """Return the year of the challenge in whose layout the clips are, if any."""
        return None if self.layout is None else YEARS.get(self.layout)

    @cached_property
    def trained(self) -> frozenset[tuple[str, str]]:
        """Machine and section of what has training clips."""
        return frozenset((machine, section) for machine, section, _ in self.trained_parts)

    @cached_property
    def trained_machines(self) -> list[str]:
        """List the machines that have training clips."""
        return [machine for machine in self.machines if self.shard_names("train", machine=machine)]

    @cached_property
    def blind_sections(self) -> list[str]:
        """List the sections of which some machine's test clips were published without labels."""
        blind = {section for _, section in self.trained - self.labelled}
        return [section for section in self.sections if section in blind]

    def shard_list(self) -> list[Shard]:
        """List all shards of this corpus."""
        if self.role == "external":
            return [Shard(f"{self.name}-{number:02d}", self.name, "", "external") for number in range(self.shards)]
        return list(self.machine_shards)

    @cached_property
    def _shards_of(self) -> dict[str | None, list[Shard]]:
        """Map each machine, and None for all, to its shards."""
        found: dict[str | None, list[Shard]] = {None: self.shard_list()}
        for shard in self.shard_list():
            found.setdefault(shard.machine, []).append(shard)
        return found

    def shard_names(self, *kinds: str, machine: str | None = None) -> list[str]:
        """List the names of the shards of some kinds (all by default), of one machine or of all."""
        return [shard.name for shard in self._shards_of.get(machine, []) if not kinds or shard.kind in kinds]


def corpus_from(entry: Mapping[str, Any]) -> Corpus:
    """Build a corpus from its entry in the config; machines and sections of a table are read from it.

    Raises
    ------
    UserError
        If a path does not exist, or the year has no such machine or section.
    """
    settings: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
    if entry["source"] in ("folder", "download") and not Path(entry.get("path", ".")).is_dir():
        raise UserError(f"corpora: {entry['name']}: folder {entry['path']} not found: correct corpora[].path")
    if entry["role"] == "external":
        _check_layout(entry, list(EXTERNAL))
        return Corpus(**settings)
    if entry["source"] == "table":
        return Corpus(**settings | _from_table(entry))
    if entry["source"] == "folder":
        raise UserError(f"corpora: {entry['name']}: list the clips of machines in a CSV (source: table)")
    parts = _parts(entry)
    return Corpus(
        **settings,
        machine_shards=tuple(
            Shard(f"{entry['name']}-{machine}-{kind}", entry["name"], machine, kind)
            for machine in settings["machines"]
            for kind, part in (("train", None), ("test", "development"), ("evaluation", "evaluation"))
            if any(of == machine and part in (None, found) for (of, _), found in parts.items())
        ),
        labelled=frozenset(key for key, part in parts.items() if part == "development"),
        trained_parts=frozenset((*key, part) for key, part in parts.items()),
    )


def _check_layout(entry: Mapping[str, Any], allowed: Sequence[str]) -> None:
    """Check that the layout of an entry, which a user's own clips need not have, is one of those of its role."""
    layout, what = entry.get("layout"), "machines" if entry["role"] == "machines" else "external corpora"
    if layout not in (*allowed, *([None] if entry["source"] in ("table", "folder") else [])):
        raise UserError(
            f"corpora: {entry['name']}: layout is {layout}: {what} of source {entry['source']} need {any_of(allowed)}"
        )


def _parts(entry: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    """Return the part of each machine and section of an entry that its year has."""
    name = entry["name"]
    _check_layout(entry, [key for key, year in YEARS.items() if entry["source"] != "synthesize" or year.is_synthesized])
    year = YEARS[entry["layout"]]
    for machine in entry["machines"]:
        if machine not in year.machines:
            raise UserError(f"corpora: {name}: {year.title} has no machine {machine}: take {any_of(year.machines)}")
        if not set(entry["sections"]) & set(year.sections(machine)):
            raise UserError(f"corpora: {name}: sections: {machine} has {', '.join(year.sections(machine))} only")
    keys = [(machine, section) for machine in entry["machines"] for section in entry["sections"]]
    return {key: part for key in keys if (part := year.part(*key))}


def _from_table(entry: Mapping[str, Any]) -> dict[str, Any]:
    from uads.corpora.parsed_csv import count_clips
    from uads.corpora.table import mark_parts

    clips = mark_parts(count_clips(entry["path"]), entry["name"])
    for key in ("machine", "section"):
        wanted = entry.get(f"{key}s")
        if wanted:
            unknown = sorted(set(wanted) - set(clips[key]))
            if unknown:
                raise UserError(f"corpora: {entry['path']} has no {key} {', '.join(unknown)}")
            clips = clips[clips[key].isin(wanted)]
    shown = clips[(clips["split"] == "test") & (clips["part"] == "development")]
    trained = clips[clips["split"] == "train"]
    kinds = clips["split"].mask((clips["split"] == "test") & (clips["part"] == "evaluation"), "evaluation")
    shards = zip(shard_names(clips), clips["machine"], kinds, strict=True)
    return {
        "machines": tuple(clips["machine"].drop_duplicates()),
        "sections": tuple(sorted(clips["section"].unique())),
        "machine_shards": tuple(
            Shard(name, entry["name"], machine, kind) for name, machine, kind in dict.fromkeys(shards)
        ),
        "labelled": frozenset(zip(shown["machine"], shown["section"], strict=True)),
        "trained_parts": frozenset(zip(trained["machine"], trained["section"], trained["part"], strict=True)),
    }
