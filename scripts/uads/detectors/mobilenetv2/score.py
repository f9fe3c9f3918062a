"""Scores of the MobileNetV2 classifiers: their uncertainty about a clip's section."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from uads.detectors.job import Job, Member
from uads.detectors.outputs import Outputs


def score(outputs: Outputs, member: Member, settings: Mapping[str, Any], job: Job) -> pd.DataFrame:
    """Return clip and the component ``uncertainty``, by the formula of the settings."""
    return outputs.clips[["clip"]].assign(uncertainty=outputs.arrays[settings["formula"]])
