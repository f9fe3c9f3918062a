"""The ground of the package: errors, atomic files, seeds, progress, threads, GPUs, entry points, code digests."""
