"""The transports of this process: one of each kind, made when first needed."""

from __future__ import annotations

from functools import cache

from flask import current_app

from mysignals import clock
from mysignals.exchanges.transports.blocking import BlockingTransport
from mysignals.exchanges.transports.pooled import Loop, PooledTransport
from mysignals.settings import Settings


def blocking_transport() -> BlockingTransport:
    """For a question at a time."""
    settings: Settings = current_app.extensions["settings"]
    return _blocking(settings.simulator_url)


def loop() -> Loop:
    """For many conversations at once."""
    settings: Settings = current_app.extensions["settings"]
    return _loop(settings.simulator_url, settings.connections_per_venue)


@cache
def _blocking(simulator_url: str | None) -> BlockingTransport:
    return BlockingTransport(simulator_url, clock.now_ms)


@cache
def _loop(simulator_url: str | None, connections: int) -> Loop:
    return Loop(PooledTransport(simulator_url, connections=connections))
