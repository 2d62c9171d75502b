"""What has become of a trade by hand, read from its rows, and the failure that it is told as."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select

from mysignals.domain.intents import Leg
from mysignals.domain.lifecycle import State
from mysignals.domain.plan import SkipReason
from mysignals.extensions import db
from mysignals.models import Delivery, Order
from mysignals.services.errors import Conflict, ExchangeRefused, ExchangeTimeout, Invalid

from .chosen import FIELDS

OVER = (State.REJECTED, State.SKIPPED, State.EXPIRED, State.CANCELLED, State.CLOSED)


@dataclass(frozen=True, slots=True)
class Row:
    """A delivery with its entry, as far as there is one. Quantities in base, the price in quote."""

    delivery_id: int
    state: State
    reason: str | None
    message: str
    cancel_asked_at: datetime | None
    quantity: Decimal | None
    filled: Decimal | None
    average_price: Decimal | None

    @property
    def is_over(self) -> bool:
        return self.state in OVER


def read(delivery_id: int) -> Row:
    """One statement; no connection is kept."""
    found = db.session.execute(
        select(
            Delivery.id, Delivery.state, Delivery.reason, Delivery.message, Delivery.cancel_asked_at,
            Order.quantity, Order.filled_quantity, Order.average_price,
        )
        .outerjoin(Order, (Order.delivery_id == Delivery.id) & (Order.leg == Leg.ENTRY.value))
        .where(Delivery.id == delivery_id)
    ).one()  # fmt: skip
    db.session.rollback()
    return Row(found[0], State(found[1]), *found[2:])


def raise_failure(row: Row) -> None:
    """Nothing where it was placed, or is on its way. Raises ExchangeRefused, ExchangeTimeout, Invalid, Conflict."""
    if row.state is State.REJECTED or row.reason == "unprotected":
        raise ExchangeRefused(row.message)
    if row.state is State.SKIPPED:
        known = {reason.value for reason in SkipReason}
        field = FIELDS.get(SkipReason(row.reason), "signal_id") if row.reason in known else "signal_id"
        raise Invalid({field: row.message})
    if row.state is State.EXPIRED:
        raise ExchangeTimeout(row.message)
    if row.state is State.CANCELLED:
        raise Conflict(row.message or "It was cancelled before it was sent.")
