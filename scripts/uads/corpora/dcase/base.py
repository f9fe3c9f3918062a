"""A year of DCASE Task 2: what differs from one challenge to the next.

Each year is one module ``y<year>.py`` of this folder with a :class:`Year` named ``YEAR``. To add a year, add its
module: the config's layout ``dcase<year>`` then exists.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from uads.core.errors import UserError
from uads.corpora.published import ClipCount, Reference

Sections = dict[str, tuple[str, ...]]

#: Metadata of each blind clip by name: label and, where the name does not state them, domain and attributes.
Truth = dict[str, dict[str, str]]


@dataclass(frozen=True)
class Year:
    """One year of the challenge.

    Attributes
    ----------
    title : str
    reference : Reference
        Licence and citation of its clips.
    development, evaluation : mapping of machine to tuple of str
        Sections of each part. Training clips of the evaluation part were published as "additional
        training data", its test clips without labels.
    name : Pattern
        Pattern of the clip names.
    example : str
        Example of a clip name, for messages.
    ground_truth : callable
        Reads the labels of the blind clips: ``(year, folder, machine, choice) -> Truth``.
    submission : str
        Name of a submission file after its first word, from ``{machine}``, ``{section}`` and ``{domain}``.
    counts : tuple of ClipCount
        Its published clips.
    domain : str, default ""
        Domain of clips whose names do not state it; empty if the ground truth must supply it.
    is_domain_secret : bool, default False
        Whether a submission must not depend on the domain of a test clip.
    is_synthesized : bool, default False
        Whether the embedded corpus exists in this layout.
    """

    title: str
    reference: Reference
    development: Sections
    evaluation: Sections
    name: re.Pattern[str]
    example: str
    ground_truth: Callable[["Year", Path, str, str], Truth]
    submission: str
    counts: tuple[ClipCount, ...]
    domain: str = ""
    is_domain_secret: bool = False
    is_synthesized: bool = False

    @property
    def machines(self) -> list[str]:
        """List the machines of both parts."""
        return list(dict.fromkeys([*self.development, *self.evaluation]))

    def sections(self, machine: str) -> list[str]:
        """List the sections of a machine."""
        return sorted((*self.development.get(machine, ()), *self.evaluation.get(machine, ())))

    def part(self, machine: str, section: str) -> str | None:
        """Return the part that a section of a machine belongs to; None if the year does not have it."""
        if section in self.development.get(machine, ()):
            return "development"
        return "evaluation" if section in self.evaluation.get(machine, ()) else None

    def parse_name(self, name: str, folder: str = "", where: str = "") -> dict[str, str]:
        """Parse a file name into section, domain, split, label and attributes.

        Only the final ``.wav`` is removed, since attributes contain dots.

        Parameters
        ----------
        name : str
            Name of the file.
        folder : str, optional
            Name of its folder, which gives the split where the file name does not.
        where : str, optional
            Text that messages use instead of the file name.

        Raises
        ------
        UserError
            If the name does not match the pattern of the year.
        """
        match = self.name.fullmatch(name)
        if not match:
            raise UserError(
                f"{where or name} is not named as in {self.title} ({self.example}): "
                "remove it, or correct corpora[].layout"
            )
        said = match.groupdict(default="")
        return {
            "section": said["section"],
            "domain": said.get("domain") or self.domain,
            "split": said.get("split") or ("train" if folder == "train" else "test"),
            "label": said["label"] or "unknown",
            "attributes": said.get("attributes", ""),
        }

    def read_ground_truth(self, folder: str | Path, machine: str, choice: str = "official") -> Truth:
        """Read the published ground truth of one machine's blind test clips.

        Parameters
        ----------
        folder : path
            Folder below which the lists are found.
        machine : str
        choice : {"official", "attributes"}
            Source of labels and domains where two lists disagree (2022).

        Raises
        ------
        UserError
            If a line cannot be read.
        """
        return self.ground_truth(self, Path(folder), machine, choice)


def all_with(machines: Iterable[str], *sections: str) -> Sections:
    """Return the same sections for each machine."""
    return dict.fromkeys(machines, sections)
