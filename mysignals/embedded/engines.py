"""The database and the broker: the given ones, checked, or embedded ones, started."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from mysignals.embedded import given
from mysignals.embedded.postgres import Postgres
from mysignals.embedded.redis import Redis
from mysignals.embedded.supervisor import Supervisor

_DATABASE = "mysignals"
Wait = Callable[[str, Callable[[], bool]], None]


class Engines:
    """What `DATABASE_URL` and `REDIS_URL` do not name is started under `instance`."""

    def __init__(self, env: Mapping[str, str], instance: Path, redis_password: str) -> None:
        logs = instance / "logs"
        self._database_url = env.get("DATABASE_URL", "").strip()
        self._redis_url = env.get("REDIS_URL", "").strip()
        self._postgres = None if self._database_url else Postgres(instance / "postgres", logs / "postgres.log")
        self._redis = None if self._redis_url else Redis(instance / "redis", logs / "redis.log", redis_password)

    @property
    def own_database(self) -> bool:
        return self._postgres is not None

    def start(self, supervisor: Supervisor, env: Mapping[str, str]) -> None:
        """Start ours as children with `env`; check those that are somebody else's."""
        if self._postgres is None:
            given.check_database(self._database_url)
        if self._redis is None:
            given.check_redis(self._redis_url)
        for engine in (self._postgres, self._redis):
            if engine is not None:
                engine.prepare()
                supervisor.start(replace(engine.command(), env=env))

    def wait(self, wait_for: Wait) -> None:
        """Until ours answer."""
        if self._redis is not None:
            wait_for("redis", self._redis.answers)
        if self._postgres is not None:
            wait_for("postgres", self._postgres.answers)
            self._postgres.create(_DATABASE)

    def urls(self) -> dict[str, str]:
        database = self._database_url if self._postgres is None else self._postgres.url(_DATABASE)
        broker = self._redis_url if self._redis is None else self._redis.url()
        return {"DATABASE_URL": given.for_sqlalchemy(database), "REDIS_URL": broker}

    def tidy(self) -> None:
        """Remove what a stopped engine has outside the instance."""
        if self._postgres is not None:
            self._postgres.tidy()
