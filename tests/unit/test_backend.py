"""The Keras backend uses the requested precision."""

import pytest

from uads.backend import keep_all_digits


def test_keep_all_digits_disables_tf32():
    tensorflow = pytest.importorskip("tensorflow")
    tensorflow.config.experimental.enable_tensor_float_32_execution(True)
    keep_all_digits()
    assert not tensorflow.config.experimental.tensor_float_32_execution_enabled()
