"""The Keras backend uses the requested precision."""

import pytest

from uads.core.keras_setup import disable_tf32


def test_keep_all_digits_disables_tf32():
    tensorflow = pytest.importorskip("tensorflow")
    tensorflow.config.experimental.enable_tensor_float_32_execution(True)
    disable_tf32()
    assert not tensorflow.config.experimental.tensor_float_32_execution_enabled()
