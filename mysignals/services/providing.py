"""A provider's own record: every signal with what it came to and what it earned, and how it reached the followers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from mysignals.domain.lifecycle import State
from mysignals.extensions import db
from mysignals.models import Delivery, Purchase, Signal, SignalResult, User

from . import listings, paging, results, signals

_BOUGHT = Purchase.state == "bought"
_REASONS = 12


@dataclass(frozen=True, slots=True)
class Sales:
    """`amount` is in the token's smallest unit."""

    many: int
    amount: int


@dataclass(frozen=True, slots=True)
class Own:
    """One signal of the list. `results` by kind of money: real first."""

    signal: Signal
    results: list[SignalResult]
    sales: Sales


@dataclass(frozen=True, slots=True)
class Overview:
    standing: results.Standing
    sales: Sales
    page: paging.Page[Own]


@dataclass(frozen=True, slots=True)
class Reach:
    """How a signal reached its followers, and never whom.

    Times are ms from publication to an exchange's answer; None while none has answered.
    """

    states: dict[str, int]
    first_ms: int | None
    last_ms: int | None
    reasons: list[tuple[str, str | None, str, int]]
    """State, our reason code, exchange, and how many; the most frequent first."""

    @property
    def total(self) -> int:
        return sum(self.states.values())

    @property
    def on_the_way(self) -> int:
        return self.states[State.QUEUED] + self.states[State.SENDING]

    @property
    def acknowledged(self) -> int:
        """How many an exchange has taken, whatever came of them later."""
        left_out = (State.QUEUED, State.SENDING, State.UNKNOWN, State.REJECTED, State.SKIPPED, State.EXPIRED)
        return self.total - sum(self.states[state] for state in left_out)


def overview(provider: User, page: int) -> Overview:
    """In a constant number of statements."""
    found = listings.signals_of(provider, page)
    ids = [signal.id for signal in found.items]
    counted, sold = _results(ids), _sales_by_signal(ids)
    own = [Own(signal, counted.get(signal.id, []), sold.get(signal.id, Sales(0, 0))) for signal in found.items]
    return Overview(results.standing(provider), _sales(provider), paging.Page(own, found.total))


def one(provider: User, signal_id: int) -> tuple[Own, Reach]:
    """Raises NotFound where it is none of theirs."""
    signal = signals.own(provider, signal_id)
    sold = _sales_by_signal([signal.id]).get(signal.id, Sales(0, 0))
    return Own(signal, _results([signal.id]).get(signal.id, []), sold), _reach(signal)


def _reach(signal: Signal) -> Reach:
    d = Delivery
    why = (d.state, d.reason, d.exchange)
    counted = select(*why, func.count(), func.min(d.acknowledged_at), func.max(d.acknowledged_at))
    rows = db.session.execute(
        counted.where(d.signal_id == signal.id, d.trade_sizing.is_(None), d.retry_of.is_(None))
        .group_by(*why)
        .order_by(func.count().desc())
    ).all()
    states = dict.fromkeys((state.value for state in State), 0)
    for state, _, _, many, _, _ in rows:
        states[state] += many
    reasons = [(state, reason, exchange, many) for state, reason, exchange, many, _, _ in rows if _is_told(state)]
    firsts = [first for *_, first, _ in rows if first is not None]
    lasts = [last for *_, last in rows if last is not None]
    return Reach(
        states,
        _ms(signal.created_at, min(firsts, default=None)),
        _ms(signal.created_at, max(lasts, default=None)),
        reasons[:_REASONS],
    )


def _is_told(state: str) -> bool:
    return state in (State.REJECTED, State.SKIPPED, State.EXPIRED, State.UNKNOWN)


def _ms(begin: datetime, end: datetime | None) -> int | None:
    return None if end is None else max(0, round((end - begin).total_seconds() * 1000))


def _results(signal_ids: Sequence[int]) -> dict[int, list[SignalResult]]:
    query = select(SignalResult).where(SignalResult.signal_id.in_(signal_ids)).order_by(SignalResult.money.desc())
    found: dict[int, list[SignalResult]] = {}
    for row in db.session.scalars(query):
        found.setdefault(row.signal_id, []).append(row)
    return found


def _sales_by_signal(signal_ids: Sequence[int]) -> dict[int, Sales]:
    counted = select(Purchase.signal_id, func.count(), func.coalesce(func.sum(Purchase.amount), 0))
    rows = db.session.execute(counted.where(Purchase.signal_id.in_(signal_ids), _BOUGHT).group_by(Purchase.signal_id))
    return {signal_id: Sales(many, int(amount or 0)) for signal_id, many, amount in rows}


def _sales(provider: User) -> Sales:
    counted = select(func.count(Purchase.id), func.coalesce(func.sum(Purchase.amount), 0))
    mine = counted.join(Signal, Signal.id == Purchase.signal_id).where(Signal.provider_id == provider.id, _BOUGHT)
    many, amount = db.session.execute(mine).one()
    return Sales(many, int(amount or 0))
