"""Who asked that a delivery be ended."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from sqlalchemy import select

from mysignals.extensions import db
from mysignals.models import Delivery, Instruction


class Asker(StrEnum):
    OWNER = "owner"
    """By hand, for one trade."""
    PROGRAM = "program"
    """Of the owner."""
    PROVIDER = "provider"
    """For the copies of all who follow."""


def askers(deliveries: Collection[Delivery]) -> dict[int, Asker]:
    """By delivery. One statement, in the caller's transaction."""
    closings = sorted({one.closing_id for one in deliveries if one.closing_id is not None})
    asked = select(Instruction.id, Instruction.user_id).where(Instruction.id.in_(closings))
    who: dict[int, int] = {row.id: row.user_id for row in db.session.execute(asked)} if closings else {}
    return {one.id: _asker(one, who) for one in deliveries}


def _asker(delivery: Delivery, who: dict[int, int]) -> Asker:
    if delivery.closing_id is None:
        return Asker.OWNER
    return Asker.PROGRAM if who.get(delivery.closing_id) == delivery.user_id else Asker.PROVIDER
