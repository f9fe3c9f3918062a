"""The compiled loops agree with NumPy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uads.data import kernels


def test_the_mean_is_taken_in_double_precision():
    waveform = np.full(10_000_000, 0.1, np.float32)
    assert kernels.mean(waveform) == pytest.approx(float(np.float32(0.1)), rel=1e-12)


@pytest.mark.parametrize("n_fft", [3, 4, 7, 1024])
def test_the_window_can_be_applied_to_the_spectrum(n_fft):
    frames = np.random.default_rng(0).normal(size=(5, n_fft))
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n_fft) / n_fft)
    power = np.empty((5, n_fft // 2 + 1), np.float32)
    kernels.hann_power(np.fft.rfft(frames), n_fft, power)
    np.testing.assert_allclose(power, np.abs(np.fft.rfft(frames * window)) ** 2, rtol=1e-6, atol=1e-12)


@settings(deadline=None)  # the first call may compile
@given(st.lists(st.floats(2.0**-120, 2.0**120, width=32), min_size=1, max_size=40))
def test_decibels_are_exact_to_single_precision(powers):
    power = np.array([powers], np.float32)
    expected = 10 * np.log10(power.astype(np.float64))
    kernels.to_decibels(power, np.float32(2e-38), np.empty(1, np.float32))
    np.testing.assert_allclose(power, expected, rtol=3e-7, atol=3e-6)


def test_decibels_are_exact_where_the_series_is_widest():
    power = np.geomspace(0.25, 4, 100_001, dtype=np.float32)[None]
    expected = 10 * np.log10(power.astype(np.float64))
    kernels.to_decibels(power, np.float32(1e-10), np.empty(1, np.float32))
    np.testing.assert_allclose(power, expected, atol=1e-6)


def test_the_floor_is_applied_before_frames_are_summed():
    power = np.array([[1e-6, 2.0], [1.0, 0.0]], np.float32)
    energy = np.empty(2, np.float32)
    kernels.to_decibels(power, np.float32(0.5), energy)
    np.testing.assert_allclose(energy, [2.5, 1.5])
    np.testing.assert_allclose(power, 10 * np.log10([[0.5, 2.0], [1.0, 0.5]]), atol=1e-6)


def test_every_finite_half_is_widened_as_numpy_does():
    halves = np.arange(2**16, dtype=np.uint16)
    halves = halves[np.isfinite(halves.view(np.float16))]
    gathered = np.zeros((1, len(halves)), np.float32)
    kernels.widen_stacks(halves[None], np.array([0]), 1, np.array([0]), gathered)
    expected = halves.view(np.float16).astype(np.float32)
    np.testing.assert_array_equal(gathered[0].view(np.uint32), expected.view(np.uint32))


def test_stacks_in_half_precision_are_copied_to_their_rows():
    frames = np.arange(40, dtype=np.float16).reshape(10, 4)
    gathered = np.zeros((3, 8), np.float32)
    kernels.widen_stacks(frames.view(np.uint16), np.array([7, 0]), 2, np.array([0, 2]), gathered)
    np.testing.assert_array_equal(gathered, [frames[7:9].ravel(), np.zeros(8), frames[0:2].ravel()])


def test_stacks_are_copied_to_their_rows():
    frames = np.arange(40, dtype=np.float32).reshape(10, 4)
    gathered = np.zeros((3, 8), np.float32)
    kernels.copy_stacks(frames, np.array([7, 0]), 2, np.array([0, 2]), gathered)
    np.testing.assert_array_equal(gathered, [frames[7:9].ravel(), np.zeros(8), frames[0:2].ravel()])
