"""The years of DCASE Task 2, found by listing this folder.

::

    2020  normal_id_01_00000000.wav   blind  id_05_00000000.wav
    2021  section_00_source_train_normal_0000_<attributes>.wav; test clips without <attributes>
                                      blind  section_03_source_test_0000.wav
    2022  section_00_target_test_anomaly_0000_<attributes>.wav
    2023                              blind  section_03_0000.wav

The machine ids of 2020 are treated as sections, and all clips of 2020 belong to the source domain. The
evaluation part has its own sections until 2022 and its own machines in 2023.

A job looks its year up here; the workflow passes it the digest of the year's module (:func:`year_digest`), so that a
change of one year reruns the jobs of that year.
"""

import re
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules

from uads.core.code_digest import code_digest
from uads.core.entry import SCRIPTS
from uads.corpora import dcase
from uads.corpora.dcase.base import Year

MODULE = re.compile(r"y(\d{4})")


def find_years() -> dict[str, Year]:
    """Return every year by the name of its layout, ``dcase<year>``."""
    found = sorted(module.name for module in iter_modules(dcase.__path__) if MODULE.fullmatch(module.name))
    return {f"dcase{name[1:]}": import_module(f"{dcase.__name__}.{name}").YEAR for name in found}


def year_digest(layout: str) -> str:
    """Return the digest of a year's module and of what it imports."""
    found = find_spec(f"{dcase.__name__}.{layout.replace('dcase', 'y')}")
    if found is None or found.origin is None:
        raise ModuleNotFoundError(layout)
    return code_digest(found.origin, SCRIPTS)


YEARS = find_years()
