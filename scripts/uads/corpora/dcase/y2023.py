"""DCASE 2023 Task 2: one section of each machine, and other machines in the evaluation part."""

import re
from functools import partial

from uads.corpora.dcase.base import Year, all_with
from uads.corpora.dcase.ground_truth import read_lists
from uads.corpora.published import Reference, count_equal

DEVELOPMENT = ("bearing", "fan", "gearbox", "slider", "valve", "ToyCar", "ToyTrain")
EVALUATION = ("bandsaw", "grinder", "shaker", "ToyDrone", "ToyNscale", "ToyTank", "Vacuum")

YEAR = Year(
    title="DCASE 2023 Task 2",
    reference=Reference(
        "DCASE 2023 Task 2 (ToyADMOS2+, MIMII DG)",
        "CC-BY-NC-SA-4.0",
        "K. Dohi et al., Description and discussion on DCASE 2023 challenge task 2, DCASE 2023; "
        "N. Harada et al., ToyADMOS2+, DCASE 2023; "
        "K. Dohi et al., MIMII DG, DCASE 2022",
    ),
    development=all_with(DEVELOPMENT, "00"),
    evaluation=all_with(EVALUATION, "00"),
    name=re.compile(
        r"section_(?P<section>\d\d)(?:_(?P<domain>source|target)_(?P<split>train|test)_(?P<label>normal|anomaly))?"
        r"_\d{4}(?:_(?P<attributes>.+))?\.wav"
    ),
    example="section_00_source_train_normal_0000_<attributes>.wav",
    ground_truth=partial(read_lists, attributes="ground_truth_attributes/ground_truth_{machine}_section_*_test.csv"),
    submission="{machine}_section_{section}_test",
    is_domain_secret=True,
    counts=(
        *count_equal(DEVELOPMENT, "development", train=1000, test=200, seconds=10.7),
        *count_equal(EVALUATION, "evaluation", train=1000, test=200, seconds=10.7),
    ),
)
