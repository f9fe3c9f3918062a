"""The page of methods names the settings, software, licences and stand-ins of a study."""

import pandas as pd
import pytest

from tests.helpers import DATASETS, ROOT, effective, merge, study_of
from uads.corpora.layouts import LAYOUTS
from uads.pages.methods import methods_page
from uads.study.methods import methods, references
from uads.study.representations import KINDS
from uads.study.study import Study

CLIPS = pd.DataFrame(
    {"corpus": ["a"] * 3, "machine": "fan", "part": "development", "split": "test", "domain": "source"}
).assign(label=["normal", "normal", "anomaly"])
#: Licence and citation of all that can be downloaded, by the corpus of the dataset table.
REFERENCES = {layout: published.reference for layout, published in LAYOUTS.items()} | {
    kind.weights.collection: kind.weights.reference for kind in KINDS.values() if kind.weights
}


def page_of(study: Study, *stand_ins: str) -> str:
    return methods_page(study.config, [CLIPS], methods(study), references(study), stand_ins)


def test_stand_ins_parameters_and_software_are_named():
    page = page_of(study_of(), "All clips are synthesized")
    assert "Stand-in: All clips are synthesized." in page
    assert "top_db: 80" in page
    assert "umap-learn" in page
    assert "<td>normal</td>\n      <td>2</td>" in page


def test_the_layouts_of_umaps_are_described():
    own, published = (dict(methods(study_of(*overlays)))["UMAPs"] for overlays in ((), ("published.yaml",)))
    assert "parallel layout" in own
    assert "by umap-learn, seeded" in published and "parallel layout" not in published


def test_representations_are_described_as_configured():
    text = dict(methods(study_of()))["Representations"]
    assert "mel: log-mel spectrogram" in text and "128 bands" in text and "at 16 kHz" in text
    assert "logmel: " in text, "what the detectors read is described, too"
    change = {
        "audio": {"channel": 1},
        "representations": {
            "stft": {"normalise": "none"},
            "mel": {"normalise": "std", "sample_rate": 8000},
            "l3": {"sample_rate": 48000},
            "logmel": {"sample_rate": 8000},
        },
    }
    text = dict(methods(Study(merge(effective(), change), DATASETS)))["Representations"]
    assert "clips at 8 kHz; their mean is removed and they are divided by their standard deviation" in text
    assert "Channel 1 of the clips (from 0) is used" in text
    assert text.count("absolute maximum") == 1, "only L3 is normalised by it"


def test_licences_are_those_of_the_downloaded_corpora():
    assert "IDMT" not in page_of(study_of())
    page = page_of(study_of("published.yaml"))
    for name in ("IDMT-ISA-ELECTRIC-ENGINE", "CC-BY-NC-ND-4.0", "Weights of OpenL3"):
        assert name in page


@pytest.mark.parametrize("corpus", sorted(REFERENCES))
def test_the_readme_has_licence_and_citation_of_every_corpus(corpus):
    reference = REFERENCES[corpus]
    assert f"| {reference.title} | {reference.licence} | {reference.citation} |" in (ROOT / "README.md").read_text()


def test_the_dataset_table_has_the_declared_licences():
    licences = {(row["corpus"], row["licence"]) for row in DATASETS}
    assert licences == {(corpus, reference.licence) for corpus, reference in REFERENCES.items()}
