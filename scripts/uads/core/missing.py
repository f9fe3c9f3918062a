"""What prevents a table or figure of a study."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Missing:
    """What a table or figure needs and the study does not have, to complete "the study is missing ..."."""

    what: str


def first_missing(*needed: tuple[object, str]) -> Missing | None:
    """Return what is missing of some needs, or None.

    Parameters
    ----------
    *needed : (object, str)
        A value, true where the need is met, and the description of the need.
    """
    lacking = [what for value, what in needed if not value]
    return Missing(" and ".join(lacking)) if lacking else None
