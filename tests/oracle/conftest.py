"""One simulator process a module, emptied before each test."""

from collections.abc import Iterator

import pytest

from tests.support.simulator_process import SimulatorProcess


@pytest.fixture(scope="module")
def running() -> Iterator[SimulatorProcess]:
    with SimulatorProcess() as process:
        yield process


@pytest.fixture
def simulator(running: SimulatorProcess) -> SimulatorProcess:
    running.reset()
    return running
