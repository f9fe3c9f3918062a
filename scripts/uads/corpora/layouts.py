"""The years of DCASE Task 2: which machines and sections each has, and how it names its clips.

::

    2020  normal_id_01_00000000.wav   blind  id_05_00000000.wav
    2021  section_00_source_train_normal_0000_<attributes>.wav, in tests without attributes
                                      blind  section_03_source_test_0000.wav
    2022  section_00_target_test_anomaly_0000_<attributes>.wav
    2023                              blind  section_03_0000.wav

The machine ids of 2020 are sections here, and all its clips are of the source domain. The evaluation
part has sections of its own until 2022, and machines of its own in 2023.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from uads.errors import UserError

Sections = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Layout:
    """One year.

    Parameters
    ----------
    title : str
    development, evaluation : mapping of machine to tuple of str
        The sections of each part. Training clips of the evaluation part were published as "additional
        training data", its test clips without labels.
    name : Pattern
        How clips are named.
    example : str
        A name, for messages.
    domain : str, default ""
        The domain where a name tells none; empty if ground truth must tell it.
    """

    title: str
    development: Sections
    evaluation: Sections
    name: re.Pattern[str]
    example: str
    domain: str = ""

    @property
    def machines(self) -> list[str]:
        """List the machines of both parts."""
        return list(dict.fromkeys([*self.development, *self.evaluation]))

    def sections(self, machine: str) -> list[str]:
        """List the sections of a machine."""
        return sorted((*self.development.get(machine, ()), *self.evaluation.get(machine, ())))

    def part(self, machine: str, section: str) -> str | None:
        """Say which part a section of a machine belongs to; None if the year does not have it."""
        if section in self.development.get(machine, ()):
            return "development"
        return "evaluation" if section in self.evaluation.get(machine, ()) else None


def parse_name(layout: str, name: str, folder: str = "", where: str = "") -> dict[str, str]:
    """Read what a file name says: section, domain, split, label, attributes.

    Only the final ``.wav`` is taken off, since attributes hold dots.

    Parameters
    ----------
    layout : str
        One of :data:`LAYOUTS`.
    name : str
        The file's name.
    folder : str, optional
        The name of its folder: the split, where the file's name tells none.
    where : str, optional
        What a message names instead of the file.

    Raises
    ------
    UserError
        If the name is not one of that year.
    """
    year = LAYOUTS[layout]
    match = year.name.fullmatch(name)
    if not match:
        raise UserError(
            f"{where or name} is not named as in {year.title} ({year.example}): take it out, or mend corpora[].layout"
        )
    said = match.groupdict(default="")
    return {
        "section": said["section"],
        "domain": said.get("domain") or year.domain,
        "split": said.get("split") or ("train" if folder == "train" else "test"),
        "label": said["label"] or "unknown",
        "attributes": said.get("attributes", ""),
    }


def _all(machines: Iterable[str], *sections: str) -> Sections:
    return dict.fromkeys(machines, sections)


_MIMII_2020 = ("fan", "pump", "slider", "valve")
_MACHINES_2021 = ("fan", "gearbox", "pump", "slider", "valve", "ToyCar", "ToyTrain")
_MACHINES_2022 = ("bearing", "fan", "gearbox", "slider", "valve", "ToyCar", "ToyTrain")
_BLIND_2023 = ("bandsaw", "grinder", "shaker", "ToyDrone", "ToyNscale", "ToyTank", "Vacuum")

_NAME_2020 = re.compile(r"(?:(?P<label>normal|anomaly)_)?id_(?P<section>\d\d)_\d{8}\.wav")
_NAME_2021 = re.compile(
    r"section_(?P<section>\d\d)_(?P<domain>source|target)_(?P<split>train|test)"
    r"(?:_(?P<label>normal|anomaly))?_\d{4}(?:_(?P<attributes>.+))?\.wav"
)
_NAME_2022 = re.compile(
    r"section_(?P<section>\d\d)(?:_(?P<domain>source|target)_(?P<split>train|test)_(?P<label>normal|anomaly))?"
    r"_\d{4}(?:_(?P<attributes>.+))?\.wav"
)
_EXAMPLE = "section_00_source_train_normal_0000_<attributes>.wav"

LAYOUTS = {
    "dcase2020": Layout(
        "DCASE 2020 Task 2",
        development=_all(_MIMII_2020, "00", "02", "04", "06")
        | {"ToyCar": ("01", "02", "03", "04"), "ToyConveyor": ("01", "02", "03")},
        evaluation=_all(_MIMII_2020, "01", "03", "05")
        | {"ToyCar": ("05", "06", "07"), "ToyConveyor": ("04", "05", "06")},
        name=_NAME_2020,
        example="normal_id_00_00000000.wav",
        domain="source",
    ),
    "dcase2021": Layout(
        "DCASE 2021 Task 2",
        development=_all(_MACHINES_2021, "00", "01", "02"),
        evaluation=_all(_MACHINES_2021, "03", "04", "05"),
        name=_NAME_2021,
        example=_EXAMPLE,
    ),
    "dcase2022": Layout(
        "DCASE 2022 Task 2",
        development=_all(_MACHINES_2022, "00", "01", "02"),
        evaluation=_all(_MACHINES_2022, "03", "04", "05"),
        name=_NAME_2022,
        example=_EXAMPLE,
    ),
    "dcase2023": Layout(
        "DCASE 2023 Task 2",
        development=_all(_MACHINES_2022, "00"),
        evaluation=_all(_BLIND_2023, "00"),
        name=_NAME_2022,
        example=_EXAMPLE,
    ),
}
