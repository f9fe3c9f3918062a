"""Faults of the anomalous test clips of the plant, which no file of the corpus states."""

import pandas as pd

from uads.corpora.plant.anomalies import draw_fault
from uads.corpora.plant.layout import (
    DEVELOPMENT_SECTIONS,
    DOMAINS,
    MACHINES,
    SECTIONS,
    PlantSize,
    blind_test_names,
    clip_rng,
    labelled_test_names,
)


def list_faults(size: PlantSize, seed: int) -> pd.DataFrame:
    """List the faults of the anomalous test clips, to analyse which of them a detector finds.

    Returns
    -------
    DataFrame
        machine, section, domain, name (of the file), fault, severity (0 to 1).
    """
    rows = []
    for machine in MACHINES:
        for section in SECTIONS:
            for domain in DOMAINS:
                if section in DEVELOPMENT_SECTIONS:
                    names = labelled_test_names(machine, section, domain, size)
                else:
                    names = blind_test_names(machine, section, domain, size, seed)
                for name, recording in names:
                    fault = draw_fault(machine, recording.label, recording.number, clip_rng(seed, recording))
                    if fault.severity:
                        rows.append((machine, section, domain, name, fault.kind, fault.severity))
    return pd.DataFrame(rows, columns=["machine", "section", "domain", "name", "fault", "severity"])
