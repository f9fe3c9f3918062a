"""The detectors of a study, their members and their score sets."""

from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from uads.core.errors import UserError
from uads.detectors.adacos import VARIANTS
from uads.study.corpora import CorporaView
from uads.study.representations import RepresentationsView

#: Settings of sub-cluster AdaCos that do not affect training (ensemble layout and back end).
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


class DetectorsView:
    """The detectors of a study.

    Parameters
    ----------
    config : mapping
        The validated config.
    corpora : CorporaView
    representations : RepresentationsView

    Raises
    ------
    UserError
        If a detector cannot read its representation.
    """

    def __init__(self, config: Mapping[str, Any], corpora: CorporaView, representations: RepresentationsView):
        self._wanted: list[str] = config["scores"]
        self._settings: dict[str, dict[str, Any]] = config["detectors"]
        self._corpus = corpora.studied
        self._representations = representations
        self.check()

    def check(self) -> None:
        """Check representations and checkpoints."""
        known = self._representations.by_name
        for name in self._wanted:
            representation = self._settings[name]["representation"]
            if representation not in known:
                raise UserError(f"detectors.{name}.representation: there is no '{representation}'")
            if known[representation].clips_per_split is not None:
                raise UserError(
                    f"detectors.{name}.representation: {representation} holds a few clips of each split: "
                    "set its clips_per_split to null, or take logmel"
                )
        adacos = self._settings["adacos"]
        if max(adacos["checkpoints"]) > adacos["epochs"]:
            raise UserError(f"detectors.adacos.checkpoints: training ends after {adacos['epochs']} epochs")

    @cached_property
    def names(self) -> list[str]:
        """List the detectors that can be trained.

        AdaCos needs two sections to distinguish, MobileNetV2 two of each machine and part.
        """
        together = Counter((machine, part) for machine, _, part in self._corpus.trained_parts)
        possible = {
            "autoencoder": bool(self._corpus.trained),
            "mobilenetv2": bool(together) and min(together.values()) > 1,
            "adacos": len(self._corpus.trained) > 1,
        }
        return [name for name in self._wanted if possible[name]]

    @cached_property
    def representations(self) -> list[str]:
        """List the representations that the detectors read."""
        return list(dict.fromkeys(self._settings[name]["representation"] for name in self._wanted))

    @cached_property
    def adacos_score_sets(self) -> dict[str, str]:
        """Map the name of each score set of sub-cluster AdaCos to its kind; the ensemble has the detector's name."""
        adacos = self._settings["adacos"]
        if "adacos" not in self.names:
            return {}
        sets = ["choice", *adacos["variants"]] if len(adacos["variants"]) > 1 else []
        sets += ["density"] if adacos["density_neighbours"] else []
        return {"adacos": "ensemble"} | {f"adacos_{name}": name for name in sets}

    @cached_property
    def score_sets(self) -> list[str]:
        """List the score sets of all detectors."""
        return [one for name in self.names for one in (self.adacos_score_sets if name == "adacos" else [name])]

    @cached_property
    def described_member(self) -> str:
        """Return the member whose network Table 1 describes: one with both heads where there is one."""
        variants = self._settings["adacos"]["variants"]
        return self.members_of(max(variants, key=lambda name: len(VARIANTS[name])))[0]

    @cached_property
    def back_ends(self) -> list[str]:
        """List the score sets of sub-cluster AdaCos that Table 3 shows beside its distributions."""
        return [name for name in self.score_sets if name in ("adacos", "adacos_density")]

    def compared(self, score_set: str) -> list[str]:
        """List the score sets that are compared: one per detector, AdaCos by the given score set if it exists."""
        chosen = f"adacos_{score_set}" if f"adacos_{score_set}" in self.score_sets else "adacos"
        own = [chosen if name == "adacos" else name for name in self.names]
        return own + [name for name in self.score_sets if name == "adacos_density"]

    @cached_property
    def submissions(self) -> list[str]:
        """List the score sets that become submission files: none where the clips are of no challenge.

        Sub-cluster AdaCos reads the domain of a test clip, which the challenges of 2022 and 2023 keep secret.
        """
        year = self._corpus.year
        if year is None:
            return []
        return [name for name in self.score_sets if not (year.is_domain_secret and name.startswith("adacos"))]

    @cached_property
    def unpublished(self) -> dict[str, None]:
        """Return the settings that hide published results beside those of other clips than DCASE 2021's."""
        return {} if self._corpus.layout == "dcase2021" else {"published": None}

    @cached_property
    def members(self) -> list[str]:
        """List the members of the sub-cluster AdaCos ensemble."""
        return [member for variant in self._settings["adacos"]["variants"] for member in self.members_of(variant)]

    def members_of(self, variant: str) -> list[str]:
        """List the members of one loss variant."""
        adacos = self._settings["adacos"]
        numbers = [(number, seed) for number in adacos["sub_clusters"] for seed in range(adacos["seeds"])]
        return [f"{variant}_s{number}_seed{seed}" for number, seed in numbers]

    def member_settings(self, member: str) -> dict[str, Any]:
        """Return the settings that a member is trained with; others can change without a new training."""
        variant, sub_clusters = member.rsplit("_", 2)[:2]
        settings = self._settings["adacos"]
        shared = {name: value for name, value in settings.items() if name not in BACK_END}
        return shared | {"heads": VARIANTS[variant], "sub_clusters": int(sub_clusters[1:])}
