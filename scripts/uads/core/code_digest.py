"""Digests of the code that a job runs, so that a change of a module reruns the jobs it concerns and no others."""

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PACKAGE = "uads"


def code_digest(script: str | Path, root: str | Path | None = None) -> str:
    """Return a digest of all modules of the package that a script runs.

    Comments, docstrings and formatting do not count: only what Python executes does.

    Parameters
    ----------
    script : path
        A Python file: a script beside the package's folder, or a module of the package.
    root : path, optional
        The folder that holds the package; by default the script's folder.
    """
    modules = [_digest_executed(Path(path).read_bytes()) for path in module_files(script, root)]
    return hashlib.sha256("".join(modules).encode()).hexdigest()[:16]


def module_files(script: str | Path, root: str | Path | None = None) -> list[str]:
    """List the package's files that a script imports, directly or through others, sorted.

    A script that is a module of the package is part of its own list.

    Parameters
    ----------
    script, root : path
        As for :func:`code_digest`.
    """
    script = Path(script)
    root = script.parent if root is None else Path(root)
    found: set[Path] = {script} if script.is_relative_to(root / PACKAGE) else set()
    waiting = [script]
    while waiting:
        for module in _imports(waiting.pop()):
            for path in _files(root, module):
                if path not in found:
                    found.add(path)
                    waiting.append(path)
    return sorted(map(str, found))


@cache
def _digest_executed(source: bytes) -> str:
    """Return a digest of a module's syntax tree without its docstrings."""
    tree = ast.parse(source)
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    for node in ast.walk(tree):
        if isinstance(node, documented) and node.body and _is_text(node.body[0]):
            del node.body[0]
    return hashlib.sha256(ast.dump(tree).encode()).hexdigest()


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


@cache
def _imports(path: Path) -> tuple[str, ...]:
    return tuple(_walk(ast.parse(path.read_bytes())))


def _walk(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == PACKAGE:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == PACKAGE)


def _files(root: Path, module: str) -> Iterator[Path]:
    """Yield the file of a module and the ``__init__`` of every package above it, as far as they exist."""
    parts = module.split(".")
    for depth in range(1, len(parts) + 1):
        place = root.joinpath(*parts[:depth])
        for path in (place.with_suffix(".py"), place / "__init__.py"):
            if path.is_file():
                yield path
