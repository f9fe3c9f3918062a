"""Fuzzy graph and forces of the parallel layout are those of umap-learn."""

import numpy as np
import pytest

from uads.manifold.exact import true_neighbours
from uads.manifold.layouts.forces import attract, fit_curve, repel, tabulate_forces
from uads.manifold.layouts.graphs import count_epochs, find_widths, fuzzy_graph, without_weak_edges
from uads.manifold.layouts.kernels import look_up
from uads.manifold.layouts.umap_learn import import_umap


def clouds(n: int, equal: int = 0) -> np.ndarray:
    rng = np.random.default_rng(0)
    samples = np.concatenate([rng.normal(centre, 1, (n, 6)) for centre in (0, 8)]).astype(np.float32)
    samples[:equal] = samples[0]
    return samples


@pytest.mark.parametrize(("n", "equal"), [(200, 0), (200, 40), (8, 0), (3, 2)])
def test_the_fuzzy_graph_is_that_of_umap_learn(n, equal):
    samples = clouds(n, equal)
    indices, distances = true_neighbours(samples, np.arange(len(samples)), min(15, len(samples)), "euclidean")
    umap = import_umap()
    wanted, widths, nearest = umap.umap_.fuzzy_simplicial_set(
        samples, indices.shape[1], None, "euclidean", knn_indices=indices, knn_dists=distances
    )
    own_widths, own_nearest = find_widths(distances)
    np.testing.assert_array_equal(own_nearest, nearest)
    np.testing.assert_allclose(own_widths, widths, rtol=2e-5)
    graph = fuzzy_graph(indices, distances)
    np.testing.assert_allclose(graph.toarray(), wanted.toarray(), atol=1e-5)
    assert graph.nnz == wanted.nnz
    assert abs(graph - graph.T).max() == 0


def test_weak_edges_act_in_no_epoch():
    samples = clouds(100)
    graph = fuzzy_graph(*true_neighbours(samples, np.arange(200), 15, "euclidean"))
    kept = without_weak_edges(graph, 10)
    assert 0 < kept.nnz < graph.nnz
    assert kept.data.min() >= graph.data.max() / 10
    assert (count_epochs(10_000), count_epochs(10_001)) == (500, 200)


@pytest.mark.parametrize("min_dist", [0, 0.001, 0.1, 0.5, 1])
def test_the_curve_is_that_of_umap_learn(min_dist):
    np.testing.assert_allclose(fit_curve(min_dist), import_umap().umap_.find_ab_params(1.0, min_dist), rtol=1e-5)


@pytest.mark.parametrize("min_dist", [0, 0.1, 1])
def test_tables_of_forces_agree_with_their_formulas(min_dist):
    curve = fit_curve(min_dist)
    squares = (2.0 ** np.random.default_rng(0).uniform(-39.9, 29.9, 500)).astype(np.float32)
    for table, formula in zip(tabulate_forces(*curve), (attract, repel), strict=True):
        found = [look_up(table, square) for square in squares]
        np.testing.assert_allclose(found, formula(squares.astype(float), *curve), rtol=1e-3)
        assert look_up(table, np.float32(0)) == pytest.approx(table[0])
        assert look_up(table, np.float32(1e30)) == pytest.approx(table[-1], rel=1e-3)
