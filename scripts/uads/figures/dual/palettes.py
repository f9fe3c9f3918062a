"""Colours: the named ones of the published study, a set for colour-blind readers, and extensions of both.

A machine plot has one family of shades per split x label x domain, and one shade per section. The families
are named ``train/source``, ``train/target``, ``normal/source``, ``normal/target``, ``anomaly/source`` and
``anomaly/target``.
"""

import colorsys
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.colors import to_rgb, to_rgba_array
from numpy.typing import NDArray

from uads.figures.dual.vision import SIGHT, distances, to_lab

BACKGROUND = (0.975, 0.985, 1.0)
GREENS = ("palegreen", "greenyellow", "lime", "limegreen", "forestgreen", "darkgreen")
PALETTES: dict[str, dict[str, dict[str, Any]]] = {
    "published": {
        "families": {
            "train/source": ("paleturquoise", "lightblue", "skyblue", "cornflowerblue", "steelblue", "mediumblue"),
            "train/target": GREENS,
            "normal/source": (
                "mediumpurple",
                "mediumslateblue",
                "slateblue",
                "blueviolet",
                "darkslateblue",
                "darkviolet",
            ),
            "normal/target": GREENS,
            "anomaly/source": ("palegoldenrod", "khaki", "yellow", "gold", "goldenrod", "orange"),
            "anomaly/target": ("lightsalmon", "lightcoral", "orangered", "indianred", "firebrick", "maroon"),
        },
        "section": {"train/source": ("lightblue",), "train/target": ("palegreen",)},
        "machine": {
            "ToyCar": ("steelblue", "paleturquoise"),
            "fan": ("firebrick", "lightcoral"),
            "gearbox": ("lightslategrey", "gainsboro"),
            "pump": ("darkorange", "palegoldenrod"),
            "slider": ("forestgreen", "palegreen"),
            "ToyTrain": ("orchid", "pink"),
            "valve": ("darkviolet", "violet"),
        },
        "external": {"audioset": ("grey", "grey"), "idmt": ("violet", (0.55, 0.45, 0.55))},
        "further external": {"": ("rosybrown", "darkkhaki", "cadetblue", "thistle", "tan", "darkseagreen")},
    },
    "colour_blind": {
        "families": {
            "train/source": ("#c6dbef", "#a9cfe8", "#85bcdc", "#60a7d2", "#4292c6", "#2171b5"),
            "train/target": ("#fdd0a2", "#fdbb7c", "#fda45c", "#fb8a3c", "#f16913", "#d94801"),
            "normal/source": ("#6baed6", "#4292c6", "#2171b5", "#08519c", "#08306b", "#041a3d"),
            "normal/target": ("#fdae6b", "#fd8d3c", "#f16913", "#d94801", "#a63603", "#7f2704"),
            "anomaly/source": ("#9e9ac8", "#807dba", "#6a51a3", "#54278f", "#3f007d", "#240046"),
            "anomaly/target": ("#fee391", "#fec44f", "#fe9929", "#ec7014", "#cc4c02", "#8c2d04"),
        },
        "section": {"train/source": ("#9ecae1",), "train/target": ("#fdd0a2",)},
        "machine": {
            "ToyCar": ("#0072b2", "#68abd1"),
            "fan": ("#d55e00", "#e4975a"),
            "gearbox": ("#000000", "#9e9e9e"),
            "pump": ("#e69f00", "#f2cd7b"),
            "slider": ("#009e73", "#85d1bc"),
            "ToyTrain": ("#cc79a7", "#f0d7e5"),
            "valve": ("#56b4e9", "#97d1f1"),
        },
        "external": {"audioset": ("grey", "grey"), "idmt": ("#882255", "#882255")},
        "further external": {"": ("#332288", "#117733", "#999933", "#44aa99", "#661100", "#aa4499")},
    },
}
#: Index of the first shade in the published figures, so that few sections get strong colours.
FIRST_SHADE = {"normal/source": 2, "anomaly/source": 2}
#: Kinds of sight that must distinguish machines without a named colour, by palette.
EYES: dict[str, tuple[str, ...]] = {"published": ("full",), "colour_blind": tuple(SIGHT)}
PALE = 0.6  # share of white in a shadow
LIGHTEST = 72  # largest L* of a dot that is easily seen on the background
GOLDEN_RATIO = (5**0.5 - 1) / 2


def section_shades(palette: str, family: str, n_sections: int) -> NDArray[np.float64]:
    """Return one colour per section.

    Parameters
    ----------
    palette : str
        A name in :data:`PALETTES`.
    family : str
        Family of shades, for example ``normal/source``.
    n_sections : int
        Number of sections.

    Returns
    -------
    array [n_sections, 3]
        The first named shades, starting at :data:`FIRST_SHADE` if enough remain; interpolated if there are
        more sections than names.
    """
    names = PALETTES[palette]["families"][family]
    first = FIRST_SHADE.get(family, 0)
    if n_sections <= len(names) - first:
        names = names[first : first + n_sections]
    elif n_sections <= len(names):
        names = names[:n_sections]
    return _spread(to_rgba_array(names)[:, :3], n_sections)


def _spread(colours: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """Interpolate a sequence of colours at ``n`` equidistant positions."""
    if n in (0, len(colours)):
        return colours[:n]
    places = np.linspace(0, len(colours) - 1, n)
    return np.stack([np.interp(places, np.arange(len(colours)), channel) for channel in colours.T], axis=1)


def machine_colours(palette: str, machines: Sequence[str]) -> dict[str, tuple[NDArray, NDArray]]:
    """Return the colour of the dots and that of the shadows of each machine.

    Machines named in the palette always get the same colours; each other machine, in the given order, gets the
    colour that differs most from the named colours and those chosen before.
    """
    named = {machine: to_rgba_array(pair)[:, :3] for machine, pair in PALETTES[palette]["machine"].items()}
    others = [machine for machine in machines if machine not in named]
    taken = np.array([dot for dot, _ in named.values()])
    dots = unlike_colours(len(others), taken, EYES[palette])
    generated = {machine: (dot, lightened(dot, PALE)) for machine, dot in zip(others, dots, strict=True)}
    return {machine: tuple(named[machine]) if machine in named else generated[machine] for machine in machines}


def unlike_colours(n: int, taken: NDArray[np.float64], eyes: Sequence[str] = ("full",)) -> NDArray[np.float64]:
    """Choose ``n`` colours one by one, each as different as possible from earlier ones and those ``taken``.

    Parameters
    ----------
    n : int
    taken : array [m, 3]
    eyes : sequence of str
        Kinds of sight, see :func:`uads.figures.dual.vision.to_lab`.

    Returns
    -------
    array [n, 3]
    """
    pool = distinct_colours(max(300, 6 * n))
    pool = pool[to_lab(pool)[:, 0] < LIGHTEST]
    apart = distances(pool, taken, eyes).min(axis=1)
    chosen: list[int] = []
    for _ in range(n):
        chosen.append(int(np.argmax(apart)))
        apart = np.minimum(apart, distances(pool, pool[chosen[-1:]], eyes)[:, 0])
    return pool[chosen]


def external_colours(palette: str, corpora: Sequence[str], on_global: bool = False) -> dict[str, NDArray[np.float64]]:
    """Return the colour of the shadows of each external corpus."""
    named = {corpus: pair[on_global] for corpus, pair in PALETTES[palette]["external"].items()}
    further = PALETTES[palette]["further external"][""]
    others = [corpus for corpus in corpora if corpus not in named]
    colours = named | {corpus: further[number % len(further)] for number, corpus in enumerate(others)}
    return {corpus: np.array(to_rgb(colours[corpus])) for corpus in corpora}


def distinct_colours(n: int) -> NDArray[np.float64]:
    """Return ``n`` colours; neighbours in the order differ strongly in hue and alternate in lightness."""
    hues = (0.03 + GOLDEN_RATIO * np.arange(n)) % 1
    lightness = np.resize([0.42, 0.58, 0.33], n)
    saturation = np.resize([0.85, 0.65, 0.75, 0.95], n)
    colours = [colorsys.hls_to_rgb(*parts) for parts in zip(hues, lightness, saturation, strict=True)]
    return np.array(colours).reshape(n, 3)


def lightened(colour: NDArray[np.float64], share: float | NDArray[np.float64]) -> NDArray[np.float64]:
    """Mix colours with white (``share`` above 0) or black (below 0)."""
    share = np.asarray(share, float)
    goal = np.where(share > 0, 1.0, 0.0)
    return colour + (goal - colour) * np.abs(share)
