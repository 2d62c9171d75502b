"""The send step: all conversations of a batch at once, without the database."""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator

from flask import current_app
from redis import Redis

from mysignals import clock
from mysignals.domain.market import PositionMode
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

from .asking import Known
from .claim import Claimed
from .results import Result, broken, finished

log = logging.getLogger(__name__)
CLOCK_SKEW_MS = 30_000
"""How far an exchange's clock may be behind ours."""
Planned = tuple[Claimed, Plan]


def send(
    plans: list[Planned], signal: Signal, known: dict[int, Known], hold: Hold
) -> Generator[list[Result], None, None]:
    """What became of each, in portions: what has ended does not wait for an account that is slow. A portion may be
    empty. Closed early it still waits for the end of what is under way.

    A key whose requests must not overlap is left to the worker that talks for it just now.
    """
    for together in turns.rounds(plans, lambda planned: _careful_key(*planned, known)):
        yield from _in_turn(together, signal, known, hold)


def _in_turn(plans: list[Planned], signal: Signal, known: dict[int, Known], hold: Hold) -> Iterator[list[Result]]:
    careful = {key for row, plan in plans if (key := _careful_key(row, plan, known))}
    redis: Redis = current_app.extensions["redis"]
    with turns.held(redis, sorted(careful)) as ours:
        busy = careful - ours
        waiting = Report(entry=NotSent("another conversation of this key is under way"))
        left = [finished(row, signal, plan, waiting) for row, plan in plans if _key(row, known) in busy]
        ready = [(row, plan) for row, plan in plans if _key(row, known) not in busy]
        for portion in _sent(ready, signal, known, hold):
            yield left + portion
            left = []


def _sent(plans: list[Planned], signal: Signal, known: dict[int, Known], hold: Hold) -> Iterator[list[Result]]:
    """Over shared connections; each is signed before the earliest fence, or not at all."""
    if not plans:
        yield []
        return
    settings: Settings = current_app.extensions["settings"]
    expiry_ms = settings.request_expiry_ms
    fence_ms = int(min(row.fence_at for row, _ in plans).timestamp() * 1000)
    with counting() as count:
        conversations = [
            open_position(_session(row, plan, known[row.id], expiry_ms, count), plan) for row, plan in plans
        ]
        with loop().begin_flows(conversations, fence_ms, hold=hold) as under_way:
            for portion in under_way.portions():
                yield [_result(*plans[number], signal, report, known) for number, report in portion]


def _session(row: Claimed, plan: Plan, known: Known, expiry_ms: int, count: Counting) -> Session:
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


def _key(row: Claimed, known: dict[int, Known]) -> str:
    key = known[row.id].key
    return key.api_key if key else ""


def _careful_key(row: Claimed, plan: Plan, known: dict[int, Known]) -> str:
    """Empty where conversations of the key may overlap."""
    abilities = dialect_for(row.exchange, plan.market, row.api_version).abilities
    return _key(row, known) if abilities.one_at_a_time else ""


def _result(
    row: Claimed, plan: Plan, signal: Signal, report: Report | BaseException, known: dict[int, Known]
) -> Result:
    if isinstance(report, BaseException):
        log.error("delivery %s ended in a bug of ours and stays unknown", row.id, exc_info=report)
        return broken(row, signal)
    result = finished(row, signal, plan, report)
    result.stretch = unprotected.of_entry(plan, report, known[row.id].moments, result.state, clock.now_ms())
    return result
