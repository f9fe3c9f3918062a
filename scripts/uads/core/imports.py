"""Imports without what a library names but does not need."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType


@contextmanager
def replace_modules(replacements: Mapping[str, ModuleType | None]) -> Iterator[None]:
    """Replace modules that are not loaded yet while the block imports others; they can be imported afterwards.

    Parameters
    ----------
    replacements : mapping
        Name of a module to what an import of it finds; None: the import raises ImportError.
    """
    placed = {name: module for name, module in replacements.items() if name not in sys.modules}
    sys.modules.update(placed)  # type: ignore[arg-type]  None is allowed
    try:
        yield
    finally:
        for name in placed:
            sys.modules.pop(name, None)  # another thread may have removed it
