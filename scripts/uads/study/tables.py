"""The tables of a study, and what prevents one."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from uads.study.corpora import CorporaView
from uads.study.detectors import DetectorsView


class TablesView:
    """The tables of a study.

    Parameters
    ----------
    config : mapping
        The validated config.
    corpora : CorporaView
    detectors : DetectorsView
    """

    def __init__(self, config: Mapping[str, Any], corpora: CorporaView, detectors: DetectorsView):
        self._wanted: list[str] = config["tables"]
        self._corpus = corpora.studied
        self._detectors = detectors

    @cached_property
    def described_member(self) -> str:
        """Return the member whose network Table 1 describes: one with both heads where there is one."""
        members = self._detectors.members("adacos") if "adacos" in self._detectors.settings else []
        return max(members, key=lambda member: len(member.overrides["heads"])).name if members else "none"

    @cached_property
    def back_ends(self) -> list[str]:
        """List the score sets of sub-cluster AdaCos that Table 3 shows beside its distributions."""
        return [name for name in self._detectors.score_sets if name in ("adacos", "adacos_density")]

    def compared(self, score_set: str) -> list[str]:
        """List the score sets that are compared: one per detector, AdaCos by the given score set if it exists."""
        found = self._detectors.score_sets
        chosen = f"adacos_{score_set}" if f"adacos_{score_set}" in found else "adacos"
        own = [chosen if name == "adacos" else name for name in self._detectors.names]
        return own + [name for name in found if name == "adacos_density"]

    @cached_property
    def unpublished(self) -> dict[str, None]:
        """Return the settings that hide published results beside those of other clips than DCASE 2021's."""
        return {} if self._corpus.layout == "dcase2021" else {"published": None}

    @cached_property
    def names(self) -> list[str]:
        """List the tables of the config that can be made."""
        return [name for name in self._wanted if not self.missing(name)]

    def missing(self, name: str) -> str | None:
        """Return what a table needs and the study does not have, or None if the table can be made."""
        adacos = (
            None
            if "adacos" in self._detectors.names
            else "adacos among the config's scores, and two sections to train on"
        )
        detector = None if self._detectors.names else "training clips"
        labels = None if self._corpus.labelled else "test clips with labels"
        losses = None if "adacos_choice" in self._detectors.score_sets else "two losses in detectors.adacos.variants"
        is_challenge = self._corpus.layout and self._corpus.blind_sections
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
