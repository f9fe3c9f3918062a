"""A detector, a representation, a table, a figure and a measure are added by one folder each, and nothing else."""

import json
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.helpers import TINY, WorkflowCopy, count_jobs
from uads.corpora.index import index_folder
from uads.data.clips import as_clip_table
from uads.data.stores import FrameStore

EXAMPLES = Path(__file__).parent / "examples"
#: One entry for the detector, and one for the representation that it reads.
ADDED = TINY | {
    "scores": [*TINY["scores"], "level"],
    "representations": {"loudness": {"kind": "rms"}},
    "detectors": TINY["detectors"] | {"level": {"representation": "loudness"}},
}
#: Prints what the package's functions say of the added entries.
ASKED = """
import json, sys, yaml
sys.path.insert(0, "scripts")
from snakemake.utils import update_config
from uads.corpora.datasets import read_datasets
from uads.study.config import check_config
from uads.study.methods import methods
from uads.study.study import Study
config = yaml.safe_load(open("config/config.yaml"))
update_config(config, yaml.safe_load(open("overlay.yaml")))
study = Study(check_config(config), read_datasets("config/datasets.csv"))
print(json.dumps({"table": study.tables.inputs("table_2")["scores"], "methods": str(methods(study))}))
"""


@pytest.fixture(scope="module")
def extended(tmp_path_factory) -> WorkflowCopy:
    """Return a copy of the workflow with the examples, in which nothing has run."""
    copy = WorkflowCopy(tmp_path_factory.mktemp("copy"), ADDED)
    shutil.copytree(EXAMPLES, copy.folder / "scripts/uads", dirs_exist_ok=True)
    return copy


def test_added_targets_are_listed(extended):
    listed = extended.run("--list").stdout
    assert "example_table (The number of samples of each UMAP.)" in listed
    assert "example_figure (A bar for each score set.)" in listed
    assert "bars (A bar for each score set.)" in listed
    assert "measure_example_measure (Count the samples of each UMAP.)" in listed


def test_an_added_table_collects_an_added_measure(extended):
    jobs = extended.planned("example_table")
    assert (jobs["tabulate"], jobs["measure_example_measure"], jobs["sample_stacks"]) == (1, 6, 3)
    assert "embed_umap" not in jobs, "the measure reads samples"


def test_an_added_figure_is_drawn_alone_and_with_all_figures(extended):
    assert extended.planned("bars")["draw_figure"] == 1
    every = extended.planned("figures")
    assert every["draw_figure"] == 3, "two trainings, and the example"


@pytest.fixture(scope="module")
def scored(extended) -> str:
    """Return what a dry run of the added detector's products prints."""
    products = ("submissions/level", "scores/level.parquet", "scores/training/level.parquet")
    return extended.run(*(f"results/tiny/{product}" for product in products), "--dry-run").stdout


def test_an_added_detector_is_scored_submitted_and_asks_for_its_memory(scored):
    jobs = count_jobs(scored)
    assert (jobs["score_clips"], jobs["write_submission"]) == (1, 1)
    assert "26000 MB" in scored, "20 GB, and room to spare"


def test_an_added_representation_has_an_extraction_of_its_own(scored):
    jobs = count_jobs(scored)
    assert jobs["extract_loudness"] == 2, "a job for the clips of each machine"


def test_an_added_representation_writes_the_store_that_its_declaration_describes(tmp_path):
    spec, extract = (runpy.run_path(str(EXAMPLES / "representations/rms" / name)) for name in ("spec.py", "extract.py"))
    settings = spec["SPEC"].Settings(normalise="none")
    waveform = np.random.default_rng(0).uniform(-0.5, 0.5, 5000).astype(np.float32)
    (tmp_path / "clips").mkdir()
    soundfile.write(tmp_path / "clips/a.wav", waveform, settings.sample_rate, subtype="FLOAT")
    clips = as_clip_table(index_folder("own", tmp_path / "clips"))
    extract["extract"](clips, {"loudness": tmp_path / "a.h5"}, {"loudness": settings.model_dump()}, {}, None, 0, 1)
    store = FrameStore(tmp_path / "a.h5")
    windows = [waveform[start : start + 512].astype(np.float64) for start in range(0, 4608, 512)]
    np.testing.assert_allclose(store.frames[:, 0], [np.sqrt((one**2).mean()) for one in windows], rtol=1e-5)
    assert len(store.frames) == spec["SPEC"].frames(settings, 5000 / settings.sample_rate)
    assert store.attributes["seconds_per_frame"] == 512 / 16000


def test_added_detectors_are_in_table_2_and_on_the_methods_page(extended):
    code = [sys.executable, "-c", ASKED]
    found = json.loads(subprocess.run(code, cwd=extended.folder, capture_output=True, text=True, check=True).stdout)
    assert "<results>/scores/level.parquet" in found["table"]
    assert "mean of its loudness frames" in found["methods"]
    assert "root mean square of windows of 512 samples" in found["methods"]
