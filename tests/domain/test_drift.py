"""What a difference may mean, and what may be offered."""

from __future__ import annotations

from decimal import Decimal

import pytest

from mysignals.domain.drift import Cause, Repair, position_cause, position_repair


@pytest.mark.parametrize(
    ("expected", "actual", "cause", "repair"),
    [
        ("1", "0", Cause.CLOSED_BY_HAND, Repair.ADOPT),
        ("-1", "0", Cause.CLOSED_BY_HAND, Repair.ADOPT),
        ("1", "0.4", Cause.CLOSED_BY_HAND, Repair.NONE),
        ("1", "1.5", Cause.OPENED_BY_HAND, Repair.CLOSE),
        ("-1", "-1.5", Cause.OPENED_BY_HAND, Repair.CLOSE),
        ("1", "-0.5", Cause.OPENED_BY_HAND, Repair.NONE),
        ("-1", "3", Cause.OPENED_BY_HAND, Repair.NONE),
        ("0", "-2", Cause.OPENED_BY_HAND, Repair.CLOSE),
    ],
)
def test_a_repair_is_offered_only_where_it_cannot_open_anything(
    expected: str, actual: str, cause: Cause, repair: Repair
) -> None:
    amounts = Decimal(expected), Decimal(actual)
    assert (position_cause(*amounts, has_leftovers=False), position_repair(*amounts)) == (cause, repair)


def test_what_a_copy_that_is_over_may_have_left_is_unexplained() -> None:
    assert position_cause(Decimal(0), Decimal(1), has_leftovers=True) is Cause.UNEXPLAINED
