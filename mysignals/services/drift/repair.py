"""Repairing what an owner has approved: by one turn, looked for before anything is sent, read again before it acts."""

from __future__ import annotations

import hashlib
import logging
import secrets
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from flask import current_app
from redis import Redis
from sqlalchemy import select, text

from mysignals import dispatch
from mysignals.domain.abilities import ExitStyle
from mysignals.domain.drift import Repair, State
from mysignals.domain.market import Market, Side
from mysignals.domain.reasons import advice, cause
from mysignals.exchanges.dialect import Call
from mysignals.exchanges.mending import Mended, Mending, Surplus, close_surplus, close_trades, end_flat, find_close
from mysignals.exchanges.registry import is_offered, lifetime_s
from mysignals.exchanges.seen import Seen
from mysignals.exchanges.wire import Reply
from mysignals.extensions import db
from mysignals.models import Drift, ExchangeAccount
from mysignals.services import keys, notices, turns
from mysignals.services.follow import due
from mysignals.services.follow.load import load
from mysignals.services.follow.session import session_of
from mysignals.services.follow.store import store
from mysignals.services.holds import Hold, keeping
from mysignals.services.unmapped import Counting, counting
from mysignals.services.venues import loop
from mysignals.settings import Settings

from . import accounts, books, words
from .audit import examine
from .books import Copy
from .judging import Difference
from .questions import Question, question_of

log = logging.getLogger(__name__)
T = TypeVar("T")
WRITES_S = 20
"""A turn writes for so long."""
MARGIN_S = 10
"""For clocks that differ, and for books of an exchange that are late."""
MOST_MINUTES = 15
"""A repair that could not be done by then is given up, for the owner looked at another world."""
WAITING = text("""
    SELECT id FROM drifts WHERE state = 'approved' AND (held_until IS NULL OR held_until < now()) ORDER BY id LIMIT 100
""")
TAKE = text("""
    UPDATE drifts SET held_by = :token, held_until = now() + :seconds * interval '1 second'
    WHERE id = :id AND state = 'approved' AND (held_until IS NULL OR held_until < now())
    RETURNING id
""")


@dataclass(frozen=True, slots=True)
class Turn:
    """One worker over one approved drift: what it sends must be dead when another worker may take it."""

    id: int
    user_id: int
    symbol: str
    side: str
    difference: Decimal
    repair: Repair
    decided_at: datetime
    exchange: str
    account_id: int
    token: str
    until: float
    """By time.monotonic()."""

    def is_ours(self) -> bool:
        return time.monotonic() < self.until

    @property
    def root(self) -> str:
        """Of the close's client id: one drift has one, however often it is tried."""
        seed = f"{self.id}/{self.account_id}/{self.decided_at.timestamp()}"
        return f"msd{self.id}x{hashlib.sha256(seed.encode()).hexdigest()[:6]}"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a repair; `state` APPROVED where it is tried again, `message` for the owner where it is over."""

    state: State
    message: str = ""
    may_have_sent: bool = False


def repair_waiting() -> None:
    """Hand over what was approved and nobody works on (beat): lost messages, dead workers, exchanges that were away."""
    ids = list(db.session.scalars(WAITING))
    db.session.rollback()
    for drift_id in ids:
        dispatch.send("upkeep.repair_drift", drift_id)


def repair(drift_id: int) -> None:
    """Do what was approved, once. What another turn works on, or what is over, is left alone."""
    turn = take(drift_id)
    if turn is None:
        return
    result = Result(State.APPROVED, may_have_sent=True)
    try:
        result = _repaired(turn)
    finally:
        db.session.rollback()
        _store(turn, _given_up(turn, result))


def take(drift_id: int) -> Turn | None:
    """The approved drift is this turn's until its hold is over; None where another has it, or nothing is approved."""
    row = db.session.execute(
        select(Drift, ExchangeAccount.exchange)
        .join(ExchangeAccount, ExchangeAccount.id == Drift.account_id)
        .where(Drift.id == drift_id, Drift.state == State.APPROVED)
    ).one_or_none()
    if row is None:
        db.session.rollback()
        return None
    drift, exchange = row
    settings: Settings = current_app.extensions["settings"]
    lifetime = lifetime_s(exchange) if is_offered(exchange, Market(drift.market)) else 0
    seconds = WRITES_S + settings.request_expiry_ms / 1000 + lifetime + MARGIN_S
    token, at = secrets.token_hex(16), time.monotonic()
    turn = Turn(
        drift.id, drift.user_id, drift.symbol, drift.side, drift.difference, Repair(drift.repair),
        drift.decided_at or drift.seen_at, exchange, drift.account_id, token, at + WRITES_S,
    )  # fmt: skip
    taken = db.session.scalar(TAKE, {"id": drift_id, "token": token, "seconds": seconds})
    db.session.commit()
    return turn if taken is not None else None


def _repaired(turn: Turn) -> Result:
    audited = accounts.load([turn.account_id])
    question = question_of(audited[0], Market.FUTURES, turn.symbol) if audited else None
    if question is None:
        return Result(State.APPROVED)
    redis: Redis = current_app.extensions["redis"]
    with turns.held(redis, [question.careful_key] if question.careful_key else []) as ours:
        if question.careful_key and not ours:
            return Result(State.APPROVED)
        with counting() as count:
            return (_adopt if turn.repair is Repair.ADOPT else _close)(turn, question, count)


def _close(turn: Turn, question: Question, count: Counting) -> Result:
    rules = question.rules.get(turn.symbol)
    if rules is None:
        return Result(State.FAILED, words.refused(turn.exchange, turn.symbol, "its rules are not known here"))
    side = Side.BUY if turn.difference > 0 else Side.SELL
    surplus = Surplus(turn.symbol, side, abs(turn.difference), rules)
    session = question.session(count, turn.root)
    within_trade = session.dialect.abilities.exits is ExitStyle.WITHIN_TRADE
    earlier = None if within_trade else _run(find_close(session, surplus), turn)
    if earlier is not None:
        return _told(turn, earlier)
    differs = _differs_still(turn, question)
    if isinstance(differs, Result):
        return differs
    if differs.amount != turn.difference or differs.repair is not Repair.CLOSE:
        return _changed(turn)
    if within_trade:
        ours = {line.exchange_id for copy in _copies(turn) for line in copy.lines if line.exchange_id}
        return _told(turn, _run(close_trades(session, surplus, ours), turn))
    return _told(turn, _run(close_surplus(session, surplus), turn))


def _adopt(turn: Turn, question: Question, count: Counting) -> Result:
    """The copies whose position is gone are held meanwhile, so that nobody looks after them at the same time."""
    differs = _differs_still(turn, question)
    if isinstance(differs, Result):
        return differs
    if differs.repair is not Repair.ADOPT:
        return _changed(turn)
    ids = [copy.id for copy in _copies(turn) if copy.is_live and copy.open]
    hold = Hold()
    taken = due.take(hold, ids)
    with keeping(hold, taken):
        try:
            is_done = len(taken) == len(ids) and _ended(turn, question, taken, hold, count)
        finally:
            db.session.rollback()
            due.give_back(hold, taken)
    if not is_done:
        return Result(State.APPROVED)
    return Result(State.REPAIRED, words.adopted(turn.exchange, turn.symbol))


def _ended(turn: Turn, question: Question, ids: Sequence[int], hold: Hold, count: Counting) -> bool:
    """Whether all of them are over now."""
    if question.session(count).dialect.abilities.exits is ExitStyle.WITHIN_TRADE:
        return False  # One question tells that such a trade is over: the next turn that follows it asks.
    items = [(item, key) for item in load(ids) if (key := keys.open_or_none(item.account.sealed_credentials))]
    db.session.rollback()
    flows = [end_flat(session_of(item, key, count), item.plan, item.legs) for item, key in items]
    over = 0
    with loop().begin_flows(flows, hold=hold) as under_way:
        for portion in under_way.portions():
            for _, answer in portion:
                if isinstance(answer, BaseException):
                    log.error("repairing drift %s ended in a bug of ours", turn.id, exc_info=answer)
            seen = [(items[number][0], answer) for number, answer in portion if isinstance(answer, Seen)]
            store(seen, hold)
            over += len([one for _, one in seen if one.ending is not None])
    return over == len(ids)


def _copies(turn: Turn) -> list[Copy]:
    found = books.load([turn.account_id], accounts.now())[turn.account_id]
    sides = {"both": (Side.BUY, Side.SELL), "long": (Side.BUY,), "short": (Side.SELL,)}[turn.side]
    return [
        copy for copy in found if (copy.market, copy.symbol) == (Market.FUTURES, turn.symbol) and copy.side in sides
    ]


def _differs_still(turn: Turn, question: Question) -> Difference | Result:
    """The difference as it is now; a result where there is none, or where it cannot be told just now."""
    examined = [findings for _, findings in examine([question], accounts.now()) if turn.symbol in findings.compared]
    if not examined:
        return Result(State.APPROVED)
    differences = examined[0].differences
    for found in differences:
        if found.side == turn.side:
            return found
    if differences:
        return _changed(turn)
    return Result(State.GONE, words.settled_itself(turn.exchange, turn.symbol))


def _changed(turn: Turn) -> Result:
    return Result(State.FAILED, words.changed(turn.exchange, turn.symbol))


def _told(turn: Turn, mending: Mending) -> Result:
    if mending.how is Mended.DONE:
        return Result(State.REPAIRED, words.closed(turn.exchange, turn.symbol, turn.difference))
    if mending.how is Mended.REFUSED:
        refusal, sentence = mending.refusal, mending.why
        if refusal is None:
            return Result(State.FAILED, words.refused(turn.exchange, turn.symbol, sentence))
        why = f"{sentence} ({cause(refusal.reason, turn.exchange).rstrip('.')})"
        return Result(
            State.FAILED, words.refused(turn.exchange, turn.symbol, why, advice(refusal.reason, turn.exchange))
        )
    return Result(State.APPROVED, may_have_sent=mending.how is Mended.IN_DOUBT)


def _run(flow: Generator[Call, Reply, T], turn: Turn) -> T:
    (found,) = loop().run_flows([flow], hold=turn)
    return found


def _given_up(turn: Turn, result: Result) -> Result:
    if result.state is not State.APPROVED or accounts.now() - turn.decided_at < timedelta(minutes=MOST_MINUTES):
        return result
    return replace(result, state=State.FAILED, message=words.too_late(turn.exchange, turn.symbol, MOST_MINUTES))


def _store(turn: Turn, result: Result) -> None:
    """Only what is still ours. What may have been sent keeps its hold until it is certainly dead or done."""
    now = accounts.now()
    row = db.session.scalar(
        select(Drift)
        .where(Drift.id == turn.id, Drift.held_by == turn.token, Drift.state == State.APPROVED)
        .with_for_update()
    )
    if row is None:
        db.session.rollback()
        log.warning("drift %s is another's by now: what became of its repair is not stored", turn.id)
        return
    if result.state is State.APPROVED:
        if not result.may_have_sent:
            row.held_by = row.held_until = None
    else:
        row.state, row.ended_at, row.held_by, row.held_until = result.state, now, None, None
        row.message = result.message[:600]
        kind = "repaired" if result.state in (State.REPAIRED, State.GONE) else "drift"
        notices.tell(turn.user_id, kind, result.message[:600])
    if result.state is State.FAILED:
        accounts.ask(turn.account_id)
    db.session.commit()
    log.info("drift %s: %s", turn.id, result.state)
