"""DCASE 2020 Task 2: machine ids, no domains, no attributes."""

import re

from uads.corpora.dcase.base import Year, all_with
from uads.corpora.dcase.ground_truth import read_joint_list
from uads.corpora.published import ClipCount, Reference

MIMII = ("fan", "pump", "slider", "valve")

YEAR = Year(
    title="DCASE 2020 Task 2",
    reference=Reference(
        "DCASE 2020 Task 2 (ToyADMOS, MIMII)",
        "CC-BY-NC-SA-4.0",
        "Y. Koizumi et al., Description and discussion on DCASE2020 challenge task 2, DCASE 2020; "
        "Y. Koizumi et al., ToyADMOS, WASPAA 2019; "
        "H. Purohit et al., MIMII Dataset, DCASE 2019",
    ),
    development=all_with(MIMII, "00", "02", "04", "06")
    | {"ToyCar": ("01", "02", "03", "04"), "ToyConveyor": ("01", "02", "03")},
    evaluation=all_with(MIMII, "01", "03", "05") | {"ToyCar": ("05", "06", "07"), "ToyConveyor": ("04", "05", "06")},
    name=re.compile(r"(?:(?P<label>normal|anomaly)_)?id_(?P<section>\d\d)_\d{8}\.wav"),
    example="normal_id_00_00000000.wav",
    ground_truth=read_joint_list,
    submission="{machine}_id_{section}",
    domain="source",
    counts=(
        ClipCount("ToyCar", "development", "train", 4000, 11, source="about 1,000 per machine id"),
        ClipCount("ToyCar", "development", "test", 2000, 11, source="about 500 per machine id"),
        ClipCount("ToyCar", "evaluation", "train", 3000, 11, source="about 1,000 per machine id"),
        ClipCount("ToyCar", "evaluation", "test", 1545, 11),
        ClipCount("ToyConveyor", "development", "train", 3000, 10, source="about 1,000 per machine id"),
        ClipCount("ToyConveyor", "development", "test", 1500, 10, source="about 500 per machine id"),
        ClipCount("ToyConveyor", "evaluation", "train", 3000, 10, source="about 1,000 per machine id"),
        ClipCount("ToyConveyor", "evaluation", "test", 1665),
        ClipCount("fan", "development", "train", 4000, 10, source="about 1,000 per machine id"),
        ClipCount("fan", "development", "test", 2000, 10, source="about 500 per machine id"),
        ClipCount("fan", "evaluation", "train", 3000, 10, source="about 1,000 per machine id"),
        ClipCount("fan", "evaluation", "test", 1342),
        ClipCount("pump", "development", "train", 4000, 10, source="about 1,000 per machine id"),
        ClipCount("pump", "development", "test", 2000, 10, source="about 500 per machine id"),
        ClipCount("pump", "evaluation", "train", 3000, 10, source="about 1,000 per machine id"),
        ClipCount("pump", "evaluation", "test", 777),
        ClipCount("slider", "development", "train", 4000, 10, source="about 1,000 per machine id"),
        ClipCount("slider", "development", "test", 2000, 10, source="about 500 per machine id"),
        ClipCount("slider", "evaluation", "train", 3000, 10, source="about 1,000 per machine id"),
        ClipCount("slider", "evaluation", "test", 834),
        ClipCount("valve", "development", "train", 4000, 10, source="about 1,000 per machine id"),
        ClipCount("valve", "development", "test", 2000, 10, source="about 500 per machine id"),
        ClipCount("valve", "evaluation", "train", 3000, 10, source="about 1,000 per machine id"),
        ClipCount("valve", "evaluation", "test", 940),
    ),
)
