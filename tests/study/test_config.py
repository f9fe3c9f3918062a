"""A wrong config is explained in two lines; a valid one defines the study."""

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from tests.helpers import DATASETS, ROOT, config_of, effective, merge, study_of
from uads.core.errors import UserError
from uads.representations.l3.spec import SPEC as L3
from uads.study.config import check_config
from uads.study.config_page import document_keys
from uads.study.config_schema import config_schema
from uads.study.kinds import kind_models
from uads.study.representations import SYNTHESIZED
from uads.study.study import Study

EMBEDDED = config_of()
#: The effective config of the embedded study.
DEFAULTS = check_config(EMBEDDED)


MEL = {"representation": "mel", "k": 1}


def refused(change: dict) -> tuple[str, str]:
    """Return the two lines about what is wrong with a change of the embedded study."""
    with pytest.raises(UserError) as caught:
        check_config(merge(EMBEDDED, change))
    first, second = str(caught.value).split("\n")
    return first, second


@pytest.mark.parametrize(
    ("change", "first", "second"),
    [
        ({"sed": 3}, "unknown key 'sed' (did you mean 'seed'?)", "allowed here: study, seed"),
        ({"seed": "x"}, "seed is 'x'", "allowed: integer. Every random choice"),
        ({"seed": True}, "seed is True", "allowed: integer"),
        ({"study": "../x"}, "study is '../x'", "a string that matches"),
        ({"audio": {"channel": -1}}, "audio.channel is -1", "allowed: mix or integer at least 0. Which channel"),
        ({"downloads": {"base": 3}}, "downloads.base is 3", "allowed: string or nothing (null). Replaces"),
        ({"downloads": {"base": "ftp://x"}}, "downloads.base is 'ftp://x'", "a string that matches ^https?"),
        ({"bad_clips": {"empty": "keep"}}, "bad_clips.empty is 'keep'", "allowed: skip, stop. The file holds"),
        ({"stacks": []}, "stacks is []", "allowed: mapping"),
        ({"stacks": {"sizes": []}}, "stacks.sizes is []", "number of entries at least 1"),
        ({"stacks": {"sizes": [1, 0]}}, "stacks.sizes[1] is 0", "at least 1"),
        ({"stacks": {"sizes": [1, 1]}}, "stacks.sizes is [1, 1]", "a list without repeated entries. Frames per"),
        ({"figures": {"palette": "pink"}}, "figures.palette is 'pink'", "published, colour_blind"),
        ({"figures": {"size": [1]}}, "figures.size is [1]", "number of entries at least 2"),
        ({"figures": {"dpi": {"section": 1}}}, "figures.dpi.section is 1", "at least 10"),
        ({"figures": {"more": {"a": {"k": 1}}}}, "the key 'figures.more.a.kind' is missing", "it means: Which plot"),
        (
            {"figures": {"more": {"a": {"kind": "global", "crop": [1]}}}},
            "figures.more.a.crop is [1]",
            "auto or list or nothing (null). The excerpt",
        ),
        ({"figures": {"overrides": {"x/y": {}}}}, "figures.overrides has the name 'x/y'", "a string that matches"),
        ({"umaps": {"min_dist": -1}}, "umaps.min_dist is -1", "at least 0"),
        ({"umaps": {"kept_variance": 1}}, "umaps.kept_variance is 1", "less than 1"),
        ({"umaps": {"more": {"a": {**MEL, "scope": 3}}}}, "umaps.more.a.scope is 3", "string or list. global, a"),
        ({"umaps": {"more": {"a": MEL}}}, "the key 'umaps.more.a.scope' is missing", "it means: global, a machine"),
        ({"umaps": {"more": {"a": {**MEL, "skope": 3}}}}, "umaps.more.a.skope' (did you mean 'scope'?)", "scope, rep"),
        ({"corpora": [{"name": "a", "role": "machines", "source": "table"}]}, "'corpora[0].path' is missing", ""),
        ({"corpora": [{"name": "a", "role": "external", "source": "web"}]}, "corpora[0].source is 'web'", "synthesize"),
        (
            {"corpora": [{"name": "a", "role": "external", "source": "download", "layout": "x"}]},
            "corpora[0].layout is 'x'",
            "dcase2023, audioset, idmt",
        ),
        (
            {"corpora": [{"name": "a", "role": "machines", "source": "download", "layout": "dcase2021"}]},
            "the key 'corpora[0].machines' is missing",
            "Which machines",
        ),
        ({"samples": {"machine": {"5": {}}}}, "samples.machine", "k"),
        (
            {"scores": ["adakos"]},
            "scores[0] is 'adakos', which is not allowed (did you mean 'adacos'?)",
            "allowed: auto",
        ),
        ({"benchmarks": {"rounds": 0}}, "benchmarks.rounds is 0", "at least 1. Each"),
    ],
)
def test_a_wrong_key_is_explained_in_two_lines(change, first, second):
    what, allowed = refused(change)
    assert first in what
    assert second in allowed


@pytest.mark.skipif(not kind_models("representations"), reason="no kind of representation declares its settings")
@pytest.mark.parametrize(
    ("change", "first", "second"),
    [
        ({"mel": {"n_mel": 64}}, "unknown key 'representations.mel.n_mel'", "n_mels"),
        ({"mel": {"precision": "double"}}, "mel.precision is 'double'", "allowed: single, half"),
        ({"l3": {"compression": "zip"}}, "l3.compression is 'zip'", "allowed: none, lzf, gzip"),
        ({"mel": {"kind": "spektrogram"}}, "representations.mel.kind is 'spektrogram'", "allowed: l3, spectrogram"),
        ({"new": {"n_mels": 64}}, "the key 'representations.new.kind' is missing", "it means: What computes"),
    ],
)
def test_settings_of_a_representation_are_those_of_its_kind(change, first, second):
    what, allowed = refused({"representations": change})
    assert first in what
    assert second in allowed


@pytest.mark.skipif(not kind_models("detectors"), reason="no kind of detector declares its settings")
def test_settings_of_a_detector_are_those_of_its_kind():
    wrong = merge(EMBEDDED, {"detectors": {"adacos": {"training": {"epochs": 0}}}})
    with pytest.raises(UserError, match="config: detectors.adacos.training.epochs is 0"):
        Study(check_config(wrong), DATASETS)


@pytest.mark.parametrize(("value", "hinted"), [("3", True), ("3.5", False), ("three", False), ("[3", False)])
def test_a_quoted_value_suggests_removing_the_quotes(value, hinted):
    what, _ = refused({"seed": value})
    assert what.startswith(f"config: seed is '{value}', which is not allowed")
    assert ("it is a string (write it without quotes, in a file for --configfile)" in what) is hinted


@pytest.mark.parametrize(
    ("change", "hinted"),
    [
        ({"umaps": {"accelerate": "true"}}, True),
        ({"audio": {"channel": "2"}}, True),
        ({"figures": {"section_plots": "null"}}, True),
        ({"samples": "{machine: {}}"}, True),
        ({"figures": {"palette": "1"}}, False),
    ],
)
def test_quotes_are_named_whatever_the_type(change, hinted):
    assert ("write it without quotes" in refused(change)[0]) is hinted


def test_a_missing_key_is_named_with_its_meaning():
    config = {key: value for key, value in DEFAULTS.items() if key != "corpora"}
    with pytest.raises(UserError, match="the key 'corpora' is missing\n  it means: Where clips come from"):
        check_config(config)


def test_an_unknown_key_is_named_before_what_is_missing_for_it():
    config = {"korpora" if key == "corpora" else key: value for key, value in DEFAULTS.items()}
    with pytest.raises(UserError, match=r"unknown key 'korpora' \(did you mean 'corpora'\?\)"):
        check_config(config)


STUDIES = [
    [],
    ["embedded_full.yaml"],
    ["published.yaml"],
    *(["published.yaml", f"dcase{year}.yaml"] for year in (2020, 2022, 2023)),
    ["own_clips.yaml"],
    ["own_clips.yaml", "own_clips_example.yaml"],
]


@pytest.mark.parametrize("overlays", STUDIES, ids=lambda overlays: "+".join(overlays) or "embedded")
def test_defaults_leave_every_shipped_study_as_it_was(overlays):
    """``complete_config.yaml`` has the keys of the embedded study of version 1.0 that have defaults since."""
    expected = yaml.safe_load(Path(__file__).with_name("complete_config.yaml").read_text())
    for overlay in overlays:
        expected = merge(expected, yaml.safe_load((ROOT / "config" / overlay).read_text()))
    config = effective(*overlays)
    for key in ("downloads", "audio", "bad_clips", "stacks", "samples", "umaps", "benchmarks"):
        assert config[key] == expected[key], key
    for key in expected["figures"].keys() - {"paper"}:
        assert config["figures"][key] == expected["figures"][key], key
    assert config["corpora"] == (expected.get("corpora") or EMBEDDED["corpora"])


def test_the_effective_config_is_valid_and_stays_as_it_is():
    assert check_config(DEFAULTS) == DEFAULTS


def test_numbers_stay_as_they_are_written():
    config = check_config(merge(EMBEDDED, {"figures": {"size": [20, 7.5]}, "downloads": {"timeout": 3}}))
    assert [type(value) for value in config["figures"]["size"]] == [int, float]
    assert type(config["downloads"]["timeout"]) is int


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"umaps": {"representations": ["mel", "cqt"]}}, "'cqt' is not among stft, mel, l3"),
        ({"stacks": {"sizes": [1, 7]}}, "no entry k7 for the stack size 7"),
        ({"umaps": {"scopes": ["global", "lathe"]}}, "no machine lathe"),
        ({"umaps": {"more": {"mix": {"scope": ["fan", "lathe"], **MEL}}}}, "mix.scope is .'fan', 'lathe'.*ToyTrain"),
        ({"umaps": {"more": {"mix": {"scope": ["fan", "global"], **MEL}}}}, "it must be global, or one or a list of"),
        ({"umaps": {"more": {"fan": {"scope": "pump", **MEL}}}}, "umaps.more.fan: that is the name of a scope"),
        ({"umaps": {"more": {"a": {"scope": "fan", "representation": "cqt", "k": 1}}}}, "'cqt' is not among stft"),
        ({"umaps": {"more": {"a": {**MEL, "scope": "fan", "k": 7}}}}, "samples.machine: no entry k7 .* umaps.more.a"),
        ({"umaps": {"more": {"a": {**MEL, "scope": ["fan"], "k": 7}}}}, "samples.global: no entry k7"),
        (
            {"figures": {"overrides": {"machine/fan_mel_k2": {}}}},
            "no plot machine/fan_mel_k2 .did you mean 'machine/fan_",
        ),
        ({"figures": {"more": {"a": {"kind": "machine", "umap": "b"}}}}, "figures.more.a.umap: there is no 'b'"),
        (
            {"figures": {"more": {"a": {"kind": "machine", **MEL}}}},
            "figures.more.a: kind is machine: it needs a machine",
        ),
        (
            {
                "umaps": {"more": {"b": {"scope": "global", **MEL}}},
                "figures": {"more": {"a": {"kind": "machine", "umap": "b"}}},
            },
            "shows 7 machines: kind must be global",
        ),
        (
            {"figures": {"paper": {"figure_1": {"representation": "cqt"}}}},
            "figure_1.representation: 'cqt' is not among",
        ),
        ({"figures": {"paper": {"figure_9": {"kind": "global", "k": 1}}}}, "figure_9 needs either umap, or representa"),
        (
            {"figures": {"paper": {"figure_9": {"kind": "machine", **MEL}}}},
            "figure_9: kind is machine: it needs a mach",
        ),
        (
            {"figures": {"paper": {"figure_9": {"kind": "section", "machine": "fan", **MEL}}}},
            "figure_9: kind is section: it needs a section",
        ),
        ({"figures": {"paper": {"figure_9": {"kind": "global", "umap": "b"}}}}, "figure_9.umap: .* under figures.more"),
        ({"figures": {"section_plots": {"representations": ["mell"]}}}, "section_plots.representations: 'mell' is not"),
        ({"figures": {"more": {"a": {"kind": "machine", "machine": "fan"}}}}, "needs either umap, or representation"),
        (
            {"figures": {"more": {"a": {"kind": "global", **MEL, "k": 2}}}},
            "no UMAP global/mel_k2: add it to umaps.more",
        ),
        (
            {"figures": {"more": {"a": {"kind": "section", "machine": "fan", "section": "09", **MEL}}}},
            "fan has no section 09",
        ),
        ({"detectors": {"adacos": {"representation": "cqt"}}}, "there is no 'cqt'"),
        (
            {"detectors": {"adacos": {"representation": "mel"}}},
            "mel holds a few clips of each split: set its clips_per",
        ),
        ({"corpora": [*DEFAULTS["corpora"], DEFAULTS["corpora"][-1]]}, "2 entries have the name"),
        (
            {"corpora": [{"name": "x", "role": "machines", "source": "folder", "path": "."}]},
            "corpora: x: list .*clips of machines in a CSV",
        ),
        ({"detectors": {"adacos": {"training": {"checkpoints": [99]}}}}, "training ends after 6 epochs"),
        ({"corpora": [entry for entry in DEFAULTS["corpora"] if entry["role"] == "external"]}, "there must be one"),
    ],
)
def test_entries_that_contradict_each_other_are_refused(change, message):
    with pytest.raises(UserError, match=message):
        Study(merge(DEFAULTS, change), DATASETS)


def test_the_embedded_study_has_72_umaps_and_all_plots():
    study = Study(DEFAULTS, DATASETS)
    assert len(set(study.umaps.regular)) == 72
    assert len(study.figures.names(["global"])) == 9
    assert len(study.figures.names(["machine"])) == 63
    assert {name.split("_")[0] for name in study.figures.names(["section"])} == {
        f"section/{m}" for m in study.corpora.machines
    }
    assert list(study.figures.paper) == [f"fernandez2021_figure_{number}" for number in range(1, 6)]
    assert study.representations.stand_ins("mel") == [SYNTHESIZED]
    assert study.representations.stand_ins("mel", "l3") == [SYNTHESIZED, L3.weights.stand_in]


def test_further_umaps_use_their_scope_and_get_plots():
    more = {
        "cosine": {"scope": "pump", "representation": "mel", "k": 5, "metric": "cosine", "n_neighbors": 50},
        "toys": {"scope": ["ToyCar", "ToyTrain"], "representation": "logmel", "k": 1, "min_dist": 0},
        "long": {"scope": "global", "representation": "mel", "k": 20},
    }
    counts = {"k20": {"test": 7, "train": 5, "external": 3}}
    figures = {"more": {"zoom": {"kind": "section", "umap": "cosine", "section": "00", "crop": "auto", "dpi": 300}}}
    study = Study(
        merge(DEFAULTS, {"umaps": {"more": more}, "samples": {"global": counts}, "figures": figures}), DATASETS
    )
    assert len(study.umaps.regular) == 72
    regular = {"metric": "euclidean", "n_neighbors": 15, "min_dist": 0.1, "layout": "parallel"}
    assert study.umaps.settings("pump") == regular
    assert study.umaps.settings("cosine") == regular | {"metric": "cosine", "n_neighbors": 50}
    assert study.umaps.settings("toys")["min_dist"] == 0
    assert [study.umaps.sampled_scope(scope) for scope in ("pump", "cosine", "toys", "long")] == [
        "pump",
        "pump",
        "toys",
        "global",
    ]
    assert study.umaps.counts("cosine", 5) == study.umaps.counts("pump", 5)
    assert study.umaps.counts("toys", 1) == study.umaps.counts("global", 1)
    assert study.umaps.counts("long", 20) == counts["k20"]
    assert study.umaps.sampled_shards("toys", 1) == [
        *(f"embedded-{machine}-{split}" for machine in ("ToyCar", "ToyTrain") for split in ("train", "test")),
        "audioset-00",
        "idmt-00",
    ]
    assert set(study.umaps.shown_representations) == {"stft", "mel", "l3", "logmel"}
    kinds = {name: figure["kind"] for name, figure in study.figures.more.items()}
    assert kinds == {"cosine": "machine", "toys": "global", "long": "global", "zoom": "section"}
    assert study.figures.shown_umap("more/zoom") == study.figures.shown_umap("more/cosine") == ("cosine", "mel", 5)
    said = study.umaps.describe("cosine", "mel", 5)
    assert "metric cosine, n_neighbors 50, min_dist 0.1, layout parallel, seed 2021." in said
    assert "60 stacks of each test split, 30 of each training split, 90 of audioset and 90 of idmt" in said
    assert said.endswith(f"{SYNTHESIZED}.")


def test_settings_of_one_plot_override_the_common_ones():
    overrides = {"machine/pump_mel_k5": {"crop": [0, 4, -2, 2], "palette": "colour_blind", "dpi": 300}}
    study = Study(merge(DEFAULTS, {"figures": {"overrides": overrides, "cross_average": 200}}), DATASETS)
    common = study.figures.settings("machine/pump_mel_k1")
    assert common["dpi"] == 100 and common["palette"] == "published" and "crop" not in common
    assert common["cross_average"] == 200 and common["cross_skip"] == "auto"
    assert study.figures.settings("machine/pump_mel_k5") == common | overrides["machine/pump_mel_k5"]
    assert study.figures.settings("section/pump_00_mel_k1", cross=True) == common | {"dpi": 90, "cross": True}
    first = study.figures.settings("paper/fernandez2021_figure_1")
    assert first["crop"] == "auto" and first["annotate"] is True and first["dpi"] == 100


@pytest.mark.parametrize("overlay", ["published.yaml", "embedded_full.yaml"])
def test_the_full_studies_have_261_plots(overlay):
    study = study_of(overlay)
    assert len(study.umaps.regular) == 72
    assert len(set(study.figures.names(["global", "machine", "section"]))) == 261


def test_the_published_study_samples_what_the_paper_says():
    study = study_of("published.yaml")
    assert study.umaps.counts("fan", 5) == {"test": 20000, "train": 10000, "external": 10000}
    assert study.umaps.counts("global", 1) == {"test": 2000, "train": 1000, "external": 50000}
    assert "audioset-07" in study.umaps.sampled_shards("global", 5)
    assert not any("audioset" in shard for shard in study.umaps.sampled_shards("fan", 10))
    assert not any("evaluation" in shard for shard in study.umaps.sampled_shards("global", 1)), "they are blind"


def test_the_published_study_downloads_its_archives():
    files = study_of("published.yaml").corpora.files("dcase2021", "resources")
    assert sum("unpacked" in file for file in files) == 21
    assert sum("ground_truth" in file for file in files) == 42


@pytest.mark.parametrize(
    ("year", "shown", "blind", "scopes", "archives", "lists"),
    [
        (2020, 23, 18, 7, 18, 1),
        (2022, 21, 21, 8, 21, 63),
        (2023, 7, 7, 8, 21, 21),
    ],
)
def test_studies_of_other_years_are_planned_from_the_config(year, shown, blind, scopes, archives, lists):
    study = study_of("published.yaml", f"dcase{year}.yaml")
    assert len(study.corpora.studied.labelled) == shown
    assert len(study.corpora.studied.trained - study.corpora.studied.labelled) == blind
    assert len(study.umaps.scopes) == scopes
    files = study.corpora.files(f"dcase{year}", "resources")
    assert sum("/unpacked/" in file for file in files) == archives
    assert len(files) == archives + lists
    assert study.corpora.studied.trained_machines == study.corpora.machines
    columns = study.tables.params("wilkinghoff2021_table_2")["columns"]
    assert columns and not any(column["published"] for column in columns), "printed values are of other clips"
    assert not study.figures.paper, "the paper's figures show clips of 2021"


@pytest.mark.parametrize(
    ("year", "detectors", "submissions"),
    [
        (2020, ["autoencoder", "mobilenetv2", "adacos"], {"autoencoder", "mobilenetv2", "adacos"}),
        (2022, ["autoencoder", "mobilenetv2", "adacos"], {"autoencoder", "mobilenetv2"}),
        (2023, ["autoencoder", "adacos"], {"autoencoder"}),
    ],
)
def test_each_year_has_the_detectors_and_submissions_it_allows(year, detectors, submissions):
    """In 2023 a machine has one section to classify; since 2022 the domain of a test clip is secret."""
    study = study_of("published.yaml", f"dcase{year}.yaml")
    assert study.detectors.names == detectors
    assert {name.split("_")[0] for name in study.detectors.submissions} == submissions


def test_mobilenetv2_needs_two_sections_of_each_machine_and_part():
    corpora = [entry | ({"sections": ["00", "03"]} if "sections" in entry else {}) for entry in DEFAULTS["corpora"]]
    scores = ["autoencoder", "mobilenetv2", "adacos"]
    study = Study(merge(DEFAULTS, {"corpora": corpora, "scores": scores}), DATASETS)
    assert study.detectors.names == ["autoencoder", "adacos"]


def test_machines_decide_the_part_in_2023():
    study = study_of("published.yaml", "dcase2023.yaml")
    assert study.corpora.studied.shard_names("train", "test", "evaluation", machine="fan") == [
        "dcase2023-fan-train",
        "dcase2023-fan-test",
    ]
    assert study.corpora.studied.shard_names("train", "test", "evaluation", machine="Vacuum") == [
        "dcase2023-Vacuum-train",
        "dcase2023-Vacuum-evaluation",
    ]
    assert "Vacuum" not in study.umaps.scopes
    assert "dcase2023-Vacuum-train" in study.umaps.sampled_shards("global", 1)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"layout": "dcase2022"}, "layout is dcase2022: machines of source synthesize need dcase2021"),
        ({"source": "download", "layout": "idmt"}, "need dcase2020, dcase2021, dcase2022 or dcase2023"),
        ({"source": "download", "layout": "dcase2022", "machines": ["pump"]}, "DCASE 2022 Task 2 has no machine pump"),
        (
            {"source": "download", "layout": "dcase2020", "machines": ["ToyConveyor"], "sections": ["00"]},
            "ToyConveyor has 01, 02, 03, 04, 05, 06 only",
        ),
    ],
)
def test_a_corpus_that_its_year_does_not_have_is_refused(change, message):
    machines, *external = DEFAULTS["corpora"]
    with pytest.raises(UserError, match=message):
        Study(merge(DEFAULTS, {"corpora": [machines | change, *external]}), DATASETS)


def test_a_users_table_names_machines_and_sections(tmp_path):
    lines = ["path,machine,section,domain,split,label"]
    for number, said in enumerate(
        [
            "press,A,source,train,normal",
            "press,A,source,test,anomaly",
            "press,B,source,test,unknown",
            "lathe,A,source,test,normal",
        ]
    ):
        (tmp_path / f"{number}.wav").touch()
        lines.append(f"{number}.wav,{said}")
    (tmp_path / "clips.csv").write_text("\n".join(lines))
    corpora = [{"name": "own", "role": "machines", "source": "table", "path": str(tmp_path / "clips.csv")}]
    study = Study(merge(DEFAULTS, {"corpora": corpora}), DATASETS)
    assert study.corpora.machines == ["press", "lathe"]
    assert study.corpora.studied.shard_names("train", "test", "evaluation") == [
        "own-press-train",
        "own-press-test",
        "own-press-evaluation",
        "own-lathe-test",
    ]
    assert study.corpora.studied.trained_machines == ["press"]
    assert study.detectors.names == ["autoencoder", "knn"], "AdaCos needs two sections to tell apart"
    assert list(study.figures.paper) == ["fernandez2021_figure_2"], (
        "the global one; the machines of the others are not there"
    )
    assert study.representations.stand_ins("mel") == []


def test_the_published_study_has_all_models_and_score_sets():
    study = study_of("published.yaml")
    checkpoints = study.detectors.settings["adacos"].training.checkpoints
    for variant, heads in (("one_head", ["section"]), ("two_heads", ["section", "attribute"])):
        members = [one for one in study.detectors.members("adacos") if one.overrides["variant"] == variant]
        assert len(members) * len(checkpoints) == 20
        assert [member.overrides["sub_clusters"] for member in members] == [1, 2, 4, 8, 16]
        assert study.detectors.training("adacos", members[0].name)["heads"] == heads
    sets = ["adacos", "adacos_choice", "adacos_one_head", "adacos_two_heads", "adacos_density"]
    assert list(study.detectors.score_sets) == ["autoencoder", "mobilenetv2", *sets]
    assert columns_of(study, 2) == ["autoencoder", "mobilenetv2", "adacos", "adacos_density"]
    assert columns_of(study, 3) == ["section", "attribute", "target", "adacos", "adacos_density"]
    assert columns_of(study, 4) == ["adacos_one_head", "adacos_two_heads", "adacos"]
    assert columns_of(study, 5) == ["autoencoder", "mobilenetv2", "adacos_choice", "adacos_density"]
    assert study.tables.names == [*(f"wilkinghoff2021_table_{number}" for number in range(1, 6)), "low_energy"]
    assert "/two_heads" in study.tables.inputs("table_1")["model"]
    assert study.detectors.submissions == list(study.detectors.score_sets)


def columns_of(study: Study, number: int) -> list[str]:
    """List the columns of a table of Wilkinghoff (2021)."""
    return [column["key"] for column in study.tables.params(f"wilkinghoff2021_table_{number}")["columns"]]


def test_old_names_of_tables_and_figures_still_work():
    change = {"tables": ["table_1", "horn"], "figures": {"paper": {"figure_1": {"machine": "fan"}}}}
    study = Study(merge(DEFAULTS, change), DATASETS)
    assert study.tables.names == ["wilkinghoff2021_table_1", "low_energy"]
    assert study.figures.paper["fernandez2021_figure_1"]["machine"] == "fan"
    assert study.figures.paper["fernandez2021_figure_1"]["crop"] == "auto"
    assert study.figures.targets["figure_5"] == "fernandez2021_figure_5"


def test_a_figure_that_cannot_be_made_names_what_is_missing():
    umaps = {"umaps": {"representations": ["mel"]}, "figures": {"paper": {"figure_9": {"kind": "global", **MEL}}}}
    study = Study(merge(DEFAULTS, umaps), DATASETS)
    assert study.figures.missing("figure_2") == "the UMAP global/stft_k10"
    assert study.figures.missing("figure_5") is None
    assert Study(merge(DEFAULTS, {"scores": ["autoencoder"]}), DATASETS).figures.missing("training")


@pytest.mark.parametrize(
    ("change", "table", "lacking"),
    [
        ({"scores": ["autoencoder"]}, "table_3", "adacos among the config's scores, and two sections to train on"),
        ({"detectors": {"adacos": {"variants": ["one_head"]}}}, "table_4", "two losses in detectors.adacos.variants"),
        ({}, "table_5", None),
    ],
)
def test_a_table_that_cannot_be_made_names_what_is_missing(change, table, lacking):
    assert Study(merge(DEFAULTS, change), DATASETS).tables.missing(table) == lacking


def test_a_single_variant_has_no_choice_and_no_table_of_losses():
    one = {"adacos": {"variants": ["one_head"], "back_end": {"density_neighbours": None}}}
    study = Study(merge(DEFAULTS, {"detectors": one}), DATASETS)
    assert list(study.detectors.score_sets) == ["autoencoder", "knn", "adacos"]
    assert columns_of(study, 5) == ["autoencoder", "adacos", "knn"]
    assert study.tables.names == [*(f"wilkinghoff2021_table_{number}" for number in (1, 2, 3, 5)), "low_energy"]


def test_stand_in_clips_are_declared():
    corpora = [entry | {"stand_in": "Made by hand"} for entry in DEFAULTS["corpora"]]
    assert Study(merge(DEFAULTS, {"corpora": corpora}), DATASETS).representations.stand_ins() == ["Made by hand"]


def test_the_page_of_keys_and_the_schema_are_those_of_the_models():
    page, schema = (ROOT / "config/README.md").read_text(), config_schema()
    assert page.endswith(document_keys(schema, DEFAULTS)), "run `make docs`"
    assert json.loads((ROOT / "config/schema.json").read_text()) == schema, "run `make docs`"
    assert not [line for line in page.splitlines() if line.startswith("| `") and line.split("|")[2].strip() == ""]


def test_editors_find_the_schema_of_the_config():
    first, *_ = (ROOT / "config/config.yaml").read_text().splitlines()
    assert first == "# yaml-language-server: $schema=schema.json"


@pytest.mark.parametrize("overlays", STUDIES, ids=lambda overlays: "+".join(overlays) or "embedded")
def test_the_schema_for_editors_accepts_every_shipped_study(overlays):
    Draft202012Validator(config_schema()).validate(effective(*overlays))
