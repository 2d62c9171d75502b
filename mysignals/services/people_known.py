"""A person as registrars see them: what they have here, in counts, and never what it is worth."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ScalarSelect, SQLColumnExpression, func, select

from mysignals.domain.lifecycle import LIVE
from mysignals.extensions import Model, db
from mysignals.models import ApiKey, Application, Delivery, ExchangeAccount, Following, Signal, User, WebhookToken

from .errors import NotFound


@dataclass(frozen=True, slots=True)
class Known:
    """`programs` are API keys and webhooks that nobody has revoked."""

    user: User
    accounts: int
    followings: int
    open_copies: int
    programs: int
    active_signals: int
    open_applications: int


def one(person_id: int) -> Known:
    """In one statement; raises NotFound."""
    found = db.session.execute(
        select(
            User,
            _many(ExchangeAccount, ExchangeAccount.user_id == User.id),
            _many(Following, Following.user_id == User.id, ~Following.paused),
            _many(Delivery, Delivery.user_id == User.id, Delivery.state.in_([state.value for state in LIVE])),
            _many(ApiKey, ApiKey.user_id == User.id, ApiKey.revoked_at.is_(None)),
            _many(WebhookToken, WebhookToken.user_id == User.id, WebhookToken.revoked_at.is_(None)),
            _many(Signal, Signal.provider_id == User.id, Signal.is_active),
            _many(Application, Application.user_id == User.id, Application.state == "open"),
        ).where(User.id == person_id)
    ).one_or_none()
    if found is None:
        raise NotFound("There is nobody with this number.")
    user, accounts, followings, copies, keys, webhooks, signals, applications = found
    return Known(user, accounts, followings, copies, keys + webhooks, signals, applications)


def _many(model: type[Model], *conditions: SQLColumnExpression[bool]) -> ScalarSelect[int]:
    return select(func.count()).select_from(model).where(*conditions).scalar_subquery()
