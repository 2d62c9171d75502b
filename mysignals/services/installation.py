"""How the installation is, for who runs it: what is behind /readyz and /metrics, at one look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import current_app
from redis import Redis, RedisError

from mysignals import clock
from mysignals.domain.market import Market
from mysignals.exchanges.transports.offsets import Measured

from . import alive, budgets, clocks, deliveries, drift, mails, readiness, unmapped
from .breaker import Venue, breaker
from .venues import used

QUEUES = ("fan_out", "trade", "upkeep", "mail", "portfolio")


@dataclass(frozen=True, slots=True)
class At:
    """A venue that accounts trade at. `offset_ms` is None where nobody has measured it of late.

    `trial_at` is when one entry may try whether stops can be placed again; None where entries go.
    """

    venue: Venue
    trial_at: datetime | None
    offset_ms: int | None
    measured_at: datetime | None
    is_off: bool

    @property
    def is_paused(self) -> bool:
        return self.trial_at is not None


@dataclass(frozen=True, slots=True)
class Budget:
    """One budget of requests. `used` is a fraction of what the venue takes of us in its window."""

    base: str
    name: str
    used: float


@dataclass(frozen=True, slots=True)
class State:
    at: datetime
    """When it was looked at."""
    missing: list[str]
    worker_age_s: float | None
    """Since the last sign of life of a worker; None where there was none of late."""
    oldest_queued_s: float
    """Of copies that wait to be sent."""
    queues: dict[str, int] | None
    copies: dict[str, int]
    """By state."""
    unprotected: deliveries.Unprotected
    drifts: int
    undecided: list[drift.Undecided]
    """Whose they are."""
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
        at=clock.now(),
        missing=missing,
        worker_age_s=alive.age_s(redis),
        oldest_queued_s=deliveries.oldest_queued_s() if has_rows else 0.0,
        queues=_queues(redis),
        copies=deliveries.by_state() if has_rows else {},
        unprotected=deliveries.unprotected() if has_rows else deliveries.Unprotected(0, 0, 0),
        drifts=drift.open_count() if has_rows else 0,
        undecided=drift.undecided() if has_rows else [],
        mails=mails.by_state() if has_rows else {},
        venues=_venues() if has_rows else [],
        budgets=[Budget(*where, used) for where, used in sorted(budgets.used_ratios(redis).items())],
        waited_s=budgets.waited_seconds(redis),
        refusals=budgets.refusals(redis),
        unmapped=unmapped.counts(),
    )


def _venues() -> list[At]:
    trials, measured = breaker().trials(), clocks.worst()
    return [
        _at(venue, trials.get(venue.key), measured.get((venue.exchange, Market(venue.market).value, venue.environment)))
        for venue in used()
    ]


def _at(venue: Venue, trial_ms: int | None, measured: Measured | None) -> At:
    trial_at = None if trial_ms is None else _moment(trial_ms)
    if measured is None:
        return At(venue, trial_at, None, None, is_off=False)
    is_off = abs(measured.offset_ms) > clocks.ALARM_MS
    return At(venue, trial_at, measured.offset_ms, _moment(measured.at_ms), is_off)


def _moment(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC)


def _queues(redis: Redis) -> dict[str, int] | None:
    """Tasks that wait; None while Redis does not answer."""
    try:
        return {name: int(redis.llen(name)) for name in QUEUES}
    except RedisError:
        return None
