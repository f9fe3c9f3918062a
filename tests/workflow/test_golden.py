"""A restructured workflow makes what the golden lists say: the same jobs and outputs in every study."""

import pytest

from .golden import GOLDEN, STUDIES, Plan, ask, compare, copy_with_clips, read, write

#: Studies whose lists are compared by ``make test``; the others take as long, and differ by their configs only.
FAST = ("published", "tiny_more_umaps")


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    return copy_with_clips(tmp_path_factory.mktemp("golden"))


@pytest.mark.parametrize(
    "study", [pytest.param(name, marks=[] if name in FAST else pytest.mark.slow) for name in STUDIES]
)
def test_a_full_run_makes_what_the_golden_list_says(copy, study):
    golden = read((GOLDEN / f"{study}.txt").read_text())
    difference = compare(golden, ask(copy, study), study)
    if difference:
        pytest.fail(difference, pytrace=False)


def test_a_golden_list_has_the_same_paths_after_folding():
    paths = [
        "features/mel/a.h5",
        "features/mel/b.h5",
        "features/stft/a.h5",
        "features/stft/b.h5",
        "umaps/fan/mel.parquet",
    ]
    plan = Plan({"all": 1, "embed_umap": 2}, frozenset([*paths, "stacks/mel/k1/a.h5", "report.zip"]))
    text = write(plan, "embedded")
    assert "features/mel/\nfeatures/stft/\n  a.h5\n  b.h5" in text
    assert read(text) == plan


def test_a_difference_names_each_path_and_the_script_that_writes_the_lists():
    before = Plan({"embed_umap": 1}, frozenset(["umaps/fan/mel_k1.parquet", "report.zip"]))
    after = Plan({"embed_umap": 2}, frozenset(["umaps/fan/mel_k5.parquet", "report.zip"]))
    lines = compare(before, after, "embedded").splitlines()
    changed = {"-embed_umap 1", "+embed_umap 2", "-umaps/fan/mel_k1.parquet", "+umaps/fan/mel_k5.parquet"}
    assert {line for line in lines[2:-1] if not line.startswith("@@")} == changed
    assert "python tests/workflow/golden.py" in lines[-1]
    assert compare(before, before, "embedded") == ""


def test_golden_lists_depend_on_no_machine():
    for path in GOLDEN.glob("*.txt"):
        outputs = read(path.read_text()).outputs
        assert not [output for output in outputs if output.startswith(("/", "..", "~"))], path
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(STUDIES)
