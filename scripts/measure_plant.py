"""Measure an embedded corpus: its digest, and how well the level alone detects anomalies.

    python scripts/measure_plant.py CORPUS

prints one line per machine and one for all machines: number of clips, highest peak, and the AUC of
the clip level alone (0.5 = chance), over all clips and as the mean over sections and domains. The
digest covers the name and the bytes of every file.
"""

import argparse
import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import soundfile
from sklearn.metrics import roc_auc_score


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure an embedded corpus.")
    parser.add_argument("corpus", type=Path, help="the folder that holds dev_data, eval_data, ground_truth_data")
    corpus = parser.parse_args().corpus
    clips = pd.DataFrame(measure_clips(corpus))
    if len(clips):  # an external corpus has no test clips
        for machine, rows in clips.groupby("machine"):
            print(describe(str(machine), rows))
        print(describe("all", clips))
    print(f"digest {digest(corpus)}")


def measure_clips(corpus: Path) -> Iterator[dict[str, object]]:
    """Measure level and peak of every test clip, in dB relative to full scale."""
    truth = read_ground_truth(corpus / "ground_truth_data")
    for path in sorted(corpus.glob("*_data/*/*_test/*.wav")):
        machine = path.parts[-3]
        label = path.stem.split("_")[4] == "anomaly" if "dev_data" in path.parts else truth[machine, path.name]
        samples = soundfile.read(path)[0]
        yield {
            "machine": machine,
            "split": path.stem[: len("section_00_source")],
            "anomaly": label,
            "level": 10 * np.log10(np.mean(samples**2) + 1e-12),
            "peak": np.abs(samples).max(),
        }


def read_ground_truth(folder: Path) -> dict[tuple[str, str], bool]:
    """Read the labels of the blind test clips by machine and name."""
    labels = {}
    for path in folder.glob("ground_truth_*_section_*_test.csv"):
        machine = path.stem.split("_")[2]
        for line in path.read_text().splitlines():
            name, label = line.split(",")
            labels[machine, name] = label == "1"
    return labels


def describe(name: str, clips: pd.DataFrame) -> str:
    """Describe the clips of a machine in one line."""
    return (
        f"{name:9} {len(clips):5} test clips  peak {clips['peak'].max():.3f}"
        f"  level-only AUC: all sections together {level_auc(clips):.3f},"
        f" mean of the sections {clips.groupby('split').apply(level_auc).mean():.3f}"
    )


def level_auc(clips: pd.DataFrame) -> float:
    """Return the AUC of the level as an anomaly score."""
    return float(roc_auc_score(clips["anomaly"], clips["level"]))


def digest(corpus: Path) -> str:
    """Return the SHA-256 over the sorted names and the SHA-256 of every file."""
    total = hashlib.sha256()
    for path in sorted(path for path in corpus.rglob("*") if path.is_file()):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        total.update(f"{content}  {path.relative_to(corpus).as_posix()}\n".encode())
    return total.hexdigest()


if __name__ == "__main__":
    main()
