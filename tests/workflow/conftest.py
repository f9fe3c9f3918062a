"""The tiny study, run once for the tests of complete workflows."""

import pytest

from tests.helpers import WorkflowCopy


@pytest.fixture(scope="session")
def finished(copy_workflow) -> tuple[WorkflowCopy, str]:
    """Run the tiny study once; tests that use it must not change it."""
    copy = copy_workflow()
    run = copy.run()
    assert run.returncode == 0, run.stdout[-4000:]
    return copy, run.stdout
