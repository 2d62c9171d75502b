"""Faults, ledger and counts of Magnr: 500 and 504 leave open whether a trade exists (EXCHANGES 7)."""

import time
from typing import Any

import pytest
import requests

from tests.simulator.magnr.client import BUY, TRADES, Magnr, refusal

ASKED = '{"side":"buy","size":0.2,"exchange":"LOCAL","pair":"BTCUSD"}'
FAILED = "The system encountered an error, or the exchange failed to accept the trade"


@pytest.mark.parametrize(
    ("kind", "wanted", "status", "message", "executed"),
    [
        ("error_after_execute", {}, 500, FAILED, 1),
        ("error_after_execute", {"status": 504}, 504, "There was a problem with the exchange", 1),
        ("error_before_execute", {}, 500, FAILED, 0),
        ("error_before_execute", {"status": 504}, 504, "There was a problem with the exchange", 0),
        ("rate_limit", {}, 429, "Too many requests", 0),
        ("ban", {}, 403, "Forbidden", 0),
        ("maintenance", {}, 503, "Service unavailable", 0),
        ("reject", {"status": 409, "body": {"errors": ["no"]}}, 409, "no", 0),
    ],
)
def test_an_error_is_worded_as_the_venue_words_it(
    magnr: Magnr, kind: str, wanted: dict[str, Any], status: int, message: str, executed: int
) -> None:
    magnr.fault(kind, **wanted)
    answer = magnr.send("POST", asked=BUY)
    assert refusal(answer) == (status, message)
    assert ("Retry-After" in answer.headers) == (kind == "rate_limit")
    assert len(magnr.trades()) == executed


def test_a_failed_liquidation_may_have_closed_the_trade(magnr: Magnr) -> None:
    placed = magnr.place()
    magnr.fault("error_after_execute", on="cancel", status=504)
    assert magnr.liquidate(placed).status_code == 504
    assert magnr.trade(placed)["status"] == "settled"


@pytest.mark.parametrize(("kind", "executed"), [("refuse", 0), ("lost_answer", 1)])
def test_a_reset_connection_tells_nothing_about_the_trade(magnr: Magnr, kind: str, executed: int) -> None:
    magnr.fault(kind)
    with pytest.raises(requests.ConnectionError):
        magnr.send("POST", asked=BUY)
    assert len(magnr.trades()) == executed


def test_a_fault_for_one_key_spares_the_others(magnr: Magnr) -> None:
    other = Magnr(magnr.simulator, magnr.simulator.open_account("magnr", balances={"BTC": "1"}))
    magnr.fault("maintenance", count=9, api_key=magnr.account["api_key"])
    assert other.place()
    assert magnr.refused() == (503, "Service unavailable")


@pytest.mark.parametrize(("delay_ms", "executed"), [(300_000, 1), (300_001, 0)])
def test_a_late_trade_opens_only_within_the_window_of_its_tonce(magnr: Magnr, delay_ms: int, executed: int) -> None:
    now_ms = int(time.time() * 1000)
    magnr.simulator.control("POST", "/_control/clock", {"now_ms": now_ms})
    send_late(magnr, now_ms, delay_ms)
    magnr.simulator.control("POST", "/_control/clock", {"advance_ms": delay_ms - 1})
    assert magnr.accepted() == []
    magnr.simulator.control("POST", "/_control/clock", {"advance_ms": 1})
    assert len(magnr.accepted()) == executed


def test_a_look_at_the_trades_does_not_stop_a_late_one(magnr: Magnr) -> None:
    """Its tonce was used up when it arrived: a later, higher one proves nothing about it."""
    now_ms = int(time.time() * 1000)
    magnr.simulator.control("POST", "/_control/clock", {"now_ms": now_ms})
    send_late(magnr, now_ms, delay_ms=5000)
    assert magnr.send("GET", tonce=now_ms).status_code == 401
    assert magnr.send("GET", tonce=now_ms + 1).json() == {"trades": []}
    magnr.simulator.control("POST", "/_control/clock", {"advance_ms": 5000})
    (trade,) = magnr.send("GET", tonce=now_ms + 2).json()["trades"]
    assert trade["created_at"] == (now_ms + 5000) // 1000


def test_a_late_request_that_was_not_genuine_never_executes(magnr: Magnr) -> None:
    now_ms = int(time.time() * 1000)
    magnr.simulator.control("POST", "/_control/clock", {"now_ms": now_ms})
    magnr.send("GET", tonce=now_ms)
    send_late(magnr, now_ms, delay_ms=1000)
    magnr.simulator.control("POST", "/_control/clock", {"advance_ms": 1000})
    assert magnr.accepted() == []


def test_a_late_trade_does_not_enter_books_that_were_emptied(magnr: Magnr) -> None:
    send_late(magnr, int(time.time() * 1000), delay_ms=300)
    magnr.simulator.reset()
    deadline = time.monotonic() + 5
    while not (ended := magnr.simulator.control("GET", "/_control/requests?venue=magnr")["requests"]):
        assert time.monotonic() < deadline
    assert [row["reason"] for row in ended] == ["late_execute Invalid API key"]
    assert magnr.accepted() == []


def send_late(magnr: Magnr, tonce: int, delay_ms: int) -> None:
    magnr.fault("late_execute", delay_ms=delay_ms)
    url, headers = f"{magnr.simulator.url}/magnr{TRADES}", magnr.headers(tonce, ASKED)
    with requests.Session() as session:
        session.trust_env = False
        with pytest.raises(requests.Timeout):
            session.post(url, data=ASKED, headers=headers, timeout=0.2)


def test_the_ledger_tells_of_a_trade_what_was_asked_for(magnr: Magnr) -> None:
    placed = magnr.place(exchange="ItBit", pair="XBTUSD", stop_margin=5.5, leverage=2)
    (row,) = magnr.accepted()
    assert row["accepted_ms"] >= row["received_ms"] > 0
    assert {name: value for name, value in row.items() if not name.endswith("_ms")} == {
        "venue": "magnr", "api_key": magnr.account["api_key"], "client_id": "", "order_id": str(placed),
        "symbol": "XBTUSD", "side": "buy", "type": "market", "quantity": "0.2", "price": "0", "reduce_only": False,
        "state": "open", "filled": "0.2", "exchange": "ItBit", "leverage": 2, "stop_margin": "5.5", "take": "0",
        "closed_reason": "",
    }  # fmt: skip


def test_requests_for_single_trades_are_counted_together(magnr: Magnr) -> None:
    for placed in (magnr.place(), magnr.place()):
        magnr.trade(placed)
    report = magnr.simulator.control("GET", "/_control/requests?venue=magnr")["requests"]
    counted = [(row["path"], row["status"], row["count"]) for row in report]
    assert counted == [("/magnr/api/v1/trades/", 201, 2), ("/magnr/api/v1/trades/{id}/", 200, 2)]
