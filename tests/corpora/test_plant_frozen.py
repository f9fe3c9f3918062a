"""The embedded corpus is frozen: each version has fixed bytes."""

import csv
import hashlib
import platform

import pytest

from tests.helpers import ROOT
from uads.corpora.plant import PLANT_SEED, PLANT_VERSION, PlantSize, write_engines, write_machine

FROZEN = ROOT / "resources/embedded/frozen.csv"


@pytest.mark.slow
@pytest.mark.skipif(platform.machine() != "x86_64", reason="other processors may differ in the last bit of a sample")
def test_a_sample_of_the_corpus_has_the_recorded_digests(tmp_path):
    write_machine(
        "valve",
        *(tmp_path / part for part in ("dev_data/valve", "eval_data/valve", "truth")),
        ["00"],
        PlantSize(),
        PLANT_SEED,
    )
    write_engines(tmp_path / "idmt", PlantSize(), PLANT_SEED)
    made = {path.relative_to(tmp_path).as_posix(): path for path in tmp_path.rglob("*.wav")}
    with open(FROZEN, newline="") as file:
        recorded = list(csv.DictReader(file))
    assert len(recorded) > 10
    for row in recorded:
        assert row["version"] == PLANT_VERSION
        assert hashlib.sha256(made[row["file"]].read_bytes()).hexdigest() == row["sha256"], row["file"]
