"""Drawing of a machine plot of the published size, compared with a plain scatter and with the canvas alone."""

from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from uads.benchmarks.measurement import Measurement, compare, peak_of_process, run_in_process, time_alternately
from uads.core.seeds import derive_rng
from uads.figures.dual.machine import plot_machine
from uads.figures.dual.settings import Settings
from uads.figures.saving import save_figure

#: Samples of each kind per section, as for a machine of the published study.
TRAINING = {"source": 10_000, "target": 927}
TESTED, LABELLED_SECTIONS, SECTIONS = 10_000, 3, 6
EXTERNAL = {"audioset": 10_000, "idmt": 10_000}
METADATA = {"scope": "fan", "representation": "mel", "k": 5, "external": list(EXTERNAL)}
STUDY = Settings(size=(30.0, 15.0), dpi=300)
SHADOW, DOT = 45, 8  # areas of the marks of a machine plot, in points squared
SEED = 0


def measure_figures(folder: Path, rounds: int) -> list[Measurement]:
    """Measure a machine plot of 30 x 15 inches at 300 dpi, as PNG.

    Parameters
    ----------
    folder : path
        Output folder for figures.
    rounds : int

    Returns
    -------
    list of Measurement
        The baseline is matplotlib's scatter with a colour per sample. The limit is the canvas alone: panels,
        titles and legend of the same plot with one sample per cloud. Both are saved by matplotlib.
    """
    times = run_in_process(time_figures, folder, rounds, threads=1).value
    n_samples = len(make_umap())
    return [
        compare(
            "machine plot",
            times["own"],
            times["plain"],
            times["canvas"],
            peak_of_process(draw_own, folder / "peak.png"),
            f"{n_samples:,} samples, 9,000 x 4,500 pixels; limit: its canvas alone",
        )
    ]


def time_figures(folder: str, rounds: int) -> dict[str, float]:
    """Time the plot, a plain scatter and the canvas alone in alternation."""
    umap = make_umap()
    clouds = ["corpus", "section", "domain", "split", "label"]
    tasks = {
        "own": partial(_draw, umap, f"{folder}/own.png"),
        "plain": partial(draw_plainly, umap, f"{folder}/plain.png"),
        "canvas": partial(_draw_canvas, umap.drop_duplicates(clouds), f"{folder}/canvas.png"),
    }
    time_alternately(tasks, 1)  # warm-up: imports, fonts
    return time_alternately(tasks, rounds)


def draw_own(path: str) -> None:
    """Build a UMAP table and draw its machine plot."""
    _draw(make_umap(), path)


def _draw(umap: pd.DataFrame, path: str) -> None:
    save_figure(plot_machine(umap, METADATA, STUDY), [path], STUDY.dpi)


def _draw_canvas(umap: pd.DataFrame, path: str) -> None:
    plot_machine(umap, METADATA, STUDY).savefig(path, dpi=STUDY.dpi)


def draw_plainly(umap: pd.DataFrame, path: str) -> None:
    """Draw training data and test data as scatters on two panels, with a colour per sample."""
    figure = Figure(figsize=STUDY.size)
    FigureCanvasAgg(figure)
    rng = derive_rng(SEED, "benchmarks", "colours")
    is_test = (umap["split"] == "test").to_numpy()
    for panel, label in zip(figure.subplots(1, 2, sharex=True, sharey=True), ("normal", "anomaly"), strict=True):
        panel.set(xticks=[], yticks=[])
        _scatter(panel, umap[~is_test], SHADOW, 0.1, rng)
        _scatter(panel, umap[is_test & (umap["label"] == label).to_numpy()], DOT, 1.0, rng)
    figure.savefig(path, dpi=STUDY.dpi)


def _scatter(panel: Axes, umap: pd.DataFrame, area: float, opacity: float, rng: np.random.Generator) -> None:
    colours = np.column_stack([rng.random((len(umap), 3)), np.full(len(umap), opacity)])
    panel.scatter(umap["x"], umap["y"], s=area, c=colours, linewidths=0)


def make_umap() -> pd.DataFrame:
    """Build a UMAP table: a cloud for each dataset split of a machine, and for two external corpora."""
    rng = derive_rng(SEED, "benchmarks", "umap")
    sections = [f"{number:02d}" for number in range(SECTIONS)]
    clouds = [
        _cloud(rng, count, section, domain, "train", "normal")
        for section in sections
        for domain, count in TRAINING.items()
    ]
    clouds += [
        _cloud(rng, TESTED, section, domain, "test", label)
        for section in sections[:LABELLED_SECTIONS]
        for domain in TRAINING
        for label in ("normal", "anomaly")
    ]
    clouds += [_cloud(rng, count, "", "", "external", "unknown", corpus) for corpus, count in EXTERNAL.items()]
    return pd.concat(clouds, ignore_index=True)


def _cloud(
    rng: np.random.Generator, count: int, section: str, domain: str, split: str, label: str, corpus: str = "benchmark"
) -> pd.DataFrame:
    x, y = rng.normal(rng.normal(0, 4, 2), 1.5, (count, 2)).T
    return pd.DataFrame({"x": x, "y": y, "energy": rng.random(count)}).assign(
        clip=f"{corpus}/{split}/{section}",
        corpus=corpus,
        machine="" if split == "external" else "fan",
        section=section,
        domain=domain,
        split=split,
        label=label,
    )
