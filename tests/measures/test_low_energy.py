"""The share of the lowest energies around the cross, compared with naive counting and chance."""

import numpy as np
import pandas as pd
import pytest

from uads.measures.low_energy.measure import measure_concentration, measure_umaps

FEW = "{} samples: none of the lowest 1 % is left beside those of the cross"


def count_naively(x, y, energy, skip, average):
    """Compute the share of the lowest 1 % in the smallest disc around the cross with 5 % of the samples."""
    known = [sample for sample in zip(energy, x, y, strict=True) if sample[0] == sample[0]]
    ranked = sorted(known, key=lambda sample: sample[0])
    averaged = ranked[skip : skip + average]
    cross = [sum(sample[axis] for sample in averaged) / len(averaged) for axis in (1, 2)]
    others = [
        (rank, ((sample[1] - cross[0]) ** 2 + (sample[2] - cross[1]) ** 2) ** 0.5)
        for rank, sample in enumerate(ranked)
        if not skip <= rank < skip + average
    ]
    nearest = sorted(others, key=lambda other: other[1])[: -(-len(others) * 5 // 100)]
    lowest = [other for other in others if other[0] < len(ranked) // 100]
    within = [other for other in nearest if other[0] < len(ranked) // 100]
    return len(lowest), len(within) / len(lowest), len(nearest) / len(others)


def cone(n, rng):
    """Return samples with energies that grow with the distance from a tip; 30 % of them are random."""
    x, y = rng.uniform(0, 10, (2, n))
    return x, y, np.where(rng.uniform(size=n) < 0.3, rng.uniform(0, 14, n), np.hypot(x, y))


@pytest.mark.parametrize(("skip", "average"), [(20, 10), (0, 8), (500, 100), (50, 30)])
def test_share_is_what_naive_counting_gives(skip, average):
    x, y, energy = cone(2000, np.random.default_rng(1))
    energy[::100] = np.nan
    found = measure_concentration(x, y, energy, skip, average)
    lowest, share, expected = count_naively(x, y, energy, skip, average)
    assert found.samples == 1980
    assert found.lowest == lowest
    assert found.share == pytest.approx(share)
    assert found.expected == pytest.approx(expected)


def test_the_default_cross_excludes_the_lowest_energies():
    x, y, energy = cone(3000, np.random.default_rng(2))
    assert measure_concentration(x, y, energy) == measure_concentration(x, y, energy, 30, 10)
    assert measure_concentration(x, y, energy).lowest == 30


def test_the_tip_of_a_cone_holds_all_of_the_lowest():
    x, y = np.random.default_rng(3).uniform(0, 10, (2, 5000))
    found = measure_concentration(x, y, np.hypot(x, y))
    assert found.share == 1
    assert found.expected == pytest.approx(0.05, abs=1e-3)
    assert found.limit < 0.15


def test_random_energies_give_the_expected_share():
    rng = np.random.default_rng(4)
    x, y = rng.normal(size=(2, 1000)) ** 3  # far from uniform
    measures = [measure_concentration(x, y, rng.uniform(size=1000), average=10) for _ in range(2000)]
    shares = np.array([found.share for found in measures])
    error = shares.std() / len(shares) ** 0.5
    assert abs(shares.mean() - measures[0].expected) < 4 * error
    assert np.mean([found.share > found.limit for found in measures]) <= 0.015


def test_also_where_the_cross_is_the_mean_of_the_very_lowest():
    rng = np.random.default_rng(5)
    x, y = rng.normal(size=(2, 1000))
    shares = np.array([measure_concentration(x, y, rng.uniform(size=1000), 0, 5).share for _ in range(2000)])
    assert abs(shares.mean() - 0.05) < 4 * shares.std() / len(shares) ** 0.5


def test_too_few_samples_are_blank_and_say_why():
    def table(n, energy):
        return pd.DataFrame({"x": np.arange(n), "y": 0.0, "energy": energy}).astype("float32")

    umaps = [
        ({"scope": "fan", "representation": "mel", "k": 1}, table(99, 1.0)),
        ({"scope": "fan", "representation": "l3", "k": 5}, table(3000, np.nan)),
        ({"scope": "pump", "representation": "stft", "k": 1}, table(3000, np.arange(3000))),
    ]
    assert np.isnan(measure_concentration(*cone(2000, np.random.default_rng(6)), skip=0, average=100).share)
    measured = measure_umaps(umaps)
    assert measured["share"].isna().tolist() == [True, True, False]
    assert measured["reason"].tolist()[:2] == [FEW.format(n) for n in (99, 0)]
    assert measured.loc[2, "share"] == 100
    assert measured.loc[2, "times"] == pytest.approx(100 / measured.loc[2, "expected"])
