"""Clips of DCASE Task 2, 2020 to 2023, as unpacked from the archives.

::

    2020  dev_data_fan/fan/{train,test}       eval_data_train_fan/fan/train    eval_data_test_fan/fan/test
    2021  dev_data_fan/fan/{train,source_test,target_test}
                                              eval_data_fan_train/fan/train    eval_data_fan_test/fan/source_test ...
    2022  dev_fan/fan/{train,test}            eval_data_fan_train/fan/train    eval_data_fan_test/fan/test
    2023  dev_fan/fan/{train,test}            eval_data_grinder_train/grinder/train ...

Every archive unpacks to a folder named after its machine, so each archive is unpacked into a folder named after
the archive. See :mod:`uads.corpora.dcase.years` for the clip names.
"""

import logging
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from uads.core.errors import UserError
from uads.corpora.dcase.attributes import complete_attributes, read_attributes
from uads.corpora.dcase.base import Year
from uads.corpora.dcase.years import YEARS
from uads.corpora.files import find_audio, probe_files

log = logging.getLogger(__name__)


def index_dcase(
    corpus: str,
    layout: str,
    root: str | Path,
    truth: str | Path,
    machines: Sequence[str],
    sections: Sequence[str],
    choice: str = "official",
    channel: str | int = "mix",
) -> pd.DataFrame:
    """List the clips of the given machines and sections, with ground truth joined where it is published.

    Parameters
    ----------
    corpus : str
        Name of the corpus in the study.
    layout : str
        The year, one of :data:`uads.corpora.dcase.years.YEARS`.
    root : path
        Folder of the unpacked archives.
    truth : path
        Folder below which the ground truth is found.
    machines, sections : sequence of str
    choice : {"official", "attributes"}
        Ground truth that is used where lists disagree: see :mod:`uads.corpora.dcase.ground_truth`.
    channel : "mix" or int, default "mix"
        See :func:`uads.corpora.files.probe_files`.

    Returns
    -------
    DataFrame
        The clip table without ``shard``. A blind clip without ground truth has the label ``unknown``
        and, from 2022 on, no domain.

    Raises
    ------
    UserError
        If a machine has no clip, or a clip name does not match the layout.
    """
    rows = [
        clip
        for machine in machines
        for clip in list_machine(YEARS[layout], Path(root), Path(truth), machine, choice)
        if clip["section"] in sections
    ]
    if not rows:
        raise UserError(f"{root} has no clip of the sections {', '.join(sections)}: correct corpora[].sections")
    table = pd.DataFrame(rows)
    short = [f"{corpus}/{path.parts[-3]}/{path.parts[-2]}/{path.name}" for path in table["path"]]
    return table.drop(columns="path").join(probe_files(table["path"], channel)).assign(clip=short, corpus=corpus)


def list_machine(year: Year, root: Path, truth: Path, machine: str, choice: str = "official") -> list[dict]:
    """List the clips of one machine: path, and metadata from names, attribute lists and ground truth."""
    paths = find_audio(root, f"*/{machine}/*/*.wav")
    clips = {path: year.parse_name(path.name, path.parent.name, str(path)) for path in paths}
    blind = {path.name: said for path, said in clips.items() if said["label"] == "unknown"}
    known = year.read_ground_truth(truth, machine, choice)
    for name, said in blind.items():
        said |= known.get(name, {})
    without = sorted(blind.keys() - known.keys())
    if without:
        log.warning("%s: %d of %d blind clips have no label, such as %s", machine, len(without), len(blind), without[0])
    complete_attributes({path.name: said for path, said in clips.items()}, read_attributes(root, machine), machine)
    return [said | {"path": path, "machine": machine, "part": part_of(path)} for path, said in clips.items()]


def part_of(path: Path) -> str:
    """Return the part of a clip, development or evaluation, from the name of the archive's folder."""
    return "development" if path.parts[-4].startswith("dev_") else "evaluation"
