"""One signal as one person may see it, and what they have of it. Nobody is asked about payments here."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import and_, exists, func, select

from mysignals.domain.lifecycle import LIVE, State
from mysignals.domain.plan import chosen
from mysignals.extensions import db
from mysignals.models import Delivery, ExchangeAccount, Purchase, Rating, Signal, User

from . import ratings
from .errors import NotFound

Copy = tuple[Delivery, ExchangeAccount]
_PLACED = (*LIVE, State.CLOSED)
_OVER = ("rejected", "skipped", "expired", "cancelled", "closed")


@dataclass(frozen=True, slots=True)
class Shown:
    """`stars` is what this person gave, 0 where they gave none. Prices and text are for those with `is_whole`.

    Who has it copied knows entry, stop and the targets they take from orders of their own: `sees_prices`, `targets`.
    """

    signal: Signal
    provider: User
    rating: float
    is_own: bool
    is_bought: bool
    is_paying: bool
    """A payment of theirs has been shown and has bought nothing yet."""
    stars: int
    copies: list[Copy]

    @property
    def is_whole(self) -> bool:
        return self.is_own or self.is_bought

    @property
    def sees_prices(self) -> bool:
        return self.is_whole or bool(self.targets)

    @property
    def targets(self) -> tuple[Decimal, ...]:
        """Those that this person may see, the nearest first."""
        every = self.signal.targets
        if self.is_whole:
            return every
        placed = [copy for copy, _ in self.copies if is_placed(copy)]
        taken = {price for copy in placed for price in chosen(every, copy.targets or "first")}
        return tuple(price for price in every if price in taken)

    @property
    def by_hand(self) -> list[Copy]:
        """Their own trades of it that can be cancelled."""
        return [
            (each, account) for each, account in self.copies
            if each.trade_sizing is not None and each.state not in _OVER and each.cancel_asked_at is None
        ]  # fmt: skip


def is_placed(copy: Delivery) -> bool:
    """Whether the exchange took its entry, so that its owner reads prices of the signal in orders of their own."""
    return copy.state in _PLACED


def of(user: User, signal_id: int) -> Shown:
    """Two statements. Raises NotFound for what is nobody's to see, and for what is deleted and was not bought."""
    mine = and_(Purchase.user_id == user.id, Purchase.signal_id == Signal.id)
    awaited = and_(Purchase.state.in_(("confirming", "taken_back")), Purchase.final_at.is_(None))
    row = db.session.execute(
        select(
            Signal, User, exists().where(mine, Purchase.state == "bought"), exists().where(mine, awaited),
            func.coalesce(Rating.rate, 0),
        )
        .join(User, User.id == Signal.provider_id)
        .outerjoin(Rating, and_(Rating.signal_id == Signal.id, Rating.user_id == user.id))
        .where(Signal.id == signal_id, ~Signal.is_private)
    ).one_or_none()  # fmt: skip
    if row is None:
        raise NotFound("There is no such signal.")
    signal, provider, is_bought, is_paying, stars = row
    if signal.deleted_at is not None and (provider.id == user.id or not (is_bought or is_paying)):
        raise NotFound("There is no such signal.")
    mean, is_own = ratings.mean(provider), provider.id == user.id
    return Shown(signal, provider, mean, is_own, is_bought, is_paying, stars, _copies(user, signal_id))


def _copies(user: User, signal_id: int) -> list[Copy]:
    mine = select(ExchangeAccount.id).where(ExchangeAccount.user_id == user.id)
    rows = db.session.execute(
        select(Delivery, ExchangeAccount)
        .join(ExchangeAccount, ExchangeAccount.id == Delivery.account_id)
        .where(Delivery.signal_id == signal_id, Delivery.account_id.in_(mine))
        .order_by(Delivery.id)
    )
    return [(delivery, account) for delivery, account in rows]
