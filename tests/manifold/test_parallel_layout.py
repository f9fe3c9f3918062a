"""The parallel layout: the same bytes on any number of threads, a start for every graph, neighbours preserved."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array

from uads.manifold.exact import true_neighbours
from uads.manifold.layouts import parallel, starts
from uads.manifold.layouts.graphs import fuzzy_graph
from uads.manifold.layouts.kernels import WHOLE, draw, mix, move_vertices
from uads.manifold.quality import recall_in_plane, trustworthiness
from uads.manifold.umaps import embed_umap

SCRIPTS = Path(__file__).parents[2] / "scripts"


def ring(n: int) -> np.ndarray:
    """Return noisy samples along a closed curve in eight dimensions: one component, whatever its parts."""
    rng = np.random.default_rng(2)
    angle = np.sort(rng.uniform(0, 2 * np.pi, n))[:, None]
    return (np.cos(angle * [1, 1, 2, 2, 3, 3, 4, 4] + np.arange(8)) + rng.normal(0, 0.05, (n, 8))).astype(np.float32)


def graph_of(samples: np.ndarray):
    return true_neighbours(samples, np.arange(len(samples)), 15, "euclidean")


@pytest.fixture(scope="module")
def samples() -> np.ndarray:
    return ring(600)


def digest(threads: int) -> str:
    """Return a digest of the layout of 600 samples, moved 100 at a time."""
    parallel.VERTICES = 100
    samples = ring(600)
    positions, _ = parallel.lay_out(samples, graph_of(samples), 0.1, "euclidean", 3, threads)
    return hashlib.sha256(positions.tobytes()).hexdigest()


def test_a_layout_has_the_same_bytes_on_any_number_of_threads_and_in_a_fresh_process(monkeypatch):
    monkeypatch.setattr(parallel, "VERTICES", 100)
    first = digest(1)
    assert {digest(threads) for threads in (2, 3)} == {first}
    code = f"from {__name__} import digest; print(digest(2))"
    paths = os.pathsep.join([str(SCRIPTS), str(SCRIPTS.parent)])
    fresh = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=True,
    )
    assert fresh.stdout.strip() == first


def test_a_layout_follows_its_seed(samples):
    graph = graph_of(samples)
    one, two = (embed_umap(samples, graph, "parallel", 0.1, "euclidean", seed)[0] for seed in (1, 2))
    assert not np.array_equal(one, two)


def test_neighbours_are_preserved_as_well_as_by_umap_learn():
    samples = ring(1500)
    graph, rows = graph_of(samples), np.arange(1500)
    quality = {}
    for layout in ("umap-learn", "parallel"):
        found = [embed_umap(samples, graph, layout, 0.1, "euclidean", seed)[0] for seed in range(2)]
        trust = [trustworthiness(samples, one, "euclidean", 1500, np.random.default_rng(0)) for one in found]
        quality[layout] = np.mean(trust), np.mean([recall_in_plane(graph[0], one, rows) for one in found])
    assert quality["parallel"][0] > quality["umap-learn"][0] - 0.01
    assert quality["parallel"][1] > quality["umap-learn"][1] - 0.02


def test_the_metadata_name_layout_and_start(samples):
    graph = graph_of(samples)
    _, attributes = embed_umap(samples, graph, "parallel", 0.1, "euclidean", 1)
    assert attributes.keys() == {"layout", "start", "epochs", "versions"}
    assert (attributes["layout"], attributes["start"], attributes["epochs"]) == ("parallel", "spectral", 500)
    assert embed_umap(samples[:3], graph, "parallel", 0.1, "euclidean", 1)[1]["start"] == "line"


@pytest.mark.parametrize("metric", ["cosine", "manhattan"])
def test_other_metrics_are_laid_out(samples, metric):
    graph = true_neighbours(samples[:100], np.arange(100), 15, metric)
    positions, _ = embed_umap(samples[:100], graph, "parallel", 0.1, metric, 1)
    assert np.isfinite(positions).all()


def test_the_spectral_start_spans_the_eigenvectors_of_the_normalised_laplacian(samples):
    graph = fuzzy_graph(*graph_of(samples)).astype(np.float64)
    found = starts.spectral_start(graph, np.random.default_rng(0))
    scale = 1 / np.sqrt(graph.sum(axis=1))
    values, vectors = np.linalg.eigh(np.eye(600) - graph.toarray() * scale[:, None] * scale)
    assert values[3] - values[2] > 1e-4, "a gap beyond the wanted ones"
    assert found is not None
    projected = vectors[:, 1:3] @ (vectors[:, 1:3].T @ found)
    assert np.linalg.norm(found - projected) < 0.05 * np.linalg.norm(found)


def test_a_graph_of_several_components_starts_from_principal_components(samples):
    apart = np.concatenate([samples[:200], samples[:200] + 1000])
    positions, attributes = embed_umap(apart, graph_of(apart), "parallel", 0.1, "euclidean", 1)
    assert attributes["start"] == "pca"
    assert np.ptp(positions[:200], axis=0).max() < np.linalg.norm(positions[:200].mean(0) - positions[200:].mean(0))


def test_a_solver_that_does_not_converge_falls_back_to_principal_components(samples, monkeypatch):
    monkeypatch.setattr(starts, "RESTARTS", 1)
    monkeypatch.setattr(starts, "TOLERANCE", 1e-15)
    start, name = starts.find_start(fuzzy_graph(*graph_of(samples)), samples, np.random.default_rng(0))
    assert name == "pca"
    assert (start.min(), start.max()) == (0, 10)


def test_principal_components_are_those_of_the_samples(monkeypatch):
    samples = (np.random.default_rng(0).normal(size=(500, 5)) * [9, 1, 1, 5, 1] + 30).astype(np.float32)
    found = starts.pca_start(samples, np.random.default_rng(1))
    np.testing.assert_allclose(np.abs(np.corrcoef(found.T, samples[:, [0, 3]].T)[:2, 2:]), np.eye(2), atol=0.1)
    np.testing.assert_allclose(found.mean(axis=0), 0, atol=1e-3)
    monkeypatch.setattr(starts, "PCA_SAMPLES", 300)
    subset = starts.pca_start(samples, np.random.default_rng(1))
    assert np.abs(np.corrcoef(subset[:, 0], found[:, 0])[0, 1]) > 0.99


@pytest.mark.parametrize("dimensions", [1, 2, 30])
def test_equal_samples_and_few_dimensions_have_a_start(dimensions):
    start, name = starts.find_start(csr_array((9, 9)), np.ones((9, dimensions), np.float32), np.random.default_rng(0))
    assert name == "pca"
    assert np.isfinite(start).all()
    assert len(np.unique(start, axis=0)) == 9


def acts(weight: float, epochs: int) -> list[int]:
    """Return the epochs in which an edge of a weight moves the vertex at its end."""
    step = np.array([np.ceil(weight * WHOLE)], np.uint32)
    now = np.array([[0, 0], [1, 1]], np.float32)
    ends, neighbours, no_force = np.array([0, 1, 1], np.int32), np.array([1], np.int32), np.zeros(5000, np.float32)
    force = np.ones(5000, np.float32)
    found = []
    for epoch in range(1, epochs):
        moved = now.copy()
        move_vertices(now, moved, ends, neighbours, step, epoch, np.float32(1), np.uint64(7), force, no_force, 0, 2)
        np.testing.assert_array_equal(moved[1], now[1])
        if not np.array_equal(moved, now):
            np.testing.assert_allclose(moved[0], 2 / 3, rtol=1e-6)  # a pull of 2, as an implicit step
            found.append(epoch)
    return found


@pytest.mark.parametrize("weight", [1, 0.5, 1 / 3, 0.7, 0.011])
def test_an_edge_acts_as_often_as_in_umap_learn(weight):
    expected = [math_ceil for number in range(1, 500) if (math_ceil := int(np.ceil(number / weight))) < 500]
    found = acts(weight, 500)
    assert len(found) == len(expected)
    np.testing.assert_allclose(found, expected, atol=1)


def test_negative_samples_are_uniform_and_uncorrelated():
    states = [mix(np.uint64(number)) for number in range(4000)]
    drawn = np.array([draw(np.uint64(state), np.uint64(8)) for state in states])
    counts = np.bincount(drawn, minlength=8)
    assert (np.abs(counts - 500) < 100).all()
    assert abs(np.corrcoef(drawn[1:], drawn[:-1])[0, 1]) < 0.06


def test_umap_learns_layout_is_a_plain_call_of_it(samples):
    import umap

    graph = graph_of(samples)
    plain = umap.UMAP(
        n_neighbors=15, min_dist=0.1, metric="euclidean", random_state=5, n_jobs=1, precomputed_knn=(*graph, None)
    ).fit_transform(samples)
    positions, attributes = embed_umap(samples, graph, "umap-learn", 0.1, "euclidean", 5)
    np.testing.assert_array_equal(positions, plain)
    assert "umap-learn" in attributes["versions"]
