"""The layouts that the config of a corpus can name: years of DCASE Task 2, and external corpora. A declaration."""

from uads.corpora.dcase.base import Year
from uads.corpora.dcase.years import YEARS
from uads.corpora.external.base import External, find_external

EXTERNAL = find_external()
LAYOUTS: dict[str, Year | External] = {**YEARS, **EXTERNAL}


def clip_counts() -> list[dict[str, str]]:
    """List the published clip counts of all layouts: the layout, and the fields of a :class:`ClipCount`, as text."""
    return [
        {"layout": layout, **{key: str(value) for key, value in count._asdict().items()}}
        for layout, published in LAYOUTS.items()
        for count in published.counts
    ]
