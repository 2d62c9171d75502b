"""When entries at a venue are paused, and when they go on."""

from __future__ import annotations

import pytest

from mysignals.domain.breaker import FIRST_WAIT_MS, LONGEST_WAIT_MS, Pause, Tally, decide

NOW_MS = 1_700_000_000_000
NOTHING = Tally(0, 0)
WAITING, DUE = Pause(15_000, NOW_MS + 1), Pause(15_000, NOW_MS)


@pytest.mark.parametrize(("failed", "placed"), [(3, 0), (3, 5), (400, 600)])
def test_a_pause_begins_when_more_than_a_third_fail(failed: int, placed: int) -> None:
    lately = Tally(failed, placed)
    assert decide(None, lately, lately, NOW_MS) == Pause(FIRST_WAIT_MS, NOW_MS + FIRST_WAIT_MS)


@pytest.mark.parametrize(("failed", "placed"), [(0, 0), (2, 0), (3, 6), (100, 900)])
def test_two_accounts_or_a_third_of_them_may_have_their_own_reasons(failed: int, placed: int) -> None:
    lately = Tally(failed, placed)
    assert decide(None, lately, lately, NOW_MS) is None


@pytest.mark.parametrize("pause", [WAITING, DUE], ids=["waiting", "due"])
def test_a_stop_that_is_placed_ends_it(pause: Pause) -> None:
    assert decide(pause, Tally(40, 1), Tally(0, 1), NOW_MS) is None


def test_a_few_that_are_placed_among_many_that_fail_do_not_end_it() -> None:
    assert decide(WAITING, Tally(40, 10), Tally(40, 10), NOW_MS) == WAITING


def test_each_failed_trial_doubles_the_wait_up_to_two_minutes() -> None:
    pause, waits = DUE, []
    for _ in range(5):
        after = decide(pause, Tally(1, 0), Tally(1, 0), pause.trial_ms)
        assert after is not None and after.trial_ms == pause.trial_ms + after.wait_ms
        pause = after
        waits.append(pause.wait_ms)
    assert waits == [30_000, 60_000, LONGEST_WAIT_MS, LONGEST_WAIT_MS, LONGEST_WAIT_MS]


def test_what_fails_before_a_trial_is_due_was_on_its_way_when_it_began() -> None:
    assert decide(WAITING, Tally(9, 0), Tally(9, 0), NOW_MS) == WAITING


def test_a_trial_that_tells_nothing_changes_nothing() -> None:
    assert decide(DUE, Tally(9, 0), NOTHING, NOW_MS) == DUE
