"""What a worker does when the database or Redis is away, without a system around it."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from flask import Flask
from redis import RedisError
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from mysignals.app import create_app
from mysignals.dispatch import celery
from mysignals.extensions import db
from mysignals.services.outages import insist
from mysignals.settings import Settings
from tests.support.engines import Engines
from tests.support.environment import environment_for_tests
from workers import fan_out, mail, upkeep  # noqa: F401 - every task must be known
from workers.context import giving_up

BREAK_OFF = text("SELECT pg_terminate_backend(pg_backend_pid())")


@pytest.fixture
def app(engines: Engines, database_url: str) -> Iterator[Flask]:
    made = create_app(Settings.from_environment(environment_for_tests(database_url, engines.redis_url)))
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()
    made.extensions["redis"].close()


def test_what_is_known_is_stored_over_a_fresh_connection_when_the_first_one_broke(app: Flask) -> None:
    tried: list[int] = []

    def store() -> int:
        tried.append(1)
        if len(tried) == 1:
            db.session.execute(BREAK_OFF)
        return int(db.session.scalar(text("SELECT 42")) or 0)

    assert insist(store) == 42
    assert len(tried) == 2


def test_a_database_that_stays_away_is_insisted_on_for_a_bounded_time(app: Flask) -> None:
    with pytest.raises(OperationalError):
        insist(lambda: db.session.execute(BREAK_OFF), seconds=0.3)
    assert db.session.scalar(text("SELECT 1")) == 1


def test_a_bug_of_ours_is_not_stored_again_and_again(app: Flask) -> None:
    tried: list[int] = []
    with pytest.raises(ZeroDivisionError):
        insist(lambda: tried.append(1) or 1 // 0)
    assert tried == [1]


@pytest.mark.parametrize(
    ("error", "who"), [(OperationalError("", {}, Exception()), "the database"), (RedisError(), "Redis")]
)
def test_a_task_that_finds_one_away_ends_with_one_line(
    error: Exception, who: str, caplog: pytest.LogCaptureFixture
) -> None:
    def work() -> None:
        raise error

    with caplog.at_level(logging.WARNING, "mysignals.worker"):
        giving_up("upkeep.sweep", work)()
    (line,) = caplog.records
    assert line.getMessage().startswith(f"upkeep.sweep given up, {who} does not answer")
    assert line.exc_info is None


def test_a_bug_of_ours_in_a_task_is_still_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        giving_up("upkeep.sweep", lambda: 1 // 0)()


def test_no_task_acknowledges_late_so_none_is_cancelled_when_the_broker_is_lost() -> None:
    ours = [task for name, task in sorted(celery.tasks.items()) if not name.startswith("celery.")]
    assert len(ours) > 8
    assert not [task.name for task in ours if task.acks_late]


def test_no_statement_of_the_application_runs_for_ever(app: Flask) -> None:
    limits = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
    told = [db.session.scalar(text(f"SHOW {limit}")) for limit in limits]
    assert told == ["30s", "10s", "5min"]
