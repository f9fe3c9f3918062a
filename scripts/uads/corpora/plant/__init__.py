"""A synthesized plant in the layout of DCASE 2021 Task 2, with stand-ins for the external corpora.

The sounds are synthesized from physical models, so that the whole workflow can run without a download. They
prove nothing about real machines: see ``resources/embedded/README.md``.

The corpus is frozen. Any change to its bytes requires a new :data:`PLANT_VERSION`.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from uads.corpora.plant.anomalies import draw_fault
from uads.corpora.plant.external import CLASSES, ENGINE_RATE, SPLITS, engine, fragment, fragment_name
from uads.corpora.plant.layout import (
    DEVELOPMENT_SECTIONS,
    DOMAINS,
    MACHINES,
    SECTIONS,
    PlantSize,
    Recording,
    blind_test_names,
    clip_rng,
    ground_truth,
    ground_truth_name,
    labelled_test_names,
    training_names,
)
from uads.corpora.plant.machines.models import MODELS
from uads.corpora.plant.machines.parts import instance
from uads.corpora.plant.scene import record
from uads.corpora.plant.signals import SAMPLE_RATE

__all__ = [
    "MACHINES",
    "PLANT_SEED",
    "PLANT_VERSION",
    "SECTIONS",
    "PlantSize",
    "render",
    "write_engines",
    "write_fragments",
    "write_machine",
]

PLANT_VERSION = "1"
#: Seed of the frozen corpus, independent of the seed of a study.
PLANT_SEED = 2021


def render(recording: Recording, seconds: float, seed: int) -> NDArray[np.int16]:
    """Synthesize one machine clip.

    Parameters
    ----------
    recording : Recording
        The recording to synthesize.
    seconds : float
        Duration of the clip.
    seed : int
        Seed of the plant; the clip depends only on this, ``seconds`` and ``recording``.

    Returns
    -------
    int16 array
        Samples at 16 kHz.
    """
    rng = clip_rng(seed, recording)
    machine = instance(recording.machine, recording.section, seed)
    fault = draw_fault(recording.machine, recording.label, recording.number, rng)
    n = round(seconds * SAMPLE_RATE)
    signal = MODELS[recording.machine](machine, recording.attributes, fault, rng, n)
    return record(signal, recording, seed, rng)


def write_machine(
    machine: str,
    dev_folder: str | Path,
    eval_folder: str | Path,
    ground_truth_folder: str | Path,
    sections: Sequence[str],
    size: PlantSize,
    seed: int,
) -> None:
    """Write the clips of one machine.

    Parameters
    ----------
    machine : str
        One of :data:`MACHINES`.
    dev_folder, eval_folder : path
        Folders for ``train``, ``source_test`` and ``target_test`` of the development sections 00 to 02
        and of the evaluation sections 03 to 05, for example ``dev_data/fan``. Both are created, even if
        none of the sections belongs there.
    ground_truth_folder : path
        Folder for the labels of the evaluation sections' test clips, one CSV per section and domain.
    sections : sequence of str
        Sections to write, from :data:`SECTIONS`.
    size : PlantSize
        Number and duration of the recordings.
    seed : int
        Seed of the plant, :data:`PLANT_SEED` for the frozen corpus.
    """
    dev_folder, eval_folder, truth_folder = map(Path, (dev_folder, eval_folder, ground_truth_folder))
    for folder in (dev_folder, eval_folder):
        for part in ("train", *(f"{domain}_test" for domain in DOMAINS)):
            (folder / part).mkdir(parents=True, exist_ok=True)
    truth_folder.mkdir(parents=True, exist_ok=True)
    for section in sections:
        labelled = section in DEVELOPMENT_SECTIONS
        folder = dev_folder if labelled else eval_folder
        _write_clips(folder / "train", training_names(machine, section, size), size, seed)
        for domain in DOMAINS:
            if labelled:
                names = list(labelled_test_names(machine, section, domain, size))
            else:
                names = list(blind_test_names(machine, section, domain, size, seed))
                truth = truth_folder / ground_truth_name(machine, section, domain)
                truth.write_text(ground_truth(names), encoding="utf-8", newline="\n")
            _write_clips(folder / f"{domain}_test", names, size, seed)


def write_fragments(folder: str | Path, size: PlantSize, seed: int) -> None:
    """Write the stand-ins for the AudioSet fragments, all in one folder.

    Parameters
    ----------
    folder : path
        Output folder.
    size : PlantSize
        ``fragments`` clips of ``seconds``.
    seed : int
        Seed of the plant.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(size.fragments):
        _write_clip(folder / fragment_name(number), fragment(number, size.seconds, seed), SAMPLE_RATE)


def write_engines(folder: str | Path, size: PlantSize, seed: int) -> None:
    """Write the stand-ins for the cut variant of IDMT-ISA-ELECTRIC-ENGINE.

    Parameters
    ----------
    folder : path
        Output folder of ``train_cut`` and ``test_cut``.
    size : PlantSize
        ``engine_clips`` clips per class and split, of 3 s at most.
    seed : int
        Seed of the plant.
    """
    for split in SPLITS:
        for kind in CLASSES:
            place = Path(folder) / split / kind
            place.mkdir(parents=True, exist_ok=True)
            for number in range(size.engine_clips):
                clip = engine(split, kind, number, min(size.seconds, 3.0), seed)
                _write_clip(place / f"pure_{number}.wav", clip, ENGINE_RATE)


def _write_clips(folder: Path, names: Iterable[tuple[str, Recording]], size: PlantSize, seed: int) -> None:
    for name, recording in names:
        _write_clip(folder / name, render(recording, size.seconds, seed), SAMPLE_RATE)


def _write_clip(path: Path, samples: NDArray[np.int16], rate: int) -> None:
    soundfile.write(path, samples, rate, subtype="PCM_16", format="WAV")
