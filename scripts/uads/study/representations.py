"""The representations of a study: their kinds, and what in them is a stand-in."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from uads.core.errors import UserError
from uads.study.corpora import CorporaView

SYNTHESIZED = "All clips are synthesized"
STAND_IN_WEIGHTS = "OpenL3 runs with random stand-in weights"


class RepresentationsView:
    """The representations of a study.

    Parameters
    ----------
    config : mapping
        The validated config.
    corpora : CorporaView
    """

    def __init__(self, config: Mapping[str, Any], corpora: CorporaView):
        self.by_name: dict[str, dict[str, Any]] = config["representations"]
        self._corpora = corpora

    def check_known(self, key: str, *names: str) -> None:
        """Check that the config describes the representations that one of its keys names.

        Raises
        ------
        UserError
            If there is no such representation.
        """
        for name in names:
            if name not in self.by_name:
                raise UserError(f"{key}: '{name}' is not among {', '.join(self.by_name)}")

    def kind(self, name: str) -> str:
        """Return the kind of a representation."""
        return self.by_name[name]["kind"]

    def weights(self, name: str) -> str | None:
        """Return the path of the published weights of a representation, or None where a stand-in is used."""
        parameters = self.by_name[name]
        path = f"resources/openl3/openl3_audio_{parameters['input_repr']}_env-v0_4_0.h5"
        if parameters["weights"] == "published" or (parameters["weights"] == "auto" and Path(path).exists()):
            return path
        return None

    def stand_ins(self, *names: str) -> list[str]:
        """List, in sentences, the stand-ins behind a result made of some representations."""
        corpus = self._corpora.studied
        synthesized = SYNTHESIZED if corpus.source == "synthesize" else None
        sentences = [sentence for sentence in [corpus.stand_in or synthesized] if sentence]
        if any(self.kind(name) == "l3" and self.weights(name) is None for name in names):
            sentences.append(STAND_IN_WEIGHTS)
        return sentences
