"""Phemex over WebSockets: authentication, markets, accounts, limits and silence (EXCHANGES 6.10)."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from websocket import ABNF

from tests.simulator.phemex.client import Phemex
from tests.simulator.streams.client import Ear
from tests.simulator.streams.conftest import Connect
from tests.support.simulator_process import SimulatorProcess

PATH = "/phemex/ws"
SUCCESS = {"status": "success"}
VECTORS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "ws_vectors.json").read_text())
VECTOR = next(vector for vector in VECTORS if vector["exchange"] == "phemex")


@pytest.fixture
def phemex(simulator: SimulatorProcess) -> Phemex:
    balances = {"USDT": "10000", "BTC": "1", "ETH": "10"}
    return Phemex(simulator, simulator.open_account("phemex", balances=balances))


@pytest.fixture
def ear(phemex: Phemex, connect: Connect) -> Ear:
    return connect(PATH)


def call(ear: Ear, method: str, *params: Any) -> Any:
    return ear.ask({"id": 1234, "method": method, "params": list(params)})


def follow(ear: Ear, method: str, *params: Any) -> Any:
    """The snapshot behind the acknowledgement."""
    assert call(ear, method, *params) == {"error": None, "id": 1234, "result": SUCCESS}
    return ear.hear()


def heard_until_quiet(ear: Ear) -> list[Any]:
    ear.say({"id": 99, "method": "server.ping", "params": []})
    messages = []
    while (message := ear.hear()) != {"error": None, "id": 99, "result": "pong"}:
        messages.append(message)
    return messages


def token(account: dict[str, str], expiry: int) -> list[Any]:
    key = account["api_key"]
    return [
        "API",
        key,
        hmac.new(account["secret"].encode(), f"{key}{expiry}".encode(), hashlib.sha256).hexdigest(),
        expiry,
    ]


def authenticate(ear: Ear, account: dict[str, str]) -> Any:
    return call(ear, "user.auth", *token(account, int(time.time()) + 60))


def stop_the_clock(simulator: SimulatorProcess, now_ms: int | None = None) -> int:
    at_ms = now_ms or int(time.time() * 1000)
    simulator.control("POST", "clock", {"now_ms": at_ms})
    return at_ms


def linear(**wanted: Any) -> dict[str, Any]:
    order = {
        "symbol": "BTCUSDT", "side": "Buy", "posSide": "Merged", "ordType": "Market", "orderQtyRq": "0.01",
        "timeInForce": "ImmediateOrCancel",
    }  # fmt: skip
    return {**order, **wanted}


def coin(**wanted: Any) -> dict[str, Any]:
    order = {
        "symbol": "BTCUSD",
        "side": "Buy",
        "ordType": "Market",
        "orderQty": 100,
        "timeInForce": "ImmediateOrCancel",
    }
    return {**order, **wanted}


# Requests


@pytest.mark.parametrize("path", ["/phemex/ws", "/phemex"])
def test_a_heartbeat_is_answered_on_both_paths(phemex: Phemex, connect: Connect, path: str) -> None:
    assert call(connect(path), "server.ping") == {"error": None, "id": 1234, "result": "pong"}


@pytest.mark.parametrize(
    "message",
    ["no json", "[]", '{"id":1234}', '{"id":1234,"method":"","params":["BTCUSD"]}',
     '{"id":1234,"method":"dance.subscribe","params":[]}', '{"id":1234,"method":"trade.dance","params":[]}',
     '{"id":1234,"method":"orderbook.subscribe","params":[]}',
     '{"id":1234,"method":"orderbook.subscribe","params":["BTCUSD",false,7]}',
     '{"id":1234,"method":"orderbook.subscribe","params":["BTCUSDT"]}',
     '{"id":1234,"method":"orderbook_p.subscribe","params":["BTCUSD"]}',
     '{"id":1234,"method":"kline.subscribe","params":["BTCUSD"]}',
     '{"id":1234,"method":"kline.subscribe","params":["BTCUSD",61]}',
     '{"id":1234,"method":"tick.subscribe","params":[".NONE"]}'],
)  # fmt: skip
def test_what_is_not_understood_is_an_invalid_argument(ear: Ear, message: str) -> None:
    answer = ear.ask(message)
    assert answer["error"] == {"code": 6001, "message": "invalid argument"} and answer["result"] is None


# Authentication


def test_the_golden_authentication_is_genuine(simulator: SimulatorProcess, connect: Connect) -> None:
    simulator.open_account("phemex", api_key=VECTOR["key"], secret=VECTOR["secret"])
    stop_the_clock(simulator, (VECTOR["expiry_s"] - 60) * 1000)
    assert connect(PATH).ask(VECTOR["message"]) == {"error": None, "id": 1234, "result": SUCCESS}


def test_a_foreign_signature_and_an_unknown_key_are_refused(phemex: Phemex, ear: Ear) -> None:
    good = token(phemex.account, int(time.time()) + 60)
    for bad in ([good[0], good[1], "0" * 64, good[3]], [good[0], "nobody", *good[2:]]):
        assert call(ear, "user.auth", *bad)["error"] == {"code": 6012, "message": "invalid login token"}


@pytest.mark.parametrize(("ahead_s", "accepted"), [(0, True), (120, True), (121, False), (300, False), (-1, False)])
def test_an_authentication_is_good_for_two_minutes_at_most(
    phemex: Phemex, connect: Connect, ahead_s: int, accepted: bool
) -> None:
    now_s = stop_the_clock(phemex.simulator) // 1000
    answer = call(connect(PATH), "user.auth", *token(phemex.account, now_s + ahead_s))
    assert (answer["error"] is None) == accepted


def test_two_values_as_the_first_draft_had_them_are_refused(phemex: Phemex, ear: Ear) -> None:
    assert call(ear, "user.auth", "API", "0" * 64)["error"]["code"] == 6001


@pytest.mark.parametrize("method", ["aop.subscribe", "aop_p.subscribe", "ras_p.subscribe", "wo.subscribe"])
def test_accounts_are_told_only_to_their_owner(ear: Ear, method: str) -> None:
    assert call(ear, method)["error"]["code"] == 6012


# Markets


def test_an_order_book_follows_the_price_after_its_snapshot(phemex: Phemex, ear: Ear) -> None:
    snapshot = follow(ear, "orderbook.subscribe", "BTCUSD")
    assert (snapshot["type"], snapshot["depth"], snapshot["symbol"]) == ("snapshot", 30, "BTCUSD")
    assert len(snapshot["book"]["asks"]) == len(snapshot["book"]["bids"]) == 30
    assert snapshot["book"]["asks"][0][0] == 500005000 and snapshot["book"]["bids"][0][0] == 499995000
    assert len(str(snapshot["timestamp"])) == 19
    phemex.move_price("50001", "BTCUSD")
    change = ear.hear()
    assert change["type"] == "incremental" and change["sequence"] > snapshot["sequence"]
    asks = applied(snapshot["book"]["asks"], change["book"]["asks"])
    assert asks == {price: asks[price] for price in range(500015000, 500165000, 5000)}
    assert all(isinstance(quantity, int) and quantity > 0 for quantity in asks.values())


def applied(levels: list[list[Any]], changes: list[list[Any]]) -> dict[Any, Any]:
    book = dict([*levels, *changes])
    return {price: quantity for price, quantity in book.items() if quantity not in (0, "0")}


def test_a_linear_order_book_is_spelt_in_text(phemex: Phemex, ear: Ear) -> None:
    snapshot = follow(ear, "orderbook_p.subscribe", "BTCUSDT", False, 5)
    assert (snapshot["depth"], len(snapshot["orderbook_p"]["asks"])) == (5, 5)
    assert snapshot["orderbook_p"]["asks"][0][0] == "50000.1"
    phemex.move_price("50000.1", "BTCUSDT")
    change = ear.hear()["orderbook_p"]
    assert ["50000.1", "0"] in change["asks"] and change["bids"][0][0] == "50000"


def test_the_full_book_is_asked_for_with_true(ear: Ear) -> None:
    assert follow(ear, "orderbook.subscribe", "sBTCUSDT", True)["depth"] == 0


def test_the_whole_book_comes_again_every_minute(phemex: Phemex, connect: Connect) -> None:
    stop_the_clock(phemex.simulator)
    ear = connect(PATH)
    first = follow(ear, "orderbook.subscribe", "BTCUSD")
    for _ in range(3):
        phemex.simulator.control("POST", "clock", {"advance_ms": 20_000})
        again = heard_until_quiet(ear)
    assert [message["type"] for message in again] == ["snapshot"]
    assert again[0]["sequence"] > first["sequence"]


def test_trades_are_told_first_those_that_were_then_each(phemex: Phemex, ear: Ear) -> None:
    phemex.ok("POST", "/orders", coin())
    snapshot = follow(ear, "trade.subscribe", "BTCUSD")
    assert [row[1:] for row in snapshot["trades"]] == [["Buy", 500000000, 100]]
    assert snapshot["type"] == "snapshot" and len(str(snapshot["trades"][0][0])) == 19
    phemex.ok("POST", "/orders", coin(side="Sell", orderQty=40))
    change = ear.hear()
    assert (change["type"], [row[1:] for row in change["trades"]]) == ("incremental", [["Sell", 500000000, 40]])
    assert change["sequence"] > snapshot["sequence"]


def test_a_resting_order_that_fills_was_taken_by_the_other_side(phemex: Phemex, ear: Ear) -> None:
    assert follow(ear, "trade_p.subscribe", "BTCUSDT")["trades_p"] == []
    phemex.ok("POST", "/g-orders", linear(ordType="Limit", priceRp="49000", timeInForce="GoodTillCancel"))
    phemex.move_price("48000", "BTCUSDT")
    assert [row[1:] for row in ear.hear()["trades_p"]] == [["Sell", "49000", "0.01"]]


def test_unsubscribing_ends_one_symbol_or_all(phemex: Phemex, ear: Ear) -> None:
    for symbol in ("BTCUSD", "ETHUSD"):
        follow(ear, "trade.subscribe", symbol)
    assert call(ear, "trade.unsubscribe", "BTCUSD")["result"] == SUCCESS
    phemex.ok("POST", "/orders", coin())
    phemex.ok("POST", "/orders", coin(symbol="ETHUSD"))
    assert [message["symbol"] for message in heard_until_quiet(ear)] == ["ETHUSD"]
    assert call(ear, "trade.unsubscribe")["result"] == SUCCESS
    phemex.ok("POST", "/orders", coin(symbol="ETHUSD"))
    assert heard_until_quiet(ear) == []


def test_the_empty_text_of_the_first_draft_unsubscribes_too(phemex: Phemex, ear: Ear) -> None:
    follow(ear, "orderbook.subscribe", "BTCUSD")
    assert call(ear, "orderbook.unsubscribe", "")["result"] == SUCCESS
    phemex.move_price("50100", "BTCUSD")
    assert heard_until_quiet(ear) == []


def test_a_candle_has_the_prices_and_trades_of_its_time(phemex: Phemex, connect: Connect) -> None:
    stop_the_clock(phemex.simulator, 1_800_000_000_000)
    ear = connect(PATH)
    snapshot = follow(ear, "kline.subscribe", "BTCUSD", 60)
    assert snapshot["kline"] == [[1_800_000_000, 60, *[500000000] * 5, 0, 0]]
    phemex.move_price("50100", "BTCUSD")
    phemex.move_price("49900", "BTCUSD")
    assert heard_until_quiet(ear)[-1]["kline"][0][3:7] == [500000000, 501000000, 499000000, 499000000]
    phemex.now_s = 1_800_000_000
    phemex.ok("POST", "/orders", coin(orderQty=499))
    assert ear.hear()["kline"][0][7:] == [499, 1000000]
    for _ in range(3):
        phemex.simulator.control("POST", "clock", {"advance_ms": 20_000})
        messages = heard_until_quiet(ear)
    assert messages[0]["kline"] == [[1_800_000_060, 60, *[499000000] * 5, 0, 0]]


def test_a_linear_candle_is_spelt_in_text(ear: Ear) -> None:
    assert follow(ear, "kline_p.subscribe", "BTCUSDT", 86400)["kline_p"][0][2:] == ["50000"] * 5 + ["0", "0"]


def test_the_day_of_every_symbol_is_told_every_second(phemex: Phemex, connect: Connect) -> None:
    stop_the_clock(phemex.simulator)
    ear = connect(PATH)
    first = follow(ear, "market24h.subscribe")
    assert (first["market24h"]["symbol"], first["market24h"]["close"]) == ("BTCUSD", 500000000)
    assert ear.hear()["market24h"]["symbol"] == "ETHUSD"
    phemex.move_price("51000", "BTCUSD")
    phemex.simulator.control("POST", "clock", {"advance_ms": 1000})
    day = ear.hear()["market24h"]
    assert (day["open"], day["high"], day["low"], day["close"]) == (500000000, 510000000, 500000000, 510000000)


def test_linear_days_come_in_one_packet_and_spot_days_one_by_one(ear: Ear) -> None:
    packet = follow(ear, "perp_market24h_pack_p.subscribe")
    rows = [dict(zip(packet["fields"], row, strict=True)) for row in packet["data"]]
    assert {row["symbol"]: row["lastRp"] for row in rows}["BTCUSDT"] == "50000"
    heard_until_quiet(ear)
    assert follow(ear, "spot_market24h.subscribe")["spot_market24h"]["lastEp"] == 5_000_000_000_000


@pytest.mark.parametrize(
    ("method", "name", "symbol", "before", "after", "scale"),
    [("tick.subscribe", ".BTC", "BTCUSD", 500000000, 501000000, 4),
     ("tick.subscribe", ".MBTC", "BTCUSD", 500000000, 501000000, 4),
     ("tick.subscribe", "BTCUSD", "BTCUSD", 500000000, 501000000, 4),
     ("tick.subscribe", ".BTCFR8H", "BTCUSD", 10000, 10000, 8),
     ("tick_p.subscribe", ".MBTCUSDT", "BTCUSDT", "50000", "50100", None)],
)  # fmt: skip
def test_a_tick_is_a_price_by_its_name(
    phemex: Phemex, ear: Ear, method: str, name: str, symbol: str, before: Any, after: Any, scale: int | None
) -> None:
    key = method.partition(".")[0]
    first = follow(ear, method, name)[key]
    phemex.move_price("50100", symbol)
    second = ear.hear()[key]
    assert (first["last"], second["last"], first["symbol"], first.get("scale")) == (before, after, name, scale)


# Accounts


@pytest.fixture
def owner(phemex: Phemex, ear: Ear) -> Ear:
    assert authenticate(ear, phemex.account)["result"] == SUCCESS
    return ear


def test_the_snapshot_has_a_message_for_each_account(phemex: Phemex, owner: Ear) -> None:
    phemex.ok(
        "POST", "/orders", coin(ordType="Limit", priceEp=400000000, timeInForce="GoodTillCancel", clOrdID="rests")
    )
    first = follow(owner, "aop.subscribe")
    second = owner.hear()
    accounts = {message["accounts"][0]["currency"]: message for message in (first, second)}
    assert accounts["BTC"]["accounts"][0]["accountBalanceEv"] == 100_000_000
    assert accounts["ETH"]["accounts"][0]["accountBalanceEv"] == 1_000_000_000
    (order,) = accounts["BTC"]["orders"]
    assert (order["clOrdID"], order["ordStatus"], order["leavesQty"]) == ("rests", "New", 100)
    assert [(row["symbol"], row["size"], row["side"]) for row in accounts["BTC"]["positions"]] == [
        ("BTCUSD", 0, "None")
    ]
    assert {message["type"] for message in (first, second)} == {"snapshot"}


def test_a_market_order_is_told_as_new_and_filled_with_account_and_position(phemex: Phemex, owner: Ear) -> None:
    follow(owner, "aop.subscribe")
    owner.hear()
    placed = phemex.ok("POST", "/orders", coin(clOrdID="mine"))
    (message,) = heard_until_quiet(owner)
    assert message["type"] == "incremental"
    new, filled = message["orders"]
    assert (new["ordStatus"], new["execStatus"], new["execQty"], new["action"]) == ("New", "New", 0, "New")
    assert (filled["ordStatus"], filled["execStatus"], filled["execQty"]) == ("Filled", "TakerFill", 100)
    assert (filled["orderID"], filled["clOrdID"], filled["execPriceEp"]) == (placed["orderID"], "mine", 500000000)
    assert (filled["cumQty"], filled["leavesQty"], filled["code"], filled["cxlRejReason"]) == (100, 0, 0, 0)
    assert (filled["execValueEv"], filled["execFeeEv"], filled["feeRateEr"]) == (200_000, 150, 75_000)
    assert filled["curPosSize"] == 100 and filled["transactTimeNs"] > 10**18
    (position,) = message["positions"]
    assert (position["side"], position["size"], position["avgEntryPriceEp"]) == ("Buy", 100, 500000000)
    assert message["accounts"][0]["accountBalanceEv"] == 100_000_000 - 150


def test_linear_accounts_are_told_in_text_with_sizes_without_suffix(phemex: Phemex, owner: Ear) -> None:
    snapshot = follow(owner, "aop_p.subscribe")
    assert snapshot["accounts_p"][0]["accountBalanceRv"] == "10000"
    assert {row["posSide"] for row in snapshot["positions_p"]} == {"Merged"} and len(snapshot["positions_p"]) == 8
    phemex.ok("POST", "/g-orders", linear())
    (message,) = heard_until_quiet(owner)
    filled = message["orders_p"][-1]
    assert (filled["orderQty"], filled["cumQty"], filled["execPriceRp"], filled["posSide"]) == (
        "0.01", "0.01", "50000", "Merged",
    )  # fmt: skip
    position = message["positions_p"][0]
    assert (position["size"], position["avgEntryPriceRp"], position["posMode"]) == ("0.01", "50000", "OneWay")
    assert message["accounts_p"][0]["accountBalanceRv"] == "9999.7"


def test_amending_and_cancelling_say_so_by_their_action(phemex: Phemex, owner: Ear) -> None:
    follow(owner, "aop_p.subscribe")
    order = linear(ordType="Limit", priceRp="40000", timeInForce="GoodTillCancel", clOrdID="rests")
    phemex.ok("POST", "/g-orders", order)
    phemex.ok("PUT", "/g-orders/replace", symbol="BTCUSDT", origClOrdID="rests", priceRp="41000", posSide="Merged")
    phemex.ok("DELETE", "/g-orders/cancel", symbol="BTCUSDT", clOrdID="rests", posSide="Merged")
    told = [(row["action"], row["ordStatus"], row["priceRp"]) for row in orders_of(heard_until_quiet(owner))]
    assert told == [("New", "New", "40000"), ("Replace", "New", "41000"), ("Cancel", "Canceled", "41000")]


def orders_of(messages: list[Any]) -> list[Any]:
    return [row for message in messages for row in message["orders_p"]]


def test_a_post_only_order_that_would_cross_is_told_with_its_reason(phemex: Phemex, owner: Ear) -> None:
    follow(owner, "aop_p.subscribe")
    phemex.ok("POST", "/g-orders", linear(ordType="Limit", priceRp="51000", timeInForce="PostOnly"))
    last = orders_of(heard_until_quiet(owner))[-1]
    assert (last["ordStatus"], last["cxlRejReason"], last["action"]) == ("Canceled", 101, "New")


def test_a_stop_is_told_from_untriggered_to_filled(phemex: Phemex, owner: Ear) -> None:
    phemex.ok("POST", "/g-orders", linear())
    follow(owner, "aop_p.subscribe")
    stop = linear(side="Sell", ordType="Stop", stopPxRp="45000", triggerType="ByLastPrice", closeOnTrigger=True)
    phemex.ok("POST", "/g-orders", stop)
    phemex.move_price("44000", "BTCUSDT")
    states = [row["ordStatus"] for row in orders_of(heard_until_quiet(owner))]
    assert states == ["Untriggered", "Triggered", "New", "Filled"]


def test_the_risk_of_an_account_is_told_by_units(phemex: Phemex, owner: Ear) -> None:
    snapshot = follow(owner, "ras_p.subscribe")
    (cross,) = snapshot["risk_units"]
    assert (cross["riskMode"], cross["marginRatioRr"], cross["totalEquityRv"]) == ("CrossAsset", "999", "10000")
    phemex.ok("PUT", "/g-positions/leverage", symbol="BTCUSDT", leverageRr="10")
    phemex.ok("POST", "/g-orders", linear())
    units = {unit["riskMode"]: unit for unit in heard_until_quiet(owner)[-1]["risk_units"]}
    assert (units["Isolated"]["symbol"], units["Isolated"]["posSide"], units["Isolated"]["totalBalanceRv"]) == (
        "BTCUSDT", 3, "50",
    )  # fmt: skip
    assert units["CrossAsset"]["totalBalanceRv"] == "9949.7"


def test_a_price_alone_tells_nothing_about_accounts(phemex: Phemex, owner: Ear) -> None:
    follow(owner, "aop_p.subscribe")
    phemex.ok("POST", "/g-orders", linear())
    heard_until_quiet(owner)
    phemex.move_price("50001", "BTCUSDT")
    assert heard_until_quiet(owner) == []


@pytest.mark.parametrize(
    ("channel", "path", "order"), [("aop_p", "/g-orders", linear), ("aop", "/orders", coin)], ids=["aop_p", "aop"]
)
def test_an_ended_account_subscription_is_quiet(
    phemex: Phemex, owner: Ear, channel: str, path: str, order: Callable[[], dict[str, Any]]
) -> None:
    follow(owner, f"{channel}.subscribe")
    heard_until_quiet(owner)  # A snapshot a trading account.
    assert call(owner, f"{channel}.unsubscribe")["result"] == SUCCESS
    phemex.ok("POST", path, order())
    assert heard_until_quiet(owner) == []


def test_nobody_hears_what_befalls_others(phemex: Phemex, owner: Ear) -> None:
    follow(owner, "aop_p.subscribe")
    other = Phemex(phemex.simulator, phemex.simulator.open_account("phemex", balances={"USDT": "10000"}))
    other.ok("POST", "/g-orders", linear())
    assert heard_until_quiet(owner) == []


def test_spot_wallets_and_orders_are_told(phemex: Phemex, owner: Ear) -> None:
    snapshot = follow(owner, "wo.subscribe")
    wallets = {row["currency"]: row["balanceEv"] for row in snapshot["wallets"]}
    assert (snapshot["type"], wallets["USDT"]) == ("snapshot", 10_000 * 10**8)
    assert snapshot["orders"] == {"closed": [], "fills": [], "open": []}
    order = {
        "symbol": "sBTCUSDT", "side": "Buy", "ordType": "Limit", "clOrdID": "mine", "qtyType": "ByBase",
        "baseQtyEv": 1_000_000, "priceEp": 5_000_000_000_000, "timeInForce": "GoodTillCancel",
    }  # fmt: skip
    phemex.ok("POST", "/spot/orders", order)
    (message,) = heard_until_quiet(owner)
    assert [(row["clOrdID"], row["ordStatus"]) for row in message["orders"]["closed"]] == [("mine", "Filled")]
    assert [row["execBaseQtyEv"] for row in message["orders"]["fills"]] == [1_000_000]
    wallets = {row["currency"]: row["balanceEv"] for row in message["wallets"]}
    assert (wallets["USDT"], wallets["BTC"]) == (9_500 * 10**8, 100_999_000)


# Limits and silence


def test_a_connection_has_twenty_subscriptions(phemex: Phemex, ear: Ear) -> None:
    for interval in (60, 300, 900, 1800, 3600, 14400, 86400, 604800, 2592000, 7776000):
        for symbol in ("BTCUSD", "ETHUSD"):
            follow(ear, "kline.subscribe", symbol, interval)
    assert call(ear, "trade.subscribe", "BTCUSD")["error"]["code"] == 6001
    follow(ear, "kline.subscribe", "BTCUSD", 60)  # one that is there already takes no more room
    call(ear, "kline.unsubscribe", "BTCUSD")
    follow(ear, "trade.subscribe", "BTCUSD")


def test_a_key_has_five_connections(phemex: Phemex, connect: Connect) -> None:
    ears = [connect(PATH) for _ in range(6)]
    answers = [authenticate(each, phemex.account)["error"] for each in ears]
    assert answers[:5] == [None] * 5 and answers[5]["code"] == 6001
    ears[0].socket.send_close(1000)
    assert ears[0].close_code() == 1000
    ears[0].socket.shutdown()
    while authenticate(ears[5], phemex.account)["error"] is not None:
        pass  # until the server has seen the end of the first


def test_who_is_silent_for_thirty_seconds_is_dropped(phemex: Phemex, connect: Connect) -> None:
    stop_the_clock(phemex.simulator)
    silent, loud = connect(PATH), connect(PATH)
    phemex.simulator.control("POST", "clock", {"advance_ms": 20_000})
    loud.socket.ping("frame")
    assert loud.next_frame()[0] == ABNF.OPCODE_PONG
    phemex.simulator.control("POST", "clock", {"advance_ms": 10_001})
    assert silent.close_code() == 1006
    assert call(loud, "server.ping")["result"] == "pong"


def test_too_many_requests_end_the_connection_where_limits_are_enforced(phemex: Phemex, connect: Connect) -> None:
    stop_the_clock(phemex.simulator)
    phemex.simulator.control("POST", "limits", {"venue": "phemex", "enforce": True})
    ear = connect(PATH)
    for _ in range(20):
        assert call(ear, "server.ping")["result"] == "pong"
    ear.say({"id": 1, "method": "server.ping", "params": []})
    assert ear.close_code() == 1008
