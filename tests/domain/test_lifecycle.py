"""The life of a delivery is one table."""

from __future__ import annotations

from pathlib import Path

import pytest

from mysignals.domain.lifecycle import TABLE, Event, ImpossibleMove, State, move
from mysignals.domain.lifecycle_page import EVENTS, STATES, page

PAGE = Path(__file__).parents[2] / "docs" / "lifecycle.md"
FOUND = (Event.ACCEPT, Event.FILL_PART, Event.FILL)
LIVE = (State.ACCEPTED, State.PARTIALLY_FILLED, State.FILLED)


def test_every_state_has_a_row() -> None:
    assert set(TABLE) == set(State)


@pytest.mark.parametrize("state", [s for s in State if s is not State.QUEUED])
def test_only_a_queued_delivery_can_be_claimed(state: State) -> None:
    with pytest.raises(ImpossibleMove):
        move(state, Event.CLAIM)


@pytest.mark.parametrize("state", [State.REJECTED, State.SKIPPED, State.EXPIRED, State.CLOSED])
def test_an_end_state_has_no_way_out(state: State) -> None:
    assert set(TABLE[state].values()) <= {state}


@pytest.mark.parametrize("event", [*FOUND, Event.CANCEL, Event.CLOSE])
def test_what_is_told_again_changes_nothing(event: Event) -> None:
    """A stream tells what a look has told before, and the other way round."""
    for state in (State.UNKNOWN, *LIVE):
        if event in TABLE[state]:
            once = move(state, event)
            assert event not in TABLE[once] or move(once, event) is once
            assert event in TABLE[once]


@pytest.mark.parametrize("state", LIVE)
@pytest.mark.parametrize("event", FOUND)
def test_what_is_told_late_takes_no_fill_back(state: State, event: Event) -> None:
    assert LIVE.index(move(state, event)) >= LIVE.index(state)


def test_what_a_cancelled_entry_had_bought_is_open_all_the_same() -> None:
    assert move(State.CANCELLED, Event.FILL) is move(State.CANCELLED, Event.FILL_PART) is State.FILLED


def test_one_in_doubt_stays_in_doubt_however_often_it_is_lost() -> None:
    assert move(State.UNKNOWN, Event.LOSE) is State.UNKNOWN


@pytest.mark.parametrize("event", [Event.CLAIM, Event.SKIP])
def test_one_in_doubt_is_not_sent_and_not_skipped_before_it_is_certain(event: Event) -> None:
    with pytest.raises(ImpossibleMove):
        move(State.UNKNOWN, event)


def test_every_state_is_reached_and_every_event_happens() -> None:
    assert {target for moves in TABLE.values() for target in moves.values()} == set(State)
    assert {event for moves in TABLE.values() for event in moves} == set(Event)


def test_the_page_is_what_the_table_says_today_and_says_all_of_it() -> None:
    assert PAGE.read_text() == page(), "run `make pages`"
    assert (set(STATES), set(EVENTS)) == (set(State), set(Event))
    assert all(sentence.endswith(".") for sentence in (*STATES.values(), *EVENTS.values()))


def test_a_lost_answer_leads_to_unknown_and_not_back_to_the_queue() -> None:
    assert move(State.SENDING, Event.LOSE) is State.UNKNOWN


def test_nothing_that_was_accepted_is_ever_queued_again() -> None:
    after = {State.ACCEPTED, State.PARTIALLY_FILLED, State.FILLED, State.CANCELLED, State.CLOSED}
    assert all(target is not State.QUEUED for state in after for target in TABLE[state].values())
