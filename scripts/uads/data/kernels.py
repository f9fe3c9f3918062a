"""Compiled inner loops of waveforms, spectrograms and stacks: one pass over memory where NumPy needs several.

They release the GIL and are cached on disk.
"""

from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

#: Allows reordered sums and fused multiply-adds, so that vector instructions can be used.
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
    """Return the mean of a non-empty waveform, summed in double precision."""
    total = 0.0
    for i in range(len(waveform)):  # indexing is vectorised, iteration over the samples is not
        total += waveform[i]
    return total / len(waveform)


@compiled
def standardise(waveform: NDArray[np.float32], centre: np.float32, scale: np.float32, out: NDArray[np.float32]) -> None:
    """Fill ``out`` with ``(waveform - centre) / scale``."""
    for i in range(len(waveform)):
        out[i] = (waveform[i] - centre) / scale


@compiled
def hann_power(spectrum: NDArray[np.complex128], n_fft: int, power: NDArray[np.float32]) -> None:
    """Compute the power of Hann-windowed frames from their spectra without a window.

    The spectrum of the window has three lines, so each bin becomes half of itself minus a quarter of
    each neighbour. The neighbours beyond the ends are complex conjugates, as for any real signal.

    Parameters
    ----------
    spectrum : array [n_frames, 1 + n_fft // 2]
    n_fft : int
        Samples per frame.
    power : array [n_frames, 1 + n_fft // 2]
        Filled in place.
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
    """Apply a floor to power, sum each frame, and convert the power to decibels, in place.

    The exponent is read from the bits of a number. The remaining factor m is in [sqrt(1/2), sqrt(2)), and

        log(m) = 2 artanh(s) = 2 (s + s^3 / 3 + s^5 / 5 + ...)    where s = (m - 1) / (m + 1), |s| < 0.172.

    The first five terms are exact to single precision.

    Parameters
    ----------
    power : array [n_frames, bins]
        Overwritten with the decibels.
    floor : float
        Positive, and not a subnormal number.
    energy : array [n_frames]
        Filled with the sums of the floored power over the bins.
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
    """Copy stacks as :func:`copy_stacks` does, from half-precision frames given as bits (numba has no such type).

    Exponent and mantissa of a half, moved to their position in a single, give a number that is too small by the
    difference of the exponent biases. The product that corrects this is exact, also for subnormal halves.

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
        Frames per stack.
    rows : array [n]
        Destination row of each stack.
    gathered : array [n_rows, k * bins]
        These rows are filled in place.
    """
    bins = frames.shape[1]
    for i in range(len(rows)):
        start, row = starts[i], rows[i]
        for frame in range(k):
            for number in range(bins):
                gathered[row, frame * bins + number] = frames[start + frame, number]
