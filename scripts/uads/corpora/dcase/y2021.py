"""DCASE 2021 Task 2: sections and two domains, which the names of test clips state."""

import re

from uads.corpora.dcase.base import Year, all_with
from uads.corpora.dcase.ground_truth import read_labels
from uads.corpora.published import ClipCount, Reference, count_equal

MACHINES = ("fan", "gearbox", "pump", "slider", "valve", "ToyCar", "ToyTrain")
#: Machines with the same number of clips in each part.
EQUAL = ("fan", "pump", "valve", "ToyCar", "ToyTrain")

YEAR = Year(
    title="DCASE 2021 Task 2",
    reference=Reference(
        "DCASE 2021 Task 2 (ToyADMOS2, MIMII DUE)",
        "CC-BY-NC-SA-4.0",
        "Y. Kawaguchi et al., Description and discussion on DCASE 2021 challenge task 2, DCASE 2021; "
        "N. Harada et al., ToyADMOS2, DCASE 2021; "
        "R. Tanabe et al., MIMII DUE, WASPAA 2021",
    ),
    development=all_with(MACHINES, "00", "01", "02"),
    evaluation=all_with(MACHINES, "03", "04", "05"),
    name=re.compile(
        r"section_(?P<section>\d\d)_(?P<domain>source|target)_(?P<split>train|test)"
        r"(?:_(?P<label>normal|anomaly))?_\d{4}(?:_(?P<attributes>.+))?\.wav"
    ),
    example="section_00_source_train_normal_0000_<attributes>.wav",
    ground_truth=read_labels,
    submission="{machine}_section_{section}_{domain}_test",
    is_synthesized=True,
    counts=(
        *count_equal(EQUAL, "development", train=3009, test=1200),
        *count_equal(EQUAL, "evaluation", train=3009, test=1200),
        ClipCount("gearbox", "development", "train", 3026),
        ClipCount("gearbox", "development", "test", 1407),
        ClipCount("gearbox", "evaluation", "train", 3114),
        ClipCount("gearbox", "evaluation", "test", 1428),
        ClipCount("slider", "development", "train", 3009),
        ClipCount("slider", "development", "test", 1214),
        ClipCount("slider", "evaluation", "train", 3009),
        ClipCount("slider", "evaluation", "test", 1207),
    ),
)
