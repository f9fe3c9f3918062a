"""The mixtures and the scores behind sub-cluster AdaCos against scikit-learn and SciPy used directly."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import multivariate_normal
from sklearn.mixture import GaussianMixture

from uads.detectors.adacos.score import COMPONENTS, decide, score_clips, score_members
from uads.detectors.adacos.store import Embeddings, read_embeddings, write_embeddings
from uads.detectors.backends import best_log_likelihood, fit_mixture, log_likelihoods, normalise_length
from uads.detectors.scores import has_training

D, S = 6, 2
SETTINGS = {
    "reg_covar": 1e-3,
    "weighted": True,
    "target_components": 3,
    "maximum_machines": ["valve"],
    "quantile": 0.9,
}


@pytest.fixture
def rng():
    return np.random.default_rng(3)


def by_scipy(x, mixture, weighted=True):
    columns = [
        multivariate_normal.logpdf(x, mean, covariance) + (np.log(weight) if weighted else 0)
        for mean, covariance, weight in zip(mixture.means_, mixture.covariances_, mixture.weights_, strict=True)
    ]
    return np.stack(columns, axis=1)


@pytest.mark.parametrize("weighted", [True, False])
def test_likelihoods_are_scipys(rng, weighted):
    samples, others = rng.normal(size=(40, D)), rng.normal(size=(7, D))
    means = samples[:3]
    reference = GaussianMixture(3, reg_covar=1e-3, means_init=means, random_state=5).fit(samples)
    mixture = fit_mixture(samples, 3, means, 1e-3, seed=5)
    expected = by_scipy(others, reference, weighted)
    np.testing.assert_allclose(log_likelihoods(others, mixture, weighted), expected)
    np.testing.assert_allclose(best_log_likelihood(others, mixture, weighted), expected.max(axis=1))


def test_three_target_clips_are_the_means(rng):
    samples = normalise_length(rng.normal(size=(3, D)))
    mixture = fit_mixture(samples, 3)
    np.testing.assert_allclose(mixture.means, samples, atol=1e-6)
    np.testing.assert_allclose(mixture.weights, 1 / 3)


@pytest.mark.parametrize("n", [1, 2])
def test_fewer_samples_than_components(rng, n):
    samples = rng.normal(size=(n, D))
    mixture = fit_mixture(samples, 4, rng.normal(size=(4, D)))
    assert len(mixture.means) == n
    assert np.isfinite(best_log_likelihood(samples, mixture)).all()


def make_member(rng, rows):
    clips = pd.DataFrame(rows, columns=["machine", "section", "domain", "split", "attributes"])
    clips.insert(0, "clip", [f"clip_{i:03d}" for i in range(len(clips))])
    classes = {"section": clips[["machine", "section"]].drop_duplicates().to_numpy(dtype=object).tolist()}
    return Embeddings(
        clips=clips,
        embeddings={2: rng.normal(size=(len(clips), D)).astype(np.float32)},
        centres={"section": {2: rng.normal(size=(len(classes["section"]), S, D)).astype(np.float32)}},
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


def test_members_and_checkpoints_are_summed(rng, rows, tmp_path):
    member = make_member(rng, rows)
    member.embeddings[4] = rng.normal(size=member.embeddings[2].shape).astype(np.float32)
    member.centres["section"][4] = member.centres["section"][2]
    paths = [tmp_path / "a.h5", tmp_path / "b.h5"]
    for path in paths:
        write_embeddings(member, path, {})
    back = read_embeddings(paths[0])
    assert list(back.embeddings) == [2, 4]
    assert back.classes == member.classes
    single = score_members(paths[:1], SETTINGS, 0)
    both = score_members(paths, SETTINGS, 0)
    np.testing.assert_allclose(both["target"], 2 * single["target"])
    parts = both[list(COMPONENTS)].sum(axis=1)
    np.testing.assert_allclose(both["score"], parts)
    assert len(both) == 16


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
