"""Fan, gearbox, pump, slider and valve."""

import re

import numpy as np

from uads.corpora.plant.anomalies import Fault
from uads.corpora.plant.machines.parts import (
    GRAVITY,
    MAINS,
    Instance,
    bearing,
    cavitation,
    daily_speed,
    grinding,
    only_group,
    rubbing,
    trim_gain,
    voltage_factor,
)
from uads.corpora.plant.signals import (
    SAMPLE_RATE,
    Samples,
    colour,
    harmonics,
    jittered,
    noise,
    passages,
    ringing,
    rotation,
    series,
    strikes,
    swings,
    unit,
    wander,
    wave,
)


def fan(machine: Instance, attributes: str, fault: Fault, rng: np.random.Generator, n: int) -> Samples:
    """Synthesize a fan: blade tones, turbulence and motor hum."""
    strength = int(only_group(r"stren\w+?_(\d)", attributes))
    speed = 0.85 + 0.15 * strength
    speed *= {"min": 0.96, "max": 1.05}.get(attributes.rsplit("_", 1)[-1], 1.0)
    flow = 1.35 if "big" in attributes else 0.75 if "small" in attributes else 1.0
    rate = machine.rate * speed * daily_speed(rng) * voltage_factor(fault, rng) * wander(rng, n, 0.002)
    shaft = rotation(rate, n, rng.random())
    swing = 1 + (0.05 + 0.55 * fault.amount("imbalance")) * wave(shaft)
    tones = unit(harmonics(shaft, series(8, 0.72), machine.count)) * swing
    whirl = noise(rng, n, colour(n, 130.0, 1500.0 * machine.tone * speed * flow)) * swing
    whirl *= 1 + 0.25 * wave(shaft, machine.count)
    mains = rotation(MAINS, n, rng.random())
    total = (
        trim_gain(rng) * 0.8 * machine.balance[0] * tones
        + trim_gain(rng) * 0.9 * flow * machine.balance[1] * whirl
        + trim_gain(rng) * 0.25 * machine.balance[2] * unit(harmonics(mains, series(4, 0.6), 2))
    )
    if amount := fault.amount("bearing"):
        total += 0.35 * amount * bearing(rng, rate, shaft, 3.58, 3100.0 * machine.tone)
    if amount := fault.amount("rubbing"):
        total += 0.5 * amount * rubbing(rng, shaft, 2600.0 * machine.tone)
    return total


def gearbox(machine: Instance, attributes: str, fault: Fault, rng: np.random.Generator, n: int) -> Samples:
    """Synthesize a gearbox: tooth mesh with the sidebands of both shafts, churning oil, the motor."""
    load, size, voltage = map(float, re.findall(r"(\d+)_(?:g|mm|mV)", attributes))
    load /= 250
    rate = machine.rate * daily_speed(rng) * voltage / 2000 * (1 - 0.04 * load) * wander(rng, n, 0.002)
    shaft = rotation(rate, n, rng.random())
    other = rotation(rate * machine.ratio, n, rng.random())
    wear = fault.amount("wear")
    decay = 0.55 + 0.1 * load
    amplitudes = series(6, decay)
    amplitudes[1] += 0.5 * wear
    amplitudes[2] += 0.35 * wear
    mesh = unit(harmonics(shaft, amplitudes, machine.count))
    mesh *= 1 + (0.2 + 0.35 * wear) * wave(shaft) + 0.15 * wave(other)
    churn = noise(rng, n, colour(n, 200.0, 1600.0 * machine.tone * size / 25)) * (1 + 0.2 * wave(other))
    motor = unit(harmonics(shaft, series(5, 0.7), 2))
    total = (
        trim_gain(rng) * (0.6 + 0.5 * load) * machine.balance[0] * mesh
        + trim_gain(rng) * 0.7 * machine.balance[1] * churn
        + trim_gain(rng) * 0.4 * machine.balance[2] * motor
    )
    if amount := fault.amount("tooth"):
        click = ringing((1900 * machine.tone, 3300 * machine.tone), (0.002, 0.001), (1, 0.8))
        at = passages(shaft)
        total += 5.0 * amount * strikes(n, at, rng.uniform(0.6, 1.2, len(at)), click)
    if amount := fault.amount("bearing"):
        total += 0.32 * amount * bearing(rng, rate, shaft, 4.37, 2700.0 * machine.tone)
    if amount := fault.amount("contamination"):
        total += 0.4 * amount * grinding(rng, n, 3.0, 0.08, colour(n, 1500.0, 3800.0))
    return total


def pump(machine: Instance, attributes: str, fault: Fault, rng: np.random.Generator, n: int) -> Samples:
    """Synthesize one or more pumps: passing vanes, flow, and cavitation, which viscous liquid damps."""
    units = [int(digits[-1]) for digits in re.findall(r"\d+", attributes)]
    viscous = "viscous" in attributes
    clogging = fault.amount("clogging")
    pace = machine.rate * (0.93 if viscous else 1.0) * daily_speed(rng) * wander(rng, n, 0.0015)
    vanes = np.zeros(n, np.float32)
    for number in units:
        shaft = rotation(pace * (1 + 0.028 * number), n, rng.random())
        vanes += harmonics(shaft, series(7, 0.66), machine.count) * (1 + 0.12 * wave(shaft))
        vanes += 0.4 * harmonics(shaft, (1.0, 0.5, 0.3))
    surge = 1 + 0.45 * clogging * wave(rotation(rng.uniform(1.0, 2.5) * wander(rng, n, 0.1), n))
    flow = noise(rng, n, colour(n, 80.0, (500.0 if viscous else 1100.0) * machine.tone)) * surge
    total = (
        trim_gain(rng) * 0.8 * (1 - 0.3 * clogging) * machine.balance[0] * unit(vanes)
        + trim_gain(rng) * 0.7 * machine.balance[1] * flow
        + trim_gain(rng)
        * (0.06 if viscous else 0.3)
        * machine.balance[2]
        * cavitation(rng, n, 400.0, 2100.0 * machine.tone)
    )
    if amount := fault.amount("leak"):
        total += 0.32 * amount * noise(rng, n, colour(n, 3000.0, 6000.0, 2)) * wander(rng, n, 0.15, 4)
    if amount := fault.amount("contamination"):
        total += 0.4 * amount * grinding(rng, n, 4.0, 0.05, colour(n, 900.0, 3000.0))
    if amount := fault.amount("bearing"):
        total += 0.3 * amount * bearing(rng, pace, rotation(pace, n), 5.42, 3500.0 * machine.tone)
    return total


def slider(machine: Instance, attributes: str, fault: Fault, rng: np.random.Generator, n: int) -> Samples:
    """Synthesize a slide rail: strokes to and fro with drive whine, friction, and clicks at both ends."""
    if "dis" in attributes:
        velocity, distance = (float(only_group(rf"{word}(\d+)", attributes)) for word in ("vel", "dis"))
        acceleration = float(only_group(r"accl(\d+\.\d+)", attributes)) * GRAVITY
        hardness = 1.0
    else:
        velocity, distance, acceleration = 400.0, 250.0, 0.3 * GRAVITY
        hardness = 1.25 if "glassfiber" in attributes else 0.8
    velocity = min(velocity, (distance * acceleration) ** 0.5)
    ramp, cruise = velocity / acceleration, distance / velocity - velocity / acceleration
    starts = stroke_starts(2 * ramp + cruise, machine.rate, fault.amount("timing"), rng, n)
    corners = starts[:, None] + np.cumsum([0.0, ramp, cruise, ramp])
    heights = np.broadcast_to([0.0, 1.0, 1.0, 0.0], corners.shape)
    moving = np.interp(np.arange(n) / SAMPLE_RATE, corners.ravel(), heights.ravel()).astype(np.float32)
    screw = rotation(velocity / 8 * moving * wander(rng, n, 0.004), n, rng.random())
    quick = (velocity / 400) ** 0.5
    whine = harmonics(screw, series(6, 0.75), machine.count) * moving
    friction = noise(rng, n, colour(n, 700.0, 2600.0 * machine.tone * hardness * quick))
    friction *= moving * (1 + 0.3 * wave(screw))
    thump = ringing(
        (180 * machine.tone, 1150 * machine.tone * hardness, 2700 * hardness), (0.02, 0.006, 0.002), (1, 0.7, 0.4)
    )
    ends = (corners[:, [0, 3]] * SAMPLE_RATE).astype(np.int64).ravel()
    ends = ends[(ends >= 0) & (ends < n)]
    clicks = strikes(n, ends, rng.uniform(0.7, 1.3, len(ends)), thump)
    idle = harmonics(rotation(MAINS, n, rng.random()), series(5, 0.7), 2)
    total = (
        trim_gain(rng) * 0.7 * machine.balance[0] * whine
        + trim_gain(rng) * 0.8 * machine.balance[1] * friction
        + trim_gain(rng) * 2.5 * machine.balance[2] * clicks
        + 0.1 * idle
    )
    if amount := fault.amount("rail"):
        spot = ((starts + ramp + rng.uniform(0.2, 0.8) * cruise) * SAMPLE_RATE).astype(np.int64)
        spot = jittered(rng, spot[(spot >= 0) & (spot < n)], 30)
        total += 8.0 * amount * strikes(n, spot, np.ones(len(spot)), ringing((2100, 3900), (0.006, 0.003), (1, 0.7)))
    if amount := fault.amount("belt"):
        flap = rotation(rng.uniform(9.0, 14.0) * wander(rng, n, 0.05), n)
        rattle = strikes(n, passages(flap), np.ones(len(passages(flap))), ringing((420, 900), (0.012, 0.006), (1, 0.8)))
        total += 2.4 * amount * rattle * moving
    if amount := fault.amount("dry"):
        squeal = noise(rng, n, colour(n, 3200.0 * machine.tone, 3600.0 * machine.tone, 3))
        total += 0.4 * amount * squeal * moving * wander(rng, n, 0.3, 12)
    return total


def stroke_starts(
    duration: float, pause: float, unrest: float, rng: np.random.Generator, n: int
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the start times of the strokes in seconds, the first one before the clip.

    Parameters
    ----------
    duration, pause : float
        Duration of a stroke, and of the pause after it, in seconds.
    unrest : float
        How late strokes are, 0 .. 1; above 0, 40 % of the strokes are late.
    rng : Generator
        Random number generator.
    n : int
        Number of samples of the clip.
    """
    count = int(n / SAMPLE_RATE / (duration + pause)) + 3
    rests = pause * rng.uniform(0.95, 1.05, count)
    if unrest:
        rests += 0.8 * unrest * rng.uniform(0.2, 0.8, count) * (rng.random(count) < 0.4)
    return np.cumsum(duration + rests) - (1 + rng.random()) * (duration + pause)


#: Openings within one cycle of a valve.
_PATTERNS = ((0.0,), (0.0, 0.5), (0.0, 0.2, 0.55), (0.0, 0.13, 0.5, 0.76))


def valve(machine: Instance, attributes: str, fault: Fault, rng: np.random.Generator, n: int) -> Samples:
    """Synthesize a solenoid valve that opens and closes in a pattern, with or without pumps behind it."""
    pattern = np.array(_PATTERNS[int(only_group(r"pattern_(\d+)", attributes))])
    cycle = 1.1 / machine.rate
    cycles = np.arange(-1, int(n / SAMPLE_RATE / cycle) + 2)
    openings = (cycle * (cycles[:, None] + pattern + rng.random())).ravel()
    openings += 0.002 * rng.standard_normal(len(openings))
    force = rng.uniform(0.85, 1.15, len(openings))
    if amount := fault.amount("timing"):
        openings += amount * rng.uniform(0.08, 0.25, len(openings)) * (rng.random(len(openings)) < 0.5)
        force[rng.random(len(openings)) < 0.3 * amount] = 0.0
    if amount := fault.amount("weak"):
        force[rng.random(len(openings)) < 0.6] *= 1 - 0.8 * amount
    hold = 0.06 + 0.1 * machine.ratio
    snap = ringing(
        (700 * machine.tone, 1800 * machine.tone, 4100 * machine.tone), (0.008, 0.004, 0.0015), machine.balance[:3]
    )
    drop = ringing((420 * machine.tone, 1300 * machine.tone), (0.012, 0.005), (1, machine.balance[3]))
    opens, closes = _samples(openings, n), _samples(openings + hold, n)
    jet = noise(rng, n, colour(n, 1200.0, 3000.0 * machine.tone))
    puff = swings(n, opens[1], 0.01, hold / 2) * jet
    total = (
        trim_gain(rng) * strikes(n, opens[1], force[opens[0]], snap)
        + trim_gain(rng) * 0.6 * strikes(n, closes[1], force[closes[0]], drop)
        + trim_gain(rng) * 0.10 * puff
    )
    if amount := fault.amount("bounce"):
        for delay in (0.014, 0.025):
            late = _samples(openings + hold + delay, n)
            total += 0.55 * amount * strikes(n, jittered(rng, late[1], 20), force[late[0]], drop)
    if amount := fault.amount("leak"):
        total += 0.09 * amount * swings(n, closes[1], 0.02, 0.25) * noise(rng, n, colour(n, 2500.0, 5000.0, 2))
    if "air_pump" in attributes:
        beat = rotation(MAINS * wander(rng, n, 0.001), n, rng.random())
        total += 0.05 * harmonics(beat, series(12, 0.85)) + 0.03 * noise(rng, n, colour(n, 400.0, 2500.0))
    if "water_pump" in attributes or "comb" in attributes:
        vane = rotation(27.0 * wander(rng, n, 0.002), n, rng.random())
        total += 0.05 * harmonics(vane, series(6, 0.7), 6) + 0.05 * noise(rng, n, colour(n, 100.0, 900.0))
    return total


def _samples(times: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return which of the times (seconds) lie in the clip, and their samples."""
    at = (times * SAMPLE_RATE).astype(np.int64)
    inside = np.flatnonzero((at >= 0) & (at < n))
    return inside, at[inside]
