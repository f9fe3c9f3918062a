"""Perceived distances between colours, also for red-green colour-blind readers."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

#: Linear sRGB to CIE XYZ (IEC 61966-2-1), and its reference white (D65).
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
WHITE = TO_XYZ.sum(axis=1)
#: Appearance of linear sRGB without one kind of cone (Machado, Oliveira and Fernandes, 2009, severity 1).
SIGHT = {
    "full": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
}


def to_lab(colours: NDArray[np.float64], sight: str = "full") -> NDArray[np.float64]:
    """Convert colours to CIE L*a*b*, in which distances approximate perceived differences.

    Parameters
    ----------
    colours : array [..., 3]
        sRGB, 0..1.
    sight : {"full", "protanopia", "deuteranopia"}
        Kind of sight.

    Returns
    -------
    array [..., 3]
        A distance of 1 is just noticeable side by side; small dots need more than about 10.
    """
    linear = np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)
    seen = np.clip(linear @ SIGHT[sight].T, 0, 1)
    ratio = seen @ TO_XYZ.T / WHITE
    cube = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = np.moveaxis(cube, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def distances(
    one: NDArray[np.float64], other: NDArray[np.float64], sights: Sequence[str] = ("full",)
) -> NDArray[np.float64]:
    """Return the smallest distance [n, m] of colours [n, 3] and [m, 3] over kinds of sight."""
    apart = [to_lab(one, sight)[:, None] - to_lab(other, sight) for sight in sights]
    return np.min([np.linalg.norm(difference, axis=-1) for difference in apart], axis=0)
