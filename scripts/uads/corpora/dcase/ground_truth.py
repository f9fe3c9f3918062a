"""Ground truth of the blind test clips, as published after each challenge.

::

    2020  eval_data_list.csv                                    a line with the machine, then for each of its clips
                                                                id_05_00000000.wav,normal_id_05_00000098.wav,0
    2021  ground_truth_<machine>_section_03_source_test.csv     section_03_source_test_0000.wav,1
    2022  ground_truth_data/ground_truth_<machine>_section_03_test.csv            section_03_0000.wav,1   (1: anomaly)
          ground_truth_domain/ground_truth_<machine>_section_03_test.csv          section_03_0000.wav,0   (1: target)
          ground_truth_attributes/<machine>/attributes_03.csv                     a header line, then
                                 fan/test/section_03_0000.wav,m-n,X,fan/test/section_03_source_test_normal_0000_m-n_X.wav
    2023  as 2022, but ground_truth_attributes/ground_truth_<machine>_section_00_test.csv, without header and ending:
                                 section_00_0000.wav,section_00_source_test_normal_0000_grindstone_2_plate_2

The attribute lists contain the full name of every clip, which also states label and domain. In 2022 they
contradict the other lists for ToyCar and ToyTrain, on half of the labels and half of the domains (chance
level); for all other machines they agree. Only the audio could show which list is right.
``official`` takes label and domain from ``ground_truth_data`` and ``ground_truth_domain``, which the
challenge scored with, so that results are comparable with the challenge; attributes of the contradicted
machines are then unknown. ``attributes`` takes everything from the attribute lists, which are newer and
used by later toolkits.
"""

import csv
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path

from uads.core.errors import UserError
from uads.core.files import find_files
from uads.corpora.dcase.base import Truth, Year

log = logging.getLogger(__name__)

LABELS = ("normal", "anomaly")
DOMAINS = ("source", "target")


def read_labels(year: Year, folder: Path, machine: str, choice: str) -> Truth:
    """Read the labels of a year whose names of blind clips state all else (2021)."""
    return _read_flags(folder, f"ground_truth_{machine}_section_*_test.csv", "label", LABELS)


def read_lists(year: Year, folder: Path, machine: str, choice: str, attributes: str) -> Truth:
    """Read the three lists of labels, domains and attributes (2022 and 2023).

    Parameters
    ----------
    year, folder, machine, choice
        See :meth:`uads.corpora.dcase.base.Year.read_ground_truth`.
    attributes : str
        Pattern of the lists of attributes, from ``{machine}``.
    """
    pattern = f"ground_truth_{machine}_section_*_test.csv"
    labels = _read_flags(folder, f"ground_truth_data/{pattern}", "label", LABELS)
    domains = _read_flags(folder, f"ground_truth_domain/{pattern}", "domain", DOMAINS)
    official = {name: labels.get(name, {}) | domains.get(name, {}) for name in labels | domains}
    return _merge(official, _read_full_names(year, folder, attributes.format(machine=machine)), machine, choice)


def _merge(official: Truth, named: Truth, machine: str, choice: str) -> Truth:
    first, second = (official, named) if choice == "official" else (named, official)
    contradicted = [
        name for name, said in official.items() if any(named.get(name, said).get(key) != said[key] for key in said)
    ]
    if contradicted:
        log.warning(
            "ground truth of %s: the lists disagree on %d of %d clips, such as %s; '%s' is used",
            *(machine, len(contradicted), len(official), contradicted[0], choice),
        )
    merged = {name: second.get(name, {}) | first.get(name, {}) for name in first | second}
    if contradicted and choice == "official":
        merged = {name: said | {"attributes": ""} for name, said in merged.items()}
    return merged


def read_joint_list(year: Year, folder: Path, machine: str, choice: str) -> Truth:
    """Read the one list of all machines (2020)."""
    truth: Truth = {}
    of = ""
    for path, line, row in _rows(folder, "eval_data_list.csv"):
        if len(row) == 1:
            of = row[0]
        elif len(row) != 3 or row[2] not in ("0", "1"):
            raise UserError(f"{path}, line {line}: expected a machine, or 'file.wav,original.wav,0' (or 1)")
        elif of == machine:
            truth[row[0]] = {"label": LABELS[int(row[2])]}
    return truth


def _read_flags(folder: Path, pattern: str, key: str, values: Sequence[str]) -> Truth:
    truth: Truth = {}
    for path, line, row in _rows(folder, pattern):
        if len(row) != 2 or row[1] not in ("0", "1"):
            raise UserError(f"{path}, line {line}: expected 'file.wav,0' or 'file.wav,1'")
        truth[row[0]] = {key: values[int(row[1])]}
    return truth


def _read_full_names(year: Year, folder: Path, pattern: str) -> Truth:
    truth: Truth = {}
    for path, line, row in _rows(folder, pattern):
        if row[0] == "file_name":
            continue
        if len(row) < 2:
            raise UserError(f"{path}, line {line}: expected the name of a clip and, in the last cell, its name in full")
        full = row[-1].rsplit("/", 1)[-1].removesuffix(".wav") + ".wav"
        said = year.parse_name(full, where=f"{path}, line {line}: {full}")
        truth[row[0].rsplit("/", 1)[-1]] = {key: said[key] for key in ("label", "domain", "attributes")}
    return truth


def _rows(folder: Path, pattern: str) -> Iterator[tuple[Path, int, list[str]]]:
    """Yield path, line number and cells of each line of all files that match a pattern."""
    for path in sorted(find_files(folder, f"**/{pattern}")):
        with open(path, newline="", encoding="utf-8-sig") as file:
            for line, row in enumerate(csv.reader(file), 1):
                if row:
                    yield path, line, [cell.strip() for cell in row]
