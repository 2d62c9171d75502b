"""A call's turn where only one is made at a time: asks the shared counts itself, and sleeps."""

from __future__ import annotations

import time
from collections.abc import Callable

from mysignals.exchanges.dialect import Call
from mysignals.exchanges.limits import Charge, Charges, Scope
from mysignals.exchanges.sliding import Given
from mysignals.exchanges.wire import HttpResponse, NoReply, Reply

from .pacing import PACED, UNCOUNTED, Away, Priority, Store, Want, limits_of, longest_wait_s, priority_of, venue_of
from .purse import NONE

MOST_QUESTIONS = 1000
LEAST_PAUSE_S, LONGEST_PAUSE_S = 0.02, 0.5


class PacedNow:
    """For BlockingTransport. Threads may share one; arguments as of Paced."""

    def __init__(
        self,
        store: Store,
        fingerprint: Callable[[str], str],
        address: str = "here",
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._store, self._fingerprint, self._address = store, fingerprint, address
        self._clock, self._sleep = clock, sleep

    def admit(self, call: Call, base: str) -> NoReply | None:
        """None when it may go, within the life of what it was given."""
        charges = _charges(call)
        if not charges:
            return None
        first = priority_of(call, in_fence=False)
        began = self._clock()
        until = began + longest_wait_s(call.intent)
        answer = self._wait(call, base, charges, first, until)
        waited_s = self._clock() - began
        if waited_s > LEAST_PAUSE_S:
            self._store.tell(venue_of(call), waited_s, 0)
        return answer

    def heard(self, call: Call, base: str, reply: Reply) -> None:
        """A refusal pauses what it concerns, for all workers."""
        limits = limits_of(call)
        refusal = limits.refusal(_charges(call), reply) if limits and isinstance(reply, HttpResponse) else None
        if refusal is None:
            return
        key = self._key(call, base, Charge(refusal.budget, 0))
        self._store.tell(venue_of(call), 0.0, 1)
        try:
            self._store.take([Want(key, refusal.budget, NONE, pause_ms=refusal.ms)])
        except Away:
            return  # Nobody else could be told; the next answer will tell them.

    def _wait(self, call: Call, base: str, charges: Charges, first: Priority, until: float) -> NoReply | None:
        given: list[Given] = []
        for _ in range(MOST_QUESTIONS):
            try:
                given = self._store.take(self._wants(call, base, charges, first, given))
            except Away:
                return None if first is Priority.EXIT else UNCOUNTED
            pause_s = _pause_s(charges, given)
            if pause_s is None:
                return None
            if self._clock() + min(pause_s, LONGEST_PAUSE_S) > until:
                break
            self._sleep(min(max(pause_s, LEAST_PAUSE_S), LONGEST_PAUSE_S))
        return PACED

    def _wants(self, call: Call, base: str, charges: Charges, first: Priority, given: list[Given]) -> list[Want]:
        """What the last question brought is given back with the next one: all or nothing."""
        wants = []
        for at, charge in enumerate(charges):
            tokens = tuple(charge.amount if priority is first else 0 for priority in Priority)
            former = given[at] if given else Given(0, 0, 0, 0)
            key = self._key(call, base, charge)
            wants.append(Want(key, charge.budget, tokens, former.tokens, former.slice_number))
        return wants

    def _key(self, call: Call, base: str, charge: Charge) -> str:
        of_address = charge.budget.scope is Scope.ADDRESS
        who = self._address if of_address else self._fingerprint(call.credentials.api_key)
        return f"{base}|{who}|{charge.budget.name}"


def _charges(call: Call) -> Charges:
    limits = limits_of(call)
    return limits.charges(call.intent) if limits is not None else ()


def _pause_s(charges: Charges, given: list[Given]) -> float | None:
    """None where all was given."""
    waits = [
        max(one.wait_ms, one.paused_ms) / 1000
        for charge, one in zip(charges, given, strict=True)
        if one.tokens < charge.amount or one.paused_ms
    ]
    return max(waits, default=None)
