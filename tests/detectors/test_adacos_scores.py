"""The scores of sub-cluster AdaCos, compared with direct use of scikit-learn and SciPy."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import multivariate_normal
from sklearn.mixture import GaussianMixture

from tests.helpers import by_scipy
from uads.core.errors import UserError
from uads.core.seeds import derive_seed
from uads.detectors.adacos.combine import combine, decide
from uads.detectors.adacos.score import COMPONENTS, score, score_clips
from uads.detectors.adacos.store import Embeddings, from_outputs, to_outputs
from uads.detectors.job import Job, Member
from uads.detectors.outputs import read_outputs, write_outputs
from uads.detectors.score_sets import clips_of_split, has_training
from uads.learning.backends.density import normalised_distances
from uads.learning.backends.lengths import normalise_length

D, S = 6, 2
DOMAINS = ("source", "target")
SETTINGS = {
    "reg_covar": 1e-3,
    "weighted": True,
    "target_components": 3,
    "maximum_machines": ["valve"],
    "density_neighbours": None,
}


@pytest.fixture
def rng():
    return np.random.default_rng(3)


def make_member(rng, rows, heads=("section",)):
    clips = pd.DataFrame(rows, columns=["machine", "section", "domain", "split", "attributes"])
    clips.insert(0, "clip", [f"clip_{i:03d}" for i in range(len(clips))])
    columns = {"section": ["machine", "section"], "attribute": ["machine", "attributes"]}
    classes = {head: clips[columns[head]].drop_duplicates().to_numpy(dtype=object).tolist() for head in heads}
    return Embeddings(
        clips=clips,
        embeddings={2: rng.normal(size=(len(clips), D)).astype(np.float32)},
        centres={head: {2: rng.normal(size=(len(own), S, D)).astype(np.float32)} for head, own in classes.items()},
        temporal_maximum=rng.normal(size=(len(clips), 4)).astype(np.float32),
        classes=classes,
    )


@pytest.fixture
def rows():
    rows = []
    for machine in ("fan", "valve"):
        rows += [(machine, "00", "source", "train", f"load_{i % 2}") for i in range(12)]
        rows += [(machine, "00", "target", "train", "load_9")] * 3
        rows += [(machine, "00", domain, "test", "") for domain in ("source", "target") for _ in range(4)]
    return rows


def test_scores_are_equations_2_to_4(rng, rows):
    member = make_member(rng, rows)
    scores = score_clips(member, 2, SETTINGS, seed=11)
    clips = member.clips
    vectors = np.array([v / np.linalg.norm(v) for v in member.embeddings[2].astype(float)])

    def mask(**values):
        return np.logical_and.reduce([clips[column] == value for column, value in values.items()])

    def surprise(data, fit_on, test_on, count, means=None):
        model = GaussianMixture(count, reg_covar=1e-3, means_init=means, random_state=11).fit(data[fit_on])
        return -by_scipy(data[test_on], model).max(axis=1)

    for number, machine in enumerate(("fan", "valve")):
        source = mask(machine=machine, domain="source", split="test")
        target = mask(machine=machine, domain="target", split="test")
        normal = mask(machine=machine, domain="source", split="train")
        shifted = mask(machine=machine, domain="target", split="train")
        centres = np.array([c / np.linalg.norm(c) for c in member.centres["section"][2][number].astype(float)])
        section = surprise(vectors, normal, source | target, S, centres)
        np.testing.assert_allclose(scores["section"][source | target], section)
        by_attribute = [surprise(vectors, normal & mask(attributes=a), source, S) for a in ("load_0", "load_1")]
        np.testing.assert_allclose(scores["attribute"][source], np.min(by_attribute, axis=0))
        three = surprise(vectors, shifted, target, 3, vectors[shifted])
        np.testing.assert_allclose(scores["target"][target], three)
        assert np.isnan(scores["attribute"][target]).all()
        assert np.isnan(scores["target"][source]).all()
        if machine == "valve":
            maxima = member.temporal_maximum.astype(float)
            by_attribute = [surprise(maxima, normal & mask(attributes=a), source, 1) for a in ("load_0", "load_1")]
            np.testing.assert_allclose(scores["maximum"][source], np.min(by_attribute, axis=0))
        else:
            assert np.isnan(scores["maximum"][source]).all()


def test_a_heads_centres_initialise_the_mixtures_of_attributes(rng, rows):
    member = make_member(rng, rows, ("section", "attribute"))
    clips, vectors = member.clips, normalise_length(member.embeddings[2])
    source = ((clips["machine"] == "fan") & (clips["domain"] == "source")).to_numpy()
    expected = []
    for value in ("load_0", "load_1"):
        number = member.classes["attribute"].index(["fan", value])
        centres = normalise_length(member.centres["attribute"][2][number])
        group = source & (clips["attributes"] == value).to_numpy()
        model = GaussianMixture(S, reg_covar=1e-3, means_init=centres, random_state=0).fit(vectors[group])
        expected.append(-by_scipy(vectors[source], model).max(axis=1))
    found = score_clips(member, 2, SETTINGS, seed=0)["attribute"][source]
    np.testing.assert_allclose(found, np.min(expected, axis=0))
    one_head = score_clips(make_member(np.random.default_rng(3), rows), 2, SETTINGS, seed=0)["attribute"][source]
    assert not np.allclose(found, one_head)


def test_a_section_with_fewer_clips_than_sub_clusters(rng):
    rows = [("fan", "00", "source", "train", "load_1")] + [("fan", "00", domain, "test", "") for domain in DOMAINS]
    member = make_member(rng, rows, ("section", "attribute"))
    vectors = normalise_length(member.embeddings[2])
    scores = score_clips(member, 2, SETTINGS, seed=0)
    alone = multivariate_normal(vectors[0], 1e-3 * np.eye(D))
    np.testing.assert_allclose(scores["section"], -alone.logpdf(vectors))
    np.testing.assert_allclose(scores["attribute"][:2], -alone.logpdf(vectors[:2]))


def test_checkpoints_are_summed(rng, rows, tmp_path):
    member = make_member(rng, rows)
    member.embeddings[4] = rng.normal(size=member.embeddings[2].shape).astype(np.float32)
    member.centres["section"][4] = member.centres["section"][2]
    write_outputs(to_outputs(member), tmp_path / "outputs.h5", {})
    back = from_outputs(read_outputs(tmp_path / "outputs.h5"))
    assert list(back.embeddings) == [2, 4]
    assert back.classes == member.classes
    found = score(to_outputs(back), Member("m", ()), SETTINGS, Job(7, "adacos"))
    seed = derive_seed(7, "adacos", "m")
    single = [score_clips(member, epoch, SETTINGS, derive_seed(seed, epoch)) for epoch in (2, 4)]
    for name in COMPONENTS:
        np.testing.assert_allclose(found[name], single[0][name] + single[1][name])


@pytest.fixture
def members(rng, rows):
    """Return clips, and members and components of two networks of each variant."""
    clips = make_member(rng, rows).clips
    is_target = clips["domain"] == "target"
    scored = []
    for variant in ("one_head", "two_heads"):
        for number in range(2):
            values = {name: rng.normal(size=len(clips)) for name in (*COMPONENTS, "density")}
            table = clips[["clip"]].assign(**values)
            table.loc[is_target, ["attribute", "maximum"]] = np.nan
            table.loc[~is_target, "target"] = np.nan
            scored.append((Member(f"{variant}_{number}", (), {"variant": variant}), table))
    return clips, scored


def expected_score(scored, names=COMPONENTS):
    return sum(table[list(names)].fillna(0).sum(axis=1) for _, table in scored)


def decision(**choice):
    return {"choice": choice, "quantile": 0.9}


def test_score_sets_are_sums_over_variants(members):
    clips, scored = members
    chosen = decision(fan="one_head", valve="two_heads")
    choice = combine(clips, scored, "choice", chosen)
    one_head, two_heads = (combine(clips, own, "sum", chosen) for own in (scored[:2], scored[2:]))
    np.testing.assert_allclose(combine(clips, scored, "sum", chosen)["score"], expected_score(scored))
    np.testing.assert_allclose(combine(clips, scored, "density", chosen)["score"], expected_score(scored, ["density"]))
    np.testing.assert_allclose(one_head["score"], expected_score(scored[:2]))
    is_fan = clips["machine"].to_numpy() == "fan"
    for column in ("clip", "score", "decision", "threshold"):
        np.testing.assert_array_equal(choice[column], np.where(is_fan, one_head[column], two_heads[column]))


def test_a_machine_without_a_choice_takes_all_variants(members):
    clips, scored = members
    found = combine(clips, scored, "choice", decision(valve="two_heads"))
    is_fan = (clips["machine"] == "fan").to_numpy()
    np.testing.assert_array_equal(found["score"][is_fan], combine(clips, scored, "sum", decision())["score"][is_fan])
    np.testing.assert_array_equal(
        found["score"][~is_fan], combine(clips, scored[2:], "sum", decision())["score"][~is_fan]
    )


def test_training_clips_are_a_table_of_their_own(members):
    clips, scored = members
    table = combine(clips, scored, "sum", decision())
    for split in ("train", "test"):
        assert clips_of_split(table, clips, split)["clip"].tolist() == clips["clip"][clips["split"] == split].tolist()


def test_tables_of_different_clips_are_refused(members):
    clips, scored = members
    fewer = (scored[1][0], scored[1][1].iloc[1:])
    with pytest.raises(UserError, match=r"one_head_1 has components of other clips than one_head_0"):
        combine(clips, [scored[0], fewer], "sum", decision())


def test_density_is_over_the_training_clips_of_the_section(rng, rows):
    member = make_member(rng, rows)
    scores = score_clips(member, 2, SETTINGS | {"density_neighbours": 1}, seed=0)
    clips, vectors = member.clips, normalise_length(member.embeddings[2])
    valve, train = (clips["machine"] == "valve").to_numpy(), (clips["split"] == "train").to_numpy()
    expected = normalised_distances(vectors[valve & ~train], vectors[valve & train], 1)
    np.testing.assert_allclose(scores["density"][valve & ~train], expected)
    assert np.isfinite(scores["density"]).all()
    assert np.isnan(score_clips(member, 2, SETTINGS, seed=0)["density"]).all()


def test_thresholds_of_sections_and_domains(rng, rows):
    member = make_member(rng, rows)
    scores = score_clips(member, 2, SETTINGS, seed=0)
    score = np.nansum([scores[name] for name in COMPONENTS], axis=0)
    decided_on, threshold = decide(member.clips, score, scores["section"], 0.9)
    clips = member.clips
    fan_source = (clips["machine"] == "fan") & (clips["domain"] == "source")
    fan_target = (clips["machine"] == "fan") & (clips["domain"] == "target")
    is_train = clips["split"] == "train"
    assert set(threshold[fan_source]) == {np.quantile(score[fan_source & is_train], 0.9)}
    assert set(threshold[fan_target]) == {np.quantile(scores["section"][fan_target & is_train], 0.9)}
    np.testing.assert_array_equal(decided_on[fan_target], scores["section"][fan_target])


@pytest.mark.parametrize("n_target", [0, 1, 5])
def test_any_number_of_target_clips_and_no_attributes(rng, n_target):
    rows = [("fan", "00", "source", "train", "")] * 8 + [("fan", "00", "target", "train", "")] * n_target
    rows += [("fan", "00", "source", "test", ""), ("fan", "00", "target", "test", "")]
    member = make_member(rng, rows)
    scores = score_clips(member, 2, SETTINGS, seed=0)
    assert np.isfinite(scores["section"]).all()
    assert np.isnan(scores["attribute"]).all()
    assert np.isfinite(scores["target"][-1]) == (n_target > 0)
    _, threshold = decide(member.clips, scores["section"], scores["section"], 0.9)
    assert np.isfinite(threshold).all()


def test_target_clips_only(rng):
    rows = [("fan", "00", "target", "train", "")] * 5 + [("fan", "00", "target", "test", "")]
    assert np.isfinite(score_clips(make_member(rng, rows), 2, SETTINGS, seed=0)["section"]).all()


def test_clips_of_a_section_without_training_clips_have_no_score(rng):
    rows = [("fan", "00", "source", "train", "")] * 5 + [("fan", "01", "source", "test", "")]
    member = make_member(rng, rows)
    assert np.isnan(score_clips(member, 2, SETTINGS, seed=0)["section"]).tolist() == [False] * 5 + [True]
    assert has_training(member.clips).tolist() == [True] * 5 + [False]
