"""The transports of this process: one of each kind, made when first needed."""

from __future__ import annotations

import logging
from functools import cache

from flask import current_app
from redis import Redis
from sqlalchemy import text

from mysignals import clock
from mysignals.connections import redis_client
from mysignals.domain.market import Market
from mysignals.exchanges.dialect import Dialect
from mysignals.exchanges.limits import Scope
from mysignals.exchanges.registry import NAMES, dialects_of, is_offered
from mysignals.exchanges.transports.blocking import BlockingTransport
from mysignals.exchanges.transports.offsets import time_call
from mysignals.exchanges.transports.paced import Paced
from mysignals.exchanges.transports.paced_now import PacedNow
from mysignals.exchanges.transports.pacing import LONG_MS, Priority, ceilings, limits_of
from mysignals.exchanges.transports.places import Places
from mysignals.exchanges.transports.pooled import Loop, PooledTransport
from mysignals.extensions import db
from mysignals.settings import Settings

from .breaker import Venue
from .budgets import ANSWER_S, Budgets, used_of
from .clocks import Clocks
from .tonces import Tonces, fingerprint

log = logging.getLogger(__name__)
MOST_TO_WARM, WARM_PART, WARMED_EVERY_MS = 16, 100, 20_000
QUIET = text("""
    SELECT NOT EXISTS (SELECT FROM deliveries WHERE greatest(claimed_at, followed_at, look_at, updated_at, created_at)
                       > now() - interval '10 minutes')
       AND NOT EXISTS (SELECT FROM exchange_accounts WHERE checked_at > now() - interval '10 minutes')
""")
"""Whether in the longest window of any exchange our rows know of nobody who was traded for or looked after."""


def blocking_transport() -> BlockingTransport:
    """For a question at a time."""
    settings: Settings = current_app.extensions["settings"]
    return _blocking(settings.simulator_url, current_app.extensions["redis"])


def loop() -> Loop:
    """For many conversations at once."""
    settings: Settings = current_app.extensions["settings"]
    return _loop(settings.simulator_url, settings.connections_per_venue, current_app.extensions["redis"])


def warm() -> None:
    """Measure how far every used venue's clock is from ours, and open connections before they are needed.

    Even where none is used yet, the loop is made: while all is quiet, so that the first signal finds whole budgets.
    """
    runner, warmed = loop(), set[str]()
    for venue in used():
        market = Market(venue.market)
        dialect = dialects_of(venue.exchange)[market]
        base = pooled(runner).base_of(dialect, market, venue.environment) if dialect.abilities.tells_time else ""
        if base and base not in warmed:
            warmed.add(base)
            _warm(dialect, market, venue.environment)


def questions_to_warm(dialect: Dialect, market: Market, environment: str) -> int:
    """A hundredth of what the exchange lets an address ask in the time between two rounds; one at least.

    They go before everything else, and where little may be asked they must not cost looks at open copies.
    """
    call = time_call(dialect, market, environment)
    limits = limits_of(call)
    charges = [charge for charge in limits.charges(call.intent) if charge.amount] if limits is not None else []
    rooms = (each.budget.capacity * WARMED_EVERY_MS // each.budget.window_ms // each.amount for each in charges)
    return max(min([room // WARM_PART for room in rooms] + [MOST_TO_WARM]), 1)


def is_used_up(dialect: Dialect, market: Market, environment: str) -> bool:
    """Whether our address has used all that new entries may use there of a budget that counts for minutes: what is
    begun now would wait for longer than it may.
    """
    call, redis = time_call(dialect, market, environment), current_app.extensions["redis"]
    limits, base = limits_of(call), pooled(loop()).base_of(dialect, market, environment)
    budgets = [charge.budget for charge in limits.charges(call.intent)] if limits is not None and base else []
    return any(
        used_of(redis, f"{base}|{_address()}|{budget.name}", budget) >= ceilings(budget)[Priority.OPEN]
        for budget in budgets
        if budget.scope is Scope.ADDRESS and budget.window_ms > LONG_MS
    )


def used() -> list[Venue]:
    """Every market of every exchange and environment that has an account, in a steady order."""
    rows = db.session.execute(text("SELECT DISTINCT exchange, environment FROM exchange_accounts ORDER BY 1, 2")).all()
    db.session.rollback()
    return [
        Venue(exchange, environment, market.value)
        for exchange, environment in rows
        if exchange in NAMES
        for market in dialects_of(exchange)
    ]


def _warm(dialect: Dialect, market: Market, environment: str) -> None:
    runner = loop()
    questions = questions_to_warm(dialect, market, environment)
    answered = runner.run(pooled(runner).warm(dialect, market, environment, questions))
    blocking_transport().offsets.update(pooled(runner).offsets)
    if not answered:
        log.warning("%s %s (%s) did not tell its time; the last known offset stays", dialect.name, market, environment)


def pooled(runner: Loop) -> PooledTransport:
    """The pool that the loop drives."""
    assert isinstance(runner.transport, PooledTransport)
    return runner.transport


@cache
def _blocking(simulator_url: str | None, redis: Redis) -> BlockingTransport:
    clocks, pacer = Clocks(redis), PacedNow(_budgets(), fingerprint, _address())
    transport = BlockingTransport(simulator_url, clock.now_ms, rising=Tonces(redis), tell=clocks, pacer=pacer)
    transport.offsets.update(_remembered(simulator_url, clocks))
    return transport


@cache
def _loop(simulator_url: str | None, connections: int, redis: Redis) -> Loop:
    clocks, pacer = Clocks(redis), Paced(_budgets(), fingerprint, _address())
    transport = PooledTransport(simulator_url, connections=connections, rising=Tonces(redis), tell=clocks, pacer=pacer)
    transport.offsets.update(_remembered(simulator_url, clocks))
    return Loop(transport)


def _budgets() -> Budgets:
    """Over connections of its own, which give up sooner: an exit does not wait long for Redis."""
    settings: Settings = current_app.extensions["settings"]
    budgets = Budgets(redis_client(settings.redis_url, answer_s=ANSWER_S))
    if not budgets.has_begun():
        with db.engine.connect() as connection:  # The session may be in somebody's transaction.
            if connection.scalar(QUIET):
                budgets.begin()
    return budgets


def _address() -> str:
    settings: Settings = current_app.extensions["settings"]
    return settings.egress_address


def _remembered(simulator_url: str | None, clocks: Clocks) -> dict[str, int]:
    """Offsets by base URL that another process of this machine has measured, or this one before it was started anew."""
    places, found = Places(simulator_url), dict[str, int]()
    for told in clocks.of_this_machine():
        if is_offered(told.exchange, told.market) and (simulator_url or told.environment != "paper"):
            found[places.venue(told.exchange, told.market, told.environment)] = told.offset_ms
    return found
