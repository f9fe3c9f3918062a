"""Inner loops of waveforms, spectrograms and stacks, compiled: one pass over memory where NumPy takes several.

They let go of Python's lock, and what is compiled is kept on disk between runs.
"""

from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

#: Sums may be taken in another order, and a product and a sum rounded once, so that vector instructions can be used.
compiled: Callable[[Callable[..., Any]], Callable[..., Any]] = numba.njit(
    nogil=True, cache=True, error_model="numpy", fastmath={"reassoc", "contract"}
)


MANTISSA_BITS = np.int32(23)
SQRT_HALF_BITS = np.float32(0.5**0.5).view(np.int32)
ONE, THIRD, FIFTH, SEVENTH, NINTH = (np.float32(1 / n) for n in (1, 3, 5, 7, 9))
DECIBELS_PER_DOUBLING = np.float32(10 * np.log10(2))
DECIBELS_PER_ARTANH = np.float32(20 / np.log(10))

HALF_SIGN, HALF_REST = np.uint32(0x8000), np.uint32(0x7FFF)
SIGN_SHIFT, MANTISSA_SHIFT = np.uint32(16), np.uint32(13)
BIAS_RATIO = np.float32(2.0 ** (127 - 15))


@compiled
def mean(waveform: NDArray[np.float32]) -> float:
    """Give the mean of a waveform, which must not be empty, summed in double precision."""
    total = 0.0
    for i in range(len(waveform)):  # by number: vectorised, other than an iteration over the samples
        total += waveform[i]
    return total / len(waveform)


@compiled
def standardise(waveform: NDArray[np.float32], centre: np.float32, scale: np.float32, out: NDArray[np.float32]) -> None:
    """Fill ``out`` with ``(waveform - centre) / scale``."""
    for i in range(len(waveform)):
        out[i] = (waveform[i] - centre) / scale


@compiled
def hann_power(spectrum: NDArray[np.complex128], n_fft: int, power: NDArray[np.float32]) -> None:
    """Compute the power that frames have under a Hann window, from their spectra without one.

    The window's own spectrum has three lines, so that each bin becomes half of itself less a quarter of
    either neighbour. Beyond the ends the neighbours are those of a real signal, complex conjugates.

    Parameters
    ----------
    spectrum : array [n_frames, 1 + n_fft // 2]
    n_fft : int
        Samples per frame.
    power : array [n_frames, 1 + n_fft // 2]
        Is filled.
    """
    last = n_fft // 2
    for frame in range(len(spectrum)):
        bins = spectrum[frame]
        for k in range(1, last):
            value = 0.5 * bins[k] - 0.25 * (bins[k - 1] + bins[k + 1])
            power[frame, k] = value.real * value.real + value.imag * value.imag
        for k, below, above in (
            (0, bins[1].conjugate(), bins[1]),
            (last, bins[last - 1], bins[n_fft - last - 1].conjugate()),
        ):
            value = 0.5 * bins[k] - 0.25 * (below + above)
            power[frame, k] = value.real * value.real + value.imag * value.imag


@compiled
def to_decibels(power: NDArray[np.float32], floor: np.float32, energy: NDArray[np.float32]) -> None:
    """Raise what is below a floor to it, sum each frame, and turn its power into decibels, in place.

    With a number's own bits for its exponent, what is left of it is m in [sqrt(1/2), sqrt(2)), and

        log(m) = 2 artanh(s) = 2 (s + s^3 / 3 + s^5 / 5 + ...)    where s = (m - 1) / (m + 1), |s| < 0.172,

    whose first five terms are exact to single precision.

    Parameters
    ----------
    power : array [n_frames, bins]
        Becomes the decibels.
    floor : float
        Above 0, and a normal number.
    energy : array [n_frames]
        Is filled with the sums over the bins, before decibels are taken.
    """
    bits = power.view(np.int32)
    for frame in range(len(power)):
        values, words = power[frame], bits[frame]
        total = np.float32(0)
        for k in range(len(values)):
            value = max(values[k], floor)
            values[k] = value
            total += value
        energy[frame] = total
        for k in range(len(values)):
            exponent = np.int32(words[k] - SQRT_HALF_BITS) >> MANTISSA_BITS
            words[k] -= exponent << MANTISSA_BITS
            s = (values[k] - ONE) / (values[k] + ONE)
            z = s * s
            series = s * (ONE + z * (THIRD + z * (FIFTH + z * (SEVENTH + z * NINTH))))
            values[k] = DECIBELS_PER_DOUBLING * np.float32(exponent) + DECIBELS_PER_ARTANH * series


@compiled
def widen_stacks(
    halves: NDArray[np.uint16],
    starts: NDArray[np.int64],
    k: int,
    rows: NDArray[np.int64],
    gathered: NDArray[np.float32],
) -> None:
    """Do what :func:`copy_stacks` does with frames in half precision, by their bits, since numba has no such type.

    Exponent and mantissa of a half, moved to where a single has its own, make a number that is too small by the
    difference of the exponents' biases; the product that mends that is exact, also for subnormal halves.

    Parameters
    ----------
    halves : array [n_frames, bins]
        The bits of finite numbers.
    starts, k, rows, gathered
        See :func:`copy_stacks`.
    """
    bins = halves.shape[1]
    bits = gathered.view(np.uint32)
    for i in range(len(rows)):
        start, row = starts[i], rows[i]
        for frame in range(k):
            for number in range(bins):
                half = np.uint32(halves[start + frame, number])
                single = ((half & HALF_SIGN) << SIGN_SHIFT) | ((half & HALF_REST) << MANTISSA_SHIFT)
                bits[row, frame * bins + number] = single
        for number in range(k * bins):
            gathered[row, number] *= BIAS_RATIO


@compiled
def copy_stacks(
    frames: NDArray[np.float32],
    starts: NDArray[np.int64],
    k: int,
    rows: NDArray[np.int64],
    gathered: NDArray[np.float32],
) -> None:
    """Copy stacks of k frames to rows of a matrix.

    Parameters
    ----------
    frames : array [n_frames, bins]
    starts : array [n]
        The first frame of each stack.
    k : int
    rows : array [n]
        Where each goes.
    gathered : array [n_rows, k * bins]
        Is filled in these rows.
    """
    bins = frames.shape[1]
    for i in range(len(rows)):
        start, row = starts[i], rows[i]
        for frame in range(k):
            for number in range(bins):
                gathered[row, frame * bins + number] = frames[start + frame, number]
