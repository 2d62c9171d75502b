"""One simulator for the module's tests, emptied before each."""

from collections.abc import Iterator

import pytest

from tests.simulator.client import Client
from tests.support.simulator_process import SimulatorProcess


@pytest.fixture(scope="session")
def running() -> Iterator[SimulatorProcess]:
    with SimulatorProcess() as process:
        yield process


@pytest.fixture
def simulator(running: SimulatorProcess) -> SimulatorProcess:
    running.reset()
    return running


@pytest.fixture
def spot(simulator: SimulatorProcess) -> Client:
    return Client(simulator, "/binance", simulator.open_account(balances={"USDT": "10000", "BTC": "1"}))


@pytest.fixture
def futures(simulator: SimulatorProcess) -> Client:
    return Client(simulator, "/binance-futures", simulator.open_account(balances={"USDT": "10000"}))
