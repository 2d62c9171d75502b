"""What this process may still use of one budget: a few tokens at hand, for a moment."""

from __future__ import annotations

from collections.abc import Sequence

from mysignals.exchanges.limits import Budget, Scope
from mysignals.exchanges.sliding import Given, Sliding

from .pacing import Priority, Want, alone, spare

READ_EVERY_S = 0.25
LEAST_PAUSE_S, LONGEST_PAUSE_S = 0.02, 1.0
"""Between two questions for a budget that is used up: others may give back what they did not need."""
NOBODY = len(Priority)
NONE = (0,) * len(Priority)
NEVER = float("inf")
PARTS = 4
"""Of a window, in which what a process uses alone is counted."""


class Purse:
    """Times are monotonic seconds."""

    __slots__ = (
        "alone",
        "alone_parts",
        "alone_until",
        "alone_used",
        "asked_s",
        "budget",
        "counts",
        "epoch",
        "key",
        "lives_s",
        "needed_at",
        "next_try",
        "part_s",
        "pause_ms",
        "paused_until",
        "queue_s",
        "read_at",
        "renew_at",
        "short",
        "slice_number",
        "spare",
        "standing_in",
        "tokens",
        "told",
        "tried",
        "until",
        "used",
        "venue",
        "waiting",
        "window_s",
    )  # fmt: skip

    def __init__(self, key: str, budget: Budget, venue: str, now: float) -> None:
        self.key, self.budget, self.venue = key, budget, venue
        self.spare, self.queue_s = spare(budget), budget.queue_ms / 1000
        self.lives_s = budget.life_ms / 1000 + self.queue_s
        self.tokens, self.until, self.slice_number = 0, 0.0, 0
        self.alone, self.window_s = alone(budget), budget.slices * budget.slice_ms / 1000
        self.alone_used = 0
        """In the parts of the last window and the present part together: no window sees more, wherever it begins."""
        self.part_s = self.window_s / PARTS
        self.alone_parts = [0] * (PARTS + 1)
        self.alone_until = now + self.part_s
        """When the present part ends."""
        self.used = self.told = self.pause_ms = 0
        self.waiting = 0
        """How many calls wait for it."""
        self.short = False
        """Whether somebody waits because it had too little, so that nobody may overtake him."""
        self.next_try = self.paused_until = 0.0
        self.tried = NOBODY
        """The first priority for which it was asked in vain; what is more urgent need not wait to ask."""
        self.read_at = now
        self.renew_at = NEVER
        """When it is asked for again although nobody waits: half-way, where calls take nothing of it but its news."""
        self.asked_s = now
        self.counts, self.epoch = "", 0
        """What all have used, as the last answer told it: should that be lost, the next question brings it along."""
        self.needed_at = NEVER
        """When somebody last needed some of it; NEVER where nobody did."""
        self.standing_in: Sliding | None = None

    def has(self, amount: int, now: float) -> bool:
        if now < self.paused_until:
            return False
        if self.tokens >= amount and now < self.until:
            return True
        if not self.alone:
            return False
        if now >= self.alone_until:
            self._forget_parts(now)
        return self.alone - self.alone_used >= amount

    def take(self, amount: int, now: float) -> float:
        """What `has` says is there; returns until when (monotonic seconds) the call has to have its connection."""
        if self.alone:
            if now >= self.alone_until:
                self._forget_parts(now)
            if self.alone - self.alone_used >= amount:
                self.alone_used += amount
                self.alone_parts[0] += amount
                return now + self.lives_s
        self.tokens -= amount
        return self.until + self.queue_s

    def put_back(self, amount: int, slice_number: int) -> None:
        """Of what was taken in that slice, so much was not used: it is at hand again, or given back with the next
        question. Of an address only, whose windows are long; what was given in an earlier slice stays counted there.
        """
        if self.is_of_address and slice_number == self.slice_number:
            self.tokens += amount

    def _forget_parts(self, now: float) -> None:
        """Those that no window together with the present moment touches any more."""
        ended = 1 + int((now - self.alone_until) / self.part_s)
        self.alone_parts = ([0] * min(ended, PARTS + 1) + self.alone_parts)[: PARTS + 1]
        self.alone_used = sum(self.alone_parts)
        self.alone_until += ended * self.part_s

    def may_ask(self, first: int, now: float) -> bool:
        return now >= self.paused_until and (now >= self.next_try or first < self.tried)

    def want(self, tokens: Sequence[int], now: float) -> Want:
        """Asks for these and some to spare, and gives back what is at hand."""
        *urgent, reads = tokens
        reads += self.spare if any(tokens) else 0
        want = Want(
            self.key, self.budget, (*urgent, reads), self.tokens, self.slice_number, self._told(now),
            self.pause_ms, self.epoch, self.counts,
        )  # fmt: skip
        self.tokens = self.told = self.pause_ms = 0
        self.asked_s = now
        if any(tokens):
            self.needed_at = now
        return want

    def given(self, given: Given, needed: Sequence[int], now: float) -> None:
        """Their life counts from when they were asked for."""
        self.tokens, self.slice_number, self.used = given.tokens, given.slice_number, given.used
        if given.counts:
            self.counts, self.epoch = given.counts, given.epoch
        self.until = self.asked_s + self.budget.life_ms / 1000
        is_for_news = self.is_of_address and not any(needed)
        self.renew_at = (self.asked_s + self.until) / 2 if is_for_news else NEVER
        if given.paused_ms:
            self.paused_until = max(self.paused_until, now + given.paused_ms / 1000)
        if given.tokens >= sum(needed):
            self.next_try, self.tried = 0.0, NOBODY
            return
        pause_s = min(max(given.wait_ms / 1000, LEAST_PAUSE_S), LONGEST_PAUSE_S)
        self.next_try = now + pause_s
        self.tried = first_unserved(needed, given.tokens)

    def stand_in(self, needed: Sequence[int], now: float) -> Given:
        """Counted by this process alone, while nobody counts for all; exits only."""
        if self.standing_in is None:
            self.standing_in = Sliding(self.budget)
            self.standing_in.told(self.used, int(now * 1000))
        self.tokens, self.asked_s = 0, now
        wishes = Want(self.key, self.budget, (needed[0], *NONE[1:])).wishes
        return self.standing_in.give(wishes, int(now * 1000))

    def is_due_for_reading(self, now: float) -> bool:
        """Whether the exchange's own count is worth a look."""
        return now - self.read_at >= READ_EVERY_S or 2 * self.used >= self.budget.capacity

    def tell(self, used: int, now: float) -> None:
        self.read_at = now
        if used > self.used:
            self.told = max(self.told, used)

    def is_used(self, now: float) -> bool:
        """Whether what this process was given of it still counts."""
        return 0 <= now - self.needed_at < self.window_s

    def is_idle(self, now: float) -> bool:
        """Whether nothing is lost by forgetting it."""
        used_until = self.alone_until + self.window_s if self.alone_used else 0.0
        kept_until = max(self.until, self.paused_until, self.read_at + self.budget.window_ms / 1000, used_until)
        return not self.waiting and not self.pause_ms and self.standing_in is None and kept_until < now

    def _told(self, now: float) -> int:
        """What this process counted alone is news to the others too."""
        alone, self.standing_in = self.standing_in, None
        return self.told if alone is None else max(self.told, alone.used(int(now * 1000)))

    @property
    def is_of_address(self) -> bool:
        return self.budget.scope is Scope.ADDRESS


def first_unserved(needs: Sequence[int], tokens: int) -> int:
    """The most urgent of those for whom so many are not enough; NOBODY where all are served."""
    for priority, need in enumerate(needs):
        tokens -= need
        if tokens < 0:
            return priority
    return NOBODY


def first_of(needs: Sequence[int]) -> int:
    """The most urgent of those who need something; a call that only heeds pauses is as urgent as any."""
    for priority, need in enumerate(needs):
        if need:
            return priority
    return Priority.EXIT
