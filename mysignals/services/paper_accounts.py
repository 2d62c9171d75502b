"""A paper account in one step: opened at the simulated exchange, and connected like any other."""

from __future__ import annotations

import secrets

from flask import current_app
from sqlalchemy import select

from mysignals.exchanges.transports import paper_desk
from mysignals.extensions import db
from mysignals.models import ExchangeAccount, User
from mysignals.settings import Settings

from . import accounts
from .errors import Conflict, ExchangeUnavailable

EXCHANGE = "binance"
MOST = 5
"""Of one person."""
_LABELS = ("Practice", *(f"Practice {number}" for number in range(2, MOST + 1)))


def are_offered() -> bool:
    return _simulator() is not None


def open_one(user: User) -> ExchangeAccount:
    """10,000 USDT of play money at the simulated Binance; raises Conflict and ExchangeUnavailable."""
    url, label = _simulator(), _free_label(user)
    key, secret = secrets.token_hex(32), secrets.token_hex(32)
    db.session.rollback()  # No transaction stays open while the simulator answers.
    if url is None or not paper_desk.open_account(url, key, secret):
        raise ExchangeUnavailable("No paper account was opened: the simulated exchange did not answer. Try again.")
    return accounts.add(user, accounts.Keys(EXCHANGE, "paper", key, secret, label=label))


def _free_label(user: User) -> str:
    mine = select(ExchangeAccount.label).where(
        ExchangeAccount.user_id == user.id,
        ExchangeAccount.exchange == EXCHANGE,
        ExchangeAccount.environment == "paper",
    )
    taken = set(db.session.scalars(mine))
    free = [label for label in _LABELS if label not in taken]
    if not free:
        raise Conflict(f"You have {MOST} paper accounts already. Delete one of them first.")
    return free[0]


def _simulator() -> str | None:
    settings: Settings = current_app.extensions["settings"]
    return settings.simulator_url
