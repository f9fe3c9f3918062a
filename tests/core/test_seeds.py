"""Random numbers follow from the study's seed and the names of a job."""

from uads.core.seeds import derive_rng, derive_seed


def test_seeds_follow_the_names_and_not_the_order():
    seeds = {derive_seed(seed, *names) for seed in (1, 2) for names in (["a"], ["b"], ["a", "b"], ["a", 1])}
    assert len(seeds) == 8
    assert all(0 <= seed < 2**32 for seed in seeds)
    assert derive_rng(1, "a").random() == derive_rng(1, "a").random()
