"""What Bitget tells everybody: time, rules, prices (EXCHANGES 5.3)."""

from decimal import Decimal
from typing import Any

import pytest

from tests.simulator.bitget.client import Client
from tests.support.simulator_process import SimulatorProcess

PRODUCT = {"productType": "USDT-FUTURES"}
LISTED = ["BTCUSDT", "ETHUSDT", "BNBUSDT", "SOLUSDT", "XRPUSDT", "LTCUSDT", "DOGEUSDT", "ADAUSDT"]


def public(simulator: SimulatorProcess, path: str, **asked: str) -> Any:
    answer = simulator.session.get(f"{simulator.url}/bitget{path}", params=asked, timeout=5)
    assert answer.json()["code"] == "00000"
    return answer.json()["data"]


def test_the_time_is_milliseconds_in_text(simulator: SimulatorProcess) -> None:
    simulator.control("POST", "/_control/clock", {"now_ms": 1_700_000_000_000})
    assert public(simulator, "/api/v2/public/time") == {"serverTime": "1700000000000"}


def test_both_markets_list_the_same_eight_symbols(simulator: SimulatorProcess) -> None:
    assert [row["symbol"] for row in public(simulator, "/api/v2/spot/public/symbols")] == LISTED
    assert [row["symbol"] for row in public(simulator, "/api/v2/mix/market/contracts", **PRODUCT)] == LISTED
    assert len(public(simulator, "/api/v2/spot/market/tickers")) == len(LISTED)
    assert len(public(simulator, "/api/v2/mix/market/tickers", **PRODUCT)) == len(LISTED)


def test_rules_of_one_symbol_are_a_list_of_one(simulator: SimulatorProcess) -> None:
    spot = public(simulator, "/api/v2/spot/public/symbols", symbol="BTCUSDT")
    assert [(row["pricePrecision"], row["quantityPrecision"], row["minTradeUSDT"]) for row in spot] == [("2", "6", "1")]
    mix = public(simulator, "/api/v2/mix/market/contracts", symbol="BTCUSDT", **PRODUCT)
    told = [(row["priceEndStep"], row["pricePlace"], row["sizeMultiplier"], row["maxLever"]) for row in mix]
    assert told == [("1", "1", "0.0001", "125")]


@pytest.mark.parametrize("name", LISTED)
def test_every_first_price_is_one_that_both_markets_can_have(simulator: SimulatorProcess, name: str) -> None:
    last = Decimal(public(simulator, "/api/v2/spot/market/tickers", symbol=name)[0]["lastPr"])
    mix = public(simulator, "/api/v2/mix/market/contracts", symbol=name, **PRODUCT)[0]
    tick = Decimal(mix["priceEndStep"]).scaleb(-int(mix["pricePlace"]))
    assert last % tick == 0


def test_an_unknown_symbol_has_no_price(bitget: Client) -> None:
    assert bitget.refused("GET", "/api/v2/spot/market/tickers", symbol="NOPE") == "40034"
    assert bitget.refused("GET", "/api/v2/mix/market/ticker", symbol="NOPE", **PRODUCT) == "40034"
    assert bitget.refused("GET", "/api/v2/mix/market/ticker", symbol="BTCUSDT") == "40019"


def test_walking_prices_stay_on_the_ticks_of_both_markets(simulator: SimulatorProcess) -> None:
    simulator.control("POST", "/_control/clock", {"now_ms": 1_700_000_000_000})
    simulator.control("POST", "/_control/prices", {"venue": "bitget", "symbol": "LTCUSDT", "walk": True})
    seen = set()
    for _ in range(10):
        simulator.control("POST", "/_control/clock", {"advance_ms": 60_000})
        seen.add(Decimal(simulator.control("GET", "/_control/prices?venue=bitget")["bitget"]["LTCUSDT"]))
    assert len(seen) > 1
    assert {price % Decimal("0.05") for price in seen} == {0}


def test_what_ccxt_asks_before_it_trades_is_answered(simulator: SimulatorProcess) -> None:
    assert [row["symbol"] for row in public(simulator, "/api/v2/margin/currencies")] == LISTED
    assert "BTC" in [row["coin"] for row in public(simulator, "/api/v2/spot/public/coins")]
