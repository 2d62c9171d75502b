"""How the installation is, for who runs it: what is behind /readyz and /metrics, at one look."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app
from redis import Redis, RedisError

from mysignals.domain.market import Market

from . import budgets, clocks, deliveries, drift, mails, readiness, unmapped
from .breaker import Venue, breaker
from .venues import used

QUEUES = ("fan_out", "trade", "upkeep", "mail", "portfolio")


@dataclass(frozen=True, slots=True)
class At:
    """A venue that accounts trade at. `offset_ms` is None where nobody has measured it of late."""

    venue: Venue
    is_paused: bool
    offset_ms: int | None
    is_off: bool


@dataclass(frozen=True, slots=True)
class Budget:
    """One budget of requests. `used` is a fraction of what the venue takes of us in its window."""

    base: str
    name: str
    used: float


@dataclass(frozen=True, slots=True)
class State:
    missing: list[str]
    queues: dict[str, int] | None
    copies: dict[str, int]
    """By state."""
    unprotected: deliveries.Unprotected
    drifts: int
    mails: dict[str, int]
    venues: list[At]
    budgets: list[Budget]
    waited_s: dict[str, float]
    refusals: dict[str, int]
    unmapped: dict[tuple[str, str], int]

    @property
    def has_database(self) -> bool:
        return "database" not in self.missing


def state() -> State:
    """At this moment. Where the database is away the rest is told all the same."""
    missing = readiness.missing()
    redis: Redis = current_app.extensions["redis"]
    has_rows = "database" not in missing
    return State(
        missing=missing,
        queues=_queues(redis),
        copies=deliveries.by_state() if has_rows else {},
        unprotected=deliveries.unprotected() if has_rows else deliveries.Unprotected(0, 0, 0),
        drifts=drift.open_count() if has_rows else 0,
        mails=mails.by_state() if has_rows else {},
        venues=_venues() if has_rows else [],
        budgets=[Budget(*where, used) for where, used in sorted(budgets.used_ratios(redis).items())],
        waited_s=budgets.waited_seconds(redis),
        refusals=budgets.refusals(redis),
        unmapped=unmapped.counts(),
    )


def _venues() -> list[At]:
    paused, offsets = breaker().paused(), clocks.farthest()
    found = []
    for venue in used():
        offset = offsets.get((venue.exchange, Market(venue.market).value, venue.environment))
        is_off = offset is not None and abs(offset) > clocks.ALARM_MS
        found.append(At(venue, venue.key in paused, offset, is_off))
    return found


def _queues(redis: Redis) -> dict[str, int] | None:
    """Tasks that wait; None while Redis does not answer."""
    try:
        return {name: int(redis.llen(name)) for name in QUEUES}
    except RedisError:
        return None
