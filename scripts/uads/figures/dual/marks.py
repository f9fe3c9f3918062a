"""Size and opacity of dots and shadows.

The published sizes (points squared) and opacities apply to a canvas of 30 x 15 inches with the published
number of samples. Areas scale with the canvas. With fewer samples, dots and shadows grow and shadows become
more opaque, so that a figure of a thousand samples is as readable as one of 200,000. With more samples than
published, the published values are kept.
"""

from dataclasses import dataclass

PUBLISHED_SIZE = (30.0, 15.0)
AREA_EXPONENT = 1 / 3
OPACITY_EXPONENT = 1 - AREA_EXPONENT  # number x area x opacity, the ink of all shadows, stays constant
MAX_OPACITY = 0.35


@dataclass(frozen=True)
class Marks:
    """Published sizes of one kind of plot, and the number of samples that they were chosen for.

    Attributes
    ----------
    dot, triangle, shadow : float
        Areas in points squared of a round dot, a triangular one and a shadow.
    opacity : float
        Opacity of a shadow, 0..1.
    dots : int
        Test samples per panel.
    shadows : int
        Training and external samples.
    """

    dot: float
    triangle: float
    shadow: float
    opacity: float
    dots: int
    shadows: int


MARKS = {
    "global": Marks(dot=6, triangle=5, shadow=30, opacity=0.02, dots=42_000, shadows=180_000),
    "machine": Marks(dot=8, triangle=8, shadow=45, opacity=0.1, dots=60_000, shadows=85_000),
    "section": Marks(dot=12, triangle=12, shadow=60, opacity=0.1, dots=20_000, shadows=30_000),
}


def canvas_scale(size: tuple[float, float]) -> float:
    """Return the length on a canvas of ``size`` inches of a length of 1 on the published canvas."""
    return min(size[0] / PUBLISHED_SIZE[0], size[1] / PUBLISHED_SIZE[1])


def dot_area_scale(marks: Marks, n_dots: int, size: tuple[float, float], marker_scale: float | None) -> float:
    """Return the factor on the published area of a dot, with ``n_dots`` in the fuller panel."""
    growth = (marks.dots / max(n_dots, 50)) ** AREA_EXPONENT
    return canvas_scale(size) ** 2 * (max(1.0, growth) if marker_scale is None else marker_scale)


def shadow_area_scale(marks: Marks, n_shadows: int, size: tuple[float, float], marker_scale: float | None) -> float:
    """Return the factor on the published area of a shadow."""
    growth = (marks.shadows / max(n_shadows, 50)) ** AREA_EXPONENT
    return canvas_scale(size) ** 2 * (max(1.0, growth) if marker_scale is None else marker_scale)


def shadow_opacity(marks: Marks, n_shadows: int) -> float:
    """Return the opacity of each of ``n_shadows``: the published one at the published number, at most 0.35."""
    growth = (marks.shadows / max(n_shadows, 50)) ** OPACITY_EXPONENT
    return min(MAX_OPACITY, marks.opacity * max(1.0, growth))
