"""Stores return the frames that were appended, whatever their precision and compression."""

from dataclasses import asdict

import h5py
import numpy as np
import pandas as pd
import pytest
import soundfile

from uads.core.errors import UserError
from uads.corpora.folder import index_folder
from uads.data import samples
from uads.data.audio import read_clip
from uads.data.clips import COLUMNS, as_clip_table
from uads.data.samples import gather_stacks
from uads.data.stores import FRAMES_PER_CHUNK, FrameStore, Storage, create_store, storage_from
from uads.learning.clip_frames import open_stores
from uads.learning.standardisation import fit_standardisation
from uads.representations.spectrogram.extract import extract_spectrograms
from uads.representations.spectrogram.transform import Spectrogram, transform_clip

BINS = 6
LENGTHS = [12, 3, 0, 20, 9]
FRAMES = np.random.default_rng(0).normal(-20, 30, size=(sum(LENGTHS), BINS)).astype(np.float32)
COMPRESSED = [Storage("single", "lzf"), Storage("single", "gzip"), Storage("half", "lzf"), Storage("half", "gzip")]
STORAGES = [Storage(), Storage("half"), *COMPRESSED, Storage("single", "lzf", 7), Storage("half", "gzip", 7)]
every_storage = pytest.mark.parametrize(
    "storage", STORAGES, ids=lambda storage: "-".join(map(str, vars(storage).values()))
)


def write(path, storage, lengths=LENGTHS, frames=FRAMES):
    """Write clips of several lengths one after another."""
    clips = pd.DataFrame({name: [""] * len(lengths) for name in COLUMNS})
    clips = clips.assign(clip=[f"c/{i}" for i in range(len(lengths))], sample_rate=16000, length=512)
    with create_store(path, clips, sum(lengths), frames.shape[1], {}, storage) as writer:
        for stop, length in zip(np.cumsum(lengths), lengths, strict=True):
            writer.append(frames[stop - length : stop], np.ones(length, np.float32))
    return FrameStore(path)


def as_stored(storage, frames=FRAMES):
    return frames if storage.precision == "single" else frames.astype(np.float16).astype(np.float32)


def clip_table(n: int) -> pd.DataFrame:
    clips = pd.DataFrame({name: [""] * n for name in COLUMNS})
    return clips.assign(clip=[f"c/{i}" for i in range(n)], sample_rate=16000, length=512, attributes="räder")


def test_a_store_gives_back_what_was_appended(tmp_path):
    frames = np.arange(12, dtype=np.float32).reshape(4, 3)
    with create_store(tmp_path / "s.h5", clip_table(3), 4, 3, {"parameters": {"top_db": None}, "k": 1.5}) as writer:
        for start, stop in ((0, 1), (1, 1), (1, 4)):
            writer.append(frames[start:stop], frames[start:stop, 0])
    store = FrameStore(tmp_path / "s.h5")
    assert isinstance(store.frames, np.memmap), "a stack is one contiguous read"
    np.testing.assert_array_equal(store.frames, frames)
    np.testing.assert_array_equal(store.energy, frames[:, 0])
    assert store.offsets.tolist() == [0, 1, 1, 4]
    assert store.clips["attributes"][0] == "räder"
    assert store.attributes.pop("storage") == asdict(Storage())
    assert store.attributes == {"parameters": {"top_db": None}, "k": 1.5}


def test_a_store_of_a_clip_without_frames_can_be_read(tmp_path):
    with create_store(tmp_path / "s.h5", clip_table(1), 0, 3, {}) as writer:
        writer.append(np.empty((0, 3), np.float32), np.empty(0, np.float32))
    assert FrameStore(tmp_path / "s.h5").frames.shape == (0, 3)


def test_an_incomplete_store_is_not_written(tmp_path):
    store = create_store(tmp_path / "s.h5", clip_table(2), 1, 3, {})
    with pytest.raises(RuntimeError, match="1 of 2 clips"), store as writer:
        writer.append(np.ones((1, 3), np.float32), np.ones(1, np.float32))
    assert list(tmp_path.iterdir()) == []


def test_a_broken_store_is_named(tmp_path):
    (tmp_path / "s.h5").write_text("no store")
    with pytest.raises(UserError, match=r"s\.h5 is not a complete feature store .*: delete it and run again"):
        FrameStore(tmp_path / "s.h5")


@every_storage
def test_frames_are_stored_exactly_or_rounded_to_half(tmp_path, storage):
    store = write(tmp_path / "s.h5", storage)
    np.testing.assert_array_equal(store.frames[:], as_stored(storage))
    np.testing.assert_allclose(store.frames[:], FRAMES, rtol=0 if storage.precision == "single" else 2**-11)
    np.testing.assert_array_equal(store.read(5, 31), as_stored(storage)[5:31])
    assert store.attributes["storage"] == vars(storage)


def test_decibels_are_off_by_what_the_documents_say():
    decibels = np.linspace(-128, 128, 1_000_001, dtype=np.float32)
    error = np.abs(decibels.astype(np.float16).astype(np.float32) - decibels)
    assert error.max() <= 1 / 32
    assert error[np.abs(decibels) < 64].max() <= 1 / 64


def test_uncompressed_stores_are_memory_mapped(tmp_path):
    stores = {name: write(tmp_path / f"{name}.h5", Storage(name)) for name in ("single", "half")}
    assert all(isinstance(store.frames, np.memmap) for store in stores.values())
    assert isinstance(stores["half"].read(3, 5), np.memmap)
    assert stores["half"].frames.nbytes * 2 == stores["single"].frames.nbytes


@pytest.mark.parametrize("storage", COMPRESSED)
def test_compressed_stores_are_smaller(tmp_path, storage):
    frames = np.round(np.random.default_rng(0).normal(size=(4 * FRAMES_PER_CHUNK + 5, BINS))).astype(np.float32)
    write(tmp_path / "s.h5", storage, [len(frames)], frames)
    with h5py.File(tmp_path / "s.h5") as file:
        assert file["frames"].chunks == (FRAMES_PER_CHUNK, BINS)
        assert file["frames"].compression == storage.compression
        assert file["frames"].id.get_storage_size() < as_stored(storage, frames).nbytes / 2


@every_storage
@pytest.mark.parametrize("threads", [1, 2])
def test_gathering_equals_plain_indexing(tmp_path, monkeypatch, storage, threads):
    write(tmp_path / "s.h5", storage)
    monkeypatch.setattr(samples, "WINDOW_BYTES", 11 * BINS * 4 * threads)
    starts = np.random.default_rng(1).permutation(sum(LENGTHS) - 4)
    gathered = gather_stacks(pd.DataFrame({"shard": "s", "frame": starts}), {"s": tmp_path / "s.h5"}, 5, threads)
    assert gathered.dtype == np.float32
    np.testing.assert_array_equal(gathered, [as_stored(storage)[start : start + 5].ravel() for start in starts])


@every_storage
def test_detectors_read_single_precision(tmp_path, storage):
    write(tmp_path / "s.h5", storage)
    plain = np.split(as_stored(storage), np.cumsum(LENGTHS)[:-1])
    frames = open_stores([tmp_path / "s.h5"])
    read = [frames[clip] for clip in range(len(frames))]
    chosen = np.array([3, 0])
    for own, expected in [
        *zip(read, plain, strict=True),
        (frames.of_length(chosen, 10), [plain[3][:10], plain[0][:10]]),
        (frames.joined(chosen), np.concatenate([plain[3], plain[0]])),
    ]:
        assert own.dtype == np.float32
        np.testing.assert_array_equal(own, expected)
    assert frames.lengths(chosen).tolist() == [20, 12]
    np.testing.assert_allclose(fit_standardisation(frames).mean, as_stored(storage).mean(axis=0), rtol=1e-5)


@every_storage
def test_a_store_without_frames_can_be_read(tmp_path, storage):
    store = write(tmp_path / "s.h5", storage, [0, 0])
    assert store.frames.shape == (0, BINS)
    assert len(open_stores([tmp_path / "s.h5"])[1]) == 0


@pytest.mark.parametrize("storage", COMPRESSED)
def test_a_writer_that_fails_leaves_nothing(tmp_path, storage):
    clips = pd.DataFrame({name: [""] * 2 for name in COLUMNS})
    store = create_store(tmp_path / "s.h5", clips, 600, BINS, {}, storage)
    with pytest.raises(ZeroDivisionError), store as writer:
        writer.append(np.ones((300, BINS), np.float32), np.ones(300, np.float32))
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_numbers_beyond_half_precision_are_refused_with_a_remedy(tmp_path):
    with pytest.raises(UserError, match="beyond 65504.*set `precision: single`"):
        write(tmp_path / "s.h5", Storage("half"), [1], np.full((1, BINS), 1e5, np.float32))
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_compressed_store_is_named(tmp_path):
    write(tmp_path / "s.h5", Storage("single", "lzf"))
    whole = (tmp_path / "s.h5").read_bytes()
    (tmp_path / "s.h5").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UserError, match=r"s\.h5 is not a complete feature store"):
        FrameStore(tmp_path / "s.h5")


def test_each_representation_is_stored_as_the_config_says(tmp_path):
    soundfile.write(tmp_path / "a.wav", np.random.default_rng(4).normal(scale=0.1, size=20000), 16000)
    clips = as_clip_table(index_folder("air", tmp_path))
    parameters = {"mel": {"n_mels": 16, "precision": "half", "compression": "gzip"}, "plain": {"n_mels": 16}}
    extract_spectrograms(clips, {name: tmp_path / f"{name}.h5" for name in parameters}, parameters)
    frames, _ = transform_clip(read_clip(tmp_path / "a.wav"), Spectrogram(n_mels=16))
    stores = {name: FrameStore(tmp_path / f"{name}.h5") for name in parameters}
    np.testing.assert_array_equal(stores["mel"].frames[:], frames.astype(np.float16))
    np.testing.assert_array_equal(stores["plain"].frames, frames)
    assert stores["mel"].attributes["storage"]["compression"] == "gzip"
    assert stores["mel"].attributes["parameters"] == stores["plain"].attributes["parameters"]


def test_storage_defaults_to_single_and_uncompressed():
    assert storage_from({"kind": "l3"}) == Storage() == Storage("single", "none")
    assert storage_from({"precision": "half", "top_db": 80}) == Storage("half", "none")
