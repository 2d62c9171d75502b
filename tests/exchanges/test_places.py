"""Where each venue lives, and which dialects there are."""

import pytest

from mysignals.domain.market import Market
from mysignals.exchanges import registry
from mysignals.exchanges.binance.markets import base_url


@pytest.mark.parametrize(
    ("market", "environment", "base"),
    [
        (Market.SPOT, "live", "https://api.binance.com"),
        (Market.SPOT, "testnet", "https://testnet.binance.vision"),
        (Market.SPOT, "paper", "http://sim:8090/binance"),
        (Market.FUTURES, "live", "https://fapi.binance.com"),
        (Market.FUTURES, "testnet", "https://demo-fapi.binance.com"),
        (Market.FUTURES, "paper", "http://sim:8090/binance-futures"),
    ],
)
def test_every_market_and_environment_has_its_host(market: Market, environment: str, base: str) -> None:
    assert base_url(market, environment, "http://sim:8090/") == base
    assert registry.base_url("binance", market, environment, "http://sim:8090/") == base


@pytest.mark.parametrize("name", registry.NAMES)
def test_every_exchange_has_a_dialect_of_its_own_name_for_each_of_its_markets(name: str) -> None:
    assert registry.markets_of(name)
    for market in registry.markets_of(name):
        assert registry.dialect_for(name, market).name == name


def test_an_unknown_exchange_is_a_bug_that_shows() -> None:
    with pytest.raises(KeyError):
        registry.dialect_for("mtgox", Market.SPOT)
