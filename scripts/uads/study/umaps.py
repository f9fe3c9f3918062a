"""The UMAPs of a study: scopes, representations and stack sizes, and the samples that they show."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from uads.core.entry import DataSizes, Job, Jobs
from uads.core.errors import UserError
from uads.core.words import all_of
from uads.data import costs as stacks
from uads.manifold import costs as manifold
from uads.study.corpora import CorporaView
from uads.study.representations import RepresentationsView


class UmapKey(NamedTuple):
    """Which UMAP: the wildcards of its path."""

    scope: str
    representation: str
    k: int


class UmapsView:
    """The UMAPs of a study.

    Parameters
    ----------
    config : mapping
        The validated config.
    corpora : CorporaView
    representations : RepresentationsView

    Raises
    ------
    UserError
        If an entry names what the study does not have.
    """

    def __init__(self, config: Mapping[str, Any], corpora: CorporaView, representations: RepresentationsView):
        self._settings = config["umaps"]
        self._entries: dict[str, dict[str, Any]] = config["umaps"]["more"] or {}
        self._samples = config["samples"]
        self._seed = config["seed"]
        self._corpora = corpora
        self._representations = representations
        self.representations: list[str] = config["umaps"]["representations"]
        self.stack_sizes: list[int] = config["stacks"]["sizes"]
        self.check()

    def check(self) -> None:
        """Check scopes, representations and numbers of samples."""
        self._representations.check_known("umaps.representations", *self.representations)
        for kind, per_stack in self._samples.items():
            for k in self.stack_sizes:
                if f"k{k}" not in per_stack:
                    raise UserError(f"samples.{kind}: no entry k{k} for the stack size {k}")
        machines = self._corpora.machines
        unknown = set(self.scopes) - {"global", *machines}
        if unknown:
            corpus = self._corpora.studied.name
            raise UserError(f"umaps.scopes: no machine {', '.join(sorted(unknown))} in corpus {corpus}")
        for name, entry in self._entries.items():
            _check_further(name, entry, machines)
            self._representations.check_known(f"umaps.more.{name}.representation", entry["representation"])
            kind = self._counted_as(name)
            if f"k{entry['k']}" not in self._samples[kind]:
                raise UserError(
                    f"samples.{kind}: no entry k{entry['k']} for the stack size of umaps.more.{name}: add it"
                )

    @cached_property
    def scopes(self) -> list[str]:
        """List the scopes: ``global`` and the machines with labelled test clips (all machines if none has any)."""
        corpus = self._corpora.studied
        shown = [machine for machine in corpus.machines if corpus.shard_names("test", machine=machine)]
        return list(self._settings["scopes"] or ["global", *(shown or corpus.trained_machines)])

    @cached_property
    def sampling_rules(self) -> dict[str, list[int]]:
        """Map the name of each rule that samples regular stacks to its stack sizes."""
        return _sampling_rules(self._samples, self.stack_sizes)

    @cached_property
    def regular(self) -> list[UmapKey]:
        """List the UMAPs of every scope, representation and stack size."""
        return [
            UmapKey(scope, representation, k)
            for scope in self.scopes
            for representation in self.representations
            for k in self.stack_sizes
        ]

    @cached_property
    def more(self) -> dict[str, UmapKey]:
        """Map the name of each further UMAP, which is its scope in paths, to its key."""
        return {name: UmapKey(name, entry["representation"], entry["k"]) for name, entry in self._entries.items()}

    @cached_property
    def every(self) -> list[UmapKey]:
        """List all UMAPs, further ones included."""
        return [*self.regular, *self.more.values()]

    @cached_property
    def sampled_sizes(self) -> list[str]:
        """List the stack sizes whose samples the config counts, as in paths."""
        return sorted({name.removeprefix("k") for per_stack in self._samples.values() for name in per_stack}, key=int)

    @cached_property
    def shown_representations(self) -> list[str]:
        """List the representations that some UMAP shows."""
        return list(dict.fromkeys([*self.representations, *(umap.representation for umap in self.more.values())]))

    def settings(self, scope: str) -> dict[str, Any]:
        """Return metric, ``n_neighbors``, ``min_dist`` and layout of the UMAPs of a scope."""
        settings = self._settings | self._entries.get(scope, {})
        return {key: settings[key] for key in ("metric", "n_neighbors", "min_dist", "layout")}

    def machines_of(self, scope: str) -> list[str]:
        """List the machines of a scope."""
        scope = self.sampled_scope(scope)
        if scope == "global":
            return self._corpora.machines
        return [scope] if scope in self._corpora.machines else list(self._entries[scope]["scope"])

    def sampled_scope(self, scope: str) -> str:
        """Return the scope whose samples a scope shows: a further UMAP of a machine shares the machine's samples."""
        entry = self._entries.get(scope)
        return scope if entry is None or isinstance(entry["scope"], list) else entry["scope"]

    def _counted_as(self, scope: str) -> str:
        return "machine" if self.sampled_scope(scope) in self._corpora.machines else "global"

    def counts(self, scope: str, k: int | str) -> dict[str, int]:
        """Return the samples per dataset split: ``test``, ``train``, ``external``."""
        return self._samples[self._counted_as(scope)][f"k{k}"]

    def sampled_shards(self, scope: str, k: int | str) -> list[str]:
        """List the shards that a scope samples from."""
        corpus = self._corpora.studied
        own = [
            name for machine in self.machines_of(scope) for name in corpus.shard_names("train", "test", machine=machine)
        ]
        if not self.counts(scope, k)["external"]:
            return own
        external = (self._corpora.by_name[name] for name in self._corpora.external)
        return own + [name for corpus in external for name in corpus.shard_names()]

    def describe(self, scope: str, representation: str, k: int | str) -> str:
        """Describe in sentences how a UMAP is made, from how many samples at most, and its stand-ins."""
        counts = self.counts(scope, k)
        external = [f"{counts['external']:,} of {name}" for name in self._corpora.external if counts["external"]]
        per_split = [f"{counts['test']:,} stacks of each test split", f"{counts['train']:,} of each training split"]
        settings = ", ".join(f"{key} {value}" for key, value in self.settings(scope).items())
        sentences = [
            f"UMAP with {settings}, seed {self._seed}",
            f"At most {all_of([*per_split, *external])} are sampled",
            *self._representations.stand_ins(representation),
        ]
        return " ".join(f"{sentence}." for sentence in sentences)

    def jobs(self, sizes: DataSizes) -> Jobs:
        """Return entry and work of the jobs of each rule."""
        return _jobs(sizes, self, self._settings)


def _jobs(sizes: DataSizes, umaps: UmapsView, settings: Mapping[str, Any]) -> Jobs:
    def key(one: Any) -> UmapKey:
        return UmapKey(one.scope, one.representation, one.k)

    def drawn(stack_sizes: list[int]) -> Callable[[Any], Job]:
        return lambda one: stacks.SAMPLE_STACKS.job(sizes, one.scope, one.representation, stack_sizes)

    return {
        "sort_stacks": lambda one: stacks.SORT_STACKS.job(sizes, one.representation, one.shard, umaps.stack_sizes),
        "sort_further_stacks": lambda one: stacks.SORT_STACKS.job(sizes, one.representation, one.shard, [one.k]),
        **{rule: drawn(stack_sizes) for rule, stack_sizes in umaps.sampling_rules.items()},
        "sample_further_stacks": lambda one: stacks.SAMPLE_STACKS.job(sizes, one.scope, one.representation, [one.k]),
        "find_neighbours": lambda one: manifold.search_job(sizes, settings, *key(one)),
        "embed_umap": lambda one: manifold.EMBED_UMAP[umaps.settings(one.scope)["layout"]].job(sizes, *key(one)),
    }


def _check_further(name: str, entry: Mapping[str, Any], machines: Sequence[str]) -> None:
    """Check name and scope of an entry of ``umaps.more``."""
    key = f"umaps.more.{name}"
    if name in ("global", *machines):
        raise UserError(f"{key}: that is the name of a scope: choose another")
    wanted = [entry["scope"]] if isinstance(entry["scope"], str) else entry["scope"]
    if entry["scope"] != "global" and not set(wanted) <= set(machines):
        allowed = f"global, or one or a list of {', '.join(machines)}"
        raise UserError(f"{key}.scope is {entry['scope']}: it must be {allowed}")


def _sampling_rules(samples: Mapping[str, Mapping[str, Any]], stack_sizes: Sequence[int]) -> dict[str, list[int]]:
    """Name the rules that sample stacks: sizes of the same shards, with external corpora or without, have one rule."""
    groups: dict[tuple[bool, ...], list[int]] = {}
    for k in stack_sizes:
        asked = tuple(bool(per_stack[f"k{k}"]["external"]) for per_stack in samples.values())
        groups.setdefault(asked, []).append(k)
    first, *others = groups.values()
    return {"sample_stacks": first} | {f"sample_stacks_k{'_k'.join(map(str, sizes))}": sizes for sizes in others}
