"""Machines, sections and clip names of DCASE Task 2, year by year.

::

    2020  normal_id_01_00000000.wav   blind  id_05_00000000.wav
    2021  section_00_source_train_normal_0000_<attributes>.wav; test clips without <attributes>
                                      blind  section_03_source_test_0000.wav
    2022  section_00_target_test_anomaly_0000_<attributes>.wav
    2023                              blind  section_03_0000.wav

The machine ids of 2020 are treated as sections, and all clips of 2020 belong to the source domain. The
evaluation part has its own sections until 2022 and its own machines in 2023.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from uads.core.errors import UserError

Sections = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Layout:
    """File layout of one year.

    Parameters
    ----------
    title : str
    development, evaluation : mapping of machine to tuple of str
        Sections of each part. Training clips of the evaluation part were published as "additional
        training data", its test clips without labels.
    name : Pattern
        Pattern of the clip names.
    example : str
        Example of a clip name, for messages.
    domain : str, default ""
        Domain of clips whose names do not state it; empty if the ground truth must supply it.
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
        """Return the part that a section of a machine belongs to; None if the year does not have it."""
        if section in self.development.get(machine, ()):
            return "development"
        return "evaluation" if section in self.evaluation.get(machine, ()) else None


def parse_name(layout: str, name: str, folder: str = "", where: str = "") -> dict[str, str]:
    """Parse a file name into section, domain, split, label and attributes.

    Only the final ``.wav`` is removed, since attributes contain dots.

    Parameters
    ----------
    layout : str
        One of :data:`LAYOUTS`.
    name : str
        Name of the file.
    folder : str, optional
        Name of its folder, which gives the split where the file name does not.
    where : str, optional
        Text that messages use instead of the file name.

    Raises
    ------
    UserError
        If the name does not match the pattern of that year.
    """
    year = LAYOUTS[layout]
    match = year.name.fullmatch(name)
    if not match:
        raise UserError(
            f"{where or name} is not named as in {year.title} ({year.example}): remove it, or correct corpora[].layout"
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
