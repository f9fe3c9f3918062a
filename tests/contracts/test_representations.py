"""Every kind of representation keeps the contract of its declaration."""

import inspect
import re
import sys
from types import SimpleNamespace

import pytest

from tests.helpers import ROOT, study_of
from uads.core.code_digest import module_files
from uads.core.entry import SCRIPTS
from uads.core.settings import parse
from uads.representations.base import RepresentationSettings, kinds

KINDS = kinds()
NAMES = sorted(KINDS)


class Sizes:
    """Sizes of a study in which every shard has as many frames, by default a hundred."""

    def __init__(self, frames=100.0):
        self._frames = frames

    def frames(self, representation, *shards):
        return self._frames * len(shards)

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


def extractions_of(*overlays, change=None, sizes=None):
    """Map the rules of a study's extractions to the extractions."""
    study = study_of(*overlays, change=change)
    return {one.rule: one for one in study.features.extractions(sizes or Sizes())}


def test_a_detector_reads_any_kind():
    change = {
        "representations": {"l3": {"clips_per_split": None}},
        "detectors": {"autoencoder": {"representation": "l3"}},
    }
    extractions = extractions_of(change=change)
    assert "embedded-fan-evaluation" in extractions["extract_l3"].shards
    assert "audioset-00" in extractions["extract_l3_external"].shards


def test_each_store_is_written_by_one_rule():
    more = {"toys": {"scope": ["ToyCar", "ToyTrain"], "representation": "logmel", "k": 1}}
    change = {"umaps": {"more": more}, "representations": {"mel": {"clips_per_split": None}}} | {
        "detectors": {"autoencoder": {"representation": "mel"}}
    }
    extractions = extractions_of(change=change).values()
    stores = [(name, shard) for one in extractions for name in one.representations for shard in one.shards]
    assert len(stores) == len(set(stores))
    assert {name for name, _ in stores} == {"l3", "logmel", "mel", "stft"}


def test_spectrograms_of_the_same_clips_share_a_pass():
    rules = {rule: one.representations for rule, one in extractions_of("published.yaml").items()}
    assert rules["extract_spectrograms"] == ("stft", "mel", "logmel"), "training and test clips"
    assert rules["extract_spectrograms_external"] == ("stft", "mel")
    assert rules["extract_logmel"] == ("logmel",), "clips that are scored only"
    rules = {rule: one.representations for rule, one in extractions_of().items()}
    assert (rules["extract_spectrograms"], rules["extract_logmel"]) == (("stft", "mel"), ("logmel",)), "other clips"


def test_the_shards_of_a_machine_are_extracted_together_while_they_are_small():
    small = extractions_of()["extract_l3"]
    assert small.batches["embedded-fan"] == ("embedded-fan-train", "embedded-fan-test")
    assert small.endings == ("-train", "-test")
    large = extractions_of(sizes=Sizes(frames=1e6))["extract_l3"]
    assert large.batches["embedded-fan-train"] == ("embedded-fan-train",)
    assert large.endings == ("",)
    assert sorted(large.shards) == sorted([*small.shards, "audioset-00", "idmt-00"])


def test_no_other_module_names_a_kind():
    root = SCRIPTS / "uads"
    allowed = ("representations", "tables", "benchmarks")
    quoted = re.compile("[\"'](" + "|".join(NAMES) + ")[\"']")
    for path in root.rglob("*.py"):
        if not str(path.relative_to(root)).startswith(allowed):
            assert not quoted.search(path.read_text()), path


def test_jobs_have_an_entry_and_a_workload():
    jobs = study_of().features.jobs(Sizes())
    entry, workload = jobs["extract_spectrograms"](SimpleNamespace(batch="embedded-fan"))
    assert entry is KINDS["spectrogram"].extract
    assert (workload.units, workload.output_bytes) == (200, 20), "two shards, one pass over each, two stores of each"


def test_titles_that_several_representations_share_are_followed_by_names():
    representations = study_of().representations
    assert representations.titles(["stft", "mel", "l3"]) == {"stft": "log-STFT", "mel": "log-mel", "l3": "L3"}
    assert representations.titles(["mel", "logmel"]) == {"mel": "log-mel (mel)", "logmel": "log-mel (logmel)"}
