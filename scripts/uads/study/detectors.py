"""The detectors of a study, their members and their score sets."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from functools import cache, cached_property, partial
from typing import Any

from uads.core.entry import Cost, Entry, Job, Jobs, constant_workload
from uads.core.errors import UserError
from uads.detectors.base import Detector, DetectorSettings, Member, ScoreSet, kinds
from uads.study.corpora import CorporaView
from uads.study.detector_config import parse_detectors
from uads.study.representations import RepresentationsView

SUBMISSION = Entry("script:write_submission", Cost(2, 0, 220), constant_workload)


class DetectorsView:
    """The detectors of a study.

    Parameters
    ----------
    config : mapping
        The validated config.
    corpora : CorporaView
    representations : RepresentationsView

    Attributes
    ----------
    kinds, specs, settings : dict
        Kind, declaration and settings of each configured detector.

    Raises
    ------
    UserError
        If a detector cannot read its representation, or two score sets have one name.
    """

    def __init__(self, config: Mapping[str, Any], corpora: CorporaView, representations: RepresentationsView):
        self._wanted: list[str] = list(dict.fromkeys(config["scores"]))
        self._corpus = corpora.studied
        self._representations = representations
        parsed = parse_detectors(config["detectors"], self._wanted)
        self.kinds: dict[str, str] = {name: kind for name, (kind, _) in parsed.items()}
        self.specs: dict[str, Detector] = {name: kinds()[kind] for name, kind in self.kinds.items()}
        self.settings: dict[str, DetectorSettings] = {name: settings for name, (_, settings) in parsed.items()}
        self._members_of = cache(lambda name: list(self.specs[name].members(self.settings[name], self._corpus)))
        self.check()

    def check(self) -> None:
        """Check representations and the names of score sets."""
        for name in self._wanted:
            check_representation(name, self.settings[name].representation, self._representations.by_name)
        check_names({name: list(self._score_sets_of(name)) for name in self._wanted})

    @cached_property
    def names(self) -> list[str]:
        """List the detectors of ``scores`` that can run."""
        return [name for name in self._wanted if not self.missing(name)]

    def missing(self, name: str) -> str | None:
        """Return what a detector needs and the study does not have, or None."""
        if name not in self._wanted:
            return f"{name} among the config's scores"
        return self.specs[name].missing(self.settings[name], self._corpus)

    @cached_property
    def representations(self) -> list[str]:
        """List the representations that the detectors of ``scores`` read."""
        return list(dict.fromkeys(self.settings[name].representation for name in self._wanted))

    def members(self, name: str) -> list[Member]:
        """List the members of a detector."""
        return self._members_of(name)

    def member(self, detector: str, name: str) -> Member:
        """Return one member of a detector.

        Raises
        ------
        UserError
            If there is none of this name.
        """
        by_name = {member.name: member for member in self.members(detector)}
        if name not in by_name:
            raise UserError(f"{detector} has no member {name}: take {', '.join(by_name)}")
        return by_name[name]

    def shards(self, member: Member, *shard_kinds: str) -> list[str]:
        """List the shards with the clips of a member: of some kinds, by default training and test clips."""
        wanted = shard_kinds or ("train", "test", "evaluation")
        return [name for machine in member.machines for name in self._corpus.shard_names(*wanted, machine=machine)]

    # ---- score sets --------------------------------------------------------------------------------

    @cached_property
    def score_sets(self) -> dict[str, ScoreSet]:
        """Map the name of each score set to it, in the order of the config."""
        return {name: found for detector in self.names for name, found in self._score_sets_of(detector).items()}

    @cached_property
    def _detectors_of_score_sets(self) -> dict[str, str]:
        return {score_set: name for name in self.names for score_set in self._score_sets_of(name)}

    def detector_of(self, score_set: str) -> str:
        """Return the detector that makes a score set."""
        return self._detectors_of_score_sets[score_set]

    def _score_sets_of(self, name: str) -> dict[str, ScoreSet]:
        return name_score_sets(
            name, self.kinds[name], self.specs[name].score_sets(self.settings[name], self.members(name))
        )

    @cached_property
    def submissions(self) -> list[str]:
        """List the score sets that become submission files: none where the clips are of no challenge.

        A score set that reads the domain of a test clip is none where the challenge keeps the domains secret.
        """
        year = self._corpus.year
        if year is None:
            return []
        secret = year.is_domain_secret
        return [
            name for name in self.score_sets if not (secret and self.specs[self.detector_of(name)].reads_test_domain)
        ]

    # ---- rules -------------------------------------------------------------------------------------

    def with_stage(self, stage: str) -> list[str]:
        """List the detectors that have a stage: train, infer, score or combine."""
        return [name for name in self.names if getattr(self.specs[name], stage)]

    def member_names(self, stage: str) -> list[str]:
        """List the names of the members of all detectors that have a stage."""
        return sorted({member.name for name in self.with_stage(stage) for member in self.members(name)})

    def entry(self, stage: str, detector: str) -> Entry:
        """Return the entry of a stage of a detector."""
        return getattr(self.specs[detector], stage)

    def training(self, detector: str, member: str) -> dict[str, Any]:
        """Return the settings that a member is trained with; others can change without a new training."""
        return self.block(detector, "training") | dict(self.member(detector, member).overrides)

    def block(self, detector: str, name: str) -> dict[str, Any]:
        """Return a block of a detector's settings: training, back_end or decision."""
        return getattr(self.settings[detector], name).model_dump()

    def described(self, detector: str, member: str) -> dict[str, Any]:
        """Return a member as the mapping that a rule passes to its job."""
        return asdict(self.member(detector, member))

    def jobs(self, sizes: Any) -> Jobs:
        """Return entry and work of the jobs of each rule."""
        return {
            "train_member": partial(_member_job, self, sizes, "train"),
            "infer_member": partial(_member_job, self, sizes, "infer"),
            "score_member": partial(_member_job, self, sizes, "score"),
            "score_clips": partial(_score_set_job, self, sizes),
            "write_submission": lambda _: SUBMISSION.job(),
        }

    def job(self, stage: str, sizes: Any, detector: str, made: Member | ScoreSet) -> Job:
        """Return the entry and the work of one job, on a member or a score set."""
        return self.entry(stage, detector).job(sizes, self._corpus, self.settings[detector], made)


def check_names(score_sets: Mapping[str, list[str]]) -> None:
    """Check that no two detectors make score sets of one name."""
    makers: dict[str, str] = {}
    for name, own in score_sets.items():
        for score_set in own:
            other = makers.setdefault(score_set, name)
            if other != name:
                raise UserError(f"detectors: {other} and {name} both make the score set {score_set}: rename one")


def check_representation(detector: str, representation: str, known: Mapping[str, Any]) -> None:
    """Check that the representation of a detector exists and holds all clips."""
    if representation not in known:
        raise UserError(f"detectors.{detector}.representation: there is no '{representation}'")
    if known[representation].clips_per_split is not None:
        raise UserError(
            f"detectors.{detector}.representation: {representation} holds a few clips of each split: "
            "set its clips_per_split to null, or take logmel"
        )


def name_score_sets(name: str, kind: str, declared: Mapping[str, ScoreSet]) -> dict[str, ScoreSet]:
    """Return the score sets that a kind declares, with the names of a configured detector."""
    return {
        f"{name}_{ending}" if ending else name: replace(
            found,
            label=found.label if name == kind else f"{found.label} ({name})",
            inputs=tuple((detector or name, member) for detector, member in found.inputs),
        )
        for ending, found in declared.items()
    }


def _member_job(view: DetectorsView, sizes: Any, stage: str, wildcards: Any) -> Job:
    detector = wildcards.detector
    return view.job(stage, sizes, detector, view.member(detector, wildcards.member))


def _score_set_job(view: DetectorsView, sizes: Any, wildcards: Any) -> Job:
    name = wildcards.score_set
    return view.job("combine", sizes, view.detector_of(name), view.score_sets[name])
