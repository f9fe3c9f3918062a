"""The embedded corpus: reproducible bytes, names as in DCASE 2021, and nothing that reveals labels."""

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from scipy import signal
from sklearn.metrics import roc_auc_score

from uads.corpora.plant import (
    MACHINES,
    PLANT_SEED,
    PLANT_VERSION,
    SECTIONS,
    PlantSize,
    render,
    write_engines,
    write_fragments,
    write_machine,
)
from uads.corpora.plant.anomalies import FAULTS
from uads.corpora.plant.external import FRAGMENTS
from uads.corpora.plant.layout import ATTRIBUTES, DOMAINS, LABELS, Recording
from uads.corpora.plant.machines.models import MODELS
from uads.corpora.plant.signals import harmonics, noise_spectrum, passages, rotation, strikes, unit
from uads.corpora.plant.truth import list_faults

TINY = PlantSize(train_source=3, train_target=2, test=2, seconds=0.5, fragments=10, engine_clips=2)


def write(folder: Path, machine: str = "slider", sections=SECTIONS, size: PlantSize = TINY) -> dict[str, bytes]:
    """Write a machine and return the bytes of every file by its relative name."""
    write_machine(
        machine,
        folder / "dev_data" / machine,
        folder / "eval_data" / machine,
        folder / "ground_truth_data",
        sections,
        size,
        PLANT_SEED,
    )
    return content(folder)


def content(folder: Path) -> dict[str, bytes]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def plant(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("plant")
    write(folder)
    return folder


def test_same_bytes_on_every_run(plant, tmp_path):
    assert write(tmp_path) == content(plant)


def test_a_clip_depends_on_no_other(plant, tmp_path):
    whole = content(plant)
    part = write(tmp_path, sections=["01"], size=replace(TINY, train_source=1, train_target=1, test=1))
    assert part
    assert all(whole[name] == clip for name, clip in part.items())


def test_another_seed_gives_other_clips():
    recording = Recording("fan", "00", "source", "train", "normal", 0)
    assert not np.array_equal(render(recording, 0.5, 1), render(recording, 0.5, 2))


def test_names_and_counts(plant):
    found = Counter(re.sub(r"/section_.*", "", name) for name in content(plant) if name.endswith(".wav"))
    per_part = {"train": 3 * (3 + 2), "source_test": 3 * 4, "target_test": 3 * 4}
    assert found == {f"{part}/slider/{split}": n for part in ("dev_data", "eval_data") for split, n in per_part.items()}
    dev, evaluation = plant / "dev_data/slider", plant / "eval_data/slider"
    assert (dev / "train/section_00_source_train_normal_0000_vel150_dis350_accl0.30.wav").is_file()
    assert (dev / "train/section_02_target_train_normal_0001_polyurethane_none.wav").is_file()
    assert sorted(path.name for path in (dev / "target_test").glob("section_01*")) == [
        "section_01_target_test_anomaly_0000.wav",
        "section_01_target_test_anomaly_0001.wav",
        "section_01_target_test_normal_0000.wav",
        "section_01_target_test_normal_0001.wav",
    ]
    assert sorted(path.name for path in (evaluation / "source_test").glob("section_05*")) == [
        f"section_05_source_test_000{number}.wav" for number in range(4)
    ]


def test_ground_truth_names_every_blind_clip_once(plant):
    truths = sorted((plant / "ground_truth_data").iterdir())
    assert len(truths) == 3 * 2
    for path in truths:
        section, domain = re.fullmatch(
            r"ground_truth_slider_section_(0[345])_(source|target)_test\.csv", path.name
        ).groups()
        assert b"\r" not in path.read_bytes()
        rows = [line.split(",") for line in path.read_text().splitlines()]
        clips = (plant / f"eval_data/slider/{domain}_test").glob(f"section_{section}_*.wav")
        assert [name for name, _ in rows] == sorted(clip.name for clip in clips)
        assert Counter(label for _, label in rows) == {"0": 2, "1": 2}


def test_ground_truth_identifies_each_clip(plant):
    for line in (plant / "ground_truth_data/ground_truth_slider_section_03_source_test.csv").read_text().splitlines():
        name, label = line.split(",")
        samples = soundfile.read(plant / "eval_data/slider/source_test" / name, dtype="int16")[0]
        made = [
            render(Recording("slider", "03", "source", "test", LABELS[int(label)], number), TINY.seconds, PLANT_SEED)
            for number in range(TINY.test)
        ]
        assert any(np.array_equal(samples, clip) for clip in made)


def test_blind_order_is_shuffled(tmp_path):
    write(tmp_path, "fan", ["03", "04"], replace(TINY, seconds=0.05, test=8, train_source=0, train_target=0))
    orders = [re.findall(r",(\d)", path.read_text()) for path in (tmp_path / "ground_truth_data").iterdir()]
    assert len(orders) == 4
    assert all(order not in (sorted(order), sorted(order, reverse=True)) for order in orders)
    assert len(set(map(tuple, orders))) > 1


def test_folders_of_a_part_without_sections_exist(tmp_path):
    write(tmp_path, sections=["00"])
    assert (tmp_path / "eval_data/slider/train").is_dir()
    assert not any((tmp_path / "eval_data").rglob("*.wav"))
    assert (tmp_path / "ground_truth_data").is_dir()


def test_format(plant):
    for path in plant.rglob("*.wav"):
        info = soundfile.info(path)
        assert (info.samplerate, info.channels, info.subtype, info.frames) == (16_000, 1, "PCM_16", 8_000)


def test_ten_seconds_by_default():
    assert PlantSize().seconds == 10.0
    assert len(render(Recording("valve", "00", "source", "train", "normal", 0), 10.0, PLANT_SEED)) == 160_000


#: The families of attribute endings of the real corpus.
ENDINGS = {
    "fan": r"stren(gth|ght)_\d_((small_|big_)?ambient|temp_min|temp_max)",
    "gearbox": r"\d+_g_\d+_mm_\d+_mV_[nN]one",
    "pump": r"serial_no_\d{3}(_water|_viscous_liquid|(_\d{3}){0,2})",
    "slider": r"vel\d+_dis\d+_accl\d\.\d\d|(glassfiber|polyurethane)_none",
    "valve": r"pattern_0\d_(no_pump|air_pump|water_pump|air_pump_comb)",
    "ToyCar": r"[A-E]\dSpd\d\dVMic\d",
    "ToyTrain": r"[A-E]\dSpd\d+Mic\d",
}


@pytest.mark.parametrize("machine", MACHINES)
def test_attributes_follow_the_real_families(machine):
    assert tuple(ATTRIBUTES[machine]) == SECTIONS
    for choices in ATTRIBUTES[machine].values():
        assert all(re.fullmatch(ENDINGS[machine], ending) for domain in choices for ending in domain)
        assert not set(choices[0]) & set(choices[1])


@pytest.mark.parametrize("machine", MACHINES)
def test_every_recording_can_be_made(machine):
    for section in SECTIONS:
        for domain in DOMAINS:
            kinds = {number // 2: number for number in range(2 * len(FAULTS[machine]))}.values()
            for label, numbers in (("normal", range(4)), ("anomaly", kinds)):
                for number in numbers:
                    clip = render(Recording(machine, section, domain, "test", label, number), 0.5, PLANT_SEED)
                    assert clip.dtype == np.int16
                    assert 0 < np.abs(clip.astype(int)).max() < 32_000


@pytest.mark.parametrize("machine", MACHINES)
def test_target_and_section_sound_different(machine):
    """Clips of one section and domain are closer to each other than to those of another domain or section."""

    def spectra(section: str, domain: str) -> np.ndarray:
        step = len(ATTRIBUTES[machine][section][DOMAINS.index(domain)])
        numbers = range(0, 3 * step, step)  # at the same operating point
        return np.array([spectrum(Recording(machine, section, domain, "train", "normal", k)) for k in numbers])

    here = spectra("00", "source")
    within = max(distance(a, b) for a in here for b in here)
    for other in (spectra("00", "target"), spectra("01", "source")):
        assert min(distance(a, b) for a in here for b in other) > 1.2 * within


def spectrum(recording: Recording, seconds: float = 2.0) -> np.ndarray:
    """Return the mean spectrum of a clip in dB, in bands, without its level."""
    power = signal.welch(render(recording, seconds, PLANT_SEED).astype(float), nperseg=1024)[1][1:]
    bands = 10 * np.log10(power.reshape(-1, 8).mean(1))
    return bands - bands.mean()


def distance(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.sqrt(np.mean((a - b) ** 2)))


def test_level_reveals_nothing():
    levels, labels = [], []
    for machine in MACHINES:
        for section, domain in (("00", "source"), ("03", "target")):
            for label in LABELS:
                for number in range(8):
                    clip = render(Recording(machine, section, domain, "test", label, number), 0.5, PLANT_SEED)
                    levels.append(10 * np.log10(np.mean(clip.astype(float) ** 2)))
                    labels.append(label == "anomaly")
    assert 0.45 < roc_auc_score(labels, levels) < 0.6
    assert np.std(levels) > 1.5


def test_a_severe_fault_can_be_heard():
    """A simple distance to the training clips ranks anomalous pumps above normal ones."""
    train = np.array([spectrum(Recording("pump", "00", "source", "train", "normal", k)) for k in range(12)])
    mean, scale = train.mean(0), train.std(0) + 0.3
    scores, labels = [], []
    for label in LABELS:
        for number in range(8):
            found = spectrum(Recording("pump", "00", "source", "test", label, number))
            scores.append(np.sum(((found - mean) / scale) ** 2))
            labels.append(label == "anomaly")
    assert roc_auc_score(labels, scores) > 0.55


def test_fragments(tmp_path):
    size = replace(TINY, fragments=16, seconds=3.0)
    write_fragments(tmp_path / "once", size, PLANT_SEED)
    write_fragments(tmp_path / "again", size, PLANT_SEED)
    clips = content(tmp_path / "once")
    assert clips == content(tmp_path / "again")
    assert len(clips) == 16
    assert all(re.fullmatch(r"fragment_\d{5}_[a-z]+\.wav", name) for name in clips)
    assert {name.split("_")[2][:-4] for name in clips} == set(FRAGMENTS)
    levels = []
    for path in (tmp_path / "once").iterdir():
        info = soundfile.info(path)
        assert (info.samplerate, info.channels, info.subtype, info.frames) == (16_000, 1, "PCM_16", 48_000)
        samples = soundfile.read(path)[0]
        assert 0 < np.abs(samples).max() < 0.999
        levels.extend(np.mean(samples.reshape(-1, 1000) ** 2, axis=1))
    assert min(levels) == 0.0
    assert max(levels) > 1e-3


def test_engines(tmp_path):
    write_engines(tmp_path / "once", TINY, PLANT_SEED)
    write_engines(tmp_path / "again", TINY, PLANT_SEED)
    clips = content(tmp_path / "once")
    assert clips == content(tmp_path / "again")
    assert sorted(clips) == sorted(
        f"{split}/{kind}/pure_{number}.wav"
        for split in ("train_cut", "test_cut")
        for kind in ("engine1_good", "engine2_broken", "engine3_heavyload")
        for number in range(2)
    )
    assert len(set(clips.values())) == len(clips)
    info = soundfile.info(tmp_path / "once/train_cut/engine1_good/pure_0.wav")
    assert (info.samplerate, info.channels, info.subtype, info.frames) == (44_100, 1, "PCM_16", 22_050)
    write_engines(tmp_path / "long", replace(TINY, seconds=10.0, engine_clips=1), PLANT_SEED)
    assert soundfile.info(tmp_path / "long/test_cut/engine2_broken/pure_0.wav").duration == 3.0


def test_version_is_a_word():
    assert re.fullmatch(r"\w+", PLANT_VERSION)


def test_shaft_passes_zero_as_often_as_it_turns():
    phase = rotation(50.0, 16_000, 0.5)
    assert len(passages(phase)) == 50
    assert len(passages(phase, 3)) == 150
    assert np.argmax(np.abs(np.fft.rfft(harmonics(phase, [1.0], 4)))) == 200


def test_harmonics_beyond_half_the_sample_rate_are_left_out():
    phase = rotation(3000.0, 1600)
    np.testing.assert_array_equal(harmonics(phase, [1.0, 1.0, 1.0]), harmonics(phase, [1.0, 1.0]))


def test_few_and_many_strikes_sound_alike(monkeypatch):
    rng = np.random.default_rng(0)
    at, strength = rng.integers(0, 4000, 50), rng.uniform(0, 1, 50)
    sound = rng.standard_normal(300).astype(np.float32)
    few = strikes(4000, at, strength, sound)
    monkeypatch.setattr("uads.corpora.plant.signals._FEW", 0)
    np.testing.assert_allclose(strikes(4000, at, strength, sound), few, atol=1e-4)


def test_noise_has_the_colour_asked_for():
    shape = np.linspace(1, 0, 501, dtype=np.float32)
    found = np.abs(noise_spectrum(np.random.default_rng(0), 1000, shape))
    np.testing.assert_allclose(found[1:-1], shape[1:-1], rtol=1e-3)
    assert np.isclose(np.std(unit(np.fft.irfft(found).astype(np.float32))), 1, rtol=1e-3)


def test_the_listed_faults_are_those_of_the_labelled_clips(plant):
    listed = list_faults(TINY, PLANT_SEED).query("machine == 'slider'")
    named = {f"{path.parent.name}/{path.name}" for path in plant.glob("dev_data/slider/*_test/*_anomaly_*.wav")}
    told = {
        f"{domain}_test/{line[:-2]}"
        for domain in DOMAINS
        for path in plant.glob(f"ground_truth_data/*_{domain}_test.csv")
        for line in path.read_text().splitlines()
        if line.endswith(",1")
    }
    assert set(listed["domain"] + "_test/" + listed["name"]) == named | told


def test_the_listed_faults_are_those_that_sound(monkeypatch):
    sounded = []

    def listen(machine, attributes, fault, rng, n):
        sounded.append(fault)
        return np.ones(n, np.float32)

    monkeypatch.setitem(MODELS, "pump", listen)
    listed = list_faults(TINY, PLANT_SEED).query("machine == 'pump' and section == '02' and domain == 'target'")
    for number in range(TINY.test):
        render(Recording("pump", "02", "target", "test", "anomaly", number), TINY.seconds, PLANT_SEED)
    assert [(fault.kind, fault.severity) for fault in sounded] == list(
        zip(listed["fault"], listed["severity"], strict=True)
    )
