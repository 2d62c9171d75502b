"""How a delivery stands, judged by its orders: bought, flat, or without its exits. Pure."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from mysignals.domain.intents import Leg
from mysignals.domain.market import Market
from mysignals.domain.outcomes import ENDED, OrderReport, OrderState
from mysignals.domain.plan import STOPS, TARGETS
from mysignals.domain.value import value

ZERO = Decimal(0)
EXITS = (*STOPS, *TARGETS)
RUNGS = tuple(zip(TARGETS, STOPS, strict=True))
"""Every target with the stop beside it."""
LONG_MS = 300_000
"""A market order is filled or refused within seconds of its trigger."""
WAITING = (OrderState.NEW, OrderState.PENDING)
"""Of an exit: it rests, or comes with its entry."""
NEVER_ARRIVED, GONE = "never_arrived", "gone"
"""Why a leg counts as not placed in this turn, although no exchange refused it; never stored."""


@value
class Known:
    """One leg as our books have it. Quantities in base; `since_ms` is when it last changed, Unix ms."""

    state: OrderState
    quantity: Decimal = Decimal(0)
    filled: Decimal = Decimal(0)
    since_ms: int = 0
    reason: str = ""
    """Why the exchange refused it; or why it is not there, though none did."""

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED

    @property
    def is_absent(self) -> bool:
        """Looked for and certainly not there, and not because the exchange had refused it."""
        return self.reason in (NEVER_ARRIVED, GONE)


Legs = dict[Leg, Known]


def told(known: Known, report: OrderReport, now_ms: int) -> Known:
    """The leg after the exchange told about it.

    A trigger whose order is not reported done for LONG_MS counts as filled: the exchange keeps some at TRIGGERED.
    """
    if report.state is not known.state:
        return replace(known, state=report.state, filled=report.filled, since_ms=now_ms)
    if report.state is OrderState.TRIGGERED and now_ms - known.since_ms > LONG_MS:
        return replace(known, state=OrderState.FILLED, filled=report.filled or known.quantity)
    return replace(known, filled=report.filled)


def bought(legs: Legs) -> Decimal:
    """What the entry bought (or sold short), in base; 0 while it is not known."""
    return legs[Leg.ENTRY].filled if Leg.ENTRY in legs else Decimal(0)


def rests_untouched(legs: Legs) -> bool:
    """The entry rests, and has bought nothing yet."""
    return Leg.ENTRY in legs and legs[Leg.ENTRY].state is OrderState.NEW and not bought(legs)


def was_never_placed(leg: Leg, legs: Legs) -> bool:
    """Not in our books, or in them as refused. An exit whose answer was lost may rest, and is not sent again."""
    return leg not in legs or legs[leg].state is OrderState.REJECTED


def is_closing(legs: Legs) -> bool:
    """A close is on its way, or in doubt: nothing else is placed meanwhile, for both would sell the same."""
    return Leg.CLOSE in legs and not legs[Leg.CLOSE].has_ended


def ended_short(wanted: Decimal, legs: Legs) -> bool:
    """The entry is over and has bought a part of what was `wanted`."""
    return Leg.ENTRY in legs and legs[Leg.ENTRY].has_ended and 0 < bought(legs) < wanted


def still_open(legs: Legs) -> Decimal:
    """What was bought less what the exits and a close have sold."""
    return max(bought(legs) - sold(legs), Decimal(0))


def sold(legs: Legs) -> Decimal:
    """What the exits and a close have sold together, in base."""
    return sum((leg.filled for name, leg in legs.items() if name is not Leg.ENTRY), ZERO)


def covered(legs: Legs, kinds: tuple[Leg, ...]) -> Decimal:
    """What the stops (or the targets) that rest, or may rest, would close; less what their part has sold already."""
    total = Decimal(0)
    for rung in RUNGS:
        leg = next(leg for leg in rung if leg in kinds)
        if leg in legs and not legs[leg].has_ended:
            # One stop may stand over several targets: then none of them is a part of its own.
            mine = rung if Leg.STOP2 in legs or Leg.TARGET2 not in legs else (leg,)
            total += max(legs[leg].quantity - sum((legs[one].filled for one in mine if one in legs), Decimal(0)), ZERO)
    return total


def came_to_nothing(legs: Legs) -> bool:
    """The entry ended and bought nothing."""
    return Leg.ENTRY in legs and legs[Leg.ENTRY].has_ended and not bought(legs)


def is_flat(market: Market, legs: Legs) -> bool:
    """Whether the exits have closed all that the entry bought."""
    return _spot_is_flat(legs) if market is Market.SPOT else _futures_are_flat(legs)


def _spot_is_flat(legs: Legs) -> bool:
    """Of every target and the stop beside it, one has filled; or both were refused, and their part sold instead."""
    closed = _is(OrderState.FILLED, legs, Leg.CLOSE)
    rungs = [(target, stop) for target, stop in RUNGS if target in legs or stop in legs]
    return (closed or bool(rungs)) and all(
        any(_is(OrderState.FILLED, legs, leg) for leg in rung) or (closed and _is(OrderState.REJECTED, legs, rung[0]))
        for rung in rungs
    )


def _is(state: OrderState, legs: Legs, leg: Leg) -> bool:
    return leg in legs and legs[leg].state is state


def _futures_are_flat(legs: Legs) -> bool:
    """By quantity, because an exit larger than the position ends filled in part."""
    return 0 < bought(legs) <= sold(legs)


def exits_are_gone(legs: Legs) -> bool:
    """Something was bought, and no exit rests any more."""
    closing = [leg for name, leg in legs.items() if name is not Leg.ENTRY]
    return bool(closing) and bought(legs) > 0 and all(leg.has_ended for leg in closing)


def stop_is_gone(legs: Legs) -> bool:
    """Something was bought, and a stop ended without having filled, though its target has not filled either.

    Where the stops that rest cover all that is open, the one that ended was replaced.
    """
    if covered(legs, STOPS) >= still_open(legs):
        return False
    alone = Leg.STOP2 not in legs
    return bought(legs) > 0 and any(
        legs[stop].has_ended
        and not _is(OrderState.FILLED, legs, stop)
        and (alone or not _is(OrderState.FILLED, legs, target))
        for target, stop in RUNGS
        if stop in legs
    )


def overtaken(legs: Legs) -> list[Leg]:
    """Exits that rest although the other exit of their part has triggered: both would sell the same."""
    both = [(leg, other) for target, stop in RUNGS for leg, other in ((target, stop), (stop, target))]
    return [leg for leg, other in both if leg in legs and not legs[leg].has_ended and _is_selling(other, legs)]


def _is_selling(leg: Leg, legs: Legs) -> bool:
    selling = (OrderState.TRIGGERED, OrderState.PARTIALLY_FILLED, OrderState.FILLED)
    return leg in legs and legs[leg].state in selling


def sold_twice(legs: Legs) -> Decimal:
    """What both exits of a part have sold beyond it, in base."""
    total = Decimal(0)
    for rung in RUNGS:
        if all(leg in legs for leg in rung):
            part = max(legs[leg].quantity for leg in rung)
            total += max(sum((legs[leg].filled for leg in rung), Decimal(0)) - part, ZERO)
    return total


def outlived(legs: Legs) -> list[Leg]:
    """Exits that rest although the other exit of their part has filled, where every part has a stop of its own."""
    if Leg.STOP2 not in legs:
        return []
    both = [(leg, other) for target, stop in RUNGS for leg, other in ((target, stop), (stop, target))]
    return [
        leg for leg, other in both if leg in legs and not legs[leg].has_ended and _is(OrderState.FILLED, legs, other)
    ]
