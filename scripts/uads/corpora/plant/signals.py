"""Building blocks of the synthesized sounds: turning shafts, coloured noise, strikes.

All functions process complete clips. Per-sample computation is limited to table look-up, sums and products,
and transcendental functions are rounded from float64 to float32, so that the same seed gives the same bytes
on processors with different vector units.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import fft

Samples = NDArray[np.floating]  # float32 wherever there is one per sample
Phase = NDArray[np.uint32]

SAMPLE_RATE = 16_000
_TABLE_BITS = 16
_SINE = np.sin(2 * np.pi * np.arange(1 << _TABLE_BITS) / (1 << _TABLE_BITS)).astype(np.float32)
_FEW = 300_000  # strikes x samples below which adding them one by one is faster than a convolution
_GOLDEN = 0x9E3779B1  # the golden ratio in units of 2**32: spreads the phases of harmonics


def rotation(rate: ArrayLike, n: int, start: float = 0.0, sample_rate: int = SAMPLE_RATE) -> Phase:
    """Compute the angle of a turning shaft.

    Parameters
    ----------
    rate : float or array [n]
        Revolutions per second.
    n : int
        Samples.
    start : float, default 0
        Revolutions at the first sample, 0 .. 1.
    sample_rate : int, default 16000
        Samples per second.

    Returns
    -------
    uint32 array [n]
        The angle in units of 2**-32 revolutions: products and sums wrap as angles do.
    """
    step = np.rint(np.broadcast_to(rate, n) * (2.0**32 / sample_rate)).astype(np.uint32)
    step[0] = int(start * 2**32) % 2**32
    return np.cumsum(step, dtype=np.uint32)


def wave(phase: Phase, order: int = 1, shift: int = 0) -> Samples:
    """Return the sine of ``order`` times an angle, plus ``shift`` in units of 2**-32 revolutions."""
    angle = phase * np.uint32(order)
    if shift:
        angle += np.uint32(shift % 2**32)
    return _SINE[(angle >> np.uint32(32 - _TABLE_BITS)).astype(np.intp)]  # faster than a uint32 index


def harmonics(phase: Phase, amplitudes: Sequence[float], base: int = 1) -> Samples:
    """Sum the harmonics ``base``, ``2 base``, .. of a shaft, with phases that keep the peaks low.

    Harmonics above half the sample rate are omitted.
    """
    total = np.zeros(len(phase), np.float32)
    fastest = int(np.max(phase[1:] - phase[:-1]))
    for number, amplitude in enumerate(amplitudes, start=1):
        if base * number * fastest >= 2**31:
            break
        total += np.float32(amplitude) * wave(phase, base * number, number * number * _GOLDEN)
    return total


def series(count: int, decay: float, odd: float = 1.0) -> list[float]:
    """List ``count`` amplitudes, each ``decay`` times the previous one; the even ones times ``odd``."""
    return [decay**number * (odd if number % 2 else 1.0) for number in range(count)]


def passages(phase: Phase, per_revolution: int = 1) -> NDArray[np.intp]:
    """Return the samples at which an angle passes zero, ``per_revolution`` times in a revolution."""
    angle = phase * np.uint32(per_revolution) if per_revolution > 1 else phase
    return np.flatnonzero(angle[1:] < angle[:-1]) + 1


def wander(rng: np.random.Generator, n: int, depth: float, per_second: float = 2.0) -> Samples:
    """Return a slow random drift around 1 with the standard deviation ``depth``."""
    knots = rng.standard_normal(max(2, round(n / SAMPLE_RATE * per_second)) + 1)
    return (1 + depth * np.interp(np.linspace(0, len(knots) - 1, n), np.arange(len(knots)), knots)).astype(np.float32)


@lru_cache(maxsize=64)
def colour(n: int, low: float, high: float, steep: int = 1, sample_rate: int = SAMPLE_RATE) -> Samples:
    """Return the amplitude of a noise band at each bin of the real FFT of ``n`` samples.

    Parameters
    ----------
    n : int
        Samples.
    low, high : float
        Corner frequencies in Hz: the band falls below ``low`` and above ``high``.
    steep : int, default 1
        Slope: per unit, 6 dB per octave below ``low`` and 12 dB per octave above ``high``.
    sample_rate : int, default 16000
        Samples per second.
    """
    frequency = fft.rfftfreq(n, 1 / sample_rate)
    rise = frequency / low / np.sqrt(1 + (frequency / low) ** 2)
    fall = 1 / (1 + (frequency / high) ** 2)
    curve = np.ones(len(frequency))
    for _ in range(steep):
        curve *= rise * fall
    return curve.astype(np.float32)


def noise_spectrum(rng: np.random.Generator, n: int, shape: Samples) -> NDArray[np.complex64]:
    """Return the real FFT of noise with the amplitude ``shape`` and random phases, not normalized."""
    angle = rng.integers(0, 1 << _TABLE_BITS, len(shape), np.uint16)
    spectrum = np.empty(len(shape), np.complex64)
    spectrum.real = shape * _SINE[angle + np.uint16(1 << _TABLE_BITS - 2)]
    spectrum.imag = shape * _SINE[angle]
    spectrum[0] = 0
    if n % 2 == 0:
        spectrum[-1] = 0
    return spectrum


def noise(rng: np.random.Generator, n: int, shape: Samples) -> Samples:
    """Return ``n`` samples of noise with the amplitude ``shape`` and an RMS of 1."""
    return unit(fft.irfft(noise_spectrum(rng, n, shape), n, overwrite_x=True))


def unit(signal: Samples) -> Samples:
    """Scale a signal to an RMS of 1; silence stays silence."""
    power = float(np.mean(signal * signal))
    return signal if power == 0 else signal * np.float32(power**-0.5)


def ringing(frequencies: ArrayLike, decays: ArrayLike, gains: ArrayLike, sample_rate: int = SAMPLE_RATE) -> Samples:
    """Return the sound of one strike: damped sines with a peak of about 1.

    Parameters
    ----------
    frequencies : array
        Hz.
    decays : array
        Time constants in seconds.
    gains : array
        Amplitudes.
    sample_rate : int, default 16000
        Samples per second.
    """
    frequencies, decays, gains = (np.asarray(values, float)[:, None] for values in (frequencies, decays, gains))
    time = np.arange(int(6 * decays.max() * sample_rate)) / sample_rate
    sound = np.sum(gains * np.exp(-time / decays) * np.sin(2 * np.pi * frequencies * time), axis=0)
    return (sound / np.abs(sound).max()).astype(np.float32)


def strikes(n: int, at: ArrayLike, strength: ArrayLike, sound: Samples) -> Samples:
    """Return a strike at each of the given samples; tails beyond the end wrap around to the start."""
    at, strength, sound = np.asarray(at, np.int64), np.asarray(strength, np.float32), sound[:n]
    if len(at) * len(sound) < _FEW:
        where = (at[:, None] + np.arange(len(sound))) % n
        return np.bincount(where.ravel(), np.outer(strength, sound).ravel(), n).astype(np.float32)
    train = np.bincount(at % n, strength, n).astype(np.float32)
    spectrum = fft.rfft(train)
    spectrum *= fft.rfft(sound, n)
    return fft.irfft(spectrum, n, overwrite_x=True)


def jittered(rng: np.random.Generator, at: NDArray[np.intp], spread: float) -> NDArray[np.int64]:
    """Return sample positions shifted at random, with the standard deviation ``spread`` in samples."""
    return at + np.rint(spread * rng.standard_normal(len(at))).astype(np.int64)


def decibels(value: float) -> float:
    """Convert decibels to an amplitude."""
    return 10 ** (value / 20)


def swings(n: int, starts: ArrayLike, attack: float, decay: float, sample_rate: int = SAMPLE_RATE) -> Samples:
    """Return an envelope that rises to 1 within ``attack`` and falls within ``decay`` seconds at each start."""
    times = np.arange(int((attack + 6 * decay) * sample_rate)) / sample_rate
    shape = np.minimum(times / attack, 1) * np.exp(-np.maximum(times - attack, 0) / decay)
    return np.abs(strikes(n, starts, np.ones(len(np.atleast_1d(starts))), shape.astype(np.float32)))
