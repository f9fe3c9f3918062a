"""A copy of the workflow in a separate folder, and tiny studies to run in it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PARTS = ("Snakefile", "workflow", "scripts", "config", "profiles", "envs", "resources/published")

#: Two machines, two development and two evaluation sections, clips of two seconds, one representation.
TINY = {
    "study": "tiny",
    "corpora": [
        {
            "name": "plant",
            "role": "machines",
            "source": "synthesize",
            "layout": "dcase2021",
            "machines": ["fan", "valve"],
            "sections": ["00", "01", "03", "04"],
            "plant": {"train_source": 4, "train_target": 2, "test": 2, "seconds": 2},
        },
        {
            "name": "air",
            "role": "external",
            "source": "synthesize",
            "layout": "audioset",
            "plant": {"fragments": 4, "seconds": 2},
        },
    ],
    "stacks": {"sizes": [1, 5]},
    "samples": {
        "machine": {name: {"test": 20, "train": 10, "external": 20} for name in ("k1", "k5")},
        "global": {name: {"test": 10, "train": 5, "external": 20} for name in ("k1", "k5")},
    },
    "umaps": {"representations": ["mel"]},
    "figures": {
        "size": [10, 5],
        "dpi": {"global": 50, "machine": 50, "section": 50},
        "paper": {
            "fernandez2021_figure_1": {
                "kind": "machine",
                "machine": "fan",
                "representation": "mel",
                "k": 5,
                "crop": "auto",
            },
            "fernandez2021_figure_5": {
                "kind": "section",
                "machine": "valve",
                "section": "00",
                "representation": "mel",
                "k": 1,
                "cross": True,
            },
        },
    },
    "scores": ["autoencoder", "mobilenetv2", "knn", "adacos"],
    "detectors": {
        "autoencoder": {"unit": "machine", "training": {"epochs": 1, "max_stacks": 200}},
        "mobilenetv2": {"training": {"width": 0.35, "epochs": 1, "max_images": 32}},
        "adacos": {"sub_clusters": [2], "training": {"epochs": 1, "checkpoints": [1], "frames": 63}},
    },
    "tables": [*(f"wilkinghoff2021_table_{number}" for number in range(1, 6)), "low_energy"],
}


class House:
    """A copy of the workflow, with one config overlay."""

    def __init__(self, folder: Path, overlay: dict):
        self.folder = folder
        for part in PARTS:
            source, target = ROOT / part, folder / part
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy2(source, target)
        self.configure(overlay)

    def configure(self, overlay: dict) -> None:
        """Write the config overlay of the runs."""
        (self.folder / "overlay.yaml").write_text(yaml.safe_dump(overlay))

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "snakemake", *arguments, "--configfile", "overlay.yaml"]

    def run(self, *arguments: str, cores: int = 2) -> subprocess.CompletedProcess[str]:
        """Run the workflow to completion; ``stdout`` contains output and errors."""
        return subprocess.run(
            self.command(*arguments, "--cores", str(cores)),
            cwd=self.folder,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=800,
        )

    def planned(self, *arguments: str) -> dict[str, int]:
        """Count the jobs of each rule in a dry run."""
        lines = self.run(*arguments, "--dry-run", "--quiet", "rules").stdout.splitlines()
        rows = (line.split() for line in lines)
        return {row[0]: int(row[1]) for row in rows if len(row) == 2 and row[1].isdigit() and row[0] != "total"}

    def results(self, study: str = "tiny") -> Path:
        return self.folder / "results" / study

    def partial_files(self) -> list[Path]:
        """List the partial files that an interrupted job would leave."""
        return [path for path in self.folder.rglob("*.partial*") if ".snakemake" not in path.parts]


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "SNAKEMAKE_PROFILE"}


@pytest.fixture(scope="session")
def make_house(tmp_path_factory) -> Callable[..., House]:
    """Return a function that makes a copy of the workflow: ``make_house(overlay)``."""
    return lambda overlay=TINY: House(tmp_path_factory.mktemp("house"), overlay)


@pytest.fixture(scope="session")
def finished(make_house) -> tuple[House, str]:
    """Run the tiny study once; tests that use it must not change it."""
    house = make_house()
    run = house.run()
    assert run.returncode == 0, run.stdout[-4000:]
    return house, run.stdout
