"""Names, ground truth and lists of attributes of every year are read as published."""

import logging

import pytest

from uads.core.errors import UserError
from uads.corpora.dcase.attributes import complete_attributes, contradicts, read_attributes
from uads.corpora.dcase.years import YEARS

SAID = ("section", "domain", "split", "label", "attributes")


@pytest.mark.parametrize(
    ("layout", "path", "said"),
    [
        ("dcase2020", "train/normal_id_05_00000000.wav", ("05", "source", "train", "normal", "")),
        ("dcase2020", "test/anomaly_id_01_00000000.wav", ("01", "source", "test", "anomaly", "")),
        ("dcase2020", "test/id_05_00000000.wav", ("05", "source", "test", "unknown", "")),
        (
            "dcase2021",
            "train/section_00_source_train_normal_0025_A1Spd28VMic1.wav",
            ("00", "source", "train", "normal", "A1Spd28VMic1"),
        ),
        (
            "dcase2021",
            "train/section_01_source_train_normal_0000_strenght_1_big_ambient.wav",
            ("01", "source", "train", "normal", "strenght_1_big_ambient"),
        ),
        (
            "dcase2021",
            "train/section_00_target_train_normal_0001_vel800_dis150_accl0.50.wav",
            ("00", "target", "train", "normal", "vel800_dis150_accl0.50"),
        ),
        (
            "dcase2021",
            "target_test/section_02_target_test_anomaly_0103.wav",
            ("02", "target", "test", "anomaly", ""),
        ),
        ("dcase2021", "source_test/section_03_source_test_0000.wav", ("03", "source", "test", "unknown", "")),
        (
            "dcase2022",
            "test/section_05_target_test_anomaly_0010_f-n_D.wav",
            ("05", "target", "test", "anomaly", "f-n_D"),
        ),
        ("dcase2022", "test/section_03_0000.wav", ("03", "", "test", "unknown", "")),
        (
            "dcase2023",
            "train/section_00_source_train_normal_0000_vel_13.wav",
            ("00", "source", "train", "normal", "vel_13"),
        ),
        ("dcase2023", "test/section_00_0199.wav", ("00", "", "test", "unknown", "")),
    ],
)
def test_names_of_every_year_are_read(layout, path, said):
    folder, name = path.split("/")
    found = YEARS[layout].parse_name(name, folder)
    assert tuple(found[key] for key in SAID) == said


@pytest.mark.parametrize(
    ("layout", "name"),
    [
        ("dcase2020", "section_00_source_train_normal_0025.wav"),
        ("dcase2020", "normal_id_00_0025.wav"),
        ("dcase2021", "normal_id_00_00000025.wav"),
        ("dcase2021", "section_00_source_train_normal_0025.flac"),
        ("dcase2021", "section_03_0000.wav"),
        ("dcase2022", "section_03_source_test_0000.wav"),
        ("dcase2023", "x.wav"),
    ],
)
def test_names_of_other_years_are_refused(layout, name):
    with pytest.raises(UserError, match=f"not named as in {YEARS[layout].title}"):
        YEARS[layout].parse_name(name)


@pytest.mark.parametrize(
    ("layout", "machine", "section", "part"),
    [
        ("dcase2020", "fan", "00", "development"),
        ("dcase2020", "fan", "01", "evaluation"),
        ("dcase2020", "ToyCar", "01", "development"),
        ("dcase2020", "ToyCar", "00", None),
        ("dcase2020", "ToyConveyor", "04", "evaluation"),
        ("dcase2021", "pump", "02", "development"),
        ("dcase2022", "bearing", "03", "evaluation"),
        ("dcase2022", "pump", "00", None),
        ("dcase2023", "bearing", "00", "development"),
        ("dcase2023", "Vacuum", "00", "evaluation"),
        ("dcase2023", "fan", "01", None),
    ],
)
def test_the_year_decides_what_is_development(layout, machine, section, part):
    assert YEARS[layout].part(machine, section) == part


def test_years_have_as_many_sections_as_were_published():
    counts = {name: sum(len(year.sections(machine)) for machine in year.machines) for name, year in YEARS.items()}
    assert counts == {"dcase2020": 41, "dcase2021": 42, "dcase2022": 42, "dcase2023": 14}


@pytest.fixture
def write(tmp_path):
    def write(name: str, *lines: str, end: str = "\n"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes("".join(line + end for line in lines).encode())
        return tmp_path

    return write


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_list_of_2020_holds_all_machines(write, end):
    folder = write(
        "eval_data_list.csv",
        "fan",
        "id_01_00000000.wav,normal_id_01_00000098.wav,0",
        "id_01_00000001.wav,anomaly_id_01_00000064.wav,1",
        "pump",
        "id_01_00000000.wav,anomaly_id_01_00000003.wav,1",
        end=end,
    )
    assert YEARS["dcase2020"].read_ground_truth(folder, "fan") == {
        "id_01_00000000.wav": {"label": "normal"},
        "id_01_00000001.wav": {"label": "anomaly"},
    }
    assert YEARS["dcase2020"].read_ground_truth(folder, "pump") == {"id_01_00000000.wav": {"label": "anomaly"}}
    assert YEARS["dcase2020"].read_ground_truth(folder, "valve") == {}


def test_the_lists_of_2021_hold_labels(write):
    write("ground_truth_data/ground_truth_fan_section_03_source_test.csv", "section_03_source_test_0000.wav,1")
    folder = write("ground_truth_data/ground_truth_fan_section_03_target_test.csv", "section_03_target_test_0000.wav,0")
    assert YEARS["dcase2021"].read_ground_truth(folder, "fan") == {
        "section_03_source_test_0000.wav": {"label": "anomaly"},
        "section_03_target_test_0000.wav": {"label": "normal"},
    }


def write_2022(write, machine: str, labels: str, domains: str):
    name = f"{machine}_section_03_test.csv"
    write(f"ground_truth_data/ground_truth_{name}", *(f"section_03_000{n}.wav,{flag}" for n, flag in enumerate(labels)))
    write(f"ground_truth_domain/ground_truth_{name}", *(f"section_03_000{n}.wav,{d}" for n, d in enumerate(domains)))
    return write(
        f"ground_truth_attributes/{machine}/attributes_03.csv",
        "file_name,d1p,d1v,file_name_with_full_attributes",
        *(
            f"{machine}/test/section_03_000{n}.wav,{listed},{machine}/test/section_03_{full}.wav"
            for n, (listed, full) in enumerate(
                [
                    ("v1pat,04", "source_test_normal_0000_v1pat_04"),
                    ("v1pat,04,v2pat,05", "target_test_anomaly_0001_v1pat_04_v2pat_05"),
                ]
            )
        ),
    )


@pytest.mark.parametrize("choice", ["official", "attributes"])
def test_the_lists_of_2022_hold_labels_domains_and_attributes(write, choice):
    folder = write_2022(write, "valve", "01", "01")
    assert YEARS["dcase2022"].read_ground_truth(folder, "valve", choice) == {
        "section_03_0000.wav": {"label": "normal", "domain": "source", "attributes": "v1pat_04"},
        "section_03_0001.wav": {"label": "anomaly", "domain": "target", "attributes": "v1pat_04_v2pat_05"},
    }


@pytest.mark.parametrize(
    ("machine", "header", "line", "label", "attributes"),
    [
        (
            "valve",
            "file_name,d1p,d1v,d2p,d2v,file_name_with_full_attributes",
            "valve/test/section_05_0001.wav,v1pat,05,valve/test/section_05_source_test_normal_0001_v2pat_05.wav",
            "normal",
            "v2pat_05",
        ),
        (
            "ToyCar",
            "file_name,d1p,d1v,file_name_with_attributes",
            "ToyCar/test/section_05_0001.wav,car,G2,"
            "ToyCar/test/section_05_source_test_anomaly_0011_car_G2_spd_34V_mic_1_noise_6.wav",
            "anomaly",
            "car_G2_spd_34V_mic_1_noise_6",
        ),
    ],
)
def test_the_full_name_counts_whatever_precedes_it(write, machine, header, line, label, attributes):
    folder = write(f"ground_truth_attributes/{machine}/attributes_05.csv", header, line)
    assert YEARS["dcase2022"].read_ground_truth(folder, machine, "attributes") == {
        "section_05_0001.wav": {"label": label, "domain": "source", "attributes": attributes}
    }


def test_where_lists_disagree_one_is_chosen_and_the_log_says_so(write, caplog):
    folder = write_2022(write, "ToyCar", "10", "01")
    with caplog.at_level(logging.WARNING):
        official = YEARS["dcase2022"].read_ground_truth(folder, "ToyCar")
    assert "the lists disagree on 2 of 2 clips" in caplog.text
    assert official == {
        "section_03_0000.wav": {"label": "anomaly", "domain": "source", "attributes": ""},
        "section_03_0001.wav": {"label": "normal", "domain": "target", "attributes": ""},
    }
    chosen = YEARS["dcase2022"].read_ground_truth(folder, "ToyCar", "attributes")
    assert [said["label"] for said in chosen.values()] == ["normal", "anomaly"]
    assert chosen["section_03_0000.wav"]["attributes"] == "v1pat_04"


def test_the_lists_of_2023_have_no_header_and_no_endings(write):
    name = "ground_truth_slider_section_00_test.csv"
    write(f"ground_truth_data/{name}", "section_00_0000.wav,0")
    write(f"ground_truth_domain/{name}", "section_00_0000.wav,1")
    folder = write(
        f"ground_truth_attributes/{name}", "section_00_0000.wav,section_00_target_test_normal_0000_vel_900_ac_0.03"
    )
    assert YEARS["dcase2023"].read_ground_truth(folder, "slider") == {
        "section_00_0000.wav": {"label": "normal", "domain": "target", "attributes": "vel_900_ac_0.03"}
    }


@pytest.mark.parametrize(
    ("layout", "name", "line", "message"),
    [
        (
            "dcase2020",
            "eval_data_list.csv",
            "id_01_00000000.wav,normal_id_01_00000098.wav,normal",
            "expected a machine",
        ),
        ("dcase2021", "ground_truth_fan_section_03_source_test.csv", "section_03_source_test_0000.wav,normal", "wav,1"),
        (
            "dcase2022",
            "ground_truth_domain/ground_truth_fan_section_03_test.csv",
            "section_03_0000.wav,source",
            "wav,1",
        ),
        ("dcase2022", "ground_truth_attributes/fan/attributes_03.csv", "fan/test/section_03_0000.wav", "name in full"),
        ("dcase2023", "ground_truth_attributes/ground_truth_fan_section_00_test.csv", "a.wav,b", "b.wav is not named"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(write, layout, name, line, message):
    folder = write(name, line)
    with pytest.raises(UserError, match=rf"{name.rsplit('/', 1)[-1]}, line 1: .*{message}"):
        YEARS[layout].read_ground_truth(folder, "fan")


def test_lists_of_attributes_are_read_from_all_archives(write):
    write("dev_valve/valve/attributes_00.csv", "file_name,d1p,d1v", "valve/train/a.wav,v1pat,04,v2pat,05")
    root = write("eval_data_valve_train/valve/attributes_03.csv", "file_name,d1p,d1v", "valve/train/b.wav,v1pat,06")
    assert read_attributes(root, "valve") == {"a.wav": ["v1pat", "04", "v2pat", "05"], "b.wav": ["v1pat", "06"]}
    assert read_attributes(root, "fan") == {}
    write("dev_valve/valve/attributes_00.csv", "valve/train/a.wav,v1pat,04")
    with pytest.raises(UserError, match=r"attributes_00\.csv, line 1: the first column must be file_name"):
        read_attributes(root, "valve")


def test_values_count_and_not_the_words_before_them():
    listed = ["car", "G1", "speed", "6", "noise", "7"]
    assert not contradicts("car_G1_spd_6_mic_1_noise_7", listed)
    assert contradicts("car_G1_spd_8_mic_1_noise_7", listed)


def test_a_clip_without_an_ending_gets_the_listed_attributes(caplog):
    said = {"a.wav": {"attributes": ""}, "b.wav": {"attributes": "vel_6"}, "c.wav": {"attributes": "vel_7"}}
    listed = {"a.wav": ["vel", "13"], "b.wav": ["vel", "6"], "c.wav": ["vel", "8"]}
    with caplog.at_level(logging.WARNING):
        complete_attributes(said, listed, "bandsaw")
    assert [clip["attributes"] for clip in said.values()] == ["vel_13", "vel_6", "vel_7"]
    assert (
        "bandsaw: the listed attributes of 1 clips differ from those in their names, such as c.wav (vel 8)"
        in caplog.text
    )
