"""The nine UMAPs of one machine, compared with one plain call of umap-learn each, and UMAPs of the published size."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import product
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from uads.benchmarks.clips import as_table
from uads.benchmarks.measurement import Measurement, Outcome, compare, run_in_process
from uads.core.files import read_table, write_table
from uads.core.seeds import derive_rng
from uads.data.clips import COLUMNS
from uads.data.samples import gather_stacks, sample_stacks
from uads.data.stacks import sort_stacks
from uads.data.stores import FrameStore, create_store
from uads.manifold.method import choose_method
from uads.manifold.neighbours import find_neighbours, measure_recall, read_graph, write_graph
from uads.manifold.quality import trustworthiness
from uads.manifold.umaps import embed_umap
from uads.representations.spectrogram.extract import extract_spectrograms

SPECTROGRAMS = {"stft": {"top_db": 80}, "mel": {"top_db": 80, "n_mels": 128}}
#: Bins of the stand-in for L3; embedding so many frames would take longer than everything else.
L3_BINS = 512
NINE = list(product((*SPECTROGRAMS, "l3"), (1, 5, 10)))
#: The largest subsets of a machine in the published study: representation, stack size, and samples.
LARGEST = [("mel", 5, 205_562), ("stft", 5, 205_562), ("stft", 10, 185_562)]
N_NEIGHBORS, MIN_DIST, METRIC = 15, 0.1, "euclidean"
PROBE = 5000
SEED = 0
SHARD = "benchmark-00"


#: Minimum number of stacks per clip, for all stack sizes used here.
STACKS_PER_CLIP = 300


def clips_for(n_samples: int) -> int:
    """Return the number of clips that contain at least ``n_samples`` stacks."""
    return -(-n_samples // STACKS_PER_CLIP)


def measure_umaps(
    clips: Sequence[Path],
    folder: Path,
    n_samples: int,
    exact_up_to: int,
    layout: str,
    cores: int,
    wanted: Sequence[tuple[str, int]] = NINE,
) -> list[Measurement]:
    """Measure the nine UMAPs of one machine.

    Parameters
    ----------
    clips : sequence of path
    folder : path
        Output folder for stores and results.
    n_samples : int
        Samples per UMAP.
    exact_up_to : int
        Largest number of samples for the exact search of neighbours.
    layout : str
        A key of :data:`uads.manifold.umaps.LAYOUTS`.
    cores : int
        Jobs that run concurrently.
    wanted : sequence of (representation, stack size), default NINE

    Returns
    -------
    list of Measurement
        As in the study, each UMAP is one job for its neighbours and one for its layout, each a fresh process
        on one core. The baseline is one process per UMAP, one after the other, which calls umap-learn unseeded
        on all cores. Both start from samples on disk. The compiled functions of the layout are cached from an
        earlier run.
    """
    run_in_process(draw_samples, clips, folder, n_samples, wanted)
    run_in_process(lay_out, folder, *wanted[0], layout, 100)  # warm-up: caches compiled functions
    first = _time_own(folder, wanted, exact_up_to, layout, cores)
    start = perf_counter()
    plain = {key: run_in_process(lay_out_plainly, folder, *key) for key in wanted}
    plain_seconds = perf_counter() - start
    again = _time_own(folder, wanted, exact_up_to, layout, cores)
    quality = pd.DataFrame([run_in_process(judge, folder, *key).value for key in wanted])
    own_seconds = (first["neighbours"] + first["layout"] + again["neighbours"] + again["layout"]) / 2
    share = (first["layout"] + again["layout"]) / 2 / own_seconds
    worst = {name: quality[f"own {name}"].sub(quality[f"plain {name}"]).min() for name in ("trust", "recall")}
    return [
        compare(
            "nine UMAPs",
            own_seconds,
            plain_seconds,
            peak_mb=max(outcome.peak_mb for outcome in first["outcomes"]),
            note=f"{n_samples:,} samples each, {cores} jobs at once; {layout} layout {share:.0%} of the time; "
            f"trustworthiness {worst['trust']:+.4f}, recall {worst['recall']:+.4f} against the baseline's at worst; "
            f"the baseline: {max(outcome.peak_mb for outcome in plain.values()):.0f} MB",
            amount=n_samples * len(wanted),
            cores=cores,
        )
    ]


def measure_largest(
    clips: Sequence[Path], folder: Path, exact_up_to: int, layout: str, cores: int
) -> list[Measurement]:
    """Measure time and peak memory of neighbours and layout of :data:`LARGEST`.

    Parameters are those of :func:`measure_umaps`; the clips must contain enough stacks.
    """
    measurements = []
    for name, k, n_samples in LARGEST:
        run_in_process(draw_samples, clips, folder, n_samples, [(name, k)])
        steps = {
            "neighbours": partial(run_in_process, search, folder, name, k, exact_up_to, threads=cores),
            "layout": partial(run_in_process, lay_out, folder, name, k, layout, threads=1),
        }
        for step, task in steps.items():
            start = perf_counter()
            outcome = task()
            note = f"{n_samples:,} stacks of {k} frames, {outcome.value['dimensions']:,} numbers each"
            note += "".join(f"; {key} {outcome.value[key]:.4f}" for key in ("recall", "trust") if key in outcome.value)
            stage = f"{step}, {name} k = {k}"
            measurements.append(compare(stage, perf_counter() - start, peak_mb=outcome.peak_mb, note=note))
    return measurements


def draw_samples(clips: Sequence[str], folder: str, n_samples: int, wanted: Sequence[Sequence[Any]] = NINE) -> None:
    """Extract the clips' frames, unless that has been done, and sample stacks of each representation and size.

    The frames of the stand-in for L3 are random projections of log-mel frames, with negative values set to zero.
    """
    stores = _stores(folder)
    if not stores["l3"].exists():
        table = as_table(clips)
        extract_spectrograms(table, {name: stores[name] for name in SPECTROGRAMS}, SPECTROGRAMS)
        _project(FrameStore(stores["mel"]), stores["l3"])
    for name, k in wanted:
        index = Path(folder, f"{name}_k{k}_stacks.h5")
        sort_stacks(FrameStore(stores[name]), k, index)
        rows = sample_stacks({SHARD: stores[name]}, {SHARD: index}, {"external": n_samples}, SEED, ("benchmarks",))
        if len(rows) < n_samples:
            raise RuntimeError(f"{len(clips)} clips have {len(rows)} stacks of {k} frames, not {n_samples}")
        write_table(rows, _path(folder, name, k, "samples.parquet"), {})


def _project(store: FrameStore, output: Path) -> None:
    weights = derive_rng(SEED, "benchmarks", "l3").normal(size=(store.frames.shape[1], L3_BINS)).astype(np.float32)
    attributes = {"seconds_per_frame": store.attributes["seconds_per_frame"]}
    with create_store(output, store.clips[list(COLUMNS)], len(store.frames), L3_BINS, attributes) as writer:
        for start, stop in zip(store.offsets[:-1], store.offsets[1:], strict=True):
            frames = np.maximum(store.frames[start:stop] @ weights, 0)
            writer.append(frames, frames.sum(axis=1))


def search(folder: str, name: str, k: int, exact_up_to: int) -> dict[str, float]:
    """Find the neighbours of a set of samples, as the job of the study does."""
    samples = _gather(folder, name, k)
    method = choose_method(len(samples), exact_up_to)
    graph, attributes = find_neighbours(samples, N_NEIGHBORS, METRIC, method, SEED)
    write_graph(_path(folder, name, k, "graph.h5"), graph, attributes)
    return {"recall": attributes["recall"], "dimensions": samples.shape[1]}


def lay_out(folder: str, name: str, k: int, layout: str, at_most: int | None = None) -> dict[str, float]:
    """Compute the layout of a set of samples, as the job of the study does.

    With ``at_most``, use only so many samples, and find their neighbours first.
    """
    samples = _gather(folder, name, k)[:at_most]
    if at_most is None:
        graph, _ = read_graph(_path(folder, name, k, "graph.h5"))
    else:
        graph, _ = find_neighbours(samples, N_NEIGHBORS, METRIC, "exact", SEED)
    positions, _ = embed_umap(samples, graph, layout, MIN_DIST, METRIC, SEED)
    trust = trustworthiness(samples, positions, METRIC, PROBE, derive_rng(SEED, "benchmarks", "probe"))
    np.savez(_path(folder, name, k, "own.npz"), layout=positions)
    return {"trust": trust or 0.0, "dimensions": samples.shape[1]}


def lay_out_plainly(folder: str, name: str, k: int) -> None:
    """Call umap-learn as the published scripts do."""
    import umap

    samples = _gather(folder, name, k)
    reducer: Any = umap.UMAP()
    layout = reducer.fit_transform(samples)
    np.savez(_path(folder, name, k, "plain.npz"), layout=layout, indices=reducer._knn_indices)


def judge(folder: str, name: str, k: int) -> dict[str, float]:
    """Measure trustworthiness and recall of both layouts and both graphs on the same probes."""
    samples = _gather(folder, name, k)
    own, plain = (np.load(_path(folder, name, k, f"{way}.npz")) for way in ("own", "plain"))
    graph, _ = read_graph(_path(folder, name, k, "graph.h5"))
    rows = derive_rng(SEED, "benchmarks", "recall").choice(len(samples), min(1000, len(samples)), replace=False)
    indices = {"own": graph[0], "plain": plain["indices"]}
    quality = {f"{way} recall": _recall(samples, found, rows) for way, found in indices.items()}
    for way, result in {"own": own, "plain": plain}.items():
        probe = derive_rng(SEED, "benchmarks", "probe")
        quality[f"{way} trust"] = trustworthiness(samples, result["layout"], METRIC, PROBE, probe) or 0.0
    return quality


def _recall(samples: NDArray[np.float32], indices: NDArray[np.int32], rows: NDArray[np.int64]) -> float:
    return measure_recall(samples, (indices, np.zeros(indices.shape, np.float32)), METRIC, rows)


def _time_own(
    folder: Path, wanted: Sequence[tuple[str, int]], exact_up_to: int, layout: str, cores: int
) -> dict[str, Any]:
    """Run all jobs of some UMAPs, ``cores`` at a time."""
    searched, outcomes = _run_at_once(search, [(folder, *key, exact_up_to) for key in wanted], cores)
    laid_out, more = _run_at_once(lay_out, [(folder, *key, layout) for key in wanted], cores)
    return {"neighbours": searched, "layout": laid_out, "outcomes": [*outcomes, *more]}


def _run_at_once(
    function: Callable[..., object], arguments: Sequence[tuple[Any, ...]], cores: int
) -> tuple[float, list[Outcome]]:
    start = perf_counter()
    with ThreadPoolExecutor(cores) as pool:
        jobs = [pool.submit(run_in_process, function, *given, threads=1) for given in arguments]
        outcomes = [job.result() for job in jobs]
    return perf_counter() - start, outcomes


def _gather(folder: str, name: str, k: int) -> NDArray[np.float32]:
    rows = read_table(_path(folder, name, k, "samples.parquet"), ["shard", "frame"])
    return gather_stacks(rows, {SHARD: _stores(folder)[name]}, k)


def _stores(folder: str | Path) -> dict[str, Path]:
    return {name: Path(folder, f"{name}.h5") for name in (*SPECTROGRAMS, "l3")}


def _path(folder: str | Path, name: str, k: int, suffix: str) -> Path:
    return Path(folder, f"{name}_k{k}_{suffix}")
