"""The life of a delivery: one table of (state, event) -> state; an impossible move raises."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    PARTIALLY_FILLED = "partially_filled"
    FILLED = "filled"
    REJECTED = "rejected"
    SKIPPED = "skipped"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    CLOSED = "closed"


LIVE = (State.ACCEPTED, State.PARTIALLY_FILLED, State.FILLED)
"""It has, or may still get, something open at its exchange."""


class Event(StrEnum):
    CLAIM = "claim"
    RELEASE = "release"
    """Certainly nothing was sent, or what was sent certainly never arrived: back to the queue."""
    SKIP = "skip"
    EXPIRE = "expire"
    ACCEPT = "accept"
    REJECT = "reject"
    LOSE = "lose"
    """Nobody knows whether the entry arrived."""
    FILL_PART = "fill_part"
    FILL = "fill"
    CANCEL = "cancel"
    CLOSE = "close"


class ImpossibleMove(Exception):
    """A bug of ours: the event cannot happen in the state."""


S, E = State, Event
_FOUND = {E.ACCEPT: S.ACCEPTED, E.FILL_PART: S.PARTIALLY_FILLED, E.FILL: S.FILLED}
"""What the exchange has, whenever it is told."""
TABLE: dict[State, dict[Event, State]] = {
    S.QUEUED: {E.CLAIM: S.SENDING, E.EXPIRE: S.EXPIRED, E.SKIP: S.SKIPPED, E.CANCEL: S.CANCELLED},
    S.SENDING: {
        **_FOUND,
        E.RELEASE: S.QUEUED, E.SKIP: S.SKIPPED, E.EXPIRE: S.EXPIRED, E.REJECT: S.REJECTED, E.LOSE: S.UNKNOWN,
    },
    S.UNKNOWN: {
        **_FOUND,
        E.RELEASE: S.QUEUED, E.EXPIRE: S.EXPIRED, E.REJECT: S.REJECTED, E.LOSE: S.UNKNOWN, E.CANCEL: S.CANCELLED,
        E.CLOSE: S.CLOSED,
    },
    S.ACCEPTED: {
        **_FOUND, E.REJECT: S.REJECTED, E.EXPIRE: S.EXPIRED, E.CANCEL: S.CANCELLED, E.CLOSE: S.CLOSED,
    },
    S.PARTIALLY_FILLED: {
        # An acknowledgement that comes late takes nothing back.
        **_FOUND, E.ACCEPT: S.PARTIALLY_FILLED, E.CANCEL: S.CANCELLED, E.CLOSE: S.CLOSED,
    },
    S.FILLED: {E.ACCEPT: S.FILLED, E.FILL_PART: S.FILLED, E.FILL: S.FILLED, E.CLOSE: S.CLOSED},
    S.REJECTED: {},
    S.SKIPPED: {},
    S.EXPIRED: {},
    # The entry is over; what it had bought before, and is told late, is open all the same.
    S.CANCELLED: {E.FILL_PART: S.FILLED, E.FILL: S.FILLED, E.CANCEL: S.CANCELLED, E.CLOSE: S.CLOSED},
    # Fills and ends that are told late, or again, by a stream or by a second look.
    S.CLOSED: {E.FILL_PART: S.CLOSED, E.FILL: S.CLOSED, E.CANCEL: S.CLOSED, E.CLOSE: S.CLOSED},
}  # fmt: skip


def move(state: State, event: Event) -> State:
    """The state after `event`; raises ImpossibleMove where the table has none."""
    try:
        return TABLE[state][event]
    except KeyError:
        raise ImpossibleMove(f"{event} cannot happen to a delivery that is {state}") from None
