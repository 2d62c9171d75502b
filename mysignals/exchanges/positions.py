"""Whether a position is there: asked before anything is placed for one that may have been closed by hand."""

from __future__ import annotations

from collections.abc import Generator
from decimal import Decimal

from mysignals.domain.intents import ReadPositions
from mysignals.domain.market import Side
from mysignals.domain.outcomes import Position, Positions
from mysignals.domain.plan import Plan

from .dialect import Call
from .session import Session
from .wire import Reply


def is_held(session: Session, plan: Plan, *, told_to_all: bool = False) -> Generator[Call, Reply, bool | None]:
    """Whether the symbol has a position of the entry's side; None where the exchange does not tell.

    `told_to_all`: another copy may have asked it earlier in this turn. Only for an entry that had ended before: a
    position that opens while others ask is not in their answer.
    """
    amount = yield from held(session, plan, told_to_all=told_to_all)
    return None if amount is None else amount > 0


def held(session: Session, plan: Plan, *, told_to_all: bool = False) -> Generator[Call, Reply, Decimal | None]:
    """As `is_held`, how much of the entry's side; as orders count, never below zero."""
    question = ReadPositions(plan.symbol)
    told = yield from (session.ask_for_all(question) if told_to_all else session.ask(question))
    if not isinstance(told, Positions):
        return None
    return sum((abs(position.amount) for position in told.items if _is_ours(plan, position)), Decimal(0))


def _is_ours(plan: Plan, position: Position) -> bool:
    return position.amount > 0 if plan.side is Side.BUY else position.amount < 0
