"""What pacing is made of: who goes first, what is asked of the shared counts, and leave to send (docs/pacing.md)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING, Protocol

from mysignals.domain.intents import (
    WRITES,
    CancelAll,
    CancelOrder,
    CloseTrade,
    Intent,
    PlaceExit,
    PlaceOco,
    PlaceOrder,
    QueryOrder,
    ReadOpenOrders,
    ReadPositions,
    ReadPrice,
    ReadTime,
    ReadTrade,
    ReadTrades,
)
from mysignals.domain.value import value
from mysignals.exchanges.dialect import Call
from mysignals.exchanges.limits import Budget, Charges, Limits, Scope
from mysignals.exchanges.sliding import Given, Wish
from mysignals.exchanges.wire import NoReply, Reply

from .fence import opens_or_spends

if TYPE_CHECKING:
    from .purse import Purse

EXIT_WAIT_S, READ_WAIT_S = 30.0, 10.0
"""The longest wait for a turn. Entries wait as exits do, but never beyond their fence."""
ALONE_PROCESSES = 6
"""So many worker processes may leave by one address; of more each needs a name of its own (EGRESS_ADDRESS)."""
LEAST_AMPLE = 200
SPARE_PART, MOST_SPARE_OF_ACCOUNT = 40, 8
"""A process leases 1/40 of a budget ahead, so that not every call asks Redis; of an account's a few calls."""
SPARE_MS = 500
PACED = NoReply(sent=False, cause="paced")
"""Its turn would have come too late."""
UNCOUNTED = NoReply(sent=False, cause="pace")
"""Nobody can tell what is left of the budget, and the call can wait."""


class Priority(IntEnum):
    """Who goes first, and may use up more of a budget."""

    EXIT = 0
    ENTRY = 1
    """What an entry that is being sent asks about its order, and what it sets before; what is urgent of one that is in
    doubt, or open.
    """
    PREPARE = 2
    """What it reads before."""
    FOLLOW = 3
    """Looking after what is open."""
    OPEN = 4
    READ = 5


LIMITED = {
    Priority.EXIT: 100,
    Priority.ENTRY: 85,
    Priority.PREPARE: 70,
    Priority.FOLLOW: 69,
    Priority.OPEN: 60,
    Priority.READ: 45,
}
"""Percent of a budget. The further a conversation has come, the more it may use, so that of many at once as many are
begun as can be ended: an opened position has look-ups and exits to come, and who is asked is to be served too. Looks
after what is open have what lies above the ceiling of entries that begin, for these may use up all below.
"""
OVER_MINUTES = LIMITED | {Priority.PREPARE: 81, Priority.FOLLOW: 80}
"""The same of a budget that counts for longer than LONG_MS: what looks have used up is not there again for minutes, and
exits would rest as long over positions that are closed.
"""
LONG_MS = 120_000
EXITS = (PlaceExit, PlaceOco, CancelOrder, CancelAll, CloseTrade, ReadTime, ReadPrice)
"""Without the exchange's time nothing can be signed, an exit neither; the price is asked once for a whole batch, which
is lost without it.
"""
LOOK_UPS = (QueryOrder, ReadOpenOrders, ReadPositions, ReadTrades, ReadTrade)
ORDERS = (QueryOrder, ReadOpenOrders, ReadTrades, ReadTrade)


def priority_of(call: Call, in_fence: bool) -> Priority:
    """`in_fence`: it belongs to an entry that is being sent, so what it asks matters to that entry. What is urgent
    matters to one in doubt, or to something open that may have lost its stop or its exits.
    """
    intent = call.intent
    if call.is_tentative:
        return Priority.READ
    if call.follows_cancel and isinstance(intent, LOOK_UPS):
        return Priority.EXIT
    if isinstance(intent, EXITS) or (isinstance(intent, PlaceOrder) and intent.reduce_only):
        return Priority.EXIT
    if opens_or_spends(intent):
        return Priority.OPEN
    if isinstance(intent, WRITES) or (in_fence and isinstance(intent, ORDERS)):
        return Priority.ENTRY
    if call.is_urgent:
        return Priority.ENTRY  # Also the modes, without which some orders cannot be asked for.
    if in_fence:
        return Priority.PREPARE
    return Priority.FOLLOW if isinstance(intent, LOOK_UPS) else Priority.READ


@cache
def ceilings(budget: Budget) -> tuple[int, ...]:
    """How much of what is shared may be in use, by Priority; one call is always possible."""
    shared = budget.capacity - ALONE_PROCESSES * alone(budget)
    limited = OVER_MINUTES if budget.scope is Scope.ADDRESS and budget.window_ms > LONG_MS else LIMITED
    return tuple(max(shared * percent // 100, 1) for percent in limited.values())


@cache
def alone(budget: Budget) -> int:
    """What each process may use of an account's budget in any window without asking anybody: a few copies' orders.

    The processes that leave by one address use half of it in this way at most, and share the other half. A small
    budget is too scarce for that.
    """
    is_ample = budget.scope is Scope.ACCOUNT and budget.capacity >= LEAST_AMPLE
    return budget.capacity // (2 * ALONE_PROCESSES) if is_ample else 0


@cache
def spare(budget: Budget) -> int:
    """Of a long window no more than its next moments: what a process that dies has at hand counts as used until the
    window is over.
    """
    ahead = min(budget.capacity // SPARE_PART, budget.capacity * SPARE_MS // budget.window_ms)
    return min(ahead, MOST_SPARE_OF_ACCOUNT) if budget.scope is Scope.ACCOUNT else ahead


@value
class Want:
    """What is asked of one budget's shared count: `tokens` by Priority, in their order.

    `back` of slice `back_slice` were not used. `told` is what the exchange has counted, 0 where it did not say.
    `pause_ms` is how long it wants to hear nothing. `counts` is what the last answer has told of the budget, in its
    `epoch`: where another one has begun, it was lost there, and is counted again.
    """

    key: str
    budget: Budget
    tokens: tuple[int, ...]
    back: int = 0
    back_slice: int = 0
    told: int = 0
    pause_ms: int = 0
    epoch: int = 0
    counts: str = ""

    @property
    def wishes(self) -> tuple[Wish, ...]:
        return tuple(Wish(most, top) for most, top in zip(self.tokens, ceilings(self.budget), strict=True))


class Away(Exception):
    """Whoever counts for all workers does not answer."""


class Store(Protocol):
    """The counts that all workers share. Any thread may call it, and it may block."""

    def take(self, wants: Sequence[Want]) -> list[Given]:
        """One answer for each, in their order; raises Away."""

    def tell(self, venue: str, waited_s: float, refusals: int) -> None:
        """For the figures: how long calls have waited and how often the exchange said `too many`. Never raises."""


@dataclass(slots=True)
class Leave:
    """To send one call, until `until` (monotonic seconds), unless a pause comes between. `purses` go with `charges`,
    and with `slices`, in which these are counted, where any of them could be given back.
    """

    until: float
    base: str = ""
    purses: tuple[Purse, ...] = ()
    charges: Charges = ()
    limits: Limits | None = None
    slices: tuple[int, ...] = ()

    def holds(self, now: float) -> bool:
        """A call that waited for a connection must not run into what the exchange has forbidden meanwhile."""
        if now >= self.until:
            return False
        for purse in self.purses:  # noqa: SIM110 - asked for every call, and a generator costs three times as much.
            if now < purse.paused_until:
                return False
        return True


FREE = Leave(float("inf"))


class Pacer(Protocol):
    """Belongs to one event loop at a time, and begins anew on another one."""

    def at_hand(self, call: Call, base: str) -> Leave | None:
        """Leave for a call that need not wait for it."""

    async def admit(self, call: Call, base: str, in_fence: bool, within_s: float) -> Leave | NoReply:
        """Waits for the call's turn, at most `within_s` seconds."""

    def heard(self, leave: Leave, reply: Reply) -> None:
        """What came of it: headers that tell counts, refusals that say when to come again."""

    def unused(self, leave: Leave) -> None:
        """Certainly not a byte of the call has left: the exchange has nothing to count."""


class Unpaced:
    """For commands and tests: everything goes at once."""

    def at_hand(self, call: Call, base: str) -> Leave | None:
        return FREE

    async def admit(self, call: Call, base: str, in_fence: bool, within_s: float) -> Leave | NoReply:
        return FREE

    def heard(self, leave: Leave, reply: Reply) -> None:
        """Nothing to learn."""

    def unused(self, leave: Leave) -> None:
        """Nothing was counted."""


def limits_of(call: Call) -> Limits | None:
    """None where the exchange names no limits."""
    found: Limits | None = getattr(call.dialect, "limits", None)
    return found


def longest_wait_s(intent: Intent) -> float:
    return EXIT_WAIT_S if isinstance(intent, WRITES) else READ_WAIT_S


def within_s(call: Call, fence_ms: int | None, clock_ms: Callable[[], int]) -> float:
    """How long it may wait: what opens or spends must still fall before its fence when it is signed."""
    if fence_ms is None or not opens_or_spends(call.intent):
        return float("inf")
    lives_ms = max(call.expiry_ms, call.dialect.abilities.lifetime_ms)
    return (fence_ms - lives_ms - clock_ms()) / 1000


def venue_of(call: Call) -> str:
    """A name for figures."""
    return _venue(call.dialect.name, str(call.dialect.venue(call.intent)))


@cache
def _venue(name: str, market: str) -> str:
    return f"{name} {market}"
