"""Clips, frames, samples and disk space of a study are estimated from published counts."""

from types import SimpleNamespace

import pytest

from tests.helpers import COUNTS, study_of
from uads.study.clip_groups import clip_groups
from uads.study.dag import PlannedJob
from uads.study.resources import JobResources, Request
from uads.study.sizes import Sizes
from uads.study.stages import Stage, bytes_lacking, job_stages, stages_of
from uads.study.study import Study

PUBLISHED = study_of("published.yaml")
SIZES = Sizes(PUBLISHED, COUNTS)


def sound_stages(study: Study) -> dict[str, Stage]:
    """Return the stages that download, unpack and synthesize sound."""
    sizes, corpora = Sizes(study, COUNTS), study.corpora
    made = {"machines": "synthesize_corpus", "external": "synthesize_external"}
    jobs = [
        (rule, {"corpus": name, key: value})
        for name, corpus in corpora.by_name.items()
        for rule, key, values in (
            ("unpack_archive", "archive", corpora.archives(name)),
            (made[corpus.role], "machine", (corpus.machines or [""]) if corpus.source == "synthesize" else []),
        )
        for value in values
    ]
    resources = JobResources(study.jobs(sizes))
    requested = [(PlannedJob(rule, one, 1), resources.request(rule, SimpleNamespace(**one))) for rule, one in jobs]
    return {stage.name: stage for stage in stages_of(study, sizes.groups, requested)}


def counted(study: Study, machine: str) -> list[tuple[str, int, int]]:
    """List kind, clips, and combinations of split and label of each group of clips of a machine."""
    groups = clip_groups(study.corpora.studied, COUNTS)
    return [(group.kind, group.clips, group.splits) for group in groups if group.machine == machine]


def test_the_published_counts_are_those_of_the_challenge():
    totals = {
        layout: sum(int(row["clips"]) for row in COUNTS if row["layout"] == layout)
        for layout in ("dcase2021", "dcase2023", "audioset", "idmt")
    }
    assert totals == {"dcase2021": 59504, "dcase2023": 16800, "audioset": 39437, "idmt": 2378}


def test_the_published_study_is_counted_clip_by_clip():
    stages = sound_stages(PUBLISHED)
    assert stages["unpack dcase2021"].n_files == 59504
    assert stages["unpack dcase2021"].n_bytes == pytest.approx(59504 * 320000)
    assert not stages["download idmt"].estimated
    assert "archives of dcase2021" in stages["download dcase2021"].estimated
    labelled = 59504 - sum(
        int(row["clips"])
        for row in COUNTS
        if row["layout"] == "dcase2021" and row["part"] == "evaluation" and row["kind"] == "test"
    )
    engine_frames = 2378 * (1 + int(1.07 * 16000) // 512)
    (shards,) = {tuple(PUBLISHED.umaps.sampled_shards("global", k)) for k in (1, 5)}
    assert SIZES.frames("mel", *shards) == pytest.approx(313 * (labelled + 39437) + engine_frames)
    assert SIZES.clips(*shards) == pytest.approx(labelled + 39437 + 2378)
    assert SIZES.stored_bytes("mel", shards[0]) == 4 * 128 * SIZES.frames("mel", shards[0])
    assert SIZES.sound_bytes("dcase2021", 0.5) == 59504 * 160000


def test_samples_are_limited_by_the_available_stacks():
    fan = 6 * 10000 * 2 + 3 * 2 * 20000 + 2 * 10000
    assert 0.5 * fan < SIZES.samples("fan", "mel", 1) <= fan
    assert SIZES.samples("fan", "mel", 10) == SIZES.samples("fan", "mel", 1) - 2 * 10000, "no external stacks of 10"


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
    stages = sound_stages(study_of("published.yaml", f"dcase{year}.yaml"))
    assert stages[f"unpack dcase{year}"].n_files == sum(int(row["clips"]) for row in rows)


def test_chosen_sections_scale_clips_but_not_archives():
    machines, *external = PUBLISHED.config["corpora"]
    some = study_of("published.yaml", change={"corpora": [machines | {"sections": ["00"]}, *external]})
    assert counted(some, "fan") == [("train", 1003, 2), ("test", 400, 4)]
    assert counted(some, "gearbox") == [("train", 1009, 2), ("test", 469, 4)]
    stages = sound_stages(some)
    archives = [row for row in COUNTS if (row["layout"], row["part"]) == ("dcase2021", "development")]
    assert stages["unpack dcase2021"].n_files == sum(int(row["clips"]) for row in archives)
    assert stages["download dcase2021"].n_files == 7, "nothing of the evaluation part is fetched"


def test_the_embedded_study_downloads_nothing():
    stages = sound_stages(study_of())
    assert not [name for name in stages if name.startswith("download")]
    assert stages["synthesize embedded"].n_files == 2310


def test_rules_that_write_and_take_little_become_one_line():
    def one(rule, size, seconds):
        return PlannedJob(rule, {}, 2), Request(rule, 100, 10, 100, seconds, None, size)

    stages = job_stages([one("a", 2e6, 9), one("b", 1e3, 9), one("c", 1e3, 9), one("d", 0, 90), one("a", 2e6, 9)], {})
    assert [(stage.name, stage.n_files, stage.n_bytes) for stage in stages] == [
        ("a", 4, 4e6),
        ("d", 2, 0),
        ("others", 4, 2e3),
    ]
    assert stages[0].core_seconds == 18
    assert stages[0].n_jobs == 2


def test_missing_disk_space_accounts_for_existing_files():
    assert bytes_lacking(10e9, there=0, free=4e9) == 6e9
    assert bytes_lacking(10e9, there=8e9, free=4e9) <= 0
