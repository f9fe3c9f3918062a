"""The tests of layers, training steps and resumed trainings also pass on JAX and PyTorch."""

import importlib.util
import os
import subprocess
import sys

import pytest

from tests.helpers import ROOT

TESTS = ["learning/test_adacos_layer.py", "detectors/test_training_step.py", "detectors/test_adacos_network.py"]


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_layer_and_training_tests_pass_on(backend):
    if importlib.util.find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed: uv pip install -r pyproject.toml --extra {backend}")
    environment = {**os.environ, "KERAS_BACKEND": backend, "CUDA_VISIBLE_DEVICES": ""}
    command = [sys.executable, "-m", "pytest", "-q", "-m", "not slow", *(f"tests/{name}" for name in TESTS)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-5000:]
    assert "skipped" not in done.stdout
