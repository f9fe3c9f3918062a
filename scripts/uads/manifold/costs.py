"""Costs of neighbours and UMAPs."""

from collections.abc import Mapping
from typing import Any

from uads.core.entry import Cost, DataSizes, Entry, Job, Workload
from uads.manifold.method import choose_method

#: Of neighbours, and of the layout, on the disk.
BYTES_PER_SAMPLE = 250
#: In memory per sample: of an approximate search for neighbours, and of UMAP's graph and layout.
SEARCH_BYTES, LAYOUT_BYTES = 3400, 1800
#: That Keras and its backend take in memory.
BACKEND_BYTES = 1e9
BYTES_PER_NUMBER = 4


def matrix_bytes(sizes: DataSizes, scope: str, representation: str, k: int | str) -> float:
    """Return the bytes of the dense matrix of a subset."""
    return sizes.samples(scope, representation, k) * int(k) * sizes.frame_bytes(representation)


def neighbours_found(
    sizes: DataSizes, scope: str, representation: str, k: int | str, accelerate: bool = False
) -> Workload:
    """Return the work of the search: it holds the matrix twice, as it is and centred."""
    samples, matrix = sizes.samples(scope, representation, k), matrix_bytes(sizes, scope, representation, k)
    resident = 2 * matrix + SEARCH_BYTES * samples + (BACKEND_BYTES if accelerate else 0)
    return Workload(matrix / BYTES_PER_NUMBER, resident, BYTES_PER_SAMPLE * samples)


def neighbours_compared(
    sizes: DataSizes, scope: str, representation: str, k: int | str, accelerate: bool = False
) -> Workload:
    """Return the work of the exact search: a product of each sample with each other one."""
    found = neighbours_found(sizes, scope, representation, k, accelerate)
    products = found.units * sizes.samples(scope, representation, k) / 2
    return Workload(products, found.resident_bytes, found.output_bytes)


def umap_embedded(sizes: DataSizes, scope: str, representation: str, k: int | str) -> Workload:
    """Return the work of umap-learn's layout: it copies the matrix."""
    samples, matrix = sizes.samples(scope, representation, k), matrix_bytes(sizes, scope, representation, k)
    return Workload(samples, 2 * matrix + LAYOUT_BYTES * samples, BYTES_PER_SAMPLE * samples)


def umap_moved(sizes: DataSizes, scope: str, representation: str, k: int | str) -> Workload:
    """Return the work of the parallel layout: it holds the matrix once."""
    samples, matrix = sizes.samples(scope, representation, k), matrix_bytes(sizes, scope, representation, k)
    return Workload(samples, matrix + LAYOUT_BYTES * samples, BYTES_PER_SAMPLE * samples)


FIND_NEIGHBOURS = Entry(
    "script:find_neighbours", Cost(25, 2e-7, 560, memory_factor=1, unit="number of the matrix"), neighbours_found
)
COMPARE_ALL = Entry(
    "script:find_neighbours", Cost(2, 3.2e-11, 560, memory_factor=1, unit="product of two numbers"), neighbours_compared
)
#: By layout.
EMBED_UMAP = {
    "umap-learn": Entry("script:embed_umap", Cost(10, 5e-4, 930, memory_factor=1, unit="sample"), umap_embedded),
    "parallel": Entry("script:embed_umap", Cost(2, 1.6e-4, 500, memory_factor=1, unit="sample"), umap_moved),
}


def search_job(sizes: DataSizes, settings: Mapping[str, Any], scope: str, representation: str, k: int | str) -> Job:
    """Return entry and work of a search for neighbours, with the settings of the study's UMAPs."""
    samples = sizes.samples(scope, representation, k)
    method = choose_method(samples, settings["exact_up_to"], settings["accelerate"], settings["neighbours"])
    entry = COMPARE_ALL if method == "exact" else FIND_NEIGHBOURS
    return entry.job(sizes, scope, representation, k, settings["accelerate"])
