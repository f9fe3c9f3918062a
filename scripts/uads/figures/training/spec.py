"""Training curves, declared: one figure per member whose training records a loss and a scale per head."""

from collections.abc import Mapping, Sequence
from typing import Any

from uads.core.entry import Cost, Entry, constant_workload
from uads.core.missing import Missing
from uads.figures.base import Figure, Instance


def instances(study: Any) -> Sequence[Instance] | Missing:
    """List detector and member of each training with a loss and a scale per head."""
    found = [
        (name, member.name)
        for name in study.detectors.names
        for member in study.detectors.members(name)
        if "heads" in member.overrides
    ]
    return found or Missing("a detector that trains one network with heads for its classes")


def params(study: Any, instance: Instance) -> Mapping[str, Any]:
    """Return title, marked epochs and small print."""
    detector, member = instance
    return {
        "title": f"{study.detectors.specs[detector].title}: training of {member}",
        "checkpoints": list(study.detectors.settings[detector].training.checkpoints),
        "stand_ins": study.representations.stand_ins(study.detectors.settings[detector].representation),
    }


def caption(study: Any, instance: Instance) -> str:
    """Describe one training."""
    detector, name = instance
    training = study.detectors.settings[detector].training
    overrides = next(member.overrides for member in study.detectors.members(detector) if member.name == name)
    number, plural = overrides["sub_clusters"], "" if overrides["sub_clusters"] == 1 else "s"
    mixed, mixup = (
        (
            " on mixup labels",
            " With mixup on every batch the loss cannot come near zero: the labels themselves are uncertain.",
        )
        if training.mixup
        else ("", "")
    )
    return f"""\
Training of the member *{name}* of {study.detectors.specs[detector].title} in the study *{study.name}*: \
{training.epochs} epochs with {number} sub-cluster{plural} per class, with the heads {" and ".join(overrides["heads"])}.

Top: the loss (cross-entropy{mixed} plus weight decay, mean over an epoch). Bottom: the scale at the end of each \
epoch, which AdaCos adapts in each step. Discs mark the checkpoints whose embeddings are scored.

*How to read it.*{mixup} If the loss still falls at the last disc, train for more epochs; if the scale diverges, \
lower the learning rate."""


FIGURES = {
    "training": Figure(
        title="Losses and scales of each epoch of the trainings, one figure per network.",
        category="Training",
        caption=caption,
        inputs=lambda _, instance: {"history": f"<results>/detectors/{instance[0]}/{instance[1]}/history.csv"},
        draw=Entry("uads.figures.training.draw:draw_training", Cost(3, 0, 350), constant_workload),
        params=params,
        instances=instances,
        labels=lambda instance: {"detector": instance[0], "member": instance[1]},
    )
}
