"""Bitget's private streams, v2 and v1: login, channels, silence (EXCHANGES 5.9, 4.4)."""

import base64
import hashlib
import hmac
import json
import time
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from simulator.bitget.streams.conversation import Conversation
from simulator.bitget.streams.words import NEW as NEW_WORDS
from tests.simulator.bitget.client import CLOSE, OPEN, PLACE, REST, SPOT, SPOT_BUY, STOP, Client
from tests.simulator.streams.client import Ear
from tests.simulator.streams.conftest import Connect
from tests.support.simulator_process import SimulatorProcess

NEW, OLD_MIX, OLD_SPOT = "/bitget/v2/ws/private", "/bitget/mix/v1/stream", "/bitget/spot/v1/stream"
VECTORS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "ws_vectors.json").read_text())
OF_BITGET = [vector for vector in VECTORS if vector["exchange"] == "bitget"]
CANCEL, TPSL = "/api/v2/mix/order/cancel-order", "/api/v2/mix/order/place-tpsl-order"
MIX = {"instType": "USDT-FUTURES", "instId": "default"}


@pytest.fixture
def bitget(simulator: SimulatorProcess) -> Client:
    balances = {"USDT": "10000", "BTC": "1"}
    return Client(simulator, simulator.open_account("bitget", passphrase="opensesame", balances=balances))


def login(account: dict[str, str], at_s: int) -> dict[str, Any]:
    mac = hmac.new(account["secret"].encode(), f"{at_s}GET/user/verify".encode(), hashlib.sha256)
    sign = base64.b64encode(mac.digest()).decode()
    sent = {"apiKey": account["api_key"], "passphrase": account["passphrase"], "timestamp": str(at_s), "sign": sign}
    return {"op": "login", "args": [sent]}


@pytest.fixture
def ear(bitget: Client, connect: Connect) -> Ear:
    return logged_in(bitget, connect, NEW)


def logged_in(bitget: Client, connect: Connect, path: str) -> Ear:
    ear = connect(path)
    assert ear.ask(login(bitget.account, int(time.time()))) == {"event": "login", "code": 0}
    return ear


def follow(ear: Ear, **arg: str) -> None:
    assert ear.ask({"op": "subscribe", "args": [arg]}) == {"event": "subscribe", "arg": arg}


def heard_until_quiet(ear: Ear) -> list[Any]:
    ear.say("ping")
    messages = []
    while (message := ear.hear()) != "pong":
        messages.append(message)
    return messages


def rows(messages: list[Any], channel: str) -> list[dict[str, Any]]:
    return [row for message in messages if message["arg"]["channel"] == channel for row in message["data"]]


# Login


@pytest.mark.parametrize("vector", OF_BITGET, ids=lambda vector: vector["id"])
def test_a_golden_login_is_accepted(simulator: SimulatorProcess, connect: Connect, vector: dict[str, Any]) -> None:
    simulator.open_account("bitget", api_key=vector["key"], secret=vector["secret"], passphrase=vector["passphrase"])
    simulator.control("POST", "clock", {"now_ms": vector["timestamp_s"] * 1000})
    path = NEW if vector["id"] == "bitget-v2-ws-login" else OLD_MIX
    assert connect(path).ask(vector["message"]) == {"event": "login", "code": 0}


@pytest.mark.parametrize(
    ("change", "code"),
    [({"apiKey": "nobody"}, 30011), ({"passphrase": "wrong"}, 30012), ({"timestamp": "now"}, 30013),
     ({"sign": "x" * 44}, 30015), ({"timestamp": ""}, 30013)],
)  # fmt: skip
def test_a_wrong_login_is_refused_with_its_code(
    bitget: Client, connect: Connect, change: dict[str, str], code: int
) -> None:
    message = login(bitget.account, int(time.time()))
    message["args"][0].update(change)
    answer = connect(NEW).ask(message)
    assert (answer["event"], answer["code"]) == ("error", code)


@pytest.mark.parametrize(("late_s", "accepted"), [(0, True), (30, True), (31, False), (-30, True), (-31, False)])
def test_a_login_is_good_for_thirty_seconds(bitget: Client, connect: Connect, late_s: int, accepted: bool) -> None:
    now_s = int(time.time())
    bitget.simulator.control("POST", "clock", {"now_ms": now_s * 1000})
    answer = connect(NEW).ask(login(bitget.account, now_s - late_s))
    assert (answer["code"] == 0) == accepted


def test_milliseconds_are_no_time_for_a_login(bitget: Client, connect: Connect) -> None:
    assert connect(NEW).ask(login(bitget.account, int(time.time() * 1000)))["code"] == 30014


def test_private_channels_need_a_login(bitget: Client, connect: Connect) -> None:
    arg = {**MIX, "channel": "orders"}
    answer = connect(NEW).ask({"op": "subscribe", "args": [arg]})
    assert (answer["event"], answer["code"], answer["arg"]) == ("error", 30004, arg)


@pytest.mark.parametrize(
    ("message", "code"),
    [("no json", 30002), ("[]", 30002), ('{"op":"dance"}', 30003), ('{"op":"subscribe"}', 30016),
     ('{"op":"subscribe","args":[{"instType":"USDT-FUTURES","channel":"dance","instId":"default"}]}', 30001),
     ('{"op":"subscribe","args":[{"instType":"MOON","channel":"orders","instId":"default"}]}', 30001),
     ('{"op":"subscribe","args":[{"instType":"USDT-FUTURES","channel":"orders","instId":"NONE"}]}', 30001)],
)  # fmt: skip
def test_what_is_not_understood_is_an_error_with_a_code(ear: Ear, message: str, code: int) -> None:
    answer = ear.ask(message)
    assert (answer["event"], answer["code"]) == ("error", code)


# Mix


def test_a_market_order_is_told_live_and_filled_with_its_trade(bitget: Client, ear: Ear) -> None:
    follow(ear, **MIX, channel="orders")
    placed = bitget.post(PLACE, **OPEN, clientOid="mine")
    live, filled = heard_until_quiet(ear)
    assert (live["action"], live["arg"]) == ("snapshot", {**MIX, "channel": "orders"})
    assert [row["status"] for row in (live["data"][0], filled["data"][0])] == ["live", "filled"]
    row = filled["data"][0]
    assert (row["orderId"], row["clientOid"], row["instId"]) == (placed["orderId"], "mine", "BTCUSDT")
    assert (row["fillPrice"], row["baseVolume"], row["accBaseVolume"], row["priceAvg"]) == (
        "50000", "0.01", "0.01", "50000",
    )  # fmt: skip
    assert (row["fillFee"], row["fillFeeCoin"], row["tradeScope"]) == ("-0.3", "USDT", "T")
    assert row["tradeId"] and "fillPrice" not in live["data"][0]


def test_a_subscription_to_orders_begins_without_a_snapshot(bitget: Client, ear: Ear) -> None:
    bitget.post(PLACE, **REST)
    follow(ear, **MIX, channel="orders")
    assert heard_until_quiet(ear) == []


def test_a_cancelled_order_is_told_once(bitget: Client, ear: Ear) -> None:
    placed = bitget.post(PLACE, **REST)
    follow(ear, **MIX, channel="orders")
    bitget.post(CANCEL, symbol="BTCUSDT", productType="USDT-FUTURES", orderId=placed["orderId"])
    assert [row["status"] for row in rows(heard_until_quiet(ear), "orders")] == ["canceled"]


def test_a_half_filled_order_tells_each_fill(bitget: Client, ear: Ear) -> None:
    follow(ear, **MIX, channel="orders")
    bitget.fault("partial", fraction="0.25")
    bitget.post(PLACE, **{**REST, "price": "50000", "size": "0.04"})
    bitget.move_price("49000")
    told = [
        (row["status"], row.get("baseVolume"), row["accBaseVolume"]) for row in rows(heard_until_quiet(ear), "orders")
    ]
    assert told == [("live", None, "0"), ("partially_filled", "0.01", "0.01"), ("filled", "0.03", "0.04")]


def test_positions_begin_with_a_snapshot_and_end_with_an_empty_one(bitget: Client, ear: Ear) -> None:
    bitget.post(PLACE, **OPEN)
    follow(ear, **MIX, channel="positions")
    (held,) = ear.hear()["data"]
    assert (held["instId"], held["holdSide"], held["total"], held["openPriceAvg"]) == (
        "BTCUSDT",
        "long",
        "0.01",
        "50000",
    )
    assert (held["posMode"], held["marginMode"], held["frozen"]) == ("one_way_mode", "crossed", "0")
    bitget.post(PLACE, **CLOSE)
    assert heard_until_quiet(ear)[-1]["data"] == []


def test_a_mix_account_is_told_when_an_order_takes_margin(bitget: Client, ear: Ear) -> None:
    arg = {"instType": "USDT-FUTURES", "channel": "account", "coin": "default"}
    follow(ear, **arg)
    (before,) = ear.hear()["data"]
    assert (before["marginCoin"], before["available"], before["equity"]) == ("USDT", "10000", "10000")
    bitget.post(PLACE, **REST)
    (message,) = heard_until_quiet(ear)
    assert float(message["data"][0]["available"]) < 10000 and message["data"][0]["equity"] == "10000"


def test_a_stop_is_told_live_and_executed_with_the_order_it_became(bitget: Client, ear: Ear) -> None:
    follow(ear, **MIX, channel="orders-algo")
    bitget.post(PLACE, **OPEN)
    stop = bitget.post(TPSL, **STOP, clientOid="stop")
    bitget.move_price("44000")
    live, executed = rows(heard_until_quiet(ear), "orders-algo")
    assert (live["orderId"], live["clientOid"], live["status"], live["planType"]) == (
        stop["orderId"],
        "stop",
        "live",
        "sl",
    )
    assert (live["triggerPrice"], live["executeOrderId"]) == ("45000", "")
    assert executed["status"] == "executed" and executed["executeOrderId"] != ""


def test_the_exits_that_an_entry_brings_are_told(bitget: Client, ear: Ear) -> None:
    follow(ear, **MIX, channel="orders-algo")
    bitget.post(PLACE, **OPEN, presetStopLossPrice="45000", presetStopSurplusPrice="60000")
    told = rows(heard_until_quiet(ear), "orders-algo")
    assert {(row["planType"], row["status"], row["size"]) for row in told} == {
        ("sl", "live", "0.01"),
        ("tp", "live", "0.01"),
    }
    bitget.post(PLACE, **CLOSE)
    assert {row["status"] for row in rows(heard_until_quiet(ear), "orders-algo")} == {"cancelled"}


def test_fills_have_a_channel_of_their_own(bitget: Client, ear: Ear) -> None:
    follow(ear, **MIX, channel="fill")
    follow(ear, instType="SPOT", channel="fill", instId="BTCUSDT")
    placed = bitget.post(PLACE, **OPEN)
    bitget.post(SPOT, symbol="BTCUSDT", side="buy", orderType="market", force="gtc", size="500")
    futures, spot = rows(heard_until_quiet(ear), "fill")
    assert (futures["orderId"], futures["price"], futures["baseVolume"]) == (placed["orderId"], "50000", "0.01")
    assert (futures["profit"], futures["tradeScope"], futures["orderType"]) == ("0", "taker", "market")
    assert (spot["priceAvg"], spot["size"], spot["feeDetail"]["feeCoin"]) == ("50000", "0.01", "BTC")


def test_other_products_are_known_and_silent(bitget: Client, ear: Ear) -> None:
    follow(ear, instType="COIN-FUTURES", channel="positions", instId="default")
    assert ear.hear()["data"] == []
    bitget.post(PLACE, **OPEN)
    assert heard_until_quiet(ear) == []


def test_an_ended_subscription_is_quiet(bitget: Client, ear: Ear) -> None:
    arg = {**MIX, "channel": "orders"}
    follow(ear, **arg)
    assert ear.ask({"op": "unsubscribe", "args": [arg]}) == {"event": "unsubscribe", "arg": arg}
    bitget.post(PLACE, **OPEN)
    assert heard_until_quiet(ear) == []


def test_nobody_hears_what_befalls_others(bitget: Client, ear: Ear) -> None:
    follow(ear, **MIX, channel="orders")
    account = bitget.simulator.open_account("bitget", passphrase="other", balances={"USDT": "10000"})
    Client(bitget.simulator, account).post(PLACE, **OPEN)
    assert heard_until_quiet(ear) == []


# Spot


def test_spot_orders_and_coins_are_told(bitget: Client, ear: Ear) -> None:
    follow(ear, instType="SPOT", channel="orders", instId="BTCUSDT")
    follow(ear, instType="SPOT", channel="account", coin="default")
    assert {row["coin"]: row["available"] for row in ear.hear()["data"]} == {"USDT": "10000", "BTC": "1"}
    bitget.post(SPOT, symbol="BTCUSDT", side="buy", orderType="market", force="gtc", size="500", clientOid="mine")
    messages = heard_until_quiet(ear)
    live, filled = rows(messages, "orders")
    assert (live["status"], filled["status"], filled["clientOid"], filled["size"]) == ("live", "filled", "mine", "500")
    assert (filled["newSize"], filled.get("price")) == ("500", None)
    assert (filled["fillPrice"], filled["baseVolume"], filled["fillFeeCoin"]) == ("50000", "0.01", "BTC")
    coins = {row["coin"]: row["available"] for row in rows(messages, "account")}
    assert coins == {"USDT": "9500", "BTC": "1.00999"}


def test_one_symbol_is_followed_alone(bitget: Client, ear: Ear) -> None:
    follow(ear, instType="SPOT", channel="orders", instId="ETHUSDT")
    bitget.post(SPOT, **SPOT_BUY)
    assert heard_until_quiet(ear) == []


# v1


def test_v1_tells_the_same_in_its_own_names(bitget: Client, connect: Connect) -> None:
    ear = logged_in(bitget, connect, OLD_MIX)
    for channel in ("orders", "positions", "account", "ordersAlgo"):
        follow(ear, instType="UMCBL", channel=channel, instId="default")
        heard_until_quiet(ear)
    bitget.post(PLACE, **OPEN, clientOid="mine", presetStopLossPrice="45000")
    messages = heard_until_quiet(ear)
    new, filled = rows(messages, "orders")
    assert (new["status"], filled["status"], filled["clOrdId"], filled["instId"]) == (
        "new", "full-fill", "mine", "BTCUSDT_UMCBL",
    )  # fmt: skip
    assert (filled["fillPx"], filled["fillSz"], filled["accFillSz"]) == ("50000", "0.01", "0.01")
    position = rows(messages, "positions")[-1]
    assert (position["averageOpenPrice"], position["holdMode"], position["marginMode"]) == (
        "50000",
        "single_hold",
        "crossed",
    )
    assert rows(messages, "account")[-1]["locked"] == "0"
    assert [(row["state"], row["planType"]) for row in rows(messages, "ordersAlgo")] == [("not_trigger", "sl")]


def test_v1_spot_has_a_stream_of_its_own(bitget: Client, connect: Connect) -> None:
    ear = logged_in(bitget, connect, OLD_SPOT)
    follow(ear, instType="SPBL", channel="orders", instId="BTCUSDT_SPBL")
    follow(ear, instType="SPBL", channel="account", instId="default")
    assert {row["coinName"]: row["available"] for row in ear.hear()["data"]} == {"USDT": "10000", "BTC": "1"}
    bitget.post(SPOT, **SPOT_BUY)
    (order,) = rows(heard_until_quiet(ear), "orders")
    assert (order["status"], order["instId"], order["px"]) == ("new", "BTCUSDT_SPBL", "40000")
    refused = ear.ask({"op": "subscribe", "args": [{"instType": "UMCBL", "channel": "orders", "instId": "default"}]})
    assert refused["code"] == 30001


# Silence and limits


def test_who_is_silent_for_two_minutes_is_dropped(bitget: Client, connect: Connect) -> None:
    bitget.simulator.control("POST", "clock", {"now_ms": int(time.time() * 1000)})
    silent, loud = connect(NEW), connect(NEW)
    bitget.simulator.control("POST", "clock", {"advance_ms": 119_000})
    assert loud.ask("ping") == "pong"
    bitget.simulator.control("POST", "clock", {"advance_ms": 2_000})
    assert silent.close_code() == 1001
    assert loud.ask("ping") == "pong"


def test_nobody_stays_longer_than_a_day() -> None:
    """Asked of the conversation itself: keeping a real one from falling silent for a day takes 720 pings."""
    socket = Mock(opened_ms=0, heard_ms=86_399_000)
    conversation = Conversation(socket, Mock(), NEW_WORDS)
    conversation.tick(86_399_999)
    assert not socket.close.called
    conversation.tick(86_400_000)
    assert socket.close.called


def test_ten_messages_a_second_are_too_many_where_limits_are_enforced(bitget: Client, connect: Connect) -> None:
    bitget.simulator.control("POST", "clock", {"now_ms": int(time.time() * 1000)})
    bitget.simulator.control("POST", "limits", {"venue": "bitget", "enforce": True})
    ear = connect(NEW)
    assert [ear.ask("ping") for _ in range(10)] == ["pong"] * 10
    assert ear.ask("ping")["code"] == 30007
    assert ear.close_code() == 1008
