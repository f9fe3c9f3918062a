"""Feature stores: the frames of one shard in one HDF5 file, frame-major.

Layout of a store::

    frames   float32 [n_frames, bins]   a k-stack is one contiguous read; float16 or compressed: see Storage
    energy   float32 [n_frames]         sum of the power over the bins, see each representation
    offsets  int64   [n_clips + 1]      clip i owns the frames offsets[i] .. offsets[i + 1]
    clips/   one dataset per column of the clip table
    attributes: representation, parameters (JSON), seconds_per_frame, versions (JSON), storage (JSON)
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
from numpy.typing import NDArray

from uads.core.errors import UserError
from uads.core.files import atomic_path
from uads.data.clips import COLUMNS

if TYPE_CHECKING:
    import pandas as pd


#: Frames per compressed chunk, chosen by the benchmark of storage.
FRAMES_PER_CHUNK = 64

#: Precision to the data type of stored frames.
NUMBERS = {"single": np.float32, "half": np.float16}


@dataclass(frozen=True)
class Storage:
    """Format of the frames of a store on disk.

    Parameters
    ----------
    precision : {"single", "half"}
        Half precision needs half the disk space and rounds to 11 bits: decibels below 64 by at most 0.016, below 128
        by at most 0.031.
    compression : {"none", "lzf", "gzip"}
        HDF5 filters, applied after its byte shuffle. Uncompressed frames are contiguous, and memory-mapped for
        reading.
    frames_per_chunk : int, default FRAMES_PER_CHUNK
        Frames that are compressed, and must be read, together.
    """

    precision: str = "single"
    compression: str = "none"
    frames_per_chunk: int = FRAMES_PER_CHUNK


def storage_from(parameters: Mapping[str, Any]) -> Storage:
    """Build a :class:`Storage` from a representation's parameters, ignoring all others."""
    return Storage(**{key: parameters[key] for key in ("precision", "compression") if key in parameters})


class FrameWriter:
    """Writer that appends the clips of one shard to a store, in the order of the clip table.

    Created by :func:`create_store`.
    """

    def __init__(self, file: h5py.File, frames: h5py.Dataset, n_clips: int):
        self._file = file
        self._frames = frames
        self._energy = np.empty(len(frames), np.float32)
        self._offsets = np.zeros(n_clips + 1, np.int64)
        self._clip = 0

    def append(self, frames: NDArray[np.float32], energy: NDArray[np.float32]) -> None:
        """Append one clip: ``frames`` [n, bins] and ``energy`` [n].

        Raises
        ------
        UserError
            If there are more frames than the store has room for, or values beyond its precision.
        """
        start = int(self._offsets[self._clip])
        stop = start + len(frames)
        if stop > len(self._energy):
            raise UserError(
                "the clips have more frames than their indexed lengths imply: they have changed since they were "
                "indexed; delete the corpus' clips.parquet and run again"
            )
        _write_rows(self._frames, start, _rounded(frames, self._frames.dtype))
        self._energy[start:stop] = energy
        self._clip += 1
        self._offsets[self._clip] = stop

    def close(self) -> None:
        """Write energies and offsets. Every clip of the table must have been appended."""
        if self._clip != len(self._offsets) - 1:
            raise RuntimeError(f"{self._clip} of {len(self._offsets) - 1} clips were appended")
        if self._offsets[-1] != len(self._energy):
            raise RuntimeError(f"{self._offsets[-1]} of {len(self._energy)} frames were appended")
        self._file["energy"] = self._energy
        self._file["offsets"] = self._offsets


def _rounded(frames: NDArray[np.float32], dtype: np.dtype[Any]) -> NDArray[Any]:
    try:
        with np.errstate(over="raise"):
            return np.ascontiguousarray(frames, dtype)
    except FloatingPointError as error:
        raise UserError(
            f"frames contain values beyond {np.finfo(dtype).max}, the largest in half precision: "
            "set `precision: single` for their representation"
        ) from error


def _write_rows(dataset: h5py.Dataset, start: int, rows: NDArray[Any]) -> None:
    """Write ``dataset[start : start + len(rows)] = rows`` without h5py's costly analysis of the selection."""
    target = dataset.id.get_space()
    target.select_hyperslab((start, *(0 for _ in rows.shape[1:])), rows.shape)
    dataset.id.write(h5py.h5s.create_simple(rows.shape), target, rows)


@contextmanager
def create_store(
    path: str | Path,
    clips: pd.DataFrame,
    n_frames: int,
    bins: int,
    attributes: Mapping[str, Any],
    storage: Storage = Storage(),  # noqa: B008  frozen
) -> Iterator[FrameWriter]:
    """Create a store, and rename it atomically to ``path`` when the block ends without an error.

    Parameters
    ----------
    path : path
        The HDF5 file.
    clips : DataFrame
        The rows of the clip table that go into this store, in the order in which they are appended.
    n_frames, bins : int
        The shape of ``frames``.
    attributes : mapping
        Settings that produced the frames, and ``seconds_per_frame``, from which samples derive their times; values
        other than numbers and strings are stored as JSON.
    storage : Storage
        Single precision and contiguous by default.
    """
    with atomic_path(path) as partial, h5py.File(partial, "w") as file:
        number, layout = NUMBERS[storage.precision], _layout(n_frames, bins, storage)
        frames = file.create_dataset("frames", (n_frames, bins), number, **layout)
        write_columns(file.create_group("clips"), clips[list(COLUMNS)])
        write_attributes(file, {**attributes, "storage": asdict(storage)})
        writer = FrameWriter(file, frames, len(clips))
        yield writer
        writer.close()


def _layout(n_frames: int, bins: int, storage: Storage) -> dict[str, Any]:
    """Return HDF5's options for the frames; its cache holds two chunks, so each is compressed once it is full."""
    if storage.compression == "none" or not n_frames:
        return {}
    chunks = (min(storage.frames_per_chunk, n_frames), bins)
    cache = 2 * chunks[0] * bins * np.dtype(NUMBERS[storage.precision]).itemsize
    return {"chunks": chunks, "compression": storage.compression, "shuffle": True, "rdcc_nbytes": cache}


class FrameStore:
    """Store opened for reading. Energy and clips are read on first use.

    Attributes
    ----------
    frames : array [n_frames, bins]
        Memory-mapped or, for a compressed store, an HDF5 dataset that keeps the file open. Nothing is read before
        it is sliced. float32 or float16, as stored.
    energy : array [n_frames]
    offsets : array [n_clips + 1]
    clips : DataFrame
        The clip table of this shard.
    attributes : dict
        Settings that produced the frames.
    """

    def __init__(self, path: str | Path):
        self.path = path
        try:
            with h5py.File(path, "r") as file:
                self.offsets = file["offsets"][:]
                self.attributes = read_attributes(file)
                self._check(file, "energy", "clips")
            self.frames = _open_frames(path)
        except (OSError, KeyError) as error:
            raise UserError(f"{path} is not a complete feature store ({error}): delete it and run again") from error

    @property
    def is_mapped(self) -> bool:
        """Whether the frames are contiguous in the file, neither compressed nor empty."""
        return isinstance(self.frames, np.memmap)

    def _check(self, file: h5py.File, *names: str) -> None:
        for name in names:
            if name not in file:
                raise KeyError(f"it has no '{name}'")

    @cached_property
    def energy(self) -> NDArray[np.float32]:
        """Energy of each frame."""
        with h5py.File(self.path, "r") as file:
            return file["energy"][:]

    @cached_property
    def clips(self) -> pd.DataFrame:
        """Clip table of this shard."""
        with h5py.File(self.path, "r") as file:
            return read_columns(file["clips"])

    def read(self, start: int, stop: int) -> NDArray[Any]:
        """Read the frames from ``start`` to ``stop`` as stored, or map them separately if uncompressed.

        A separate map releases its memory with the array.
        """
        if not self.is_mapped:
            return self.frames[start:stop]
        offset = self.frames.offset + start * self.frames.strides[0]
        return np.memmap(self.path, self.frames.dtype, "r", offset, (stop - start, *self.frames.shape[1:]))

    def column(self, name: str) -> NDArray[Any]:
        """Read one column of the clip table."""
        with h5py.File(self.path, "r") as file:
            return _read_column(file["clips"][name])


def _open_frames(path: str | Path) -> Any:
    """Map contiguous frames into memory; return compressed ones as a dataset, whose file stays open."""
    frames = h5py.File(path, "r")["frames"]
    return map_dataset(path, frames) if frames.chunks is None else frames


def map_dataset(path: str | Path, dataset: h5py.Dataset) -> NDArray[Any]:
    """Map a contiguous dataset into memory, read-only; return an empty array if it has no data."""
    offset = dataset.id.get_offset()
    if offset is None or not dataset.size:
        return np.empty(dataset.shape, dataset.dtype)
    return np.memmap(path, dataset.dtype, "r", offset, dataset.shape)


def write_columns(group: h5py.Group, table: Mapping[str, Any] | pd.DataFrame) -> None:
    """Write each column of a table (a DataFrame, or a mapping of names to arrays) as a dataset of a group."""
    for name, values in table.items():
        column = np.asarray(values)
        if np.issubdtype(column.dtype, np.number) or column.dtype == bool:
            group[str(name)] = column
        else:
            group.create_dataset(str(name), data=column.astype(object), dtype=h5py.string_dtype())


def read_columns(group: h5py.Group) -> pd.DataFrame:
    """Read columns written by :func:`write_columns`, those of the schema first and in its order."""
    import pandas as pd

    names = [name for name in COLUMNS if name in group] + [name for name in group if name not in COLUMNS]
    return pd.DataFrame({name: _read_column(group[name]) for name in names})


def _read_column(dataset: h5py.Dataset) -> NDArray[Any]:
    return dataset.asstr()[:] if h5py.check_string_dtype(dataset.dtype) else dataset[:]


def write_attributes(file: h5py.File, attributes: Mapping[str, Any]) -> None:
    """Write attributes: numbers and strings as they are, all other values as JSON."""
    for name, value in attributes.items():
        file.attrs[name] = value if isinstance(value, str | int | float) else json.dumps(value, sort_keys=True)


def read_attributes(file: h5py.File) -> dict[str, Any]:
    """Read attributes written by :func:`write_attributes`."""
    return {name: _parsed(value) for name, value in file.attrs.items()}


def _parsed(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in ("{", "["):
        return json.loads(value)
    return value.item() if isinstance(value, np.generic) else value
