"""Colours of different classes are distinguishable, also for viewers with red-green colour blindness."""

from itertools import combinations, product

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from uads.corpora.dcase.years import YEARS
from uads.figures.dual.palettes import external_colours, machine_colours, section_shades, unlike_colours
from uads.figures.dual.vision import SIGHT, to_lab

#: Cone responses of linear sRGB, and the missing response as a function of the other two (Vienot, Brettel and Mollon,
#: 1999). The package uses a different model.
TO_CONES = np.array([[17.8824, 43.5161, 4.11935], [3.45565, 27.1554, 3.86714], [0.0299566, 0.184309, 1.46709]])
MISSING = {
    "full": np.eye(3),
    "protanopia": np.array([[0, 2.02344, -2.52581], [0, 1, 0], [0, 0, 1]]),
    "deuteranopia": np.array([[1, 0, 0], [0.494207, 0, 1.24827], [0, 0, 1]]),
}


#: A just noticeable difference is about 2.3; small, translucent or distant marks need several times that.
TOLD_APART = 10


def lab(colour, sight):
    """Convert one colour to CIELAB with the scalar formulas of the standards."""
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour]
    red, green, blue = np.clip(np.linalg.inv(TO_CONES) @ MISSING[sight] @ TO_CONES @ linear, 0, 1)
    ratios = (
        (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505,
        0.2126 * red + 0.7152 * green + 0.0722 * blue,
        (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089,
    )
    x, y, z = (ratio ** (1 / 3) if ratio > 0.008856 else 7.787 * ratio + 16 / 116 for ratio in ratios)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def apart(one, other, sight):
    return float(np.linalg.norm(lab(one, sight) - lab(other, sight)))


def test_lab_coordinates_are_those_of_the_standard():
    np.testing.assert_allclose(to_lab(np.array([1.0, 1.0, 1.0])), [100, 0, 0], atol=1e-6)
    np.testing.assert_allclose(to_lab(np.array([1.0, 0.0, 0.0])), [53.24, 80.09, 67.20], atol=0.01)
    colours = np.random.default_rng(0).uniform(size=(50, 3))
    np.testing.assert_allclose(to_lab(colours), [lab(colour, "full") for colour in colours], atol=0.1)


@pytest.mark.parametrize("sight", ["protanopia", "deuteranopia"])
def test_red_and_green_look_alike_without_one_kind_of_cone(sight):
    red, green = np.array([0.75, 0.35, 0.0]), np.array([0.45, 0.5, 0.0])
    full, missing = (np.linalg.norm(to_lab(red, one) - to_lab(green, one)) for one in ("full", sight))
    assert missing < 0.5 * full
    np.testing.assert_allclose(to_lab(np.full(3, 0.6), sight), to_lab(np.full(3, 0.6)), atol=0.1)


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("kind", ["train", "normal", "anomaly"])
def test_colour_blind_palette_separates_domains(kind, sight):
    source, target = (section_shades("colour_blind", f"{kind}/{domain}", 6) for domain in ("source", "target"))
    assert min(apart(one, other, sight) for one, other in product(source, target)) > TOLD_APART


@pytest.mark.parametrize("sight", SIGHT)
def test_colour_blind_palette_separates_external_corpora(sight):
    external = list(external_colours("colour_blind", ["audioset", "idmt"]).values())
    training = [*section_shades("colour_blind", "train/source", 6), *section_shades("colour_blind", "train/target", 6)]
    assert min(apart(one, other, sight) for one, other in product(external, training)) > TOLD_APART
    assert apart(*external, sight) > TOLD_APART


@pytest.mark.parametrize("sight", SIGHT)
def test_colour_blind_palette_separates_machines_of_2020_2021(sight):
    machines = sorted({*YEARS["dcase2020"].machines, *YEARS["dcase2021"].machines})
    assert len(machines) == 8
    dots, shadows = zip(*machine_colours("colour_blind", machines).values(), strict=True)
    shadows = [*shadows, *external_colours("colour_blind", ["audioset", "idmt"], on_global=True).values()]
    assert min(apart(*pair, sight) for pair in combinations(dots, 2)) > TOLD_APART
    assert min(apart(*pair, sight) for pair in combinations(shadows, 2)) > TOLD_APART


@pytest.mark.parametrize("year", ["dcase2020", "dcase2021", "dcase2022", "dcase2023"])
def test_published_palette_separates_machines_of_every_year(year):
    colours = machine_colours("published", YEARS[year].machines)
    dots = {machine: dot for machine, (dot, _) in colours.items()}
    assert min(apart(dots[one], dots[other], "full") for one, other in combinations(dots, 2)) > TOLD_APART
    assert tuple(dots["fan"]) == to_rgb("firebrick")
    if "ToyConveyor" in dots:
        assert apart(dots["ToyConveyor"], dots["fan"], "full") > 3 * TOLD_APART


def test_unlike_colours_are_the_farthest_of_those_there_are():
    first, second = unlike_colours(2, np.array([to_rgb("white")]))
    for dot in unlike_colours(50, np.array([to_rgb("white")])):
        assert np.linalg.norm(to_lab(dot) - to_lab(np.ones(3))) <= np.linalg.norm(to_lab(first) - to_lab(np.ones(3)))
    assert apart(first, second, "full") > TOLD_APART
