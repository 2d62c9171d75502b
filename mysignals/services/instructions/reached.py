"""What a closing has reached, and how far it got there, whoever asked to close the same later."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import aliased

from mysignals.domain.intents import Leg
from mysignals.extensions import db
from mysignals.models import Delivery, DeliveryClosing, Instruction, Notification, Order


class Came(StrEnum):
    """To what a closing came on a delivery that is not over."""

    UNDER_WAY = "under way"
    DONE = "done"
    REFUSED = "refused"
    """The exchange would not close it; its stop stays."""


@dataclass(frozen=True, slots=True)
class _Row:
    delivery_id: int
    is_being_closed: bool
    is_done: bool
    was_given_back: bool


def of(instruction: Instruction) -> Select[int]:
    """The ids of the deliveries that it reached."""
    return select(DeliveryClosing.delivery_id).where(DeliveryClosing.instruction_id == instruction.id)


def came_to(instruction: Instruction, ids: Collection[int]) -> dict[int, Came]:
    """By delivery; of those of `ids` that it reached."""
    rows = _rows(instruction, ids)
    refused = _refused([row.delivery_id for row in rows], instruction)
    return {row.delivery_id: _came(row, told=row.delivery_id in refused) for row in rows}


def _came(row: _Row, *, told: bool) -> Came:
    if row.was_given_back:
        return Came.REFUSED
    if row.is_done:
        return Came.DONE
    if row.is_being_closed:
        return Came.UNDER_WAY
    return Came.REFUSED if told else Came.DONE


def _rows(instruction: Instruction, ids: Collection[int]) -> list[_Row]:
    mine = DeliveryClosing
    sold = (
        select(func.coalesce(func.sum(Order.filled_quantity), 0))
        .where(Order.delivery_id == mine.delivery_id, Order.leg == Leg.CLOSE.value)
        .scalar_subquery()
    )
    # Its owner's own cancelling, which comes after a close was given back, has no instruction.
    closing = Delivery.cancel_asked_at.is_not(None) & Delivery.closing_id.is_not(None)
    found = (
        select(mine.delivery_id, closing, func.coalesce(sold >= mine.close_quantity, False), _given_back())
        .join(Delivery, Delivery.id == mine.delivery_id)
        .where(mine.instruction_id == instruction.id, mine.delivery_id.in_(ids))
    )
    return [_Row(*row) for row in db.session.execute(found)] if ids else []


def _given_back() -> ColumnElement[bool]:
    """Whether a later one was asked for while this one had neither sold its part nor was about to: only what an
    exchange refused is reached again before.
    """
    later = aliased(DeliveryClosing)
    mine = DeliveryClosing
    return exists().where(
        later.delivery_id == mine.delivery_id,
        later.id > mine.id,
        or_(mine.close_quantity.is_(None), later.sold_before < mine.close_quantity),
    )


def _refused(ids: Collection[int], instruction: Instruction) -> set[int]:
    """Deliveries that an exchange would not close since it was asked."""
    told = select(Notification.delivery_id).where(
        Notification.delivery_id.in_(ids),
        Notification.kind == "refused",
        Notification.created_at >= instruction.created_at,
    )
    return {one for one in db.session.scalars(told) if one is not None} if ids else set()
