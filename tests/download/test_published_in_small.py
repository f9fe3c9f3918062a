"""The published study on miniature archives completes although the server fails in every way."""

import csv
import hashlib
from pathlib import Path
from urllib.parse import urlsplit

import pandas as pd
import pytest
import yaml

from tests.helpers import DATASETS, ROOT, TINY, WorkflowCopy, merge
from uads.core.files import read_table
from uads.corpora.datasets import COLUMNS
from uads.data.stores import FrameStore

from .miniature import Amount, build_site, make_weights
from .server import FileServer

pytestmark = [pytest.mark.download, pytest.mark.slow]

CORPORA = ("dcase2020", "dcase2021", "dcase2022", "dcase2023", "audioset", "idmt", "openl3")
MACHINES = ["fan", "valve"]
OTHERS = ["ToyCar", "bandsaw"]
WEIGHTS = "openl3_audio_linear_env-v0_4_0.h5"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    weights = make_weights(folder / WEIGHTS, seed=5)
    amount = Amount(seconds=0.7)
    return folder, build_site(folder, DATASETS, CORPORA, MACHINES + OTHERS, amount, weights)


@pytest.fixture(scope="module")
def server(site):
    with FileServer(site[0]) as server:
        yield server


def overlay(*names: str, machines: list[str], base: str) -> dict:
    """Merge the overlays of a study with few machines, small numbers and the address of the server."""
    study: dict = {}
    for name in names:
        study = merge(study, yaml.safe_load((ROOT / "config" / name).read_text()))
    corpora = [
        entry | ({"machines": machines} if entry["role"] == "machines" else {"shards": 1}) for entry in study["corpora"]
    ]
    return merge(study, {name: TINY[name] for name in ("samples", "detectors")}) | {
        "corpora": corpora,
        "stacks": {"sizes": [1]},
        "figures": TINY["figures"] | {"paper": None},
        "umaps": {"representations": ["mel", "l3"], "scopes": machines[:1]},
        "downloads": {"base": base, "attempts": 4},
    }


@pytest.fixture(scope="module")
def copy(tmp_path_factory, site, server) -> WorkflowCopy:
    """Return the published study with two machines and the digests of the miniatures."""
    copy = WorkflowCopy(
        tmp_path_factory.mktemp("copy"), overlay("published.yaml", machines=MACHINES, base=server.address)
    )
    rows = [row | {"bytes": "", "digest": ""} for row in DATASETS if row["url"] in site[1].files]
    for row in rows:
        made = site[1].files[row["url"]]
        row |= {"bytes": made["bytes"], "digest": f"md5:{made['md5']}", "mirror": ""}
    with open(copy.folder / "config/datasets.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return copy


def path_of(corpus: str, file: str) -> str:
    (url,) = [row["url"] for row in DATASETS if (row["corpus"], row["file"]) == (corpus, file)]
    return urlsplit(url).path


def test_the_run_ends_right_whatever_the_server_does(copy, server, site):
    dropped = path_of("dcase2021", "dev_data_fan.zip")
    wrong = path_of("dcase2021", "dev_data_valve.zip")
    busy = path_of("dcase2021", "eval_data_fan_train.zip")
    down = path_of("dcase2021", "eval_data_valve_train.zip")
    cut_off = path_of("audioset", "AudioSet_wav_fragments.zip")
    size = Path(site[0], dropped.lstrip("/")).stat().st_size
    server.fail(dropped, drop_after=size // 2)
    server.fail(busy, status=429, retry_after="0")
    server.fail(down, status=503, retry_after="0")
    server.fail(cut_off, truncate=1000)
    server.fail(wrong, wrong_byte=size // 3)

    copy.planned()
    copy.run("plan")
    assert not server.log, "neither a dry run nor the plan opens a connection"

    first = copy.run("--keep-going")
    assert first.returncode != 0
    (line,) = [line for line in first.stdout.splitlines() if line.startswith("download_archive:")]
    assert "dev_data_valve.zip" in line
    content = bytearray(Path(site[0], wrong.lstrip("/")).read_bytes())
    assert hashlib.md5(content).hexdigest() in line, "the digest that was expected"
    content[size // 3] ^= 1
    assert hashlib.md5(content).hexdigest() in line, "the digest that was found"

    second = copy.run()
    assert second.returncode == 0, second.stdout[-4000:]
    answers = server.of(dropped)
    assert [answer.range for answer in answers] == [None, f"bytes={size // 2}-"], (
        "only the missing bytes are sent again"
    )
    assert [answer.status for answer in server.of(busy)] == [429, 200]
    assert [answer.status for answer in server.of(down)] == [503, 200]
    once = path_of("idmt", "IDMT-ISA-ELECTRIC-ENGINE.zip")
    assert [answer.status for answer in server.of(once)] == [200]

    results = copy.results("published")
    assert_index_is_right(copy, site, "published", "dcase2021", MACHINES)
    assert FrameStore(results / "features/l3/dcase2021-fan-train.h5").attributes["weights"] == WEIGHTS
    assert (results / "tables/wilkinghoff2021_table_2.html").exists()
    assert (results / "report.zip").exists()
    assert not copy.partial_files()


@pytest.mark.parametrize(
    ("corpus", "machines"),
    [("dcase2020", ["fan", "ToyCar"]), ("dcase2022", ["valve", "ToyCar"]), ("dcase2023", ["fan", "bandsaw"])],
)
def test_the_other_years_are_indexed_as_they_were_made(copy, server, site, corpus, machines):
    copy.configure(overlay("published.yaml", f"{corpus}.yaml", machines=machines, base=server.address))
    run = copy.run(f"results/{corpus}/corpora/{corpus}/clips.parquet")
    assert run.returncode == 0, run.stdout[-4000:]
    assert_index_is_right(copy, site, corpus, corpus, machines)


def assert_index_is_right(copy: WorkflowCopy, site, study: str, corpus: str, machines: list[str]) -> None:
    """Check the index of a corpus against the generated clips, including all labels and attributes."""
    made = read_table(copy.results(study) / f"corpora/{corpus}/clips.parquet")
    expected = site[1].clips[corpus]
    expected = expected[expected["machine"].isin(machines)]
    assert len(expected)
    keys = ["clip", "machine", "section", "domain", "split", "label", "part", "attributes"]
    pd.testing.assert_frame_equal(made[keys].reset_index(drop=True), expected[keys].reset_index(drop=True))
