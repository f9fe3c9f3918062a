"""The workflow fetches archives from a server, resumes after a failure, and uses existing data in place."""

import csv
import io
import zipfile

import pytest

from tests.helpers import TINY, WorkflowCopy
from uads.corpora.datasets import COLUMNS

from .conftest import PATH
from .server import FileServer

pytestmark = [pytest.mark.download, pytest.mark.slow]

UNPACKED = "resources/corpora/dcase2021/unpacked/dev_data_fan"
ARCHIVE = "resources/downloads/dcase2021/dev_data_fan.zip"


def packed() -> bytes:
    """Zip a folder named after its machine, as in the challenge."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("fan/train/a.wav", bytes(range(256)) * 4000)
    return archive.getvalue()


@pytest.fixture
def copy(tmp_path, server: FileServer) -> WorkflowCopy:
    """Return a study of one machine with an archive on the server."""
    (server.folder / PATH.lstrip("/")).write_bytes(packed())
    server.describe_record("17", PATH)
    copy = WorkflowCopy(tmp_path / "copy", overlay(server))
    with open(copy.folder / "config/datasets.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="")
        writer.writeheader()
        line = {"corpus": "dcase2021", "part": "development", "record": "17", "file": "dev_data_fan.zip"}
        writer.writerow(line | {"url": f"https://example.org{PATH}", "licence": "CC-BY-4.0"})
    return copy


def overlay(server: FileServer, **settings) -> dict:
    corpus = {"name": "dcase2021", "role": "machines", "source": "download", "layout": "dcase2021"}
    return TINY | {
        "corpora": [corpus | {"machines": ["fan"], "sections": ["00"], **settings}],
        "downloads": {"base": server.address, "attempts": 1, "keep_archives": False},
    }


def test_an_archive_is_fetched_unpacked_and_recorded(copy, server):
    assert copy.planned(UNPACKED)["download_archive"] == 1
    assert not server.log, "a dry run opens no connection"

    server.fail(PATH, drop_after=500_000)
    first = copy.run(UNPACKED)
    assert first.returncode != 0
    assert "download_archive: cannot download" in first.stdout
    assert "received bytes are kept" in first.stdout

    second = copy.run(UNPACKED)
    assert second.returncode == 0, second.stdout
    assert [entry.range for entry in server.of(PATH)] == [None, "bytes=500000-"]
    assert (copy.folder / UNPACKED / "fan/train/a.wav").stat().st_size == 1_024_000
    assert not (copy.folder / ARCHIVE).exists(), "the config asks not to keep it"
    assert not copy.partial_files()

    table = copy.folder / "config/datasets.csv"
    table.write_text(table.read_text().replace("CC-BY-4.0", "MIT"))
    assert copy.planned(UNPACKED) == {}, "a change of the table fetches nothing anew"

    assert copy.run("lock_downloads").returncode == 0
    (line,) = csv.DictReader(io.StringIO((copy.folder / "config/datasets.lock.csv").read_text()))
    assert (line["file"], line["stated_by"]) == ("dev_data_fan.zip", "record")


@pytest.mark.parametrize("is_unpacked", [False, True])
def test_data_that_are_there_are_used_in_their_place(copy, server, tmp_path, is_unpacked):
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "dev_data_fan.zip").write_bytes(packed())
    if is_unpacked:
        with zipfile.ZipFile(shared / "dev_data_fan.zip") as file:
            file.extractall(shared / "dev_data")
        (shared / "dev_data_fan.zip").unlink()
    before = sorted(shared.rglob("*"))
    copy.configure(overlay(server, path=str(shared)))
    run = copy.run(UNPACKED)
    assert run.returncode == 0, run.stdout
    assert not server.log
    assert (copy.folder / UNPACKED / "fan/train/a.wav").exists()
    assert sorted(shared.rglob("*")) == before
