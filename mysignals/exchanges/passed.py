"""Whether the market has passed a trigger already: what is placed late may stand on the wrong side of it.

Some exchanges then take a stop for a target, which rests and protects nothing (Bitget spot); others refuse it.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from decimal import Decimal

from mysignals.domain.abilities import ExitStyle
from mysignals.domain.intents import ExitKind, ReadPrice
from mysignals.domain.market import Market, Side
from mysignals.domain.outcomes import PriceRead, Reason, Rejected
from mysignals.domain.plan import Plan

from .dialect import Call
from .session import Session
from .wire import Reply

PASSED = {
    ExitKind.STOP: Rejected(Reason.TRIGGER, "", "the price has passed the stop already"),
    ExitKind.TARGET: Rejected(Reason.TRIGGER, "", "the price has passed the target already"),
}


def priced(session: Session, plan: Plan) -> Generator[Call, Reply, Session]:
    """The session with the market's price, for exits placed now; as it was where none can be read.

    An order list is refused by the exchange where the price is not between its halves: nothing has to be asked.
    """
    can = session.dialect.abilities
    if not can.tells_prices or (plan.market is Market.SPOT and can.exits is ExitStyle.ORDER_LIST):
        return session
    told = yield from session.ask(ReadPrice(plan.market, plan.symbol))
    return replace(session, market_price=told.price) if isinstance(told, PriceRead) else session


def passed(session: Session, plan: Plan, kind: ExitKind, trigger: Decimal) -> Rejected | None:
    """The refusal of an exit that would trigger at once; None where it would not, or where no price is known."""
    price = session.market_price
    if price is None:
        return None
    below = (kind is ExitKind.STOP) == (plan.side is Side.BUY)
    return PASSED[kind] if (price <= trigger if below else price >= trigger) else None
