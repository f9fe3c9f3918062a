"""Layouts: positions in the plane for the neighbour graph of a set of samples, one module per layout."""
