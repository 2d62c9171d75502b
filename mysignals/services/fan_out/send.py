"""The send step: all conversations of a batch at once, without the database."""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator, Sequence
from functools import partial

from flask import current_app
from redis import Redis

from mysignals import clock
from mysignals.domain.market import Market, PositionMode
from mysignals.domain.outcomes import NotSent
from mysignals.domain.plan import Plan
from mysignals.exchanges.flows import open_position
from mysignals.exchanges.market_data import NOBODY
from mysignals.exchanges.registry import dialect_for
from mysignals.exchanges.session import Report, Session
from mysignals.models import Signal
from mysignals.services import turns, unprotected
from mysignals.services.holds import Hold
from mysignals.services.unmapped import Counting, counting
from mysignals.services.venues import loop
from mysignals.settings import Settings

from .outgoing import Outgoing, asked_first
from .planner import Planner
from .results import Result, broken, failed_to_ask, finished

log = logging.getLogger(__name__)
CLOCK_SKEW_MS = 30_000
"""How far an exchange's clock may be behind ours."""


def send(outgoing: Sequence[Outgoing], planner: Planner, hold: Hold) -> Generator[list[Result], None, None]:
    """What became of each, in portions: what has ended does not wait for an account that is slow. A portion may be
    empty. Closed early it still waits for the end of what is under way.

    A key whose requests must not overlap is left to the worker that talks for it just now.
    """
    market = Market(planner.signal.market)
    for together in turns.rounds(outgoing, lambda one: _careful_key(one, market)):
        yield from _in_turn(together, planner, hold)


def _in_turn(outgoing: list[Outgoing], planner: Planner, hold: Hold) -> Iterator[list[Result]]:
    market = Market(planner.signal.market)
    careful = {key for one in outgoing if (key := _careful_key(one, market))}
    redis: Redis = current_app.extensions["redis"]
    with turns.held(redis, sorted(careful)) as ours:
        busy = careful - ours
        waiting = NotSent("another conversation of this key is under way")
        left = [failed_to_ask(one.row, planner.signal, waiting) for one in outgoing if _key(one) in busy]
        ready = [one for one in outgoing if _key(one) not in busy]
        for portion in _sent(ready, planner, hold):
            yield left + portion
            left = []


def _sent(outgoing: list[Outgoing], planner: Planner, hold: Hold) -> Iterator[list[Result]]:
    """Over shared connections; each is signed before the earliest fence, or not at all."""
    if not outgoing:
        yield []
        return
    settings: Settings = current_app.extensions["settings"]
    fence_ms = int(min(one.row.fence_at for one in outgoing).timestamp() * 1000)
    with counting() as count:
        session_of = partial(_session, expiry_ms=settings.request_expiry_ms, count=count)
        conversations = [
            asked_first(one, planner, session_of)
            if one.plan is None
            else open_position(session_of(one, one.plan), one.plan)
            for one in outgoing
        ]
        with loop().begin_flows(conversations, fence_ms, hold=hold) as under_way:
            for portion in under_way.portions():
                yield [_result(outgoing[number], planner.signal, ended) for number, ended in portion]


def _session(one: Outgoing, plan: Plan, *, expiry_ms: int, count: Counting) -> Session:
    row, known = one.row, one.known
    return Session(
        dialect=dialect_for(row.exchange, plan.market, row.api_version),
        credentials=known.key or NOBODY,
        environment=row.environment,
        root=row.client_id,
        clock_ms=clock.now_ms,
        expiry_ms=expiry_ms,
        mode=known.mode or PositionMode.ONE_WAY,
        settings=known.settings,
        close_unprotected=row.on_unprotected == "close",
        on_unmapped=count,
        taken=known.taken,
        moments=known.moments,
        since_ms=clock.now_ms() - CLOCK_SKEW_MS,
    )


def _key(one: Outgoing) -> str:
    return one.known.key.api_key if one.known.key else ""


def _careful_key(one: Outgoing, market: Market) -> str:
    """Empty where conversations of the key may overlap."""
    abilities = dialect_for(one.row.exchange, market, one.row.api_version).abilities
    return _key(one) if abilities.one_at_a_time else ""


def _result(one: Outgoing, signal: Signal, ended: Report | Result | BaseException) -> Result:
    if isinstance(ended, Result):
        return ended
    if one.plan is None:
        assert isinstance(ended, BaseException)
        log.error("questions for delivery %s ended in a bug of ours", one.row.id, exc_info=ended)
        return failed_to_ask(one.row, signal, NotSent("an internal error"))
    if isinstance(ended, BaseException):
        log.error("delivery %s ended in a bug of ours and stays unknown", one.row.id, exc_info=ended)
        return broken(one.row, signal)
    result = finished(one.row, signal, one.plan, ended)
    result.stretch = unprotected.of_entry(one.plan, ended, one.known.moments, result.state, clock.now_ms())
    return result
