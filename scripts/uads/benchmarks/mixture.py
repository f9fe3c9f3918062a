"""A realistic mixture of sounds: machines of the synthesized plant and the stand-ins for the external corpora."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from uads.benchmarks.clips import as_table
from uads.benchmarks.umaps import SEED, SHARD
from uads.core.files import read_table, write_table
from uads.corpora.files import find_audio
from uads.corpora.plant import (
    MACHINES,
    PLANT_SEED,
    SECTIONS,
    PlantSize,
    write_engines,
    write_fragments,
    write_machine,
)
from uads.data.samples import gather_stacks, sample_stacks
from uads.data.stacks import sort_stacks
from uads.data.stores import FrameStore
from uads.representations.spectrogram.extract import extract_spectrograms

#: Clips of all machines, sections, domains and labels, with twice as many stacks as the largest layout has.
SIZE = PlantSize(train_source=5, train_target=2, test=2, fragments=48, engine_clips=8)
PARAMETERS = {"mel": {"top_db": 80, "n_mels": 128}}
K = 5


def write_mixture(
    folder: str | Path,
    machines: Sequence[str] = MACHINES,
    sections: Sequence[str] = SECTIONS,
    size: PlantSize = SIZE,
) -> None:
    """Synthesize the mixture, and write its log-mel frames and the index of its stacks to a folder."""
    folder = Path(folder)
    for machine in machines:
        place = folder / "clips" / machine
        write_machine(machine, place / "dev", place / "eval", place / "truth", sections, size, PLANT_SEED)
    write_fragments(folder / "clips/fragments", size, PLANT_SEED)
    write_engines(folder / "clips/engines", size, PLANT_SEED)
    paths = sorted(find_audio(folder / "clips", "**/*"))
    extract_spectrograms(as_table(paths), {"mel": _store(folder)}, PARAMETERS)
    sort_stacks(FrameStore(_store(folder)), K, folder / "stacks.h5")


def draw_mixture(folder: str | Path, n_samples: int) -> None:
    """Draw a sample of the mixture's stacks.

    Raises
    ------
    RuntimeError
        If it has fewer.
    """
    stores, stacks = {SHARD: _store(folder)}, {SHARD: Path(folder, "stacks.h5")}
    rows = sample_stacks(stores, stacks, {"external": n_samples}, SEED, ("benchmarks", n_samples))
    if len(rows) < n_samples:
        raise RuntimeError(f"the mixture has {len(rows)} stacks of {K} frames, not {n_samples}")
    write_table(rows, _rows(folder, n_samples), {})


def read_mixture(folder: str | Path, n_samples: int) -> NDArray[np.float32]:
    """Read a sample that was drawn: array float32 [n_samples, 640]."""
    rows = read_table(_rows(folder, n_samples), ["shard", "frame"])
    return gather_stacks(rows, {SHARD: _store(folder)}, K)


def _store(folder: str | Path) -> Path:
    return Path(folder, "mel.h5")


def _rows(folder: str | Path, n_samples: int) -> Path:
    return Path(folder, f"samples_{n_samples}.parquet")
