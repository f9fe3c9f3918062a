"""OpenL3 embeddings (Cramer et al., 2019), computed by OpenL3's own code.

One frame is the embedding of one second of audio. The study uses content type ``env``, input
representation ``linear``, 512 dimensions, hop 0.1 s, not centred, with the kapre front end.

Clips are read in threads while the network processes batches of windows that continue from one clip
to the next. Each window has its own spectrogram, although windows overlap: windows start 4800 samples
apart and the columns of a spectrogram 242, so columns of two windows do not coincide, and the levels
of each window are relative to its own maximum. Spectrograms are a small part of the work, which
:mod:`uads.benchmarks.l3` measures.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from itertools import chain, islice, tee
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from uads.core.files import versions
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
from uads.data.stores import create_store, storage_from
from uads.representations.l3.network import Network, available_computation, compile_network, import_openl3, load_network
from uads.representations.l3.parameters import L3, count_frames, l3_from

#: Windows per batch of the network. Larger batches take more memory, and no less time on a CPU.
WINDOWS_PER_BATCH = 16

#: Threads that read and resample clips while the network runs.
READERS = 4


def window_energy(waveform: Waveform, n_frames: int, l3: L3) -> NDArray[np.float32]:
    """Sum the squared waveform in the window of each frame, since an embedding has no energy.

    Returns
    -------
    array float32 [n_frames]
    """
    padded = np.zeros((n_frames - 1) * l3.hop + l3.window, np.float64)
    padded[: len(waveform)] = np.square(waveform[: len(padded)], dtype=np.float64)
    return sliding_window_view(padded, l3.window)[:: l3.hop].sum(axis=1).astype(np.float32)


def lay_windows(waveform: Waveform, l3: L3) -> NDArray[Any]:
    """Resample a clip for the network and split it into windows, with OpenL3's own code.

    Returns
    -------
    array float32 or, for a front end in double precision, float64 [n_frames, 1, 48000]
        A view: the windows share their samples.
    """
    number = np.float64 if l3.front_end == "double" else np.float32
    samples = waveform.astype(number, copy=False)
    return import_openl3().preprocess_audio(samples, l3.sample_rate, hop_size=l3.hop_seconds, center=False)


def embed(windows: Iterable[NDArray[Any]], network: Network) -> Iterator[NDArray[np.float32]]:
    """Embed windows in batches of :data:`WINDOWS_PER_BATCH`; the last batch may be smaller.

    Parameters
    ----------
    windows : iterable of array [1, 48000]
    network : callable
        See :func:`uads.representations.l3.network.compile_network`.

    Yields
    ------
    array float32 [embedding_size]
        One per window.
    """
    remaining = iter(windows)
    while batch := list(islice(remaining, WINDOWS_PER_BATCH)):
        yield from network(np.stack(batch))


def embed_clips(
    clips: pd.DataFrame, l3: L3, network: Network, intake: ReadingOptions = DEFAULT_READING
) -> Iterator[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """Embed clips, reading some of them ahead.

    Memory grows with the length of a clip, not with the number of clips.

    Parameters
    ----------
    clips : DataFrame
        Rows of the clip table.
    l3 : L3
    network : callable
        See :func:`uads.representations.l3.network.compile_network`.
    intake : ReadingOptions
        Settings for reading clips.

    Yields
    ------
    frames : array float32 [n_frames, embedding_size]
        Embeddings of one clip.
    energy : array float32 [n_frames]
        See :func:`window_energy`.
    """

    def read(clip: tuple[str, int, int]) -> tuple[NDArray[Any], NDArray[np.float32]]:
        path, length, rate = clip
        waveform = normalise(read_clip(path, l3.sample_rate, l3.seconds, intake, Size(length, rate)), l3.normalise)
        windows = lay_windows(waveform, l3)
        return windows, window_energy(waveform, len(windows), l3)

    listed = zip(clips["path"], clips["length"], clips["sample_rate"], strict=True)
    to_embed, embedded = tee(map_in_order(read, listed, READERS))
    embeddings = embed(chain.from_iterable(windows for windows, _ in to_embed), network)
    for windows, energy in embedded:
        yield np.stack(list(islice(embeddings, len(windows)))), energy


def extract(
    clips: pd.DataFrame,
    outputs: Mapping[str, str | Path],
    settings: Mapping[str, Mapping[str, Any]],
    audio: Mapping[str, Any],
    weights: str | Path | None,
    seed: int,
    threads: int = 1,
) -> None:
    """Write the feature stores of one shard: see :class:`uads.representations.base.Representation`."""
    for name, output in outputs.items():
        chosen = select_clips(clips, settings[name])
        extract_l3(chosen, output, settings[name], weights, seed, threads, reading_options(audio))


def extract_l3(
    clips: pd.DataFrame,
    output: str | Path,
    parameters: Mapping[str, Any],
    weights: str | Path | None,
    seed: int,
    threads: int | None = None,
    intake: ReadingOptions = DEFAULT_READING,
) -> None:
    """Write the feature store of one shard.

    Parameters
    ----------
    clips : DataFrame
        Rows of the clip table for one shard.
    output : path
    parameters : mapping
        See :class:`uads.representations.l3.parameters.L3` and :class:`uads.data.stores.Storage`.
    weights : path, optional
        See :func:`uads.representations.l3.network.load_network`, also for ``seed`` and ``threads``.
    seed : int
    threads : int, optional
    intake : ReadingOptions
        Settings for reading clips.
    """
    l3 = l3_from(parameters)
    n_frames = [count_frames(*size, l3) for size in zip(clips["length"], clips["sample_rate"], strict=True)]
    model = load_network(l3, weights, seed, threads)
    computation = available_computation(l3.computation)
    attributes = {
        "representation": "l3",
        "parameters": asdict(l3),
        "computation": {"asked": l3.computation, "used": computation},
        "audio": asdict(intake),
        "seconds_per_frame": l3.hop_seconds,
        "weights": Path(weights).name if weights else f"stand-in, seed {seed}",
        "versions": versions("openl3", "keras", "kapre", "numpy", "soundfile", "soxr"),
    }
    network = compile_network(model, computation, l3.front_end)
    storage = storage_from(parameters)
    with create_store(output, clips, sum(n_frames), l3.embedding_size, attributes, storage) as writer:
        for frames, energy in progress(embed_clips(clips, l3, network, intake), len(clips), "clips"):
            writer.append(frames, energy)
