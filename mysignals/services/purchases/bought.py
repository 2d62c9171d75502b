"""What a person has bought, with what they think of it and what became of it on their accounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select

from mysignals.extensions import db
from mysignals.models import Delivery, ExchangeAccount, Purchase, Rating, Signal, User
from mysignals.services import paging


@dataclass(frozen=True, slots=True)
class Bought:
    """`rating` is 0 where the buyer has given none; the newest `delivery` is None where they have not traded it."""

    signal: Signal
    provider: User
    tx_hash: str
    bought_at: datetime
    rating: int
    delivery: Delivery | None


def listed(user: User, page: int) -> paging.Page[Bought]:
    """One page, what was bought last first."""
    newest = (Purchase.bought_at.desc(), Purchase.id.desc())
    rows = (
        select(Signal, User, Purchase.tx_hash, Purchase.bought_at, func.coalesce(Rating.rate, 0))
        .join(Signal, Signal.id == Purchase.signal_id)
        .join(User, User.id == Signal.provider_id)
        .outerjoin(Rating, and_(Rating.signal_id == Signal.id, Rating.user_id == user.id))
        .order_by(*newest)
    )
    ids = select(Purchase.id).where(Purchase.user_id == user.id, Purchase.state == "bought").order_by(*newest)
    found = paging.of_ids(rows, ids, page)
    traded = _traded(user, [row[0].id for row in found.items])
    items = [
        Bought(signal, provider, tx_hash, bought_at, rating, traded.get(signal.id))
        for signal, provider, tx_hash, bought_at, rating in found.items
    ]
    return paging.Page(items, found.total)


def _traded(user: User, signal_ids: list[int]) -> dict[int, Delivery]:
    """By signal. Looked for by account: a signal may have thousands of deliveries, a person has few accounts."""
    if not signal_ids:
        return {}
    accounts = select(ExchangeAccount.id).where(ExchangeAccount.user_id == user.id)
    query = select(Delivery).where(Delivery.signal_id.in_(signal_ids), Delivery.account_id.in_(accounts))
    return {delivery.signal_id: delivery for delivery in db.session.scalars(query.order_by(Delivery.id))}
