"""An external corpus that can be downloaded: sounds that a study draws beside its machines.

Each is one module of this folder with an :class:`External` named ``CORPUS``; the module's name is the layout that the
config names. Declarations: no job imports them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from uads.corpora import external
from uads.corpora.published import ClipCount, Reference


@dataclass(frozen=True)
class External:
    """An external corpus.

    Attributes
    ----------
    title : str
        In legends.
    reference : Reference
    counts : tuple of ClipCount
        Its published clips.
    stand_in : str
        Function of :mod:`uads.corpora.plant` that synthesizes a stand-in.
    stand_in_count : callable
        From a :class:`uads.corpora.plant.layout.PlantSize` to the :class:`ClipCount` of the stand-in.
    patterns : tuple of str
        Glob patterns of the files that are used.
    """

    title: str
    reference: Reference
    counts: tuple[ClipCount, ...]
    stand_in: str
    stand_in_count: Callable[[Any], ClipCount]
    patterns: tuple[str, ...] = ("**/*",)


def find_external() -> dict[str, External]:
    """Return every external corpus by the name of its layout."""
    names = sorted(module.name for module in iter_modules(external.__path__) if module.name != "base")
    return {name: import_module(f"{external.__name__}.{name}").CORPUS for name in names}
