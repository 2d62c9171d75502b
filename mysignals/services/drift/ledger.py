"""Keeping the ledger: what is met is noted, what is met again is told, what is no longer met is over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from mysignals.domain.drift import Cause, Kind, Repair, State
from mysignals.domain.market import Market
from mysignals.extensions import db
from mysignals.models import Drift
from mysignals.services import notices

from . import words
from .accounts import Audited
from .judging import Difference, Findings, StrayOrder

CONFIRMED_AFTER = timedelta(seconds=10)
"""A drift is told only when a later audit meets it again: the first may have caught a copy on its way."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One market of one account, with the strays that were cancelled."""

    account: Audited
    market: Market
    findings: Findings
    cancelled: Sequence[StrayOrder]
    unit_of: Callable[[str], str]


def store(audits: Sequence[Compared], now: datetime) -> None:
    """One transaction. `now` is the database's time when the audit began."""
    ids = sorted({one.account.id for one in audits})
    rows = db.session.scalars(
        select(Drift).where(Drift.account_id.in_(ids), Drift.ended_at.is_(None)).order_by(Drift.id).with_for_update()
    ).all()
    for one in audits:
        mine = [row for row in rows if row.account_id == one.account.id and row.market == one.market]
        _positions(one, [row for row in mine if row.kind == Kind.POSITION], now)
        _orders(one, [row for row in mine if row.kind == Kind.ORDER], now)
        _cancelled(one, now)
    db.session.commit()


def _positions(one: Compared, rows: Sequence[Drift], now: datetime) -> None:
    met = {(found.symbol, found.side): found for found in one.findings.differences}
    known = {(row.symbol, row.side): row for row in rows}
    for key, row in known.items():
        if row.symbol not in one.findings.compared or row.state == State.APPROVED:
            continue
        if key not in met:
            _end(row, now)
        elif _is_same(row, met[key]):
            _again(one, row, met[key], now)
        else:
            # An id stands for one amount for ever, so that nobody approves another one than was shown.
            _end(row, now)
            db.session.flush()
            _add(_position(one, met[key], now))
    for key, found in met.items():
        if key not in known:
            _add(_position(one, found, now))


def _is_same(row: Drift, found: Difference) -> bool:
    if row.difference != found.amount:
        return False
    return row.state == State.DISMISSED or (row.repair, row.cause) == (found.repair, found.cause)


def _again(one: Compared, row: Drift, found: Difference, now: datetime) -> None:
    row.seen_at = now
    row.expected, row.actual = found.expected, found.actual
    followed = found.followed_since is None or found.followed_since > row.first_seen_at
    if row.state == State.SEEN and now - row.first_seen_at >= CONFIRMED_AFTER and followed:
        row.state = State.OPEN
        notices.tell(one.account.user_id, "drift", row.message)


def _end(row: Drift, now: datetime) -> None:
    """What was never told leaves no trace."""
    if row.state == State.SEEN:
        db.session.delete(row)
        return
    row.ended_at = now
    if row.state == State.OPEN:
        row.state = State.GONE


def _orders(one: Compared, rows: Sequence[Drift], now: datetime) -> None:
    """Orders that are not ours to touch: told once, and over when they are no longer there."""
    foreign = {_name(stray): stray for stray in one.findings.strays if stray.stray is None}
    known = {(row.symbol, row.exchange_order_id, row.client_order_id): row for row in rows}
    for key, row in known.items():
        if row.symbol not in one.findings.listed:
            continue
        if key not in foreign:
            _end(row, now)
        elif row.state == State.SEEN and now - row.first_seen_at >= CONFIRMED_AFTER:
            row.state, row.seen_at = State.OPEN, now
            notices.tell(one.account.user_id, "drift", row.message)
        else:
            row.seen_at = now
    for key, stray in foreign.items():
        if key not in known:
            message = words.foreign(one.account.exchange, stray.resting.order)
            _add(_order(one, stray, message, now) | {"repair": Repair.NONE, "state": State.SEEN})


def _name(stray: StrayOrder) -> tuple[str, str | None, str | None]:
    """The two lists of an exchange may number their orders alike."""
    report = stray.resting.order.report
    return stray.resting.order.symbol, report.exchange_id, report.client_id[:64] or None


def _cancelled(one: Compared, now: datetime) -> None:
    for stray in one.cancelled:
        message = words.cancelled(one.account.exchange, stray.resting.order, stray.cause)
        _add(
            _order(one, stray, message, now)
            | {"repair": Repair.CANCEL, "state": State.REPAIRED, "decided_at": now, "ended_at": now}
        )
        notices.tell(one.account.user_id, "repaired", message)


def _add(values: dict[str, Any]) -> None:
    """Nothing where another audit has just noted the same."""
    db.session.execute(insert(Drift).values(values).on_conflict_do_nothing())


def _position(one: Compared, found: Difference, now: datetime) -> dict[str, Any]:
    message = words.differs(one.account.exchange, found, one.unit_of(found.symbol))
    return _common(one, found.symbol, found.side, found.cause, message, now) | {
        "kind": Kind.POSITION,
        "expected": found.expected,
        "actual": found.actual,
        "difference": found.amount,
        "repair": found.repair,
        "state": State.SEEN,
    }


def _order(one: Compared, stray: StrayOrder, message: str, now: datetime) -> dict[str, Any]:
    order = stray.resting.order
    return _common(one, order.symbol, order.side, stray.cause, message, now) | {
        "kind": Kind.ORDER,
        "expected": Decimal(0),
        "actual": order.quantity,
        "difference": order.quantity,
        "client_order_id": order.report.client_id[:64] or None,
        "exchange_order_id": order.report.exchange_id,
    }


def _common(one: Compared, symbol: str, side: str, cause: Cause, message: str, now: datetime) -> dict[str, Any]:
    return {
        "account_id": one.account.id,
        "user_id": one.account.user_id,
        "market": one.market,
        "symbol": symbol,
        "side": side,
        "cause": cause,
        "message": message[:600],
        "first_seen_at": now,
        "seen_at": now,
    }
