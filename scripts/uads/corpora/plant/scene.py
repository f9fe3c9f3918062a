"""Acoustics of the recordings: machine body, room, microphone and the noise of the plant."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from uads.core.seeds import derive_rng
from uads.corpora.plant.layout import DOMAINS, Recording
from uads.corpora.plant.signals import (
    SAMPLE_RATE,
    Samples,
    colour,
    decibels,
    harmonics,
    noise,
    noise_spectrum,
    ringing,
    rotation,
    series,
    strikes,
    unit,
    wander,
)

#: Mean signal-to-noise ratio of each machine in dB. Valves and sliders are silent most of the time.
_SIGNAL_TO_NOISE = {
    "fan": 1.0,
    "gearbox": 2.0,
    "pump": 1.0,
    "slider": 2.0,
    "valve": -4.0,
    "ToyCar": 1.0,
    "ToyTrain": 1.0,
}
_LEVEL = -32.0  # dB relative to full scale, RMS of a clip at mean gain
_GAIN = 4.0  # largest random gain of a clip in dB, up or down

_BANDS = ((60.0, 250.0), (250.0, 1200.0), (1500.0, 5000.0))  # Hz

Spectrum = NDArray[np.complex64]


@dataclass(frozen=True)
class Place:
    """Acoustics of one section in one domain.

    Parameters
    ----------
    path : complex64 array [bins]
        Transfer function from the machine through its body and the room to the microphone.
    microphone : float32 array [bins]
        Transfer function of the microphone alone.
    ambience : tuple of float32 arrays [bins]
        Amplitudes of the steady and the fluctuating noise of the plant.
    hum : float
        Shaft rate in Hz of a distant machine.
    signal_to_noise, level : float
        In dB.
    """

    path: Spectrum
    microphone: Samples
    ambience: tuple[Samples, Samples]
    hum: float
    signal_to_noise: float
    level: float


@lru_cache(maxsize=16)
def place(machine: str, section: str, domain: str, seed: int, n: int) -> Place:
    """Build the scene: the same room in both domains, but a different microphone and different noise."""
    rng = derive_rng(seed, "plant", machine, section, "room")
    frequency = fft.rfftfreq(n, 1 / SAMPLE_RATE)
    path = body(rng, frequency) * room(rng, n)
    bands = [rng.uniform(0.3, 1.0, 3), rng.uniform(0.3, 1.0, 3)]
    hum = rng.uniform(9.0, 40.0)
    signal_to_noise = _SIGNAL_TO_NOISE[machine] + rng.uniform(-2.5, 2.5)
    level = _LEVEL - (5.0 if machine == "valve" else 0.0) + rng.uniform(-3.0, 3.0)
    microphone = response(rng, frequency, 2.0)
    if domain == DOMAINS[1]:
        rng = derive_rng(seed, "plant", machine, section, "target")
        microphone = microphone * response(rng, frequency, 2.5)
        bands = [band * 10 ** (rng.uniform(-6.0, 6.0, 3) / 20) for band in bands]
        hum *= rng.uniform(0.8, 1.25)
        signal_to_noise += rng.uniform(-2.0, 1.0)
        level += rng.uniform(-2.0, 2.0)
    ambience = (blend(n, bands[0]), blend(n, bands[1]))
    return Place(path.astype(np.complex64), microphone.astype(np.float32), ambience, hum, signal_to_noise, level)


def blend(n: int, weights: NDArray[np.float64]) -> Samples:
    """Return the amplitude of a noise mixed from rumble, mid frequencies and hiss with these weights."""
    total = np.zeros(n // 2 + 1, np.float32)
    for weight, (low, high) in zip(weights.tolist(), _BANDS, strict=True):
        total += weight * (low / high) ** 0.25 * colour(n, low, high)
    return total


def body(rng: np.random.Generator, frequency: NDArray[np.float64]) -> NDArray[np.complex128]:
    """Return the transfer function of a machine's body: resonances on a flat background."""
    total = np.ones(len(frequency), np.complex128)
    for octave in range(5):
        centre = 150.0 * 2 ** (octave + rng.uniform(-0.4, 0.4))
        quality, gain = rng.uniform(4, 14), rng.uniform(0.05, 0.25)
        ratio = frequency / centre
        total += gain * quality * 1j * ratio / quality / (1 - ratio**2 + 1j * ratio / quality)
    return total


def room(rng: np.random.Generator, n: int) -> NDArray[np.complex128]:
    """Return the transfer function of a room: the direct sound and a decaying diffuse tail."""
    length = min(n, round(0.35 * SAMPLE_RATE))
    time = np.arange(length) / SAMPLE_RATE
    tail = rng.standard_normal(length) * np.exp(-time / rng.uniform(0.03, 0.09))
    tail *= rng.uniform(0.25, 0.5) / np.sqrt(np.sum(tail**2))
    tail[0] = 1.0
    return fft.rfft(tail, n)


def response(rng: np.random.Generator, frequency: NDArray[np.float64], unevenness: float) -> NDArray[np.float64]:
    """Return the amplitude response of a microphone: uneven by some decibels, attenuated at both ends."""
    octaves = np.log2(np.maximum(frequency, 1.0) / 1000.0)
    uneven = np.zeros(len(frequency))
    for centre in np.arange(-3.5, 3.5):
        uneven += rng.normal(0.0, unevenness) / (1 + (1.3 * (octaves - centre)) ** 2)
    high_pass = (frequency / 40) ** 2 / (1 + (frequency / 40) ** 2)
    return high_pass * 10 ** (uneven / 20) / (1 + (frequency / 7400) ** 8)


def ambience(scene: Place, rng: np.random.Generator, n: int) -> Spectrum:
    """Return the spectrum of the rest of the plant: steady and fluctuating noise, a distant machine, clanks."""
    steady, swelling = scene.ambience
    distant = rotation(scene.hum * wander(rng, n, 0.003), n, rng.random())
    total = 0.7 * decibels(rng.uniform(-3, 3)) * noise(rng, n, swelling) * wander(rng, n, 0.25, 1.5)
    total += 0.3 * decibels(rng.uniform(-3, 3)) * unit(harmonics(distant, series(8, 0.8)))
    count = rng.poisson(1.5 * n / SAMPLE_RATE / 10)
    clank = ringing(rng.uniform(400, 3500, 4), rng.uniform(0.02, 0.12, 4), rng.uniform(0.3, 1.0, 4))
    total += strikes(n, rng.integers(0, n, count), rng.uniform(1.0, 4.0, count), clank)
    spectrum = noise_spectrum(rng, n, steady)
    spectrum *= np.float32(n / amplitude(spectrum))
    spectrum += fft.rfft(total)
    return spectrum


def record(signal: Samples, recording: Recording, seed: int, rng: np.random.Generator) -> NDArray[np.int16]:
    """Simulate the recording of a machine in its scene.

    Machine and noise are mixed at the signal-to-noise ratio of the place, and the clip is scaled to a random
    level, so that its level does not depend on the state of the machine.
    """
    n = len(signal)
    scene = place(recording.machine, recording.section, recording.domain, seed, n)
    machine = fft.rfft(signal)
    machine *= scene.path
    machine *= np.float32(n * decibels(scene.signal_to_noise + rng.uniform(-1.5, 1.5)) / amplitude(machine))
    plant = ambience(scene, rng, n)
    plant *= scene.microphone
    plant *= np.float32(n / amplitude(plant))
    machine += plant
    clip = unit(fft.irfft(machine, n, overwrite_x=True))
    return to_pcm(clip * np.float32(decibels(scene.level + gain(recording, seed) + rng.uniform(-0.5, 0.5))))


def gain(recording: Recording, seed: int) -> float:
    """Draw the gain in dB of a recording, which does not depend on the label."""
    r = recording
    rng = derive_rng(seed, "plant", r.machine, r.section, r.domain, r.split, r.number, "gain")
    return rng.uniform(-_GAIN, _GAIN)


def amplitude(spectrum: Spectrum) -> float:
    """Return ``n`` times the RMS of the ``n`` samples whose real FFT is given; infinite for silence."""
    power = np.sum(spectrum.real * spectrum.real) + np.sum(spectrum.imag * spectrum.imag)
    return float(2 * power) ** 0.5 or np.inf


def to_pcm(signal: Samples) -> NDArray[np.int16]:
    """Convert samples between -1 and 1 to 16-bit integers."""
    return np.rint(np.clip(signal, -1, 1) * np.float32(32767)).astype(np.int16)
