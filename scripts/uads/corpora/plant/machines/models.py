"""The model of each machine, by its name."""

from collections.abc import Callable

import numpy as np

from uads.corpora.plant.anomalies import Fault
from uads.corpora.plant.machines.mimii import fan, gearbox, pump, slider, valve
from uads.corpora.plant.machines.parts import Instance
from uads.corpora.plant.machines.toys import toy_car, toy_train
from uads.corpora.plant.signals import (
    Samples,
)

MODELS: dict[str, Callable[[Instance, str, Fault, np.random.Generator, int], Samples]] = {
    "fan": fan,
    "gearbox": gearbox,
    "pump": pump,
    "slider": slider,
    "valve": valve,
    "ToyCar": toy_car,
    "ToyTrain": toy_train,
}
