"""Faults of each machine, and their severity."""

from dataclasses import dataclass

import numpy as np

#: Faults of each machine, as modelled in :mod:`uads.corpora.plant.machines`.
FAULTS = {
    "fan": ("imbalance", "bearing", "rubbing", "voltage"),
    "gearbox": ("tooth", "wear", "bearing", "contamination"),
    "pump": ("leak", "clogging", "contamination", "bearing"),
    "slider": ("rail", "belt", "dry", "timing"),
    "valve": ("leak", "weak", "bounce", "timing"),
    "ToyCar": ("shaft", "tooth", "ribbon", "voltage"),
    "ToyTrain": ("joint", "wheel", "object", "voltage"),
}
MILDEST = 0.25


@dataclass(frozen=True)
class Fault:
    """One fault of one recording; ``severity`` is between 0 and 1, and 0 for a normal clip."""

    kind: str = "none"
    severity: float = 0.0

    def amount(self, kind: str) -> float:
        """Return the severity if the fault is of this kind, else 0."""
        return self.severity if kind == self.kind else 0.0


def draw_fault(machine: str, label: str, number: int, rng: np.random.Generator) -> Fault:
    """Draw the fault of a clip: kinds in rotation, severity at random.

    A normal clip has no fault, but consumes the same random numbers.
    """
    severity = rng.uniform(MILDEST, 1.0)
    if label == "normal":
        return Fault()
    kinds = FAULTS[machine]
    return Fault(kinds[number // 2 % len(kinds)], severity)
