"""Neighbours are exact, and layouts preserve them."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from uads.manifold.exact import itself_first, true_neighbours
from uads.manifold.method import choose_method
from uads.manifold.neighbours import find_neighbours, measure_recall, read_graph, write_graph
from uads.manifold.quality import trustworthiness
from uads.manifold.umaps import LAYOUTS, embed_umap


@pytest.fixture(scope="module")
def samples() -> np.ndarray:
    """Return three clusters in ten dimensions, with one sample that occurs three times."""
    rng = np.random.default_rng(0)
    clouds = np.concatenate([rng.normal(centre, 1, (60, 10)) for centre in (0, 8, 16)]).astype(np.float32)
    clouds[1] = clouds[2] = clouds[0]
    return clouds


@pytest.mark.parametrize("metric", ["euclidean", "cosine", "correlation", "manhattan"])
def test_exact_neighbours_equal_the_sorted_distances(samples, metric):
    (indices, distances), attributes = find_neighbours(samples, 15, metric, "exact", 1)
    true = np.sort(cdist(samples, samples, "cityblock" if metric == "manhattan" else metric), axis=1)[:, :15]
    np.testing.assert_allclose(distances, true, rtol=1e-5, atol=1e-6)
    assert (indices[:, 0] == np.arange(len(samples))).all()
    assert all(len(set(row)) == 15 for row in indices)
    assert attributes["metric"] == metric


def test_a_search_in_blocks_finds_the_same(samples, monkeypatch):
    whole, _ = find_neighbours(samples, 15, "euclidean", "exact", 1)
    monkeypatch.setattr("uads.manifold.exact.BLOCK", 7)
    blocked, _ = find_neighbours(samples, 15, "euclidean", "exact", 1)
    np.testing.assert_array_equal(whole[0], blocked[0])


def test_a_search_on_a_device_finds_the_same(samples):
    rows = np.arange(len(samples))
    for metric in ("euclidean", "cosine", "correlation"):
        expected, distances = true_neighbours(samples, rows, 15, metric)
        found, accelerated = true_neighbours(samples, rows, 15, metric, accelerate=True)
        np.testing.assert_array_equal(found, expected)
        np.testing.assert_array_equal(accelerated, distances)


def test_a_search_on_a_device_says_so(samples):
    _, attributes = find_neighbours(samples, 15, "euclidean", "exact", 1, accelerate=True)
    assert attributes["accelerated"]
    assert attributes["recall"] == 1
    assert "keras" in attributes["versions"]


def test_recall_of_a_device_search_is_measured(samples, monkeypatch):
    def rounded(points):
        return lambda rows, n: np.tile(np.arange(n, dtype=np.int32), (len(rows), 1))

    monkeypatch.setattr("uads.manifold.exact.search_on_device", rounded)
    _, attributes = find_neighbours(samples, 15, "euclidean", "exact", 1, accelerate=True)
    assert attributes["recall"] < 0.5


@pytest.mark.parametrize(("metric", "value"), [("cosine", 0), ("correlation", -37.3)])
def test_samples_without_direction_are_orthogonal_to_others(samples, metric, value):
    flat = [5, 99]
    samples = samples.copy()
    samples[flat[0]], samples[flat[1]] = value, value * 1.7
    (indices, distances), _ = find_neighbours(samples, len(samples), metric, "exact", 1)
    assert indices[flat, 1].tolist() == flat[::-1]
    np.testing.assert_allclose(distances[flat, :2], 0)
    np.testing.assert_allclose(distances[flat, 2:], 1, atol=1e-6)


def test_recall_is_the_share_of_true_neighbours_in_a_graph(samples):
    rows = np.array([3, 50, 170])
    true, distances = true_neighbours(samples, np.arange(len(samples)), 6, "euclidean")
    assert measure_recall(samples, (true, distances), "euclidean", rows) == 1
    wrong = true.copy()
    wrong[3, 2:4] = [100, 101]  # two of the five neighbours of the first probed sample
    wrong[51] = 0  # not probed
    assert measure_recall(samples, (wrong, distances), "euclidean", rows) == pytest.approx(13 / 15)


def test_reduced_dimensions_keep_variance_and_report_recall():
    rng = np.random.default_rng(5)
    flat = np.pad(rng.normal(size=(300, 3)) * [9, 7, 5], ((0, 0), (0, 20))).astype(np.float32)
    noisy = flat + rng.normal(0, 0.05, flat.shape).astype(np.float32)
    _, attributes = find_neighbours(noisy, 15, "euclidean", "exact", 1, kept_variance=0.99)
    assert attributes["dimensions"] == 3
    assert attributes["kept_variance"] == 0.99
    assert 0.85 < attributes["recall"] < 1
    _, attributes = find_neighbours(noisy, 15, "euclidean", "exact", 1, kept_variance=0.5)
    assert attributes["dimensions"] < 3
    assert attributes["recall"] < 0.5


@pytest.mark.slow
def test_approximate_neighbours_are_nearly_the_exact_ones():
    samples = np.random.default_rng(3).normal(size=(2000, 8)).astype(np.float32)
    (exact, _), _ = find_neighbours(samples, 15, "euclidean", "exact", 1)
    (found, _), attributes = find_neighbours(samples, 15, "euclidean", "approximate", 1, probe=2000)
    recall = np.mean([len(set(a[1:]) & set(b[1:])) / 14 for a, b in zip(exact, found, strict=True)])
    assert recall > 0.97
    assert attributes["recall"] == pytest.approx(recall)


def test_each_sample_is_its_own_first_neighbour():
    indices = np.array([[2, 1], [0, 1], [2, 0]], np.int32)
    distances = np.array([[0.1, 0.2], [0.0, 0.0], [0.0, 0.3]], np.float32)
    indices, distances = itself_first(np.arange(3), indices, distances)
    assert indices.tolist() == [[0, 2], [1, 0], [2, 0]]
    np.testing.assert_allclose(distances, [[0, 0.1], [0, 0], [0, 0.3]])


def test_a_set_smaller_than_the_neighbourhood_is_taken_as_it_is(samples):
    (indices, _), _ = find_neighbours(samples[:7], 15, "euclidean", "exact", 1)
    assert indices.shape == (7, 7)


def test_small_sets_are_searched_exactly():
    assert choose_method(5000, 5000) == "exact"
    assert choose_method(5001, 5000) == "approximate"
    assert choose_method(5001, 5000, accelerate=True) == "exact"
    assert choose_method(5001, 5000, method="exact") == "exact"
    assert choose_method(4999, 5000, method="approximate") == "approximate"


def test_a_graph_is_read_as_it_was_written(samples, tmp_path):
    graph, attributes = find_neighbours(samples, 5, "euclidean", "exact", 1)
    write_graph(tmp_path / "graph.h5", graph, attributes)
    (indices, distances), read = read_graph(tmp_path / "graph.h5")
    np.testing.assert_array_equal(indices, graph[0])
    np.testing.assert_array_equal(distances, graph[1])
    assert read == attributes


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_layout_is_seeded_and_keeps_neighbours_together(samples, name):
    graph, _ = find_neighbours(samples, 15, "euclidean", "exact", 1)
    layout, again, other = (embed_umap(samples, graph, name, 0.1, "euclidean", seed)[0] for seed in (7, 7, 8))
    np.testing.assert_array_equal(layout, again)
    assert not np.array_equal(layout, other)
    value = trustworthiness(samples, layout, "euclidean", 100, np.random.default_rng(0))
    assert value is not None and value > 0.85
    shuffled = trustworthiness(samples, layout[::-1], "euclidean", 100, np.random.default_rng(0))
    assert shuffled is not None and shuffled < value


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_a_handful_of_samples_is_laid_out_too(samples, n, name):
    graph, _ = find_neighbours(samples[:n], 15, "euclidean", "exact", 1)
    layout, _ = embed_umap(samples[:n], graph, name, 0.1, "euclidean", 1)
    assert layout.shape == (n, 2)
    assert np.isfinite(layout).all()
