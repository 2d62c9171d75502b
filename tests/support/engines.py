"""PostgreSQL and Redis for one test session: the embedded ones, in a temporary folder, without fsync."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mysignals.embedded.child import Child, stop_together, tail
from mysignals.embedded.patience import Patience
from mysignals.embedded.postgres import Postgres
from mysignals.embedded.redis import Redis

_TEMPLATE = "migrated"


class Engines:
    """Both engines, running."""

    def __init__(self, postgres: Postgres, redis: Redis) -> None:
        self._postgres = postgres
        self._numbers = itertools.count(1)
        self._migrated = False
        self.redis_url = redis.url()

    def database_url(self, name: str) -> str:
        """A database of that name, empty when it is new."""
        self._postgres.create(name)
        return self._postgres.url(name)

    def migrated_database(self) -> tuple[str, str]:
        """Name and URL of a fresh copy of a database that has every table and no row."""
        self._migrate_once()
        name = f"test_{next(self._numbers)}"
        self._postgres.create(name, template=_TEMPLATE)
        return name, self._postgres.url(name)

    def drop(self, name: str) -> None:
        self._postgres.drop(name)

    def _migrate_once(self) -> None:
        from tests.support.migrated import migrate

        if not self._migrated:
            migrate(self.database_url(_TEMPLATE))
            self._migrated = True


@contextmanager
def running_engines() -> Iterator[Engines]:
    """Start both, hand them out, stop both, leave no file."""
    folder = Path(tempfile.mkdtemp(prefix="mysignals-test-"))
    postgres = Postgres(folder / "postgres", folder / "postgres.log", durable=False)
    redis = Redis(folder / "redis", folder / "redis.log", "test", durable=False)
    children: list[Child] = []
    try:
        for engine in (postgres, redis):
            engine.prepare()
            children.append(Child(engine.command()))
        for engine in (postgres, redis):
            if not Patience().until(engine.answers, seconds=20, every=0.02):
                logs = " ".join(tail(folder / name) for name in ("postgres.log", "redis.log"))
                raise RuntimeError(f"the engines did not start: {logs}")
        yield Engines(postgres, redis)
    finally:
        stop_together(children)
        postgres.tidy()
        shutil.rmtree(folder)
