"""What a person needs to know at once: what is open, what needs them, what happened last."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, ScalarSelect, func, select

from mysignals.extensions import Model, db
from mysignals.models import Delivery, Drift, ExchangeAccount, Following, Notification, User

from . import deliveries

_SHOWN = 8
_LIVE = ("sending", "unknown", "accepted", "partially_filled", "filled")


@dataclass(frozen=True, slots=True)
class Overview:
    """Of one person."""

    accounts: int
    followings: int
    paused: int
    open_copies: int
    in_doubt: int
    unprotected: int
    drifts: int
    refused_accounts: list[ExchangeAccount]
    copies: list[deliveries.Row]
    notices: list[Notification]

    @property
    def needs(self) -> int:
        """How many things wait for their owner."""
        return self.unprotected + self.drifts + len(self.refused_accounts)

    @property
    def is_new(self) -> bool:
        return not (self.accounts and self.followings)


def of(user: User) -> Overview:
    """In a constant number of statements; nothing counts as read by it."""
    mine = Delivery.user_id == user.id
    counts = db.session.execute(
        select(
            _many(ExchangeAccount.user_id == user.id, ExchangeAccount),
            _many(Following.user_id == user.id, Following),
            _many((Following.user_id == user.id) & Following.paused, Following),
            _many(mine & Delivery.state.in_(_LIVE), Delivery),
            _many(mine & (Delivery.state == "unknown"), Delivery),
            _many(mine & Delivery.unprotected_since.is_not(None), Delivery),
            _many((Drift.user_id == user.id) & (Drift.state == "open"), Drift),
        )
    ).one()
    refused = select(ExchangeAccount).where(ExchangeAccount.user_id == user.id, ExchangeAccount.status == "refused")
    newest = select(Notification).where(Notification.user_id == user.id).order_by(Notification.id.desc()).limit(_SHOWN)
    copies = deliveries.listed(user, 1, None, None).items[:_SHOWN]
    return Overview(*counts, list(db.session.scalars(refused)), copies, list(db.session.scalars(newest)))


def _many(condition: ColumnElement[bool], model: type[Model]) -> ScalarSelect[int]:
    return select(func.count()).select_from(model).where(condition).scalar_subquery()
