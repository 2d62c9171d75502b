"""What buyers think of a signal, and with it of its provider: the sums are kept with the provider, exactly."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from mysignals import clock
from mysignals.extensions import db
from mysignals.models import Purchase, Rating, Signal, User

from . import caller_changes
from .errors import NotFound

NOT_BOUGHT = "Trade not found, Have you purchased this trade?"


def rate(user: User, signal_id: int, stars: int) -> None:
    """1 to 5 for a signal that `user` has bought; a rating given before is replaced. Raises NotFound."""
    # Locked, so that two ratings of one buyer at once are counted one after the other.
    own = select(Purchase.id).where(
        Purchase.user_id == user.id, Purchase.signal_id == signal_id, Purchase.state == "bought"
    )
    if db.session.scalar(own.with_for_update()) is None:
        raise NotFound(NOT_BOUGHT)
    earlier = db.session.scalar(select(Rating.rate).where(Rating.user_id == user.id, Rating.signal_id == signal_id))
    given = insert(Rating).values(user_id=user.id, signal_id=signal_id, rate=stars)
    again = {"rate": stars, "updated_at": clock.now()}
    db.session.execute(given.on_conflict_do_update(index_elements=["user_id", "signal_id"], set_=again))
    _count(signal_id, by=stars - (earlier or 0), more=0 if earlier else 1)
    db.session.commit()


def mean(provider: User) -> float:
    """Of all ratings of their signals, to 2 places; 0 while there is none."""
    if not provider.rating_count:
        return 0.0
    exact = Decimal(provider.rating_sum) / provider.rating_count
    return float(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))


def _count(signal_id: int, by: int, more: int) -> None:
    """Added up by the database: buyers of other signals rate at the same moment."""
    provider = select(Signal.provider_id).where(Signal.id == signal_id).scalar_subquery()
    change = update(User).where(User.id == provider)
    sums = change.values(rating_sum=User.rating_sum + by, rating_count=User.rating_count + more)
    db.session.execute(sums.execution_options(synchronize_session=False, **caller_changes.HARMLESS))
