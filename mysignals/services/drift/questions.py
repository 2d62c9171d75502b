"""What an audit asks: the symbols of each market of an account whose orders and positions are to be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select

from mysignals import clock
from mysignals.domain.drift import State
from mysignals.domain.market import Market, SymbolRules
from mysignals.exchanges.dialect import Dialect
from mysignals.exchanges.registry import dialect_for, is_offered
from mysignals.exchanges.session import Session
from mysignals.extensions import db
from mysignals.models import Drift
from mysignals.services import rules
from mysignals.services.unmapped import Counting

from . import books
from .accounts import Audited

MOST_SYMBOLS = 20
"""Of one market of one account in one audit: those with live copies first, then the newest."""


@dataclass(frozen=True, slots=True)
class Question:
    """One market of one account, with the symbols that are asked about."""

    account: Audited
    market: Market
    symbols: tuple[str, ...]
    rules: Mapping[str, SymbolRules]
    """By symbol, as far as they are known."""
    has_live: bool
    """Whether it has copies that are not over."""

    def session(self, count: Counting, root: str = "") -> Session:
        account = self.account
        return Session(self._dialect, account.key, account.environment, root, clock.now_ms, on_unmapped=count)

    @property
    def careful_key(self) -> str:
        """Empty where conversations of the key may overlap."""
        return self.account.key.api_key if self._dialect.abilities.one_at_a_time else ""

    @property
    def _dialect(self) -> Dialect:
        return dialect_for(self.account.exchange, self.market, self.account.version)

    def step(self, symbol: str) -> Decimal:
        """0 where it is not known."""
        return self.rules[symbol].step if symbol in self.rules else Decimal(0)

    def unit(self, symbol: str) -> str:
        return self.rules[symbol].unit if symbol in self.rules else ""


def questions(audited: Sequence[Audited], begun: datetime) -> list[Question]:
    """What to ask: every symbol of the copies that count, and of drifts that are not over."""
    ids = [account.id for account in audited]
    known = books.load(ids, begun)
    drifting = db.session.execute(
        select(Drift.account_id, Drift.market, Drift.symbol).where(
            Drift.account_id.in_(ids), Drift.ended_at.is_(None), Drift.state != State.APPROVED
        )
    ).all()
    found = []
    for account in audited:
        copies = sorted(known[account.id], key=lambda copy: not copy.is_live)
        wanted = [(copy.market, copy.symbol) for copy in copies]
        wanted += [(Market(row.market), row.symbol) for row in drifting if row.account_id == account.id]
        has_live = any(copy.is_live or copy.is_moving for copy in copies)
        for market in Market:
            symbols = tuple(dict.fromkeys(symbol for where, symbol in wanted if where is market))[:MOST_SYMBOLS]
            if symbols and is_offered(account.exchange, market, account.version):
                found.append(Question(account, market, symbols, _rules(account, market, symbols), has_live))
    db.session.rollback()
    return found


def question_of(account: Audited, market: Market, symbol: str) -> Question | None:
    """About one symbol; None where the account's exchange is not offered any more."""
    if not is_offered(account.exchange, market, account.version):
        return None
    known = _rules(account, market, (symbol,))
    db.session.rollback()
    return Question(account, market, (symbol,), known, has_live=True)


def _rules(account: Audited, market: Market, symbols: Sequence[str]) -> dict[str, SymbolRules]:
    found = {symbol: rules.find(market, symbol, account.exchange, account.environment) for symbol in symbols}
    return {symbol: known for symbol, known in found.items() if known is not None}
