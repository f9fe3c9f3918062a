"""What the same study gives with several seeds becomes a mean and a standard deviation."""

import numpy as np
import pandas as pd
import pytest

from uads.comparisons import measure_domains
from uads.spread import as_markdown, measure_spread


@pytest.fixture
def index() -> pd.DataFrame:
    """Two sections of one machine with six test clips each, half of them anomalous."""
    rows = [
        (f"{section}/{i}.wav", section, "anomaly" if i % 2 else "normal") for section in ("00", "01") for i in range(6)
    ]
    clips = pd.DataFrame(rows, columns=["clip", "section", "label"])
    return clips.assign(machine="fan", domain="source", split="test", part="development")


@pytest.fixture
def scores(index) -> list[dict[str, pd.DataFrame]]:
    """Random scores of one detector with three seeds."""
    rng = np.random.default_rng(0)
    return [{"adacos": index[["clip"]].assign(score=rng.random(len(index)))} for _ in range(3)]


def test_a_cell_is_the_mean_over_seeds_with_the_standard_deviation_of_a_sample(index, scores):
    spread = measure_spread(index, scores, "development").set_index("machine")
    each = [measure_domains(index, own, "development").set_index("machine").loc["fan", "adacos_auc"] for own in scores]
    assert spread.loc["fan", "adacos_auc_mean"] == pytest.approx(np.mean(each))
    assert spread.loc["fan", "adacos_auc_sd"] == pytest.approx(np.std(each, ddof=1))
    assert spread.index.tolist() == ["fan", "all"]


def test_one_seed_has_no_spread(index, scores):
    spread = measure_spread(index, scores[:1], "development")
    assert spread["adacos_auc_sd"].isna().all()
    assert "±" not in as_markdown(spread, ["adacos"], "auc")


def test_the_table_has_a_row_for_each_machine_and_domain(index, scores):
    lines = as_markdown(measure_spread(index, scores, "development"), ["adacos"], "pauc").splitlines()
    assert lines[0] == "| machine | domain | adacos, pAUC |"
    assert lines[2].startswith("| fan | source | ")
    assert " ± " in lines[2]
    assert len(lines) == 4
