"""Fixtures that every test may use: a real PostgreSQL and a real Redis, started once a session."""

from __future__ import annotations

from collections.abc import Iterator
from weakref import WeakSet

import pytest
import redis
from sqlalchemy import Connection, Engine, event

from tests.support.engines import Engines, running_engines

pytest_plugins = ["tests.support.hanging"]

_CONNECTED: WeakSet[Engine] = WeakSet()


@event.listens_for(Engine, "engine_connect")
def _note(connection: Connection) -> None:
    _CONNECTED.add(connection.engine)


@pytest.fixture(autouse=True, scope="module")
def _no_connection_outlives_its_file() -> Iterator[None]:
    """Whichever app a test has made: PostgreSQL has sixty connections for all files of a run."""
    yield
    for engine in list(_CONNECTED):
        engine.dispose()


@pytest.fixture(scope="session")
def engines() -> Iterator[Engines]:
    """Both engines, started once: `engines.database_url(name)`, `engines.redis_url`."""
    with running_engines() as running:
        yield running


@pytest.fixture
def database_url(engines: Engines) -> Iterator[str]:
    """A fresh, migrated, empty database for this test alone."""
    name, url = engines.migrated_database()
    yield url
    engines.drop(name)


@pytest.fixture(scope="module")
def module_database_url(engines: Engines) -> Iterator[str]:
    """A fresh, migrated, empty database for all tests of one file."""
    name, url = engines.migrated_database()
    yield url
    engines.drop(name)


@pytest.fixture
def redis_url(engines: Engines) -> str:
    """The session's Redis, emptied."""
    with redis.Redis.from_url(engines.redis_url) as client:
        client.flushall()
    return engines.redis_url
