"""What becomes of a delivery of which nobody knows whether its entry arrived. Pure.

"Not found" proves nothing before the request is certainly dead: its fence, as far as clocks may differ, and as late as
an exchange may show an order (EXCHANGES 1.2). After that the exchange refuses the request whenever it comes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .lifecycle import Event
from .outcomes import ENDED, OrderReport, OrderState

IN_DOUBT = "in_doubt"
"""The reason of a delivery that only its owner can settle."""
SURPLUS_MS = 2000
"""For clocks that are not measured: ours on two machines, the database's."""
STEPS_MS = (2000, 4000, 8000, 10_000)
"""Until the next look, by how many there were; the last for all that follow. The conversation itself looks at once."""
ABSENT_STEPS_MS = (2000, 6000, 14_000, 20_000)
"""The same where an exchange lets us ask little, and has just said that nothing is there."""
MOST_BESIDE = 30
"""Where an exchange lets us ask little nothing new is begun beside so many doubts: they need what it lets us ask."""
SELDOM_MS = 600_000
"""Where time alone settles nothing: a key that is refused, an exchange that is gone, an id that was used before."""
TOLD_FOR_MS = 5_400_000
"""An exchange that was not asked for longer may have forgotten: Bitget spot finds an id for two hours (1.2)."""


class Told(StrEnum):
    """What a look-up has found out."""

    THERE = "there"
    ABSENT = "absent"
    """The exchange says that it has no such order, neither live nor over."""
    SEVERAL = "several"
    """More than one may be ours, and nothing tells them apart."""
    SILENT = "silent"
    """No answer, or one that proves nothing."""
    REFUSED = "refused"
    """The exchange does not let this key ask."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is known of the delivery besides. All times are Unix ms in one clock.

    `fence_ms` is None where none was stored: such a one is never given up. `may_resend` where the exchange knows ids
    of ours and nothing says that one of them arrived; `may_expire` is false only where one certainly did.
    """

    asked_ms: int
    """When the look began, or before: only what was asked after the request's death proves its absence."""
    fence_ms: int | None
    margin_ms: int
    looks: int
    is_fresh: bool
    may_resend: bool
    may_expire: bool = True
    is_scarce: bool = False
    """Whether the exchange lets us ask little."""

    @property
    def dead_ms(self) -> int | None:
        """From when on the request can certainly not be executed, or be executed and not be shown."""
        return None if self.fence_ms is None else self.fence_ms + self.margin_ms


@dataclass(frozen=True, slots=True)
class LookAgain:
    """`at_ms` is None where looking again would find out nothing.

    `is_stuck` where time alone settles nothing: its owner has to look, and it is never given up.
    """

    at_ms: int | None
    is_stuck: bool = False


def margin_ms(offset_ms: int, delay_ms: int) -> int:
    """`offset_ms` is how far the exchange's clock was from ours, `delay_ms` how late it may show an order."""
    return SURPLUS_MS + abs(offset_ms) + delay_ms


def decide(told: Told, report: OrderReport | None, doubt: Doubt) -> Event | LookAgain:
    """What the look means; `report` is that of the entry where it is there."""
    if told is Told.THERE and report is not None:
        return event_of(report)
    if told is Told.SEVERAL:
        return LookAgain(None, is_stuck=True)
    if told is Told.REFUSED or doubt.dead_ms is None:
        return _seldom(doubt)
    if told is Told.ABSENT and doubt.asked_ms > doubt.dead_ms:
        return _given_up(doubt, doubt.dead_ms)
    is_rare = doubt.is_scarce and told is Told.ABSENT
    return LookAgain(_next_ms(doubt, doubt.dead_ms, ABSENT_STEPS_MS if is_rare else STEPS_MS))


def _given_up(doubt: Doubt, dead_ms: int) -> Event | LookAgain:
    """It never arrived, and never will."""
    if not doubt.may_expire or doubt.asked_ms > dead_ms + TOLD_FOR_MS:
        return _seldom(doubt)
    return Event.RELEASE if doubt.is_fresh and doubt.may_resend else Event.EXPIRE


def _seldom(doubt: Doubt) -> LookAgain:
    return LookAgain(doubt.asked_ms + SELDOM_MS, is_stuck=True)


def _next_ms(doubt: Doubt, dead_ms: int, steps_ms: tuple[int, ...]) -> int:
    """Soon after the death at the latest, if that is still to come: it settles the matter."""
    at_ms = doubt.asked_ms + steps_ms[min(doubt.looks, len(steps_ms) - 1)]
    return min(at_ms, dead_ms + 1) if doubt.asked_ms <= dead_ms else at_ms


def event_of(report: OrderReport) -> Event:
    """What the entry's own state means for its delivery. One that is over with something filled is filled."""
    if report.state not in ENDED:
        return Event.FILL_PART if report.filled else Event.ACCEPT
    if report.filled:
        return Event.FILL
    return Event.REJECT if report.state is OrderState.REJECTED else Event.CANCEL
