"""The comparison of two revisions' values finds each difference, and drops nothing in silence."""

import pandas as pd
import pytest

from ..golden import FROZEN, compare_results, new_name, read_columns, read_pairs, report

NAMES = [("scores/{name}.parquet", "score_sets/{name}.parquet"), ("tables/{name}.csv", "tables/{name}.csv")]


@pytest.fixture
def sides(tmp_path):
    """Two sides with the same values, of which the new one has renamed a folder and a column."""
    scores = pd.DataFrame({"clip": ["a", "b"], "score": [0.1, float("nan")]})
    for side, folder, column in (("old", "scores", "score"), ("new", "score_sets", "value")):
        for name in (folder, "tables"):
            (tmp_path / side / name).mkdir(parents=True)
        scores.rename(columns={"score": column}).to_parquet(tmp_path / side / folder / "knn.parquet")
        (tmp_path / side / "tables/table_2.csv").write_text("section,auc\n00,71.5\n")
    return tmp_path / "old", tmp_path / "new"


def compare(sides, columns=(("scores/*", "score", "value"),)):
    outcomes, added = compare_results(*sides, NAMES, columns)
    return {outcome.path: outcome.difference for outcome in outcomes}, added


def test_equal_values_under_other_names_are_equal(sides):
    differences, added = compare(sides)
    assert differences == {"scores/knn.parquet -> score_sets/knn.parquet": "", "tables/table_2.csv": ""}
    assert not added


def test_the_last_digit_and_a_leading_zero_count(sides):
    changed = pd.DataFrame({"clip": ["a", "b"], "value": [0.1 + 2**-50, float("nan")]})
    changed.to_parquet(sides[1] / "score_sets/knn.parquet")
    (sides[1] / "tables/table_2.csv").write_text("section,auc\n0,71.5\n")
    (first, second), _ = compare(sides)[0].values(), None
    assert first == "value: 1 cells differ, largest 8.88e-16"
    assert second.startswith("section: 1 cells differ")


def test_what_has_no_counterpart_fails_and_what_is_new_is_listed(sides, capsys):
    assert compare(sides, columns=())[0]["scores/knn.parquet -> score_sets/knn.parquet"] == "no column score"
    (sides[1] / "tables/table_2.csv").rename(sides[1] / "tables/table_9.csv")
    (sides[0] / "umaps/fan").mkdir(parents=True)
    pd.DataFrame({"x": [1.0]}).to_parquet(sides[0] / "umaps/fan/mel_k1.parquet")
    outcomes, added = compare_results(*sides, NAMES, [("scores/*", "score", "value")])
    assert report(outcomes, added) == 1
    said = capsys.readouterr().out
    assert "tables/table_2.csv: 1 rows, 2 columns, no counterpart: tables/table_2.csv" in said
    assert "umaps/fan/mel_k1.parquet: 1 rows, 1 columns, no counterpart: no row of names.csv fits" in said
    assert "new: tables/table_9.csv" in said
    assert said.endswith("3 compared, 2 different\n")


def test_rows_that_are_missing_or_in_another_order_are_a_difference(sides):
    table = sides[1] / "score_sets/knn.parquet"
    rows = pd.read_parquet(table)
    rows.iloc[::-1].reset_index(drop=True).to_parquet(table)
    assert "clip: 2 cells differ" in compare(sides)[0]["scores/knn.parquet -> score_sets/knn.parquet"]
    rows.iloc[:1].to_parquet(table)
    assert compare(sides)[0]["scores/knn.parquet -> score_sets/knn.parquet"] == "now 1 rows"


def test_the_committed_names_map_every_kind_of_compared_file():
    names = read_pairs(FROZEN / "names.csv")
    for path in (
        "scores/adacos_choice.parquet",
        "detectors/adacos/one_head_s1_seed0/components.parquet",
        "tables/horn.csv",
        "umaps/global/mel_k1.parquet",
    ):
        assert new_name(path, names), path
    read_columns(FROZEN / "columns.csv")
