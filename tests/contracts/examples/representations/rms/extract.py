"""Extraction of the root mean square."""

import numpy as np

from uads.data.audio import Size, normalise, read_clip, reading_options
from uads.data.clips import select_clips
from uads.data.stores import create_store, storage_from


def extract(clips, outputs, settings, audio, weights, seed, threads):
    """Write the feature stores of one shard."""
    for name, path in outputs.items():
        own, chosen = settings[name], select_clips(clips, settings[name])
        levels = [measure_levels(clip, own, audio) for clip in chosen.itertuples()]
        attributes = {
            "representation": name,
            "parameters": own,
            "audio": audio,
            "seconds_per_frame": own["hop_length"] / own["sample_rate"],
        }
        n_frames = sum(map(len, levels))
        with create_store(path, chosen, n_frames, 1, attributes, storage_from(own)) as store:
            for level in levels:
                store.append(level[:, None], np.square(level))


def measure_levels(clip, settings, audio):
    """Compute the root mean square [n_frames] of the windows of a clip."""
    listed = Size(clip.length, clip.sample_rate)
    waveform = read_clip(clip.path, settings["sample_rate"], intake=reading_options(audio), listed=listed)
    hop = settings["hop_length"]
    windows = normalise(waveform, settings["normalise"])[: len(waveform) // hop * hop].reshape(-1, hop)
    return np.sqrt(np.mean(np.square(windows), axis=1))
