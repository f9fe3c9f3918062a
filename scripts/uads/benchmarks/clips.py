"""Clips for the benchmarks: generated ones, or those of a given folder."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import soundfile

from uads.core.errors import UserError
from uads.core.seeds import derive_rng
from uads.corpora.files import find_audio
from uads.data.clips import COLUMNS

RATE = 16000
SECONDS = 10
SEED = 0


def benchmark_clips(folder: Path, own: str | Path | None, count: int) -> list[Path]:
    """Return the clips to measure with.

    Parameters
    ----------
    folder : path
        Folder for generated clips.
    own : path, optional
        A folder of audio whose first clips are used instead.
    count : int
        Maximum number of clips.

    Raises
    ------
    UserError
        If the folder has no audio.
    """
    if own is None:
        return generate_clips(folder, count)
    paths = sorted(find_audio(Path(own), "**/*"))[:count]
    if not paths:
        raise UserError(f"benchmarks.clips: {own} holds no audio; name another folder, or null for generated clips")
    return paths


def generate_clips(folder: Path, count: int) -> list[Path]:
    """Write clips of a humming machine in noise, 16 bit at 16 kHz, with fixed seeds."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{number:05d}.wav" for number in range(count)]
    time = np.arange(RATE * SECONDS) / RATE
    for number, path in enumerate(paths):
        rng = derive_rng(SEED, "benchmarks", number)
        hum = sum(np.sin(2 * np.pi * rng.uniform(40, 400) * harmonic * time) / harmonic for harmonic in range(1, 6))
        sound = hum + 0.2 * rng.normal(size=len(time))
        soundfile.write(path, 0.5 * sound / np.abs(sound).max(), RATE, subtype="PCM_16")
    return paths


def as_table(paths: Sequence[str | Path]) -> pd.DataFrame:
    """Build a clip table of files, all in one shard."""
    headers = [soundfile.info(path) for path in paths]
    table = pd.DataFrame({"clip": [str(path) for path in paths], "path": [str(path) for path in paths]})
    table = table.assign(
        corpus="benchmark",
        shard="benchmark-00",
        split="external",
        label="unknown",
        part="external",
        sample_rate=[header.samplerate for header in headers],
        length=[header.frames for header in headers],
    )
    return table.reindex(columns=list(COLUMNS), fill_value="")
