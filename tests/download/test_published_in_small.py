"""The published study from miniature archives: a server that fails in every way, and the run ends right."""

import csv
from pathlib import Path
from urllib.parse import urlsplit

import pandas as pd
import pytest
import yaml

from tests.unit.test_config import DATASETS, ROOT, merge
from tests.workflow.conftest import TINY, House
from uads.corpora.datasets import COLUMNS
from uads.files import read_table
from uads.stores import FrameStore

from .miniature import Amount, build_site, make_weights
from .server import FileServer

pytestmark = [pytest.mark.download, pytest.mark.slow]

CORPORA = ("dcase2021", "audioset", "idmt", "openl3")
MACHINES = ["fan", "valve"]
WEIGHTS = "openl3_audio_linear_env-v0_4_0.h5"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    weights = make_weights(folder / WEIGHTS, seed=5)
    amount = Amount(seconds=0.7)
    return folder, build_site(folder, DATASETS, CORPORA, MACHINES, amount, weights)


@pytest.fixture(scope="module")
def server(site):
    with FileServer(site[0]) as server:
        yield server


@pytest.fixture(scope="module")
def house(tmp_path_factory, site, server) -> House:
    """The published study with two machines, tiny numbers, and the digests of the miniatures."""
    published = yaml.safe_load((ROOT / "config/published.yaml").read_text())
    small = {name: TINY[name] for name in ("stacks", "samples", "detectors")}
    small["figures"] = TINY["figures"] | {"paper": None}
    corpora = [
        entry | ({"machines": MACHINES} if entry["role"] == "machines" else {"shards": 1})
        for entry in published["corpora"]
    ]
    overlay = merge(published, small) | {
        "corpora": corpora,
        "umaps": {"representations": ["mel", "l3"], "scopes": ["fan"]},
        "downloads": {"base": server.address, "attempts": 4},
    }
    house = House(tmp_path_factory.mktemp("house"), overlay)
    rows = [row | {"bytes": "", "digest": ""} for row in DATASETS if row["url"] in site[1].files]
    for row in rows:
        made = site[1].files[row["url"]]
        row |= {"bytes": made["bytes"], "digest": f"md5:{made['md5']}", "mirror": ""}
    with open(house.folder / "config/datasets.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return house


def path_of(corpus: str, file: str) -> str:
    (url,) = [row["url"] for row in DATASETS if (row["corpus"], row["file"]) == (corpus, file)]
    return urlsplit(url).path


def test_the_run_ends_right_whatever_the_server_does(house, server, site):
    dropped = path_of("dcase2021", "dev_data_fan.zip")
    wrong = path_of("dcase2021", "dev_data_valve.zip")
    size = Path(site[0], dropped.lstrip("/")).stat().st_size
    server.fail(dropped, drop_after=size // 2)
    server.fail(path_of("dcase2021", "eval_data_fan_train.zip"), status=429, retry_after="0")
    server.fail(path_of("dcase2021", "eval_data_valve_train.zip"), status=503, retry_after="0")
    server.fail(path_of("audioset", "AudioSet_wav_fragments.zip"), truncate=1000)
    server.fail(wrong, wrong_byte=size // 3)

    house.planned()
    house.run("plan")
    assert not server.log, "neither a dry run nor the plan opens a connection"

    first = house.run("--keep-going")
    assert first.returncode != 0
    (line,) = [line for line in first.stdout.splitlines() if line.startswith("download_archive:")]
    assert "dev_data_valve.zip" in line
    row = next(row for row in site[1].files.items() if urlsplit(row[0]).path == wrong)
    assert row[1]["md5"] in line, "the digest that was expected"

    second = house.run()
    assert second.returncode == 0, second.stdout[-4000:]
    answers = server.of(dropped)
    assert [answer.range for answer in answers] == [None, f"bytes={size // 2}-"], (
        "only the missing bytes are sent again"
    )
    assert len([entry for entry in server.log if entry.path == path_of("idmt", "IDMT-ISA-ELECTRIC-ENGINE.zip")]) == 1

    results = house.results("published")
    made = read_table(results / "corpora/dcase2021/clips.parquet")
    expected = site[1].clips["dcase2021"]
    keys = ["clip", "machine", "section", "domain", "split", "label", "part", "attributes"]
    pd.testing.assert_frame_equal(made[keys].reset_index(drop=True), expected[keys].reset_index(drop=True))
    assert FrameStore(results / "features/l3/dcase2021-fan-train.h5").attributes["weights"] == WEIGHTS
    assert (results / "tables/table_2.html").exists()
    assert (results / "report.zip").exists()
    assert not house.partial_files()
