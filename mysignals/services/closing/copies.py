"""The copies that a provider's close reaches: of all who follow, made of the provider's own signals until then."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, union_all

from mysignals.domain.lifecycle import LIVE, State
from mysignals.extensions import db
from mysignals.models import Delivery, Instruction, Signal

UNDER_WAY = (State.SENDING, State.UNKNOWN, *LIVE)


def how_many_follow(instruction: Instruction) -> int:
    """How many users have such copies."""
    found = _of(instruction, Delivery.user_id).subquery()
    return db.session.scalar(select(func.count(func.distinct(found.c.user_id)))) or 0


def ids_of(instruction: Instruction) -> list[int]:
    """Oldest first."""
    return sorted(db.session.scalars(_of(instruction, Delivery.id)))


def closable() -> ColumnElement[bool]:
    """Live, and not being closed as a whole; where what had filled was to be kept, no turn is about to do that."""
    nobody_holds = or_(Delivery.held_until.is_(None), Delivery.held_until < func.now())
    return and_(
        Delivery.state.in_((State.QUEUED, *UNDER_WAY)),
        or_(
            Delivery.cancel_asked_at.is_(None),
            Delivery.close_quantity.is_not(None),
            and_(Delivery.cancel_closes.is_(False), nobody_holds),
        ),
    )


def _of(instruction: Instruction, column: Any) -> Any:
    """Live ones and queued ones apart, for each have an index of their own: there is none by signal and state."""
    every = select(column).join(Signal, Signal.id == Delivery.signal_id).where(closable(), *_wanted(instruction))
    return union_all(every.where(Delivery.state.in_(UNDER_WAY)), every.where(Delivery.state == State.QUEUED))


def _wanted(instruction: Instruction) -> list[ColumnElement[bool]]:
    """Trades by hand of a bought signal are their buyers' own."""
    asked = [(Signal.market, instruction.market), (Signal.symbol, instruction.symbol), (Signal.side, instruction.side)]
    return [
        Signal.provider_id == instruction.user_id,
        Signal.is_private.is_(False),
        Delivery.user_id != instruction.user_id,
        Delivery.trade_value.is_(None),
        # By their signal: one that is asked for once more is younger than the close that ends it.
        Signal.created_at <= instruction.created_at,
        *(column == value for column, value in asked if value is not None),
    ]
