"""The representations of a study: their kinds, and what in them is a stand-in."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from uads.core.errors import UserError
from uads.corpora.published import Reference
from uads.representations.base import Representation, RepresentationSettings, kinds
from uads.study.corpora import CorporaView
from uads.study.kinds import parse_representation

SYNTHESIZED = "All clips are synthesized"
KINDS = kinds()


class RepresentationsView:
    """The representations of a study.

    Parameters
    ----------
    config : mapping
        The validated config.
    corpora : CorporaView

    Attributes
    ----------
    by_name : dict
        The settings of each representation.

    Raises
    ------
    UserError
        If a representation is of no kind, or a setting of it is wrong.
    """

    def __init__(self, config: Mapping[str, Any], corpora: CorporaView):
        entries = config["representations"].items()
        self.by_name: dict[str, RepresentationSettings] = {
            name: parse_representation(name, entry) for name, entry in entries
        }
        self._kinds: dict[str, str] = {name: entry["kind"] for name, entry in entries}
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
        return self._kinds[name]

    def spec(self, name: str) -> Representation:
        """Return the declaration of a representation's kind."""
        return KINDS[self._kinds[name]]

    def settings(self, name: str) -> dict[str, Any]:
        """Return the settings of a representation as a job gets them."""
        return self.by_name[name].model_dump()

    def bins(self, name: str) -> int:
        """Return the numbers per frame of a representation."""
        return self.spec(name).bins(self.by_name[name])

    def frames(self, name: str, seconds: float) -> int:
        """Count the frames of a clip in a representation."""
        return self.spec(name).frames(self.by_name[name], seconds)

    def titles(self, names: Iterable[str]) -> dict[str, str]:
        """Return the titles of some representations; one that several share is followed by the name."""
        found = {name: self.spec(name).title(self.by_name[name]) for name in names}
        shared = [title for title in found.values() if list(found.values()).count(title) > 1]
        return {name: f"{title} ({name})" if title in shared else title for name, title in found.items()}

    def methods(self, names: Iterable[str]) -> str:
        """Describe some representations for the methods page."""
        described = {name: self.spec(name).methods(self.by_name[name]) for name in names}
        return " ".join(f"{name}: {text}." for name, text in described.items())

    def weights(self, name: str) -> str | None:
        """Return the path of the published weights of a representation, or None where it uses none."""
        weights, settings = self.spec(name).weights, self.by_name[name]
        if weights is None:
            return None
        path = f"resources/{weights.collection}/{weights.file(settings)}"
        wanted = getattr(settings, "weights", "published")
        return path if wanted == "published" or (wanted == "auto" and Path(path).exists()) else None

    @property
    def collections(self) -> list[str]:
        """List the collections of published weights that some kind uses."""
        return sorted({kind.weights.collection for kind in KINDS.values() if kind.weights is not None})

    def references(self, names: Iterable[str]) -> list[Reference]:
        """List licence and citation of the weights that some representations use."""
        used = [weights.reference for name in names if (weights := self.spec(name).weights) is not None]
        return list(dict.fromkeys(used))

    def stand_ins(self, *names: str) -> list[str]:
        """List, in sentences, the stand-ins behind a result made of some representations."""
        corpus = self._corpora.studied
        synthesized = SYNTHESIZED if corpus.source == "synthesize" else None
        sentences = [sentence for sentence in [corpus.stand_in or synthesized] if sentence]
        random = [name for name in names if self.weights(name) is None]
        sentences += [weights.stand_in for name in random if (weights := self.spec(name).weights) is not None]
        return list(dict.fromkeys(sentences))
