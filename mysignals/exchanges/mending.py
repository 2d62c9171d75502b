"""Conversations of a repair that an owner has approved: closing what is too much, ending copies that are gone."""

from __future__ import annotations

from collections.abc import Collection, Generator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from mysignals.domain.intents import CloseTrade, Leg, ReadPositions, ReadTrades
from mysignals.domain.market import EntryType, MarginMode, Market, Side, SymbolRules
from mysignals.domain.outcomes import ENDED, Accepted, NotSent, OrderReport, Outcome, Positions, Rejected, Trade, Trades
from mysignals.domain.plan import Plan

from .absences import may_arrive
from .auditing import as_set
from .dialect import Call
from .look_up import KINDS, is_absent, looked_up
from .seen import Ending, Seen, as_known, note_cancelled
from .session import Report, Session
from .standing import Legs, told
from .taking_back import close, is_cancelled
from .wire import Reply


class Mended(StrEnum):
    """How far a repair has come."""

    DONE = "done"
    NOT_YET = "not_yet"
    """Nothing was done: it is tried again."""
    IN_DOUBT = "in_doubt"
    """Something was sent whose answer was lost: it is looked up before anything else is sent."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Mending:
    """`why` is a part of a sentence where it was refused; `refusal` what the exchange said then."""

    how: Mended
    why: str = ""
    refusal: Rejected | None = None


Repairing: TypeAlias = Generator[Call, Reply, Mending]


@dataclass(frozen=True, slots=True)
class Surplus:
    """What is too much of one symbol: `side` is that of the position, `quantity` what is to be closed of it."""

    symbol: str
    side: Side
    quantity: Decimal
    rules: SymbolRules


def find_close(session: Session, surplus: Surplus) -> Generator[Call, Reply, Mending | None]:
    """The close that an earlier turn has sent; None where there is certainly none."""
    known = yield from as_set(session, Market.FUTURES, surplus.symbol)
    if known is None:
        return Mending(Mended.NOT_YET)
    found = yield from looked_up(known.session, _plan(surplus, known.margin_mode), Leg.CLOSE)
    if is_absent(found):
        return None
    if not isinstance(found, Accepted) or not found.orders:
        return Mending(Mended.IN_DOUBT)
    return _closed(found.orders[0], surplus)


def _closed(order: OrderReport, surplus: Surplus) -> Mending:
    if order.filled >= surplus.quantity:
        return Mending(Mended.DONE)
    if order.state in ENDED:
        return Mending(Mended.REFUSED, f"the exchange ended the close after {order.filled} of {surplus.quantity}")
    return Mending(Mended.IN_DOUBT)


def close_surplus(session: Session, surplus: Surplus) -> Repairing:
    """One market order that can only reduce, with an id of ours by which it is found again."""
    known = yield from as_set(session, Market.FUTURES, surplus.symbol)
    if known is None:
        return Mending(Mended.NOT_YET)
    report = Report(entry=Accepted())
    done = yield from close(known.session, _plan(surplus, known.margin_mode), report, surplus.quantity)
    return Mending(Mended.DONE) if done else _why_not(report.legs[-1].outcome)


def _why_not(outcome: Outcome) -> Mending:
    if isinstance(outcome, NotSent):
        return Mending(Mended.NOT_YET)
    if isinstance(outcome, Rejected):
        return Mending(Mended.REFUSED, "the exchange refused to close it", outcome)
    return Mending(Mended.IN_DOUBT)


def _plan(surplus: Surplus, margin_mode: MarginMode) -> Plan:
    """What the close has to know of a copy that there is none of."""
    zero = Decimal(0)
    return Plan(
        market=Market.FUTURES, symbol=surplus.symbol, side=surplus.side, entry_type=EntryType.MARKET,
        quantity=surplus.quantity, price=zero, stop=zero, exits=(), leverage=1, margin_mode=margin_mode,
        rules=surplus.rules, reference=zero,
    )  # fmt: skip


def close_trades(session: Session, surplus: Surplus, ours: Collection[str]) -> Repairing:
    """Trades that are none of `ours`, where they are together just what is too much: a closed one stays closed."""
    before = yield from session.ask(ReadTrades())
    if not isinstance(before, Trades):
        return Mending(Mended.NOT_YET)
    strange = _strange(before.items, surplus, ours)
    if sum((trade.quantity for trade in strange), Decimal(0)) != surplus.quantity:
        return Mending(Mended.REFUSED, "no trades of yours come to just what is too much")
    for trade in strange:
        yield from session.ask(CloseTrade(trade.exchange_id))
    after = yield from session.ask(ReadTrades())
    gone = isinstance(after, Trades) and not _strange(after.items, surplus, ours)
    return Mending(Mended.DONE if gone else Mended.IN_DOUBT)


def _strange(trades: Sequence[Trade], surplus: Surplus, ours: Collection[str]) -> list[Trade]:
    return [
        trade
        for trade in trades
        if trade.closing is None
        and (trade.symbol, trade.side) == (surplus.symbol, surplus.side)
        and trade.exchange_id not in ours
    ]


def end_flat(session: Session, plan: Plan, legs: Legs) -> Generator[Call, Reply, Seen]:
    """A copy whose position is gone: its entry can fill no more, its exits are cancelled; then it is over.

    `ending` stays None where any of that is not certain, or where a position of its side is open after all.
    """
    seen, now = Seen(), dict(legs)
    known = yield from as_set(session, plan.market, plan.symbol)
    if known is None:
        return seen
    if not (yield from _is_stopped(known.session, plan, now, seen)):
        return seen
    if not (yield from _is_flat(known.session, plan)):
        return seen
    for leg, one in tuple(now.items()):
        if leg in KINDS and not one.has_ended:
            if not (yield from is_cancelled(known.session, plan, leg)) or may_arrive(known.session, leg, one):
                return seen
            note_cancelled(as_known(known.session, leg, now), leg, now, seen)
    seen.ending = Ending.CLOSED_THERE
    return seen


def _is_stopped(session: Session, plan: Plan, now: Legs, seen: Seen) -> Generator[Call, Reply, bool]:
    """Whether the entry fills no more: what it buys from now on would stand without its exits."""
    if now[Leg.ENTRY].has_ended:
        return True
    if not (yield from is_cancelled(session, plan, Leg.ENTRY)):
        return False
    found = yield from looked_up(session, plan, Leg.ENTRY)
    if not isinstance(found, Accepted) or not found.orders or found.orders[0].state not in ENDED:
        return False
    seen.orders[Leg.ENTRY] = found.orders[0]
    now[Leg.ENTRY] = told(now[Leg.ENTRY], found.orders[0], session.clock_ms())
    return True


def _is_flat(session: Session, plan: Plan) -> Generator[Call, Reply, bool]:
    read = yield from session.ask(ReadPositions(plan.symbol))
    if not isinstance(read, Positions):
        return False
    sign = 1 if plan.side is Side.BUY else -1
    return not any(position.symbol == plan.symbol and position.amount * sign > 0 for position in read.items)
