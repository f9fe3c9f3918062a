"""Scores by the mean level."""

import numpy as np


def score(frames, member, back_end, job):
    """Return clip and the component ``level``: the mean of all values of the clip."""
    own = np.flatnonzero(frames.clips["machine"].isin(member.machines))
    return frames.clips.iloc[own][["clip"]].assign(level=[frames[clip].mean() for clip in own])
