"""The table of low energies shows what was measured, the reason of a blank, and stand-in data."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from uads.core.files import write_table
from uads.measures.low_energy.measure import measure_low_energy, measure_umaps
from uads.tables.low_energy.build import build_table, layout_low_energy
from uads.tables.render import render_html, render_markdown


def umap_of(n: int) -> pd.DataFrame:
    """Return samples along a line, with energies that grow along it."""
    return pd.DataFrame({"x": np.arange(n), "y": 0.0, "energy": np.arange(n)}).astype("float32")


@pytest.mark.parametrize("render", [render_markdown, render_html])
def test_every_format_declares_stand_ins(render):
    measured = measure_umaps([({"scope": "pump", "representation": "stft", "k": 1}, umap_of(3000))])
    assert "All clips are synthesized" in render(
        measured, layout_low_energy(measured, ["All clips are synthesized"], "embedded")
    )


def test_rows_are_shares_or_the_reason_of_a_blank():
    keys = [{"scope": "fan", "representation": "mel", "k": 1}, {"scope": "pump", "representation": "stft", "k": 1}]
    measured = measure_umaps([(keys[0], umap_of(99)), (keys[1], umap_of(3000))])
    page = render_markdown(measured, layout_low_energy(measured, [], "embedded"))
    reason = "99 samples: none of the lowest 1 % is left beside those of the cross"
    assert f"| fan | mel | 1 | 99 | 0 |  |  |  |  | {reason} |" in page
    assert "| pump | stft | 1 | 3000 | 30 | 100.0 | 5.0 |" in page


def test_the_table_collects_what_was_measured(tmp_path):
    write_table(umap_of(3000), tmp_path / "umap.parquet", {"scope": "fan", "representation": "mel", "k": 5})
    cross = {"cross_skip": "auto", "cross_average": "auto"}
    measured = measure_low_energy(SimpleNamespace(tables=[tmp_path / "umap.parquet"]), cross)
    write_table(measured, tmp_path / "all.parquet", {})
    inputs, params = SimpleNamespace(measured=[tmp_path / "all.parquet"]), {"stand_ins": ["Made up"], "study": "s"}
    table, layout = build_table(inputs, params)
    pd.testing.assert_frame_equal(table, measured, check_exact=True)
    assert layout.warnings == ["Made up: not comparable with the published values (study “s”)."]
