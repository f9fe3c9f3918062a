"""The common base of all stages: atomic files, seeds, feature stores, audio, tracked sources."""

import os
import signal
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile

from uads.core.code_digest import code_digest, module_files
from uads.core.errors import UserError
from uads.core.files import atomic_path, read_metadata, read_table, scratch_directory, write_table
from uads.core.seeds import derive_rng, derive_seed
from uads.data.audio import normalise, read_clip, resampled_length
from uads.data.clips import COLUMNS
from uads.data.stores import FrameStore, Storage, create_store


def test_a_file_is_written_atomically(tmp_path):
    path = tmp_path / "new/result.csv"
    with pytest.raises(RuntimeError), atomic_path(path) as partial:
        partial.write_text("half")
        raise RuntimeError
    assert list(path.parent.iterdir()) == []
    with atomic_path(path) as partial:
        partial.write_text("all")
        assert not path.exists()
    assert path.read_text() == "all"


def test_a_folder_is_replaced_atomically(tmp_path):
    folder = tmp_path / "folder"
    (folder / "old").mkdir(parents=True)
    with atomic_path(folder) as partial:
        (partial / "new").mkdir(parents=True)
    assert [path.name for path in folder.iterdir()] == ["new"]
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


SCRIPTS = Path(__file__).parents[2] / "scripts"
KILLED_AT_WORK = """
import os, signal, sys
from uads.core.files import scratch_directory
with scratch_directory(sys.argv[1]) as folder:
    (folder / "clip.wav").write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_scratch_files_of_a_killed_process_are_removed(tmp_path):
    for name in ("figures.csv", "l3.csv"):
        command = [sys.executable, "-c", KILLED_AT_WORK, str(tmp_path / name)]
        done = subprocess.run(command, env=os.environ | {"PYTHONPATH": str(SCRIPTS)})
        assert done.returncode == -signal.SIGKILL
    of_figures, of_l3 = sorted(tmp_path.iterdir())
    assert list(of_figures.iterdir())
    with scratch_directory(tmp_path / "figures.csv") as folder:
        assert list(folder.iterdir()) == []
        assert set(tmp_path.iterdir()) == {folder, of_l3}
    assert list(tmp_path.iterdir()) == [of_l3]


def test_a_table_keeps_its_metadata_and_is_reproducible(tmp_path):
    table = pd.DataFrame({"clip": ["a", "b"], "energy": [0.5, 1.5]})
    metadata = {"seed": 3, "counts": {"test": 5}}
    for name in ("one.parquet", "two.parquet"):
        write_table(table, tmp_path / name, metadata)
    pd.testing.assert_frame_equal(read_table(tmp_path / "one.parquet"), table)
    assert list(read_table(tmp_path / "one.parquet", ["energy"])) == ["energy"]
    assert read_metadata(tmp_path / "one.parquet") == metadata
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "two.parquet").read_bytes()


def test_seeds_follow_the_names_and_not_the_order():
    seeds = {derive_seed(seed, *names) for seed in (1, 2) for names in (["a"], ["b"], ["a", "b"], ["a", 1])}
    assert len(seeds) == 8
    assert all(0 <= seed < 2**32 for seed in seeds)
    assert derive_rng(1, "a").random() == derive_rng(1, "a").random()


def clip_table(n: int) -> pd.DataFrame:
    clips = pd.DataFrame({name: [""] * n for name in COLUMNS})
    return clips.assign(clip=[f"c/{i}" for i in range(n)], sample_rate=16000, length=512, attributes="räder")


def test_a_store_gives_back_what_was_appended(tmp_path):
    frames = np.arange(12, dtype=np.float32).reshape(4, 3)
    with create_store(tmp_path / "s.h5", clip_table(3), 4, 3, {"parameters": {"top_db": None}, "k": 1.5}) as writer:
        for start, stop in ((0, 1), (1, 1), (1, 4)):
            writer.append(frames[start:stop], frames[start:stop, 0])
    store = FrameStore(tmp_path / "s.h5")
    assert isinstance(store.frames, np.memmap), "a stack is one contiguous read"
    np.testing.assert_array_equal(store.frames, frames)
    np.testing.assert_array_equal(store.energy, frames[:, 0])
    assert store.offsets.tolist() == [0, 1, 1, 4]
    assert store.clips["attributes"][0] == "räder"
    assert store.attributes.pop("storage") == asdict(Storage())
    assert store.attributes == {"parameters": {"top_db": None}, "k": 1.5}


def test_a_store_without_frames_can_be_read(tmp_path):
    with create_store(tmp_path / "s.h5", clip_table(1), 0, 3, {}) as writer:
        writer.append(np.empty((0, 3), np.float32), np.empty(0, np.float32))
    assert FrameStore(tmp_path / "s.h5").frames.shape == (0, 3)


def test_an_incomplete_store_is_not_written(tmp_path):
    store = create_store(tmp_path / "s.h5", clip_table(2), 1, 3, {})
    with pytest.raises(RuntimeError, match="1 of 2 clips"), store as writer:
        writer.append(np.ones((1, 3), np.float32), np.ones(1, np.float32))
    assert list(tmp_path.iterdir()) == []


def test_a_broken_store_is_named(tmp_path):
    (tmp_path / "s.h5").write_text("no store")
    with pytest.raises(UserError, match=r"s\.h5 is not a complete feature store .*: delete it and run again"):
        FrameStore(tmp_path / "s.h5")


def test_channels_are_averaged_and_rates_converted(tmp_path):
    time = np.arange(44100) / 44100
    tone = np.sin(2 * np.pi * 440 * time)
    soundfile.write(tmp_path / "s.flac", np.stack([tone, np.zeros_like(tone)], axis=1), 44100)
    waveform = read_clip(tmp_path / "s.flac")
    assert len(waveform) == resampled_length(44100, 44100, 16000) == 16000
    expected = 0.5 * np.sin(2 * np.pi * 440 * np.arange(16000) / 16000)
    np.testing.assert_allclose(waveform[500:-500], expected[500:-500], atol=2e-3)
    assert len(read_clip(tmp_path / "s.flac", seconds=0.25)) == 4000


def test_normalisation(tmp_path):
    waveform = np.array([0.0, 0.2, 0.4, 0.2], np.float32)
    np.testing.assert_allclose(normalise(waveform, "absmax"), [-1, 0, 1, 0], atol=1e-6)
    assert normalise(waveform, "std").std() == pytest.approx(1)
    assert normalise(waveform, "none") is waveform
    silent = np.zeros(4, np.float32)
    np.testing.assert_array_equal(normalise(silent), silent)


def test_numbers_that_are_not_finite_are_refused(tmp_path):
    soundfile.write(tmp_path / "n.wav", np.array([0.1, np.nan, 0.2]), 16000, subtype="FLOAT")
    with pytest.raises(UserError, match=r"n\.wav holds numbers that are not finite"):
        read_clip(tmp_path / "n.wav")


def test_a_script_is_tracked_with_all_it_imports(tmp_path):
    package = tmp_path / "uads"
    (package / "deep").mkdir(parents=True)
    for name, text in {
        "__init__.py": "",
        "near.py": "from uads.deep import far\n",
        "deep/__init__.py": "",
        "deep/far.py": "import uads.last\n",
        "last.py": "",
        "other.py": "",
    }.items():
        (package / name).write_text(text)
    script = tmp_path / "job.py"
    script.write_text("with open('x'):\n    from uads.near import something\n")
    names = [path.removeprefix(f"{package}/") for path in module_files(script)]
    assert names == ["__init__.py", "deep/__init__.py", "deep/far.py", "last.py", "near.py"]
    before = code_digest(script)
    (package / "other.py").write_text("changed = True")
    assert code_digest(script) == before
    (package / "last.py").write_text('"""A docstring."""\n\n# a comment\n')
    assert code_digest(script) == before
    (package / "last.py").write_text("changed = True")
    assert code_digest(script) != before
