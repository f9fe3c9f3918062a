"""A user's table of clips is parsed once; later reads take the copy, if it is of the same CSV and sound."""

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from tests.helpers import ROOT
from uads.core.cache_folder import CACHE
from uads.core.errors import UserError
from uads.corpora import parsed_csv, table
from uads.corpora.base import corpus_from
from uads.corpora.parsed_csv import count_clips, read_parsed_csv
from uads.corpora.table import read_clip_csv

LINES = """path,machine,section,domain,split,label
b.wav,press,01,source,train,normal
a.wav,fan,00,source,train,normal
c.wav,press,01,source,train,normal
d.wav,press,00,target,test,unknown
"""
ENTRY = {"name": "own", "role": "machines", "source": "table", "path": "clips.csv"}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in "abcd":
        Path(f"{name}.wav").touch()
    Path("clips.csv").write_text(LINES)
    return tmp_path


@pytest.fixture
def parsed(monkeypatch) -> list[Path]:
    """Return the tables that are parsed from now on."""
    found = []

    def parse(path):
        found.append(path)
        return read_clip_csv(path)

    monkeypatch.setattr(table, "read_clip_csv", parse)
    return found


def copies() -> list[Path]:
    return sorted((CACHE / "clips").iterdir())


def test_the_copy_is_the_parsed_table(parsed):
    for _ in range(2):
        pd.testing.assert_frame_equal(read_parsed_csv("clips.csv"), read_clip_csv("clips.csv"), check_dtype=False)
    assert len(parsed) == 1


def test_clips_are_counted_in_the_order_of_the_csv(parsed):
    for _ in range(2):
        assert count_clips("clips.csv").to_numpy().tolist() == [
            ["press", "01", "source", "train", "normal", 2],
            ["fan", "00", "source", "train", "normal", 1],
            ["press", "00", "target", "test", "unknown", 1],
        ]
    assert len(parsed) == 1


def test_a_corpus_needs_the_counts_only(parsed):
    count_clips("clips.csv")
    corpus = corpus_from(ENTRY)
    assert (corpus.machines, corpus.sections) == (("press", "fan"), ("00", "01"))
    assert [shard.name for shard in corpus.machine_shards] == [
        "own-press-train",
        "own-fan-train",
        "own-press-evaluation",
    ]
    assert corpus.labelled == frozenset()
    assert corpus_from(ENTRY | {"machines": ["fan"]}).sections == ("00",)
    assert len(parsed) == 1


def test_an_edited_csv_is_parsed_again_into_the_same_copy(parsed):
    count_clips("clips.csv")
    Path("clips.csv").write_text(LINES.replace("unknown", "anomaly"))
    assert count_clips("clips.csv")["label"].tolist() == ["normal", "normal", "anomaly"]
    assert len(parsed) == 2
    assert len(copies()) == 1


def test_a_copy_by_another_parser_is_made_anew(parsed, tmp_path, monkeypatch):
    count_clips("clips.csv")
    changed = tmp_path / "table.py"
    changed.write_text("another")
    monkeypatch.setattr(parsed_csv, "PARSER", changed)
    count_clips("clips.csv")
    assert len(parsed) == 2


@pytest.mark.parametrize("damage", [lambda data: b"", lambda data: data[:100], lambda data: b"x" * len(data)])
def test_a_damaged_copy_is_made_anew(parsed, damage):
    count_clips("clips.csv")
    (copy,) = copies()
    copy.write_bytes(damage(copy.read_bytes()))
    assert count_clips("clips.csv")["clips"].tolist() == [2, 1, 1]
    assert len(parsed) == 2
    assert len(read_parsed_csv("clips.csv")) == 4
    assert len(parsed) == 2


def test_a_copy_with_damaged_rows_is_made_anew_when_they_are_read(parsed):
    count_clips("clips.csv")
    (copy,) = copies()
    data = bytearray(copy.read_bytes())
    data[4:200] = bytes(196)
    copy.write_bytes(data)
    assert len(read_parsed_csv("clips.csv")) == 4
    assert len(parsed) == 2


def test_without_a_folder_to_write_to_the_csv_is_parsed_each_time(parsed):
    CACHE.parent.mkdir()
    CACHE.write_text("a file where the folder would be")
    for _ in range(2):
        assert count_clips("clips.csv")["clips"].sum() == 4
    assert len(parsed) == 2


def test_a_wrong_table_leaves_no_copy():
    Path("clips.csv").write_text(LINES + "e.wav,fan,00,source,train,normal\n")
    with pytest.raises(UserError, match="line 6: .* there is no such file"):
        count_clips("clips.csv")
    assert not CACHE.exists()


def test_processes_that_start_at_once_all_count():
    code = "from uads.corpora.parsed_csv import count_clips; print(count_clips('clips.csv')['clips'].sum())"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "scripts")}
    started = [
        subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    assert [process.communicate()[0].strip() for process in started] == ["4"] * 3
    assert len(copies()) == 1
