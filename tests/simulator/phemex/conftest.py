"""An account with 10,000 USDT, one bitcoin and ten ether in each of its places; bitcoin stands at 50,000."""

import pytest

from tests.simulator.phemex.client import Phemex
from tests.support.simulator_process import SimulatorProcess

BALANCES = {"USDT": "10000", "BTC": "1", "ETH": "10"}


@pytest.fixture
def phemex(simulator: SimulatorProcess) -> Phemex:
    return Phemex(simulator, simulator.open_account("phemex", balances=BALANCES))


@pytest.fixture
def hedged(simulator: SimulatorProcess) -> Phemex:
    return Phemex(simulator, simulator.open_account("phemex", balances=BALANCES, position_mode="hedge"))
