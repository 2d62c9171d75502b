"""A house from start to end, and again: nothing is lost and nobody is left behind."""

from __future__ import annotations

import signal
from pathlib import Path

import psycopg2
import redis

from mysignals.embedded.given import for_psycopg
from tests.support.engines import Engines
from tests.support.environment import VAULT_PRIVATE_KEY, environment_for_tests
from tests.support.house import RunningHouse


def test_data_survive_a_kill_and_no_process_does(tmp_path: Path):
    instance = tmp_path / ("long-" * 20) / "instance"  # too long for a Unix socket

    first = RunningHouse(instance, "--no-demo")
    _write(first)
    assert first.end(signal.SIGKILL) == (-signal.SIGKILL, "", [])

    second = RunningHouse(instance, "--no-demo")
    assert _read(second) == ("kept", b"kept")
    code, said, left = second.end(signal.SIGINT)
    assert (code, left) == (0, [])
    assert said == f"mysignals: taking over the lock of pid {first.pid}, which is gone\nmysignals: stopping\n"
    assert not list(Path("/tmp").glob("mysignals-????????????"))


def test_in_production_nothing_is_started_that_was_given_and_nothing_made_up(tmp_path: Path, engines: Engines):
    given = environment_for_tests(engines.database_url("production"), engines.redis_url)
    given |= {"MYSIGNALS_ENV": "production", "VAULT_PRIVATE_KEY": VAULT_PRIVATE_KEY}
    house = RunningHouse(tmp_path / "instance", env=given)
    lines = [" ".join(process.cmdline()) for process in house.processes()]
    assert not [line for line in lines if "postgres" in line or "redis-server" in line or "simulator" in line]
    assert not (tmp_path / "instance" / "keys.json").exists()
    assert house.end(signal.SIGTERM) == (0, "mysignals: stopping\n", [])


def _write(house: RunningHouse) -> None:
    told = house.child("celery", "worker").environ()
    with psycopg2.connect(for_psycopg(told["DATABASE_URL"])) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE of_a_test AS SELECT 'kept' AS word")
    connection.close()
    with redis.Redis.from_url(told["REDIS_URL"]) as client:
        client.set("of_a_test", "kept")


def _read(house: RunningHouse) -> tuple[str, bytes]:
    told = house.child("celery", "worker").environ()
    connection = psycopg2.connect(for_psycopg(told["DATABASE_URL"]))
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT word FROM of_a_test")
        word = cursor.fetchone()[0]
    connection.close()
    with redis.Redis.from_url(told["REDIS_URL"]) as client:
        return word, client.get("of_a_test")
