"""Dual plots: normal test data on the left, anomalous on the right, training data as shadows on both.

The panels are compared for two qualities: a simple boundary between left and right dots (separability),
and shadows below the left dots but not below the right ones (discriminative support).
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.colors import to_rgba_array
from matplotlib.figure import Figure
from numpy.typing import NDArray

from uads.cross import Cross, find_cross
from uads.errors import UserError
from uads.figures.annotations import count_shown, mark_regions, region_key
from uads.figures.canvas import (
    CROSS,
    DISC,
    PANEL_TITLES,
    ROUND,
    TRIANGLE,
    Block,
    Sheet,
    Swatch,
    count_samples,
    draw_cross,
    fit_limits,
    make_sheet,
    say_empty,
    scatter,
    show_window,
)
from uads.figures.marks import MARKS, dot_area_scale, shadow_area_scale, shadow_opacity
from uads.figures.palettes import (
    PALETTES,
    distinct_colours,
    external_colours,
    lightened,
    machine_colours,
    section_shades,
)
from uads.figures.regions import excerpt, find_regions
from uads.figures.settings import Settings
from uads.figures.shadows import Shadows

#: Columns of a UMAP table that a figure reads.
COLUMNS = ["clip", "corpus", "machine", "section", "domain", "split", "label", "energy", "x", "y"]
FAMILIES = ("train/source", "train/target", "normal/source", "normal/target", "anomaly/source", "anomaly/target")
LABELS = ("normal", "anomaly")
REPRESENTATIONS = {"stft": "log-STFT", "mel": "log-mel", "l3": "L3"}
CORPORA = {"audioset": "AudioSet", "idmt": "IDMT-ISA-EE"}
EDGED_BELOW = 4000  # dots per panel, above which an edge around each would darken the plot


def plot_global(table: pd.DataFrame, metadata: Mapping[str, Any], settings: Settings) -> Figure:
    """Draw all machines: one colour per machine, round dots for source and triangular ones for target.

    Parameters
    ----------
    table : DataFrame
        A UMAP table with at least :data:`COLUMNS`.
    metadata : mapping
        Metadata of the UMAP table.
    settings : Settings
    """
    samples = drawn_samples(table, settings)
    kinds = sample_kinds(samples)
    corpora = external_corpora(samples, metadata)
    machines = names(samples, "machine")
    colours = external_layer(samples, corpora, settings.palette, on_global=True)
    palette = machine_colours(settings.palette, machines)
    number = codes(samples["machine"], machines)
    own, test = kinds != "external", is_test(samples)
    if machines:
        dots, shadows = (np.array([palette[machine][part] for machine in machines]) for part in (0, 1))
        colours[own & test] = dots[number[own & test]]
        colours[own & ~test] = shadows[number[own & ~test]]
    if settings.shade_sections:
        sections = names(samples, "section")
        shade = np.linspace(-0.3, 0.45, len(sections)) if len(sections) > 1 else np.zeros(len(sections))
        share = shade[codes(samples["section"], sections)[own & test]]
        colours[own & test] = lightened(colours[own & test], share[:, None])
    present = {"training": kinds == "train", "source": test & ~is_target(samples), "target": test & is_target(samples)}
    present = {name: rows for name, rows in present.items() if rows.any()}
    shapes = {"training": (DISC, 1), "source": (ROUND, 0), "target": (TRIANGLE, 0)}
    rows = [
        (
            [
                Swatch(shapes[column][0], palette[machine][shapes[column][1]])
                if (found & (number == at)).any()
                else None
                for column, found in present.items()
            ],
            machine,
        )
        for at, machine in enumerate(machines)
    ]
    headers = {"training": "training", "source": "test source", "target": "test target"}
    legend = [
        Block("machine", rows, [headers[name] for name in present]),
        *external_blocks(corpora, external_colours(settings.palette, corpora, on_global=True)),
    ]
    scope = str(metadata.get("scope", "global"))
    title = "all machines" if scope == "global" else scope
    return draw_sheet("global", samples, colours, legend, title, metadata, settings, is_target(samples))


def plot_machine(table: pd.DataFrame, metadata: Mapping[str, Any], settings: Settings) -> Figure:
    """Draw one machine: a family of colours per split, label and domain, and a shade per section.

    The parameters are those of :func:`plot_global`.
    """
    samples = drawn_samples(table, settings)
    families = sample_families(samples)
    corpora = external_corpora(samples, metadata)
    sections = names(samples, "section")
    number = codes(samples["section"], sections)
    colours = external_layer(samples, corpora, settings.palette)
    present = [family for family in FAMILIES if (families == family).any()]
    swatches: dict[str, dict[int, Swatch]] = {}
    triangles = settings.palette == "colour_blind"
    for family in present:
        members = families == family
        shades = section_shades(settings.palette, family, int(number[members].max()) + 1)
        colours[members] = shades[number[members]]
        swatches[family] = {
            int(at): Swatch(family_shape(family, triangles), shades[at]) for at in np.unique(number[members])
        }
    headers = [family.replace("/", " ").replace("train", "training") for family in present]
    rows = [([swatches[family].get(at) for family in present], section) for at, section in enumerate(sections)]
    legend = [Block("section", rows, headers), *external_blocks(corpora, external_colours(settings.palette, corpora))]
    title = str(metadata.get("scope", ""))
    triangular = is_target(samples) if triangles else None
    return draw_sheet("machine", samples, colours, legend, title, metadata, settings, triangular)


def plot_section(table: pd.DataFrame, metadata: Mapping[str, Any], section: str, settings: Settings) -> Figure:
    """Draw one section of a machine: one colour per audio file.

    Parameters
    ----------
    table, metadata, settings
        As for :func:`plot_global`.
    section : str
        Name of the section.

    Raises
    ------
    UserError
        If the table has no sample of the section.
    """
    samples = drawn_samples(table, settings)
    external = samples["split"] == "external"
    known = names(samples, "section")
    if section not in known:
        raise UserError(f"the UMAP of {metadata.get('scope')} has no section '{section}', only {', '.join(known)}")
    samples = samples[external | (samples["section"] == section)].reset_index(drop=True)
    families = sample_families(samples)
    corpora = external_corpora(samples, metadata)
    colours = external_layer(samples, corpora, settings.palette)
    training = []
    for domain in ("source", "target"):
        family = f"train/{domain}"
        if (families == family).any():
            (colour,) = section_colours(settings.palette, family)
            colours[families == family] = colour
            training.append(([Swatch(DISC, colour)], domain))
    test = is_test(samples)
    clips, file_number = np.unique(samples["clip"][test].to_numpy(dtype=str), return_inverse=True)
    file_colours = distinct_colours(len(clips))
    colours[test] = file_colours[file_number]
    dots = [
        ([Swatch(shape, file_colours[min(at, len(clips) - 1)])], domain)
        for at, (domain, shape) in enumerate((("source", ROUND), ("target", TRIANGLE)))
        if (test & (is_target(samples) == (domain == "target"))).any()
    ]
    legend = [
        Block("training", training),
        Block("test, a colour per file", dots),
        *external_blocks(corpora, external_colours(settings.palette, corpora)),
    ]
    title = f"{metadata.get('scope', '')} · section {section}"
    return draw_sheet("section", samples, colours, legend, title, metadata, settings, is_target(samples))


def plot_figure(
    table: pd.DataFrame, metadata: Mapping[str, Any], figure: Mapping[str, Any], settings: Settings
) -> Figure:
    """Draw a figure described in the config.

    Parameters
    ----------
    table, metadata
        As for :func:`plot_global`.
    figure : mapping
        ``kind`` (global, machine or section) and, for a section, ``section``.
    settings : Settings

    Raises
    ------
    UserError
        If the kind is unknown.
    """
    kind = figure["kind"]
    if kind == "section":
        return plot_section(table, metadata, str(figure["section"]), settings)
    draw = {"global": plot_global, "machine": plot_machine}.get(kind)
    if draw is None:
        raise UserError(f"the kind of a figure is '{kind}': choose global, machine or section")
    return draw(table, metadata, settings)


def drawn_samples(table: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Remove what a dual plot does not show: unlabelled test samples, and external corpora if disabled."""
    unlabelled = (table["split"] == "test") & ~table["label"].isin(LABELS)
    unwanted = (table["split"] == "external") & (not settings.external)
    return table.loc[~(unlabelled | unwanted), COLUMNS].reset_index(drop=True)


def draw_sheet(
    kind: str,
    samples: pd.DataFrame,
    colours: NDArray[np.float64],
    legend: Sequence[Block],
    title: str,
    metadata: Mapping[str, Any],
    settings: Settings,
    triangular: NDArray[np.bool_] | None,
) -> Figure:
    """Draw the layers of a dual plot, whatever its colours mean.

    Parameters
    ----------
    kind : {"global", "machine", "section"}
        Kind of plot, which determines the published sizes.
    samples : DataFrame
        Samples to draw, see :func:`drawn_samples`.
    colours : array [n, 3]
        Colour of each sample.
    legend : sequence of Block
    title : str
        Scope or section of the samples, for the heading.
    metadata : mapping
    settings : Settings
    triangular : array [n] of bool, optional
        Mask of the test dots that are triangles.
    """
    x, y = samples["x"].to_numpy(float), samples["y"].to_numpy(float)
    energy = samples["energy"].to_numpy(float)
    cross = find_cross(x, y, energy, settings.cross_skip, settings.cross_average) if settings.cross else None
    if cross:
        legend = [*legend, Block("energy", [([Swatch(CROSS, "black")], "low-energy origin")])]
    regions = find_regions(x, y, sample_families(samples)) if settings.annotate or settings.crop == "auto" else []
    if settings.annotate:
        legend = [*legend, region_key(regions)]
    heading = " · ".join(
        [title, describe_representation(metadata), *(["excerpt"] if settings.crop is not None else [])]
    )
    sheet = make_sheet(settings.size, settings.dpi, heading, legend, small_print(samples, metadata, cross))
    fit_limits(sheet, x, y)
    draw_shadows(sheet, kind, samples, colours, settings)
    draw_dots(sheet, kind, samples, colours, settings, triangular)
    if cross:
        for panel in sheet.panels:
            draw_cross(panel, cross.x, cross.y, sheet.scale)
    if settings.crop is not None:
        show_window(sheet, excerpt(regions, x, y) if settings.crop == "auto" else settings.crop)
        count_shown(sheet)
    if settings.annotate:
        mark_regions(sheet, regions)
    return sheet.figure


def draw_shadows(
    sheet: Sheet, kind: str, samples: pd.DataFrame, colours: NDArray[np.float64], settings: Settings
) -> None:
    """Draw external corpora, training source and training target on both panels, the rarest on top."""
    rows = np.flatnonzero(~is_test(samples))
    if not len(rows):
        return
    rng = np.random.default_rng(settings.seed)
    rank = (samples["split"] != "external").to_numpy(int) + is_target(samples)
    rows = rng.permutation(rows)
    rows = rows[np.argsort(rank[rows], kind="stable")]
    x, y = samples["x"].to_numpy()[rows], samples["y"].to_numpy()[rows]
    marks = MARKS[kind]
    area = marks.shadow * shadow_area_scale(marks, len(rows), settings.size, settings.marker_scale)
    rgba = with_opacity(colours[rows], shadow_opacity(marks, len(rows)))
    layers = [scatter(panel, x, y, rgba, area, name="shadows", zorder=1, kind=Shadows) for panel in sheet.panels]
    layers[1].first = layers[0]


def draw_dots(
    sheet: Sheet,
    kind: str,
    samples: pd.DataFrame,
    colours: NDArray[np.float64],
    settings: Settings,
    triangular: NDArray[np.bool_] | None,
) -> None:
    """Draw the test samples, shuffled so that no class hides another, each on the panel of its label."""
    test, label = is_test(samples), samples["label"].to_numpy(dtype=str)
    sides = [np.flatnonzero(test & (label == side)) for side in LABELS]
    marks = MARKS[kind]
    fuller = max(len(rows) for rows in sides)
    growth = dot_area_scale(marks, fuller, settings.size, settings.marker_scale)
    rng = np.random.default_rng(settings.seed)
    for panel, title, rows in zip(sheet.panels, PANEL_TITLES, sides, strict=True):
        count_samples(panel, len(rows), sheet.scale)
        if not len(rows):
            say_empty(panel, f"no {title.replace(' ', '')} samples", sheet.scale)
            continue
        rows = rng.permutation(rows)
        scatter(
            panel,
            samples["x"].to_numpy()[rows],
            samples["y"].to_numpy()[rows],
            with_opacity(colours[rows], 1.0),
            marks.dot * growth,
            None if triangular is None else triangular[rows],
            marks.triangle * growth,
            name="dots",
            zorder=2,
            edge=0.9 * sheet.scale if fuller < EDGED_BELOW else 0.0,
        )


def small_print(samples: pd.DataFrame, metadata: Mapping[str, Any], cross: Cross | None) -> list[str]:
    """Describe the number of samples of each class, the UMAP's parameters and the stand-ins."""
    families = pd.Series(sample_families(samples)).value_counts()
    counts = [
        f"{family.replace('/', ' ').replace('train', 'training')} {families[family]:,}"
        for family in FAMILIES
        if family in families
    ]
    external = samples["corpus"][samples["split"] == "external"].value_counts()
    counts += [f"{corpus_title(corpus)} {external[corpus]:,}" for corpus in external_corpora(samples, metadata)]
    stated = [
        ("n_neighbors", metadata.get("n_neighbors")),
        ("min_dist", metadata.get("min_dist")),
        ("metric", metadata.get("metric")),
        ("seed", metadata.get("seed")),
    ]
    umap = "UMAP: " + ", ".join(f"{name} {value}" for name, value in stated if value is not None)
    trust = metadata.get("trustworthiness")
    parts = [
        "Samples: " + ", ".join(counts) + ".",
        umap + (f"; trustworthiness {trust:.3f}" if isinstance(trust, float) else "") + ".",
    ]
    if cross:
        parts.append(sentence(cross.describe()))
    if metadata.get("study"):
        parts.append(f"Study: {metadata['study']}.")
    stand_ins = [sentence(text) for text in metadata.get("stand_ins") or []]
    return [" ".join(parts), *(["Stand-ins: " + " ".join(stand_ins)] if stand_ins else [])]


def sentence(text: str) -> str:
    """Return a text with a capital first letter and a final full stop."""
    text = text.strip().rstrip(".")
    return text[:1].upper() + text[1:] + "."


def describe_representation(metadata: Mapping[str, Any]) -> str:
    """Describe what one sample is, for example ``log-mel · stacks of 5 frames``."""
    name = str(metadata.get("representation", ""))
    k = int(metadata.get("k", 1))
    return f"{REPRESENTATIONS.get(name, name)} · {'single frames' if k == 1 else f'stacks of {k} frames'}"


def sample_kinds(samples: pd.DataFrame) -> NDArray[np.str_]:
    """Return ``external``, ``train``, ``normal`` or ``anomaly`` for each sample."""
    test = samples["split"] == "test"
    kinds = {"external": samples["split"] == "external", "train": samples["split"] == "train"}
    kinds |= {label: test & (samples["label"] == label) for label in LABELS}
    return np.select([rows.to_numpy(dtype=bool) for rows in kinds.values()], list(kinds), "unknown")


def sample_families(samples: pd.DataFrame) -> NDArray[np.str_]:
    """Return the name of each sample's family of colours, or ``external``."""
    kinds = sample_kinds(samples)
    target = is_target(samples)
    wanted = [family.split("/") for family in FAMILIES]
    members = [(kinds == kind) & (target == (domain == "target")) for kind, domain in wanted]
    return np.select(members, FAMILIES, kinds)


def family_shape(family: str, triangles: bool) -> str:
    """Return the shape of a family's marks in a legend."""
    if family.startswith("train"):
        return DISC
    return TRIANGLE if triangles and family.endswith("target") else ROUND


def is_test(samples: pd.DataFrame) -> NDArray[np.bool_]:
    """Return a mask of the test samples (drawn as dots)."""
    return (samples["split"] == "test").to_numpy(dtype=bool)


def is_target(samples: pd.DataFrame) -> NDArray[np.bool_]:
    """Return a mask of the samples of the target domain."""
    return (samples["domain"] == "target").to_numpy(dtype=bool)


def names(samples: pd.DataFrame, column: str) -> list[str]:
    """List the names in a column in natural order, without external corpora."""
    return sorted(samples.loc[samples["split"] != "external", column].unique(), key=natural_order)


def natural_order(name: str) -> tuple[list[tuple[int, str]], str]:
    """Return a sort key that puts ``b2`` before ``B10`` and is unique for each name."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"([0-9]+)", name.casefold())], name


def codes(values: pd.Series, known: Sequence[str]) -> NDArray[np.int64]:
    """Return the index of each value in ``known``, or -1."""
    place = {name: at for at, name in enumerate(known)}
    found, unique = pd.factorize(values)
    return np.array([place.get(name, -1) for name in unique] or [-1], np.int64)[found]


def external_corpora(samples: pd.DataFrame, metadata: Mapping[str, Any]) -> list[str]:
    """List the external corpora that have samples, in the study's order."""
    present = samples.loc[samples["split"] == "external", "corpus"].unique()
    ordered = [corpus for corpus in metadata.get("external") or [] if corpus in present]
    return ordered + sorted(set(present) - set(ordered))


def external_layer(
    samples: pd.DataFrame, corpora: Sequence[str], palette: str, on_global: bool = False
) -> NDArray[np.float64]:
    """Return colours [n, 3] of the samples of external corpora; all others are black."""
    colours = np.zeros((len(samples), 3))
    external = (samples["split"] == "external").to_numpy(dtype=bool)
    for corpus, colour in external_colours(palette, corpora, on_global).items():
        colours[external & (samples["corpus"] == corpus).to_numpy(dtype=bool)] = colour
    return colours


def external_blocks(corpora: Sequence[str], colours: Mapping[str, NDArray[np.float64]]) -> list[Block]:
    """Return the legend block of the external corpora, if there are any."""
    rows = [([Swatch(DISC, colours[corpus])], corpus_title(corpus)) for corpus in corpora]
    return [Block("external", rows)] if rows else []


def corpus_title(corpus: str) -> str:
    """Return the title of a corpus."""
    return CORPORA.get(corpus, corpus)


def section_colours(palette: str, family: str) -> NDArray[np.float64]:
    """Return the colours of a section plot's shadows."""
    return to_rgba_array(PALETTES[palette]["section"][family])[:, :3]


def with_opacity(colours: NDArray[np.float64], opacity: float) -> NDArray[np.float64]:
    """Append an opacity to each colour."""
    return np.column_stack([colours, np.full(len(colours), opacity)])
