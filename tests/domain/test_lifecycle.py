"""The life of a delivery is one table."""

from __future__ import annotations

import pytest

from mysignals.domain.lifecycle import TABLE, Event, ImpossibleMove, State, move


def test_every_state_has_a_row() -> None:
    assert set(TABLE) == set(State)


@pytest.mark.parametrize("state", [s for s in State if s is not State.QUEUED])
def test_only_a_queued_delivery_can_be_claimed(state: State) -> None:
    with pytest.raises(ImpossibleMove):
        move(state, Event.CLAIM)


@pytest.mark.parametrize("state", [State.REJECTED, State.SKIPPED, State.EXPIRED, State.CLOSED])
def test_an_end_state_has_no_way_out(state: State) -> None:
    assert TABLE[state] == {}


def test_a_lost_answer_leads_to_unknown_and_not_back_to_the_queue() -> None:
    assert move(State.SENDING, Event.LOSE) is State.UNKNOWN


def test_nothing_that_was_accepted_is_ever_queued_again() -> None:
    after = {State.ACCEPTED, State.PARTIALLY_FILLED, State.FILLED, State.CANCELLED, State.CLOSED}
    assert all(target is not State.QUEUED for state in after for target in TABLE[state].values())
