"""Spot accounts over the WebSocket API: who may subscribe, and what is told when."""

import json
from pathlib import Path
from typing import Any

import pytest

from simulator.binance.refusal import Refusal
from simulator.binance.ws_request import check_ws_signature, read_method
from tests.simulator.client import LIMIT_BUY, MARKET_BUY, OCO, OTOCO, Client
from tests.simulator.streams.binance import SUBSCRIBE, call, heard_until_quiet, signed, subscribe
from tests.simulator.streams.client import Ear
from tests.simulator.streams.conftest import Connect
from tests.support.simulator_process import SimulatorProcess

PATH, ORDER = "/binance/ws-api/v3", "/api/v3/order"
VECTORS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "ws_vectors.json").read_text())
OF_BINANCE = [vector for vector in VECTORS if vector["exchange"] == "binance"]


@pytest.fixture
def ear(spot: Client, connect: Connect) -> Ear:
    ear = connect(PATH)
    assert subscribe(ear, spot.account) == 0
    return ear


def reports(events: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Execution and state."""
    return [(event["x"], event["X"]) for event in events if event["e"] == "executionReport"]


@pytest.mark.parametrize("vector", OF_BINANCE, ids=lambda vector: vector["id"])
def test_a_golden_message_is_genuine_and_another_secret_is_not(vector: dict[str, Any]) -> None:
    _, params = read_method(vector["message"])
    check_ws_signature(vector["secret"].encode(), params)
    with pytest.raises(Refusal):
        check_ws_signature(b"another", params)


def test_the_golden_subscription_is_answered(simulator: SimulatorProcess, connect: Connect) -> None:
    vector = next(vector for vector in OF_BINANCE if vector["message"]["method"] == SUBSCRIBE)
    simulator.open_account(api_key=vector["key"], secret=vector["secret"])
    simulator.control("POST", "clock", {"now_ms": vector["timestamp_ms"]})
    answer = connect(PATH).ask(vector["message"])
    assert (answer["id"], answer["status"]) == (vector["message"]["id"], 200)
    assert answer["result"] == {"subscriptionId": 0}


def test_public_methods_need_no_key(simulator: SimulatorProcess, connect: Connect) -> None:
    simulator.control("POST", "clock", {"now_ms": 1_700_000_000_000})
    ear = connect(PATH)
    assert call(ear, "ping")["result"] == {}
    assert call(ear, "v3/time")["result"] == {"serverTime": 1_700_000_000_000}


@pytest.mark.parametrize(
    ("message", "code"),
    [("no json", -1135), ('"text"', -1135), ('{"id":1}', -1102), ('{"id":1,"method":"order.dance"}', -1020),
     ('{"id":1,"method":"session.logon"}', -4056), ('{"id":1,"method":"userDataStream.unsubscribe"}', -2036)],
)  # fmt: skip
def test_what_is_not_understood_is_refused_in_the_envelope(
    simulator: SimulatorProcess, connect: Connect, message: str, code: int
) -> None:
    answer = connect(PATH).ask(message)
    assert answer["status"] >= 400 and answer["error"]["code"] == code and answer["rateLimits"][0]["count"] > 0


def test_a_foreign_signature_a_stale_time_and_an_unknown_key_are_refused(spot: Client, connect: Connect) -> None:
    ear, account = connect(PATH), spot.account
    forged = {**signed(account), "signature": "0" * 64}
    stale = signed(account, now_ms=1_700_000_000_000)
    unknown = signed({**account, "api_key": "x" * 64})
    codes = [call(ear, SUBSCRIBE, params)["error"]["code"] for params in (forged, stale, unknown)]
    assert codes == [-1022, -1021, -2015]


def test_an_account_is_subscribed_once_on_a_connection(spot: Client, ear: Ear) -> None:
    assert call(ear, SUBSCRIBE, signed(spot.account))["error"]["code"] == -2035


def test_a_market_order_is_told_as_taken_in_and_traded_and_then_the_balances(spot: Client, ear: Ear) -> None:
    order = spot.ok("POST", ORDER, **MARKET_BUY, newClientOrderId="mine")
    new, trade, money = heard_until_quiet(ear)
    assert (new["x"], new["X"], new["c"], new["w"]) == ("NEW", "NEW", "mine", True)
    assert (trade["x"], trade["X"], trade["i"], trade["C"]) == ("TRADE", "FILLED", order["orderId"], "")
    assert (trade["l"], trade["z"], trade["L"], trade["Z"]) == (
        "0.01000000", "0.01000000", "50000.00000000", "500.00000000",
    )  # fmt: skip
    assert (trade["n"], trade["N"], trade["t"]) == ("0.00001000", "BTC", order["fills"][0]["tradeId"])
    assert money["e"] == "outboundAccountPosition"
    assert {row["a"]: (row["f"], row["l"]) for row in money["B"]} == {
        "USDT": ("9500.00000000", "0.00000000"), "BTC": ("1.00999000", "0.00000000"),
    }  # fmt: skip


def test_a_cancellation_has_its_own_id_and_names_the_order(spot: Client, ear: Ear) -> None:
    spot.ok("POST", ORDER, **LIMIT_BUY, newClientOrderId="resting")
    spot.ok("DELETE", ORDER, symbol="BTCUSDT", origClientOrderId="resting", newClientOrderId="away")
    events = heard_until_quiet(ear)
    assert reports(events) == [("NEW", "NEW"), ("CANCELED", "CANCELED")]
    cancelled = next(event for event in events if event.get("x") == "CANCELED")
    assert (cancelled["c"], cancelled["C"]) == ("away", "resting")
    assert events[-1]["B"] == [{"a": "USDT", "f": "10000.00000000", "l": "0.00000000"}]


def test_a_half_filled_order_tells_each_fill(spot: Client, ear: Ear) -> None:
    spot.fault("partial", fraction="0.25")
    spot.ok("POST", ORDER, **{**LIMIT_BUY, "price": "50000", "quantity": "0.04"})
    spot.move_price("49000")
    events = [event for event in heard_until_quiet(ear) if event.get("x") == "TRADE"]
    assert [(event["X"], event["l"], event["z"], event["m"]) for event in events] == [
        ("PARTIALLY_FILLED", "0.01000000", "0.01000000", False), ("FILLED", "0.03000000", "0.04000000", True),
    ]  # fmt: skip


def test_an_oco_is_told_with_its_list_and_one_leg_ends_the_other(spot: Client, ear: Ear) -> None:
    spot.ok("POST", "/api/v3/orderList/oco", **OCO, listClientOrderId="pair")
    placed = heard_until_quiet(ear)
    status = next(event for event in placed if event["e"] == "listStatus")
    assert (status["C"], status["l"], status["L"], len(status["O"])) == ("pair", "EXEC_STARTED", "EXECUTING", 2)
    assert reports(placed) == [("NEW", "NEW"), ("NEW", "NEW")]
    spot.move_price("60000")
    ended = heard_until_quiet(ear)
    assert reports(ended) == [("EXPIRED", "EXPIRED"), ("TRADE", "FILLED")]
    assert [event["L"] for event in ended if event["e"] == "listStatus"] == ["ALL_DONE"]


def test_the_exits_of_an_entry_are_pending_until_it_has_filled(spot: Client, ear: Ear) -> None:
    spot.ok("POST", "/api/v3/orderList/otoco", **OTOCO)
    assert reports(heard_until_quiet(ear)) == [("NEW", "PENDING_NEW"), ("NEW", "PENDING_NEW"), ("NEW", "NEW")]
    spot.move_price("49000")
    assert reports(heard_until_quiet(ear)) == [("TRADE", "FILLED"), ("NEW", "NEW"), ("NEW", "NEW")]


def test_a_deposit_is_told_with_its_amount(spot: Client, ear: Ear) -> None:
    spot.simulator.open_account(api_key=spot.account["api_key"], balances={"USDT": "10250"})
    update, money = heard_until_quiet(ear)
    assert (update["e"], update["a"], update["d"]) == ("balanceUpdate", "USDT", "250.00000000")
    assert money["B"] == [{"a": "USDT", "f": "10250.00000000", "l": "0.00000000"}]


def test_an_ended_subscription_says_so_and_is_quiet(spot: Client, ear: Ear) -> None:
    ear.say({"id": "bye", "method": "userDataStream.unsubscribe", "params": {"subscriptionId": 0}})
    ended, answer = ear.hear(), ear.hear()
    assert (ended["subscriptionId"], ended["event"]["e"]) == (0, "eventStreamTerminated")
    assert (answer["id"], answer["result"]) == ("bye", {})
    spot.ok("POST", ORDER, **MARKET_BUY)
    assert heard_until_quiet(ear) == []


def test_two_accounts_on_one_connection_are_told_apart(spot: Client, ear: Ear) -> None:
    other = Client(spot.simulator, "/binance", spot.simulator.open_account(balances={"USDT": "10000"}))
    assert subscribe(ear, other.account) == 1
    other.ok("POST", ORDER, **MARKET_BUY)
    assert {message["subscriptionId"] for message in ear.hear_many(3)} == {1}


def test_nobody_hears_what_befalls_others(spot: Client, ear: Ear) -> None:
    other = Client(spot.simulator, "/binance", spot.simulator.open_account(balances={"USDT": "10000"}))
    other.ok("POST", ORDER, **MARKET_BUY)
    assert heard_until_quiet(ear) == []
