"""Declarations of a package, found by listing its folder."""

from importlib import import_module
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).parents[1]


def declarations(layer: str, attribute: str) -> dict[str, Any]:
    """Merge what the declarations below a layer of the package hold under an attribute.

    Parameters
    ----------
    layer : str
        A folder of the package, for example ``tables``. Each of its folders with a module ``spec`` declares something.
    attribute : str
        A mapping by name in those modules; a module may lack it.

    Returns
    -------
    dict
        By name, in the order of folders and of the mappings.

    Raises
    ------
    ValueError
        If two declarations have the same name.
    """
    found: dict[str, Any] = {}
    for path in sorted((PACKAGE / layer).glob("*/spec.py")):
        own = getattr(import_module(f"uads.{layer}.{path.parent.name}.spec"), attribute, {})
        if twice := found.keys() & own.keys():
            raise ValueError(f"{path}: {', '.join(sorted(twice))} is declared twice: choose another name")
        found |= own
    return found


def resolve_aliases(declared: dict[str, Any]) -> dict[str, str]:
    """Map each alias of some declarations to the name of its declaration."""
    return {alias: name for name, one in declared.items() for alias in one.aliases}
