"""What a look at one in doubt means: found, given up, or looked at again."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from mysignals.domain.doubt import SELDOM_MS, TOLD_FOR_MS, Doubt, LookAgain, Told, decide, event_of, margin_ms
from mysignals.domain.lifecycle import TABLE, Event, State
from mysignals.domain.outcomes import OrderReport, OrderState

FENCE, MARGIN = 1_700_000_000_000, 3000
DEAD = FENCE + MARGIN
LATE = Doubt(DEAD + 1, FENCE, MARGIN, looks=3, is_fresh=True, may_resend=True)
SELDOM = LookAgain(LATE.asked_ms + SELDOM_MS, is_stuck=True)


def report(state: OrderState, filled: str = "0") -> OrderReport:
    return OrderReport("ms1-e", "7", state, Decimal(filled))


def test_what_was_not_found_after_its_request_died_is_sent_again_while_it_is_fresh() -> None:
    assert decide(Told.ABSENT, None, LATE) is Event.RELEASE


@pytest.mark.parametrize("changed", [{"is_fresh": False}, {"may_resend": False}])
def test_and_expires_where_it_is_too_old_or_could_not_be_told_from_a_first_one(changed: dict[str, bool]) -> None:
    assert decide(Told.ABSENT, None, replace(LATE, **changed)) is Event.EXPIRE


@pytest.mark.parametrize("early", [0, 1, MARGIN, MARGIN + 10_000])
def test_before_fence_and_margin_are_over_absence_proves_nothing(early: int) -> None:
    decided = decide(Told.ABSENT, None, replace(LATE, asked_ms=DEAD - early))
    assert isinstance(decided, LookAgain) and decided.at_ms is not None


@pytest.mark.parametrize("told", [Told.SILENT, Told.REFUSED, Told.SEVERAL])
def test_nothing_but_absence_gives_one_up(told: Told) -> None:
    assert isinstance(decide(told, None, LATE), LookAgain)


def test_without_a_fence_nothing_is_ever_given_up() -> None:
    assert decide(Told.ABSENT, None, replace(LATE, fence_ms=None)) == SELDOM


def test_one_whose_id_was_used_before_has_arrived_and_is_not_given_up() -> None:
    assert decide(Told.ABSENT, None, replace(LATE, may_expire=False)) == SELDOM


def test_an_exchange_that_may_have_forgotten_proves_nothing() -> None:
    forgotten = replace(LATE, asked_ms=DEAD + TOLD_FOR_MS + 1)
    assert decide(Told.ABSENT, None, forgotten) == LookAgain(forgotten.asked_ms + SELDOM_MS, is_stuck=True)


@pytest.mark.parametrize(("looks", "wait"), [(0, 2000), (1, 4000), (2, 8000), (3, 10_000), (9, 10_000)])
def test_looks_are_two_four_eight_and_then_ten_seconds_apart(looks: int, wait: int) -> None:
    long_before = replace(LATE, asked_ms=FENCE - 60_000, looks=looks)
    assert decide(Told.ABSENT, None, long_before) == LookAgain(FENCE - 60_000 + wait)
    silent = replace(LATE, looks=looks)
    assert decide(Told.SILENT, None, silent) == LookAgain(silent.asked_ms + wait)


@pytest.mark.parametrize(("looks", "wait"), [(0, 2000), (1, 6000), (2, 14_000), (3, 20_000), (9, 20_000)])
def test_where_little_may_be_asked_what_was_not_there_is_asked_for_less_often(looks: int, wait: int) -> None:
    absent = replace(LATE, asked_ms=FENCE - 60_000, looks=looks, is_scarce=True)
    assert decide(Told.ABSENT, None, absent) == LookAgain(absent.asked_ms + wait)
    assert decide(Told.SILENT, None, absent) == decide(Told.SILENT, None, replace(absent, is_scarce=False))


def test_the_look_that_may_settle_it_does_not_wait_for_its_turn() -> None:
    assert decide(Told.ABSENT, None, replace(LATE, asked_ms=DEAD - 1500)) == LookAgain(DEAD + 1)


def test_what_only_a_person_can_tell_apart_is_not_looked_at_again() -> None:
    assert decide(Told.SEVERAL, None, LATE) == LookAgain(None, is_stuck=True)


@pytest.mark.parametrize(
    ("state", "filled", "event"),
    [
        (OrderState.NEW, "0", Event.ACCEPT),
        (OrderState.UNKNOWN, "0", Event.ACCEPT),
        (OrderState.PARTIALLY_FILLED, "1", Event.FILL_PART),
        (OrderState.FILLED, "2", Event.FILL),
        (OrderState.CANCELLED, "1", Event.FILL),
        (OrderState.EXPIRED, "1", Event.FILL),
        (OrderState.CANCELLED, "0", Event.CANCEL),
        (OrderState.EXPIRED, "0", Event.CANCEL),
        (OrderState.REJECTED, "0", Event.REJECT),
    ],
)
def test_what_is_found_counts_whenever_it_is_found(state: OrderState, filled: str, event: Event) -> None:
    found = report(state, filled)
    assert event_of(found) is event in TABLE[State.UNKNOWN]
    for asked_ms in (0, DEAD + TOLD_FOR_MS * 2):
        assert decide(Told.THERE, found, replace(LATE, asked_ms=asked_ms)) is event


def test_the_margin_is_for_clocks_on_either_side_and_for_books_that_are_late() -> None:
    assert margin_ms(-700, 1000) == margin_ms(700, 1000) == 3700
