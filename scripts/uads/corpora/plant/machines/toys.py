"""The toy car and the toy train."""

import re

import numpy as np

from uads.corpora.plant.anomalies import Fault
from uads.corpora.plant.machines.parts import Instance, daily_speed, grinding, trim_gain, voltage_factor
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


def toy_car(machine: Instance, attributes: str, fault: Fault, rng: np.random.Generator, n: int) -> Samples:
    """Synthesize a toy car on a loop: motor and gear whine, rolling and rattling."""
    model, build, voltage = re.findall(r"([A-E])(\d)Spd(\d+)V", attributes)[0]
    kind = "ABCDE".index(model)
    rate = (
        machine.rate
        * int(voltage)
        / 31
        * (1 + 0.02 * int(build))
        * daily_speed(rng)
        * voltage_factor(fault, rng)
        * wander(rng, n, 0.006, 4)
    )
    motor = rotation(rate, n, rng.random())
    wheel = rotation(rate / (8 + 5 * machine.ratio), n, rng.random())
    shaft = fault.amount("shaft")
    swing = 1 + (0.12 + 0.5 * shaft) * wave(wheel)
    whine = unit(harmonics(motor, series(7, 0.7, odd=0.6 + 0.1 * kind), 3)) * swing
    gear = unit(harmonics(motor, series(4, 0.55), machine.count + kind)) * swing
    lap = 1 + 0.35 * wave(rotation(0.25 * rate / machine.rate, n, rng.random()))
    rolling = noise(rng, n, colour(n, 250.0, 2200.0 * machine.tone * (0.85 + 0.08 * kind))) * lap
    bumps = rng.integers(0, n, rng.poisson(14 * n / SAMPLE_RATE))
    rattle = strikes(
        n, bumps, rng.exponential(1.0, len(bumps)), ringing((650 * machine.tone, 1700), (0.01, 0.004), (1, 0.8))
    )
    total = (
        trim_gain(rng) * 0.6 * machine.balance[0] * whine
        + trim_gain(rng) * 0.5 * machine.balance[1] * gear
        + trim_gain(rng) * 0.6 * machine.balance[2] * rolling
        + trim_gain(rng) * 1.0 * machine.balance[3] * rattle * lap
    )
    if amount := fault.amount("tooth"):
        at = passages(wheel)
        click = ringing((2900, 4800), (0.0025, 0.001), (1, 0.6))
        total += 4.5 * amount * strikes(n, at, rng.uniform(0.5, 1.2, len(at)), click)
    if amount := fault.amount("ribbon"):
        at = jittered(rng, passages(wheel), 60)
        total += 0.35 * amount * unit(swings(n, at, 0.004, 0.012) * noise(rng, n, colour(n, 2000.0, 5000.0)))
    return total


def toy_train(machine: Instance, attributes: str, fault: Fault, rng: np.random.Generator, n: int) -> Samples:
    """Synthesize a toy train on a loop: motor, rolling wheels, a double click per bogie at each rail joint."""
    model, build, step = re.findall(r"([A-E])(\d)Spd(\d+)", attributes)[0]
    kind = "ABCDE".index(model)
    speed = (0.4 + 0.075 * int(step)) * daily_speed(rng) * voltage_factor(fault, rng)
    rate = machine.rate * speed * (1 + 0.03 * int(build)) * wander(rng, n, 0.005, 4)
    motor = rotation(rate, n, rng.random())
    wheel = rotation(rate / 14, n, rng.random())
    joint = rotation(rate / machine.rate * 1.7, n, rng.random())
    whine = unit(harmonics(motor, series(7, 0.72, odd=0.5 + 0.1 * kind), machine.count))
    rolling = noise(rng, n, colour(n, 400.0, 3000.0 * machine.tone)) * (1 + 0.15 * wave(wheel))
    at = passages(joint)
    joints = 12  # in a loop, each with its own gap
    number = (np.arange(len(at)) + rng.integers(joints)) % joints
    gap = np.random.default_rng(int(machine.ratio * 2**32)).uniform(0.5, 1.2, joints)[number]
    if amount := fault.amount("joint"):
        gap[number % 6 == machine.count % 6] += 2.5 * amount
    click = ringing((950 * machine.tone, 2400 * machine.tone, 4300), (0.007, 0.004, 0.002), (1, 0.8, 0.4))
    bogies = np.array([0.0, 0.045, 0.21, 0.255, 0.42, 0.465][: 4 + 2 * (kind % 2)]) / speed
    clicks = strikes(
        n,
        jittered(rng, (at[:, None] + bogies * SAMPLE_RATE).astype(np.int64).ravel(), 12),
        np.repeat(gap, len(bogies)) * rng.uniform(0.8, 1.2, len(at) * len(bogies)),
        click,
    )
    total = (
        trim_gain(rng) * 0.6 * machine.balance[0] * whine
        + trim_gain(rng) * 0.7 * machine.balance[1] * rolling
        + trim_gain(rng) * 4.0 * machine.balance[2] * clicks
    )
    if amount := fault.amount("wheel"):
        at = passages(wheel)
        tick = ringing((1500, 3200), (0.005, 0.002), (1, 0.7))
        total += 4.5 * amount * strikes(n, at, rng.uniform(0.7, 1.2, len(at)), tick)
    if amount := fault.amount("object"):
        total += 0.5 * amount * grinding(rng, n, 0.6, 0.4, colour(n, 1800.0, 4200.0))
    return total
