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


class Event(StrEnum):
    CLAIM = "claim"
    RELEASE = "release"
    """Certainly nothing was sent: back to the queue."""
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
_WHILE_SENDING = {
    E.RELEASE: S.QUEUED, E.SKIP: S.SKIPPED, E.EXPIRE: S.EXPIRED, E.REJECT: S.REJECTED, E.LOSE: S.UNKNOWN,
    E.ACCEPT: S.ACCEPTED, E.FILL_PART: S.PARTIALLY_FILLED, E.FILL: S.FILLED,
}  # fmt: skip
TABLE: dict[State, dict[Event, State]] = {
    S.QUEUED: {E.CLAIM: S.SENDING, E.EXPIRE: S.EXPIRED, E.SKIP: S.SKIPPED, E.CANCEL: S.CANCELLED},
    S.SENDING: _WHILE_SENDING,
    S.UNKNOWN: {
        E.ACCEPT: S.ACCEPTED, E.FILL_PART: S.PARTIALLY_FILLED, E.FILL: S.FILLED,
        E.REJECT: S.REJECTED, E.EXPIRE: S.EXPIRED, E.RELEASE: S.QUEUED, E.CANCEL: S.CANCELLED,
    },
    S.ACCEPTED: {
        E.FILL_PART: S.PARTIALLY_FILLED, E.FILL: S.FILLED, E.CANCEL: S.CANCELLED, E.EXPIRE: S.EXPIRED,
        E.REJECT: S.REJECTED,
    },
    S.PARTIALLY_FILLED: {E.FILL_PART: S.PARTIALLY_FILLED, E.FILL: S.FILLED, E.CANCEL: S.CANCELLED, E.CLOSE: S.CLOSED},
    S.FILLED: {E.CLOSE: S.CLOSED},
    S.REJECTED: {},
    S.SKIPPED: {},
    S.EXPIRED: {},
    S.CANCELLED: {E.CLOSE: S.CLOSED},
    S.CLOSED: {},
}  # fmt: skip


def move(state: State, event: Event) -> State:
    """The state after `event`; raises ImpossibleMove where the table has none."""
    try:
        return TABLE[state][event]
    except KeyError:
        raise ImpossibleMove(f"{event} cannot happen to a delivery that is {state}") from None
