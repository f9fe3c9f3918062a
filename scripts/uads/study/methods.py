"""What the methods page of a study states, from the declarations and settings of what the study uses."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from uads.study.study import Study

STACKS = (
    "A stack is k consecutive frames of one clip. From every dataset split (machine, section, domain, training or "
    "test) a seeded random sample is drawn without replacement."
)
UMAPS = (
    "The samples of one scope are projected jointly by UMAP (McInnes and Healy, 2018) from a nearest-neighbour graph "
    "of the unprojected stacks, after Fernandez and Plumbley (2021)."
)
LAYOUTS = {
    "umap-learn": "Positions are computed by umap-learn, seeded.",
    "parallel": (
        "Positions are computed by the workflow's parallel layout: graph, forces, epochs and learning rates are those "
        "of umap-learn; within an epoch, each sample moves along its own edges while the others rest, by implicit "
        "steps of attraction."
    ),
}
SCORES = (
    "AUC, and pAUC up to a false-positive rate of 0.1 with McClish's correction; means over machines, sections and "
    "domains are harmonic."
)


def methods(study: Study) -> list[tuple[str, str]]:
    """Return heading and text of each paragraph about the methods of a study."""
    read = study.representations.methods(study.features.representations)
    return [
        ("Representations", f"{describe_audio(study.config['audio'])} {read}"),
        ("Stacks and samples", STACKS),
        ("UMAPs", describe_umaps(study)),
        ("Detectors", describe_detectors(study)),
        ("Scores", SCORES),
    ]


def stand_ins(study: Study) -> list[str]:
    """List the stand-ins behind a study, in sentences."""
    return study.representations.stand_ins(*study.features.representations)


def describe_umaps(study: Study) -> str:
    """Describe how the UMAPs of a study are made, with each layout that it uses."""
    layouts = dict.fromkeys(study.umaps.settings(umap.scope)["layout"] for umap in study.umaps.every)
    return " ".join([UMAPS, *(LAYOUTS[layout] for layout in layouts)])


def references(study: Study) -> list[dict[str, str]]:
    """Return title, licence and citation of all data and weights that a study downloads."""
    weights = study.representations.references(study.features.representations)
    return [asdict(reference) for reference in [*study.corpora.references, *weights]]


def describe_audio(audio: Mapping[str, Any]) -> str:
    """Describe which channel of the clips is used, and how clips are resampled."""
    channel = audio["channel"]
    used = "Clips are mixed to one channel" if channel == "mix" else f"Channel {channel} of the clips (from 0) is used"
    return f"{used}; clips of other sample rates are resampled ({audio['resampling']})."


def describe_detectors(study: Study) -> str:
    """Describe the detectors of a study by their declarations."""
    view = study.detectors
    return " ".join(view.specs[name].methods.format(**view.settings[name].model_dump()) for name in view.names)
