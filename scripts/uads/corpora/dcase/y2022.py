"""DCASE 2022 Task 2: the names of blind clips state no domain; lists of attributes."""

import re
from functools import partial

from uads.corpora.dcase.base import Year, all_with
from uads.corpora.dcase.ground_truth import read_lists
from uads.corpora.published import Reference, count_equal

MACHINES = ("bearing", "fan", "gearbox", "slider", "valve", "ToyCar", "ToyTrain")

YEAR = Year(
    title="DCASE 2022 Task 2",
    reference=Reference(
        "DCASE 2022 Task 2 (ToyADMOS2, MIMII DG)",
        "CC-BY-NC-SA-4.0",
        "K. Dohi et al., Description and discussion on DCASE 2022 challenge task 2, DCASE 2022; "
        "K. Dohi et al., MIMII DG, DCASE 2022; "
        "N. Harada et al., ToyADMOS2, DCASE 2021",
    ),
    development=all_with(MACHINES, "00", "01", "02"),
    evaluation=all_with(MACHINES, "03", "04", "05"),
    name=re.compile(
        r"section_(?P<section>\d\d)(?:_(?P<domain>source|target)_(?P<split>train|test)_(?P<label>normal|anomaly))?"
        r"_\d{4}(?:_(?P<attributes>.+))?\.wav"
    ),
    example="section_00_source_train_normal_0000_<attributes>.wav",
    ground_truth=partial(read_lists, attributes="ground_truth_attributes/{machine}/attributes_*.csv"),
    submission="{machine}_section_{section}_test",
    is_domain_secret=True,
    counts=(
        *count_equal(MACHINES, "development", train=3000, test=600),
        *count_equal(MACHINES, "evaluation", train=3000, test=600),
    ),
)
