"""Scores of the autoencoders: mean squared reconstruction error over a clip's stacks."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from uads.detectors.job import Job, Member
from uads.detectors.outputs import Outputs


def score(outputs: Outputs, member: Member, settings: Mapping[str, Any], job: Job) -> pd.DataFrame:
    """Return clip and the component ``error``."""
    return outputs.clips[["clip"]].assign(error=outputs.arrays["error"])
