"""What a study consists of, worked out from its config alone.

The workflow asks this plan which shards, UMAPs and figures there are, so that the whole graph of jobs
is known before the first job runs. Only a user's own table of clips is read here: it names the
machines and sections that the config leaves open.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from uads.clips import shard_names
from uads.corpora.datasets import ARCHIVE_PARTS, Row, machine_of
from uads.corpora.layouts import LAYOUTS
from uads.corpora.present import find_present
from uads.detectors.adacos import VARIANTS
from uads.errors import UserError

SYNTHESIZED = "All clips are synthesized"
STAND_IN_WEIGHTS = "OpenL3 runs with random stand-in weights"
#: Settings of sub-cluster AdaCos that say which networks there are and what becomes of their embeddings.
BACK_END = (
    "variants",
    "seeds",
    "choice",
    "quantile",
    "reg_covar",
    "weighted",
    "target_components",
    "maximum_machines",
    "density_neighbours",
)


@dataclass(frozen=True)
class Corpus:
    """One entry of the config's ``corpora``.

    Parameters
    ----------
    name : str
    role : {"machines", "external"}
    source : {"synthesize", "download", "table", "folder"}
        Where the clips come from.
    layout : {"dcase2020", "dcase2021", "dcase2022", "dcase2023", "audioset", "idmt"}, optional
        How files are named; none for a table or a folder.
    path : str, optional
        The table or folder; for a download, a folder with archives or unpacked ones that are there already.
    shards : int, default 1
        Over how many feature stores an external corpus is spread.
    plant : mapping
        The size of a synthesized corpus where it is not the frozen one's.
    ground_truth : {"official", "attributes"}
        Which list of labels and domains counts where two disagree.
    machine_shards : tuple of str
        The feature stores of the corpus' machines.
    labelled : set of (machine, section)
        What has test clips that the UMAP study may show.
    trained_parts : set of (machine, section, part)
        What has training clips.
    stand_in : str, optional
        Said on everything that shows the corpus, where its clips stand in for real ones.
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
    machine_shards: tuple[str, ...] = ()
    labelled: frozenset[tuple[str, str]] = frozenset()
    trained_parts: frozenset[tuple[str, str, str]] = frozenset()
    stand_in: str | None = None

    @property
    def trained(self) -> frozenset[tuple[str, str]]:
        """Machine and section of what has training clips."""
        return frozenset((machine, section) for machine, section, _ in self.trained_parts)

    def shard_list(self) -> list[str]:
        """Name all shards of this corpus."""
        if self.role == "external":
            return [f"{self.name}-{number:02d}" for number in range(self.shards)]
        return list(self.machine_shards)


def corpus_from(entry: Mapping[str, Any]) -> Corpus:
    """Make a corpus from its entry in the config; machines and sections of a table are read from it."""
    settings: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
    if entry["source"] in ("folder", "download") and not Path(entry.get("path", ".")).is_dir():
        raise UserError(f"corpora: {entry['name']}: the folder {entry['path']} does not exist: mend its path")
    if entry["role"] == "external":
        return Corpus(**settings)
    if entry["source"] == "table":
        return Corpus(**settings | _from_table(entry))
    if entry["source"] == "folder":
        raise UserError(f"corpora: {entry['name']}: list the clips of machines in a CSV (source: table)")
    parts = _parts(entry)
    return Corpus(
        **settings,
        machine_shards=tuple(
            f"{entry['name']}-{machine}-{kind}"
            for machine in settings["machines"]
            for kind, part in (("train", None), ("test", "development"), ("evaluation", "evaluation"))
            if any(of == machine and part in (None, found) for (of, _), found in parts.items())
        ),
        labelled=frozenset(key for key, part in parts.items() if part == "development"),
        trained_parts=frozenset((*key, part) for key, part in parts.items()),
    )


def _parts(entry: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    """Say for each machine and section of an entry that its year has to which part it belongs."""
    name, layout = entry["name"], entry["layout"]
    allowed = ["dcase2021"] if entry["source"] == "synthesize" else list(LAYOUTS)
    if layout not in allowed:
        raise UserError(
            f"corpora: {name}: layout is {layout}: machines of source {entry['source']} need {_or(allowed)}"
        )
    year = LAYOUTS[layout]
    for machine in entry["machines"]:
        if machine not in year.machines:
            raise UserError(f"corpora: {name}: {year.title} has no machine {machine}: take {_or(year.machines)}")
        if not set(entry["sections"]) & set(year.sections(machine)):
            raise UserError(f"corpora: {name}: sections: {machine} has {', '.join(year.sections(machine))} only")
    keys = [(machine, section) for machine in entry["machines"] for section in entry["sections"]]
    return {key: part for key in keys if (part := year.part(*key))}


def _or(names: Sequence[str]) -> str:
    return " or ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _and(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _as_list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _from_table(entry: Mapping[str, Any]) -> dict[str, Any]:
    from uads.corpora.table import mark_parts, read_clip_csv

    clips = mark_parts(read_clip_csv(entry["path"]), entry["name"])
    for key in ("machine", "section"):
        wanted = entry.get(f"{key}s")
        if wanted:
            unknown = sorted(set(wanted) - set(clips[key]))
            if unknown:
                raise UserError(f"corpora: {entry['path']} has no {key} {', '.join(unknown)}")
            clips = clips[clips[key].isin(wanted)]
    shown = clips[(clips["split"] == "test") & (clips["part"] == "development")]
    trained = clips[clips["split"] == "train"]
    return {
        "machines": tuple(clips["machine"].drop_duplicates()),
        "sections": tuple(sorted(clips["section"].unique())),
        "machine_shards": tuple(shard_names(clips).drop_duplicates()),
        "labelled": frozenset(zip(shown["machine"], shown["section"], strict=True)),
        "trained_parts": frozenset(zip(trained["machine"], trained["section"], trained["part"], strict=True)),
    }


class UmapKey(NamedTuple):
    """Which UMAP: the wildcards of its path."""

    scope: str
    representation: str
    k: int


class Plan:
    """The lists that the workflow's rules are expanded over.

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
        self.config = config
        self.datasets = datasets
        for name, number in Counter(entry["name"] for entry in config["corpora"]).items():
            if number > 1:
                raise UserError(f"corpora: {number} entries have the name {name}: give each a name of its own")
        self.corpora = {entry["name"]: corpus_from(entry) for entry in config["corpora"]}
        under_study = [corpus for corpus in self.corpora.values() if corpus.role == "machines"]
        if len(under_study) != 1:
            raise UserError(f"corpora: {len(under_study)} entries have the role 'machines', there must be one")
        self.corpus = under_study[0]
        self.machines = list(self.corpus.machines)
        self.external = [corpus.name for corpus in self.corpora.values() if corpus.role == "external"]
        self._check()

    def _check(self) -> None:
        known = self.config["representations"]
        self._check_representations("umaps.representations", *self.config["umaps"]["representations"])
        for name in self.config["scores"]:
            detector = self.config["detectors"][name]
            if detector["representation"] not in known:
                raise UserError(f"detectors.{name}.representation: there is no '{detector['representation']}'")
            if known[detector["representation"]].get("clips_per_split") is not None:
                raise UserError(
                    f"detectors.{name}.representation: {detector['representation']} holds a few clips of each split: "
                    "set its clips_per_split to null, or take logmel"
                )
        adacos = self.config["detectors"]["adacos"]
        if max(adacos["checkpoints"]) > adacos["epochs"]:
            raise UserError(f"detectors.adacos.checkpoints: training ends after {adacos['epochs']} epochs")
        for kind, per_stack in self.config["samples"].items():
            for k in self.config["stacks"]["sizes"]:
                if f"k{k}" not in per_stack:
                    raise UserError(f"samples.{kind}: no entry k{k} for the stack size {k}")
        published = sorted({row["corpus"] for row in self.datasets if row["part"] != "weights"})
        for name, corpus in self.corpora.items():
            if corpus.source == "download" and name not in published:
                raise UserError(f"corpora: {name}: config/datasets.csv lists no such corpus: name it {_or(published)}")
        unknown = set(self.scopes) - {"global", *self.machines}
        if unknown:
            raise UserError(f"umaps.scopes: no machine {', '.join(sorted(unknown))} in corpus {self.corpus.name}")
        self._check_more_umaps()
        self._check_figures()

    def _check_more_umaps(self) -> None:
        for name, entry in (self.config["umaps"]["more"] or {}).items():
            key = f"umaps.more.{name}"
            if name in ("global", *self.machines):
                raise UserError(f"{key}: that is the name of a scope: choose another")
            if entry["scope"] != "global" and not set(_as_list(entry["scope"])) <= set(self.machines):
                allowed = f"global, or one or a list of {', '.join(self.machines)}"
                raise UserError(f"{key}.scope is {entry['scope']}: it must be {allowed}")
            self._check_representations(f"{key}.representation", entry["representation"])
            kind = self._counted_as(name)
            if f"k{entry['k']}" not in self.config["samples"][kind]:
                raise UserError(f"samples.{kind}: no entry k{entry['k']} for the stack size of {key}: add it")

    def _check_figures(self) -> None:
        chosen = (self.config["figures"]["section_plots"] or {}).get("representations", [])
        self._check_representations("figures.section_plots.representations", *chosen)
        for name, figure in (self.config["figures"]["paper"] or {}).items():
            if "umap" in figure:
                raise UserError(f"figures.paper.{name}.umap: figures of umaps.more belong under figures.more: move it")
            self._check_figure(f"figures.paper.{name}", figure)
        plots = self.figure_names(("global", "machine", "section"))
        for name in self.config["figures"]["overrides"] or {}:
            if name not in plots:
                close = get_close_matches(name, plots, n=1)
                hint = f" (did you mean {close[0]}?)" if close else ""
                raise UserError(f"figures.overrides: the study has no plot {name}{hint}")
        for name, figure in (self.config["figures"]["more"] or {}).items():
            key = f"figures.more.{name}"
            if name in self.more_umaps:
                raise UserError(f"{key}: that is the name of a plot which umaps.more.{name} has anyway: choose another")
            self._check_figure(key, figure)
            umap = self.umap_of(figure)
            if "umap" not in figure and umap not in self.umaps:
                raise UserError(
                    f"{key}: the study has no UMAP {umap.scope}/{umap.representation}_k{umap.k}: add it to umaps.more"
                )
            machines = self.machines_of(umap.scope)
            if figure["kind"] != "global" and len(machines) > 1:
                raise UserError(f"{key}: its UMAP shows {len(machines)} machines: kind must be global")
            if figure["kind"] == "section" and (machines[0], figure["section"]) not in self.corpus.trained:
                raise UserError(f"{key}: kind is section, and {machines[0]} has no section {figure['section']}")

    def _check_figure(self, key: str, figure: Mapping[str, Any]) -> None:
        """Check that an entry says which UMAP it shows, and what of it."""
        if "umap" in figure:
            if figure["umap"] not in self.more_umaps:
                known = ", ".join(self.more_umaps) or "empty"
                raise UserError(f"{key}.umap: there is no '{figure['umap']}' under umaps.more, which is: {known}")
        elif not {"representation", "k"} <= set(figure):
            raise UserError(f"{key} needs either umap, or representation and k (and machine, unless it is global)")
        else:
            self._check_representations(f"{key}.representation", figure["representation"])
            if figure["kind"] != "global" and "machine" not in figure:
                raise UserError(f"{key}: kind is {figure['kind']}: it needs a machine")
        if figure["kind"] == "section" and "section" not in figure:
            raise UserError(f"{key}: kind is section: it needs a section")

    def _check_representations(self, key: str, *names: str) -> None:
        known = self.config["representations"]
        for name in names:
            if name not in known:
                raise UserError(f"{key}: '{name}' is not among {', '.join(known)}")

    # ---- corpora -------------------------------------------------------------------------------

    @cached_property
    def blind_sections(self) -> list[str]:
        """List the sections of which some machine's test clips were published without labels."""
        blind = {section for _, section in self.corpus.trained - self.corpus.labelled}
        return [section for section in self.corpus.sections if section in blind]

    def corpus_files(self, name: str, resources: str) -> list[str]:
        """List what must be there before a corpus can be indexed."""
        corpus = self.corpora[name]
        folder = f"{resources}/corpora/{name}"
        if corpus.source in ("table", "folder"):
            return [str(corpus.path)]
        if corpus.source == "synthesize":
            parts = ("dev_data", "eval_data") if corpus.role == "machines" else ()
            own = [f"{folder}/{part}/{machine}" for part in parts for machine in corpus.machines]
            return own or [f"{folder}/clips"]
        rows = self.corpus_rows(name)
        unpacked = [f"{folder}/unpacked/{Path(row['file']).stem}" for row in rows if row["part"] in ARCHIVE_PARTS]
        lists = [self.source_of(name, row["file"], resources) for row in rows if row["part"] == "ground_truth"]
        return [*([root] if (root := self._present_clips(name)) else unpacked), *lists]

    def corpus_rows(self, name: str) -> list[Row]:
        """List the rows of the dataset table that a downloaded corpus consists of: of its machines and their parts."""
        corpus = self.corpora[name]
        shown = {machine for machine, _ in corpus.labelled}
        blind = {machine for machine, _ in corpus.trained - corpus.labelled}

        def is_needed(row: Row) -> bool:
            machines, own = shown if row["part"] == "development" else blind, machine_of(row)
            return corpus.role == "external" or (own in machines if own else bool(machines))

        return [row for row in self.datasets if row["corpus"] == name and is_needed(row)]

    def wanted_files(self, name: str) -> list[Row]:
        """List the rows of the dataset table that a corpus has to download: what is not at its path."""
        return [row for row in self.corpus_rows(name) if (name, row["file"]) not in self._present]

    def source_of(self, name: str, file: str, resources: str) -> str:
        """Say where a file of the dataset table, or the folder it was unpacked to, lies or will be downloaded to."""
        return self._present.get((name, file), f"{resources}/downloads/{name}/{file}")

    @cached_property
    def _present(self) -> dict[tuple[str, str], str]:
        """Map corpus and file to where it lies, for what lies at the paths of downloaded corpora."""
        found = {}
        for name, corpus in self.corpora.items():
            if corpus.source == "download" and corpus.path is not None:
                rows = self.corpus_rows(name)
                lists = [row for row in rows if row["part"] == "ground_truth"]
                has_lists = all(find_present(corpus.path, row) for row in lists)
                for row in rows:
                    path = find_present(corpus.path, row)
                    if path and (has_lists or row not in lists):
                        found[name, row["file"]] = str(path)
        return found

    def _present_clips(self, name: str) -> str | None:
        """Give the folder of an external corpus that is unpacked already."""
        if self.corpora[name].role != "external":
            return None
        folders = [path for (corpus, _), path in self._present.items() if corpus == name and Path(path).is_dir()]
        return folders[0] if folders else None

    def _present_truth(self, name: str) -> str | None:
        """Give the path of a corpus if all its ground truth lies there."""
        lists = [row["file"] for row in self.corpus_rows(name) if row["part"] == "ground_truth"]
        return self.corpora[name].path if lists and (name, lists[0]) in self._present else None

    def index_settings(self, name: str) -> dict[str, Any]:
        """Give all that :func:`uads.corpora.index.index_corpus` needs to know of a corpus."""
        corpus = self.corpora[name]
        folder = f"resources/corpora/{name}"
        roots = {
            "synthesize": (folder if corpus.role == "machines" else f"{folder}/clips", f"{folder}/ground_truth_data"),
            "download": (
                self._present_clips(name) or f"{folder}/unpacked",
                self._present_truth(name) or f"resources/downloads/{name}",
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
        }

    # ---- features ------------------------------------------------------------------------------

    def shards(self, *kinds: str) -> list[str]:
        """List the shards of the machines of some kinds: train, test, evaluation."""
        return [shard for shard in self.corpus.shard_list() if shard.rsplit("-", 1)[1] in kinds]

    def shards_of(self, machine: str, *kinds: str) -> list[str]:
        """List the shards of one machine."""
        return [shard for shard in self.shards(*kinds) if shard.rsplit("-", 1)[0] == f"{self.corpus.name}-{machine}"]

    @cached_property
    def trained_machines(self) -> list[str]:
        """List the machines that have training clips, hence detectors."""
        return [machine for machine in self.machines if self.shards_of(machine, "train")]

    @cached_property
    def detectors(self) -> list[str]:
        """List the detectors that can be trained.

        AdaCos tells sections apart, MobileNetV2 those of each machine and part.
        """
        together = Counter((machine, part) for machine, _, part in self.corpus.trained_parts)
        possible = {
            "autoencoder": bool(self.corpus.trained),
            "mobilenetv2": bool(together) and min(together.values()) > 1,
            "adacos": len(self.corpus.trained) > 1,
        }
        return [name for name in self.config["scores"] if possible[name]]

    @cached_property
    def adacos_score_sets(self) -> dict[str, str]:
        """Map the score table of each score set of sub-cluster AdaCos to the set; its ensemble has its own name."""
        adacos = self.config["detectors"]["adacos"]
        sets = ["choice", *adacos["variants"]] if len(adacos["variants"]) > 1 else []
        sets += ["density"] if adacos["density_neighbours"] else []
        return {"adacos": "ensemble"} | {f"adacos_{name}": name for name in sets}

    @cached_property
    def score_tables(self) -> list[str]:
        """List the score tables of all detectors."""
        return [table for name in self.detectors for table in (self.adacos_score_sets if name == "adacos" else [name])]

    @cached_property
    def described_member(self) -> str:
        """Name the member whose network Table 1 describes: one with both heads where there is one."""
        variants = self.config["detectors"]["adacos"]["variants"]
        return self.members_of(max(variants, key=lambda name: len(VARIANTS[name])))[0]

    @cached_property
    def back_ends(self) -> list[str]:
        """List the score tables of sub-cluster AdaCos that Table 3 sets beside its distributions."""
        return [name for name in self.score_tables if name in ("adacos", "adacos_density")]

    def compared(self, score_set: str) -> list[str]:
        """List the score tables that stand side by side: all detectors, AdaCos by a score set if it has it."""
        chosen = f"adacos_{score_set}" if f"adacos_{score_set}" in self.score_tables else "adacos"
        own = [chosen if name == "adacos" else name for name in self.detectors]
        return own + [name for name in self.score_tables if name == "adacos_density"]

    @cached_property
    def tables(self) -> list[str]:
        """List the tables of the config that can be made."""
        return [name for name in self.config["tables"] if not self.lacks_for_table(name)]

    def lacks_for_table(self, name: str) -> str | None:
        """Say what the study lacks for a table, or None if it can be made."""
        adacos = (
            None if "adacos" in self.detectors else "adacos among the config's scores, and two sections to train on"
        )
        detector = None if self.detectors else "training clips"
        labels = None if self.corpus.labelled else "test clips with labels"
        losses = None if "adacos_choice" in self.score_tables else "two losses in detectors.adacos.variants"
        is_challenge = self.corpus.layout and self.blind_sections
        evaluation = None if is_challenge else "clips of a challenge with an evaluation part"
        needed = {
            "table_1": [adacos],
            "table_2": [detector, labels],
            "table_3": [adacos, labels],
            "table_4": [adacos, losses, labels],
            "table_5": [detector, evaluation],
            "horn": [],
        }
        return " and ".join(filter(None, needed[name])) or None

    @cached_property
    def submissions(self) -> list[str]:
        """List the score tables that become submission files: none where the clips are of no challenge.

        Sub-cluster AdaCos has to be told the domain of a test clip, which the challenges of 2022 and 2023 keep secret.
        """
        if self.corpus.layout is None:
            return []
        tells_domains = self.corpus.layout in ("dcase2020", "dcase2021")
        return [name for name in self.score_tables if tells_domains or not name.startswith("adacos")]

    @cached_property
    def unpublished(self) -> dict[str, None]:
        """Say that there are no published results to stand beside those of other clips than DCASE 2021's."""
        return {} if self.corpus.layout == "dcase2021" else {"published": None}

    @cached_property
    def members(self) -> list[str]:
        """List the members of the sub-cluster AdaCos ensemble."""
        return [
            member for variant in self.config["detectors"]["adacos"]["variants"] for member in self.members_of(variant)
        ]

    def members_of(self, variant: str) -> list[str]:
        """List the members of one loss variant."""
        adacos = self.config["detectors"]["adacos"]
        numbers = [(number, seed) for number in adacos["sub_clusters"] for seed in range(adacos["seeds"])]
        return [f"{variant}_s{number}_seed{seed}" for number, seed in numbers]

    def member_settings(self, member: str) -> dict[str, Any]:
        """Give the settings that a member is trained with; it need not be trained anew where others change."""
        variant, sub_clusters = member.rsplit("_", 2)[:2]
        settings = self.config["detectors"]["adacos"]
        shared = {name: value for name, value in settings.items() if name not in BACK_END}
        return shared | {"heads": VARIANTS[variant], "sub_clusters": int(sub_clusters[1:])}

    def corpus_of(self, shard: str) -> str:
        """Name the corpus that a shard belongs to."""
        return next(name for name, corpus in self.corpora.items() if shard in corpus.shard_list())

    def representations(self, kind: str) -> list[str]:
        """List the representations of a kind that the UMAPs show."""
        return [name for name in self.shown_representations if self.config["representations"][name]["kind"] == kind]

    @cached_property
    def shown_representations(self) -> list[str]:
        """List the representations that the UMAPs show, further ones included."""
        further = [umap.representation for umap in self.more_umaps.values()]
        return list(dict.fromkeys([*self.config["umaps"]["representations"], *further]))

    @cached_property
    def detector_representations(self) -> list[str]:
        """List the representations that the detectors read."""
        chosen = [self.config["detectors"][name]["representation"] for name in self.config["scores"]]
        return list(dict.fromkeys(chosen))

    def l3_weights(self, representation: str) -> str | None:
        """Give the path of OpenL3's published weights, or None where the stand-in is to be used."""
        parameters = self.config["representations"][representation]
        path = f"resources/openl3/openl3_audio_{parameters['input_repr']}_env-v0_4_0.h5"
        if parameters["weights"] == "published" or (parameters["weights"] == "auto" and Path(path).exists()):
            return path
        return None

    # ---- UMAPs ---------------------------------------------------------------------------------

    @cached_property
    def scopes(self) -> list[str]:
        """List the scopes: ``global`` and the machines that have labelled test clips (all, if none has)."""
        shown = [machine for machine in self.machines if self.shards_of(machine, "test")]
        return list(self.config["umaps"]["scopes"] or ["global", *(shown or self.trained_machines)])

    @cached_property
    def umaps(self) -> list[UmapKey]:
        """List all UMAPs of the study."""
        return [
            UmapKey(scope, representation, k)
            for scope in self.scopes
            for representation in self.config["umaps"]["representations"]
            for k in self.config["stacks"]["sizes"]
        ]

    @cached_property
    def more_umaps(self) -> dict[str, UmapKey]:
        """Map the name of each further UMAP, which is its scope in paths, to its key."""
        more = self.config["umaps"]["more"] or {}
        return {name: UmapKey(name, entry["representation"], entry["k"]) for name, entry in more.items()}

    @cached_property
    def all_umaps(self) -> list[UmapKey]:
        """List all UMAPs of the study, further ones included."""
        return [*self.umaps, *self.more_umaps.values()]

    def umap_settings(self, scope: str) -> dict[str, Any]:
        """Give metric, ``n_neighbors`` and ``min_dist`` of the UMAPs of a scope."""
        settings = self.config["umaps"] | (self.config["umaps"]["more"] or {}).get(scope, {})
        return {key: settings[key] for key in ("metric", "n_neighbors", "min_dist")}

    def machines_of(self, scope: str) -> list[str]:
        """List the machines that a scope consists of."""
        scope = self.sampled_scope(scope)
        if scope == "global":
            return self.machines
        return [scope] if scope in self.machines else list(self.config["umaps"]["more"][scope]["scope"])

    def sampled_scope(self, scope: str) -> str:
        """Name the scope whose samples a scope shows: a further UMAP of a machine shows the same as the others."""
        entry = (self.config["umaps"]["more"] or {}).get(scope)
        return scope if entry is None or isinstance(entry["scope"], list) else entry["scope"]

    def _counted_as(self, scope: str) -> str:
        return "machine" if self.sampled_scope(scope) in self.machines else "global"

    def counts(self, scope: str, k: int | str) -> dict[str, int]:
        """Samples per dataset split: ``test``, ``train``, ``external``."""
        return self.config["samples"][self._counted_as(scope)][f"k{k}"]

    def sampled_shards(self, scope: str, k: int | str) -> list[str]:
        """List the shards that a scope samples from."""
        own = [shard for machine in self.machines_of(scope) for shard in self.shards_of(machine, "train", "test")]
        if not self.counts(scope, k)["external"]:
            return own
        return own + [shard for name in self.external for shard in self.corpora[name].shard_list()]

    @cached_property
    def studied_shards(self) -> list[str]:
        """List every shard that some UMAP samples from."""
        shards = [self.sampled_shards(scope, k) for scope in self.scopes for k in self.config["stacks"]["sizes"]]
        return sorted(set().union(*shards))

    def stand_ins(self, *representations: str) -> list[str]:
        """Say in sentences what in a result made of some representations stands in for the real thing."""
        synthesized = SYNTHESIZED if self.corpus.source == "synthesize" else None
        said = [sentence for sentence in [self.corpus.stand_in or synthesized] if sentence]
        l3 = [name for name in representations if self.config["representations"][name]["kind"] == "l3"]
        if any(self.l3_weights(name) is None for name in l3):
            said.append(STAND_IN_WEIGHTS)
        return said

    # ---- figures -------------------------------------------------------------------------------

    def figure_names(self, kinds: Iterable[str]) -> list[str]:
        """List figures without folder and suffix; kinds: global, machine, section, paper, more, training."""
        names = {
            "global": [f"global/{u.representation}_k{u.k}" for u in self.umaps if u.scope == "global"],
            "machine": [f"machine/{u.scope}_{u.representation}_k{u.k}" for u in self.umaps if u.scope != "global"],
            "section": self._section_plots(),
            "paper": [f"paper/{name}" for name in self.paper_figures],
            "more": [f"more/{name}" for name in self.more_figures],
            "training": [f"training/{name}" for name in self.members if "adacos" in self.detectors],
        }
        return [name for kind in kinds for name in names[kind]]

    def _section_plots(self) -> list[str]:
        chosen = self.config["figures"]["section_plots"] or {}
        return [
            f"section/{umap.scope}_{section}_{umap.representation}_k{umap.k}"
            for umap in self.umaps
            if umap.representation in chosen.get("representations", [umap.representation])
            and umap.k in chosen.get("stacks", [umap.k])
            for section in self.corpus.sections
            if (umap.scope, section) in self.corpus.labelled and section in chosen.get("sections", [section])
        ]

    @cached_property
    def paper_figures(self) -> dict[str, dict[str, Any]]:
        """Map the name of each paper figure whose machine and section the study has to its settings."""
        return {
            name: figure
            for name, figure in (self.config["figures"]["paper"] or {}).items()
            if self._has_umap(figure)
            and ("section" not in figure or (figure["machine"], figure["section"]) in self.corpus.labelled)
        }

    @cached_property
    def more_figures(self) -> dict[str, dict[str, Any]]:
        """Map the name of each further figure to its settings: one of every further UMAP, and those of the config."""
        kinds = {name: "machine" if len(self.machines_of(name)) == 1 else "global" for name in self.more_umaps}
        shown = {name: {"kind": kind, "umap": name} for name, kind in kinds.items()}
        return shown | (self.config["figures"]["more"] or {})

    def umap_of(self, figure: Mapping[str, Any]) -> UmapKey:
        """Say which UMAP a figure of the config shows."""
        if "umap" in figure:
            return self.more_umaps[figure["umap"]]
        return UmapKey(figure.get("machine", "global"), figure["representation"], figure["k"])

    def _has_umap(self, figure: Mapping[str, Any]) -> bool:
        return self.umap_of(figure) in self.umaps

    @cached_property
    def config_figures(self) -> dict[str, dict[str, Any]]:
        """Map the name of each figure that the config describes, such as ``paper/figure_1``, to its settings."""
        kinds = {"paper": self.paper_figures, "more": self.more_figures}
        return {f"{kind}/{name}": figure for kind, figures in kinds.items() for name, figure in figures.items()}

    def shown_umap(self, name: str) -> UmapKey:
        """Say which UMAP a figure of the config shows, by the figure's name in :attr:`config_figures`."""
        return self.umap_of(self.config_figures[name])

    def figure_settings(self, name: str, **own: Any) -> dict[str, Any]:
        """Give how a figure is drawn: as all are, as its kind is, as it alone is.

        Parameters
        ----------
        name : str
            Without folder and suffix, such as ``machine/pump_mel_k5``.
        **own
            Settings in which its kind differs from the other figures.
        """
        figures = self.config["figures"]
        described = self.config_figures.get(name, {})
        kind = described.get("kind", name.split("/")[0])
        common = {key: figures[key] for key in ("size", "palette", "shade_sections", "cross_skip", "cross_average")}
        alone = described | (figures["overrides"] or {}).get(name, {})
        return {**common, "dpi": figures["dpi"][kind], "seed": self.config["seed"], **own, **alone}

    def describe_umap(self, scope: str, representation: str, k: int | str) -> str:
        """Say in sentences how a UMAP is made, from how many samples at most, and what in it is a stand-in."""
        settings = self.umap_settings(scope)
        counts = self.counts(scope, k)
        external = [f"{counts['external']:,} of {name}" for name in self.external if counts["external"]]
        per_split = [f"{counts['test']:,} stacks of each test split", f"{counts['train']:,} of each training split"]
        said = [
            f"UMAP with {', '.join(f'{key} {value}' for key, value in settings.items())}, seed {self.config['seed']}",
            f"At most {_and([*per_split, *external])} are sampled",
            *self.stand_ins(representation),
        ]
        return " ".join(f"{sentence}." for sentence in said)
