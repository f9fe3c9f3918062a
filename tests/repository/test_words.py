"""Texts of the project use plain technical English."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

from tests.helpers import ROOT

AREAS = ["scripts", "workflow", "config", "docs", "README.md", "profiles", "envs", "tests"]
#: Brackets and ``\s`` keep this file free of the words itself.
WORDS = re.compile(r"\b(m[e]nd(ed)?|r[e]ckon(s|ed)?|at\s+a\s+stroke|lets\s+go|for\s+good)\b", re.IGNORECASE)
OPENINGS = {"Give", "Say", "Tell", "Lay", "Bring", "Let", "Be"}

pytestmark = pytest.mark.skipif(not (ROOT / ".git").exists(), reason="without git, the tracked files are unknown")


def tracked(*areas: str) -> dict[str, str]:
    """Read the tracked text files of some folders."""
    done = subprocess.run(["git", "ls-files", "-z", *areas], cwd=ROOT, capture_output=True, text=True, check=True)
    contents = {name: (ROOT / name).read_bytes() for name in done.stdout.split("\0") if (ROOT / name).is_file()}
    return {name: content.decode() for name, content in contents.items() if b"\0" not in content}


def docstrings_of(name: str, text: str) -> list[str]:
    """List the docstrings of a module, or the triple-quoted strings of a Snakefile."""
    if not name.endswith(".py"):
        return re.findall(r'"""(.*?)"""', text, re.DOTALL)
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, documented)]
    return [docstring for node in nodes if (docstring := ast.get_docstring(node))]


def test_no_file_contains_a_forbidden_word():
    texts = tracked(*AREAS)
    assert Path(__file__).relative_to(ROOT).as_posix() in texts
    hits = [
        f"{name}:{text.count(chr(10), 0, match.start()) + 1}: {match[0]}"
        for name, text in texts.items()
        for match in WORDS.finditer(text)
    ]
    assert not hits, "\n".join(hits)


def test_no_docstring_opens_with_a_forbidden_verb():
    texts = tracked("scripts/*.py", "workflow/*.smk")
    docstrings = [(name, docstring.strip()) for name, text in texts.items() for docstring in docstrings_of(name, text)]
    assert len(docstrings) > 100
    hits = [
        f"{name}: {docstring.splitlines()[0]}"
        for name, docstring in docstrings
        if docstring and re.match(r"\w*", docstring)[0] in OPENINGS
    ]
    assert not hits, "\n".join(hits)
