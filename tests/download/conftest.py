"""A server with one file, its line of the dataset table, and the recorded pauses of a client."""

from pathlib import Path

import numpy as np
import pytest

from uads.corpora.locks import digests
from uads.corpora.transfer import Manners

from .server import FileServer

PATH = "/records/17/files/fan.zip"
SIZE = 3_000_000


@pytest.fixture
def content() -> bytes:
    return np.random.default_rng(1).bytes(SIZE)


@pytest.fixture
def server(tmp_path, content):
    file = tmp_path / "site" / PATH.lstrip("/")
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    with FileServer(tmp_path / "site") as server:
        yield server


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def manners(server, pauses) -> Manners:
    """Return settings of three attempts at the test server; pauses are recorded instead of made."""
    return Manners(base=server.address, attempts=3, timeout=10, sleep=pauses.append)


@pytest.fixture
def row(server) -> dict[str, str]:
    digest = digests(server.folder / PATH.lstrip("/"), ["md5"])["md5"]
    return {
        "corpus": "plant",
        "part": "development",
        "record": "17",
        "file": "fan.zip",
        "url": f"https://example.org{PATH}?download=1",
        "mirror": "",
        "bytes": str(SIZE),
        "digest": f"md5:{digest}",
        "licence": "CC-BY-4.0",
    }


@pytest.fixture
def output(tmp_path) -> Path:
    return tmp_path / "downloads" / "plant" / "fan.zip"


@pytest.fixture
def lock(tmp_path) -> Path:
    return tmp_path / "datasets.lock.csv"
