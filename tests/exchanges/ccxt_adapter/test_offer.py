"""What is offered of another exchange: its markets, rules, abilities and hosts, or why not."""

from pathlib import Path

import ccxt
import orjson
import pytest

from mysignals.domain.abilities import Abilities, ExitStyle
from mysignals.domain.intents import CancelOrder, Intent, QueryOrder
from mysignals.domain.market import Market, SymbolRules
from mysignals.domain.outcomes import Unknown
from mysignals.exchanges.ccxt_adapter import library, offer
from mysignals.exchanges.ccxt_adapter.client_ids import spelled, spelled_back
from mysignals.exchanges.ccxt_adapter.markets import DECIMAL_PLACES, TICK_SIZE, book
from mysignals.exchanges.ccxt_adapter.stored import NotStored, place, read, written
from mysignals.exchanges.wire import HttpResponse

from .asking import KEY, MARKETS, NAMES, NOW_MS, OFFERED, F, S, d, entry

OKX, BYBIT = (read(MARKETS, name) for name in NAMES)


def test_the_rules_of_okx_are_told_in_base_though_orders_count_contracts() -> None:
    (swap,), (spot,) = OFFERED["okx"].rules[F], OFFERED["okx"].rules[S]
    assert swap == SymbolRules(
        "BTCUSDT", F, "BTC", "USDT", tick=d("0.1"), step=d("0.0001"), min_quantity=d("0.0001"),
        max_quantity=d("1000000"), min_notional=d("0"), max_leverage=100, trading=True,
    )  # fmt: skip
    assert (spot.step, spot.max_leverage) == (d("0.00000001"), 1)


def test_the_rules_of_bybit_name_the_least_worth_of_an_order() -> None:
    (swap,) = OFFERED["bybit"].rules[F]
    assert (swap.tick, swap.step, swap.min_quantity, swap.min_notional) == (d("0.1"), d("0.001"), d("0.001"), d("5"))


def test_only_spot_and_linear_perpetuals_in_usdt_are_traded() -> None:
    swap = next(market for market in OKX if market["swap"])
    others = [
        {**swap, "linear": False, "inverse": True, "settle": "BTC"}, {**swap, "quote": "USD"}, {**swap, "swap": False},
        {**swap, "settle": "USDC"}, {**swap, "base": "B-C"}, {**swap, "contractSize": None},
        {**swap, "contractSize": 0}, {**swap, "precision": {}}, {**swap, "precision": {"price": 0, "amount": 1}},
    ]  # fmt: skip
    assert book(others, TICK_SIZE) == {}
    assert book([swap], 99) == {}


def test_a_precision_told_in_decimals_is_a_step_too() -> None:
    spot = next(market for market in OKX if market["spot"])
    listed = book([{**spot, "precision": {"price": 1, "amount": 5}}], DECIMAL_PLACES)[S]["BTCUSDT"]
    assert (listed.rules.tick, listed.rules.step) == (d("0.1"), d("0.00001"))


@pytest.mark.parametrize("active", [False, None])
def test_a_symbol_that_is_not_said_to_be_active_is_not_traded(active: bool | None) -> None:
    spot = next(market for market in OKX if market["spot"])
    assert not book([{**spot, "active": active}], TICK_SIZE)[S]["BTCUSDT"].rules.trading


COMMON = {
    "exits": ExitStyle.SEPARATE, "tells_permissions": False, "answers_with_fill": False, "cancels_all": False,
    "cancels_all_conditional": False,
}  # fmt: skip
ABILITIES = {
    ("okx", S): Abilities(**COMMON),
    ("okx", F): Abilities(**COMMON, hedge_mode=True, leverage=True),
    ("bybit", S): Abilities(**COMMON, has_history=True),
    ("bybit", F): Abilities(**COMMON, has_history=True, leverage=True),
}


@pytest.mark.parametrize(("name", "market"), ABILITIES)
def test_the_abilities_are_told_carefully(name: str, market: Market) -> None:
    assert OFFERED[name].dialects[market].abilities == ABILITIES[name, market]


def test_an_exchange_nobody_has_looked_at_promises_nothing() -> None:
    """Gate is one of those that ccxt says can do it all."""
    gate = offer("gate", BYBIT).dialects[F]
    request = gate.encode(entry(quantity=d("2")), KEY, NOW_MS, 5000)
    assert gate.abilities == Abilities(**COMMON, client_ids=False, lifetime_ms=300_000)
    assert request.expires_ms == NOW_MS + 300_000
    assert b"ms7xab" not in request.body


@pytest.mark.parametrize("asked", [QueryOrder(F, "BTCUSDT", "ms7xab-e"), CancelOrder(F, "BTCUSDT", "ms7xab-e")])
def test_without_ids_of_ours_an_order_is_neither_there_nor_not_there(asked: Intent) -> None:
    """It would be sent again, or taken for cancelled."""
    gate = offer("gate", BYBIT).dialects[F]
    assert gate.encode(asked, KEY, NOW_MS, 5000).method == "GET"
    for listed in (b"[]", b'[{"id":"42","text":"ms7xab-e","contract":"BTC_USDT","status":"open"}]'):
        assert isinstance(gate.decode(asked, HttpResponse(200, listed)), Unknown)


def test_with_the_exchanges_own_id_it_is_found() -> None:
    gate = offer("gate", BYBIT).dialects[F]
    request = gate.encode(QueryOrder(F, "BTCUSDT", "ms7xab-e", exchange_id="42"), KEY, NOW_MS, 5000)
    assert request.path.endswith("/42")


def test_an_exchange_without_stops_is_not_offered() -> None:
    with pytest.raises(NotStored, match="none that can be traded with a stop"):
        offer("kraken", [market for market in OKX if market["spot"]])


def test_a_name_that_ccxt_does_not_know_is_told() -> None:
    with pytest.raises(library.Missing, match="mtgox2"):
        offer("mtgox2", OKX)


def test_where_the_exchanges_live() -> None:
    okx = OFFERED["okx"]
    assert (okx.base_url(F, "live", ""), okx.base_url(S, "testnet", "")) == ("https://www.okx.com",) * 2
    assert okx.base_url(F, "paper", "http://sim/") == "http://sim/okx"
    assert (okx.needs_passphrase, OFFERED["bybit"].needs_passphrase) == (True, False)
    assert [OFFERED[name].display_name for name in NAMES] == ["OKX", "Bybit"]


def test_what_is_meant_for_a_testnet_never_goes_to_a_live_host() -> None:
    htx = offer("htx", OKX)
    assert htx.base_url(S, "live", "").startswith("https://")
    with pytest.raises(KeyError):
        htx.base_url(S, "testnet", "")


@pytest.mark.parametrize("client_id", ["ms7xab-e", "ms12345x0123456789abcdef-s2", "Z-_Zd", "plain"])
def test_an_id_in_letters_and_digits_is_spelled_back(client_id: str) -> None:
    told = spelled(client_id)
    assert told.isalnum()
    assert spelled_back(told) == client_id


def test_two_ids_are_never_spelled_alike() -> None:
    ids = ["a-b", "aZdb", "a_b", "aZub", "aZZdb", "adb"]
    assert len({spelled(client_id) for client_id in ids}) == len(ids)


@pytest.mark.parametrize("client_id", ["-" * 17, "a" * 33, "a:b", "é"])
def test_an_id_that_cannot_be_spelled_is_a_mistake_of_the_caller(client_id: str) -> None:
    with pytest.raises(ValueError, match="letters and digits"):
        spelled(client_id)


def test_what_is_stored_is_read_again_and_holds_only_what_is_traded(tmp_path: Path) -> None:
    exchange = ccxt.okx()
    exchange.set_markets([*map(dict, OKX), {**OKX[1], "symbol": "BTC/USD:BTC", "id": "x", "quote": "USD"}])
    place(tmp_path, "okx").write_bytes(written(exchange.markets))
    again = read(tmp_path, "okx")
    assert [market["symbol"] for market in again] == ["BTC/USDT", "BTC/USDT:USDT"]
    assert offer("okx", again).rules == OFFERED["okx"].rules


@pytest.mark.parametrize("content", [None, b"", b"{", b"{}", b"[]", b"[1]", orjson.dumps("x")])
def test_a_file_that_is_missing_or_of_no_use_is_named_with_its_cure(tmp_path: Path, content: bytes | None) -> None:
    path = place(tmp_path, "okx")
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(NotStored, match="okx") as told:
        read(tmp_path, "okx")
    assert str(path) in str(told.value)
