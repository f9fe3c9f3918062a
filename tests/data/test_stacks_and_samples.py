"""Stacks are sorted by energy without a copy; samples are seeded, exact and traceable."""

import numpy as np
import pandas as pd
import pytest
import soundfile

from uads.core.errors import UserError
from uads.corpora.folder import index_folder
from uads.data import samples, scattered
from uads.data.audio import read_clip
from uads.data.clips import COLUMNS, as_clip_table
from uads.data.samples import gather_stacks, sample_stacks
from uads.data.stacks import read_stacks, sort_stacks, stack_energy
from uads.data.stores import FrameStore, Storage, create_store
from uads.representations.spectrogram.extract import extract_spectrograms
from uads.representations.spectrogram.transform import Spectrogram, transform_clip

BINS = 4
LENGTHS = [12, 3, 20, 9]


def make_store(path, corpus="plant", split="test", lengths=LENGTHS, seed=0, storage=Storage()) -> FrameStore:  # noqa: B008
    """Write a store of random frames: clips of two sections, one too short for a stack of 5."""
    rng = np.random.default_rng(seed)
    clips = pd.DataFrame({name: [""] * len(lengths) for name in COLUMNS}).assign(
        clip=[f"{corpus}/{number}" for number in range(len(lengths))],
        corpus=corpus,
        machine="" if split == "external" else "fan",
        section=[f"0{number % 2}" for number in range(len(lengths))] if split != "external" else "",
        domain="source" if split != "external" else "",
        split=split,
        label=["normal", "anomaly"] * (len(lengths) // 2),
        sample_rate=16000,
        length=[512 * length for length in lengths],
    )
    with create_store(path, clips, sum(lengths), BINS, {"seconds_per_frame": 0.5}, storage) as writer:
        for length in lengths:
            writer.append(rng.normal(size=(length, BINS)).astype(np.float32), rng.random(length, dtype=np.float32))
    return FrameStore(path)


@pytest.mark.parametrize("k", [1, 5, 10])
def test_stack_energy_equals_a_plain_loop(k):
    energy = np.random.default_rng(1).random(30, dtype=np.float32)
    plain = [energy[start : start + k].sum() for start in range(30 - k + 1)]
    np.testing.assert_allclose(stack_energy(energy, k), plain, rtol=1e-6)
    np.testing.assert_array_equal(stack_energy(energy, k, "first_frame"), energy[: 30 - k + 1])


@pytest.mark.parametrize("k", [1, 5, 10])
def test_every_stack_appears_once_sorted_by_energy_per_split(tmp_path, k):
    store = make_store(tmp_path / "store.h5")
    sort_stacks(store, k, tmp_path / "stacks.h5")
    found = read_stacks(tmp_path / "stacks.h5")
    assert [keys for keys, _, _ in found] == [
        ("plant", "fan", "00", "source", "test"),
        ("plant", "fan", "01", "source", "test"),
    ]
    for (keys, frames, energy), clips in zip(found, ([0, 2], [1, 3]), strict=True):
        starts = [store.offsets[clip] + start for clip in clips for start in range(LENGTHS[clip] - k + 1)]
        assert sorted(frames) == sorted(starts), keys
        assert (np.diff(energy) >= 0).all()
        np.testing.assert_allclose(energy, [store.energy[frame : frame + k].sum() for frame in frames], rtol=1e-5)


@pytest.fixture
def shards(tmp_path):
    """Return a test shard of a machine and an external corpus in two shards."""
    shards = {
        "plant-fan-test": make_store(tmp_path / "test.h5"),
        "air-00": make_store(tmp_path / "air0.h5", "air", "external", [30, 30], 1),
        "air-01": make_store(tmp_path / "air1.h5", "air", "external", [30, 30], 2),
    }
    paths = {"plant-fan-test": tmp_path / "test.h5", "air-00": tmp_path / "air0.h5", "air-01": tmp_path / "air1.h5"}
    stacks = {name: tmp_path / f"{name}.stacks" for name in shards}
    for name, store in shards.items():
        sort_stacks(store, 5, stacks[name])
    return paths, stacks


COUNTS = {"test": 10, "train": 7, "external": 40}


def test_samples_are_as_many_as_asked_for_or_all_there_are(shards):
    rows = sample_stacks(*shards, COUNTS, 1, ("samples",))
    per_split = rows.groupby(["corpus", "section"]).size()
    assert per_split["plant", "00"] == 10
    assert per_split["plant", "01"] == 5, "the split has only 5 stacks"
    assert per_split["air", ""] == 40, "an external corpus counts as a whole"
    assert not rows.duplicated(["shard", "frame"]).any()


def test_every_sample_can_be_traced_back(shards):
    paths, _ = shards
    rows = sample_stacks(*shards, COUNTS, 1, ("samples",))
    matrix = gather_stacks(rows, paths, 5)
    for row, vector in zip(rows.itertuples(), matrix, strict=True):
        store = FrameStore(paths[row.shard])
        clip = list(store.clips["clip"]).index(row.clip)
        start = store.offsets[clip] + row.clip_frame
        assert start + 5 <= store.offsets[clip + 1], "a stack stays within its clip"
        assert row.time == row.clip_frame * 0.5
        np.testing.assert_array_equal(vector, store.frames[start : start + 5].ravel())
        np.testing.assert_allclose(row.energy, store.energy[start : start + 5].sum(), rtol=1e-5)


def test_a_matrix_follows_the_order_of_its_rows(shards):
    paths, _ = shards
    rows = sample_stacks(*shards, COUNTS, 1, ("samples",))
    shuffled = rows.sample(frac=0.8, random_state=3)
    whole = gather_stacks(rows, paths, 5)
    np.testing.assert_array_equal(gather_stacks(shuffled, paths, 5), whole[shuffled.index])


@pytest.mark.parametrize("frames_per_window", [1, 3, 7])
def test_stacks_across_two_windows_are_complete(shards, monkeypatch, frames_per_window):
    paths, _ = shards
    rows = sample_stacks(*shards, COUNTS, 1, ("samples",))
    whole = gather_stacks(rows, paths, 5)
    monkeypatch.setattr(samples, "WINDOW_BYTES", frames_per_window * BINS * 4)
    np.testing.assert_array_equal(gather_stacks(rows, paths, 5), whole)


@pytest.mark.parametrize("storage", [Storage(), Storage("half"), Storage(compression="lzf")])
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("stacks_ahead", [3, 100])
def test_stacks_read_one_by_one_are_the_same(tmp_path, monkeypatch, storage, threads, stacks_ahead):
    paths = {"fan": tmp_path / "store.h5"}
    make_store(paths["fan"], lengths=[200, 150], storage=storage)
    rows = pd.DataFrame({"shard": "fan", "frame": np.random.default_rng(2).permutation(300)[:40]})
    monkeypatch.setattr(scattered, "STACKS_AHEAD", stacks_ahead)
    together, one_by_one = (gather_stacks(rows, paths, 5, threads, share) for share in (0, 1))
    np.testing.assert_array_equal(one_by_one, together)


@pytest.mark.parametrize("n_stacks, together", [(23, False), (24, True)])
def test_fewer_than_one_frame_in_fifty_are_read_one_by_one(tmp_path, monkeypatch, n_stacks, together):
    make_store(tmp_path / "store.h5", lengths=[3000, 3000])
    read, spans = FrameStore.read, []
    monkeypatch.setattr(FrameStore, "read", lambda store, *span: spans.append(span) or read(store, *span))
    rows = pd.DataFrame({"shard": "fan", "frame": np.arange(n_stacks) * 200})
    gather_stacks(rows, {"fan": tmp_path / "store.h5"}, 5)
    assert bool(spans) == together


def test_a_store_that_ends_too_early_is_refused(tmp_path):
    store = make_store(tmp_path / "store.h5", lengths=[3000, 3000])
    rows = np.array([0, 1])
    with pytest.raises(UserError, match=r"store\.h5 is not a complete feature store"):
        scattered.read_scattered(store, np.array([0, 6_000_000]), 5, np.empty((2, 5 * BINS), np.float32), rows)


def test_a_gathered_row_equals_frames_recomputed_from_audio(tmp_path):
    rng = np.random.default_rng(4)
    for name in ("a", "b", "c"):
        soundfile.write(tmp_path / f"{name}.wav", rng.normal(scale=0.1, size=20000), 16000)
    clips = as_clip_table(index_folder("air", tmp_path))
    paths, stacks = {"air-00": tmp_path / "mel.h5"}, {"air-00": tmp_path / "stacks.h5"}
    extract_spectrograms(clips, {"mel": paths["air-00"]}, {"mel": {"n_mels": 16, "top_db": 80}})
    sort_stacks(FrameStore(paths["air-00"]), 5, stacks["air-00"])
    rows = sample_stacks(paths, stacks, {"external": 12}, 1, ("samples",))
    for row, vector in zip(rows.itertuples(), gather_stacks(rows, paths, 5), strict=True):
        frames, energy = transform_clip(read_clip(row.path), Spectrogram(n_mels=16, top_db=80))
        start = round(row.time / 0.032)
        np.testing.assert_array_equal(vector, frames[start : start + 5].ravel())
        np.testing.assert_allclose(row.energy, energy[start : start + 5].sum(), rtol=1e-6)


def test_stacks_of_one_energy_stay_in_the_order_of_their_frames(tmp_path):
    store = make_store(tmp_path / "store.h5")
    store.energy[:] = 1
    sort_stacks(store, 1, tmp_path / "stacks.h5")
    for _, frames, energy in read_stacks(tmp_path / "stacks.h5"):
        assert (np.diff(frames) > 0).all()
        assert (energy == 1).all()


def test_the_seed_and_the_names_decide_what_is_drawn(shards):
    first = sample_stacks(*shards, COUNTS, 1, ("samples", "fan"))
    pd.testing.assert_frame_equal(first, sample_stacks(*shards, COUNTS, 1, ("samples", "fan")))
    assert not first["frame"].equals(sample_stacks(*shards, COUNTS, 2, ("samples", "fan"))["frame"])
    assert not first["frame"].equals(sample_stacks(*shards, COUNTS, 1, ("samples", "pump"))["frame"])


def test_draws_are_uniform_over_the_energies(shards):
    counts = {"test": 8, "train": 0, "external": 0}
    drawn = pd.concat([sample_stacks(*shards, counts, seed, ("samples",)) for seed in range(200)])
    frequency = drawn[drawn["section"] == "00"].groupby("frame").size() / 200
    assert len(frequency) == 24, "every stack is drawn sometimes"
    np.testing.assert_allclose(frequency, 8 / 24, atol=0.12)
