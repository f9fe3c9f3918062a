"""Settings of the C library for freed memory."""

import ctypes

#: Parameters of mallopt(3), from glibc's malloc.h.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
KEPT_BYTES = 2**28
LARGEST_BYTES = 2**25


def keep_freed_memory() -> None:
    """Configure glibc to keep up to 256 MiB of freed memory for new arrays; do nothing with other C libraries.

    By default, glibc returns arrays of a megabyte to the system, which clears each page when it is
    allocated again. For the spectrograms of a clip this takes longer than the Fourier transform.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_TRIM_THRESHOLD, KEPT_BYTES)
        mallopt(M_MMAP_THRESHOLD, LARGEST_BYTES)
