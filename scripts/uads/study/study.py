"""A study: the views of a config, built in order."""

from collections.abc import Mapping, Sequence
from typing import Any

from uads.corpora.datasets import Row
from uads.study.corpora import CorporaView
from uads.study.detectors import DetectorsView
from uads.study.features import FeaturesView
from uads.study.figures import FiguresView
from uads.study.representations import RepresentationsView
from uads.study.tables import TablesView
from uads.study.umaps import UmapsView


class Study:
    """What a config asks for; each view takes only the views above it here, and checks its own part of the config.

    Parameters
    ----------
    config : mapping
        The validated config.
    datasets : sequence of mapping
        The rows of the dataset table: every file that can be downloaded.

    Raises
    ------
    UserError
        If entries contradict each other.
    """

    def __init__(self, config: Mapping[str, Any], datasets: Sequence[Row]):
        self.config = config
        self.name: str = config["study"]
        self.seed: int = config["seed"]
        self.corpora = CorporaView(config, datasets)
        self.representations = RepresentationsView(config, self.corpora)
        self.umaps = UmapsView(config, self.corpora, self.representations)
        self.detectors = DetectorsView(config, self.corpora, self.representations)
        self.features = FeaturesView(self.corpora, self.representations, self.umaps, self.detectors)
        self.figures = FiguresView(config, self.corpora, self.representations, self.umaps, self.detectors)
        self.tables = TablesView(config, self.corpora, self.detectors)
