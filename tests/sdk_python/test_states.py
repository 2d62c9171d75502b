"""When a signal or an order counts as settled, and when as over."""

from __future__ import annotations

from typing import Any

import pytest
from mysignals_sdk import UnexpectedAnswer
from mysignals_sdk.calls import account, order_state, signal_state
from mysignals_sdk.cli.showing import exact_json, plain
from mysignals_sdk.transport import read
from mysignals_sdk.wire import Call, Reply, parsed

ACCOUNT = {
    "exchange_account_id": 1, "exchange": "binance", "environment": "paper", "quantity": 0.1, "filled_quantity": 0.1,
    "average_price": 50000, "stop_loss": 49000, "take_profit": 51000, "message": "", "client_order_id": "x",
    "updated_at": "2026-01-31T12:00:00.123Z",
}  # fmt: skip
TIME = "2026-01-31T12:00:00.000Z"


def signal(status: str, states: list[str], followers: Any = None, action: str = "open_long") -> Any:
    body = {
        "success": True, "signal_id": "sig_1_1", "symbol": "BTCUSDT", "market": "futures", "action": action,
        "status": status, "accounts": [ACCOUNT | {"state": one} for one in states], "followers": followers,
        "timestamp": TIME,
    }  # fmt: skip
    return read(signal_state("sig_1_1"), Reply(200, {}, exact_json(body).encode()))


@pytest.mark.parametrize(
    ("status", "states", "followers", "is_settled", "is_over"),
    [
        ("queued", ["queued"], None, False, False),
        ("sending", ["filled", "unknown"], None, False, False),
        ("open", ["accepted"], None, True, False),
        ("filled", ["filled"], None, True, False),
        ("mixed", ["filled", "rejected"], None, True, False),
        ("mixed", ["closed", "rejected"], None, True, True),
        ("closed", ["closed", "cancelled"], None, True, True),
        ("failed", ["skipped"], None, True, True),
        ("closed", ["closed"], {"total": 2, "queued": 1, "closed": 1}, False, False),
        ("closed", ["closed"], {"total": 2, "filled": 1, "closed": 1}, True, False),
        ("closed", ["closed"], {"total": 2, "skipped": 1, "closed": 1}, True, True),
        ("closed", [], {"total": 0}, True, True),
    ],
)
def test_of_an_opening(status: str, states: list[str], followers: Any, is_settled: bool, is_over: bool) -> None:
    found = signal(status, states, followers)
    assert (found.is_settled, found.is_over) == (is_settled, is_over)


def test_a_closing_is_over_when_it_is_settled_whatever_is_left_open() -> None:
    assert not signal("sending", ["filled"], action="close_long").is_over
    assert signal("closed", ["filled"], {"total": 1, "filled": 1}, action="close_long").is_over


@pytest.mark.parametrize(
    ("reduce_only", "status", "is_over"),
    [(True, "sending", False), (True, "mixed", True), (True, "closed", True), (False, "mixed", False)],
)
def test_an_order_that_closes_is_over_when_it_is_settled(reduce_only: bool, status: str, is_over: bool) -> None:
    accounts = [ACCOUNT | {"state": state} for state in ("filled", "closed")]
    body = {
        "order_id": "ord_1_1", "side": "sell", "symbol": "BTCUSDT", "market": "futures", "status": status,
        "reduce_only": reduce_only, "accounts": accounts, "timestamp": TIME,
    }  # fmt: skip
    found = read(order_state("ord_1_1"), Reply(200, {}, exact_json(body).encode()))
    assert (found.reduce_only, found.is_over) == (reduce_only, is_over)


def test_digits_and_times_arrive_as_they_were_sent() -> None:
    one = signal("filled", ["filled"]).accounts[0]
    assert (str(one.filled_quantity), str(one.average_price)) == ("0.1", "50000")
    assert one.updated_at.isoformat() == "2026-01-31T12:00:00.123000+00:00"


def test_digits_are_written_again_as_they_came() -> None:
    body = b'{"a": 0.1000000000000000055, "b": [1, "x\\u00e4", null, true], "c": 1E-9}'
    shown = '{"a": 0.1000000000000000055, "b": [1, "x\\u00e4", null, true], "c": 0.000000001}'
    assert exact_json(parsed(body)) == shown
    assert plain(parsed(b"100.00")) == "100"


def test_text_of_the_server_cannot_steer_a_terminal() -> None:
    assert plain("a\x1b[2Jb\n") == "a [2Jb "


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b"<html>", "not JSON"), (b"[]", "no JSON object"), (b"{}", "user_id is not a whole number"),
        (b'{"user_id": true}', "user_id is not a whole number"), (b"NaN", "not JSON"),
        (b'{"user_id": 1, "username": "a", "balance": "1"}', "balance is not a number"),
    ],
)  # fmt: skip
def test_an_answer_that_cannot_be_read_names_the_field(body: bytes, fault: str) -> None:
    call: Call[Any] = account(None)
    with pytest.raises(UnexpectedAnswer, match=fault):
        read(call, Reply(200, {}, body))


def test_a_field_deep_inside_is_named_by_its_place() -> None:
    body = {"order_id": "o", "side": "buy", "symbol": "B", "status": "open", "accounts": [{}], "timestamp": TIME}
    with pytest.raises(UnexpectedAnswer, match=r"accounts\[0\].exchange is not text"):
        read(order_state("ord_1_1"), Reply(200, {}, exact_json(body).encode()))
