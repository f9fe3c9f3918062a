"""Entries of the config's ``detectors``: kinds, inheritance, errors, and what a change trains or scores anew."""

import pytest

from tests.helpers import study_of as study_with
from uads.core.errors import UserError
from uads.detectors.base import kinds
from uads.study.detector_config import parse_detectors
from uads.study.study import Study

FIXED = {"extends": "adacos", "training": {"trainable_centres": False}}


def study_of(detectors: dict, scores: list[str] | None = None, **others) -> Study:
    """Return the embedded study with other detectors."""
    return study_with(change={"detectors": detectors, **({"scores": scores} if scores else {}), **others})


def test_every_setting_has_a_default():
    for name, (kind, settings) in parse_detectors({}, list(kinds())).items():
        assert (name, settings) == (kind, kinds()[kind].Settings())


def test_extends_merges_mappings_and_replaces_lists():
    entries = {
        "adacos": {"sub_clusters": [1, 2], "training": {"epochs": 7, "checkpoints": [7]}},
        "a": {"extends": "adacos", "sub_clusters": [4], "training": {"batch_size": 8}},
        "b": {"extends": "a", "decision": {"choice": {"fan": "two_heads"}}},
    }
    kind, settings = parse_detectors(entries, [])["b"]
    assert kind == "adacos"
    assert settings.sub_clusters == [4]
    assert (settings.training.epochs, settings.training.batch_size) == (7, 8)
    assert settings.decision.choice == {"fan": "two_heads"}


@pytest.mark.parametrize(
    ("detectors", "message"),
    [
        ({"a": {"extends": "b"}}, "detectors.a.extends: there is no detector 'b'"),
        ({"a": {"extends": "b"}, "b": {"extends": "a"}}, "a -> b -> a is a circle"),
        ({"a": {"extends": "a"}}, "a -> a is a circle"),
        ({"a": {}}, "detectors.a has neither kind nor extends"),
        ({"a": {"kind": "forest"}}, "detectors.a.kind: there is no 'forest'\n  allowed: adacos, autoencoder, knn"),
        ({"a": {"kind": "knn", "extends": "adacos"}}, "detectors.a.kind is knn, but adacos is adacos"),
        ({"a/b": {"kind": "knn"}}, "the name 'a/b' is not allowed"),
        ({"adacos": {"epochs": 3}}, "detectors.adacos.epochs moved to detectors.adacos.training.epochs"),
        ({"adacos": {"choice": {}}}, "detectors.adacos.choice moved to detectors.adacos.decision.choice"),
        ({"autoencoder": {"quantile": 0.8}}, "autoencoder.quantile moved to detectors.autoencoder.decision.quantile"),
        ({"adacos": {"training": {"epochs": 0}}}, "detectors.adacos.training.epochs"),
        ({"adacos": {"training": {"epoch": 3}}}, "detectors.adacos.training.epoch"),
        ({"adacos": {"training": {"mixup": False}}}, "set scale_limit: 2.0"),
        ({"adacos": {"training": {"checkpoints": [1, 1]}}}, "list different epochs"),
        ({"adacos": {"variants": ["one_head", "one_head"]}}, "variants: list each value once"),
    ],
)
def test_a_wrong_entry_is_explained(detectors, message):
    with pytest.raises(UserError) as caught:
        study_of(detectors)
    assert message in str(caught.value)


def test_a_detector_without_an_entry_is_named():
    with pytest.raises(UserError, match=r"scores\[0\] is 'forest', which is not allowed"):
        study_of({}, ["forest"])


def test_a_name_that_is_another_detectors_score_set_is_refused():
    with pytest.raises(UserError, match="adacos and adacos_choice both make the score set adacos_choice"):
        study_of({"adacos_choice": {"kind": "knn"}}, ["adacos", "adacos_choice"])


def test_a_bounded_scale_needs_no_mixup():
    study = study_of({"adacos": {"training": {"mixup": False, "scale_limit": 2.0}}})
    assert study.detectors.training("adacos", "one_head_s4_seed0")["scale_limit"] == 2.0


def test_back_end_and_decision_do_not_retrain():
    other = {"back_end": {"reg_covar": 0.1}, "decision": {"quantile": 0.8, "choice": {"fan": "two_heads"}}, "seeds": 2}
    first, changed = (study_of({"adacos": change}).detectors for change in ({}, other))
    member = first.members("adacos")[0].name
    assert first.training("adacos", member) == changed.training("adacos", member)
    assert first.described("adacos", member) == changed.described("adacos", member)
    assert first.block("adacos", "back_end") != changed.block("adacos", "back_end")


def test_nine_variants_are_nine_entries():
    variants = {
        f"adacos_{number}": {"extends": "adacos", "training": {"batch_size": number}} for number in range(1, 10)
    }
    study = study_of(variants, list(variants))
    assert [study.detectors.training(name, "one_head_s4_seed0")["batch_size"] for name in variants] == [*range(1, 10)]
    assert {study.detectors.kinds[name] for name in variants} == {"adacos"}


def test_the_unit_changes_the_members():
    one, several = (study_of({"knn": {"unit": unit}}).detectors.members("knn") for unit in ("all", "machine"))
    assert [member.name for member in one] == ["all"]
    assert one[0].machines == tuple(member.name for member in several)


def test_a_detector_needs_all_clips_of_its_representation():
    detectors, scores = {"x": {"kind": "knn", "representation": "l3"}}, ["x"]
    with pytest.raises(UserError, match="l3 holds a few clips of each split: set its clips_per_split to null"):
        study_of(detectors, scores)
    study = study_of(detectors, scores, representations={"l3": {"clips_per_split": None}})
    assert study.detectors.names == ["x"]
    assert study.detectors.score_sets["x"].label == "Nearest neighbours (x)"
    assert study.detectors.submissions == ["x"]


class Sizes:
    """One frame per clip, and one clip per shard."""

    def frames(self, representation, *shards):
        return len(shards)

    clips = staticmethod(lambda *shards: len(shards))
    frame_bytes = staticmethod(lambda representation: 512)


def test_every_rule_knows_the_work_of_its_jobs():
    study = study_of({"adacos_fixed": FIXED, "mobilenetv2": {}}, [*kinds(), "adacos_fixed"])
    jobs = study.detectors.jobs(Sizes())
    seen = set()
    for stage in ("train", "infer", "score"):
        for name in study.detectors.with_stage(stage):
            for member in study.detectors.members(name):
                wildcards = type("W", (), {"detector": name, "member": member.name})
                entry, work = jobs[f"{stage}_member"](wildcards)
                assert entry is study.detectors.entry(stage, name)
                assert work.units >= 0
                seen.add((stage, name))
    assert ("train", "adacos_fixed") in seen and ("train", "knn") not in seen
    for name in study.detectors.score_sets:
        assert jobs["score_clips"](type("W", (), {"score_set": name}))[0].cost.base_mb > 0
        assert jobs["write_submission"](type("W", (), {"score_set": name}))[0].cost.base_mb > 0
