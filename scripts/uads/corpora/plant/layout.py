"""Recordings and file names of the plant, in the layout of DCASE 2021 Task 2.

Names of test clips contain no attributes, and those of the evaluation part no label either.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from uads.core.seeds import derive_rng

MACHINES = ("fan", "gearbox", "pump", "slider", "valve", "ToyCar", "ToyTrain")
DEVELOPMENT_SECTIONS = ("00", "01", "02")
EVALUATION_SECTIONS = ("03", "04", "05")
SECTIONS = DEVELOPMENT_SECTIONS + EVALUATION_SECTIONS
DOMAINS = ("source", "target")
LABELS = ("normal", "anomaly")


@dataclass(frozen=True)
class PlantSize:
    """Number and duration of the recordings.

    Parameters
    ----------
    train_source, train_target : int
        Training clips per section, all normal.
    test : int
        Test clips per section, domain and label.
    seconds : float
        Duration of a machine clip and of a fragment.
    fragments : int
        Clips of the stand-in for AudioSet.
    engine_clips : int
        Clips per class and split of the stand-in for IDMT-ISA-ELECTRIC-ENGINE.
    """

    train_source: int = 20
    train_target: int = 3
    test: int = 8
    seconds: float = 10.0
    fragments: int = 48
    engine_clips: int = 8


@dataclass(frozen=True)
class Recording:
    """One machine clip to synthesize; ``number`` counts within section, domain, split and label."""

    machine: str
    section: str
    domain: str
    split: str
    label: str
    number: int

    @property
    def attributes(self) -> str:
        """Operating point in the notation of the corpus, such as ``vel150_dis350_accl0.30``.

        Operating points rotate with ``number``, so that normal and anomalous test clips share them.
        """
        choices = ATTRIBUTES[self.machine][self.section][DOMAINS.index(self.domain)]
        return choices[self.number % len(choices)]


#: Operating points of the source and the target domain, by machine and section.
ATTRIBUTES: dict[str, dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "fan": {
        "00": (
            ("strength_1_ambient", "strength_2_ambient"),
            ("strength_1_temp_min", "strength_1_temp_max", "strength_2_temp_max"),
        ),
        # "strenght" is how the real corpus spells it in this section
        "01": (("strenght_1_ambient", "strenght_1_big_ambient"), ("strenght_1_small_ambient",)),
        "02": (("strength_2_ambient", "strength_3_ambient"), ("strength_1_ambient", "strength_4_ambient")),
        "03": (("strength_1_ambient", "strength_1_temp_min"), ("strength_1_temp_max",)),
        "04": (("strength_1_ambient", "strength_1_small_ambient"), ("strength_1_big_ambient",)),
        "05": (("strength_1_ambient", "strength_3_ambient"), ("strength_1_temp_min", "strength_1_temp_max")),
    },
    "gearbox": {
        "00": (
            ("0_g_25_mm_2000_mV_none", "100_g_25_mm_2000_mV_none", "250_g_25_mm_2000_mV_none"),
            ("100_g_25_mm_1500_mV_none", "0_g_25_mm_3000_mV_none"),
        ),
        "01": (
            ("0_g_20_mm_2000_mV_none", "60_g_20_mm_2000_mV_none", "120_g_20_mm_2000_mV_none"),
            ("60_g_20_mm_1300_mV_none", "120_g_20_mm_2800_mV_none"),
        ),
        "02": (
            ("50_g_30_mm_2000_mV_None", "50_g_30_mm_2300_mV_None", "150_g_30_mm_2000_mV_None"),
            ("50_g_30_mm_1600_mV_None", "200_g_30_mm_2600_mV_None"),
        ),
        "03": (
            ("0_g_25_mm_1700_mV_none", "200_g_25_mm_1700_mV_none", "200_g_25_mm_2000_mV_none"),
            ("50_g_25_mm_2600_mV_none", "250_g_25_mm_1300_mV_none"),
        ),
        "04": (
            ("0_g_28_mm_2400_mV_none", "140_g_28_mm_2400_mV_none"),
            ("70_g_28_mm_1800_mV_none", "140_g_28_mm_3000_mV_none"),
        ),
        "05": (
            ("80_g_22_mm_1800_mV_None", "80_g_22_mm_2100_mV_None", "160_g_22_mm_1800_mV_None"),
            ("80_g_22_mm_1400_mV_None", "0_g_22_mm_2500_mV_None"),
        ),
    },
    "pump": {
        "00": (("serial_no_000_water",), ("serial_no_000_viscous_liquid",)),
        "01": (("serial_no_010_water", "serial_no_011_water"), ("serial_no_010_viscous_liquid",)),
        "02": (("serial_no_020", "serial_no_021"), ("serial_no_022", "serial_no_023")),
        "03": (("serial_no_030_water",), ("serial_no_030_viscous_liquid",)),
        "04": (("serial_no_040", "serial_no_040_041"), ("serial_no_040_041_042", "serial_no_041_042")),
        "05": (("serial_no_050_water", "serial_no_051_water"), ("serial_no_052_water", "serial_no_053_water")),
    },
    "slider": {
        "00": (
            ("vel150_dis350_accl0.30", "vel400_dis150_accl0.30", "vel400_dis350_accl0.30"),
            ("vel800_dis150_accl0.50", "vel800_dis350_accl0.50"),
        ),
        "01": (
            ("vel300_dis200_accl0.20", "vel300_dis400_accl0.20"),
            ("vel600_dis200_accl0.40", "vel150_dis200_accl0.10"),
        ),
        "02": (("glassfiber_none",), ("polyurethane_none",)),
        "03": (
            ("vel200_dis300_accl0.30", "vel500_dis300_accl0.30"),
            ("vel700_dis300_accl0.60", "vel350_dis100_accl0.30"),
        ),
        "04": (("polyurethane_none",), ("glassfiber_none",)),
        "05": (
            ("vel250_dis250_accl0.25", "vel500_dis250_accl0.25", "vel500_dis400_accl0.25"),
            ("vel900_dis400_accl0.50", "vel250_dis100_accl0.50"),
        ),
    },
    "valve": {
        "00": (("pattern_00_no_pump", "pattern_01_no_pump"), ("pattern_02_no_pump", "pattern_03_no_pump")),
        "01": (("pattern_00_air_pump", "pattern_01_air_pump"), ("pattern_00_water_pump", "pattern_01_water_pump")),
        "02": (("pattern_02_no_pump", "pattern_03_no_pump"), ("pattern_02_air_pump", "pattern_03_air_pump")),
        "03": (("pattern_00_no_pump", "pattern_02_no_pump"), ("pattern_01_no_pump", "pattern_03_no_pump")),
        "04": (("pattern_01_water_pump", "pattern_03_water_pump"), ("pattern_01_no_pump", "pattern_03_no_pump")),
        "05": (
            ("pattern_00_air_pump", "pattern_01_air_pump", "pattern_01_no_pump"),
            ("pattern_00_air_pump_comb", "pattern_01_air_pump_comb"),
        ),
    },
    "ToyCar": {
        "00": (
            ("A1Spd28VMic1", "C2Spd34VMic1", "E2Spd34VMic1"),
            ("C1Spd28VMic1", "C1Spd34VMic1", "C2Spd28VMic1"),
        ),
        "01": (("A1Spd28VMic1", "A1Spd34VMic1", "B2Spd31VMic1"), ("D1Spd31VMic1", "D1Spd37VMic1")),
        "02": (("B1Spd31VMic1", "B1Spd34VMic1", "E1Spd31VMic1"), ("B1Spd31VMic2", "E1Spd40VMic2")),
        "03": (("A2Spd28VMic1", "C1Spd31VMic1", "D2Spd28VMic1"), ("A2Spd37VMic1", "C1Spd40VMic1")),
        "04": (("B1Spd34VMic1", "D1Spd34VMic1"), ("E1Spd34VMic1", "E2Spd28VMic1")),
        "05": (("C2Spd31VMic1", "D2Spd31VMic1", "E1Spd37VMic1"), ("C2Spd31VMic2", "D2Spd37VMic2")),
    },
    "ToyTrain": {
        "00": (("A1Spd8Mic1", "A1Spd9Mic1", "C1Spd8Mic1"), ("A1Spd10Mic1", "C1Spd6Mic1")),
        "01": (("A1Spd6Mic1", "A1Spd7Mic1", "B1Spd7Mic1"), ("A2Spd9Mic1", "B1Spd10Mic1")),
        "02": (("B2Spd8Mic1", "C2Spd8Mic1"), ("B2Spd8Mic2", "C2Spd10Mic2")),
        "03": (("A1Spd7Mic1", "D1Spd7Mic1", "D1Spd9Mic1"), ("A1Spd10Mic1", "D1Spd5Mic1")),
        "04": (("C1Spd9Mic1", "E1Spd9Mic1"), ("C2Spd9Mic1", "E2Spd6Mic1")),
        "05": (("B1Spd6Mic1", "E1Spd6Mic1", "E1Spd8Mic1"), ("B1Spd9Mic2", "E1Spd9Mic2")),
    },
}


def training_names(machine: str, section: str, size: PlantSize) -> Iterator[tuple[str, Recording]]:
    """Yield the names in ``train``, each with its recording."""
    for domain, count in (("source", size.train_source), ("target", size.train_target)):
        for number in range(count):
            recording = Recording(machine, section, domain, "train", "normal", number)
            yield f"section_{section}_{domain}_train_normal_{number:04d}_{recording.attributes}.wav", recording


def labelled_test_names(machine: str, section: str, domain: str, size: PlantSize) -> Iterator[tuple[str, Recording]]:
    """Yield the names in ``source_test`` or ``target_test`` of the development part, each with its recording."""
    for label in LABELS:
        for number in range(size.test):
            name = f"section_{section}_{domain}_test_{label}_{number:04d}.wav"
            yield name, Recording(machine, section, domain, "test", label, number)


def blind_test_names(
    machine: str, section: str, domain: str, size: PlantSize, seed: int
) -> Iterator[tuple[str, Recording]]:
    """Yield the names in ``source_test`` or ``target_test`` of the evaluation part, with shuffled recordings."""
    recordings = [
        Recording(machine, section, domain, "test", label, number) for label in LABELS for number in range(size.test)
    ]
    order = derive_rng(seed, "plant", machine, section, domain, "order").permutation(len(recordings))
    for place, index in enumerate(order):
        yield f"section_{section}_{domain}_test_{place:04d}.wav", recordings[index]


def ground_truth_name(machine: str, section: str, domain: str) -> str:
    """Return the name of the file with the labels of the blind test clips."""
    return f"ground_truth_{machine}_section_{section}_{domain}_test.csv"


def ground_truth(names: Sequence[tuple[str, Recording]]) -> str:
    """Return the lines of a ground truth file: name, 0 for normal or 1 for anomaly."""
    return "".join(f"{name},{LABELS.index(recording.label)}\n" for name, recording in names)


def clip_rng(seed: int, recording: Recording) -> np.random.Generator:
    """Return the random number generator of one clip, independent of all other clips."""
    r = recording
    return derive_rng(seed, "plant", r.machine, r.section, r.domain, r.split, r.label, r.number)
