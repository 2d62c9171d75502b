"""What of an installation's state needs an operator: the fact, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mysignals.domain.reasons import display_name

from .installation import State

LONG_QUEUE = 1000
"""Tasks: workers that keep up leave a few dozen at most."""
LATE_S = 10.0
"""A copy is sent within a second; the sweep finds what was lost after five."""
FULL = 0.9
"""Of a budget of requests; what is above waits for its turn."""
_ABSENT = {
    "database": "Look at PostgreSQL and at DATABASE_URL. Nothing is published or sent until it answers.",
    "redis": "Look at Redis and at REDIS_URL. Tasks wait in the database and are found again.",
    "worker": "Start a worker, or look at its log. Signals are queued and nobody sends them.",
}


@dataclass(frozen=True, slots=True)
class Concern:
    """`tone` is bad or warn."""

    tone: str
    fact: str
    to_do: str


def of(state: State) -> list[Concern]:
    """The worst first."""
    found = [*_absent(state), *_unsafe(state), *_venues(state), *_requests(state), *_waiting(state)]
    return sorted(found, key=lambda each: each.tone != "bad")


def _absent(state: State) -> Iterator[Concern]:
    for name in state.missing:
        yield Concern("bad", f"No {name} answers.", _ABSENT[name])


def _unsafe(state: State) -> Iterator[Concern]:
    bare, in_doubt = state.unprotected.now, state.copies.get("unknown", 0)
    if bare:
        fact = f"{_many(bare, 'copy is', 'copies are')} open without a stop, the oldest for"
        to_do = "The stop is tried again every few seconds. If the number does not fall, look at the venues below."
        yield Concern("bad", f"{fact} {state.unprotected.oldest_s:.0f} s.", to_do)
    if in_doubt:
        fact = f"{_many(in_doubt, 'copy is', 'copies are')} in doubt: the answer of the exchange was lost."
        yield Concern("warn", fact, "They are looked up by themselves, and nothing is sent twice.")
    if state.drifts:
        fact = f"{_many(state.drifts, 'difference', 'differences')} between our books and exchanges are not decided."
        yield Concern("warn", fact, "Only their owners may approve a repair. Below is who they are: write to them.")


def _venues(state: State) -> Iterator[Concern]:
    for at in state.venues:
        if at.is_paused:
            to_do = "One entry at a time tries again. Look at the exchange's status page and at the workers' log."
            yield Concern("bad", f"Entries at {at.venue} are paused: stops could not be placed there.", to_do)
        if at.is_off:
            to_do = "Look at the time service of the workers' machine: exchanges refuse requests of another time."
            yield Concern("warn", f"The clock of {at.venue} is {at.offset_ms} ms from ours.", to_do)


def _requests(state: State) -> Iterator[Concern]:
    for budget in state.budgets:
        if budget.used >= FULL:
            fact = f"{budget.used:.0%} of the requests that {budget.base} takes from one address are used."
            yield Concern("warn", fact, "What is above waits, and exits go first. Workers with other addresses help.")
    for (exchange, code), many in sorted(state.unmapped.items()):
        fact = f"{display_name(exchange)} answered with the code {code}, which no table has: {_many(many, 'time')}."
        yield Concern("warn", fact, "Those orders counted as unknown and were looked up. Report the code.")


def _waiting(state: State) -> Iterator[Concern]:
    if state.oldest_queued_s > LATE_S:
        fact = f"A copy has waited for {state.oldest_queued_s:.0f} s to be sent."
        yield Concern("bad", fact, "Look whether workers are alive and what their queues hold. Late signals expire.")
    for queue, many in (state.queues or {}).items():
        if many >= LONG_QUEUE:
            yield Concern("warn", f"{many:,} tasks wait in the queue {queue}.", "Start another worker for this queue.")
    if failed := state.mails.get("failed"):
        to_do = "Look at the mail server and at MAIL_SERVER. Who waits for one can ask for it again."
        yield Concern("warn", f"{_many(failed, 'mail was', 'mails were')} given up.", to_do)


def _many(many: int, one: str, several: str = "") -> str:
    return f"{many:,} {one if many == 1 else several or one + 's'}"
