"""Training killed at any step and resumed gives the result of an uninterrupted run."""

import os
import runpy
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import h5py
import numpy as np
import pandas as pd
import pytest

from uads.detectors.base import kinds

ROOT = Path(__file__).parents[2]
SPEC = kinds()["adacos"]
OWN = {"embedding_size": 8, "frames": 40, "epochs": 4, "checkpoints": [2, 4], "batch_size": 4}
MEMBER = {"name": "m", "machines": ["fan"], "overrides": {"heads": ["section"], "sub_clusters": 2}}
SETTINGS = SPEC.Settings(training={**OWN, "precision": "single", "training_data": "mapped"}).training.model_dump()
N_CLIPS, BINS = 20, 32  # five batches per epoch
#: Operation and its number before which the training is killed; each run resumes the previous one.
KILLS = {
    ("gather a batch", 3): "in the first epoch: nothing is saved yet",
    ("write a dataset", 40): "while the first state is written",
    ("move state.weights.h5", 2): "before the second state replaces the first, after the checkpoint of epoch 2",
    ("write a dataset", 10): "while the checkpoint of epoch 2 is written again",
    ("gather a batch", 13): "in the fourth epoch",
    ("move epoch_4.weights.h5", 1): "before the last checkpoint is in its place",
    ("copy epoch_4.weights.h5", 1): "between two files of the model",
    ("move history.csv", 1): "before the first output",
    ("move model", 1): "between two outputs",
    ("remove .resume", 1): "during the cleanup",
}


def train(features: str, folder: str, deed: str = "", times: str = "0") -> None:
    """Train a small network; kill the process before the given occurrence of an operation."""
    from uads.detectors.adacos import network, train
    from uads.learning.training import EpochBatches

    network.STAGES, network.BLOCKS = (4, 6), 1
    done = []

    def notice(found: str) -> None:
        done.append(found)
        if found == deed and done.count(deed) == int(times):
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(event: str, arguments: tuple) -> None:
        verbs = {"os.rename": ("move", 1), "shutil.copyfile": ("copy", 0), "shutil.rmtree": ("remove", 0)}
        if event in verbs:
            verb, place = verbs[event]
            notice(f"{verb} {Path(arguments[place]).name}")

    def noticed(function, what):
        def call(*arguments, **options):
            notice(what)
            return function(*arguments, **options)

        return call

    sys.addaudithook(watch)
    h5py.Group.create_dataset = noticed(h5py.Group.create_dataset, "write a dataset")
    EpochBatches.__getitem__ = noticed(EpochBatches.__getitem__, "gather a batch")
    train.train.__defaults__ = (0,)  # a state after each epoch
    run_adapter(features, Path(folder))


def run_adapter(features: str, folder: Path) -> None:
    """Run the job's script as Snakemake does."""
    folder.mkdir(exist_ok=True)
    params = SimpleNamespace(seed=9, kind="adacos", code="", target=SPEC.train.target, member=MEMBER)
    params.settings = SETTINGS | MEMBER["overrides"]
    job = SimpleNamespace(
        input=SimpleNamespace(features=[features]),
        output=SimpleNamespace(model=folder / "model", history=folder / "history.csv"),
        params=params,
        threads=2,
        log=[f"{folder}.log"],
        resources={},
        rule="train_member",
    )
    runpy.run_path(str(ROOT / "scripts/train_member.py"), {"snakemake": job})


def run(*arguments: object) -> int:
    call = f"from {__name__} import train; import sys; train(*sys.argv[1:])"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "scripts"), str(ROOT)])}
    command = [sys.executable, "-c", call, *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True).returncode


@pytest.fixture
def features(tmp_path):
    from uads.data.clips import as_clip_table
    from uads.data.stores import create_store

    rng = np.random.default_rng(0)
    clips = pd.DataFrame({"clip": [f"clip_{i}" for i in range(N_CLIPS)], "section": ["00", "01"] * (N_CLIPS // 2)})
    clips = clips.assign(machine="fan", domain="source", split="train", corpus="own", path="x.wav", label="normal")
    clips = clips.assign(part="development", attributes="", sample_rate=16000, length=1, checksum=clips["clip"])
    with create_store(tmp_path / "own-fan-train.h5", as_clip_table(clips), N_CLIPS * 40, BINS, {}) as writer:
        for _ in range(N_CLIPS):
            writer.append(rng.normal(-40, 5, (40, BINS)).astype(np.float32), np.zeros(40, np.float32))
    return tmp_path / "own-fan-train.h5"


def datasets(path: Path) -> dict[str, np.ndarray]:
    found = {}
    with h5py.File(path) as file:
        file.visititems(lambda name, item: found.update({name: item[()]}) if isinstance(item, h5py.Dataset) else None)
    return found


@pytest.mark.slow
def test_a_killed_training_resumes_to_the_same_weights(features, tmp_path):
    undisturbed, killed = tmp_path / "undisturbed", tmp_path / "killed"
    assert run(features, undisturbed) == 0
    for (deed, times), when in KILLS.items():
        assert run(features, killed, deed, times) == -signal.SIGKILL, when
    assert run(features, killed) == 0

    assert sorted(path.name for path in killed.iterdir()) == sorted(path.name for path in undisturbed.iterdir())
    assert (killed / "history.csv").read_bytes() == (undisturbed / "history.csv").read_bytes()
    for epoch in SETTINGS["checkpoints"]:
        one, other = (datasets(folder / f"model/epoch_{epoch}.weights.h5") for folder in (undisturbed, killed))
        assert one.keys() == other.keys()
        for name in one:
            np.testing.assert_array_equal(one[name], other[name])
