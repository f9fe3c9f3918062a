"""Every declared table, measure and figure meets the same contract."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from jinja2 import Environment, StrictUndefined

from tests.helpers import DISTRIBUTIONS, OPTIONAL, ROOT, SCRIPTS, by_pip, study_of, third_party
from uads.core.code_digest import module_files
from uads.core.entry import Entry
from uads.figures.base import Figure, declared_figures, paper_plots
from uads.figures.dual.costs import DUAL
from uads.measures.base import Measure, declared_measures
from uads.study.study import Study
from uads.tables.base import Table, declared_tables

TABLES, MEASURES, FIGURES = declared_tables(), declared_measures(), declared_figures()
ENTRIES = {
    **{name: table.build for name, table in TABLES.items()},
    **{name: measure.entry for name, measure in MEASURES.items()},
    **{name: figure.draw for name, figure in FIGURES.items()},
    "dual plots": DUAL,
}
#: What the Snakefile may not import: it is parsed for each job.
FRAMEWORKS = ("keras", "tensorflow", "torch", "matplotlib", "h5py", "sklearn", "scipy", "umap", "librosa")


@pytest.fixture(scope="module", params=[(), ("published.yaml",)], ids=["embedded", "published"])
def study(request) -> Study:
    return study_of(*request.param)


def test_declarations_import_no_framework():
    layers = ("tables", "measures", "figures")
    modules = [
        f"uads.{layer}.{path.parent.name}.spec" for layer in layers for path in SCRIPTS.glob(f"uads/{layer}/*/spec.py")
    ]
    modules += ["uads.figures.dual.costs", "uads.figures.dual.captions"]
    assert len(modules) > 6
    code = f"import sys; sys.path.insert(0, {str(SCRIPTS)!r}); import {', '.join(modules)}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not set(loaded) & set(FRAMEWORKS)


@pytest.mark.parametrize("name", ENTRIES)
def test_no_job_imports_a_declaration(name):
    entry: Entry = ENTRIES[name]
    place, function = entry.target.split(":")
    file = SCRIPTS / f"{function}.py" if place == "script" else SCRIPTS / f"{place.replace('.', '/')}.py"
    reached = {Path(path).name for path in module_files(file, SCRIPTS)}
    assert not reached & {"spec.py", "costs.py", "captions.py"}
    assert entry.digest


@pytest.mark.parametrize("name", [name for name in ENTRIES if name != "dual plots"])
def test_an_entry_is_a_function(name):
    assert callable(ENTRIES[name].load())


@pytest.mark.parametrize("name", [*TABLES, *MEASURES, *FIGURES, *paper_plots()])
def test_titles_are_sentences(name):
    declared: Table | Measure | Figure = {**TABLES, **MEASURES, **FIGURES, **paper_plots()}[name]
    assert declared.title[0].isupper() or declared.title[0] == '"'
    assert declared.title.endswith(".")


ENVIRONMENTS = {
    **dict.fromkeys(TABLES, "report"),
    **{name: measure.environment for name, measure in MEASURES.items()},
    **dict.fromkeys(FIGURES, "plots"),
}


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_an_environment_holds_what_its_jobs_import(name):
    held = {requirement.name for requirement in by_pip(ENVIRONMENTS[name])}
    file = SCRIPTS / f"{ENTRIES[name].target.split(':')[0].replace('.', '/')}.py"
    for path in map(Path, module_files(file, SCRIPTS)):
        for module in third_party(path) - OPTIONAL:
            offered = {name.lower().replace("_", "-") for name in DISTRIBUTIONS.get(module, [module])}
            assert offered & held, f"{path.name} imports {module}"


@pytest.mark.parametrize("stand_ins", [[], ["All clips are synthesized", "Weights are random"]])
def test_captions_of_tables_warn_of_stand_ins(stand_ins):
    text = (ROOT / "workflow/report/table.rst").read_text()
    params = SimpleNamespace(caption="Table 2 of a paper.", settings=SimpleNamespace(stand_ins=stand_ins))
    template = Environment(undefined=StrictUndefined).from_string(text)
    filled = template.render(snakemake=SimpleNamespace(params=params))
    assert filled.startswith("Table 2 of a paper.")
    assert ("**All clips are synthesized; Weights are random: not comparable" in filled) == bool(stand_ins)


def test_names_and_aliases_are_unique():
    every = [*TABLES.items(), *FIGURES.items(), *paper_plots().items()]
    names = [name for name, _ in every] + [alias for _, one in every for alias in one.aliases]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", TABLES)
def test_a_table_has_inputs_or_a_reason(study, name):
    if lacking := study.tables.missing(name):
        assert not lacking.endswith(".")
        return
    for paths in study.tables.inputs(name).values():
        for path in [paths] if isinstance(paths, str) else paths:
            assert path.startswith("<results>/") or (ROOT / path).exists(), path
    assert {"stand_ins", "study"} <= set(study.tables.params(name))


def test_every_figure_has_inputs_caption_and_labels(study):
    assert study.figures.instances
    for path in study.figures.instances:
        for files in study.figures.inputs(path).values():
            assert all(file.startswith("<results>/") for file in ([files] if isinstance(files, str) else files))
        assert study.name in study.figures.declared_caption(path)
        assert study.figures.labels(path)
        assert isinstance(study.figures.params(path), dict)


@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_covers_every_umap(study, name):
    files = study.measures.files(name)
    assert len(files) == len(set(files))
    assert all(file.startswith(f"<results>/measures/{name}/") for file in files)
    if MEASURES[name].per == "study":
        assert len(study.measures.inputs(name, {})["tables"]) == len(study.umaps.regular)
    assert (ROOT / f"envs/{MEASURES[name].environment}.yaml").exists()


def test_each_rule_has_the_cost_and_the_work_of_its_jobs(study):
    umap = {"machine": "pump", "representation": "mel", "k": "1", "section": "00"}
    wildcards = {
        "tabulate": [{"table": name} for name in TABLES],
        "draw_figure": [{"declared": path} for path in study.figures.instances],
        "plot_figure": [{"figure": name} for name in study.figures.described],
        **{f"plot_{kind}": [umap] for kind in ("global", "machine", "section")},
        **{f"measure_{name}": [{}] for name in MEASURES},
    }
    jobs = study.tables.jobs(None) | study.measures.jobs(None) | study.figures.jobs(None)
    assert set(jobs) == set(wildcards)
    for rule, several in wildcards.items():
        for own in several:
            entry, workload = jobs[rule](SimpleNamespace(**(own._asdict() if isinstance(own, tuple) else own)))
            assert entry.cost.base_mb > 0
            assert (workload.units > 0) == rule.startswith("plot_")


class Wildcards(dict):
    """Wildcards as Snakemake passes them: attributes, and items."""

    __getattr__ = dict.__getitem__
