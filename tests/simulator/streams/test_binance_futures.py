"""USDT-M accounts over their private stream: listen keys, and what is told when."""

import time
from typing import Any

import pytest
from websocket import ABNF

from tests.simulator.client import LIMIT_BUY, MARKET_BUY, STOP, Client
from tests.simulator.streams.client import Ear
from tests.simulator.streams.conftest import Connect

ORDER, ALGO, KEY = "/fapi/v1/order", "/fapi/v1/algoOrder", "/fapi/v1/listenKey"
HOUR_MS = 3_600_000


@pytest.fixture
def key(futures: Client) -> str:
    listen_key: str = futures.ok("POST", KEY)["listenKey"]
    return listen_key


@pytest.fixture
def ear(key: str, connect: Connect) -> Ear:
    return connect(f"/binance-futures/private/ws/{key}")


def heard_until_quiet(ear: Ear) -> list[dict[str, Any]]:
    ear.say({"method": "LIST_SUBSCRIPTIONS", "id": 99})
    events = []
    while (message := ear.hear()).get("id") != 99:
        events.append(message)
    return events


def of(events: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return [event for event in events if event["e"] == name]


def orders(events: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Execution and state."""
    return [(event["o"]["x"], event["o"]["X"]) for event in of(events, "ORDER_TRADE_UPDATE")]


@pytest.mark.parametrize("form", ["ws/{key}", "ws?listenKey={key}", "stream?streams={key}"])
def test_a_listen_key_stands_in_the_path_or_in_the_query(
    futures: Client, key: str, connect: Connect, form: str
) -> None:
    ear = connect("/binance-futures/private/" + form.format(key=key))
    futures.ok("POST", ORDER, **MARKET_BUY)
    message = ear.hear()
    if form.startswith("stream"):
        assert message["stream"] == key
        message = message["data"]
    assert message["e"] == "ORDER_TRADE_UPDATE"


def test_a_listen_key_may_be_subscribed_to_later(futures: Client, key: str, connect: Connect) -> None:
    ear = connect("/binance-futures/private/ws")
    assert ear.ask({"method": "SUBSCRIBE", "params": [key], "id": 3}) == {"result": None, "id": 3}
    futures.ok("POST", ORDER, **MARKET_BUY)
    assert ear.hear()["e"] == "ORDER_TRADE_UPDATE"


def test_an_unknown_listen_key_hears_nothing(futures: Client, connect: Connect) -> None:
    ear = connect("/binance-futures/private/ws/nobody")
    futures.ok("POST", ORDER, **MARKET_BUY)
    assert heard_until_quiet(ear) == []


def test_a_market_order_is_told_with_its_fill_and_the_account_after_it(futures: Client, ear: Ear) -> None:
    order = futures.ok("POST", ORDER, **MARKET_BUY, newClientOrderId="mine", newOrderRespType="RESULT")
    events = heard_until_quiet(ear)
    assert orders(events) == [("NEW", "NEW"), ("TRADE", "FILLED")]
    fill = of(events, "ORDER_TRADE_UPDATE")[1]["o"]
    assert (fill["c"], fill["i"], fill["l"], fill["z"], fill["ap"]) == (
        "mine", order["orderId"], "0.010", "0.010", "50000.00000",
    )  # fmt: skip
    assert (fill["n"], fill["N"], fill["R"], fill["ps"]) == ("0.25000000", "USDT", False, "BOTH")
    account = of(events, "ACCOUNT_UPDATE")[0]["a"]
    assert account["m"] == "ORDER"
    assert account["B"] == [{"a": "USDT", "wb": "9999.75000000", "cw": "9999.75000000", "bc": "0.00000000"}]
    position = account["P"][0]
    assert (position["s"], position["pa"], position["ep"], position["mt"], position["ps"]) == (
        "BTCUSDT", "0.010", "50000", "cross", "BOTH",
    )  # fmt: skip


def test_closing_tells_the_profit_and_the_flat_position(futures: Client, ear: Ear) -> None:
    futures.ok("POST", ORDER, **MARKET_BUY)
    heard_until_quiet(ear)
    futures.move_price("51000")
    futures.ok("POST", ORDER, **{**MARKET_BUY, "side": "SELL"}, reduceOnly="true")
    events = heard_until_quiet(ear)
    assert of(events, "ORDER_TRADE_UPDATE")[1]["o"]["rp"] == "10.00000000"
    assert of(events, "ACCOUNT_UPDATE")[0]["a"]["P"][0]["pa"] == "0.000"


def test_a_change_and_a_cancellation_are_told(futures: Client, ear: Ear) -> None:
    futures.ok("POST", ORDER, **LIMIT_BUY, newClientOrderId="mine")
    futures.ok("PUT", ORDER, symbol="BTCUSDT", side="BUY", origClientOrderId="mine", quantity="0.02", price="39000")
    futures.ok("DELETE", ORDER, symbol="BTCUSDT", origClientOrderId="mine")
    events = heard_until_quiet(ear)
    assert orders(events) == [("NEW", "NEW"), ("AMENDMENT", "NEW"), ("CANCELED", "CANCELED")]
    assert of(events, "ORDER_TRADE_UPDATE")[1]["o"]["p"] == "39000.00"
    assert of(events, "ACCOUNT_UPDATE") == []


def test_a_stop_tells_its_way_from_new_over_the_order_to_finished(futures: Client, ear: Ear) -> None:
    futures.ok("POST", ORDER, **MARKET_BUY)
    algo_id = futures.ok("POST", ALGO, **STOP, clientAlgoId="stop")["algoId"]
    futures.move_price("44000")
    algos = [event["o"] for event in of(heard_until_quiet(ear), "ALGO_UPDATE")]
    assert [algo["X"] for algo in algos] == ["NEW", "TRIGGERED", "FINISHED"]
    assert (algos[0]["caid"], algos[0]["aid"], algos[0]["ai"], algos[0]["tp"]) == ("stop", algo_id, "", "45000.00")
    queried = futures.ok("GET", ALGO, algoId=algo_id)
    assert algos[1]["ai"] == algos[2]["ai"] == queried["actualOrderId"] != ""
    assert (algos[2]["ap"], algos[2]["aq"]) == ("44000.00000", "0.010")


def test_a_stop_that_finds_nothing_tells_why(futures: Client, ear: Ear) -> None:
    futures.ok("POST", ALGO, **STOP)
    futures.move_price("44000")
    algo = of(heard_until_quiet(ear), "ALGO_UPDATE")[-1]["o"]
    assert (algo["X"], algo["rm"]) == ("REJECTED", "ReduceOnly Order is rejected.")


def test_a_liquidation_is_told(futures: Client, ear: Ear) -> None:
    futures.ok("POST", "/fapi/v1/leverage", symbol="BTCUSDT", leverage=100)
    futures.ok("POST", ORDER, **{**MARKET_BUY, "quantity": "10"})
    futures.move_price("49000")
    last = of(heard_until_quiet(ear), "ORDER_TRADE_UPDATE")[-1]["o"]
    assert (last["o"], last["x"], last["X"]) == ("LIQUIDATION", "CALCULATED", "FILLED")
    assert last["c"].startswith("autoclose-")


def test_another_leverage_is_told(futures: Client, ear: Ear) -> None:
    futures.ok("POST", "/fapi/v1/leverage", symbol="BTCUSDT", leverage=7)
    (event,) = heard_until_quiet(ear)
    assert (event["e"], event["ac"]) == ("ACCOUNT_CONFIG_UPDATE", {"s": "BTCUSDT", "l": 7})


def test_a_deposit_is_told(futures: Client, ear: Ear) -> None:
    futures.simulator.open_account(api_key=futures.account["api_key"], balances={"USDT": "10100"})
    (event,) = heard_until_quiet(ear)
    assert (event["a"]["m"], event["a"]["B"][0]["bc"]) == ("DEPOSIT", "100.00000000")


def stop_the_clock(futures: Client) -> int:
    now_ms = int(time.time() * 1000)
    futures.simulator.control("POST", "clock", {"now_ms": now_ms})
    return now_ms


def test_a_listen_key_expires_after_an_hour_and_the_stream_says_so(futures: Client, connect: Connect) -> None:
    stop_the_clock(futures)
    key = futures.ok("POST", KEY)["listenKey"]
    ear = connect(f"/binance-futures/private/ws/{key}")
    futures.simulator.control("POST", "clock", {"advance_ms": HOUR_MS})
    event = ear.hear()
    assert (event["e"], event["listenKey"]) == ("listenKeyExpired", key)
    futures.ok("POST", ORDER, **MARKET_BUY, timestamp=futures.simulator.control("GET", "clock")["now_ms"])
    assert heard_until_quiet(ear) == []
    assert futures.refused("PUT", KEY)[0] == -1125
    assert futures.ok("POST", KEY)["listenKey"] != key


def test_a_listen_key_that_is_kept_alive_lives_on(futures: Client, connect: Connect) -> None:
    stop_the_clock(futures)
    key = futures.ok("POST", KEY)["listenKey"]
    ear = connect(f"/binance-futures/private/ws/{key}")
    for _ in range(2):
        futures.simulator.control("POST", "clock", {"advance_ms": HOUR_MS - 1000})
        assert futures.ok("PUT", KEY) == {"listenKey": key}
        assert ear.next_frame()[0] == ABNF.OPCODE_PING
        assert heard_until_quiet(ear) == []
    futures.ok("POST", ORDER, **MARKET_BUY, timestamp=futures.simulator.control("GET", "clock")["now_ms"])
    assert ear.hear()["e"] == "ORDER_TRADE_UPDATE"


def test_a_listen_key_given_back_closes_its_stream(futures: Client, ear: Ear) -> None:
    futures.ok("DELETE", KEY)
    assert ear.close_code() == 1000


def test_a_malformed_request_is_refused_and_the_stream_stays(futures: Client, ear: Ear) -> None:
    assert ear.ask("nonsense")["error"]["code"] == 3
    assert ear.ask({"method": "DANCE", "id": 1})["error"]["code"] == 2
    assert heard_until_quiet(ear) == []
