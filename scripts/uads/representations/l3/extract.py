"""OpenL3 embeddings (Cramer et al., 2019), computed by OpenL3's own code.

One frame is the embedding of one second of audio. The study uses content type ``env``, input
representation ``linear``, 512 dimensions, hop 0.1 s, not centred, with the kapre front end.

Clips are read in threads while the network processes batches of windows that continue from one clip
to the next. Each window has its own spectrogram, although windows overlap: windows start 4800 samples
apart and the columns of a spectrogram 242, so columns of two windows do not coincide, and the levels
of each window are relative to its own maximum. Spectrograms are a small part of the work, which
:mod:`uads.benchmarks.l3` measures.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from itertools import chain, islice, tee
from math import ceil
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
    resampled_length,
)
from uads.data.clips import select_clips
from uads.data.stores import create_store, storage_from

#: Sample rate of the network in Hz, and samples per window, since a window lasts one second.
NETWORK_RATE = 48000

#: Windows per batch of the network. Larger batches take more memory, and no less time on a CPU.
WINDOWS_PER_BATCH = 16

#: Threads that read and resample clips while the network runs.
READERS = 4

#: Compiled network: windows [n, 1, 48000] to embeddings [n, embedding_size].
Network = Callable[[NDArray[np.float32]], NDArray[np.float32]]


@dataclass(frozen=True)
class L3:
    """Parameters of the L3 representation.

    Parameters
    ----------
    sample_rate : int, default 16000
        Rate in Hz at which clips are read and normalised; OpenL3 resamples them to 48 kHz.
    normalise : {"absmax", "std", "none"}
    seconds : float, optional
        Duration to embed from the start of each clip; the entire clip by default.
    hop_seconds, window_seconds : float, default 0.1 and 1.0
        The window is fixed by the network and cannot be changed.
    input_repr : {"linear", "mel128", "mel256"}
    embedding_size : {512, 6144}
    """

    sample_rate: int = 16000
    normalise: str = "absmax"
    seconds: float | None = None
    hop_seconds: float = 0.1
    window_seconds: float = 1.0
    input_repr: str = "linear"
    embedding_size: int = 512

    @property
    def hop(self) -> int:
        """Samples from one frame to the next."""
        return round(self.hop_seconds * self.sample_rate)

    @property
    def window(self) -> int:
        """Samples per window."""
        return round(self.window_seconds * self.sample_rate)


def l3_from(parameters: Mapping[str, Any]) -> L3:
    """Build an :class:`L3` from the config's parameters, ignoring all others."""
    return L3(**{key: parameters[key] for key in L3.__dataclass_fields__ if key in parameters})


def count_frames(length: int, rate: int, l3: L3) -> int:
    """Count the frames of a clip of ``length`` samples at ``rate`` Hz, as OpenL3 resamples and pads it."""
    if l3.seconds is not None:
        length = min(length, ceil(l3.seconds * rate))
    samples = resampled_length(length, rate, l3.sample_rate)
    if not samples:
        return 0
    heard = int(samples * (NETWORK_RATE / l3.sample_rate))
    return 1 + max(0, ceil((heard - NETWORK_RATE) / int(l3.hop_seconds * NETWORK_RATE)))


def window_energy(waveform: Waveform, n_frames: int, l3: L3) -> NDArray[np.float32]:
    """Sum the squared waveform in the window of each frame, since an embedding has no energy.

    Returns
    -------
    array float32 [n_frames]
    """
    padded = np.zeros((n_frames - 1) * l3.hop + l3.window, np.float64)
    padded[: len(waveform)] = np.square(waveform[: len(padded)], dtype=np.float64)
    return sliding_window_view(padded, l3.window)[:: l3.hop].sum(axis=1).astype(np.float32)


def load_network(l3: L3, weights: str | Path | None, seed: int, threads: int | None = None) -> Any:
    """Load OpenL3's audio network.

    Parameters
    ----------
    l3 : L3
    weights : path, optional
        HDF5 weights in the published format; random stand-in weights by default.
    seed : int
        Seed of the stand-in weights.
    threads : int, optional
        CPU threads; all by default.
    """
    import keras
    from openl3 import models

    from uads.core.keras_setup import prepare_keras

    prepare_keras(seed, threads)
    if weights is not None:
        return models.load_audio_embedding_model_from_path(str(weights), l3.input_repr, l3.embedding_size, "kapre")
    network = models.AUDIO_MODELS[l3.input_repr](include_frontend=True)
    pool_size = models.AUDIO_POOLING_SIZES[l3.input_repr][l3.embedding_size]
    pooled = keras.layers.MaxPooling2D(pool_size=pool_size, padding="same")(network.output)
    model = keras.Model(network.input, keras.layers.Flatten()(pooled))
    model.frontend = "kapre"
    return model


def compile_network(network: Any) -> Network:
    """Compile OpenL3's network once for batches of any size."""
    import tensorflow as tf

    windows = tf.TensorSpec(network.input_shape, tf.float32)
    compiled = tf.function(partial(network, training=False), input_signature=[windows], autograph=False)
    return lambda batch: compiled(batch).numpy()


def lay_windows(waveform: Waveform, l3: L3) -> NDArray[np.float32]:
    """Resample a clip for the network and split it into windows, with OpenL3's own code.

    Returns
    -------
    array float32 [n_frames, 1, 48000]
        A view: the windows share their samples.
    """
    import openl3

    return openl3.preprocess_audio(waveform, l3.sample_rate, hop_size=l3.hop_seconds, center=False)


def embed(windows: Iterable[NDArray[np.float32]], network: Network) -> Iterator[NDArray[np.float32]]:
    """Embed windows in batches of :data:`WINDOWS_PER_BATCH`; the last batch may be smaller.

    Parameters
    ----------
    windows : iterable of array [1, 48000]
    network : callable
        See :func:`compile_network`.

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
        See :func:`compile_network`.
    intake : ReadingOptions
        Settings for reading clips.

    Yields
    ------
    frames : array float32 [n_frames, embedding_size]
        Embeddings of one clip.
    energy : array float32 [n_frames]
        See :func:`window_energy`.
    """

    def read(clip: tuple[str, int, int]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
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
        See :class:`L3` and :class:`uads.data.stores.Storage`.
    weights : path, optional
        See :func:`load_network`, also for ``seed`` and ``threads``.
    seed : int
    threads : int, optional
    intake : ReadingOptions
        Settings for reading clips.
    """
    l3 = l3_from(parameters)
    n_frames = [count_frames(*size, l3) for size in zip(clips["length"], clips["sample_rate"], strict=True)]
    attributes = {
        "representation": "l3",
        "parameters": asdict(l3),
        "audio": asdict(intake),
        "seconds_per_frame": l3.hop_seconds,
        "weights": Path(weights).name if weights else f"stand-in, seed {seed}",
        "versions": versions("openl3", "keras", "kapre", "numpy", "soundfile", "soxr"),
    }
    network = compile_network(load_network(l3, weights, seed, threads))
    storage = storage_from(parameters)
    with create_store(output, clips, sum(n_frames), l3.embedding_size, attributes, storage) as writer:
        for frames, energy in progress(embed_clips(clips, l3, network, intake), len(clips), "clips"):
            writer.append(frames, energy)
