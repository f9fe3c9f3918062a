"""Settings of UMAPs."""

from typing import Annotated, Literal

from pydantic import Field

from uads.core.settings import Distinct, PartialSettings, Settings

Metric = Literal["euclidean", "manhattan", "chebyshev", "cosine", "correlation"]
#: Keys of :data:`uads.manifold.umaps.LAYOUTS`.
Layout = Literal["umap-learn", "parallel"]
Name = Annotated[str, Field(pattern="^[A-Za-z][A-Za-z0-9_-]*$")]


class FurtherUmap(PartialSettings):
    """A UMAP beside those of every scope, representation and stack size."""

    scope: str | Annotated[Distinct[str], Field(min_length=1)] = Field(
        description="global, a machine, or a list of machines (samples.global is the number of their stacks to draw)."
    )
    representation: str = Field(description="Its representation.")
    k: int = Field(ge=1, description="Its stack size.")
    n_neighbors: int = Field(15, ge=2, description="As umaps.n_neighbors by default.")
    min_dist: float = Field(0.1, ge=0, le=1, description="As umaps.min_dist by default.")
    metric: Metric = Field("euclidean", description="As umaps.metric by default.")
    layout: Layout = Field("umap-learn", description="As umaps.layout by default.")


class UmapSettings(Settings):
    """The UMAPs of a study."""

    scopes: list[str] | None = Field(None, description="'global' and machines; null for all.")
    representations: Distinct[str] = Field(min_length=1, description="Which representations are projected.")
    n_neighbors: int = Field(15, ge=2, description="Neighbours of a sample that the graph keeps.")
    min_dist: float = Field(0.1, ge=0, le=1, description="How close dots may come.")
    metric: Metric = Field("euclidean", description="Distance between stacks.")
    layout: Layout = Field(
        "umap-learn",
        description=(
            "What computes the positions: umap-learn, as published; or parallel, which is several times faster, gives "
            "the same bytes on any number of threads, and preserves neighbours as well (docs/umaps.md)."
        ),
    )
    neighbours: Literal["auto", "exact", "approximate"] = Field(
        "auto",
        description="How neighbours are searched; auto: exactly up to exact_up_to samples, and wherever a GPU does it.",
    )
    exact_up_to: int = Field(
        10000,
        ge=0,
        description=(
            "Samples up to which auto searches the true neighbours; the approximate search is compiled first, "
            "which takes about 20 s."
        ),
    )
    accelerate: bool = Field(
        False, description="Whether jobs that search neighbours request a GPU, which they use if they get one."
    )
    kept_variance: Annotated[float, Field(gt=0, lt=1)] | None = Field(
        None,
        description=(
            "Share of the variance kept by the principal components that are searched; null to search the samples."
        ),
    )
    recall_probe: int = Field(1000, ge=1, description="Samples on which the recall of the neighbours is measured.")
    trustworthiness_probe: int = Field(5000, ge=2, description="Samples on which trustworthiness is measured.")
    more: dict[Name, FurtherUmap] | None = Field(
        None,
        description=(
            "Further UMAPs by name, of any scope, stack size and parameters; each gets a plot of its name under "
            "figures/more."
        ),
    )
