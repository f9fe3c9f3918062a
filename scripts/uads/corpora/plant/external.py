"""Stand-ins for the two external corpora: environmental sounds, and one engine in three states."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from uads.core.seeds import derive_rng
from uads.corpora.plant.scene import to_pcm
from uads.corpora.plant.signals import (
    SAMPLE_RATE,
    Samples,
    colour,
    decibels,
    harmonics,
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

ENGINE_RATE = 44_100
SPLITS = ("train_cut", "test_cut")
CLASSES = ("engine1_good", "engine2_broken", "engine3_heavyload")


def fragment_name(number: int) -> str:
    """Return the file name of a fragment, from its number and kind."""
    return f"fragment_{number:05d}_{_kind(number)}.wav"


def fragment(number: int, seconds: float, seed: int) -> NDArray[np.int16]:
    """Synthesize one environmental sound.

    Levels range from loud to the last bit, and some clips contain digital silence, as uploaded recordings do.
    """
    n = round(seconds * SAMPLE_RATE)
    rng = derive_rng(seed, "plant", "fragment", number)
    signal = unit(FRAGMENTS[_kind(number)](rng, n)) * np.float32(decibels(rng.uniform(-45.0, -18.0)))
    signal = signal / max(1.0, 1.1 * float(np.abs(signal).max())) * _fade(number, rng, n)
    signal += 2e-5 * noise(rng, n, colour(n, 100.0, 4000.0))  # recorder noise, in the last bit
    return to_pcm(signal * _gap(number, rng, n))


def _kind(number: int) -> str:
    return list(FRAGMENTS)[number % len(FRAGMENTS)]


def _fade(number: int, rng: np.random.Generator, n: int) -> Samples:
    """Return the envelope that fades out every third clip."""
    if number % 3 != 2:
        return np.ones(n, np.float32)
    fade = np.clip((np.linspace(0, 1, n) - rng.uniform(0.0, 0.4)) / rng.uniform(0.3, 0.6), 0, 1)
    return (10 ** (-3 * fade)).astype(np.float32)


def _gap(number: int, rng: np.random.Generator, n: int) -> Samples:
    """Return the envelope that silences a part of every seventh clip, down to digital zero."""
    envelope = np.ones(n, np.float32)
    if number % 7 == 4:
        start = rng.uniform(0, 0.7)
        envelope[int(start * n) : int((start + rng.uniform(0.08, 0.3)) * n)] = 0
    return envelope


def swell(rng: np.random.Generator, n: int) -> Samples:
    """Synthesize noise that swells and fades, like traffic or surf."""
    low = 60 * 2 ** rng.uniform(0, 4)
    return noise(rng, n, colour(n, low, low * rng.uniform(3, 10))) * np.abs(wander(rng, n, 0.7, 0.6))


def birds(rng: np.random.Generator, n: int) -> Samples:
    """Synthesize chirps over a faint breeze."""
    starts = rng.integers(0, n, max(2, rng.poisson(2.5 * n / SAMPLE_RATE)))
    pitch = rng.uniform(2200, 4200) * wander(rng, n, 0.12, 18)
    song = wave(rotation(np.clip(pitch, 500, 7500), n)) * swings(n, starts, 0.02, 0.05)
    return song + 0.02 * noise(rng, n, colour(n, 200.0, 1500.0))


def speech(rng: np.random.Generator, n: int) -> Samples:
    """Synthesize a voice without words: a glottal tone and hiss through moving formants, syllable by syllable."""
    glottis = rotation(np.clip(rng.uniform(95, 220) * wander(rng, n, 0.12, 4), 60, 400), n)
    first, second = (harmonics(glottis, series(14, decay)) for decay in (0.6, 0.9))
    vowel = wander(rng, n, 0.5, 6)
    starts = np.cumsum(rng.uniform(0.12, 0.5, int(6 * n / SAMPLE_RATE) + 2) * SAMPLE_RATE).astype(np.int64)
    starts = starts[starts < n]
    syllables = swings(n, starts, 0.03, 0.08) if len(starts) else np.ones(n, np.float32)
    hiss = swings(n, rng.integers(0, n, max(1, len(starts) // 2)), 0.02, 0.03) * noise(
        rng, n, colour(n, 3500.0, 6000.0)
    )
    return (first + vowel * second) * syllables + 0.4 * hiss + 0.003 * noise(rng, n, colour(n, 80.0, 2000.0))


def music(rng: np.random.Generator, n: int) -> Samples:
    """Synthesize a few chords, plucked or held."""
    total = np.zeros(n, np.float32)
    beat = int(SAMPLE_RATE * rng.uniform(0.35, 1.2))
    ground = 110 * 2 ** (rng.integers(0, 24) / 12)
    for note in rng.choice((0, 3, 4, 7, 9, 12, 16), 4, replace=False):
        starts = np.arange(rng.integers(0, beat), n, beat * rng.integers(1, 4))
        if len(starts):
            tone = harmonics(rotation(ground * 2 ** (note / 12), n, rng.random()), series(8, rng.uniform(0.4, 0.75)))
            total += tone * swings(n, starts, rng.uniform(0.005, 0.1), rng.uniform(0.15, 0.6))
    return total


def impacts(rng: np.random.Generator, n: int) -> Samples:
    """Synthesize footsteps, knocks and dropped objects in a quiet room."""
    total = 0.003 * noise(rng, n, colour(n, 60.0, 400.0))
    for _ in range(3):
        count = max(1, rng.poisson(0.6 * n / SAMPLE_RATE))
        sound = ringing(rng.uniform(150, 4500, 5), rng.uniform(0.005, 0.12, 5), rng.uniform(0.2, 1.0, 5))
        total += strikes(n, rng.integers(0, n, count), rng.exponential(1.0, count), sound)
    return total


def wind(rng: np.random.Generator, n: int) -> Samples:
    """Synthesize gusts with a whistling edge."""
    gust = np.abs(wander(rng, n, 0.6, 1.0))
    whistle = wave(rotation(np.clip(700 * wander(rng, n, 0.2, 2), 100, 3000), n)) * gust
    return noise(rng, n, colour(n, 30.0, 350.0)) * gust + 0.08 * whistle * gust


def hush(rng: np.random.Generator, n: int) -> Samples:
    """Synthesize an empty room with mains hum."""
    mains = harmonics(rotation(50.0, n, rng.random()), series(6, 0.6))
    return 0.02 * noise(rng, n, colour(n, 100.0, 1500.0)) + 0.01 * mains * decibels(rng.uniform(-20, 0))


def alarm(rng: np.random.Generator, n: int) -> Samples:
    """Synthesize a siren or a series of beeps."""
    sweep = wave(rotation(rng.uniform(0.3, 4.0), n, rng.random()))
    pitch = rng.uniform(500, 1500) * (1 + rng.uniform(0.0, 0.35) * sweep)
    gate = (wave(rotation(rng.uniform(1.0, 3.0), n)) > -0.3).astype(np.float32)
    return harmonics(rotation(pitch, n), series(4, 0.5)) * gate + 0.01 * noise(rng, n, colour(n, 100.0, 2000.0))


FRAGMENTS: dict[str, Callable[[np.random.Generator, int], Samples]] = {
    "swell": swell,
    "birds": birds,
    "speech": speech,
    "music": music,
    "impacts": impacts,
    "wind": wind,
    "hush": hush,
    "alarm": alarm,
}


def engine(split: str, kind: str, number: int, seconds: float, seed: int) -> NDArray[np.int16]:
    """Synthesize one clip of an electric engine that is good, broken or under heavy load."""
    n = round(seconds * ENGINE_RATE)
    rng = derive_rng(seed, "plant", "engine", split, kind, number)
    heavy, broken = kind == CLASSES[2], kind == CLASSES[1]
    rate = (41.0 if heavy else 48.0) * rng.uniform(0.99, 1.01) * wander(rng, n, 0.003)
    shaft = rotation(rate, n, rng.random(), ENGINE_RATE)
    swing = 1 + (0.35 if heavy else 0.45 if broken else 0.08) * wave(shaft, 2 if heavy else 1)
    slots = harmonics(shaft, series(9, 0.8 if heavy else 0.65), 12) * swing
    brushes = noise(rng, n, colour(n, 1500.0, 6000.0, 1, ENGINE_RATE)) * (1 + 0.3 * wave(shaft, 12))
    hum = harmonics(rotation(100.0, n, rng.random(), ENGINE_RATE), series(5, 0.6))
    total = unit(slots) + 0.5 * brushes + (0.8 if heavy else 0.3) * unit(hum)
    if broken:
        at = passages(rotation(rate * 5.2, n, rng.random(), ENGINE_RATE))
        sound = ringing((2800, 6100), (0.003, 0.001), (1, 0.7), ENGINE_RATE)
        total += 3.0 * strikes(n, at, rng.uniform(0.3, 1.2, len(at)), sound)
    total += 0.2 * noise(rng, n, colour(n, 60.0, 900.0, 1, ENGINE_RATE))
    return to_pcm(unit(total) * np.float32(decibels(rng.uniform(-26.0, -20.0))))
