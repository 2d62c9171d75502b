"""One account at Bitget in one-way mode, and one in hedge mode."""

import pytest

from tests.simulator.bitget.client import Client
from tests.support.simulator_process import SimulatorProcess


@pytest.fixture
def bitget(simulator: SimulatorProcess) -> Client:
    return Client(simulator, simulator.open_account("bitget", balances={"USDT": "10000", "BTC": "1"}))


@pytest.fixture
def hedged(simulator: SimulatorProcess) -> Client:
    account = simulator.open_account("bitget", balances={"USDT": "10000"}, position_mode="hedge")
    return Client(simulator, account)
