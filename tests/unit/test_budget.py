"""The study counts the clips of a study and estimates the resulting sizes."""

import pytest

from uads.study.budget import (
    Stage,
    as_size,
    as_time,
    budget,
    clip_groups,
    describe,
    lacking,
    read_clip_counts,
    read_rates,
)
from uads.study.study import Study

from .test_config import DATASETS, DEFAULTS, ROOT, merge, study_of

COUNTS = read_clip_counts(ROOT / "config/clip_counts.csv")
RATES = {"spectrograms": 2e-3, "L3": 0.1, "sort stacks": 1e-6}


def by_name(study: Study) -> dict[str, Stage]:
    return {stage.name: stage for stage in budget(study, COUNTS, RATES)}


def test_the_published_counts_are_those_of_the_challenge():
    totals = {
        layout: sum(int(row["clips"]) for row in COUNTS if row["layout"] == layout)
        for layout in ("dcase2021", "dcase2023", "audioset", "idmt")
    }
    assert totals == {"dcase2021": 59504, "dcase2023": 16800, "audioset": 39437, "idmt": 2378}


def test_the_published_study_is_counted_clip_by_clip():
    stages = by_name(study_of("published.yaml"))
    assert stages["unpack dcase2021"].n_files == 59504
    assert stages["unpack dcase2021"].n_bytes == 59504 * 320000
    labelled = 59504 - sum(
        int(row["clips"])
        for row in COUNTS
        if row["layout"] == "dcase2021" and row["part"] == "evaluation" and row["kind"] == "test"
    )
    engine_frames = 2378 * (1 + int(1.07 * 16000) // 512)
    assert stages["features mel"].n_bytes == 4 * 128 * (313 * (labelled + 39437) + engine_frames)
    assert stages["download idmt"].basis == "known"
    assert "estimated" in stages["download dcase2021"].basis


def test_times_follow_from_frames_and_measured_rates():
    stages = by_name(study_of("published.yaml"))
    frames = {name: stages[f"features {name}"].n_bytes / (4 * bins) for name, bins in (("mel", 128), ("l3", 512))}
    assert stages["features mel"].core_seconds == pytest.approx(frames["mel"] * 2e-3 / 2), "one pass makes stft and mel"
    assert stages["features l3"].core_seconds == pytest.approx(frames["l3"] * 0.1)
    assert stages["stacks mel"].core_seconds == pytest.approx(3 * frames["mel"] * 1e-6)
    assert stages["download idmt"].core_seconds is None


def test_what_only_a_further_umap_shows_is_counted():
    study = study_of("published.yaml")
    more = {"a": {"scope": "global", "representation": "stft", "k": 5}}
    few = Study(merge(study.config, {"umaps": {"representations": ["mel"], "more": more}}), DATASETS)
    stages, whole = by_name(few), by_name(study)
    assert stages["features stft"].n_bytes == whole["features stft"].n_bytes
    assert stages["stacks stft"].n_bytes == pytest.approx(whole["stacks stft"].n_bytes / 3), "one stack size of three"
    assert "features l3" not in stages


def test_half_precision_halves_the_estimated_disk():
    study = study_of("published.yaml")
    single = by_name(study)
    changes = {"mel": {"precision": "half"}, "stft": {"precision": "half", "compression": "gzip"}}
    small = by_name(Study(merge(study.config, {"representations": changes}), DATASETS))
    for name in changes:
        assert 2 * small[f"features {name}"].n_bytes == single[f"features {name}"].n_bytes
    assert small["features mel"].basis == single["features mel"].basis == "estimated"
    assert small["features stft"].basis == "estimated, at most: they are compressed"
    assert small["features l3"] == single["features l3"]


def test_the_rates_of_every_stage_were_measured():
    assert set(RATES) <= set(read_rates(ROOT / "config/rates.csv"))


def counted(study: Study, machine: str) -> list[tuple[str, int, int]]:
    """List kind, clips, and combinations of split and label of each group of clips of a machine."""
    groups = clip_groups(study.corpora.studied, COUNTS)
    return [(group.kind, group.clips, group.splits) for group in groups if group.machine == machine]


@pytest.mark.parametrize(
    ("year", "machine", "expected"),
    [
        (2020, "fan", [("train", 4000, 4), ("test", 2000, 8), ("train", 3000, 3), ("evaluation", 1342, 6)]),
        (2020, "ToyConveyor", [("train", 3000, 3), ("test", 1500, 6), ("train", 3000, 3), ("evaluation", 1665, 6)]),
        (2022, "bearing", [("train", 3000, 6), ("test", 600, 12), ("train", 3000, 6), ("evaluation", 600, 12)]),
        (2023, "fan", [("train", 1000, 2), ("test", 200, 4)]),
        (2023, "Vacuum", [("train", 1000, 2), ("evaluation", 200, 4)]),
    ],
)
def test_every_year_has_its_own_sections_and_domains(year, machine, expected):
    assert counted(study_of("published.yaml", f"dcase{year}.yaml"), machine) == expected


@pytest.mark.parametrize("year", [2020, 2022, 2023])
def test_the_studies_of_other_years_are_counted_clip_by_clip(year):
    rows = [row for row in COUNTS if row["layout"] == f"dcase{year}"]
    stages = by_name(study_of("published.yaml", f"dcase{year}.yaml"))
    assert stages[f"unpack dcase{year}"].n_files == sum(int(row["clips"]) for row in rows)


def test_chosen_sections_scale_clips_but_not_archives():
    whole = study_of("published.yaml")
    machines, *external = whole.config["corpora"]
    some = Study(merge(whole.config, {"corpora": [machines | {"sections": ["00"]}, *external]}), DATASETS)
    assert counted(some, "fan") == [("train", 1003, 2), ("test", 400, 4)]
    assert counted(some, "gearbox") == [("train", 1009, 2), ("test", 469, 4)]

    stages = by_name(some)
    frames = 313 * sum(clips for machine in some.corpora.machines for _, clips, _ in counted(some, machine))
    assert stages["features logmel"].n_bytes == 4 * 128 * frames
    assert stages["features logmel"].basis == "estimated"
    archives = [row for row in COUNTS if (row["layout"], row["part"]) == ("dcase2021", "development")]
    assert stages["unpack dcase2021"].n_files == sum(int(row["clips"]) for row in archives)
    assert stages["download dcase2021"].n_files == 7, "nothing of the evaluation part is fetched"


def test_the_embedded_study_downloads_nothing():
    stages = by_name(Study(DEFAULTS, DATASETS))
    assert not [name for name in stages if name.startswith("download")]
    assert stages["synthesize embedded"].n_files == 2310
    four_per_split_and_label = 7 * (6 * (4 + 3) + 3 * 2 * 2 * 4)
    external = 48 * 313 + 48 * 94
    at_most = 4 * 513 * (313 * (four_per_split_and_label + 7 * 6) + external)
    assert stages["features stft"].n_bytes <= at_most


def test_missing_disk_space_accounts_for_existing_files():
    stages = [Stage("features mel", 2, 10_000_000_000, "estimated")]
    assert lacking(stages, there=0, free=4_000_000_000) == 6_000_000_000
    assert lacking(stages, there=8_000_000_000, free=4_000_000_000) <= 0
    text = describe(stages, 8_000_000_000, 4_000_000_000)
    assert "10.0 GB" in text
    assert "8.0 GB" in text


@pytest.mark.parametrize(("n_bytes", "text"), [(999, "999 B"), (1500, "2 kB"), (2.5e9, "2.5 GB"), (3e13, "30.0 TB")])
def test_sizes_are_written_for_people(n_bytes, text):
    assert as_size(n_bytes) == text


@pytest.mark.parametrize(("seconds", "text"), [(42.4, "42 s"), (600, "10 min"), (36000, "10 h"), (9e6, "2,500 h")])
def test_times_are_written_for_people(seconds, text):
    assert as_time(seconds) == text
