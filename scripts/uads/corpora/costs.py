"""Costs of synthesizing, unpacking and indexing sound."""

from uads.core.entry import Cost, DataSizes, Entry, Workload, constant_workload

PER_BYTE = "byte of sound"


def sound_written(sizes: DataSizes, corpus: str, share: float = 1.0) -> Workload:
    """Return the work of writing a share of a corpus' sound."""
    n_bytes = sizes.sound_bytes(corpus, share)
    return Workload(n_bytes, output_bytes=n_bytes)


def sound_read(sizes: DataSizes, corpus: str) -> Workload:
    """Return the work of reading through a corpus' sound."""
    return Workload(sizes.sound_bytes(corpus))


SYNTHESIZE_CORPUS = Entry("script:synthesize_corpus", Cost(1, 2e-7, 250, unit=PER_BYTE), sound_written)
SYNTHESIZE_EXTERNAL = Entry("script:synthesize_external", Cost(1, 2e-7, 250, unit=PER_BYTE), sound_written)
UNPACK_ARCHIVE = Entry("script:unpack_archive", Cost(1, 1e-8, 250, unit=PER_BYTE, basis="estimated"), sound_written)
UNPACK_WEIGHTS = Entry("script:unpack_weights", Cost(5, 0, 250, basis="estimated"), constant_workload)
INDEX_CORPUS = Entry("script:index_corpus", Cost(1, 1e-8, 400, unit=PER_BYTE), sound_read)
