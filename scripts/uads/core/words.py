"""Names in messages: lists, and what was probably meant."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches


def any_of(names: Sequence[str]) -> str:
    """Join names with commas and a final "or"."""
    return _joined(names, " or ")


def all_of(names: Sequence[str]) -> str:
    """Join names with commas and a final "and"."""
    return _joined(names, " and ")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return a hint at the known name that is closest to an unknown one, to follow it; empty if none is close."""
    close = get_close_matches(name, known, n=1)
    return f" (did you mean '{close[0]}'?)" if close else ""


def _joined(names: Sequence[str], last: str) -> str:
    return last.join(filter(None, [", ".join(names[:-1]), names[-1]]))
