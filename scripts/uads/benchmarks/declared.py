"""Settings of the benchmarks that come from declarations."""

from typing import Any

from uads.detectors.base import kinds
from uads.study.study import Study

#: The published member with the most sub-clusters.
MEMBER = {"heads": ["section"], "sub_clusters": 16}


def timed_training(study: Study) -> dict[str, Any]:
    """Return the settings of the timed training: published, with the precision and place of data of the study."""
    published = kinds()["adacos"].Settings()
    configured = study.detectors.settings.get("adacos", published)
    chosen = configured if isinstance(configured, type(published)) else published
    own = chosen.model_dump()["training"]
    return published.model_dump()["training"] | {key: own[key] for key in ("precision", "training_data")} | MEMBER
