"""The demo's judge sees what is wrong: each way in which the books may differ is called by its name."""

from __future__ import annotations

from typing import Any, cast

import pytest

from tests.journeys.cast import HEDGED, TOO_SMALL, Role
from tests.journeys.company import Follower
from tests.journeys.exchange import Row
from tests.journeys.fates import Fate
from tests.journeys.people import Person
from tests.journeys.signals import Posted
from tests.journeys.table import table
from tests.journeys.verdict import Verdict, judge

SIGNAL = Posted(7, "futures", at=1_700_000_000.0, answered_ms=20)
LEGS = {"entry": "BUY", "stop": "SELL", "target1": "SELL"}


def judged(rows: list[Row], role: Role = HEDGED, **delivery: Any) -> Verdict:
    return judge([fate(role, **delivery)], [SIGNAL], rows)


def fate(role: Role = HEDGED, **delivery: Any) -> Fate:
    usual = {
        "signal_id": 7,
        "state": "filled",
        "reason": None,
        "symbol": role.symbol,
        "message": "Nothing was placed, for a reason.",
        "times": {"acknowledged": "2023-11-14T22:13:20.250Z"},
        "orders": [_order(leg) for leg in LEGS],
    }
    follower = Follower(role, cast(Person, None), 1, "key")
    return Fate(follower, [usual | delivery])


def _order(leg: str) -> dict[str, Any]:
    return {
        "leg": leg,
        "client_order_id": f"ms1-{leg}",
        "exchange_order_id": None,
        "quantity": 0.009,
        "state": "new",
    } | _prices(leg)


def _prices(leg: str) -> dict[str, Any]:
    return {"price": 50010 if leg == "entry" else None, "trigger_price": 49000, "average_price": None}


def books(**changes: Any) -> list[Row]:
    """What the ledger has when all is well; a leg given as None is missing, else its line is changed."""
    usual = {
        leg: {
            "api_key": "key",
            "client_id": f"ms1-{leg}",
            "side": side,
            "quantity": "0.009",
            "state": "NEW",
            "reduce_only": False,
        }
        for leg, side in LEGS.items()
    }
    return [row | changes.get(leg, {}) for leg, row in usual.items() if changes.get(leg, {}) is not None]


def test_a_delivery_as_it_must_be_has_no_fault() -> None:
    verdict = judged(books())
    assert verdict.faults == []
    assert str(verdict) == "delivered 1/1, refused 0 as expected, 0 duplicate, 0 lost, last ack 250 ms"


def test_a_second_entry_is_a_duplicate() -> None:
    verdict = judged([*books(), *books()[:1]])
    assert verdict.duplicate == 1
    assert "2 entries in the ledger" in verdict.faults[0]


def test_an_entry_that_is_not_in_the_books_is_lost() -> None:
    verdict = judged(books(entry=None))
    assert (verdict.lost, verdict.duplicate) == (1, 0)


def test_an_order_in_the_books_that_we_do_not_know_is_lost() -> None:
    assert judged([*books(), *books(entry={"client_id": "ms1-x", "side": "SELL"})[:1]]).lost == 1


def test_an_order_of_nobody_here_is_lost() -> None:
    assert judged([*books(), {"api_key": "stranger", "client_id": "who"}]).lost == 1


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        (books(stop={"state": "CANCELED"}), "its stops cover 0 of 0.009"),
        (books(target1={"quantity": "0.001"}), "its targets cover 0.001 of 0.009"),
        (books(entry={"quantity": "0.008"}), "the ledger's entry is over 0.008, ours over 0.009"),
    ],
)
def test_what_differs_is_told(rows: list[Row], fault: str) -> None:
    assert [line for line in judged(rows).faults if fault in line]


@pytest.mark.parametrize("state", ["unknown", "sending", "expired", "rejected"])
def test_who_should_be_served_and_is_not_is_a_fault(state: str) -> None:
    verdict = judged([], state=state, orders=[])
    assert verdict.delivered == 0
    assert f"futures_hedge: is {state}" in verdict.faults[0]


def test_a_refusal_for_another_reason_than_expected_is_a_fault() -> None:
    assert judged([], TOO_SMALL, state="skipped", reason="funds", orders=[]).faults
    assert not judged([], TOO_SMALL, state="skipped", reason="minimum", orders=[]).faults


def test_an_order_of_who_was_refused_is_a_fault() -> None:
    (fault, *_) = judged(books(), TOO_SMALL, state="skipped", reason="minimum", orders=[]).faults
    assert "is refused, and the ledger has 3 orders" in fault


def test_a_signal_of_the_other_market_is_a_fault() -> None:
    assert "copies BTCUSDT alone" in judged(books(), symbol="ETHUSDT").faults[0]


def made_there(**stop: Any) -> list[dict[str, Any]]:
    """Stop and target as orders that the exchange has made itself."""
    named = [_order("stop") | {"exchange_order_id": "s1"} | stop, _order("target1") | {"exchange_order_id": "t1"}]
    return [_order("entry"), *named]


def test_an_exit_that_the_exchange_made_itself_has_no_line_of_its_own() -> None:
    entry_alone = books(stop=None, target1=None)
    assert judged(entry_alone, orders=made_there()).faults == []
    assert judged(entry_alone, orders=made_there(state="cancelled")).faults == [
        "futures_hedge: its stops cover 0 of 0.009"
    ]
    assert judged(entry_alone, orders=made_there(exchange_order_id=None)).lost == 1


def test_a_trade_without_ids_of_ours_is_known_by_theirs() -> None:
    trade = books(stop=None, target1=None, entry={"client_id": "", "order_id": "12"})
    orders = [order | {"exchange_order_id": "12"} for order in (_order("entry"), _order("stop"), _order("target1"))]
    assert judged(trade, orders=orders).faults == []
    assert judged(trade, orders=[order | {"exchange_order_id": "13"} for order in orders]).lost > 0


def test_closing_a_long_is_no_second_entry_although_hedge_mode_calls_it_a_purchase() -> None:
    rows = books(stop={"side": "buy", "reduce_only": True}, target1={"side": "buy", "reduce_only": True})
    assert judged(rows).duplicate == 0


def test_the_table_gives_the_reason_under_who_was_refused() -> None:
    lines = list(table([fate(), fate(TOO_SMALL, state="skipped", orders=[])], [SIGNAL]))
    assert lines[2].split()[:4] == ["futures_hedge", "binance", "futures", "filled"]
    assert lines[-1].strip() == "Nothing was placed, for a reason."
