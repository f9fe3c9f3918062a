"""A killed run loses only its unfinished jobs: no file is fetched twice, no partial file is used."""

import os
import signal
import subprocess
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

import pandas as pd
import pytest

from tests.unit.test_config import DATASETS
from tests.workflow.conftest import TINY, House, environment
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
def house(tmp_path, server) -> House:
    """Return a study of one section that does not keep its archives."""
    corpus = {"name": "dcase2022", "role": "machines", "source": "download", "layout": "dcase2022"}
    overlay = TINY | {
        "corpora": [corpus | {"machines": ["fan"], "sections": ["00"]}],
        "downloads": {"base": server.address, "attempts": 1, "keep_archives": False},
        "bad_clips": {"short": "keep"},
    }
    return House(tmp_path / "house", overlay)


def start(house: House, target: Path) -> subprocess.Popen[str]:
    """Start a run in a new process group."""
    return subprocess.Popen(
        house.command(str(target), "--cores", "2"),
        cwd=house.folder,
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


def go_on(house: House, target: Path) -> str:
    """Unlock the folder as Snakemake asks, run again, and return the output."""
    refused = house.run(str(target))
    assert refused.returncode != 0
    assert "Directory cannot be locked" in refused.stdout
    assert "--unlock" in refused.stdout
    assert house.run("--unlock").returncode == 0
    done = house.run(str(target))
    assert done.returncode == 0, done.stdout[-3000:]
    return done.stdout


def test_a_killed_download_resumes_with_the_missing_bytes(house, server, site):
    size = (site[0] / PATH.lstrip("/")).stat().st_size
    server.fail(PATH, hold_after=size // 2)
    partial = house.folder / f"{ARCHIVE}.partial"
    run = start(house, UNPACKED)
    while run.poll() is None and not (partial.exists() and partial.stat().st_size > size // 4):
        pass
    server.wait_until_held()
    kill(run)
    kept = partial.stat().st_size
    assert kept < size
    assert not (house.folder / ARCHIVE).exists()

    go_on(house, UNPACKED)
    assert [(entry.range, entry.sent) for entry in server.of(PATH)] == [
        (None, size // 2),
        (f"bytes={kept}-", size - kept),
    ]
    assert not house.partial_files()


def test_a_partially_unpacked_folder_is_unpacked_again(house, server, site):
    folder = (house.folder / UNPACKED).parent
    run = start(house, UNPACKED)
    while run.poll() is None and not any(folder.glob(f".{UNPACKED.name}.*.partial/fan/train/*.wav")):
        pass
    kill(run)
    assert house.partial_files() == list(folder.glob(f".{UNPACKED.name}.*.partial"))
    assert not (house.folder / UNPACKED).exists()

    done = go_on(house, UNPACKED)
    assert "Downloading" not in done
    assert [entry.range for entry in server.of(PATH)] == [None]
    assert not house.partial_files()
    with zipfile.ZipFile(site[0] / PATH.lstrip("/")) as archive:
        packed = {name: archive.read(name) for name in archive.namelist()}
    files = [path for path in (house.folder / UNPACKED).rglob("*") if path.is_file() and path.name[0] != "."]
    assert {str(path.relative_to(house.folder / UNPACKED)): path.read_bytes() for path in files} == packed


@pytest.mark.timeout(300)  # opening the FIFO blocks forever if no job reads it
def test_an_interrupted_index_is_built_again(house, server, site):
    done = house.run(str(UNPACKED))
    assert done.returncode == 0, done.stdout[-3000:]
    attributes = house.folder / UNPACKED / "fan/attributes_00.csv"
    text = attributes.read_text()
    attributes.unlink()
    os.mkfifo(attributes)
    run = start(house, CLIPS)
    with open(attributes, "w"):  # blocks until the job opens it
        kill(run)
    assert not (house.folder / CLIPS).exists()
    attributes.unlink()
    attributes.write_text(text)
    half_written = (house.folder / CLIPS).with_name(".clips.0123abcd.partial.parquet")
    half_written.write_bytes(b"PAR1")  # as left by a kill a little later

    assert "Unpacking" not in go_on(house, CLIPS)
    assert len(server.of(PATH)) == 1
    assert not house.partial_files()
    clips = site[1].clips["dcase2022"]
    made = read_table(house.folder / CLIPS)
    studied = clips[clips["section"] == "00"].reset_index(drop=True)
    pd.testing.assert_frame_equal(made[COLUMNS], studied, check_dtype=False)
