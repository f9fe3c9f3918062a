"""Every year of DCASE Task 2 and every external corpus keeps the contract of its declaration."""

from importlib import import_module, invalidate_caches
from pathlib import Path

import pytest

from tests.helpers import DATASETS, effective, merge
from uads.corpora import dcase
from uads.corpora.dcase.y2022 import YEAR as YEAR_2022
from uads.corpora.dcase.years import YEARS, find_years, year_digest
from uads.corpora.external.base import find_external
from uads.corpora.plant.layout import PlantSize
from uads.study.study import Study

DEFAULTS = effective()

EXTERNAL = find_external()
FAKE = """
from dataclasses import replace

from uads.corpora.dcase.base import all_with
from uads.corpora.dcase.y2022 import YEAR as YEAR_2022

YEAR = replace(
    YEAR_2022, title="DCASE 2099 Task 2", development=all_with(["kettle"], "00", "01"), evaluation={}, counts=()
)
"""


@pytest.mark.parametrize("layout", list(YEARS))
def test_a_year_is_complete(layout):
    year = YEARS[layout]
    assert year.name.fullmatch(year.example.replace("<attributes>", "a_1"))
    assert year.reference.title.startswith(year.title)
    assert "{machine}" in year.submission and "{section}" in year.submission
    assert {count.machine for count in year.counts} == set(year.machines)
    assert ("{domain}" in year.submission) <= (not year.is_domain_secret)


def test_a_year_that_is_dropped_into_the_folder_is_planned(tmp_path, monkeypatch):
    (tmp_path / "y2099.py").write_text(FAKE)
    monkeypatch.setattr(dcase, "__path__", [*dcase.__path__, str(tmp_path)])
    invalidate_caches()
    years = find_years()
    assert list(years) == [*YEARS, "dcase2099"]
    for module in ("uads.corpora.dcase.years", "uads.corpora.base"):
        monkeypatch.setattr(import_module(module), "YEARS", years)
    monkeypatch.setattr(import_module("uads.corpora.base"), "LAYOUTS", {**years, **EXTERNAL})
    corpus = {"name": "kettles", "role": "machines", "source": "download", "layout": "dcase2099"}
    corpora = [corpus | {"machines": ["kettle"], "sections": ["00", "01"]}, *DEFAULTS["corpora"][1:]]
    row = dict.fromkeys(DATASETS[0], "") | {"corpus": "kettles", "part": "development", "machine": "kettle"}
    rows = [*DATASETS, row | {"file": "dev_kettle.zip", "url": "https://example.org/dev_kettle.zip"}]
    study = Study(merge(DEFAULTS, {"corpora": corpora}), rows)
    assert study.umaps.scopes == ["global", "kettle"]
    assert study.corpora.archives("kettles") == ["dev_kettle"]
    assert "knn" in study.detectors.submissions
    assert not [name for name in study.detectors.submissions if name.startswith("adacos")], "domains are secret"
    assert study.corpora.index_settings("kettles")["layout"] == "dcase2099"


def test_jobs_of_a_year_see_its_module_and_no_other():
    digests = {layout: year_digest(layout) for layout in YEARS}
    assert len(set(digests.values())) == len(YEARS)
    study = Study(DEFAULTS, DATASETS)
    assert study.corpora.layout_digest("embedded") == digests["dcase2021"]
    assert study.corpora.layout_digest("idmt") is None


@pytest.mark.parametrize("layout", list(EXTERNAL))
def test_an_external_corpus_has_a_stand_in(layout):
    corpus = EXTERNAL[layout]
    assert callable(getattr(import_module("uads.corpora.plant"), corpus.stand_in))
    assert corpus.stand_in_count(PlantSize()).clips > 0
    assert corpus.counts and corpus.patterns


def test_no_other_module_names_a_year():
    root = Path(dcase.__file__).parents[2]
    allowed = ("corpora/dcase", "tables", "benchmarks")
    for path in root.rglob("*.py"):
        if not str(path.relative_to(root)).startswith(allowed):
            assert not [layout for layout in YEARS if layout in path.read_text()], path


def test_the_year_of_a_corpus_is_found_by_its_layout():
    assert YEARS["dcase2022"] is YEAR_2022
