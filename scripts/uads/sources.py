"""Which files of the package a script uses, so that a change of one reruns the jobs it concerns."""

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PACKAGE = "uads"


def code_digest(script: str | Path) -> str:
    """Digest all that a script runs of the package: another digest means that its results may be others."""
    digest = hashlib.sha256()
    for path in module_files(script):
        digest.update(Path(path).read_bytes())
    return digest.hexdigest()[:16]


def module_files(script: str | Path) -> list[str]:
    """List the package's files that a script imports, directly or through others, sorted.

    Parameters
    ----------
    script : path
        A Python file beside the package's folder.
    """
    root = Path(script).parent
    found: set[Path] = set()
    waiting = [Path(script)]
    while waiting:
        for module in _imports(waiting.pop()):
            for path in _files(root, module):
                if path not in found:
                    found.add(path)
                    waiting.append(path)
    return sorted(map(str, found))


@cache
def _imports(path: Path) -> tuple[str, ...]:
    return tuple(_walk(ast.parse(path.read_text())))


def _walk(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == PACKAGE:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == PACKAGE)


def _files(root: Path, module: str) -> Iterator[Path]:
    """Give the file of a module and the ``__init__`` of every package above it, as far as they exist."""
    parts = module.split(".")
    for depth in range(1, len(parts) + 1):
        place = root.joinpath(*parts[:depth])
        for path in (place.with_suffix(".py"), place / "__init__.py"):
            if path.is_file():
                yield path
