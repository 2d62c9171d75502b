"""Positions compared with copies, without an exchange: dust, sides, and what is not ours to touch."""

from __future__ import annotations

from decimal import Decimal

import pytest

from mysignals.domain.drift import Cause
from mysignals.domain.intents import Leg
from mysignals.domain.market import Market, PositionMode, Side
from mysignals.domain.outcomes import OpenOrder, OrderReport, OrderState, Position
from mysignals.exchanges.auditing import Resting, Told
from mysignals.services.drift.books import Copy, Line, Root
from mysignals.services.drift.judging import Findings, judge

STEP, ZERO = Decimal("0.001"), Decimal(0)


def copy(
    bought: str, side: Side = Side.BUY, sold: str = "0", state: str = "filled", exit_name: str = "7", **more: bool
) -> Copy:
    lines = (
        Line(Leg.ENTRY, "ms1x0a1b2c-e", "6", OrderState.FILLED, Decimal(bought), False),
        Line(Leg.STOP, "ms1x0a1b2c-s", exit_name, OrderState.CANCELLED, Decimal(sold), False),
    )
    names = more.get("names_exits", False)
    kept = more.get("is_taken_over", False)
    return Copy(1, 1, "ms1x0a1b2c", state, None, Market.FUTURES, "BTCUSDT", side, False, names, lines, kept)


def held(amount: str, side: str = "both") -> Position:
    return Position("BTCUSDT", side, Decimal(amount), ZERO, ZERO, ZERO, ZERO)


def compared(positions: list[Position], copies: list[Copy], mode: PositionMode | None = None) -> Findings:
    told = Told(positions={"BTCUSDT": tuple(positions)})
    return judge(Market.FUTURES, told, copies, {}, lambda _: mode, lambda _: STEP)


@pytest.mark.parametrize(("amount", "many"), [("0.05", 0), ("0.0509", 0), ("0.0491", 0), ("0.051", 1), ("0.049", 1)])
def test_less_than_a_step_is_no_drift(amount: str, many: int) -> None:
    assert len(compared([held(amount)], [copy("0.05")]).differences) == many


def test_what_exits_have_closed_counts_no_more() -> None:
    assert compared([held("0.02")], [copy("0.05", sold="0.03")]).differences == []


@pytest.mark.parametrize(
    ("amount", "many"), [("0.07", 0), ("0.06", 0), ("0.05", 0), ("0.072", 1), ("0.048", 1), ("-0.01", 1)]
)
def test_what_an_owner_has_taken_over_is_theirs_to_keep_or_to_close(amount: str, many: int) -> None:
    copies = [copy("0.05"), copy("0.02", state="closed", is_taken_over=True)]
    assert len(compared([held(amount)], copies).differences) == many


def test_a_short_that_was_taken_over_explains_less_and_not_more() -> None:
    copies = [copy("0.02", Side.SELL, state="closed", is_taken_over=True)]
    assert compared([held("-0.02")], copies).differences == []
    assert len(compared([held("0.02")], copies).differences) == 1


@pytest.mark.parametrize("side", list(Side))
def test_one_that_sold_more_than_it_bought_explains_nothing_that_is_missing(side: Side) -> None:
    """Its target was reached before its entry, and closed what another copy had."""
    copies = [copy("0.05", side), copy("0", side, sold="0.05", state="cancelled", is_taken_over=True)]
    assert len(compared([], copies).differences) == 1


def test_in_one_way_mode_both_sides_are_one_amount_and_in_hedge_mode_two() -> None:
    copies = [copy("0.05"), copy("0.02", Side.SELL)]
    assert compared([held("0.03")], copies).differences == []
    assert compared([held("0.05", "long"), held("-0.02", "short")], copies).differences == []
    closed = compared([held("0.05", "long")], copies).differences
    assert [(one.side, one.expected, one.actual) for one in closed] == [("short", Decimal("-0.02"), 0)]


def test_where_nothing_is_open_the_mode_is_the_one_our_books_have() -> None:
    for mode, side in ((PositionMode.HEDGE, "long"), (PositionMode.ONE_WAY, "both"), (None, "both")):
        assert [one.side for one in compared([], [copy("0.05")], mode).differences] == [side]


def stray(client_id: str, exchange_id: str, copies: list[Copy], roots: dict[str, Root], side: Side = Side.SELL) -> str:
    """What becomes of one conditional order: its cause, `left` for one that is none of ours."""
    order = OpenOrder(OrderReport(client_id, exchange_id, OrderState.NEW), "BTCUSDT", side, Decimal(1))
    told = Told(orders={"BTCUSDT": (Resting(order, True),)})
    found = judge(Market.FUTURES, told, copies, roots, lambda _: None, lambda _: STEP).strays
    return found[0].cause if found else "left"


OVER = Root("closed", Side.BUY, True)


@pytest.mark.parametrize(
    ("client_id", "roots", "cause"),
    [
        ("ms9x0a1b2c-s", {"ms9x0a1b2c": OVER}, Cause.ORPHAN_EXIT),
        ("ms9x0a1b2c-sr", {"ms9x0a1b2c": OVER}, Cause.ORPHAN_EXIT),
        ("ms9x0a1b2c-e", {"ms9x0a1b2c": OVER}, Cause.UNKNOWN_ENTRY),
        ("ms9x0a1b2c-s", {"ms9x0a1b2c": Root("closed", Side.BUY, False)}, "left"),
        ("ms9x0a1b2c-s", {"ms9x0a1b2c": Root("queued", Side.BUY, True)}, "left"),
        ("ms9x0a1b2c-s", {"ms9x0a1b2c": Root("unknown", Side.BUY, True)}, "left"),
        ("ms9x0a1b2c-s", {}, Cause.FOREIGN_ORDER),
        ("ms9x0a1b2-s", {}, "left"),
        ("byhand", {}, "left"),
    ],
)
def test_an_order_is_known_by_its_id_and_touched_only_when_its_copy_is_over(
    client_id: str, roots: dict[str, Root], cause: str
) -> None:
    assert stray(client_id, "7", [], roots) == cause


def test_an_order_without_our_id_is_ours_only_where_the_exchange_names_exits() -> None:
    """Elsewhere another order may have the same number in another list."""
    assert stray("", "7", [copy("0", state="closed", names_exits=True)], {}) == Cause.ORPHAN_EXIT
    assert stray("", "7", [copy("0", state="closed", names_exits=True)], {}, Side.BUY) == "left"
    assert stray("", "6", [copy("0", state="closed", names_exits=True)], {}) == "left"
    assert stray("", "7", [copy("0", state="closed")], {}) == "left"
    assert stray("", "7", [copy("0", names_exits=True)], {}) == "left"
