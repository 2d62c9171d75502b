"""Faults: what the client sees, and whether the order exists afterwards."""

import time

import pytest
import requests

from tests.simulator.client import MARKET_BUY, Client

ORDER = "/api/v3/order"


def accepted(spot: Client) -> int:
    return len(spot.simulator.control("GET", "/_control/ledger"))


@pytest.mark.parametrize(("kind", "executed"), [("refuse", 0), ("lost_answer", 1)])
def test_a_reset_connection_tells_nothing_about_the_order(spot: Client, kind: str, executed: int) -> None:
    spot.fault(kind)
    with pytest.raises(requests.ConnectionError):
        spot.send("POST", ORDER, **MARKET_BUY)
    assert accepted(spot) == executed


@pytest.mark.parametrize(
    ("kind", "status", "code", "executed"),
    [
        ("error_after_execute", 503, -1007, 1), ("error_before_execute", 503, -1001, 0), ("rate_limit", 429, -1003, 0),
        ("ban", 418, -1003, 0), ("maintenance", 503, -1016, 0), ("reject", 400, -2010, 0),
    ],
)  # fmt: skip
def test_an_error_is_worded_as_the_venue_words_it(
    spot: Client, kind: str, status: int, code: int, executed: int
) -> None:
    spot.fault(kind)
    answer = spot.send("POST", ORDER, **MARKET_BUY)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert ("Retry-After" in answer.headers) == (kind in ("rate_limit", "ban"))
    assert accepted(spot) == executed


def test_garbage_is_half_an_answer_to_an_executed_order(spot: Client) -> None:
    spot.fault("garbage")
    answer = spot.send("POST", ORDER, **MARKET_BUY)
    assert answer.status_code == 200
    with pytest.raises(requests.JSONDecodeError):
        answer.json()
    assert accepted(spot) == 1


def test_a_rejection_carries_the_body_that_was_asked_for(spot: Client) -> None:
    spot.fault("reject", body={"code": -1013, "msg": "Filter failure: LOT_SIZE"})
    assert spot.refused("POST", ORDER, **MARKET_BUY) == (-1013, "Filter failure: LOT_SIZE")


def test_a_fault_strikes_as_often_as_it_was_told(spot: Client) -> None:
    spot.fault("maintenance", count=2)
    assert [spot.send("POST", ORDER, **MARKET_BUY).status_code for _ in range(3)] == [503, 503, 200]


def test_a_fault_for_one_key_spares_the_others(spot: Client) -> None:
    other = Client(spot.simulator, "/binance", spot.simulator.open_account(balances={"USDT": "10000"}))
    spot.fault("maintenance", count=None, api_key=spot.account["api_key"])
    assert other.send("POST", ORDER, **MARKET_BUY).status_code == 200
    assert spot.send("POST", ORDER, **MARKET_BUY).status_code == 503


def test_a_fault_for_one_path_spares_the_others(spot: Client) -> None:
    spot.fault("reject", path="/order/oco")
    assert spot.send("POST", ORDER, **MARKET_BUY).status_code == 200
    spot.fault("reject", path="v3/order")
    assert spot.refused("POST", ORDER, **MARKET_BUY)[0] == -2010


def test_a_fault_on_orders_spares_queries(spot: Client) -> None:
    spot.fault("maintenance", on="order", count=None)
    assert spot.send("GET", "/api/v3/account").status_code == 200


def test_a_delayed_answer_belongs_to_an_order_already_executed(spot: Client) -> None:
    spot.fault("delay", on="any", count=None, delay_ms=80)
    began = time.monotonic()
    spot.ok("POST", ORDER, **MARKET_BUY)
    assert time.monotonic() - began >= 0.08


@pytest.mark.parametrize(("delay_ms", "executed"), [(4000, 1), (6000, 0)])
def test_a_late_order_executes_only_before_its_own_deadline(spot: Client, delay_ms: int, executed: int) -> None:
    spot.simulator.control("POST", "/_control/clock", {"now_ms": int(time.time() * 1000)})
    spot.fault("late_execute", delay_ms=delay_ms)
    with pytest.raises(requests.Timeout):
        send_and_give_up(spot)
    assert accepted(spot) == 0
    spot.simulator.control("POST", "/_control/clock", {"advance_ms": delay_ms})
    assert accepted(spot) == executed


def send_and_give_up(spot: Client) -> None:
    session = spot.simulator.session
    whole = session.request

    def impatient(method: str, url: str, **wanted: object) -> requests.Response:
        return whole(method, url, **{**wanted, "timeout": 0.1})  # type: ignore[arg-type]

    session.request = impatient  # type: ignore[method-assign,assignment]
    try:
        spot.send("POST", ORDER, **MARKET_BUY)
    finally:
        session.request = whole  # type: ignore[method-assign]
