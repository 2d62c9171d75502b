"""Calls wait for their turn on the event loop; one question at a time goes to the shared counts, for all that wait."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor

from mysignals.exchanges.dialect import Call
from mysignals.exchanges.limits import Budget, Charges, Limits, Refusal, Scope
from mysignals.exchanges.sliding import Given
from mysignals.exchanges.wire import HttpResponse, NoReply, Reply

from .pacing import (
    FREE,
    PACED,
    UNCOUNTED,
    Away,
    Leave,
    Priority,
    Store,
    Want,
    limits_of,
    longest_wait_s,
    priority_of,
    venue_of,
)
from .purse import NEVER, NONE, Purse, first_of

log = logging.getLogger(__name__)
AT_ONCE = 2000
"""Budgets in one question: some ten milliseconds of Redis."""
AWAY_S = 1.0
"""For so long nobody asks again after the shared counts did not answer."""
COMPLAIN_EVERY_S = 60.0
TELL_AFTER_S = 1.0
REFRESHED_S = 1.0
"""So often each process asks what all have used of the budgets that it uses. Should Redis lose it, it can be told."""
MOST_PURSES = 20_000
ACCOUNTS_REFUSED, REFUSED_WITHIN_S, ADDRESS_PAUSE_MS = 5, 1.0, 5000
"""So many accounts refused at once: it is the address that the exchange means."""
Needs = Sequence[int]


class Paced:
    """`store` counts for all workers; `address` names the network address that calls leave by.

    `fingerprint` names an account by its key without telling it.
    """

    def __init__(
        self,
        store: Store,
        fingerprint: Callable[[str], str],
        address: str = "here",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store, self._fingerprint, self._address, self._clock = store, fingerprint, address, clock
        self._at: _Desk | None = None

    def at_hand(self, call: Call, base: str) -> Leave | None:
        limits = limits_of(call)
        charges = limits.charges(call.intent) if limits is not None else ()
        if limits is None or not charges:
            return FREE
        desk, now = self._desk(), self._clock()
        bill = self._bill(desk, call, base, charges)
        for purse, amount in bill.items:
            if purse.short or not purse.has(amount, now):
                return None
        for purse, _ in bill.items:
            if now >= purse.renew_at:
                desk.renew(purse)
        return bill.take(limits, now)

    async def admit(self, call: Call, base: str, in_fence: bool, within_s: float) -> Leave | NoReply:
        leave = self.at_hand(call, base)
        limits = limits_of(call)
        if leave is not None or limits is None:
            return leave or FREE
        desk, charges, now = self._desk(), limits.charges(call.intent), self._clock()
        first = priority_of(call, in_fence)
        until = now + min(within_s, longest_wait_s(call.intent))
        return await desk.wait(_Waiting(first, self._bill(desk, call, base, charges), limits, now, until))

    def heard(self, leave: Leave, reply: Reply) -> None:
        if leave.limits is not None and isinstance(reply, HttpResponse):
            desk, refusal = self._desk(), leave.limits.refusal(leave.charges, reply)
            if refusal is None:
                desk.heard(leave, leave.limits, reply)
            else:
                desk.heed(leave, refusal, self._refused(desk, leave, refusal))

    def unused(self, leave: Leave) -> None:
        if leave.slices:
            for purse, charge, slice_number in zip(leave.purses, leave.charges, leave.slices, strict=True):
                purse.put_back(charge.amount, slice_number)

    def _refused(self, desk: _Desk, leave: Leave, refusal: Refusal) -> Purse:
        """The account's is one of those that the call was charged to."""
        for purse in leave.purses:
            if purse.budget == refusal.budget:
                return purse
        key = f"{leave.base}|{self._address}|{refusal.budget.name}"
        return desk.purses.get(key) or desk.new_purse(key, refusal.budget, leave.purses[0].venue)

    def _desk(self) -> _Desk:
        loop = asyncio.get_running_loop()
        if self._at is None or self._at.loop is not loop:
            self._at = _Desk(loop, self._store, self._clock)
        return self._at

    def _bill(self, desk: _Desk, call: Call, base: str, charges: Charges) -> _Bill:
        # A key is not kept: what it hashes to in this process is name enough.
        name = (base, hash(call.credentials.api_key), charges)
        found = desk.charged.get(name)
        if found is None:
            found = desk.charged[name] = _Bill(base, charges, self._found(desk, call, base, charges))
        return found

    def _found(self, desk: _Desk, call: Call, base: str, charges: Charges) -> tuple[Purse, ...]:
        found, account = [], ""
        for charge in charges:
            budget = charge.budget
            if budget.scope is Scope.ADDRESS:
                who = self._address
            else:
                who = account = account or self._fingerprint(call.credentials.api_key)
            key = f"{base}|{who}|{budget.name}"
            found.append(desk.purses.get(key) or desk.new_purse(key, budget, venue_of(call)))
        return tuple(found)


class _Bill:
    """What calls of one account are charged: made once, so that the next call finds all of it together."""

    __slots__ = ("base", "charges", "gives_back", "items", "purses")

    def __init__(self, base: str, charges: Charges, purses: tuple[Purse, ...]) -> None:
        self.base, self.charges, self.purses = base, charges, purses
        self.items = tuple((purse, charge.amount) for purse, charge in zip(purses, charges, strict=True))
        self.gives_back = any(amount and purse.is_of_address for purse, amount in self.items)

    def take(self, limits: Limits, now: float) -> Leave:
        """What each purse says it has."""
        until = NEVER
        for purse, amount in self.items:
            until = min(until, purse.take(amount, now))
        slices = tuple([purse.slice_number for purse in self.purses]) if self.gives_back else ()
        return Leave(until, self.base, self.purses, self.charges, limits, slices)


class _Waiting:
    __slots__ = ("bill", "charges", "limits", "priority", "purses", "since", "turn", "until")

    def __init__(self, priority: Priority, bill: _Bill, limits: Limits, since: float, until: float) -> None:
        self.priority, self.bill, self.limits, self.since, self.until = priority, bill, limits, since, until
        self.purses, self.charges = bill.purses, bill.charges
        self.turn: asyncio.Future[Leave | NoReply] = asyncio.get_running_loop().create_future()

    def is_paused_beyond(self) -> bool:
        """Whether a pause lasts longer than it can wait."""
        for purse in self.purses:  # noqa: SIM110 - asked for all that wait, at every turn.
            if purse.paused_until > self.until:
                return True
        return False

    def takes_of(self, purse: Purse) -> int:
        pairs = zip(self.purses, self.charges, strict=True)
        return next((charge.amount for one, charge in pairs if one is purse), 0)


class _Desk:
    """What belongs to one event loop: leases, and who waits, by priority and then by who came first."""

    def __init__(self, loop: asyncio.AbstractEventLoop, store: Store, clock: Callable[[], float]) -> None:
        self.loop, self._store, self._clock = loop, store, clock
        self.purses: dict[str, Purse] = {}
        self.charged: dict[tuple[str, int, Charges], _Bill] = {}
        """By base URL, account and what a call is charged."""
        self._queues: tuple[deque[_Waiting], ...] = tuple(deque() for _ in Priority)
        # One thread, so that questions are in one order; it ends with the process.
        self._asker = ThreadPoolExecutor(1, "pacing")
        self._is_asking = self._is_called = False
        self._timer: asyncio.TimerHandle | None = None
        self._refreshed: asyncio.TimerHandle | None = None
        self._kept: list[Purse] = []
        """Those whose counts are told again after a loss."""
        self._news: set[Purse] = set()
        self._short: Collection[Purse] = ()
        self._away_until = self._complained = 0.0
        self._refused: deque[tuple[float, str, str]] = deque(maxlen=64)
        self._untold: dict[str, tuple[float, int]] = {}

    def new_purse(self, key: str, budget: Budget, venue: str) -> Purse:
        now = self._clock()
        if len(self.purses) >= MOST_PURSES:
            self.purses = {name: purse for name, purse in self.purses.items() if not purse.is_idle(now)}
            self._kept = [purse for purse in self._kept if purse.key in self.purses]
            self.charged.clear()
        purse = self.purses[key] = Purse(key, budget, venue, now)
        if budget.is_kept:
            self._kept.append(purse)
        return purse

    async def wait(self, call: _Waiting) -> Leave | NoReply:
        for purse in call.purses:
            purse.waiting += 1
        self._queues[call.priority].append(call)
        self._call()
        try:
            return await call.turn
        finally:
            for purse in call.purses:
                purse.waiting -= 1
            self._note(call.purses[0].venue, self._clock() - call.since, 0)

    def renew(self, purse: Purse) -> None:
        """A lease that tells nothing but pauses is asked for again before it ends, so that nobody waits for it."""
        purse.renew_at = NEVER
        self._news.add(purse)
        self._call()

    def heard(self, leave: Leave, limits: Limits, response: HttpResponse) -> None:
        """Now and then the exchange's own counts are looked at."""
        now = self._clock()
        for purse in leave.purses:
            if purse.is_due_for_reading(now):
                purse.tell(limits.used(purse.budget, response.headers) or 0, now)

    def heed(self, leave: Leave, refusal: Refusal, refused: Purse) -> None:
        """A pause: here at once, and for all workers with the next question."""
        now = self._clock()
        self._note(refused.venue, 0.0, 1)
        self._pause(refused, refusal.ms, now)
        of_address = next((purse for purse in leave.purses if purse.is_of_address), None)
        if refused.is_of_address or of_address is None:
            return
        self._refused.append((now, leave.base, refused.key))
        lately = {key for at, base, key in self._refused if base == leave.base and at > now - REFUSED_WITHIN_S}
        if len(lately) >= ACCOUNTS_REFUSED:
            self._pause(of_address, ADDRESS_PAUSE_MS, now)

    def _pause(self, purse: Purse, ms: int, now: float) -> None:
        log.warning("%s asks for a pause of %s ms (%s)", purse.venue, ms, purse.budget.name)
        purse.paused_until = max(purse.paused_until, now + ms / 1000)
        purse.pause_ms = max(purse.pause_ms, ms)
        self._news.add(purse)
        self._call()

    # Turns.

    def _call(self) -> None:
        """All that happens within one round of the loop is dealt with together."""
        if not self._is_called and not self._is_asking:
            self._is_called = True
            self.loop.call_soon(self._turn)

    def _turn(self) -> None:
        self._is_called = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        now = self._clock()
        if now < self._away_until:
            self._stand_in(now)
        missing, soonest = self._serve(now)
        wanted: dict[Purse, Needs] = {}
        for purse, needs in missing.items():
            if len(wanted) < AT_ONCE and purse.may_ask(first_of(needs), now):
                wanted[purse] = needs
            else:
                soonest = min(soonest, max(purse.next_try, purse.paused_until))
        for purse in self._news:
            wanted.setdefault(purse, NONE)
        if self._is_asking:
            pass  # Its answer calls again.
        elif wanted and now >= self._away_until:
            self._news.clear()
            self._ask(wanted, now)
        elif wanted:
            soonest = min(soonest, self._away_until)
        if soonest < float("inf"):
            self._timer = self.loop.call_later(max(soonest - now, 0.001), self._turn)

    def _serve(self, now: float) -> tuple[dict[Purse, list[int]], float]:
        """Everybody whose tokens are at hand, in order; then what is missing, and when somebody gives up next."""
        needs: dict[Purse, list[int]] = {}
        short: set[Purse] = set()
        for purse in self._short:
            purse.short = False
        soonest = float("inf")
        for queue in self._queues:
            for _ in range(len(queue)):
                call = queue.popleft()
                if call.turn.done():
                    continue
                if call.until <= now or call.is_paused_beyond():
                    call.turn.set_result(PACED)
                elif self._lacks(call, needs, short, now):
                    queue.append(call)
                    soonest = min(soonest, call.until)
                else:
                    call.turn.set_result(call.bill.take(call.limits, now))
        self._short = needs.keys()
        for purse in needs:
            purse.short = True
        return {purse: needs[purse] for purse in needs if purse in short}, soonest

    def _lacks(self, call: _Waiting, needs: dict[Purse, list[int]], short: set[Purse], now: float) -> bool:
        """Nobody overtakes one who came first and waits for the same budget, nor takes what an exit was given of one
        while it waits for another: where two have to be at hand at once, it would never have both.
        """
        lacks = False
        for purse, charge in zip(call.purses, call.charges, strict=True):
            ahead = sum(needs[purse]) if purse in needs else 0
            if purse in short or not purse.has(charge.amount + ahead, now):
                short.add(purse)
                lacks = True
        if lacks:
            for purse, charge in zip(call.purses, call.charges, strict=True):
                if purse in short or call.priority is Priority.EXIT:
                    needs.setdefault(purse, [*NONE])[call.priority] += charge.amount
        return lacks

    def _ask(self, wanted: dict[Purse, Needs], now: float) -> None:
        wants = [purse.want(needs, now) for purse, needs in wanted.items()]
        self._is_asking = True
        try:
            asked = self.loop.run_in_executor(self._asker, self._store.take, wants)
        except RuntimeError:
            return  # The process ends, and with it all that waits: its threads take nothing more.
        asked.add_done_callback(lambda answer: self._answered(answer, wanted, wants))

    def _answered(self, answer: asyncio.Future[list[Given]], wanted: dict[Purse, Needs], wants: Sequence[Want]) -> None:
        self._is_asking = False
        if answer.cancelled():
            return
        now = self._clock()
        failure = answer.exception()
        if isinstance(failure, Away):
            self._complain(now)
            for purse, want in zip(wanted, wants, strict=True):
                # What was to be told is told again.
                purse.told, purse.pause_ms = max(purse.told, want.told), max(purse.pause_ms, want.pause_ms)
                if purse.pause_ms:
                    self._news.add(purse)
        elif failure is not None:
            raise failure
        else:
            for (purse, needs), given in zip(wanted.items(), answer.result(), strict=True):
                purse.given(given, needs, now)
                self._refuse_late(purse, given, now)
        if self._refreshed is None:
            self._refreshed = self.loop.call_later(REFRESHED_S, self._refresh)
        self._call()

    def _refresh(self) -> None:
        """What others use is asked for as long as our own use counts."""
        self._refreshed, now = None, self._clock()
        used = [purse for purse in self._kept if purse.is_used(now)]
        if used:
            self._refreshed = self.loop.call_later(REFRESHED_S, self._refresh)
            self._news.update(purse for purse in used if now - purse.asked_s >= REFRESHED_S)
            self._call()

    def _refuse_late(self, purse: Purse, given: Given, now: float) -> None:
        """Whose turn comes too late is told at once; an exit waits on: somebody may give back what he did not need.

        So do those for whom it was not asked in vain: what is more urgent may use more of the budget.
        """
        if not purse.waiting or not given.wait_ms:
            return
        for queue in self._queues[max(purse.tried, Priority.EXIT + 1) :]:
            for call in queue:
                is_late = call.until < now + given.wait_ms / 1000 and not call.turn.done()
                if is_late and call.takes_of(purse) > given.tokens:
                    call.turn.set_result(PACED)

    # While nobody counts for all.

    def _stand_in(self, now: float) -> None:
        """Exits go, counted here; everything else comes back when all are counted again."""
        needs: dict[Purse, int] = {}
        for call in self._queues[Priority.EXIT]:
            for purse, charge in zip(call.purses, call.charges, strict=True):
                needs[purse] = needs.get(purse, 0) + charge.amount
        for purse, amount in needs.items():
            if now >= purse.next_try and now >= purse.paused_until:
                purse.given(purse.stand_in((amount, *NONE[1:]), now), (amount, *NONE[1:]), now)
        for queue in self._queues[Priority.EXIT + 1 :]:
            for call in queue:
                if not call.turn.done():
                    call.turn.set_result(UNCOUNTED)

    def _complain(self, now: float) -> None:
        self._away_until = now + AWAY_S
        if not self._complained or now - self._complained > COMPLAIN_EVERY_S:
            self._complained = now
            log.error("Redis does not answer: exits are counted by this worker alone, entries and questions wait")

    # Figures.

    def _note(self, venue: str, waited_s: float, refusals: int) -> None:
        if not self._untold:
            self.loop.call_later(TELL_AFTER_S, self._tell)
        seconds, many = self._untold.get(venue, (0.0, 0))
        self._untold[venue] = (seconds + waited_s, many + refusals)

    def _tell(self) -> None:
        untold, self._untold = self._untold, {}
        for venue, (waited_s, refusals) in untold.items():
            self._asker.submit(self._store.tell, venue, waited_s, refusals)
