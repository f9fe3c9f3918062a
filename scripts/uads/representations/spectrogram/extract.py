"""Extraction of several spectrograms from one pass over the clips of a shard."""

from collections import Counter
from collections.abc import Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from uads.core.files import versions
from uads.core.memory import keep_freed_memory
from uads.core.progress import progress
from uads.core.threads import map_in_order
from uads.data.audio import (
    DEFAULT_READING,
    ReadingOptions,
    Size,
    Waveform,
    normalise,
    read_clip,
    reading_options,
)
from uads.data.clips import select_clips
from uads.data.stores import FrameWriter, Storage, create_store, storage_from
from uads.representations.spectrogram.transform import (
    Frames,
    FrontEnd,
    Levels,
    Spectrogram,
    bands_of,
    count_frames,
    decibels,
    power_spectrogram,
    spectrogram_from,
)


def extract_spectrograms(
    clips: pd.DataFrame,
    outputs: Mapping[str, str | Path],
    parameters: Mapping[str, Mapping[str, Any]],
    intake: ReadingOptions = DEFAULT_READING,
    threads: int = 1,
) -> None:
    """Write the feature stores of one or more spectrograms of the same shard, reading each clip once.

    Representations with the same front end share its Fourier transform.

    Parameters
    ----------
    clips : DataFrame
        Rows of the clip table for one shard.
    outputs : mapping
        Representation to the path of its feature store.
    parameters : mapping
        Representation to its parameters: see :class:`FrontEnd`, :class:`Spectrogram`,
        :class:`uads.data.stores.Storage` and :func:`uads.data.clips.select_clips`.
    intake : ReadingOptions
        Settings for reading clips.
    threads : int, default 1
        Clips that are transformed concurrently. The files do not depend on it.

    Raises
    ------
    UserError
        If a clip cannot be read or has changed since it was indexed.
    """
    keep_freed_memory()
    jobs = {name: _job_from(parameters[name], clips) for name in outputs}
    with ExitStack() as stack:
        for name, job in jobs.items():
            job.writer = stack.enter_context(job.create_store(name, outputs[name], intake))
        union = clips[clips["clip"].isin(set().union(*(job.wanted for job in jobs.values())))]
        tasks = [_Task(row, [job for job in jobs.values() if row.clip in job.wanted]) for row in union.itertuples()]
        transformed = map_in_order(partial(_transform, intake=intake), tasks, threads)
        for task, results in zip(tasks, progress(transformed, len(tasks), "clips"), strict=True):
            for job, levels in zip(task.jobs, results, strict=True):
                job.writer.append(*levels)


def extract(
    clips: pd.DataFrame,
    outputs: Mapping[str, str | Path],
    settings: Mapping[str, Mapping[str, Any]],
    audio: Mapping[str, Any],
    weights: str | Path | None = None,
    seed: int = 0,
    threads: int = 1,
) -> None:
    """Write the feature stores of one shard: see :class:`uads.representations.base.Representation`."""
    extract_spectrograms(clips, outputs, settings, reading_options(audio), threads)


class _Job:
    """One representation of one shard during extraction."""

    writer: FrameWriter

    def __init__(self, spectrogram: Spectrogram, storage: Storage, clips: pd.DataFrame):
        self.spectrogram = spectrogram
        self.storage = storage
        self.clips = clips
        sizes = zip(clips["length"], clips["sample_rate"], strict=True)
        self.wanted = dict(
            zip(clips["clip"], (count_frames(*size, spectrogram.front_end) for size in sizes), strict=True)
        )

    def create_store(self, name: str, path: str | Path, intake: ReadingOptions) -> AbstractContextManager[FrameWriter]:
        attributes = {
            "representation": name,
            "parameters": asdict(self.spectrogram),
            "audio": asdict(intake),
            "seconds_per_frame": self.spectrogram.front_end.hop_length / self.spectrogram.front_end.sample_rate,
            "versions": versions("numpy", "ducc0", "numba", "librosa", "soundfile", "soxr"),
        }
        n_frames, bins = sum(self.wanted.values()), self.spectrogram.bins
        return create_store(path, self.clips, n_frames, bins, attributes, self.storage)


def _job_from(parameters: Mapping[str, Any], clips: pd.DataFrame) -> _Job:
    return _Job(spectrogram_from(parameters), storage_from(parameters), select_clips(clips, parameters))


@dataclass(frozen=True)
class _Task:
    """One clip (a row of the clip table) and the representations to compute from it."""

    row: Any
    jobs: list[_Job]


def _transform(task: _Task, intake: ReadingOptions) -> list[Levels]:
    """Read a clip and compute the spectrogram of each job of the task."""
    listed = Size(task.row.length, task.row.sample_rate)
    waveforms: dict[int, Waveform] = {}
    powers: dict[FrontEnd, Frames] = {}
    spectrograms = [job.spectrogram for job in task.jobs]
    for front_end in {spectrogram.front_end for spectrogram in spectrograms}:
        rate = front_end.sample_rate
        if rate not in waveforms:
            waveforms[rate] = read_clip(task.row.path, rate, intake=intake, listed=listed)
        powers[front_end] = power_spectrogram(normalise(waveforms[rate], front_end.normalise), front_end)
    plain = Counter(spectrogram.front_end for spectrogram in spectrograms if spectrogram.n_mels is None)
    bands = [bands_of(powers[each.front_end], each, plain[each.front_end] > 1) for each in spectrograms]
    return [decibels(own, each.amin, each.top_db) for own, each in zip(bands, spectrograms, strict=True)]
