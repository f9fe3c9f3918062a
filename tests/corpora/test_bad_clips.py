"""Bad clips are found during indexing, handled as configured, and always reported."""

import io
import math
import struct
from functools import cache

import numpy as np
import pandas as pd
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from uads.core.errors import UserError
from uads.corpora.exclusions import count_exclusions, read_exclusions, write_exclusions
from uads.corpora.files import probe, probe_files
from uads.corpora.headers import read_header
from uads.corpora.index import index_corpus
from uads.data.audio import ReadingOptions, Size, read_clip
from uads.data.samples import gather_stacks, sample_stacks
from uads.data.stacks import sort_stacks
from uads.data.stores import FrameStore
from uads.learning.clip_frames import open_stores
from uads.learning.standardisation import fit_standardisation
from uads.representations.spectrogram.extract import extract_spectrograms
from uads.tables.exclusions.build import layout_exclusions
from uads.tables.render import render_html, render_markdown

RATE = 16000
STOP = dict.fromkeys(("silent", "empty", "short", "truncated", "non_finite", "unreadable"), "stop")
SKIP = dict.fromkeys(STOP, "skip")
KEEP = SKIP | dict.fromkeys(("silent", "short", "truncated"), "keep")


def noise(seconds: float = 0.5, seed: int = 0) -> np.ndarray:
    return (0.1 * np.random.default_rng(seed).normal(size=int(seconds * RATE))).astype(np.float32)


def cut(path, share: float = 0.5) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: int(share * len(data))])


def make_silent(path):
    soundfile.write(path, np.zeros(RATE), RATE)


def make_constant(path):
    soundfile.write(path, np.full(RATE, 0.25), RATE)


def make_empty(path):
    soundfile.write(path, np.zeros(0), RATE)


def make_truncated(path):
    soundfile.write(path, noise(), RATE)
    cut(path)


def make_not_finite(path):
    soundfile.write(path, np.array([0.1, np.inf, 0.2] * 1000), RATE, subtype="FLOAT")


def make_huge(path):
    soundfile.write(path, np.array([0.1, 1e30, 0.2] * 1000), RATE, subtype="FLOAT")


def make_text(path):
    path.write_text("no audio")


def make_nothing(path):
    path.write_bytes(b"")


def make_short(path):
    soundfile.write(path, noise()[:100], RATE)


MAKERS = {
    make_silent: ("silent", "all samples are 0"),
    make_constant: ("silent", "all samples are 0.25"),
    make_empty: ("empty", ""),
    make_truncated: ("truncated", "7978 of 16000 bytes of sound are present"),
    make_not_finite: ("non_finite", "NaN or infinity"),
    make_huge: ("non_finite", "a sample of 1e+30, whose power overflows"),
    make_text: ("unreadable", "Format not recognised."),
    make_nothing: ("unreadable", "Format not recognised."),
    make_short: ("short", "6.25 ms, less than 128 ms"),
}


@pytest.fixture
def corpus(tmp_path):
    """Return an external folder of three good clips, to which a bad one can be added."""
    folder = tmp_path / "air"
    folder.mkdir()
    for number in (1, 2, 4):
        soundfile.write(folder / f"{number}.wav", noise(seed=number), RATE)
    return {"name": "air", "role": "external", "source": "folder", "layout": None, "root": folder, "shards": 1}


def index(corpus, policies, channel="mix"):
    return index_corpus(corpus, channel, policies | {"shorter_than": 0.128})


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_each_policy_is_followed(corpus, make):
    reason, detail = MAKERS[make]
    path = corpus["root"] / "3.wav"
    make(path)
    with pytest.raises(UserError, match=rf"3\.wav.* Replace the file or remove it, or set bad_clips\.{reason} to skip"):
        index(corpus, STOP)
    for policies, action, number in ((SKIP, "skipped", 3), (KEEP, "kept", 4)):
        if policies[reason] != "skip" or action == "skipped":
            clips, excluded = index(corpus, policies)
            assert len(clips) == number
            assert excluded.to_dict("records") == [
                {"corpus": "air", "clip": "air/3.wav", "path": str(path), "reason": reason}
                | {"detail": detail, "action": action}
            ]


@pytest.mark.parametrize("make", [make_silent, make_constant, make_truncated, make_short])
def test_a_clip_that_is_kept_is_read_as_listed(corpus, make):
    make(corpus["root"] / "3.wav")
    clip = index(corpus, KEEP)[0].set_index("clip").loc["air/3.wav"]
    waveform = read_clip(clip["path"], listed=Size(clip["length"], clip["sample_rate"]))
    assert len(waveform) == clip["length"] > 0
    assert np.isfinite(waveform).all()


def test_the_strictest_of_several_reasons_counts(corpus):
    make_silent(corpus["root"] / "3.wav")
    cut(corpus["root"] / "3.wav")
    clips, excluded = index(corpus, KEEP | {"silent": "skip"})
    assert len(clips) == 3
    assert excluded[["reason", "action"]].to_numpy().tolist() == [["truncated", "skipped"], ["silent", "skipped"]]
    with pytest.raises(UserError, match=r"set bad_clips\.silent to skip"):
        index(corpus, KEEP | {"silent": "stop"})


def test_a_stop_names_the_first_clip_and_counts_the_others(corpus):
    for name in ("3", "5", "6"):
        make_text(corpus["root"] / f"{name}.wav")
    with pytest.raises(UserError, match=r"cannot read .*3\.wav: Format.*\(2 more such clips in the log\)"):
        index(corpus, STOP)


def test_a_corpus_of_which_nothing_is_left_ends_the_run(corpus):
    for path in corpus["root"].iterdir():
        make_silent(path)
    with pytest.raises(UserError, match=r"no clip of air is left: 3 were left out.*1\.wav is silent.*remove air from"):
        index(corpus, SKIP)


def test_silence_and_channels_are_those_of_the_channel_in_use(tmp_path):
    path = tmp_path / "c.wav"
    sound = noise()
    soundfile.write(path, np.stack([sound, np.zeros_like(sound), -sound], axis=1), RATE, subtype="FLOAT")
    found = {channel: [reason for reason, _ in probe(path, channel).findings] for channel in ("mix", 0, 1, 2, 3)}
    assert found == {"mix": ["silent"], 0: [], 1: ["silent"], 2: [], 3: ["unreadable"]}
    assert "asks for channel 3" in probe(path, 3).findings[0][1]


FORMATS = ["WAV", "WAVEX", "RF64", "W64", "AIFF", "AU", "CAF", "FLAC", "OGG", "MP3"]


@pytest.mark.parametrize("kind", FORMATS)
def test_a_file_that_is_cut_off_is_found_in_every_format(tmp_path, kind):
    path = tmp_path / f"c.{kind.lower()}"
    soundfile.write(path, noise(2), RATE, format=kind, subtype="PCM_16" if kind in ("W64", "CAF", "AU") else None)
    whole = path.read_bytes()
    assert probe(path).findings == []
    assert probe(path).length == 2 * RATE
    for share in (0.3, 0.6, 0.95):
        path.write_bytes(whole)
        cut(path, share)
        (reason, _), *_ = probe(path).findings
        assert reason in ("truncated", "unreadable")


def test_a_recording_that_was_not_closed_is_found(tmp_path):
    path = tmp_path / "c.wav"
    soundfile.write(path, noise(), RATE)
    closed = path.read_bytes()
    for riff, data in ((0xFFFFFFFF, 0xFFFFFFFF), (0, 0), (8, 0)):
        path.write_bytes(closed[:4] + struct.pack("<I", riff) + closed[8:40] + struct.pack("<I", data) + closed[44:])
        assert ("truncated", probe(path).findings[0][1]) == probe(path).findings[0]
        assert "not closed" in probe(path).findings[0][1]


def test_a_header_that_contradicts_itself_is_refused(tmp_path):
    """24 bits in 4 bytes without an extensible header: libsndfile, SciPy and others read different samples."""
    chunk = struct.pack("<HHIIHH", 1, 2, 48000, 384000, 8, 24)
    body = bytes.fromhex("a0ffff000c5a0000ffff7f00206d8000")
    data = b"WAVEfmt " + struct.pack("<I", 16) + chunk + b"data" + struct.pack("<I", 16) + body
    (tmp_path / "c.wav").write_bytes(b"RIFF" + struct.pack("<I", len(data)) + data)
    assert probe(tmp_path / "c.wav").findings[0] == (
        "unreadable",
        "its header declares 8 bytes for 2 x 24 bits, which programs read differently.",
    )


@pytest.mark.parametrize("rate", [0, 7, 2**31 - 1, 2**31])
def test_a_rate_that_no_sound_has_is_refused(tmp_path, rate):
    path = tmp_path / "c.wav"
    soundfile.write(path, noise(), RATE)
    data = path.read_bytes()
    path.write_bytes(data[:24] + struct.pack("<I", rate) + data[28:])
    assert [reason for reason, _ in probe(path).findings] == ["unreadable"]


def test_files_that_are_gone_or_locked_are_named_with_the_reason(tmp_path):
    assert probe(tmp_path / "gone.wav").findings == [("unreadable", "No such file or directory")]
    (tmp_path / "samples.raw").write_bytes(bytes(100))
    assert probe(tmp_path / "samples.raw").findings == [
        ("unreadable", "it has no header with sample rate and channels.")
    ]
    (tmp_path / "folder.wav").mkdir()
    assert probe(tmp_path / "folder.wav").findings == [("unreadable", "Is a directory")]


def test_probing_gives_the_same_whatever_the_number_of_threads(tmp_path):
    paths = [tmp_path / f"{number}.wav" for number in range(12)]
    for number, path in enumerate(paths):
        soundfile.write(path, noise(seed=number), RATE)
    cut(paths[5])
    one, several = probe_files(paths, threads=1), probe_files(paths, threads=4)
    pd.testing.assert_frame_equal(one, several)
    assert list(one["path"]) == [str(path) for path in paths]
    assert [len(found) for found in one["findings"]] == [number == 5 for number in range(12)]


def test_exclusions_are_logged_counted_and_tabulated(corpus, tmp_path):
    make_empty(corpus["root"] / "3.wav")
    make_silent(corpus["root"] / "5.wav")
    clips, excluded = index(corpus, KEEP | {"empty": "skip"})
    assert count_exclusions(excluded) == "1 clip left out (1 empty), 1 clip kept with a warning (1 silent)"
    write_exclusions(excluded, tmp_path / "one.csv")
    write_exclusions(excluded.head(0), tmp_path / "none.csv")
    table = read_exclusions([tmp_path / "none.csv", tmp_path / "one.csv"])
    pd.testing.assert_frame_equal(table, excluded, check_dtype=False)
    page = render_markdown(table, layout_exclusions(table, {"air": len(clips), "other": 7}))
    assert f"| air | {corpus['root']}/3.wav | empty |  | skipped |" in page
    assert "air: 4 clips are used, 1 of them with a warning; 1 left out." in page
    assert "other: 7 clips are used, none of them with a warning; none left out." in page
    assert "There are none." in render_html(table.head(0), layout_exclusions(table.head(0), {"other": 7}))


def test_later_stages_work_without_the_clips_that_were_left_out(corpus, tmp_path):
    make_text(corpus["root"] / "3.wav")
    make_truncated(corpus["root"] / "5.wav")
    make_silent(corpus["root"] / "6.wav")
    clips, _ = index(corpus, KEEP)
    assert list(clips["clip"]) == [f"air/{number}.wav" for number in (1, 2, 4, 5, 6)]
    outputs = {"mel": tmp_path / "mel.h5"}
    parameters = {"mel": {"n_mels": 16, "normalise": "absmax", "top_db": 80}}
    extract_spectrograms(clips, outputs, parameters, ReadingOptions())
    store = FrameStore(outputs["mel"])
    assert np.diff(store.offsets).tolist() == [1 + length // 512 for length in clips["length"]]
    assert np.isfinite(store.frames).all()
    sort_stacks(store, 5, tmp_path / "stacks.h5")
    rows = sample_stacks(
        {"air-00": outputs["mel"]}, {"air-00": tmp_path / "stacks.h5"}, {"external": 1000}, 1, ("air",)
    )
    assert set(rows["clip"]) == set(clips["clip"])
    assert gather_stacks(rows, {"air-00": outputs["mel"]}, 5).shape == (len(rows), 5 * 16)
    assert np.isfinite(fit_standardisation(open_stores([outputs["mel"]])).std).all()


# ---- corrupted headers ---------------------------------------------------------------------------------


def plain_length(data: bytes) -> int | None:
    """Count the samples of a WAV file from its chunks; None if they are invalid."""
    order = {b"RIFF": "<", b"RIFX": ">", b"RF64": "<"}.get(data[:4])
    place, frame, long_size = 12, None, None
    while order and data[8:12] == b"WAVE" and place + 8 <= len(data):
        name, (size,) = data[place : place + 4], struct.unpack(order + "I", data[place + 4 : place + 8])
        body = data[place + 8 : place + 8 + size]
        if name == b"ds64" and len(body) >= 16:
            (long_size,) = struct.unpack("<Q", body[8:16])
        if name == b"fmt " and len(body) >= 16:
            codec, _, _, _, frame, _ = struct.unpack(order + "HHIIHH", body[:16])
            if codec == 0xFFFE and len(body) >= 26:
                (codec,) = struct.unpack(order + "H", body[24:26])
            frame = frame if codec in (1, 3, 6, 7) else None
        if name == b"data" and frame:
            size = long_size if size == 0xFFFFFFFF and long_size is not None else size
            return size // frame if place + 8 + size <= len(data) else None
        place += 8 + size + size % 2
    return None


@cache
def originals() -> list[bytes]:
    """Return small WAV files of several kinds as bytes, with chunks before and after the sound."""
    files = []
    kinds = [
        ("WAV", "PCM_16"),
        ("WAV", "PCM_24"),
        ("WAV", "FLOAT"),
        ("WAVEX", "PCM_16"),
        ("RF64", "PCM_16"),
        ("WAV", "ULAW"),
    ]
    for kind, subtype in kinds:
        file = io.BytesIO()
        soundfile.write(file, noise(0.01).reshape(-1, 2), RATE, format=kind, subtype=subtype)
        data = file.getvalue()
        files.append(data)
        if kind == "WAV":
            files.append(data[:12] + b"LIST\x05\0\0\0INFO\0\0" + data[12:] + b"bext\x02\0\0\0ab")
    return files


mutations = st.lists(
    st.one_of(
        st.tuples(st.just("flip"), st.integers(0, 130), st.integers(1, 255)),
        st.tuples(
            st.just("size"), st.integers(0, 130), st.sampled_from([0, 1, 2, 8, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF])
        ),
        st.tuples(st.just("cut"), st.integers(0, 400), st.just(0)),
        st.tuples(st.just("insert"), st.integers(0, 130), st.integers(0, 255)),
        st.tuples(st.just("drop"), st.integers(0, 130), st.integers(1, 9)),
    ),
    min_size=1,
    max_size=4,
)


def mutilate(data: bytes, changes) -> bytes:
    for kind, place, value in changes:
        if kind == "flip" and place < len(data):
            data = data[:place] + bytes([data[place] ^ value]) + data[place + 1 :]
        elif kind == "size":
            data = data[:place] + struct.pack("<I", value) + data[place + 4 :]
        elif kind == "cut":
            data = data[:place]
        elif kind == "insert":
            data = data[:place] + bytes([value]) + data[place:]
        elif kind == "drop":
            data = data[:place] + data[place + value :]
    return data


@settings(max_examples=500, deadline=None, derandomize=True, database=None)
@given(number=st.integers(0, 8), changes=mutations)
def test_a_mutilated_header_is_refused_or_its_length_is_right(tmp_path_factory, number, changes):
    path = tmp_path_factory.getbasetemp() / "mutilated.wav"
    data = mutilate(originals()[number], changes)
    path.write_bytes(data)
    found = probe(path)
    reasons = {reason for reason, _ in found.findings}
    assert reasons <= set(STOP)
    if not reasons - {"silent", "empty"} and data[:4] in (b"RIFF", b"RIFX", b"RF64"):
        assert found.length == plain_length(data)
    if not reasons & {"unreadable", "empty", "non_finite"}:
        waveform = read_clip(path, found.sample_rate, listed=Size(found.length, found.sample_rate))
        assert len(waveform) == found.length
        assert math.isfinite(float(np.abs(waveform).max()))


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(
    data=st.binary(max_size=200),
    start=st.sampled_from([b"", b"RIFF\0\0\0\0WAVE", b"FORM\0\0\0\0AIFF", b".snd", b"OggS", b"fLaC"]),
)
def test_no_file_crashes_the_index(tmp_path_factory, data, start):
    path = tmp_path_factory.getbasetemp() / "noise.wav"
    path.write_bytes(start + data)
    assert {reason for reason, _ in probe(path).findings} <= set(STOP)
    with open(path, "rb") as file:
        read_header(file)
