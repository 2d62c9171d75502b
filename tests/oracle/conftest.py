"""One simulator process a module, emptied before each test."""

from collections.abc import Iterator

import pytest

from mysignals.exchanges.transports.blocking import BlockingTransport
from mysignals.exchanges.transports.pooled import system_clock_ms
from tests.support.simulator_process import SimulatorProcess


@pytest.fixture(scope="module")
def running() -> Iterator[SimulatorProcess]:
    with SimulatorProcess() as process:
        yield process


@pytest.fixture
def simulator(running: SimulatorProcess) -> SimulatorProcess:
    running.reset()
    return running


@pytest.fixture
def transport(simulator: SimulatorProcess) -> Iterator[BlockingTransport]:
    blocking = BlockingTransport(simulator.url, system_clock_ms)
    yield blocking
    blocking.close()
