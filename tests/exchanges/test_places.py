"""Where each venue lives, and which dialects there are."""

import pytest

from mysignals.domain.intents import ReadBalances, ReadTime
from mysignals.domain.market import Market
from mysignals.exchanges import registry
from mysignals.exchanges.binance.markets import base_url
from mysignals.exchanges.dialect import Call
from mysignals.exchanges.transports.places import Places
from mysignals.exchanges.wire import Credentials


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


@pytest.mark.parametrize("intent", [ReadBalances(Market.SPOT), ReadTime(Market.SPOT)])
def test_every_request_to_a_demo_on_the_live_host_says_that_it_is_meant_for_the_demo(intent: ReadBalances) -> None:
    def sent(environment: str) -> tuple[tuple[str, str], ...]:
        call = Call(registry.dialect_for("bitget", Market.SPOT), intent, Credentials("k", "s", "p"), environment)
        return Places(None).request(call, 1_700_000_000_000).headers

    assert registry.base_url("bitget", Market.SPOT, "testnet", "") == "https://api.bitget.com"
    assert ("PAPTRADING", "1") in sent("testnet")
    assert set(sent("testnet")) - set(sent("live")) == {("PAPTRADING", "1")}
    assert sent("live") == sent("paper")
