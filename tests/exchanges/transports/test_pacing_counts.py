"""A budget's count: never above its capacity in any window, in the pure form and in Redis alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mysignals.exchanges.limits import Budget, Scope
from mysignals.exchanges.sliding import Sliding, Wish

BUDGETS = [
    Budget("second", Scope.ACCOUNT, 10, 1000),
    Budget("ten-seconds", Scope.ACCOUNT, 300, 10_000),
    Budget("minute", Scope.ADDRESS, 2400, 60_000),
]


def most_in_any_window(arrivals: list[tuple[int, int]], window_ms: int) -> int:
    """Of (time, how many); windows of any alignment, each begun by an arrival."""
    return max(
        (sum(many for at, many in arrivals if start <= at < start + window_ms) for start, _ in arrivals), default=0
    )


@pytest.mark.parametrize("budget", BUDGETS, ids=lambda budget: budget.name)
@given(data=st.data())
def test_no_window_whatever_its_alignment_sees_more_than_the_capacity(budget: Budget, data: st.DataObject) -> None:
    """Each grant reaches the exchange at any moment of its life and of its way."""
    sliding, now, arrivals = Sliding(budget), 1_700_000_000_000, list[tuple[int, int]]()
    late = budget.life_ms + budget.queue_ms + budget.travel_ms
    for _ in range(data.draw(st.integers(1, 40))):
        now += data.draw(st.integers(0, budget.window_ms // 3))
        wanted = data.draw(st.integers(1, budget.capacity))
        tokens = sliding.give([Wish(wanted, budget.capacity)], now).tokens
        arrivals.append((now + data.draw(st.integers(0, late - 1)), tokens))
    assert most_in_any_window(arrivals, budget.window_ms) <= budget.capacity


def test_a_budget_that_nobody_uses_is_whole_again_after_its_window_and_little_more() -> None:
    budget = BUDGETS[2]
    sliding = Sliding(budget)
    assert sliding.give([Wish(2400, 2400)], 0).tokens == 2400
    refused = sliding.give([Wish(1, 2400)], 60_000)
    assert refused.tokens == 0
    assert sliding.give([Wish(2400, 2400)], 60_000 + refused.wait_ms).tokens == 2400
    assert 60_000 + refused.wait_ms <= 69_000


def test_what_is_given_back_can_be_given_again() -> None:
    sliding = Sliding(BUDGETS[0])
    given = sliding.give([Wish(10, 10)], 0)
    sliding.back(4, given.slice_number)
    assert sliding.give([Wish(10, 10)], 10).tokens == 4


def test_the_less_urgent_stop_earlier() -> None:
    sliding = Sliding(BUDGETS[0])
    assert sliding.give([Wish(0, 10), Wish(0, 8), Wish(10, 6)], 0).tokens == 6
    assert sliding.give([Wish(0, 10), Wish(10, 8), Wish(10, 6)], 0).tokens == 2
    assert sliding.give([Wish(10, 10), Wish(10, 8), Wish(10, 6)], 0).tokens == 2


def test_what_the_exchange_has_counted_and_we_have_not_is_added() -> None:
    sliding = Sliding(BUDGETS[0])
    sliding.give([Wish(3, 10)], 0)
    sliding.told(7, 10)
    sliding.told(2, 20)
    assert sliding.used(30) == 7


def test_nothing_is_given_during_a_pause() -> None:
    sliding = Sliding(BUDGETS[0])
    sliding.pause(5000, 0)
    refused = sliding.give([Wish(1, 10)], 1000)
    assert (refused.tokens, refused.wait_ms) == (0, 4000)
    assert sliding.give([Wish(1, 10)], 5000).tokens == 1
