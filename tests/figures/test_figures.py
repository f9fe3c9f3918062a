"""The dual plots: positions, colours and legends."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from PIL import Image

from uads.core.errors import UserError
from uads.figures.dual.captions import caption
from uads.figures.dual.described import plot_figure
from uads.figures.dual.machine import plot_machine, plot_section
from uads.figures.dual.marks import MARKS, dot_area_scale, shadow_area_scale, shadow_opacity
from uads.figures.dual.palettes import PALETTES, distinct_colours, external_colours, machine_colours, section_shades
from uads.figures.dual.regions import find_regions
from uads.figures.dual.settings import Settings
from uads.figures.dual.shadows import Shadows
from uads.figures.dual.style import marker_path
from uads.figures.dual.whole_study import plot_global
from uads.figures.saving import save_figure
from uads.manifold.low_energy import cross_counts, find_cross

TITLES = {"mel": "log-mel", "audioset": "AudioSet", "idmt": "IDMT-ISA-EE"}
SMALL = Settings(size=(6.0, 3.0), dpi=60, seed=7, titles=TITLES)
METADATA = {
    "study": "embedded",
    "scope": "pump",
    "representation": "mel",
    "k": 5,
    "n_neighbors": 15,
    "min_dist": 0.1,
    "metric": "euclidean",
    "seed": 11,
    "trustworthiness": 0.9312,
    "external": ["audioset", "idmt"],
    "stand_ins": ["clips are synthesized"],
}


def splits(machine, sections, domains=("source", "target"), labels=("normal", "anomaly"), n=6):
    for section in sections:
        for domain in domains:
            yield machine, section, domain, "train", "normal", n
            for label in labels:
                yield machine, section, domain, "test", label, n


def umap_table(*rows, external=("audioset", "idmt"), n_external=20):
    """Return samples with a distinct position for each split and label."""
    rows = [*rows, *(("", "", "", "external", "unknown", n_external) for _ in external)]
    rng = np.random.default_rng(0)
    parts = []
    corpora = ["dcase"] * (len(rows) - len(external)) + list(external)
    for place, ((machine, section, domain, split, label, n), corpus) in enumerate(zip(rows, corpora, strict=True)):
        part = pd.DataFrame(
            {
                "clip": [f"{corpus}/{machine}/{section}_{domain}_{split}_{label}_{i % 3}.wav" for i in range(n)],
                "corpus": corpus,
                "machine": machine,
                "section": section,
                "domain": domain,
                "split": split,
                "label": label,
                "energy": rng.exponential(size=n),
                "x": np.float32(place) + rng.uniform(0, 0.5, n).astype("float32"),
                "y": rng.normal(size=n).astype("float32"),
            }
        )
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


@pytest.fixture
def table():
    return umap_table(*splits("pump", ["00", "01", "02"]), *[("pump", "03", "source", "train", "normal", 6)])


def panels(figure):
    by_name = {axes.get_label(): axes for axes in figure.axes}
    return by_name["normal"], by_name["anomaly"]


def layer(panel, name):
    (found,) = [drawn for drawn in panel.collections if drawn.get_label() == name]
    return found


def positions(panel, name):
    return {tuple(place) for place in np.round(np.asarray(layer(panel, name).get_offsets()), 5)}


def places(table, rows):
    return {tuple(place) for place in np.round(table.loc[rows, ["x", "y"]].to_numpy(float), 5)}


def texts(axes):
    return [text.get_text() for text in axes.texts]


def legend(figure):
    return texts(next(axes for axes in figure.axes if axes.get_label() == "legend"))


def every_text(figure):
    return " ".join(text.get_text() for text in figure.texts)


def test_published_colours_have_their_names():
    def names(family, n):
        return [tuple(colour) for colour in section_shades("published", family, n)]

    assert names("train/source", 2) == [to_rgb("paleturquoise"), to_rgb("lightblue")]
    assert names("train/target", 6)[-1] == to_rgb("darkgreen")
    assert names("normal/source", 3) == [to_rgb("slateblue"), to_rgb("blueviolet"), to_rgb("darkslateblue")]
    assert names("normal/source", 6)[0] == to_rgb("mediumpurple")
    assert names("normal/target", 1) == [to_rgb("palegreen")]
    assert names("anomaly/source", 1) == [to_rgb("yellow")]
    assert names("anomaly/target", 3)[2] == to_rgb("orangered")
    dot, shadow = machine_colours("published", ["valve"])["valve"]
    assert tuple(dot) == to_rgb("darkviolet") and tuple(shadow) == to_rgb("violet")
    assert tuple(external_colours("published", ["idmt"])["idmt"]) == to_rgb("violet")
    assert tuple(external_colours("published", ["idmt"], on_global=True)["idmt"]) == (0.55, 0.45, 0.55)


@pytest.mark.parametrize("palette", PALETTES)
def test_palettes_grow_with_the_number_of_names(palette):
    for family in PALETTES[palette]["families"]:
        assert len({tuple(colour) for colour in section_shades(palette, family, 20)}) == 20
    machines = ["fan", *(f"unit {i}" for i in range(30))]
    dots = {tuple(dot) for dot, _ in machine_colours(palette, machines).values()}
    assert len(dots) == 31
    assert distinct_colours(0).shape == (0, 3)


def test_dots_lie_on_the_panel_of_their_label(table):
    left, right = panels(plot_machine(table, METADATA, SMALL))
    test = table["split"] == "test"
    assert positions(left, "dots") == places(table, test & (table["label"] == "normal"))
    assert positions(right, "dots") == places(table, test & (table["label"] == "anomaly"))
    assert positions(left, "shadows") == positions(right, "shadows") == places(table, ~test)


def test_dots_have_the_colour_of_their_section_and_are_shuffled(table):
    left, _ = panels(plot_machine(table, METADATA, SMALL))
    dots = layer(left, "dots")
    number = dict(zip(map(tuple, np.round(table[["x", "y"]].to_numpy(float), 5)), table.index, strict=True))
    rows = [number[tuple(place)] for place in np.round(np.asarray(dots.get_offsets()), 5)]
    assert rows != sorted(rows)
    expected = {("source", "00"): "slateblue", ("source", "02"): "darkslateblue", ("target", "01"): "greenyellow"}
    for row, colour in zip(rows, dots.get_facecolors(), strict=True):
        name = expected.get((table.at[row, "domain"], table.at[row, "section"]))
        assert name is None or tuple(colour) == (*to_rgb(name), 1.0)


def test_panels_share_both_axes_and_have_no_ticks(table):
    left, right = panels(plot_machine(table, METADATA, SMALL))
    assert left.get_shared_x_axes().joined(left, right) and left.get_shared_y_axes().joined(left, right)
    assert left.get_xlim() == right.get_xlim() and left.get_ylim() == right.get_ylim()
    assert not len(left.get_xticks()) and not len(right.get_yticks())
    assert left.get_facecolor() == (0.975, 0.985, 1.0, 1.0)
    assert left.get_xlim()[0] < table["x"].min() and table["x"].max() < left.get_xlim()[1]


def test_unlabelled_test_samples_are_not_drawn(table):
    unlabelled = umap_table(("pump", "00", "source", "test", "unknown", 4), external=()).assign(x=99.0)
    left, right = panels(plot_machine(pd.concat([table, unlabelled], ignore_index=True), METADATA, SMALL))
    assert left.get_xlim()[1] < 99
    assert not positions(left, "dots") & places(unlabelled, unlabelled.index)


def test_an_empty_panel_says_so():
    table = umap_table(*splits("pump", ["id_00"], domains=("source",), labels=("normal",)), external=())
    figure = plot_machine(table, {**METADATA, "external": []}, SMALL)
    left, right = panels(figure)
    assert texts(left) == []
    assert texts(right) == ["no test/anomaly samples"]
    assert layer(right, "shadows")


def test_legends_list_what_is_present(table):
    shown = legend(plot_machine(table, METADATA, SMALL))
    assert {"00", "03", "training target", "anomaly source", "AudioSet", "IDMT-ISA-EE"} <= set(shown)
    few = umap_table(*splits("x", ["a"], domains=("source",), labels=("normal",)), external=("hall",))
    shown = legend(plot_machine(few, METADATA, SMALL))
    assert shown == ["training source", "normal source", "section", "a", "external", "hall"]
    shown = legend(plot_machine(table, METADATA, replace(SMALL, external=False)))
    assert "external" not in shown and "AudioSet" not in shown


def test_small_print_names_counts_parameters_and_stand_ins(table):
    print_ = re.sub(r"\s+", " ", every_text(plot_machine(table, METADATA, replace(SMALL, cross=True))))
    for part in ("training source 24", "anomaly target 18", "AudioSet 20", "n_neighbors 15", "seed 11", "0.931"):
        assert part in print_
    assert "Stand-ins: Clips are synthesized." in print_
    assert "mean position of the 10 samples that follow the 1 of lowest energy" in print_
    assert "pump · log-mel · stacks of 5 frames" in print_


def test_global_plot_colours_machines_and_shapes_domains():
    table = umap_table(*splits("fan", ["00"]), *splits("my machine", ["00"]))
    figure = plot_global(table, {**METADATA, "scope": "global"}, SMALL)
    left, _ = panels(figure)
    dots = layer(left, "dots")
    colours = {tuple(colour) for colour in dots.get_facecolors()}
    assert (*to_rgb("firebrick"), 1.0) in colours and len(colours) == 2
    triangle, disc = sorted({id(path): path for path in dots.get_paths()}.values(), key=lambda path: len(path.vertices))
    assert len(triangle.vertices) < 6 < len(disc.vertices)
    shrink = triangle.get_extents().height / marker_path("^").get_extents().height
    assert shrink**2 == pytest.approx(5 / 6), "the published areas are 6 and 5"
    assert {"fan", "my machine", "test target"} <= set(legend(figure))
    shaded = plot_global(
        table.assign(section=np.resize(["a", "b"], len(table))), METADATA, replace(SMALL, shade_sections=True)
    )
    assert len({tuple(colour) for colour in layer(panels(shaded)[0], "dots").get_facecolors()}) == 4


def test_section_plot_shows_one_section_and_colours_files(table):
    figure = plot_section(table, METADATA, "01", replace(SMALL, cross=True))
    left, right = panels(figure)
    own = table["section"] == "01"
    assert positions(left, "dots") == places(table, own & (table["split"] == "test") & (table["label"] == "normal"))
    shadows = (own & (table["split"] == "train")) | (table["split"] == "external")
    assert positions(right, "shadows") == places(table, shadows)
    files = table["clip"][own & (table["label"] == "normal") & (table["split"] == "test")].nunique()
    assert len({tuple(colour) for colour in layer(left, "dots").get_facecolors()}) == files
    plotted = table[own | (table["split"] == "external")].sort_values("energy", kind="stable").iloc[:10]
    expected = plotted[["x", "y"]].astype(float).mean().to_numpy()
    for panel in (left, right):
        np.testing.assert_allclose(layer(panel, "cross").get_offsets()[0], expected, rtol=1e-5)
    with pytest.raises(UserError, match="no section '09'.*00, 01"):
        plot_section(table, METADATA, "09", SMALL)


def test_cross_is_the_mean_after_the_lowest_energies():
    rng = np.random.default_rng(1)
    x, y, energy = rng.normal(size=(3, 60_000))
    cross = find_cross(x, y, energy)
    order = np.argsort(energy)[500:600]
    assert cross is not None
    assert (cross.skipped, cross.averaged) == (500, 100)
    np.testing.assert_allclose((cross.x, cross.y), (x[order].mean(), y[order].mean()))
    assert [cross_counts(n) for n in (5, 1300, 50_000, 200_000)] == [(0, 5), (13, 10), (500, 100), (500, 100)]
    assert find_cross(x[:3], y[:3], np.full(3, np.nan)) is None


@pytest.mark.parametrize(("skip", "average"), [(0, 1), (500, 200), (7, 50_000)])
def test_cross_takes_the_counts_of_the_config(skip, average):
    x, y, energy = np.random.default_rng(2).normal(size=(3, 900))
    by_energy = sorted(zip(energy, x, y, strict=True))
    averaged = by_energy[skip : skip + average]
    cross = find_cross(x, y, energy, skip, average)
    assert cross is not None
    assert (cross.skipped, cross.averaged) == (skip, len(averaged))
    expected = [sum(row[axis] for row in averaged) / len(averaged) for axis in (1, 2)]
    np.testing.assert_allclose((cross.x, cross.y), expected)


def test_the_plotted_cross_takes_the_counts_of_the_settings(table):
    settings = replace(SMALL, cross=True, cross_skip=20, cross_average=5)
    figure = plot_machine(table, METADATA, settings)
    expected = table.sort_values("energy", kind="stable").iloc[20:25][["x", "y"]].astype(float).mean()
    for panel in panels(figure):
        np.testing.assert_allclose(layer(panel, "cross").get_offsets()[0], expected, rtol=1e-5)
    assert "mean position of the 5 samples that follow the 20 of lowest energy" in " ".join(every_text(figure).split())


def test_marks_are_the_published_ones_at_the_published_number():
    for marks in MARKS.values():
        assert dot_area_scale(marks, marks.dots, (30, 15), None) == 1
        assert shadow_area_scale(marks, 2 * marks.shadows, (30, 15), None) == 1
        assert shadow_opacity(marks, marks.shadows) == marks.opacity
        assert marks.opacity < shadow_opacity(marks, 2000) <= 0.35
    assert dot_area_scale(MARKS["machine"], 10, (15, 7.5), 2.0) == 0.5


def test_png_has_its_size_and_the_same_bytes_each_time(table, tmp_path):
    for name in ("a", "b"):
        paths = [tmp_path / f"{name}.png", tmp_path / f"{name}.pdf"]
        save_figure(plot_machine(table, METADATA, SMALL), paths, SMALL.dpi)
    assert Image.open(tmp_path / "a.png").size == (360, 180)
    for suffix in ("png", "pdf"):
        assert (tmp_path / f"a.{suffix}").read_bytes() == (tmp_path / f"b.{suffix}").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.pdf", "a.png", "b.pdf", "b.png"]


def test_a_pdf_keeps_text_as_text_and_points_as_an_image(table, tmp_path):
    sizes = {}
    for n in (1, 20):
        figure = plot_machine(pd.concat([table] * n), METADATA, replace(SMALL, dpi=30))
        save_figure(figure, [tmp_path / f"{n}.pdf"], 30)
        sizes[n] = (tmp_path / f"{n}.pdf").stat().st_size
    content = (tmp_path / "20.pdf").read_bytes()
    assert b"/Subtype /Image" in content and b"/Type /Font" in content
    assert sizes[20] < 2 * sizes[1], "more points are no more marks"


def test_copied_shadows_are_those_that_would_be_drawn(table, tmp_path):
    settings = replace(SMALL, size=(20.0, 10.0), dpi=50)
    images = []
    for copied in (True, False):
        figure = plot_machine(table, METADATA, settings)
        shadows = layer(panels(figure)[1], "shadows")
        assert isinstance(shadows, Shadows)
        shadows.first = shadows.first if copied else None
        save_figure(figure, [tmp_path / "a.png"], settings.dpi)
        images.append(np.asarray(Image.open(tmp_path / "a.png")).astype(int))
    assert np.abs(images[0] - images[1]).max() <= 1


def plane_with_regions():
    """Return normals on and anomalies next to training data, isolated normals, and anomalies on training data."""
    rng = np.random.default_rng(3)
    blobs = [
        ("train", (0, 0), 300),
        ("normal", (0, 0), 200),
        ("anomaly", (1.6, 0), 200),
        ("normal", (6, 0), 150),
        ("train", (0, 6), 300),
        ("anomaly", (0, 6), 150),
        ("train", (12, 12), 300),
    ]
    kinds = np.concatenate([[kind] * n for kind, _, n in blobs])
    x, y = np.concatenate([np.array(at) + 0.25 * rng.normal(size=(n, 2)) for _, at, n in blobs]).T
    return x, y, kinds


def test_regions_are_found_where_they_were_made():
    x, y, kinds = plane_with_regions()
    regions = {region.kind.number: region for region in find_regions(x, y, kinds)}
    assert set(regions) == {"1", "2", "3"}
    for number, place in (("1", (0.8, 0)), ("2", (6, 0)), ("3", (0, 6))):
        assert np.hypot(regions[number].x - place[0], regions[number].y - place[1]) < 0.8
    only_train = kinds == "train"
    assert find_regions(x[only_train], y[only_train], kinds[only_train]) == []


def test_few_target_samples_support_as_many_of_the_source_do():
    x, y, families = plane_with_regions()
    rng = np.random.default_rng(4)
    families = np.where(families == "train", "train/source", families)
    few = np.array([6, 0]) + 0.25 * rng.normal(size=(15, 2))
    x, y = np.concatenate([x, few[:, 0]]), np.concatenate([y, few[:, 1]])
    regions = find_regions(x, y, np.concatenate([families, np.full(15, "train/target")]))
    assert "2" not in {region.kind.number for region in regions}
    mistaken = find_regions(x, y, np.concatenate([families, np.full(15, "train/source")]))
    assert "2" in {region.kind.number for region in mistaken}


def test_a_region_lies_on_a_cloud_and_not_between_two():
    rng = np.random.default_rng(5)
    clouds = [("anomaly", 0), ("train", 0), ("anomaly", 1.1), ("train", 1.1), ("normal", 12), ("train", 12)]
    kinds = np.repeat([kind for kind, _ in clouds], 100)
    x, y = np.repeat([at for _, at in clouds], 100) + 0.1 * rng.normal(size=600), 0.1 * rng.normal(size=600)
    (region,) = (region for region in find_regions(x, y, kinds) if region.kind.number == "3")
    assert 0.55 < region.radius < 1.1, "a disc between the clouds would hold both"
    assert min(abs(region.x), abs(region.x - 1.1)) < 0.2


def test_a_region_has_its_share_of_the_test_data():
    x, y, kinds = plane_with_regions()
    alone = (kinds == "normal") & (x > 4)
    spared = ~alone | (np.cumsum(alone) <= 3)  # three of 203 normal samples
    assert {region.kind.number for region in find_regions(x[spared], y[spared], kinds[spared])} >= {"2"}
    many = np.repeat(np.arange(spared.sum()), np.where(alone[spared], 1, 5))  # three of 1,003
    found = find_regions(x[spared][many], y[spared][many], kinds[spared][many])
    assert "2" not in {region.kind.number for region in found}


def test_excerpts_are_around_the_regions():
    x, y, kinds = plane_with_regions()
    table = umap_table(("pump", "00", "source", "train", "normal", len(x)), external=())
    table = table.assign(x=x, y=y, split=np.where(kinds == "train", "train", "test"))
    table["label"] = np.where(kinds == "anomaly", "anomaly", "normal")
    outside = umap_table(("pump", "00", "source", "train", "normal", 0)).assign(x=40.0)
    table = pd.concat([table, outside], ignore_index=True)
    figure = plot_machine(table, METADATA, replace(SMALL, annotate=True, crop="auto"))
    left, right = panels(figure)
    assert texts(left) == texts(right) == ["1  SEP + DSUP", "2  FPos", "3  FNeg"]
    assert left.get_xlim()[1] < 12 and "FPos: unsupported normals" in legend(figure)
    plain = plot_figure(table, METADATA, {"kind": "machine"}, replace(SMALL, external=False))
    assert panels(plain)[0].get_xlim()[1] < 40 and texts(panels(plain)[0]) == []
    with pytest.raises(UserError, match="choose global, machine or section"):
        plot_figure(table, METADATA, {"kind": "pie"}, SMALL)


@pytest.mark.parametrize("kind", ["global", "machine", "section"])
def test_every_kind_of_plot_can_be_cropped(table, kind):
    figure = plot_figure(table, METADATA, {"kind": kind, "section": "00"}, replace(SMALL, crop=(0, 4, -1, 1)))
    left, right = panels(figure)
    x0, x1 = left.get_xlim()
    y0, y1 = left.get_ylim()
    assert x0 <= 0 and x1 >= 4 and y0 <= -1 and y1 >= 1
    for panel in (left, right):
        places = layer(panel, "dots").get_offsets()
        shown = sum(x0 <= x <= x1 and y0 <= y <= y1 for x, y in places)
        assert 0 < shown < len(places)
        assert panel.get_title(loc="right") == f"{shown} of {len(places)} samples"


@pytest.mark.parametrize("palette", PALETTES)
def test_awkward_studies_are_drawn(palette, tmp_path):
    settings = replace(SMALL, palette=palette, cross=True)
    many = umap_table(*splits("a machine with a very long name indeed", [f"id_{i}" for i in range(70)], n=1))
    lone = umap_table(("x", "a", "source", "train", "normal", 1), external=()).assign(energy=np.nan)
    for number, table in enumerate((many, lone)):
        metadata = {"scope": table["machine"][0], "representation": "own", "k": 1}
        for draw in (plot_global, plot_machine):
            save_figure(draw(table, metadata, settings), [tmp_path / f"{number}.png"], 40)
        plot_section(table, metadata, table["section"][0], settings)
    assert "and 23 more" in legend(plot_machine(many, METADATA, settings))


def test_settings_say_what_is_allowed():
    assert Settings.from_params({"size": [8, 4], "dpi": 90, "figure": {}}).size == (8, 4)
    for wrong, message in (
        ({"palette": "grey"}, "colour_blind"),
        ({"dpi": 9000}, "too large"),
        ({"size": (1, 0)}, "two positive"),
        ({"crop": (1, 0, 0, 1)}, "x0 below x1"),
    ):
        with pytest.raises(UserError, match=message):
            Settings(**wrong)


@pytest.mark.parametrize("kind", ["global", "machine", "section"])
@pytest.mark.parametrize("title", ["", "Figure 1"])
def test_captions_name_what_is_shown(kind, title):
    subset = {"scope": "global" if kind == "global" else "pump", "representation": "mel", "k": 5}
    settings = {"annotate": True, "cross": True, "crop": "auto", "external": False}
    umap = "UMAP with seed 2021. All clips are synthesized."
    text = caption(kind, subset, settings, "embedded", umap, title, "00" if kind == "section" else None)
    assert "*embedded*" in text and "mel, stacks of 5 frames, without external data, an excerpt." in text
    assert ("all machines" if kind == "global" else "*pump*") in text
    assert ("section 00" in text) == (kind == "section")
    assert "Circles mark" in text and "black cross" in text
    assert "seed 2021. All clips are synthesized." in text
    assert ("How to read it" in text) == (not title)
    assert "Circles mark" not in caption(kind, subset, {}, "embedded", umap)
