"""How choices of a follower would have sized a provider's last signals: the same planning, and nothing is stored.

Signals that are still for sale, or still open with anybody, are left out: their prices are not to be worked out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import exists, func, select

from mysignals import clock
from mysignals.domain.at_stake import AtStake, at_stake
from mysignals.domain.market import MarginMode, Market, SymbolRules
from mysignals.domain.plan import Choices, Plan, Skip, SkipReason, make_plan
from mysignals.domain.sizing import Sizing, SizingMode
from mysignals.exchanges.registry import dialect_for, is_offered
from mysignals.extensions import db
from mysignals.models import Delivery, ExchangeAccount, Signal, User

from . import portfolio, rules
from .errors import Invalid
from .fan_out.planning import terms_of

MOST = 6
"""Signals that are tried, the newest."""
_OPEN = ("queued", "sending", "unknown", "accepted", "partially_filled", "filled")
_UNITS = ("USDT", "USDC", "USD")
"""Quotes in which an account's balance, told in USDT, is near enough for a preview."""


@dataclass(frozen=True, slots=True)
class Tried:
    """`stake` is None where nothing would have been sent: `why` says it."""

    signal: Signal
    plan: Plan | None
    stake: AtStake | None
    why: str


@dataclass(frozen=True, slots=True)
class Trial:
    """`balance` in USDT is what sizes were worked out from, None where they need none or it is not known.

    `is_waiting` while an exchange is being asked for it.
    """

    tried: list[Tried]
    balance: Decimal | None
    is_waiting: bool

    @property
    def worst(self) -> Decimal | None:
        """The largest loss at a stop among them, in quote."""
        return max((one.stake.loss for one in self.tried if one.stake is not None), default=None)


def tried(user: User, provider_name: str, account_id: int, columns: Mapping[str, Any]) -> Trial:
    """`columns` are those of a following. Raises Invalid for an account that is not theirs."""
    account = db.session.scalar(
        select(ExchangeAccount).where(ExchangeAccount.id == account_id, ExchangeAccount.user_id == user.id)
    )
    if account is None:
        raise Invalid({"account_id": "You have no such exchange account."})
    size = Sizing(SizingMode(columns["sizing_mode"]), columns["sizing_value"])
    signals = _last(provider_name)
    listed = rules.find_all(account.exchange, account.environment, [(one.market, one.symbol) for one in signals])
    figures = portfolio.known(account.id) if size.needs_balance and account.status == "ready" else None
    balance = figures.available if figures is not None else None
    found = [
        _one(signal, columns, size, account, listed.get((signal.market, signal.symbol)), balance) for signal in signals
    ]
    return Trial(found, balance, size.needs_balance and balance is None)


def _last(provider_name: str) -> list[Signal]:
    still_open = exists().where(Delivery.signal_id == Signal.id, Delivery.state.in_(_OPEN))
    theirs = (
        select(Signal)
        .join(User, User.id == Signal.provider_id)
        .where(func.lower(User.user_name) == provider_name.lower(), User.role == "Provider", User.is_welcome)
        .where(~Signal.is_active, Signal.deleted_at.is_(None), ~still_open)
    )
    return list(db.session.scalars(theirs.order_by(Signal.id.desc()).limit(MOST)))


def _one(
    signal: Signal,
    columns: Mapping[str, Any],
    size: Sizing,
    account: ExchangeAccount,
    listed: SymbolRules | None,
    balance: Decimal | None,
) -> Tried:
    if columns["symbols"] and signal.symbol not in columns["symbols"]:
        return Tried(signal, None, None, f"{signal.symbol} is not among the symbols that you copy.")
    plan = _planned(signal, columns, size, account, listed, balance)
    if isinstance(plan, Skip):
        return Tried(signal, None, None, plan.sentence)
    return Tried(signal, plan, at_stake(plan), "")


def _planned(
    signal: Signal,
    columns: Mapping[str, Any],
    size: Sizing,
    account: ExchangeAccount,
    listed: SymbolRules | None,
    balance: Decimal | None,
) -> Plan | Skip:
    market, now = Market(signal.market), clock.now()
    if listed is None or not is_offered(account.exchange, market, account.api_version):
        return Skip(SkipReason.NOT_LISTED, f"{signal.symbol} does not trade on this account's {market} market.")
    abilities = dialect_for(account.exchange, market, account.api_version).abilities
    if size.needs_balance and abilities.tells_balances and (balance is None or listed.quote not in _UNITS):
        return Skip(SkipReason.FUNDS, "Its size depends on the balance at that moment.")
    # Its age is not what is tried.
    terms = terms_of(signal, now, 1, since=now)
    return make_plan(terms, _choices(columns, size, balance), listed, abilities=abilities)


def _choices(columns: Mapping[str, Any], size: Sizing, balance: Decimal | None) -> Choices:
    return Choices(
        sizing=size,
        max_leverage=columns["max_leverage"],
        max_open=columns["max_open"],
        open_now=0,
        max_deviation_bps=columns["max_deviation_bps"],
        targets=columns["targets"],
        margin_mode=MarginMode(columns["margin_mode"]),
        available=balance if size.needs_balance else None,
    )
