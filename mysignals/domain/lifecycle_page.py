"""`python -m mysignals.domain.lifecycle_page`: docs/lifecycle.md, out of the table of the life of a delivery."""

from __future__ import annotations

from collections.abc import Iterator

from .lifecycle import TABLE, Event, State

INTRODUCTION = """\
# The life of a delivery

This page is written by `make pages` out of `mysignals/domain/lifecycle.py`; do not change it by hand. One delivery is
one signal for one account. Its state changes by these events and no others: an event that has no line for a state
cannot happen there, and raises instead of guessing. An event that leaves a state as it is may come late, or twice.
"""
STATES: dict[State, str] = {
    State.QUEUED: "Waits for a worker. Certainly nothing of it is at the exchange.",
    State.SENDING: "A worker has claimed it; its ids and its fence are stored, and a request may be on its way.",
    State.UNKNOWN: "Nobody knows whether the entry arrived. It is looked up, and never sent again on a guess.",
    State.ACCEPTED: "The exchange has the entry, and it rests.",
    State.PARTIALLY_FILLED: "A part of the entry is open; the rest rests on, but for seconds where it has no stop yet.",
    State.FILLED: "The entry is over, and what it bought is open with its stop and targets.",
    State.REJECTED: "The exchange refused the entry, or ended it before anything was bought.",
    State.SKIPPED: "A rule of the follower, or of the exchange, kept it from being sent.",
    State.EXPIRED: "It was too old when its turn came, or its request never arrived and is dead.",
    State.CANCELLED: "The entry is gone. What it had bought, if anything, is closed.",
    State.CLOSED: "What was bought is sold again, and nothing rests.",
}
EVENTS: dict[Event, str] = {
    Event.CLAIM: "A worker takes it out of the queue; of two workers one gets it.",
    Event.RELEASE: "Certainly nothing of it is at the exchange, now and later: it may be sent, with the same id.",
    Event.SKIP: "A rule says that it is not to be sent.",
    Event.EXPIRE: "It is too old to be sent, or never arrived; or the exchange ended an entry that waited too long.",
    Event.ACCEPT: "The exchange says that it has the entry.",
    Event.REJECT: "The exchange says that it did not happen.",
    Event.LOSE: "The answer was lost, or the worker stopped while it was sending.",
    Event.FILL_PART: "A part of the entry has filled.",
    Event.FILL: "The entry has filled, or is over with a part of it filled.",
    Event.CANCEL: "The entry ended and left nothing open.",
    Event.CLOSE: "Nothing of what was bought is open any more.",
}


def page() -> str:
    """The whole page, in Markdown with one Mermaid diagram."""
    return "\n".join([INTRODUCTION, *_diagram(), *_words("state", STATES), *_words("event", EVENTS), *_moves()]) + "\n"


def _diagram() -> Iterator[str]:
    """Moves that change the state; one arrow between two states, with all of its events."""
    yield "```mermaid\nstateDiagram-v2\n    [*] --> queued"
    for state, moves in TABLE.items():
        for target in dict.fromkeys(moves.values()):
            if target is not state:
                events = ", ".join(event for event, to in moves.items() if to is target)
                yield f"    {state} --> {target}: {events}"
    yield from (f"    {state} --> [*]" for state, moves in TABLE.items() if not set(moves.values()) - {state})
    yield "```\n"


def _words(kind: str, words: dict[State, str] | dict[Event, str]) -> Iterator[str]:
    yield f"| {kind} | means |\n|---|---|"
    yield from (f"| `{name}` | {sentence} |" for name, sentence in words.items())
    yield ""


def _moves() -> Iterator[str]:
    """Every state a line, every event a column; `-` is impossible on purpose, `=` leaves the state as it is."""
    yield "What each event leads to: `=` leaves the state as it is, `-` cannot happen.\n"
    yield "| | " + " | ".join(f"`{event}`" for event in Event) + " |"
    yield "|---" * (len(Event) + 1) + "|"
    for state, moves in TABLE.items():
        cells = ("-" if event not in moves else "=" if moves[event] is state else moves[event] for event in Event)
        yield f"| `{state}` | " + " | ".join(cells) + " |"


if __name__ == "__main__":
    print(page(), end="")  # `make pages` writes it: the domain touches no file.
