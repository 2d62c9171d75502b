"""An account with one bitcoin, at the price of 50,000."""

import pytest

from tests.simulator.magnr.client import Magnr
from tests.support.simulator_process import SimulatorProcess


@pytest.fixture
def magnr(simulator: SimulatorProcess) -> Magnr:
    return Magnr(simulator, simulator.open_account("magnr", balances={"BTC": "1"}))
