"""Lists of names in messages."""

from collections.abc import Sequence


def any_of(names: Sequence[str]) -> str:
    """Join names with commas and a final "or"."""
    return _joined(names, " or ")


def all_of(names: Sequence[str]) -> str:
    """Join names with commas and a final "and"."""
    return _joined(names, " and ")


def _joined(names: Sequence[str], last: str) -> str:
    return last.join(filter(None, [", ".join(names[:-1]), names[-1]]))
