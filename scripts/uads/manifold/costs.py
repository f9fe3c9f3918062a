"""Costs of neighbours and UMAPs."""

from uads.core.entry import Cost, DataSizes, Entry, Workload

#: Of neighbours, and of the layout, on the disk.
BYTES_PER_SAMPLE = 250
#: In memory per sample: of an approximate search for neighbours, and of UMAP's graph and layout.
SEARCH_BYTES, LAYOUT_BYTES = 3400, 1800
#: That Keras and its backend take in memory.
BACKEND_BYTES = 1e9
BYTES_PER_NUMBER = 4
#: Core seconds per number of the matrix, and those in which an approximate search is compiled.
SEARCH_RATE, COMPILATION_SECONDS = 2e-7, 20


def matrix_bytes(sizes: DataSizes, scope: str, representation: str, k: int | str) -> float:
    """Return the bytes of the dense matrix of a subset."""
    return sizes.samples(scope, representation, k) * int(k) * sizes.frame_bytes(representation)


def neighbours_found(
    sizes: DataSizes, scope: str, representation: str, k: int | str, accelerate: bool = False, exact_up_to: int = 0
) -> Workload:
    """Return the work of the search: it holds the matrix twice, as it is and centred; a large one is compiled first."""
    samples, matrix = sizes.samples(scope, representation, k), matrix_bytes(sizes, scope, representation, k)
    resident = 2 * matrix + SEARCH_BYTES * samples + (BACKEND_BYTES if accelerate else 0)
    compilation = COMPILATION_SECONDS / SEARCH_RATE if samples > exact_up_to else 0
    return Workload(matrix / BYTES_PER_NUMBER + compilation, resident, BYTES_PER_SAMPLE * samples)


def umap_embedded(sizes: DataSizes, scope: str, representation: str, k: int | str) -> Workload:
    """Return the work of the layout: umap-learn copies the matrix."""
    samples, matrix = sizes.samples(scope, representation, k), matrix_bytes(sizes, scope, representation, k)
    return Workload(samples, 2 * matrix + LAYOUT_BYTES * samples, BYTES_PER_SAMPLE * samples)


FIND_NEIGHBOURS = Entry(
    "script:find_neighbours", Cost(2, SEARCH_RATE, 560, memory_factor=1, unit="number of the matrix"), neighbours_found
)
EMBED_UMAP = Entry("script:embed_umap", Cost(3, 5e-4, 930, memory_factor=1, unit="sample"), umap_embedded)
