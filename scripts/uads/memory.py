"""How the C library deals with freed memory."""

import ctypes

#: Of mallopt(3), in glibc's malloc.h.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
KEPT_BYTES = 2**28
LARGEST_BYTES = 2**25


def keep_freed_memory() -> None:
    """Ask glibc to keep up to 256 MiB of freed memory for the next arrays; elsewhere nothing happens.

    It would give arrays of a megabyte back to the system, which clears each of their pages when they
    are asked for again: for the spectrograms of a clip that takes longer than the Fourier transform.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_TRIM_THRESHOLD, KEPT_BYTES)
        mallopt(M_MMAP_THRESHOLD, LARGEST_BYTES)
