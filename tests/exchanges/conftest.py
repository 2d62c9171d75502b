"""One simulator for all tests of the exchanges, as new for each file, and both transports to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mysignals.exchanges.transports.blocking import BlockingTransport
from mysignals.exchanges.transports.pooled import Loop, PooledTransport, system_clock_ms
from tests.support.simulator_process import SimulatorProcess

from .one_by_one import OneByOne


@pytest.fixture(scope="session")
def one_simulator() -> Iterator[SimulatorProcess]:
    with SimulatorProcess() as running:
        yield running


@pytest.fixture(scope="module")
def simulator(one_simulator: SimulatorProcess) -> SimulatorProcess:
    one_simulator.reset()
    return one_simulator


@pytest.fixture(scope="module")
def pooled(simulator: SimulatorProcess) -> Iterator[Loop]:
    running = Loop(PooledTransport(simulator.url, connections=8))
    yield running
    running.close()


@pytest.fixture(scope="module")
def blocking(simulator: SimulatorProcess) -> Iterator[OneByOne]:
    running = OneByOne(BlockingTransport(simulator.url, system_clock_ms))
    yield running
    running.close()


@pytest.fixture(scope="module", params=["blocking", "pooled"])
def transport(request: pytest.FixtureRequest) -> OneByOne | Loop:
    running: OneByOne | Loop = request.getfixturevalue(request.param)
    return running
