"""A study: the views of a config, built in order."""

from collections.abc import Mapping, Sequence
from typing import Any

from uads.core.entry import DataSizes, Jobs
from uads.corpora.datasets import Row
from uads.pages import costs as pages
from uads.study.corpora import CorporaView
from uads.study.detectors import DetectorsView
from uads.study.features import FeaturesView
from uads.study.figures import FiguresView
from uads.study.measures import MeasuresView
from uads.study.representations import RepresentationsView
from uads.study.resources import merge_jobs
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
        self.measures = MeasuresView(self)
        self.figures = FiguresView(self)
        self.tables = TablesView(self)

    def jobs(self, sizes: DataSizes) -> Jobs:
        """Return entry and work of the jobs of each rule that a scheduler is given.

        Parameters
        ----------
        sizes : Sizes
            Of the study's data, see :class:`uads.study.sizes.Sizes`.

        Raises
        ------
        ValueError
            If two views declare the same rule.
        """
        views = (self.corpora, self.umaps, self.detectors, self.features, self.measures, self.figures, self.tables)
        own = {"write_methods": lambda _: pages.WRITE_METHODS.job()}
        return merge_jobs(own, *(view.jobs(sizes) for view in views))
