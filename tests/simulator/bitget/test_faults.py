"""Faults at Bitget: what the client sees, and whether the order exists afterwards (EXCHANGES 5.7, 5.8)."""

import time

import pytest
import requests

from tests.simulator.bitget.client import OPEN, PLACE, SPOT, SPOT_BUY, Client


def accepted(bitget: Client) -> int:
    return len(bitget.simulator.ledger("bitget"))


@pytest.mark.parametrize(("kind", "executed"), [("refuse", 0), ("lost_answer", 1)])
def test_a_reset_connection_tells_nothing_about_the_order(bitget: Client, kind: str, executed: int) -> None:
    bitget.fault(kind)
    with pytest.raises(requests.ConnectionError):
        bitget.send("POST", PLACE, **OPEN)
    assert accepted(bitget) == executed


@pytest.mark.parametrize(
    ("kind", "status", "code", "executed"),
    [
        ("error_after_execute", 400, "40010", 1), ("error_before_execute", 500, "40015", 0),
        ("rate_limit", 429, "429", 0), ("maintenance", 400, "40200", 0), ("reject", 400, "40762", 0),
    ],
)  # fmt: skip
@pytest.mark.parametrize(("path", "order"), [(PLACE, OPEN), (SPOT, SPOT_BUY)])
def test_an_error_is_worded_as_the_venue_words_it(
    bitget: Client, kind: str, status: int, code: str, executed: int, path: str, order: dict[str, str]
) -> None:
    bitget.fault(kind)
    answer = bitget.send("POST", path, **order)
    assert (answer.status_code, answer.json()["code"], answer.json()["data"]) == (status, code, None)
    assert (answer.headers.get("x-mbx-used-remain-limit") == "0") == (kind == "rate_limit")
    assert accepted(bitget) == executed


def test_a_ban_is_a_page_of_the_firewall(bitget: Client) -> None:
    bitget.fault("ban")
    answer = bitget.send("POST", PLACE, **OPEN)
    assert (answer.status_code, answer.headers["Content-Type"]) == (403, "text/html")


def test_v1_can_be_retired(bitget: Client) -> None:
    gone = {"code": "30032", "msg": "The V1 API has been decommissioned. Please migrate to a newer version."}
    bitget.fault("reject", on="query", body={**gone, "requestTime": 1, "data": None})
    assert bitget.refused("GET", "/api/spot/v1/account/assets") == "30032"


@pytest.mark.parametrize("body", ["40786", 40786])
def test_a_bare_code_is_put_into_the_envelope(bitget: Client, body: object) -> None:
    bitget.fault("reject", body=body)
    assert bitget.refused("POST", PLACE, **OPEN) == "40786"


@pytest.mark.parametrize(
    ("on", "method", "path"),
    [
        ("order", "POST", "/api/v2/mix/order/place-tpsl-order"), ("order", "POST", "/api/v2/mix/order/close-positions"),
        ("order", "POST", "/api/spot/v1/trade/orders"), ("order", "POST", "/api/v2/spot/trade/place-plan-order"),
        ("cancel", "POST", "/api/v2/mix/order/cancel-plan-order"), ("cancel", "POST", "/api/mix/v1/plan/cancelPlan"),
        ("cancel", "POST", "/api/v2/spot/trade/cancel-symbol-order"), ("query", "GET", "/api/v2/mix/order/detail"),
        ("query", "POST", "/api/spot/v1/trade/orderInfo"), ("query", "GET", "/api/v2/mix/position/all-position"),
        ("any", "GET", "/api/v2/public/time"), ("any", "POST", "/api/v2/mix/account/set-leverage"),
    ],
)  # fmt: skip
def test_a_fault_strikes_what_it_is_aimed_at(bitget: Client, on: str, method: str, path: str) -> None:
    bitget.fault("maintenance", on=on)
    assert bitget.send(method, path).json()["code"] == "40200"


def test_a_fault_for_one_key_spares_the_others(bitget: Client, hedged: Client) -> None:
    bitget.fault("maintenance", api_key=bitget.account["api_key"])
    hedged.post(PLACE, **OPEN, tradeSide="open")
    assert bitget.refused("POST", PLACE, **OPEN) == "40200"


@pytest.mark.parametrize(
    ("window", "delay_ms", "executed"), [({}, 29_000, 1), ({}, 31_000, 0), ({"receiveWindow": "2000"}, 3000, 0)]
)
def test_a_late_order_executes_only_before_its_own_deadline(
    bitget: Client, window: dict[str, str], delay_ms: int, executed: int
) -> None:
    now_ms = int(time.time() * 1000)
    bitget.simulator.control("POST", "/_control/clock", {"now_ms": now_ms})
    bitget.fault("late_execute", delay_ms=delay_ms)
    with pytest.raises(requests.Timeout):
        send_and_give_up(bitget, requestTime=str(now_ms), **window)
    assert accepted(bitget) == 0
    bitget.simulator.control("POST", "/_control/clock", {"advance_ms": delay_ms})
    assert accepted(bitget) == executed


def send_and_give_up(bitget: Client, **window: str) -> None:
    session = bitget.simulator.session
    whole = session.request

    def impatient(method: str, url: str, **wanted: object) -> requests.Response:
        return whole(method, url, **{**wanted, "timeout": 0.1})  # type: ignore[arg-type]

    session.request = impatient  # type: ignore[method-assign,assignment]
    try:
        bitget.send("POST", PLACE, **OPEN, **window)
    finally:
        session.request = whole  # type: ignore[method-assign]
