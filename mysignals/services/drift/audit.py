"""One audit: the exchange is asked, its answer compared with our books, strays are cancelled, the ledger is kept."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from flask import current_app
from redis import Redis
from sqlalchemy import select

from mysignals import clock
from mysignals.domain.drift import State
from mysignals.domain.market import Market, SymbolRules
from mysignals.exchanges.auditing import Stray, Told, cancel_strays, read_account
from mysignals.exchanges.dialect import Dialect
from mysignals.exchanges.registry import dialect_for, is_offered
from mysignals.exchanges.session import Session
from mysignals.extensions import db
from mysignals.models import Drift
from mysignals.services import rules, turns
from mysignals.services.unmapped import Counting, counting
from mysignals.services.venues import loop

from . import accounts, books, ledger
from .accounts import Audited
from .books import Copy
from .judging import Findings, StrayOrder, judge, roots_in

log = logging.getLogger(__name__)
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


def audit_due() -> None:
    """A bounded number of accounts whose turn it is (beat)."""
    _audit(accounts.take_due())


def audit(account_id: int) -> None:
    """One account, because somebody asked for it."""
    _audit(accounts.begin(account_id))


def _audit(ids: Sequence[int]) -> None:
    if not ids:
        return
    begun = accounts.now()
    asked = questions(accounts.load(ids), begun)
    compared = []
    for together in turns.rounds(asked, lambda question: question.careful_key):
        compared += _compared(together, begun)
    ledger.store(compared, begun)
    live = {question.account.id for question in asked if question.has_live}
    accounts.done(sorted({one.account.id for one in compared}), sorted(live))


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


def _compared(asked: Sequence[Question], begun: datetime) -> list[ledger.Compared]:
    """Keys whose requests must not overlap are left out while another worker talks for them."""
    redis: Redis = current_app.extensions["redis"]
    careful = {question.careful_key for question in asked} - {""}
    with turns.held(redis, sorted(careful)) as ours:
        free = [question for question in asked if question.careful_key in ("", *ours)]
        found = examine(free, begun)
        return [
            ledger.Compared(question.account, question.market, findings, cancelled, question.unit)
            for (question, findings), cancelled in zip(found, _cancelled(found), strict=True)
        ]


def examine(asked: Sequence[Question], begun: datetime) -> list[tuple[Question, Findings]]:
    """What does not fit, of all whose exchange has answered. Reads alone.

    Our books are read after the answers: whatever moved since shortly before them is left for the next audit.
    """
    with counting() as count:
        flows = [read_account(question.session(count), question.market, question.symbols) for question in asked]
        answers = loop().run_flows(flows, keep_failures=True) if flows else []
    told: list[tuple[Question, Told]] = []
    for question, answer in zip(asked, answers, strict=True):
        if isinstance(answer, BaseException):
            log.error("the audit of account %s ended in a bug of ours", question.account.id, exc_info=answer)
        else:
            told.append((question, answer))
    ids = sorted({question.account.id for question, _ in told})
    known = books.load(ids, begun - timedelta(seconds=books.QUIET_SECONDS))
    return [(question, _judged(question, answer, known[question.account.id])) for question, answer in told]


def _judged(question: Question, told: Told, copies: Sequence[Copy]) -> Findings:
    older = books.roots(question.account.id, roots_in(told) - {copy.client_id for copy in copies})
    return judge(question.market, told, copies, older, question.account.mode_of, question.step)


def _cancelled(found: Sequence[tuple[Question, Findings]]) -> list[list[StrayOrder]]:
    """The strays of each that rest no more. What could not be cancelled is met again by the next audit."""
    gone: list[list[StrayOrder]] = [[] for _ in found]
    wanted = [
        (number, question, together)
        for number, (question, findings) in enumerate(found)
        for symbol in question.symbols
        if (together := _to_cancel(findings, symbol))
    ]
    if not wanted:
        return gone
    with counting() as count:
        flows = [cancel_strays(question.session(count), list(together)) for _, question, together in wanted]
        answers = loop().run_flows(flows, keep_failures=True)
    for (number, question, together), answer in zip(wanted, answers, strict=True):
        if isinstance(answer, BaseException):
            log.error("cancelling strays of account %s ended in a bug of ours", question.account.id, exc_info=answer)
            continue
        gone[number] += [together[stray] for stray in answer]
        for stray, one in together.items():
            told = "was cancelled" if stray in answer else "rests on"
            report = stray.resting.order.report
            name = report.client_id or report.exchange_id
            log.warning("account %s: order %s, %s, %s", question.account.id, name, one.cause, told)
    return gone


def _to_cancel(findings: Findings, symbol: str) -> dict[Stray, StrayOrder]:
    return {one.stray: one for one in findings.strays if one.stray and one.resting.order.symbol == symbol}
