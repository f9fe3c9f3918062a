"""Files appear complete or not at all, and tables keep their metadata."""

import os
import signal
import subprocess
import sys

import pandas as pd
import pytest

from tests.helpers import SCRIPTS
from uads.core.files import atomic_path, read_metadata, read_table, scratch_directory, write_table

KILLED_AT_WORK = """
import os, signal, sys
from uads.core.files import scratch_directory
with scratch_directory(sys.argv[1]) as folder:
    (folder / "clip.wav").write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


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
