"""Compiled inner loops of the parallel layout.

All functions that the loops call are in this file: numba renews its cache on disk only when the file of the outer
function changes.
"""

import numpy as np
from numpy.typing import NDArray

from uads.data.kernels import compiled
from uads.manifold.kernels import inlined

#: Steps of an edge are fractions of this number of 31 bits.
WHOLE = 2**31
FRACTION = np.uint32(WHOLE - 1)

#: A table of forces has 2 ** BIN_BITS bins per doubling of the squared distance, between these powers of two.
BIN_BITS, LOWEST_POWER, HIGHEST_POWER = 6, -40, 30
EXPONENT_BIAS, MANTISSA_BITS = 127, 23
REST_BITS = np.int32(MANTISSA_BITS - BIN_BITS)
REST_MASK = np.int32(2 ** (MANTISSA_BITS - BIN_BITS) - 1)
REST_SCALE = np.float32(2.0 ** (BIN_BITS - MANTISSA_BITS))
FIRST_BIT = np.int32((LOWEST_POWER + EXPONENT_BIAS) << MANTISSA_BITS)
LAST_BIT = np.int32(((HIGHEST_POWER + EXPONENT_BIAS) << MANTISSA_BITS) - 1)

#: Negative samples of an edge each time that it acts, and the largest force of one of them, as in umap-learn.
NEGATIVE_SAMPLES = 5
LARGEST_FORCE = np.float32(4)
#: Squared distance below which negative samples push one after the other, since the force changes quickly there.
CLOSE = np.float32(1)
FAR = np.float32(np.inf)

ONE, TWO = np.float32(1), np.float32(2)
UPPER_HALF = np.uint64(32)
#: Odd multipliers of 64 bits: of a Weyl sequence, of a linear congruential generator, and of Stafford's 13th mixer.
WEYL, CONGRUENTIAL, INCREMENT = (
    np.uint64(number) for number in (0x9E3779B97F4A7C15, 6364136223846793005, 1442695040888963407)
)
MIX_1, MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
SHIFT_1, SHIFT_2, SHIFT_3 = np.uint64(30), np.uint64(27), np.uint64(31)


@inlined
def mix(word: np.uint64) -> np.uint64:
    """Return the bits of a word of 64 bits, mixed so that each depends on all."""
    word = np.uint64(word)
    word = (word ^ (word >> SHIFT_1)) * MIX_1
    word = (word ^ (word >> SHIFT_2)) * MIX_2
    return word ^ (word >> SHIFT_3)


@inlined
def look_up(table: NDArray[np.float32], squared: np.float32) -> np.float32:
    """Return a force at a squared distance, interpolated linearly between the entries of a table."""
    bits = min(max(np.float32(squared).view(np.int32), FIRST_BIT), LAST_BIT) - FIRST_BIT
    place = np.int32(bits) >> REST_BITS
    rest = np.float32(np.int32(bits) & REST_MASK) * REST_SCALE
    return table[place] + rest * (table[place + 1] - table[place])


@inlined
def limit(force: np.float32) -> np.float32:
    """Return a component of a force, limited to :data:`LARGEST_FORCE`."""
    return min(max(force, -LARGEST_FORCE), LARGEST_FORCE)


@inlined
def draw(state: np.uint64, n: np.uint64) -> np.int64:
    """Return one of ``n`` vertices for the state of the generator."""
    return np.int64(((state >> UPPER_HALF) * n) >> UPPER_HALF)


@inlined
def push_together(
    x: np.float32,
    y: np.float32,
    now: NDArray[np.float32],
    rate: np.float32,
    state: np.uint64,
    push: NDArray[np.float32],
) -> tuple[np.float32, np.float32, np.float32]:
    """Return a position after the pushes of all its negative samples, and their smallest squared distance.

    All pushes are those at the first position, so that the processor computes them side by side.
    """
    moved_x, moved_y, closest = x, y, FAR
    for _ in range(NEGATIVE_SAMPLES):
        state = state * CONGRUENTIAL + INCREMENT
        drawn = draw(state, np.uint64(len(now)))
        dx, dy = x - now[drawn, 0], y - now[drawn, 1]
        squared = dx * dx + dy * dy
        closest = min(closest, squared)
        force = look_up(push, squared)
        moved_x += rate * limit(force * dx)
        moved_y += rate * limit(force * dy)
    return moved_x, moved_y, closest


@inlined
def push_in_turn(
    x: np.float32,
    y: np.float32,
    now: NDArray[np.float32],
    rate: np.float32,
    state: np.uint64,
    push: NDArray[np.float32],
) -> tuple[np.float32, np.float32]:
    """Return a position after the pushes of its negative samples, each from where the one before has moved it."""
    for _ in range(NEGATIVE_SAMPLES):
        state = state * CONGRUENTIAL + INCREMENT
        drawn = draw(state, np.uint64(len(now)))
        dx, dy = x - now[drawn, 0], y - now[drawn, 1]
        force = look_up(push, dx * dx + dy * dy)
        x += rate * limit(force * dx)
        y += rate * limit(force * dy)
    return x, y


@compiled
def move_vertices(
    now: NDArray[np.float32],
    moved: NDArray[np.float32],
    ends: NDArray[np.int32],
    neighbours: NDArray[np.int32],
    steps: NDArray[np.uint32],
    epoch: int,
    rate: np.float32,
    key: np.uint64,
    attraction: NDArray[np.float32],
    repulsion: NDArray[np.float32],
    first: int,
    last: int,
) -> None:
    """Move some vertices for one epoch; all others stay where they were at its start.

    Parameters
    ----------
    now, moved : array float32 [n, 2]
        Positions before the epoch, and the array to fill with those after it.
    ends : array int32 [n + 1]
        The edges of vertex i are ends[i] .. ends[i + 1].
    neighbours : array int32 [edges]
    steps : array uint32 [edges]
        How often an edge acts: ``WHOLE`` for every epoch.
    epoch : int
        From 1.
    rate : float32
        The learning rate of the epoch.
    key : uint64
        Random bits of the epoch.
    attraction, repulsion : array float32
        See :func:`uads.manifold.layouts.forces.tabulate_forces`.
    first, last : int
        The vertices to move, ``last`` excluded.
    """
    epoch_word = np.uint32(epoch)
    for vertex in range(first, last):
        x, y = now[vertex, 0], now[vertex, 1]
        for edge in range(ends[vertex], ends[vertex + 1]):
            step = steps[edge]
            if np.uint32(step * epoch_word) & FRACTION >= step:
                continue
            other = neighbours[edge]
            dx, dy = x - now[other, 0], y - now[other, 1]
            pull = TWO * rate * look_up(attraction, dx * dx + dy * dy)
            pull /= ONE + pull
            x -= pull * dx
            y -= pull * dy
            state = mix(key + np.uint64(edge) * WEYL)
            pushed_x, pushed_y, closest = push_together(x, y, now, rate, state, repulsion)
            if closest < CLOSE:
                pushed_x, pushed_y = push_in_turn(x, y, now, rate, state, repulsion)
            x, y = pushed_x, pushed_y
        moved[vertex, 0], moved[vertex, 1] = x, y
