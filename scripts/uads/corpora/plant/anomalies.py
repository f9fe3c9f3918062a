"""What goes wrong with each machine, and how badly."""

from dataclasses import dataclass

import numpy as np

#: The machine models of :mod:`uads.corpora.plant.sources` give each of these words its sound.
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
    """One fault of one recording; ``severity`` lies between 0 and 1, and is 0 for a normal clip."""

    kind: str = "none"
    severity: float = 0.0

    def amount(self, kind: str) -> float:
        """Return the severity if the fault is of this kind, else 0."""
        return self.severity if kind == self.kind else 0.0


def draw_fault(machine: str, label: str, number: int, rng: np.random.Generator) -> Fault:
    """Choose the fault of a clip: the kinds take turns, the severity is random.

    The same random numbers are drawn for a normal clip, which has none.
    """
    severity = rng.uniform(MILDEST, 1.0)
    if label == "normal":
        return Fault()
    kinds = FAULTS[machine]
    return Fault(kinds[number // 2 % len(kinds)], severity)
