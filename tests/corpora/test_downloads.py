"""The dataset table describes every file, and files that exist are not fetched again."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from tests.helpers import CONFIG, DATASETS, effective, merge
from uads.core.errors import UserError
from uads.corpora.datasets import COLUMNS, find_dataset, read_datasets
from uads.corpora.local_copies import find_local_copy, link_present
from uads.study.study import Study

TABLE = CONFIG / "datasets.csv"
DEFAULTS, PUBLISHED = effective(), effective("published.yaml")
FINE = {
    "corpus": "dcase2021",
    "part": "development",
    "machine": "fan",
    "record": "4562016",
    "file": "dev_data_fan.zip",
    "url": "https://example.org/dev_data_fan.zip",
    "mirror": "",
    "bytes": "17",
    "digest": "md5:" + 32 * "0",
    "licence": "CC-BY-4.0",
}


def write_table(path, *rows):
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return path


# ---- the table -------------------------------------------------------------------------------------


def test_the_table_lists_every_file_of_the_studies():
    assert Counter((row["corpus"], row["part"]) for row in DATASETS) == {
        **{
            (f"dcase{year}", part): number
            for year, number in ((2020, 6), (2021, 7), (2022, 7), (2023, 7))
            for part in ("development", "additional", "evaluation")
        },
        ("dcase2020", "ground_truth"): 1,
        ("dcase2021", "ground_truth"): 7 * 3 * 2,
        ("dcase2022", "ground_truth"): 7 * 3 * 3,
        ("dcase2023", "ground_truth"): 7 * 1 * 3,
        ("audioset", "clips"): 1,
        ("idmt", "clips"): 1,
        ("openl3", "weights"): 6,
    }


def test_whatever_is_known_of_a_file_is_in_the_table():
    known = Counter(row["corpus"] for row in DATASETS if row["digest"])
    assert known == {"dcase2020": 18, "dcase2021": 42, "dcase2022": 63, "dcase2023": 42, "idmt": 1, "openl3": 6}
    unknown = [row for row in DATASETS if not row["digest"]]
    assert all(row["record"] for row in unknown), "the metadata of their record state it"
    archives = [row for row in DATASETS if row["part"] in ("development", "additional", "evaluation", "clips")]
    assert all(f"/records/{row['record']}/files/{row['file']}" in row["url"] for row in archives)


def test_a_record_of_the_same_names_is_no_mirror():
    assert not [row for row in DATASETS if "4740355" in row["url"] + row["mirror"]], "MIMII DUE may have other bytes"


def test_licences_are_those_of_the_readme():
    licences = {
        corpus: {row["licence"] for row in DATASETS if row["corpus"] == corpus} for corpus in ("idmt", "audioset")
    }
    assert licences == {"idmt": {"CC-BY-NC-ND-4.0"}, "audioset": {"CC-BY-4.0"}}
    assert {row["licence"] for row in DATASETS if row["corpus"].startswith("dcase")} == {"CC-BY-NC-SA-4.0"}


@pytest.mark.parametrize(
    ("file", "machine"),
    [
        ("dev_data_fan.zip", "fan"),
        ("eval_data_train_ToyConveyor.zip", "ToyConveyor"),
        ("eval_data_ToyTrain_test.zip", "ToyTrain"),
        ("dev_bearing.zip", "bearing"),
        ("ground_truth_data/ground_truth_valve_section_03_source_test.csv", "valve"),
        ("ground_truth_attributes/ToyCar/attributes_03.csv", "ToyCar"),
        ("ground_truth_domain/ground_truth_Vacuum_section_00_test.csv", "Vacuum"),
        ("eval_data_list.csv", ""),
    ],
)
def test_the_table_lists_the_machine_of_a_file(file, machine):
    (row,) = {row["file"]: row for row in DATASETS if row["file"] == file}.values()
    assert row["machine"] == machine


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"part": "dev"}, "part is 'dev': write development, additional"),
        ({"record": "zenodo.1"}, "record is 'zenodo.1': write the number"),
        ({"file": "../x.zip"}, "file is '../x.zip': write a name"),
        ({"file": "/x.zip"}, "file is '/x.zip': write a name"),
        ({"file": "a b.zip"}, "file is 'a b.zip': write a name"),
        ({"file": "dev_data_fan.tar"}, "clips must come as .zip"),
        (
            {"url": "http://example.org/x.zip"},
            "url is 'http://example.org/x.zip': write an address that starts with https",
        ),
        ({"url": "https://me:secret@example.org/x.zip"}, "contains no password"),
        ({"mirror": "ftp://example.org/x.zip"}, "mirror is 'ftp"),
        ({"mirror": FINE["url"]}, "mirror is the same address as url"),
        ({"bytes": "1.5e9"}, "bytes is '1.5e9'"),
        ({"digest": "0" * 32}, "digest is '0{32}': write md5:<32 hexadecimal digits>"),
        ({"digest": "md5:" + "0" * 31}, "digest is"),
        ({"digest": "md5:" + "Z" * 32}, "digest is"),
        ({"digest": "crc32:00000000"}, "digest is"),
        ({"licence": "free"}, "licence is 'free': write one of CC-BY-4.0"),
        ({"licence": ""}, "licence is empty"),
        ({"corpus": ""}, "corpus is empty"),
    ],
)
def test_a_wrong_line_is_named_with_its_fix(tmp_path, change, match):
    table = write_table(
        tmp_path / "datasets.csv", FINE | {"file": "dev_data_pump.zip", "url": "https://a.org/b"}, FINE | change
    )
    with pytest.raises(UserError, match=f"datasets.csv, line 3: .*{match}"):
        read_datasets(table)


@pytest.mark.parametrize("change", [{"url": "https://example.org/other.zip"}, {"file": "dev_data_pump.zip"}])
def test_a_duplicate_file_or_address_is_refused(tmp_path, change):
    with pytest.raises(UserError, match=r"line 3: the (file|url) .* duplicates line 2: remove one"):
        read_datasets(write_table(tmp_path / "datasets.csv", FINE, FINE | change))


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("corpus,file\n", "line 1: the columns must be corpus,part,machine,record"),
        ("", "line 1: the columns must be"),
        (",".join(COLUMNS) + "\ndcase2021,development\n", "line 2: there must be 10 cells"),
        (",".join(COLUMNS) + "\n" + 12 * "x," + "\n", "line 2: there must be 10 cells"),
    ],
)
def test_a_table_of_another_shape_is_refused(tmp_path, text, match):
    (tmp_path / "datasets.csv").write_text(text)
    with pytest.raises(UserError, match=match):
        read_datasets(tmp_path / "datasets.csv")


def test_a_file_missing_from_the_table_is_named():
    assert find_dataset(DATASETS, "idmt", "IDMT-ISA-ELECTRIC-ENGINE.zip")["record"] == "7551261"
    with pytest.raises(UserError, match="lists no file x.zip of idmt: add a line"):
        find_dataset(DATASETS, "idmt", "x.zip")


# ---- files of a study ------------------------------------------------------------------------------


def study_of(name: str, layout: str | None = None, **settings) -> Study:
    entry = {"name": name, "role": "machines", "source": "download", "layout": layout or name, **settings}
    return Study(merge(PUBLISHED, {"corpora": [entry]}), DATASETS)


def test_only_the_parts_under_study_are_fetched():
    both = {"machines": ["fan", "valve"], "sections": ["00", "03"]}
    parts = Counter(row["part"] for row in study_of("dcase2021", **both).corpora.wanted_files("dcase2021"))
    assert parts == {"development": 2, "additional": 2, "evaluation": 2, "ground_truth": 12}
    shown = study_of("dcase2021", machines=["fan"], sections=["00"]).corpora.wanted_files("dcase2021")
    assert [row["file"] for row in shown] == ["dev_data_fan.zip"]
    later = study_of("dcase2023", machines=["fan", "shaker"], sections=["00"]).corpora.wanted_files("dcase2023")
    assert [row["file"] for row in later if row["file"].endswith(".zip")] == [
        "dev_fan.zip",
        "eval_data_shaker_train.zip",
        "eval_data_shaker_test.zip",
    ]
    joint = study_of("dcase2020", machines=["fan"], sections=["00", "01"]).corpora.wanted_files("dcase2020")
    assert "eval_data_list.csv" in [row["file"] for row in joint]


def test_a_corpus_to_download_is_one_of_the_table():
    with pytest.raises(UserError, match="corpora: mine: config/datasets.csv lists no such corpus: name it audioset"):
        study_of("mine", "dcase2021", machines=["fan"], sections=["00"])


# ---- existing files --------------------------------------------------------------------------------


def test_archives_and_unpacked_ones_are_used_where_they_are(tmp_path):
    (tmp_path / "dev_data_fan.zip").touch()
    (tmp_path / "dev_data_valve/valve/train").mkdir(parents=True)
    study = study_of("dcase2021", machines=["fan", "valve", "pump"], sections=["00"], path=str(tmp_path))
    assert [row["file"] for row in study.corpora.wanted_files("dcase2021")] == ["dev_data_pump.zip"]
    assert study.corpora.files("dcase2021", "R") == [
        f"R/corpora/dcase2021/unpacked/dev_data_{machine}" for machine in ("fan", "pump", "valve")
    ]
    assert study.corpora.source_of("dcase2021", "dev_data_fan.zip", "R") == str(tmp_path / "dev_data_fan.zip")
    assert study.corpora.source_of("dcase2021", "dev_data_valve.zip", "R") == str(tmp_path / "dev_data_valve")
    assert study.corpora.source_of("dcase2021", "dev_data_pump.zip", "R") == "R/downloads/dcase2021/dev_data_pump.zip"


def test_ground_truth_is_used_where_it_is_if_it_is_complete(tmp_path):
    settings = {"machines": ["fan"], "sections": ["03"], "path": str(tmp_path)}
    lists = [
        row["file"] for row in study_of("dcase2021", **settings).corpora.rows("dcase2021") if ".csv" in row["file"]
    ]
    assert len(lists) == 6
    (tmp_path / "ground_truth_data").mkdir()
    for number, file in enumerate(lists):
        assert (
            study_of("dcase2021", **settings).corpora.index_settings("dcase2021")["truth"]
            == "resources/downloads/dcase2021"
        ), number
        (tmp_path / file).touch()
    study = study_of("dcase2021", **settings)
    assert study.corpora.index_settings("dcase2021")["truth"] == str(tmp_path)
    assert set(map(str, (tmp_path / "ground_truth_data").iterdir())) < set(study.corpora.files("dcase2021", "R"))


@pytest.mark.parametrize("folder", ["", "AudioSet_wav_fragments", "my/clips"])
def test_an_external_corpus_is_used_where_it_is(tmp_path, folder):
    (tmp_path / folder).mkdir(parents=True, exist_ok=True)
    (tmp_path / folder / "a.wav").touch()
    external = {
        "name": "audioset",
        "role": "external",
        "source": "download",
        "layout": "audioset",
        "path": str(tmp_path),
    }
    study = Study(merge(DEFAULTS, {"corpora": [DEFAULTS["corpora"][0], external]}), DATASETS)
    root = str(tmp_path / folder) if folder == "AudioSet_wav_fragments" else str(tmp_path)
    assert study.corpora.files("audioset", "R") == [root]
    assert study.corpora.index_settings("audioset")["root"] == root
    assert study.corpora.wanted_files("audioset") == []


def test_a_path_that_does_not_exist_is_named():
    with pytest.raises(UserError, match=r"corpora: dcase2021: folder nowhere not found: correct corpora\[\]\.path"):
        study_of("dcase2021", machines=["fan"], sections=["00"], path="nowhere")


@pytest.mark.parametrize("below", ["", "raw"])
def test_parts_unpacked_side_by_side_are_distinguished(tmp_path, below):
    """One folder has the contents of two archives; nothing is written to it."""
    shared = tmp_path / "shared"
    machine = shared / "eval_data" / below / "grinder"
    for name in ("train/a.wav", "test/b.wav"):
        (machine / name).parent.mkdir(parents=True)
        (machine / name).touch()
    (machine / "attributes_00.csv").touch()
    before = sorted(shared.rglob("*"))
    for archive, wanted in (
        ("eval_data_grinder_train.zip", ["attributes_00.csv", "train"]),
        ("eval_data_grinder_test.zip", ["test"]),
    ):
        row = find_dataset(DATASETS, "dcase2023", archive)
        found = find_local_copy(shared, row)
        assert found == machine
        output = tmp_path / "unpacked" / Path(archive).stem
        link_present(found, output, row)
        assert sorted(path.name for path in (output / "grinder").iterdir()) == wanted
    assert sorted(path.name for path in (tmp_path / "unpacked").glob("*/grinder/*/*.wav")) == ["a.wav", "b.wav"]
    assert sorted(shared.rglob("*")) == before
    assert find_local_copy(shared, find_dataset(DATASETS, "dcase2023", "dev_fan.zip")) is None


def test_links_replace_a_partially_unpacked_folder(tmp_path):
    """The index searches every folder next to that of the archive, including hidden ones."""
    shared, unpacked = tmp_path / "shared", tmp_path / "unpacked"
    half = unpacked / ".dev_fan.0123abcd.partial" / "fan" / "train" / "a.wav"
    there = shared / "dev_fan" / "fan" / "train" / "a.wav"
    for path in (half, there):
        path.parent.mkdir(parents=True)
        path.touch()
    row = find_dataset(DATASETS, "dcase2023", "dev_fan.zip")
    link_present(find_local_copy(shared, row), unpacked / "dev_fan", row)
    (found,) = unpacked.glob("*/fan/*/*.wav")
    assert found.resolve() == there
