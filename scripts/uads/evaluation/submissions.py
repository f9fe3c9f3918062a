"""Submission files of DCASE Task 2: scores and decisions in the format of the official evaluators.

::

    2020       anomaly_score_<machine>_id_<NN>.csv
    2021       anomaly_score_<machine>_section_<NN>_<domain>_test.csv   and   decision_result_...
    2022, 2023 anomaly_score_<machine>_section_<NN>_test.csv            and   decision_result_...

Lines are ``file.wav,value`` without header, sorted; a decision is 1 for anomalous, else 0.
"""

from pathlib import Path

import pandas as pd

from uads.core.errors import UserError
from uads.core.files import atomic_path

#: Start of a file's name to the column of the score set that the file contains.
CONTENTS = {"anomaly_score": "score", "decision_result": "decision"}


def write_submission(index: pd.DataFrame, scores: pd.DataFrame, file_name: str, folder: str | Path) -> None:
    """Write the submission files of all test clips, including those of the development part.

    Parameters
    ----------
    index : DataFrame
        The clip table.
    scores : DataFrame
        The score set of a detector.
    file_name : str
        Name of a file after its first word, from machine, section and domain: that of a
        :class:`uads.corpora.dcase.base.Year`.
    folder : path
        Output folder; an existing one is replaced.

    Raises
    ------
    UserError
        If a test clip has no score: the evaluators reject incomplete files.
    """
    values = scores[["clip", *CONTENTS.values()]]  # a component may have the name of a clip table column
    clips = index[index["split"] == "test"].merge(values, on="clip", how="left")
    missing = clips["clip"][clips["score"].isna()]
    if len(missing):
        raise UserError(
            f"{len(missing)} of {len(clips)} test clips have no score, one is {missing.iloc[0]}: a submission must "
            "contain all of them; add training clips of their sections, or remove the sections from corpora[].sections"
        )
    clips = clips.assign(file=clips["clip"].str.rsplit("/", n=1).str[-1]).sort_values("file")
    named = [
        file_name.format(machine=machine, section=section, domain=domain)
        for machine, section, domain in zip(clips["machine"], clips["section"], clips["domain"], strict=True)
    ]
    with atomic_path(folder) as partial:
        partial.mkdir()
        for name, rows in clips.groupby(named):
            for start, column in CONTENTS.items():
                rows[["file", column]].to_csv(partial / f"{start}_{name}.csv", header=False, index=False)
