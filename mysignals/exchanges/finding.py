"""Is the entry there? Asked long after it may have been sent, by whoever finds it in doubt. Questions only."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator
from dataclasses import dataclass
from decimal import Decimal

from mysignals.domain.abilities import ExitStyle
from mysignals.domain.doubt import Told
from mysignals.domain.intents import ExitKind, Leg, ReadTrades
from mysignals.domain.market import EntryType, Market
from mysignals.domain.outcomes import ENDED, Accepted, OrderReport, Outcome, Reason, Rejected, Trade, Trades
from mysignals.domain.plan import Exit, Plan

from .attached_exits import waiting_legs
from .dialect import Call
from .exits import exit_line
from .look_up import is_absent, looked_up
from .session import LegReport, Session, ended_empty
from .spot_exits import oco_legs
from .trades import is_alike, legs_of_trade
from .wire import Reply

CLOSED_TO_US = (Reason.AUTH, Reason.PERMISSION, Reason.RETIRED)
"""Not an address that is refused: a ban ends by itself."""
PlanOver = Callable[[Decimal], Plan]
"""The plan over an entry of that quantity."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`legs` are what is there, the entry first. `trades` are those of which each may be ours, where it is not told."""

    told: Told
    legs: tuple[LegReport, ...] = ()
    trades: tuple[Trade, ...] = ()

    @property
    def entry(self) -> OrderReport | None:
        return self.legs[0].order if self.legs else None


@dataclass(frozen=True, slots=True)
class Searched:
    """Where a trade without an id of ours may be: opened within the times (Unix ms, exchange's clock), not `taken`.

    `quantity` in base, None where it was not stored.
    """

    from_ms: int
    to_ms: int
    taken: Collection[str]
    quantity: Decimal | None


Search = Generator[Call, Reply, Finding]


def find_entry(session: Session, plan_over: PlanOver, planned: Decimal, *, is_dead: bool) -> Search:
    """By its client id, with the exits that are there. `planned` is its quantity as far as we know.

    `is_dead` where absence would be final: it is then asked for twice where live orders and past ones are two books,
    for an order that goes from one to the other may be in neither for a moment.
    """
    plan = plan_over(planned)
    found = yield from looked_up(session, plan, Leg.ENTRY, is_of_earlier=True)
    abilities = session.dialect.abilities
    if is_absent(found) and is_dead and abilities.has_history:
        found = yield from looked_up(session, plan, Leg.ENTRY, abilities.look_up_delay_ms)
    if not isinstance(found, Accepted) or not found.orders:
        return Finding(told_by(found))
    order = found.orders[0]
    quantity = order.quantity or (order.filled if order.state in ENDED else Decimal(0)) or planned
    plan = plan_over(quantity)
    exits = yield from _exits(session, plan, order)
    return Finding(Told.THERE, (_entry(session, plan, found), *exits))


def told_by(outcome: Outcome) -> Told:
    """What an answer that is no order means for the search."""
    if is_absent(outcome):
        return Told.ABSENT
    refused = isinstance(outcome, Rejected) and outcome.reason in CLOSED_TO_US
    return Told.REFUSED if refused else Told.SILENT


def _entry(session: Session, plan: Plan, outcome: Accepted) -> LegReport:
    price = plan.price if plan.entry_type is EntryType.LIMIT else None
    client_id = session.client_id(Leg.ENTRY)
    return LegReport(Leg.ENTRY, client_id, plan.side, plan.entry_type, plan.quantity, price, None, outcome)


def _exits(session: Session, plan: Plan, entry: OrderReport) -> Generator[Call, Reply, list[LegReport]]:
    """Of an entry that rests, or ended empty, so that none is forgotten when it ends.

    Those of an entry that bought something are looked for by whoever places what is missing, stop and target together.
    """
    if entry.state in ENDED and not ended_empty(entry):
        return []
    style = session.dialect.abilities.exits
    if plan.market is Market.FUTURES and style is ExitStyle.ATTACHED:
        return [] if entry.state in ENDED else waiting_legs(session, plan)
    if plan.market is Market.SPOT and style is not ExitStyle.ORDER_LIST:
        return []  # There they follow the fill.
    legs: list[LegReport] = []
    for rung in plan.exits:
        for kind in (ExitKind.STOP, ExitKind.TARGET):
            leg = rung.stop_leg if kind is ExitKind.STOP else rung.leg
            found = yield from looked_up(session, plan, leg, is_of_earlier=True)
            if isinstance(found, Accepted) and found.orders:
                legs.append(_exit(session, plan, rung, kind, found))
    return legs


def _exit(session: Session, plan: Plan, rung: Exit, kind: ExitKind, found: Accepted) -> LegReport:
    if plan.market is Market.FUTURES:
        return exit_line(session, plan, rung, kind, found)
    stop, target = oco_legs(session, plan, rung, found)
    return stop if kind is ExitKind.STOP else target


def find_trade(session: Session, plan_over: PlanOver, planned: Decimal, searched: Searched) -> Search:
    """Among all trades of the account, where none carries an id of ours.

    Exactly one that says what we asked for is ours. Any other that might be leaves it open which one, if one is.
    """
    told = yield from session.ask(ReadTrades())
    if not isinstance(told, Trades):
        # No such thing as a list is no list without it.
        return Finding(Told.SILENT if is_absent(told) else told_by(told))
    near = tuple(trade for trade in told.items if _may_be(plan_over(planned), searched, trade))
    if not near:
        return Finding(Told.ABSENT)
    alike = [trade for trade in near if is_alike(plan_over(trade.quantity), trade)]
    if len(alike) != 1:
        return Finding(Told.SEVERAL, trades=near)
    return Finding(Told.THERE, tuple(legs_of_trade(session, plan_over(alike[0].quantity), alike[0])))


def _may_be(plan: Plan, searched: Searched, trade: Trade) -> bool:
    return (
        trade.exchange_id not in searched.taken
        and (trade.symbol, trade.side) == (plan.symbol, plan.side)
        and searched.from_ms <= trade.created_ms <= searched.to_ms
        and searched.quantity in (None, trade.quantity)
    )
