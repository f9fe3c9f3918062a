"""Digests of the code that a job runs, so that a change of a module reruns the jobs it concerns and no others."""

import ast
import atexit
import hashlib
import json
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple

from uads.core.cache_folder import CACHE
from uads.core.files import atomic_path

PACKAGE = "uads"
#: What is known of modules by the digests of their bytes; syntax trees differ between versions of Python.
STORED = CACHE.absolute() / f"code-{sys.version_info.major}.{sys.version_info.minor}.json"


class Module(NamedTuple):
    """What a module executes, as a digest, and the modules of the package that it imports."""

    digest: str
    imports: tuple[str, ...]


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
    modules = [_read(path).digest for path in module_files(script, root)]
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
    found: set[str] = {str(script)} if script.is_relative_to(root / PACKAGE) else set()
    waiting = [str(script)]
    while waiting:
        for module in _read(waiting.pop()).imports:
            new = [path for path in _files(str(root), module) if path not in found]
            found.update(new)
            waiting += new
    return sorted(found)


def _read(path: str) -> Module:
    """Return what is known of a module in its present state."""
    state = Path(path).stat()
    return _read_state(path, state.st_mtime_ns, state.st_size)


@cache
def _read_state(path: str, *_: int) -> Module:
    source = Path(path).read_bytes()
    content = hashlib.sha256(source).hexdigest()
    if content not in _used:
        _used[content] = _stored().get(content) or _parse(source)
    return _used[content]


#: Modules that this process asked about, by the digests of their bytes.
_used: dict[str, Module] = {}


@cache
def _stored() -> dict[str, Module]:
    """Return what earlier processes found; what this one adds is written when it ends."""
    atexit.register(_store)
    with suppress(OSError, ValueError, TypeError, AttributeError):
        return {
            content: Module(digest, tuple(imports))
            for content, (digest, imports) in json.loads(STORED.read_text()).items()
        }
    return {}


def _store() -> None:
    if _used.keys() - _stored().keys():
        with suppress(OSError), atomic_path(STORED) as partial:
            partial.write_text(json.dumps(_used))


def _parse(source: bytes) -> Module:
    """Return a digest of a module's syntax tree without its docstrings, and its imports."""
    tree = ast.parse(source)
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    imports: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, documented) and node.body and _is_text(node.body[0]):
            del node.body[0]
        imports += _imported(node)
    return Module(hashlib.sha256(ast.dump(tree).encode()).hexdigest(), tuple(imports))


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == PACKAGE:
        yield node.module
        yield from (f"{node.module}.{alias.name}" for alias in node.names)
    elif isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names if alias.name.split(".")[0] == PACKAGE)


@cache
def _files(root: str, module: str) -> tuple[str, ...]:
    """Return the file of a module and the ``__init__`` of every package above it, as far as they exist."""
    parts = module.split(".")
    places = [Path(root, *parts[:depth]) for depth in range(1, len(parts) + 1)]
    candidates = (path for place in places for path in (place.with_suffix(".py"), place / "__init__.py"))
    return tuple(str(path) for path in candidates if path.is_file())
