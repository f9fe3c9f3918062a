"""A killed run loses only its unfinished jobs: no file is fetched twice, no partial file is used."""

import os
import signal
import subprocess
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

import pandas as pd
import pytest

from tests.helpers import DATASETS, TINY, WorkflowCopy, environment
from uads.core.files import read_table
from uads.corpora.datasets import find_dataset

from .miniature import COLUMNS, Amount, Site, build_site
from .server import FileServer

pytestmark = [pytest.mark.download, pytest.mark.slow]

ROW = find_dataset(DATASETS, "dcase2022", "dev_fan.zip")
PATH = urlsplit(ROW["url"]).path

ARCHIVE = Path("resources/downloads/dcase2022/dev_fan.zip")
UNPACKED = Path("resources/corpora/dcase2022/unpacked/dev_fan")
CLIPS = Path("results/tiny/corpora/dcase2022/clips.parquet")


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> tuple[Path, Site]:
    """Build an archive with so many clips that unpacking takes a while."""
    folder = tmp_path_factory.mktemp("site")
    amount = Amount(train_source=4000, seconds=0.02)
    return folder, build_site(folder, [ROW], ["dcase2022"], ["fan"], amount)


@pytest.fixture
def server(site):
    with FileServer(site[0]) as server:
        server.describe_record(ROW["record"], PATH)
        yield server


@pytest.fixture
def copy(tmp_path, server) -> WorkflowCopy:
    """Return a study of one section that does not keep its archives."""
    corpus = {"name": "dcase2022", "role": "machines", "source": "download", "layout": "dcase2022"}
    overlay = TINY | {
        "corpora": [corpus | {"machines": ["fan"], "sections": ["00"]}],
        "downloads": {"base": server.address, "attempts": 1, "keep_archives": False},
        "bad_clips": {"short": "keep"},
    }
    return WorkflowCopy(tmp_path / "copy", overlay)


def start(copy: WorkflowCopy, target: Path) -> subprocess.Popen[str]:
    """Start a run in a new process group."""
    return subprocess.Popen(
        copy.command(str(target), "--cores", "2"),
        cwd=copy.folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def kill(run: subprocess.Popen[str]) -> None:
    """Kill a run with all its jobs, and wait until all have exited."""
    assert run.poll() is None, "it ended before it could be killed"
    os.killpg(run.pid, signal.SIGKILL)
    run.communicate()


def go_on(copy: WorkflowCopy, target: Path) -> str:
    """Unlock the folder as Snakemake asks, run again, and return the output."""
    refused = copy.run(str(target))
    assert refused.returncode != 0
    assert "Directory cannot be locked" in refused.stdout
    assert "--unlock" in refused.stdout
    assert copy.run("--unlock").returncode == 0
    done = copy.run(str(target))
    assert done.returncode == 0, done.stdout[-3000:]
    return done.stdout


def test_a_killed_download_resumes_with_the_missing_bytes(copy, server, site):
    size = (site[0] / PATH.lstrip("/")).stat().st_size
    server.fail(PATH, hold_after=size // 2)
    partial = copy.folder / f"{ARCHIVE}.partial"
    run = start(copy, UNPACKED)
    while run.poll() is None and not (partial.exists() and partial.stat().st_size > size // 4):
        pass
    server.wait_until_held()
    kill(run)
    kept = partial.stat().st_size
    assert kept < size
    assert not (copy.folder / ARCHIVE).exists()

    go_on(copy, UNPACKED)
    assert [(entry.range, entry.sent) for entry in server.of(PATH)] == [
        (None, size // 2),
        (f"bytes={kept}-", size - kept),
    ]
    assert not copy.partial_files()


def test_a_partially_unpacked_folder_is_unpacked_again(copy, server, site):
    folder = (copy.folder / UNPACKED).parent
    run = start(copy, UNPACKED)
    while run.poll() is None and not any(folder.glob(f".{UNPACKED.name}.*.partial/fan/train/*.wav")):
        pass
    kill(run)
    assert copy.partial_files() == list(folder.glob(f".{UNPACKED.name}.*.partial"))
    assert not (copy.folder / UNPACKED).exists()

    done = go_on(copy, UNPACKED)
    assert "Downloading" not in done
    assert [entry.range for entry in server.of(PATH)] == [None]
    assert not copy.partial_files()
    with zipfile.ZipFile(site[0] / PATH.lstrip("/")) as archive:
        packed = {name: archive.read(name) for name in archive.namelist()}
    files = [path for path in (copy.folder / UNPACKED).rglob("*") if path.is_file() and path.name[0] != "."]
    assert {str(path.relative_to(copy.folder / UNPACKED)): path.read_bytes() for path in files} == packed


@pytest.mark.timeout(300)  # opening the FIFO blocks forever if no job reads it
def test_an_interrupted_index_is_built_again(copy, server, site):
    done = copy.run(str(UNPACKED))
    assert done.returncode == 0, done.stdout[-3000:]
    attributes = copy.folder / UNPACKED / "fan/attributes_00.csv"
    text = attributes.read_text()
    attributes.unlink()
    os.mkfifo(attributes)
    run = start(copy, CLIPS)
    with open(attributes, "w"):  # blocks until the job opens it
        kill(run)
    assert not (copy.folder / CLIPS).exists()
    attributes.unlink()
    attributes.write_text(text)
    half_written = (copy.folder / CLIPS).with_name(".clips.0123abcd.partial.parquet")
    half_written.write_bytes(b"PAR1")  # as left by a kill a little later

    assert "Unpacking" not in go_on(copy, CLIPS)
    assert len(server.of(PATH)) == 1
    assert not copy.partial_files()
    clips = site[1].clips["dcase2022"]
    made = read_table(copy.folder / CLIPS)
    studied = clips[clips["section"] == "00"].reset_index(drop=True)
    pd.testing.assert_frame_equal(made[COLUMNS], studied, check_dtype=False)
