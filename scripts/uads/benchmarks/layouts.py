"""The parallel layout compared with umap-learn's, and the exact search for neighbours, on a realistic mixture."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from time import perf_counter

import numpy as np

from uads.benchmarks.measurement import Measurement, compare, run_in_process, time_alternately
from uads.benchmarks.mixture import K, draw_mixture, read_mixture, write_mixture
from uads.core.seeds import derive_rng
from uads.manifold.exact import BLOCK, PREPARE, Graph, Samples, search_on_processor, true_neighbours
from uads.manifold.method import choose_method
from uads.manifold.neighbours import find_neighbours, read_graph, write_graph
from uads.manifold.quality import recall_in_plane, trustworthiness
from uads.manifold.umaps import embed_umap

N_NEIGHBORS, MIN_DIST, METRIC = 15, 0.1, "euclidean"
OWN, BASELINE = "parallel", "umap-learn"
#: Samples of the probes of quality, and of the layout that loads compiled functions before the clock starts.
PROBE, WARM_UP = 5000, 300
#: Distances that the plain search holds at a time: 64 MB.
PLAIN_BLOCK = 2**24
QUALITIES = {"trust": "trustworthiness", "recall": "recall in the plane"}


def measure_layouts(
    folder: Path, sizes: Sequence[int], seeds: int, exact_up_to: int, exact_samples: int, rounds: int
) -> list[Measurement]:
    """Measure layouts of several sizes, and searches for neighbours.

    Parameters
    ----------
    folder : path
        Output folder for clips, stores and graphs.
    sizes : sequence of int
        Samples of each layout.
    seeds : int
        Layouts of each kind and size. Times are medians, qualities means.
    exact_up_to : int
        Largest number of samples for the exact search of neighbours.
    exact_samples : int
        Samples whose neighbours are searched in both ways.
    rounds : int

    Returns
    -------
    list of Measurement
        Of each layout, from graph to positions, its start included; the functions of both kinds are compiled. All on
        one core.
    """
    run_in_process(write_mixture, folder)
    for n in {*sizes, exact_samples}:
        run_in_process(draw_mixture, folder, n)
    rows = [row for n in sizes for row in _compare_layouts(folder, n, seeds, exact_up_to)]
    return [*rows, *_compare_exact(folder, exact_samples, rounds), _compare_methods(folder, exact_samples)]


def _compare_layouts(folder: Path, n: int, seeds: int, exact_up_to: int) -> list[Measurement]:
    method = choose_method(n, exact_up_to)
    searched = run_in_process(search, folder, n, method, threads=1).value
    found = {
        kind: [run_in_process(lay_out, folder, n, kind, seed, threads=1) for seed in range(seeds)]
        for kind in (OWN, BASELINE)
    }
    seconds, quality = (
        {kind: combine([one.value[name] for one in outcomes]) for kind, outcomes in found.items()}
        for name, combine in (("seconds", np.median), ("trust", np.mean))
    )
    recall = {kind: np.mean([one.value["recall"] for one in outcomes]) for kind, outcomes in found.items()}
    peak = {kind: max(one.peak_mb for one in outcomes) for kind, outcomes in found.items()}
    whole = (searched["seconds"] + seconds[BASELINE]) / (searched["seconds"] + seconds[OWN])
    note = (
        f"stacks of {K} log-mel frames; start: {found[OWN][0].value['start']}; means of {seeds} seeds, own and "
        f"baseline: "
        f"trustworthiness {quality[OWN]:.4f}, {quality[BASELINE]:.4f}; recall in the plane {recall[OWN]:.4f}, "
        f"{recall[BASELINE]:.4f}; baseline: umap-learn's layout, {peak[BASELINE]:.0f} MB; with the neighbours "
        f"({method}, recall {searched['recall']:.4f}, {searched['seconds']:.1f} s): ratio {whole:.1f}"
    )
    stage = f"layout of {n:,}"
    return [compare(stage, seconds[OWN], seconds[BASELINE], peak_mb=peak[OWN], note=note, amount=n)]


def search(folder: str, n: int, method: str) -> dict[str, float]:
    """Find and write the neighbours of a sample of the mixture, and return seconds and recall."""
    samples = read_mixture(folder, n)
    start = perf_counter()
    graph, attributes = find_neighbours(samples, N_NEIGHBORS, METRIC, method, 0)
    seconds = perf_counter() - start
    write_graph(_graph(folder, n), graph, attributes)
    return {"seconds": seconds, "recall": attributes["recall"]}


def lay_out(folder: str, n: int, kind: str, seed: int) -> dict[str, float | str]:
    """Compute a layout of a sample of the mixture, and return its seconds, start and quality."""
    samples, (graph, _) = read_mixture(folder, n), read_graph(_graph(folder, n))
    few = samples[:WARM_UP]
    embed_umap(few, true_neighbours(few, np.arange(len(few)), N_NEIGHBORS, METRIC), kind, MIN_DIST, METRIC, seed)
    start = perf_counter()
    positions, attributes = embed_umap(samples, graph, kind, MIN_DIST, METRIC, seed)
    seconds = perf_counter() - start
    rows = np.sort(derive_rng(0, "benchmarks", "plane").choice(n, min(PROBE, n), replace=False))
    trust = trustworthiness(samples, positions, METRIC, PROBE, derive_rng(0, "benchmarks", "probe"))
    recall = recall_in_plane(graph[0], positions, rows)
    return {"seconds": seconds, "start": attributes["start"], "trust": trust or 0.0, "recall": recall}


def _compare_exact(folder: Path, n: int, rounds: int) -> list[Measurement]:
    times = run_in_process(time_exact, folder, n, rounds, threads=1).value
    peak = {name: run_in_process(_SEARCHES[name], folder, n, threads=1).peak_mb for name in _SEARCHES}
    note = (
        f"{n:,} stacks of {K} log-mel frames on one core; baseline: all distances of some rows at a time, "
        f"{peak['plain']:.0f} MB; limit: half of the matrix products"
    )
    return [compare("exact neighbours", times["own"], times["plain"], times["products"], peak["own"], note)]


def _compare_methods(folder: Path, n: int) -> Measurement:
    """Compare the exact search with the approximate one, each in a fresh process that must compile the latter."""
    seconds, recall, peak = {}, {}, {}
    for method in ("exact", "approximate"):
        outcome = run_in_process(search, folder, n, method, threads=1)
        seconds[method], recall[method], peak[method] = (
            outcome.value["seconds"],
            outcome.value["recall"],
            outcome.peak_mb,
        )
    note = (
        f"{n:,} stacks of {K} log-mel frames on one core; baseline: the approximate search, compiled first, "
        f"{peak['approximate']:.0f} MB, recall {recall['approximate']:.4f}"
    )
    return compare(
        "exact or approximate neighbours", seconds["exact"], seconds["approximate"], peak_mb=peak["exact"], note=note
    )


def time_exact(folder: str, n: int, rounds: int) -> dict[str, float]:
    """Time the exact search, a plain one, and the matrix products that it needs at least."""
    samples = read_mixture(folder, n)
    points = PREPARE[METRIC](samples)
    tasks = {
        "own": partial(true_neighbours, samples, np.arange(n), N_NEIGHBORS, METRIC),
        "plain": partial(neighbours_by_rows, samples, N_NEIGHBORS),
        "products": partial(_half_of_products, points),
    }
    search_on_processor(points[:WARM_UP], np.arange(WARM_UP), N_NEIGHBORS)
    return time_alternately(tasks, rounds)


def neighbours_by_rows(samples: Samples, n_neighbors: int) -> Graph:
    """Find exact nearest neighbours by Euclidean distance the plain way: all distances of some rows, then a partition.

    Returns
    -------
    indices, distances : arrays [n, n_neighbors]
        Sorted by distance, ties by index; among equal samples, which ones are found is arbitrary.
    """
    points = PREPARE["euclidean"](samples)
    halves = np.einsum("ij,ij->i", points, points) / 2
    found = []
    for rows in np.array_split(np.arange(len(points)), -(-(len(points) ** 2) // PLAIN_BLOCK)):
        remoteness = halves - points[rows] @ points.T
        near = np.argpartition(remoteness, n_neighbors - 1, axis=1)[:, :n_neighbors].astype(np.int32)
        difference = points[rows, None].astype(np.float64) - points[near]
        distances = np.sqrt(np.einsum("ijk,ijk->ij", difference, difference))
        order = np.lexsort((near, distances), axis=1)
        found.append([np.take_along_axis(numbers, order, axis=1) for numbers in (near, distances.astype(np.float32))])
    indices, distances = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return indices, distances


def search_exactly(folder: str, n: int) -> None:
    """Run the exact search, for its memory."""
    true_neighbours(read_mixture(folder, n), np.arange(n), N_NEIGHBORS, METRIC)


def search_plainly(folder: str, n: int) -> None:
    """Run the plain search, for its memory."""
    neighbours_by_rows(read_mixture(folder, n), N_NEIGHBORS)


_SEARCHES: dict[str, Callable[[str, int], None]] = {"own": search_exactly, "plain": search_plainly}


def _half_of_products(points: Samples) -> None:
    for first in range(0, len(points), BLOCK):
        for other in range(first, len(points), BLOCK):
            points[first : first + BLOCK] @ points[other : other + BLOCK].T


def _graph(folder: str | Path, n: int) -> Path:
    return Path(folder, f"graph_{n}.h5")
