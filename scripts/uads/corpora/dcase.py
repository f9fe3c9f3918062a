"""DCASE 2021 Task 2: names of folders and files, as the challenge published them.

::

    dev_data*/<machine>/train/section_00_source_train_normal_0000_<attributes>.wav
    dev_data*/<machine>/source_test/section_00_source_test_anomaly_0000.wav
    eval_data*/<machine>/train/section_03_target_train_normal_0002_<attributes>.wav
    eval_data*/<machine>/target_test/section_03_target_test_0000.wav          (blind)
    ground_truth_<machine>_section_03_target_test.csv                         (file.wav,0|1)

Every archive unpacks to a folder named by its machine, so archives are unpacked side by side, each in
a folder named by itself (``dev_data_fan``, ``eval_data_fan_train``, ``eval_data_fan_test``).
"""

import csv
import re
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from uads.corpora.files import find_audio, probe_files
from uads.errors import UserError

NAME = re.compile(
    r"section_(?P<section>\d\d)_(?P<domain>source|target)_(?P<split>train|test)"
    r"(?:_(?P<label>normal|anomaly))?_(?P<number>\d{4})(?:_(?P<attributes>.+))?\.wav"
)


def parse_name(name: str) -> dict[str, str]:
    """Read what a file name says: section, domain, split, label, attributes.

    Only the final ``.wav`` is taken off, since attributes hold dots.

    Raises
    ------
    UserError
        If the name is not one of DCASE 2021 Task 2.
    """
    match = NAME.fullmatch(name)
    if not match:
        raise UserError(
            f"{name} is not named as in DCASE 2021 Task 2 (section_00_source_train_normal_0000_<attributes>.wav)"
        )
    said = match.groupdict(default="")
    return {key: said[key] for key in ("section", "domain", "split", "attributes")} | {
        "label": said["label"] or "unknown"
    }


def read_ground_truth(folder: str | Path, machine: str) -> dict[str, str]:
    """Read the published labels of one machine's blind test clips: file name to label."""
    labels = {}
    for path in sorted(Path(folder).glob(f"**/ground_truth_{machine}_section_*.csv")):
        with open(path, newline="") as file:
            for number, row in enumerate(csv.reader(file), 1):
                if len(row) != 2 or row[1].strip() not in ("0", "1"):
                    raise UserError(f"{path}, line {number}: expected 'file.wav,0' or 'file.wav,1'")
                labels[row[0]] = "anomaly" if row[1].strip() == "1" else "normal"
    return labels


def index_dcase2021(
    corpus: str, root: str | Path, truth: str | Path, machines: Sequence[str], sections: Sequence[str]
) -> pd.DataFrame:
    """List the clips of some machines and sections, with ground truth joined where it is published.

    Parameters
    ----------
    corpus : str
        Name of the corpus in the study.
    root : path
        The folder that holds ``dev_data*`` and ``eval_data*``.
    truth : path
        The folder below which the ground truth lies.
    machines, sections : sequence of str

    Returns
    -------
    DataFrame
        The clip table without ``shard``.
    """
    rows = []
    for machine in machines:
        labels = read_ground_truth(truth, machine)
        for path in find_audio(root, f"*_data*/{machine}/*/*.wav"):
            said = parse_name(path.name)
            if said["section"] in sections:
                said["label"] = labels.get(path.name, "unknown") if said["label"] == "unknown" else said["label"]
                rows.append(said | {"path": path, "machine": machine, "part": part_of(path)})
    table = pd.DataFrame(rows)
    short = [f"{corpus}/{path.parts[-3]}/{path.parts[-2]}/{path.name}" for path in table["path"]]
    return table.drop(columns="path").join(probe_files(table["path"])).assign(clip=short, corpus=corpus)


def part_of(path: Path) -> str:
    """Say from the archive's folder whether a clip is of the development or the evaluation part."""
    return "development" if path.parts[-4].startswith("dev_data") else "evaluation"
