"""The transports of this process: one of each kind, made when first needed."""

from __future__ import annotations

import logging
from functools import cache

from flask import current_app
from sqlalchemy import text

from mysignals import clock
from mysignals.domain.market import Market
from mysignals.exchanges.registry import dialect_for, markets_of
from mysignals.exchanges.transports.blocking import BlockingTransport
from mysignals.exchanges.transports.pooled import Loop, PooledTransport
from mysignals.extensions import db
from mysignals.settings import Settings

log = logging.getLogger(__name__)


def blocking_transport() -> BlockingTransport:
    """For a question at a time."""
    settings: Settings = current_app.extensions["settings"]
    return _blocking(settings.simulator_url)


def loop() -> Loop:
    """For many conversations at once."""
    settings: Settings = current_app.extensions["settings"]
    return _loop(settings.simulator_url, settings.connections_per_venue)


def warm() -> None:
    """Measure how far every used venue's clock is from ours, and open connections before they are needed."""
    used = db.session.execute(text("SELECT DISTINCT exchange, environment FROM exchange_accounts")).all()
    db.session.rollback()
    for exchange, environment in used:
        for market in markets_of(exchange):
            _warm(exchange, market, environment)


def _warm(exchange: str, market: Market, environment: str) -> None:
    dialect, runner = dialect_for(exchange, market), loop()
    answered = runner.run(pooled(runner).warm(dialect, market, environment))
    blocking_transport().learn_offset(dialect, market, environment)
    if not answered:
        log.warning("%s %s (%s) did not tell its time; the last known offset stays", exchange, market, environment)


def pooled(runner: Loop) -> PooledTransport:
    """The pool that the loop drives."""
    assert isinstance(runner.transport, PooledTransport)
    return runner.transport


@cache
def _blocking(simulator_url: str | None) -> BlockingTransport:
    return BlockingTransport(simulator_url, clock.now_ms)


@cache
def _loop(simulator_url: str | None, connections: int) -> Loop:
    return Loop(PooledTransport(simulator_url, connections=connections))
