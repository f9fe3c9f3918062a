"""Submission files of DCASE Task 2: scores and decisions as the organisers' evaluators read them.

::

    2020       anomaly_score_<machine>_id_<NN>.csv
    2021       anomaly_score_<machine>_section_<NN>_<domain>_test.csv   and   decision_result_...
    2022, 2023 anomaly_score_<machine>_section_<NN>_test.csv            and   decision_result_...

Lines are ``file.wav,value`` without header, sorted; a decision is 1 for anomalous, else 0.
"""

from pathlib import Path

import pandas as pd

from uads.errors import UserError
from uads.files import whole

#: What is written of a score table: the start of a file's name and the column of its values.
CONTENTS = {"anomaly_score": "score", "decision_result": "decision"}

#: How a year names what one file holds, from machine, section and domain.
NAMES = {
    "dcase2020": "{machine}_id_{section}",
    "dcase2021": "{machine}_section_{section}_{domain}_test",
    "dcase2022": "{machine}_section_{section}_test",
    "dcase2023": "{machine}_section_{section}_test",
}


def write_submission(index: pd.DataFrame, scores: pd.DataFrame, layout: str, folder: str | Path) -> None:
    """Write the files of all test clips, of the development part, too.

    Parameters
    ----------
    index : DataFrame
        The clip table.
    scores : DataFrame
        The score table of a detector.
    layout : str
        The year, a key of :data:`NAMES`.
    folder : path
        Where the files will lie; replaced as a whole.

    Raises
    ------
    UserError
        If a test clip has no score: the evaluators refuse incomplete files.
    """
    values = scores[["clip", *CONTENTS.values()]]  # a component may be named as a column of the clip table
    clips = index[index["split"] == "test"].merge(values, on="clip", how="left")
    missing = clips["clip"][clips["score"].isna()]
    if len(missing):
        raise UserError(
            f"{len(missing)} of {len(clips)} test clips have no score, one is {missing.iloc[0]}: a submission must "
            "hold them all, so add training clips of their sections, or take these out of corpora[].sections"
        )
    clips = clips.assign(file=clips["clip"].str.rsplit("/", n=1).str[-1]).sort_values("file")
    named = [
        NAMES[layout].format(machine=machine, section=section, domain=domain)
        for machine, section, domain in zip(clips["machine"], clips["section"], clips["domain"], strict=True)
    ]
    with whole(folder) as partial:
        partial.mkdir()
        for name, rows in clips.groupby(named):
            for start, column in CONTENTS.items():
                rows[["file", column]].to_csv(partial / f"{start}_{name}.csv", header=False, index=False)
