"""One audit: the exchange is asked, its answer compared with our books, strays are cancelled, the ledger is kept."""

from __future__ import annotations

import logging
from collections.abc import Generator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask import current_app
from redis import Redis

from mysignals.exchanges.auditing import Stray, Told, cancel_strays, read_account
from mysignals.services import turns
from mysignals.services.unmapped import Counting, counting
from mysignals.services.venues import loop

from . import accounts, books, ledger
from .books import Copy
from .judging import Findings, StrayOrder, judge, roots_in
from .questions import Question, questions

log = logging.getLogger(__name__)
Found = tuple[Question, Findings]


@dataclass(slots=True)
class Audit:
    """One market of an account that was read; over when no conversation about its strays is under way any more."""

    question: Question
    findings: Findings
    left: int = 0
    cancelled: list[StrayOrder] = field(default_factory=list)
    """Strays that rest no more. What could not be cancelled is met again by the next audit."""

    @property
    def told(self) -> ledger.Compared:
        question = self.question
        return ledger.Compared(question.account, question.market, self.findings, self.cancelled, question.unit)


def audit_due() -> None:
    """A bounded number of accounts whose turn it is (beat)."""
    _audit(accounts.take_due())


def audit(account_id: int) -> None:
    """One account, because somebody asked for it."""
    _audit(accounts.begin(account_id))


def _audit(ids: Sequence[int]) -> None:
    """What was compared is stored, and told, while slow accounts still talk."""
    if not ids:
        return
    begun = accounts.now()
    asked = questions(accounts.load(ids), begun)
    for together in turns.rounds(asked, lambda question: question.careful_key):
        with closing(_audited(together, begun)) as portions:
            for portion in filter(None, portions):
                live = {one.question.account.id for one in portion if one.question.has_live}
                accounts.done(sorted({one.question.account.id for one in portion}), sorted(live))
                ledger.store([one.told for one in portion], begun)


def _audited(asked: Sequence[Question], begun: datetime) -> Generator[list[Audit], None, None]:
    """In portions, as they end; one may be empty. Strays are cancelled as soon as they are found. Closed early it still
    waits for the end of what is under way.

    Keys whose requests must not overlap are left out while another worker talks for them.
    """
    redis: Redis = current_app.extensions["redis"]
    careful = {question.careful_key for question in asked} - {""}
    with turns.held(redis, sorted(careful)) as ours, counting() as count, ExitStack() as under_way:
        free = [question for question in asked if question.careful_key in ("", *ours)]
        cancelling = list[Generator[list[Audit], None, None]]()
        with closing(_read(free, begun)) as portions:
            for portion in portions:
                audits = [Audit(*found) for found in portion]
                cancelling.append(_cancelled(audits, count, under_way))
                yield [one for one in audits if not one.left]
        for ended in cancelling:
            yield from ended


def examine(asked: Sequence[Question], begun: datetime) -> list[Found]:
    """What does not fit, of all whose exchange has answered. Reads alone."""
    return [found for portion in _read(asked, begun) for found in portion]


def _read(asked: Sequence[Question], begun: datetime) -> Generator[list[Found], None, None]:
    """Our books are read after the answers: whatever moved since shortly before them is left for the next audit."""
    with counting() as count:
        flows = [read_account(question.session(count), question.market, question.symbols) for question in asked]
        with loop().begin_flows(flows) as under_way:
            for portion in under_way.portions():
                told = [(asked[number], answer) for number, answer in portion if isinstance(answer, Told)]
                for number, answer in portion:
                    _complain(asked[number], answer)
                ids = sorted({question.account.id for question, _ in told})
                known = books.load(ids, begun - timedelta(seconds=books.QUIET_SECONDS))
                yield [(question, _judged(question, answer, known[question.account.id])) for question, answer in told]


def _judged(question: Question, told: Told, copies: Sequence[Copy]) -> Findings:
    older = books.roots(question.account.id, roots_in(told) - {copy.client_id for copy in copies})
    return judge(question.market, told, copies, older, question.account.mode_of, question.step)


def _cancelled(audits: Sequence[Audit], count: Counting, under_way: ExitStack) -> Generator[list[Audit], None, None]:
    """Begins at once; those of `audits` that have strays, as the last of their conversations ends."""
    wanted = [
        (one, together)
        for one in audits
        for symbol in one.question.symbols
        if (together := _to_cancel(one.findings, symbol))
    ]
    for one, _ in wanted:
        one.left += 1
    flows = [cancel_strays(one.question.session(count), list(together)) for one, together in wanted]
    begun = under_way.enter_context(loop().begin_flows(flows))

    def ended() -> Generator[list[Audit], None, None]:
        for portion in begun.portions():
            for number, answer in portion:
                one, together = wanted[number]
                one.left -= 1
                one.cancelled += _gone(one.question, together, answer)
            yield list({id(one): one for one in (wanted[number][0] for number, _ in portion) if not one.left}.values())

    return ended()


def _gone(
    question: Question, together: dict[Stray, StrayOrder], answer: list[Stray] | BaseException
) -> list[StrayOrder]:
    _complain(question, answer)
    if isinstance(answer, BaseException):
        return []
    for stray, one in together.items():
        told = "was cancelled" if stray in answer else "rests on"
        report = stray.resting.order.report
        name = report.client_id or report.exchange_id
        log.warning("account %s: order %s, %s, %s", question.account.id, name, one.cause, told)
    return [together[stray] for stray in answer]


def _complain(question: Question, answer: object) -> None:
    if isinstance(answer, BaseException):
        log.error("the audit of account %s ended in a bug of ours", question.account.id, exc_info=answer)


def _to_cancel(findings: Findings, symbol: str) -> dict[Stray, StrayOrder]:
    return {one.stray: one for one in findings.strays if one.stray and one.resting.order.symbol == symbol}
