"""Every kind of representation keeps the contract of its declaration."""

import inspect
import re
import sys

import pytest

from tests.helpers import ROOT, study_of
from uads.core.code_digest import module_files
from uads.core.entry import SCRIPTS
from uads.core.settings import parse
from uads.representations.base import RepresentationSettings, kinds

KINDS = kinds()
NAMES = sorted(KINDS)
SHARD = "embedded-fan-train"


class Sizes:
    """Sizes of a study in which every shard has a hundred frames."""

    def frames(self, representation, *shards):
        return 100.0 * len(shards)

    def stored_bytes(self, representation, shard):
        return 5.0


@pytest.mark.parametrize("name", NAMES)
def test_settings_have_a_default_and_a_description_each(name):
    settings = KINDS[name].Settings
    assert issubclass(settings, RepresentationSettings)
    assert settings().kind == name
    assert not [key for key, field in settings.model_fields.items() if not field.description]


@pytest.mark.parametrize("name", NAMES)
def test_a_kind_describes_itself_and_its_size(name):
    kind = KINDS[name]
    settings = parse(kind.Settings, {}, name)
    assert kind.title(settings) and "16 kHz" in kind.methods(settings)
    assert kind.bins(settings) > 0
    assert kind.frames(settings, 10.0) > kind.frames(settings, 2.0) > 0
    assert (ROOT / "envs" / kind.environment).is_file()
    assert (kind.weights is None) == ("weights" not in kind.Settings.model_fields)


@pytest.mark.parametrize("name", NAMES)
def test_extraction_has_the_common_signature_and_reaches_no_declaration(name):
    entry = KINDS[name].extract
    parameters = list(inspect.signature(entry.load()).parameters)
    assert parameters == ["clips", "outputs", "settings", "audio", "weights", "seed", "threads"]
    reached = module_files(sys.modules[entry.target.split(":")[0]].__file__, SCRIPTS)
    assert not [path for path in reached if path.endswith(("spec.py", "representations/base.py"))]


def test_a_detector_reads_any_kind():
    change = {
        "representations": {"l3": {"clips_per_split": None}},
        "detectors": {"autoencoder": {"representation": "l3"}},
    }
    study = study_of(change=change)
    extractions = {one.rule: one for one in study.features.extractions}
    assert list(extractions) == ["extract_spectrograms", "extract_l3", "extract_logmel"]
    assert "embedded-fan-evaluation" in extractions["extract_l3"].shards
    assert "audioset-00" in extractions["extract_l3"].shards


def test_each_representation_is_extracted_by_one_rule():
    more = {"toys": {"scope": ["ToyCar", "ToyTrain"], "representation": "logmel", "k": 1}}
    study = study_of(
        change={"umaps": {"more": more}, "representations": {"mel": {"clips_per_split": None}}}
        | {"detectors": {"autoencoder": {"representation": "mel"}}}
    )
    names = [name for one in study.features.extractions for name in one.representations]
    assert sorted(names) == ["l3", "logmel", "mel", "stft"]
    assert len({one.rule for one in study.features.extractions}) == len(study.features.extractions)


def test_no_other_module_names_a_kind():
    root = SCRIPTS / "uads"
    allowed = ("representations", "tables", "benchmarks")
    quoted = re.compile("[\"'](" + "|".join(NAMES) + ")[\"']")
    for path in root.rglob("*.py"):
        if not str(path.relative_to(root)).startswith(allowed):
            assert not quoted.search(path.read_text()), path


@pytest.mark.parametrize("overlays", [(), ("published.yaml",), ("embedded_full.yaml",)])
def test_the_shipped_studies_have_three_extractions(overlays):
    extractions = study_of(*overlays).features.extractions
    assert {one.rule: one.representations for one in extractions} == {
        "extract_spectrograms": ("stft", "mel"),
        "extract_l3": ("l3",),
        "extract_logmel": ("logmel",),
    }


def test_jobs_have_an_entry_and_a_workload():
    class Wildcards:
        shard = SHARD

    jobs = study_of().features.jobs(Sizes())
    entry, workload = jobs["extract_spectrograms"](Wildcards)
    assert entry is KINDS["spectrogram"].extract
    assert (workload.units, workload.output_bytes) == (100, 10), "one pass, two stores"


def test_titles_that_several_representations_share_are_followed_by_names():
    representations = study_of().representations
    assert representations.titles(["stft", "mel", "l3"]) == {"stft": "log-STFT", "mel": "log-mel", "l3": "L3"}
    assert representations.titles(["mel", "logmel"]) == {"mel": "log-mel (mel)", "logmel": "log-mel (logmel)"}
