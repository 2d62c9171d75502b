"""The fence around the witness: whatever ccxt asks, it is asked of the simulator."""

from collections.abc import Callable

import ccxt
import pytest

from tests.support.simulator_process import SimulatorProcess

from . import redirected
from .redirected import DEAD_PORT

MAKERS = [redirected.binance_spot, redirected.binance_futures, redirected.bitget, redirected.phemex]
Maker = Callable[[SimulatorProcess, dict[str, str]], ccxt.Exchange]
NOBODY = {"api_key": "k", "secret": "s", "passphrase": "p"}


@pytest.mark.parametrize("make", MAKERS)
def test_every_door_leads_to_this_machine(simulator: SimulatorProcess, make: Maker) -> None:
    exchange = make(simulator, NOBODY)
    assert exchange.urls["api"]
    assert all(url.startswith((simulator.url + "/", DEAD_PORT)) for url in exchange.urls["api"].values())
    assert {"test", "demo"}.isdisjoint(exchange.urls)
    assert not exchange.session.trust_env


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("url", ["https://api.binance.com/api/v3/time", DEAD_PORT + "/", "http://127.0.0.1:1/"])
def test_a_request_to_anywhere_else_does_not_leave(simulator: SimulatorProcess, make: Maker, url: str) -> None:
    with pytest.raises(AssertionError, match="on its way out"):
        make(simulator, NOBODY).fetch(url)


def test_the_witness_is_the_one_that_the_papers_were_checked_with() -> None:
    assert ccxt.__version__ == "4.5.90"
