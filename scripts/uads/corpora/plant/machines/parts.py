"""Instances of machines, and parts that several of them have."""

import re
from dataclasses import dataclass

import numpy as np

from uads.core.seeds import derive_rng
from uads.corpora.plant.anomalies import Fault
from uads.corpora.plant.layout import SECTIONS
from uads.corpora.plant.signals import (
    SAMPLE_RATE,
    Phase,
    Samples,
    colour,
    jittered,
    noise,
    passages,
    ringing,
    rotation,
    strikes,
    swings,
    unit,
    wave,
)

GRAVITY = 9810.0  # mm / s^2
MAINS = 50.0  # Hz


@dataclass(frozen=True)
class Instance:
    """One physical machine; each section has its own.

    Parameters
    ----------
    rate : float
        Nominal revolutions per second of the main shaft.
    count : int
        Number of its blades, teeth, vanes, ..
    tone : float
        Frequency of its noise bands and clicks, relative to the mean of its kind.
    balance : tuple of float
        Loudness of up to four of its parts, relative to the mean of its kind.
    ratio : float
        Speed of its second shaft relative to the first; also used for other differences between machines.
    """

    rate: float
    count: int
    tone: float
    balance: tuple[float, ...]
    ratio: float


#: Ranges of the shaft rate in Hz and of the count.
_RANGES = {
    "fan": ((17.0, 29.0), (5, 9)),
    "gearbox": ((14.0, 22.0), (17, 29)),
    "pump": ((23.0, 29.0), (5, 8)),
    "slider": ((0.10, 0.24), (4, 9)),
    "valve": ((0.55, 1.0), (2, 4)),
    "ToyCar": ((75.0, 115.0), (8, 12)),
    "ToyTrain": ((45.0, 75.0), (7, 12)),
}


def instance(machine: str, section: str, seed: int) -> Instance:
    """Build the machine of a section; the rates of the six sections are spread over their range."""
    place = derive_rng(seed, "plant", machine, "order").permutation(len(SECTIONS))[SECTIONS.index(section)]
    rng = derive_rng(seed, "plant", machine, section, "instance")
    (slow, fast), (few, many) = _RANGES[machine]
    return Instance(
        rate=slow + (fast - slow) * (place + rng.uniform(0.2, 0.8)) / len(SECTIONS),
        count=int(rng.integers(few, many + 1)),
        tone=rng.uniform(0.75, 1.3),
        balance=tuple((10 ** (rng.uniform(-3.0, 3.0, 4) / 20)).tolist()),
        ratio=rng.uniform(0.35, 0.65),
    )


def bearing(rng: np.random.Generator, rate: Samples, shaft: Phase, order: float, resonance: float) -> Samples:
    """Synthesize a damaged bearing race: ``order`` ringing impacts per revolution, modulated by the shaft."""
    n = len(shaft)
    at = passages(rotation(rate * order, n, rng.random()))
    strength = (1 + 0.6 * wave(shaft)[at]) * rng.uniform(0.6, 1.4, len(at))
    sound = ringing((resonance, 1.43 * resonance), (0.0025, 0.0015), (1, 0.6))
    return unit(strikes(n, jittered(rng, at, 4), strength, sound))


def rubbing(rng: np.random.Generator, shaft: Phase, centre: float) -> Samples:
    """Synthesize a part that touches the rotor once per revolution."""
    n = len(shaft)
    brush = swings(n, jittered(rng, passages(shaft), 20), 0.002, 0.005)
    return unit(brush * noise(rng, n, colour(n, centre, 1.6 * centre)))


def grinding(rng: np.random.Generator, n: int, per_second: float, length: float, shape: Samples) -> Samples:
    """Synthesize random bursts of noise, like dirt passing through."""
    starts = rng.integers(0, n, 1 + rng.poisson(per_second * n / SAMPLE_RATE))
    return unit(swings(n, starts, length / 5, length) * noise(rng, n, shape))


def cavitation(rng: np.random.Generator, n: int, per_second: float, resonance: float) -> Samples:
    """Synthesize the crackle of collapsing bubbles."""
    at = rng.integers(0, n, rng.poisson(per_second * n / SAMPLE_RATE))
    sound = ringing((resonance, 1.9 * resonance), (0.0012, 0.0006), (1, 0.7))
    return unit(strikes(n, at, rng.exponential(1.0, len(at)) * rng.choice((-1, 1), len(at)), sound))


def daily_speed(rng: np.random.Generator) -> float:
    """Return the factor by which the speed of one clip differs from the mean."""
    return rng.normal(1.0, 0.008)


def trim_gain(rng: np.random.Generator) -> float:
    """Return the random gain of one part in one clip, relative to the mean."""
    return 10 ** (rng.uniform(-1.5, 1.5) / 20)


def voltage_factor(fault: Fault, rng: np.random.Generator) -> float:
    """Return the factor by which a wrong voltage changes the speed."""
    return 1 + float(rng.choice((-0.05, 0.05))) * fault.amount("voltage")


def only_group(pattern: str, attributes: str) -> str:
    """Return the only group of a pattern, which must match."""
    found = re.search(pattern, attributes)
    if found is None:
        raise ValueError(f"attributes '{attributes}' do not match {pattern}")
    return found[1]
