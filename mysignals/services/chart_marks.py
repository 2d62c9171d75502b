"""What happened to a signal, as marks on a chart of its price: published, and what one's own copies bought and sold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select

from mysignals.extensions import db
from mysignals.models import Order

from .showing import Shown

_COPIES = 20
"""The newest of them: nobody tells more marks apart."""
_WORDS = {
    "entry": "Filled", "stop": "Stopped", "stop2": "Stopped", "stop3": "Stopped", "close": "Closed",
    "target1": "Target 1 reached", "target2": "Target 2 reached", "target3": "Target 3 reached",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mark:
    """`kind` is `published`, `filled` or `closed`; `price` in quote, None where it is not for this person."""

    kind: str
    words: str
    at: datetime
    price: Decimal | None


def marks(found: Shown) -> list[Mark]:
    """Oldest first, in one statement. Fills tell the entry, so they are for those who may see it."""
    signal = found.signal
    published = Mark("published", "Published", signal.created_at, signal.price if found.sees_prices else None)
    if not found.sees_prices or not found.copies:
        return [published]
    ids = [delivery.id for delivery, _ in found.copies[-_COPIES:]]
    filled = select(Order).where(Order.delivery_id.in_(ids), Order.filled_quantity > 0).order_by(Order.id)
    fills = [mark for order in db.session.scalars(filled) if (mark := _fill(order)) is not None]
    return sorted([published, *fills], key=lambda each: each.at)


def _fill(order: Order) -> Mark | None:
    """None where no price was told. A limit was filled at its own, or better."""
    price = order.average_price or (order.price if order.leg == "entry" else None)
    if not price:
        return None
    kind = "filled" if order.leg == "entry" else "closed"
    return Mark(kind, _WORDS[order.leg], order.updated_at or order.created_at, price)
