"""Compiled inner loops of the search for neighbours."""

from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from uads.data.kernels import compiled

#: Copies a function into those that call it.
inlined: Callable[[Callable[..., Any]], Callable[..., Any]] = numba.njit(inline="always")

#: Distances that are compared with the farthest neighbours so far at a time.
AT_ONCE = 64


@inlined
def insert(nearest: NDArray[np.float32], indices: NDArray[np.int32], value: np.float32, index: int) -> None:
    """Insert a point into a list of nearest points, ascending, and drop the farthest; equal ones keep their order."""
    place = len(nearest) - 1
    while place > 0 and nearest[place - 1] > value:
        nearest[place], indices[place] = nearest[place - 1], indices[place - 1]
        place -= 1
    nearest[place], indices[place] = value, index


@compiled
def keep_nearest(
    products: NDArray[np.float32],
    row_halves: NDArray[np.float32],
    column_halves: NDArray[np.float32],
    first_column: int,
    nearest: NDArray[np.float32],
    indices: NDArray[np.int32],
) -> None:
    """Update the nearest points of the rows of a block of products, in place.

    Parameters
    ----------
    products : array float32 [rows, columns]
        Scalar products of points.
    row_halves, column_halves : array float32 [rows], [columns]
        Half the squared length of each point.
    first_column : int
        Index of the point of the first column. Blocks must come in ascending order.
    nearest : array float32 [rows, n]
        Half the squared distances of the nearest points so far, ascending; infinite where there are none.
    indices : array int32 [rows, n]
        Their indices.
    """
    n_rows, n_columns = products.shape
    last = nearest.shape[1] - 1
    for row in range(n_rows):
        half = row_halves[row]
        for start in range(0, n_columns, AT_ONCE):
            stop = min(start + AT_ONCE, n_columns)
            limit = nearest[row, last]
            hits = 0
            for column in range(start, stop):
                hits += half + column_halves[column] - products[row, column] < limit
            if hits:
                for column in range(start, stop):
                    value = half + column_halves[column] - products[row, column]
                    if value < nearest[row, last]:
                        insert(nearest[row], indices[row], value, first_column + column)


@compiled
def keep_nearest_of_both(
    products: NDArray[np.float32],
    halves: NDArray[np.float32],
    first_row: int,
    first_column: int,
    nearest: NDArray[np.float32],
    indices: NDArray[np.int32],
) -> None:
    """Update the nearest points of the rows and of the columns of a block of products, in place.

    Parameters
    ----------
    products, first_column
        As for :func:`keep_nearest`.
    halves : array float32 [points]
    first_row : int
        Index of the point of the first row; smaller than ``first_column``.
    nearest, indices : arrays [points, n]
        Of all points.
    """
    n_rows, n_columns = products.shape
    last = nearest.shape[1] - 1
    column_limits = nearest[first_column : first_column + n_columns, last].copy()
    for row in range(n_rows):
        point = first_row + row
        half = halves[point]
        for start in range(0, n_columns, AT_ONCE):
            stop = min(start + AT_ONCE, n_columns)
            limit = nearest[point, last]
            hits = 0
            for column in range(start, stop):
                value = half + halves[first_column + column] - products[row, column]
                hits += value < max(limit, column_limits[column])
            if hits:
                for column in range(start, stop):
                    other = first_column + column
                    value = half + halves[other] - products[row, column]
                    if value < nearest[point, last]:
                        insert(nearest[point], indices[point], value, other)
                    if value < column_limits[column]:
                        insert(nearest[other], indices[other], value, point)
                        column_limits[column] = nearest[other, last]


@compiled
def measure_squares(
    points: NDArray[np.float32], rows: NDArray[np.int64], candidates: NDArray[np.int32], squares: NDArray[np.float64]
) -> None:
    """Compute squared distances in double precision.

    Parameters
    ----------
    points : array float32 [n, dimensions]
    rows : array int64 [rows]
    candidates : array int32 [rows, columns]
        Points whose distances from each row are wanted.
    squares : array float64 [rows, columns]
        Filled in place.
    """
    for row in range(len(rows)):
        own = points[rows[row]]
        for column in range(candidates.shape[1]):
            other = points[candidates[row, column]]
            total = 0.0
            for number in range(points.shape[1]):
                difference = np.float64(own[number]) - np.float64(other[number])
                total += difference * difference
            squares[row, column] = total
