"""The structure of the package: imports run one way, files and classes stay small."""

import ast
from pathlib import Path

import pytest

from tests.helpers import SCRIPTS

PACKAGE = SCRIPTS / "uads"
#: From the ground up: a folder may import itself and those before it.
LAYERS = [
    "core",
    "data",
    "corpora",
    "representations",
    "manifold",
    "measures",
    "learning",
    "detectors",
    "evaluation",
    "tables",
    "figures",
    "pages",
    "study",
    "benchmarks",
]
MODULES = sorted(PACKAGE.rglob("*.py"))


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


NAMES = {module_name(path) for path in MODULES}


def imported_by(path: Path) -> set[str]:
    """List the package's modules that a module imports, those within functions included."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            named = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {node.module} | (named & NAMES)
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {name for name in found if name.startswith("uads.") and name in NAMES}


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_a_module_imports_its_own_layer_and_those_below(path):
    if path.parent == PACKAGE:
        return
    own = LAYERS.index(path.relative_to(PACKAGE).parts[0])
    above = [name for name in imported_by(path) if LAYERS.index(name.split(".")[1]) > own]
    assert not above


def test_no_circle_of_imports():
    graph = {module_name(path): imported_by(path) - {module_name(path)} for path in MODULES}
    while ends := [name for name, imports in graph.items() if not imports & graph.keys()]:
        for name in ends:
            del graph[name]
    assert not graph


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_files_and_classes_are_small(path):
    text = path.read_text()
    assert text.count("\n") <= 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ClassDef):
            assert (node.end_lineno or 0) - node.lineno < 150, node.name
