"""Fixtures of all tests."""

from collections.abc import Callable

import pytest

from tests.helpers import TINY, WorkflowCopy


@pytest.fixture(scope="session")
def copy_workflow(tmp_path_factory) -> Callable[..., WorkflowCopy]:
    """Return a function that makes a copy of the workflow in a new folder: ``copy_workflow(overlay)``."""
    return lambda overlay=TINY: WorkflowCopy(tmp_path_factory.mktemp("copy"), overlay)
