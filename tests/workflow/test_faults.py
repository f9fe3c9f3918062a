"""Bad input, interruptions and a full disk give one clear line and no partial files; the rerun completes."""

import os
import signal
import subprocess

import numpy as np
import pytest
import soundfile
import yaml

from tests.helpers import TINY, WorkflowCopy, environment
from uads.core.files import read_table
from uads.data.stores import FrameStore

pytestmark = pytest.mark.slow


@pytest.fixture
def own_clips(copy_workflow):
    """Return a study of own clips: two machines of noise, one section without anomalies, a folder of other sound."""
    overlay = TINY | {
        "study": "own",
        "corpora": [
            {"name": "workshop", "role": "machines", "source": "table", "path": "clips.csv"},
            {"name": "street", "role": "external", "source": "folder", "path": "street"},
        ],
        "scores": ["autoencoder", "adacos"],
        "figures": TINY["figures"] | {"section_plots": None, "paper": None},
    }
    copy: WorkflowCopy = copy_workflow(overlay)
    rng = np.random.default_rng(0)
    lines = ["path,machine,section,domain,split,label"]
    for machine, section, labels in (("lathe", "L1", ["normal", "anomaly"]), ("press-2", "P1", ["normal"])):
        said = [("train", "normal")] * 4 + [("test", label) for label in labels for _ in range(2)]
        for number, (split, label) in enumerate(said):
            name = f"clips/{machine}_{number}.wav"
            lines.append(f"{name},{machine},{section},source,{split},{label}")
            write_noise(copy.folder / name, rng)
    for number in range(2):
        write_noise(copy.folder / f"street/{number}.wav", rng, rate=44100)
    (copy.folder / "clips.csv").write_text("\n".join(lines))
    return copy


def write_noise(path, rng, rate=16000):
    path.parent.mkdir(exist_ok=True)
    soundfile.write(path, 0.1 * rng.normal(size=2 * rate), rate)


def test_own_clips_run_and_a_missing_class_is_a_blank_cell(own_clips):
    done = own_clips.run()
    assert done.returncode == 0, done.stdout[-3000:]
    page = (own_clips.results("own") / "tables/wilkinghoff2021_table_2.md").read_text()
    (row,) = [line for line in page.splitlines() if "| press-2 | P1 |" in line]
    assert "no anomalous test clips" in row
    assert len(list(own_clips.results("own").glob("figures/section/*.png"))) == 2 * 2
    assert "synthesized" not in page
    assert "published" not in page.split("\n\n")[1], "published values belong to the challenge's clips"


def test_a_corrupt_clip_gives_one_line_and_a_rerun_completes(own_clips):
    path = own_clips.folder / "clips/lathe_1.wav"
    whole = path.read_bytes()
    path.write_bytes(b"RIFF\x00\x00 this is no audio")
    done = own_clips.run("umaps")
    assert done.returncode != 0
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("index_corpus:")]
    assert "cannot read clips/lathe_1.wav" in line
    assert "Replace the file or remove it" in line
    assert "Traceback" not in done.stdout
    assert not own_clips.partial_files()
    path.write_bytes(whole)
    assert own_clips.run("umaps").returncode == 0


def test_bad_clips_are_skipped_and_listed_as_configured(own_clips):
    folder, results = own_clips.folder, own_clips.results("own")
    (folder / "clips/lathe_1.wav").write_bytes(b"RIFF\x00\x00 this is no audio")
    cut_off = folder / "street/1.wav"
    cut_off.write_bytes(cut_off.read_bytes()[:100_000])
    settings = yaml.safe_load((folder / "overlay.yaml").read_text())
    own_clips.configure(settings | {"bad_clips": {"unreadable": "skip", "truncated": "keep"}})
    done = own_clips.run("features", "methods")
    assert done.returncode == 0, done.stdout[-3000:]
    assert "workshop: 1 clip left out (1 unreadable): see results/own/corpora/workshop/excluded.csv" in done.stdout
    page = (results / "tables/exclusions.md").read_text()
    assert "| workshop | clips/lathe_1.wav | unreadable |" in page
    assert "| street | street/1.wav | truncated | 99956 of 176400 bytes of sound are present | kept |" in page
    assert list(FrameStore(results / "features/mel/workshop-lathe-train.h5").clips["path"]) == [
        f"clips/lathe_{number}.wav" for number in (0, 2, 3)
    ]
    own_clips.configure(settings | {"audio": {"channel": 1}})
    done = own_clips.run("features")
    assert "lathe_0.wav: has 1 channel, but audio.channel asks for channel 1 (from 0)" in done.stdout


def heed_interrupts() -> None:
    """Restore SIGINT, which tests run in the background ignore or block and pass on to their children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])


def test_an_interrupted_run_resumes(copy_workflow):
    copy: WorkflowCopy = copy_workflow()
    run = subprocess.Popen(
        copy.command("umaps", "--cores", "2"),
        cwd=copy.folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        preexec_fn=heed_interrupts,
    )
    assert run.stdout is not None
    lines = []
    for line in run.stdout:
        lines.append(line)
        if "Sampling stacks" in line:
            os.killpg(run.pid, signal.SIGINT)
            break
    lines += run.stdout.read().splitlines()
    assert run.wait(timeout=120) != 0
    assert not copy.partial_files()
    finished = sum("Finished jobid" in line and "extract_spectrograms" in line for line in lines)
    assert 0 < finished <= len(list(copy.results().glob("features/mel/*.h5")))
    planned = copy.planned("umaps").items()
    remaining = sum(number for rule, number in planned if rule.startswith("extract_spectrograms"))
    assert remaining == 3 - finished, "what was finished is kept"
    assert copy.run("umaps").returncode == 0
    assert len(list(copy.results().glob("umaps/*/*.parquet"))) == 3 * 2


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small file system")
def test_a_full_disk_gives_one_line_and_no_partial_files(copy_workflow):
    copy: WorkflowCopy = copy_workflow()
    assert copy.run("results/tiny/corpora/plant/clips.parquet").returncode == 0
    features = copy.results() / "features"
    features.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(features)], check=True)
    try:
        done = copy.run("results/tiny/features/mel/plant-fan-train.h5", cores=1)
        assert done.returncode != 0
        (line,) = [line for line in done.stdout.splitlines() if line.startswith("extract_spectrograms:")]
        assert "the disk is full" in line
        assert not [path for path in features.rglob("*") if path.is_file()]
    finally:
        subprocess.run(["umount", str(features)], check=True)
    assert copy.run("results/tiny/features/mel/plant-fan-train.h5").returncode == 0
    assert len(read_table(copy.results() / "corpora/plant/clips.parquet"))
