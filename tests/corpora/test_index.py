"""The clip table of every corpus matches its files; unreadable input is refused."""

import numpy as np
import pandas as pd
import pytest
import soundfile

from uads.core.errors import UserError
from uads.core.files import write_table
from uads.corpora.index import index_corpus
from uads.corpora.table import read_clip_csv
from uads.data.clips import COLUMNS, as_clip_table, read_shard, select_clips

HEADER = "path,machine,section,domain,split,label\n"


def write_clip(path, seconds=0.1, rate=16000):
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, np.zeros(int(seconds * rate)), rate)


@pytest.fixture
def plant(tmp_path):
    """Return a corpus of unpacked development and evaluation archives with ground truth."""
    root = tmp_path / "plant"
    write_clip(root / "dev_data_fan/fan/train/section_00_source_train_normal_0000_strength_1_ambient.wav")
    write_clip(root / "dev_data_fan/fan/source_test/section_00_source_test_anomaly_0000.wav")
    write_clip(root / "eval_data_fan_train/fan/train/section_03_target_train_normal_0000_strength_2.wav")
    write_clip(root / "eval_data_fan_test/fan/target_test/section_03_target_test_0000.wav")
    write_clip(root / "eval_data_fan_test/fan/target_test/section_03_target_test_0001.wav")
    truth = root / "truth/ground_truth_fan_section_03_target_test.csv"
    truth.parent.mkdir()
    truth.write_text("section_03_target_test_0000.wav,1\n")
    return {
        "name": "plant",
        "role": "machines",
        "source": "download",
        "layout": "dcase2021",
        "root": str(root),
        "truth": str(truth.parent),
        "machines": ["fan"],
        "sections": ["00", "03"],
        "ground_truth": "official",
        "shards": 1,
    }


def test_archives_of_a_machine_make_one_table(plant):
    table = index_corpus(plant)[0].set_index("clip")
    assert list(table.columns) == [column for column in COLUMNS if column != "clip"]
    assert dict(table["shard"].value_counts()) == {
        "plant-fan-train": 2,
        "plant-fan-evaluation": 2,
        "plant-fan-test": 1,
    }
    train = table.loc["plant/fan/train/section_03_target_train_normal_0000_strength_2.wav"]
    assert (train["part"], train["domain"], train["attributes"]) == ("evaluation", "target", "strength_2")
    assert (train["sample_rate"], train["length"]) == (16000, 1600)


def test_ground_truth_is_joined_to_blind_clips(plant):
    blind = index_corpus(plant)[0].query("shard == 'plant-fan-evaluation'")
    assert list(blind["label"]) == ["anomaly", "unknown"]


def test_a_file_that_is_named_otherwise_is_named_with_its_folder(plant, tmp_path):
    write_clip(tmp_path / "plant/dev_data_fan/fan/train/normal_id_00_00000000.wav")
    with pytest.raises(UserError, match=r"fan/train/normal_id_00_00000000\.wav is not named as in DCASE 2021 Task 2"):
        index_corpus(plant)


def test_blind_clips_without_ground_truth_are_kept_and_logged(plant, tmp_path, caplog):
    plant |= {"layout": "dcase2022", "root": tmp_path / "own", "machines": ["bearing"]}
    write_clip(tmp_path / "own/eval_data_bearing_train/bearing/train/section_03_source_train_normal_0000_vel_6.wav")
    write_clip(tmp_path / "own/eval_data_bearing_test/bearing/test/section_03_0000.wav")
    table = index_corpus(plant)[0].set_index("shard")
    assert tuple(table.loc["plant-bearing-evaluation", ["label", "domain", "attributes"]]) == ("unknown", "", "")
    assert "bearing: 1 of 1 blind clips have no label, such as section_03_0000.wav" in caplog.text


def test_sections_that_no_clip_has_are_named(plant):
    with pytest.raises(UserError, match="has no clip of the sections 07"):
        index_corpus(plant | {"sections": ["07"]})


def test_ground_truth_that_is_no_label_is_named(plant, tmp_path):
    next((tmp_path / "plant/truth").iterdir()).write_text("section_03_target_test_0000.wav,anomaly\n")
    with pytest.raises(UserError, match=r"section_03_target_test\.csv, line 1: expected"):
        index_corpus(plant)


def test_an_external_folder_is_spread_over_shards(tmp_path):
    for name in ("a/1.wav", "a/2.flac", "b/3.wav"):
        write_clip(tmp_path / "air" / name)
    (tmp_path / "air/readme.txt").write_text("no audio")
    settings = {"name": "air", "role": "external", "source": "folder", "layout": None, "root": tmp_path / "air"}
    table = index_corpus(settings | {"shards": 2})[0]
    assert list(table["shard"]) == ["air-00", "air-01", "air-00"]
    assert list(table["attributes"]) == ["a", "a", "b"]
    assert set(table["split"]) == {"external"}


def test_clips_in_a_linked_folder_are_found(tmp_path):
    write_clip(tmp_path / "far/a.wav")
    write_clip(tmp_path / "sounds/near/b.wav")
    (tmp_path / "sounds/linked").symlink_to(tmp_path / "far")
    settings = {"name": "noise", "role": "external", "source": "folder", "layout": None, "root": tmp_path / "sounds"}
    assert len(index_corpus(settings | {"shards": 1})[0]) == 2


def test_a_missing_or_empty_folder_is_named(tmp_path):
    settings = {"name": "air", "role": "external", "source": "folder", "layout": None, "shards": 1}
    with pytest.raises(UserError, match="does not exist"):
        index_corpus(settings | {"root": tmp_path / "none"})
    with pytest.raises(UserError, match="contains no audio"):
        index_corpus(settings | {"root": tmp_path})


@pytest.fixture
def csv(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_clip(tmp_path / "one.wav")
    write_clip(tmp_path / "two.wav")

    def write(text):
        path = tmp_path / "clips.csv"
        path.write_text(text)
        return path

    return write


def test_a_users_table_becomes_clips(csv):
    path = csv(
        "machine,path,section,domain,split,label,attributes\n"
        "press,one.wav,A1,source,train,normal,load_3\n"
        "press, two.wav ,A1,target,test,unknown,\n"
    )
    settings = {"name": "own", "role": "machines", "source": "table", "layout": None, "root": path, "shards": 1}
    table = index_corpus(settings | {"machines": ["press"], "sections": ["A1"]})[0]
    assert list(table["shard"]) == ["own-press-train", "own-press-evaluation"]
    assert list(table["attributes"]) == ["load_3", ""]


GOOD = "one.wav,fan,00,source,train,normal\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty: its first line must be path,machine"),
        (HEADER, "lists no clip"),
        ("path,machine,section,domain,split\n" + GOOD, "line 1: the column label is missing"),
        (HEADER.replace("label", "label,Label") + GOOD, "line 1: the column label appears twice"),
        (HEADER + "one.wav,fan,00,source,train,normal,a,b\n", "line 2: there are 8 cells for 6 columns: put values"),
        (HEADER + 'one.wav,fan,00,"source,train\n', "is not a CSV"),
        (HEADER + GOOD + "two.wav,fan,00,sorce,test,normal\n", "line 3: domain is 'sorce': write source or target"),
        (HEADER + "\n" + GOOD + ",,,,,,\ntwo.wav,fan,00,sorce,test,normal\n", "line 5: domain is 'sorce'"),
        (HEADER + "one.wav,fan,00,source,train,unknown\n", "line 2: label is 'unknown': training clips must be normal"),
        (HEADER + "one.wav,fan,00,source,train,anomaly\n", "line 2: label is 'anomaly': training clips must be normal"),
        (HEADER + "gone.wav,fan,00,source,train,normal\n", "line 2: path is .*gone.wav': there is no such file"),
        (HEADER + GOOD + "./one.wav,fan,00,source,test,normal\n", "line 3: .*one.wav duplicates line 2: remove one"),
        (HEADER + "one.wav,fan/2,00,source,train,normal\n", "line 2: machine is 'fan/2': use letters, digits"),
        (HEADER + "one.wav,global,00,source,train,normal\n", "line 2: machine is 'global'"),
    ],
)
def test_a_mistake_in_a_table_is_reported_with_line_and_fix(csv, text, message):
    with pytest.raises(UserError, match=message):
        read_clip_csv(csv(text))


def test_a_missing_table_names_the_key_that_points_to_it(tmp_path):
    with pytest.raises(UserError, match=r"does not exist: name the CSV of your clips as corpora\[\].path"):
        read_clip_csv(tmp_path / "none.csv")


def test_a_file_that_is_no_audio_is_named(csv, tmp_path):
    (tmp_path / "two.wav").write_text("no audio")
    path = csv(HEADER + GOOD + "two.wav,fan,00,source,test,normal\n")
    settings = {"name": "own", "role": "machines", "source": "table", "layout": None, "root": path, "shards": 1}
    with pytest.raises(UserError, match=r"cannot read .*two\.wav"):
        index_corpus(settings | {"machines": ["fan"], "sections": ["00"]})


def test_values_outside_the_schema_are_refused(plant):
    table = index_corpus(plant)[0]
    with pytest.raises(UserError, match="domain is 'elsewhere'"):
        as_clip_table(table.assign(domain="elsewhere"))
    with pytest.raises(UserError, match="appears twice"):
        as_clip_table(pd.concat([table, table.head(1)]))


def test_a_study_can_be_made_small(plant, tmp_path):
    table = index_corpus(plant)[0]
    assert len(select_clips(table, {})) == len(table)
    few = select_clips(pd.concat([table] * 3), {"clips_per_split": 2})
    assert few.groupby(["shard", "section", "domain", "label"]).size().max() == 2
    write_table(table, tmp_path / "clips.parquet", {})
    assert len(read_shard(tmp_path / "clips.parquet", "plant-fan-train")) == 2
    with pytest.raises(UserError, match="lists no clip of plant-pump-train"):
        read_shard(tmp_path / "clips.parquet", "plant-pump-train")
