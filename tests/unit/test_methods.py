"""The page of methods names the settings, software, licences and stand-ins of a study."""

import pandas as pd

from uads.pages.methods import methods_page

from .test_config import DATASETS, DEFAULTS, ROOT, merge

CORPORA = pd.read_csv(ROOT / "config/corpora.csv")
CLIPS = pd.DataFrame(
    {"corpus": ["a"] * 3, "machine": "fan", "part": "development", "split": "test", "domain": "source"}
).assign(label=["normal", "normal", "anomaly"])


def test_stand_ins_parameters_and_software_are_named():
    page = methods_page(DEFAULTS, [CLIPS], CORPORA, ["All clips are synthesized"])
    assert "Stand-in: All clips are synthesized." in page
    assert "top_db: 80" in page
    assert "umap-learn" in page
    assert "<td>normal</td>\n      <td>2</td>" in page


def test_licences_are_those_of_the_downloaded_corpora():
    assert "IDMT" not in methods_page(DEFAULTS, [CLIPS], CORPORA, [])
    downloaded = {"corpora": [entry | {"source": "download"} for entry in DEFAULTS["corpora"]]}
    page = methods_page(merge(DEFAULTS, downloaded), [CLIPS], CORPORA, [])
    assert "IDMT-ISA-ELECTRIC-ENGINE" in page
    assert "CC-BY-NC-ND-4.0" in page


def test_the_readme_has_licence_and_citation_of_every_corpus():
    readme = (ROOT / "README.md").read_text()
    licences = {(row["corpus"], row["licence"]) for row in DATASETS}
    assert licences == set(zip(CORPORA["layout"], CORPORA["licence"], strict=True))
    for row in CORPORA.itertuples():
        assert f"| {row.corpus} | {row.licence} | {row.citation} |" in readme
