"""The index of every corpus matches the ground truth of the miniatures."""

from pathlib import Path
from urllib.parse import urlsplit

import pandas as pd
import pytest

from tests.helpers import DATASETS
from uads.corpora.dcase.index import index_dcase
from uads.corpora.dcase.years import YEARS
from uads.corpora.folder import index_folder
from uads.corpora.layouts import EXTERNAL
from uads.data.clips import as_clip_table

from .miniature import COLUMNS, CONTRADICTED, Amount, Site, build_site, make_weights, unpack_site

ALL = [*YEARS, "audioset", "idmt"]


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> tuple[Path, Site]:
    folder = tmp_path_factory.mktemp("site")
    return folder, build_site(folder, DATASETS, ALL, amount=Amount(seconds=0.02))


def index(folder: Path, corpus: str, target: Path, choice: str = "official") -> pd.DataFrame:
    root = unpack_site(folder, DATASETS, corpus, target)
    if corpus in YEARS:
        year = YEARS[corpus]
        sections = sorted({section for machine in year.machines for section in year.sections(machine)})
        clips = index_dcase(corpus, corpus, root / "unpacked", root / "downloads", year.machines, sections, choice)
    else:
        clips = index_folder(corpus, root / "unpacked", EXTERNAL[corpus].patterns)
    return as_clip_table(clips)


@pytest.mark.parametrize("corpus", list(YEARS))
def test_index_equals_the_generated_labels_and_attributes(served, tmp_path, corpus):
    folder, site = served
    found = index(folder, corpus, tmp_path)
    pd.testing.assert_frame_equal(found[COLUMNS], site.clips[corpus], check_dtype=False)
    assert set(found["label"]) == {"normal", "anomaly"}
    assert "" not in set(found["domain"])
    assert found["checksum"].is_unique


def test_the_other_ground_truth_of_2022_can_be_chosen(served, tmp_path):
    folder, site = served
    found = index(folder, "dcase2022", tmp_path, "attributes")
    expected = site.by_attributes["dcase2022"]
    pd.testing.assert_frame_equal(found[COLUMNS], expected, check_dtype=False)
    differs = (expected != site.clips["dcase2022"]).any(axis=1)
    assert set(expected["machine"][differs]) == set(CONTRADICTED)


@pytest.mark.parametrize("top_folder", [False, True])
def test_fragments_are_found_with_or_without_a_top_folder(tmp_path, top_folder):
    site = build_site(tmp_path / "site", DATASETS, ["audioset"], amount=Amount(seconds=0.02, top_folder=top_folder))
    found = index(tmp_path / "site", "audioset", tmp_path)
    assert sorted(found["clip"][found["length"] == 0]) == site.empty["audioset"]
    found = found[found["length"] > 0].reset_index(drop=True)
    pd.testing.assert_frame_equal(found[COLUMNS], site.clips["audioset"], check_dtype=False)


def test_of_the_engine_only_the_cut_clips_are_used(served, tmp_path):
    folder, site = served
    found = index(folder, "idmt", tmp_path)
    pd.testing.assert_frame_equal(found[COLUMNS], site.clips["idmt"], check_dtype=False)
    assert len(found) == 6
    assert set(found["sample_rate"]) == {44100}


def test_every_file_of_the_table_is_at_the_path_of_its_address(served):
    folder, site = served
    rows = [row for row in DATASETS if row["corpus"] in ALL]
    assert set(site.files) == {row["url"] for row in rows}
    for url, known in site.files.items():
        assert (folder / urlsplit(url).path.lstrip("/")).stat().st_size == int(known["bytes"])


def test_the_same_files_are_made_again(served, tmp_path):
    again = build_site(tmp_path, DATASETS, ["dcase2022"], machines=["fan", "ToyCar"], amount=Amount(seconds=0.02))
    assert again.files
    assert all(served[1].files[url] == known for url, known in again.files.items())
    assert set(again.clips["dcase2022"]["machine"]) == {"fan", "ToyCar"}


def test_weights_are_in_the_published_format(tmp_path):
    import gzip

    import h5py

    packed = make_weights(tmp_path / "weights.h5", seed=3)
    assert gzip.decompress(packed) == (tmp_path / "weights.h5").read_bytes()
    with h5py.File(tmp_path / "weights.h5") as file:
        assert "layer_names" in file.attrs
