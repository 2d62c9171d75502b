"""The developer API: what checking a signature costs, and how fast figures are told from memory.

Alone by `python -m tests.bench.public_v1`.
"""

from __future__ import annotations

import logging
import os
import secrets
import shutil
import socket
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any

import psutil
from flask import Flask
from sqlalchemy import text
from werkzeug.test import EnvironBuilder, run_wsgi_app

from mysignals import clock
from mysignals.app import create_app
from mysignals.domain.signature import is_signed, sign
from mysignals.embedded.child import Child, Command, stop_together
from mysignals.embedded.patience import Patience
from mysignals.embedded.postgres import Postgres
from mysignals.embedded.processes import ROOT, serving
from mysignals.embedded.redis import Redis
from mysignals.extensions import db
from mysignals.models import ApiKey, ExchangeAccount, User
from mysignals.services import api_callers, api_keys, api_use, glances, sealing
from mysignals.services.portfolio.kept import Figures, keep
from mysignals.settings import Settings
from mysignals.web import register_public
from tests.bench.timing import microseconds
from tests.support.environment import environment_for_tests
from tests.support.migrated import migrate

KEYS, REQUESTS = 120, 4000
"""Each key may ask 120 times a minute."""
RATE, SECONDS, THREADS = 200, 10, 8
FULL_SPEED = 4000
LIMIT_SIGNATURE_US, GOAL_PER_SECOND, GOAL_P99_MS = 30, 800, 20
PATH = "/v1/account"


def main() -> None:
    measured()


def measured() -> dict[str, Any]:
    """Prints what it finds as it comes."""
    found: dict[str, Any] = {"signature_us": signature_us()}
    print(f"checking a signature: {found['signature_us']:.1f} us ({LIMIT_SIGNATURE_US} is the limit)")
    with _running() as (app, address, server):
        keys = _fill(app)
        found["pieces_us"] = pieces_us(app, keys[0])
        for name, us in found["pieces_us"].items():
            print(f"{name}: {us:.0f} us")
        wall, cpu = throughput(app, keys)
        found |= {"per_second": wall, "cpu_us": cpu}
        print(f"GET {PATH} in one thread: {wall:.0f} a second, {cpu:.0f} us of processor time each")
        wall, cpu = full_speed(address, keys, server)
        found |= {"http_per_second": wall, "http_cpu_us": cpu}
        print(
            f"GET {PATH} over HTTP as fast as it goes: {wall:.0f} a second, {cpu:.0f} us of the server's processor "
            f"time each, which is {1e6 / cpu:.0f} a second on one core ({GOAL_PER_SECOND} is the goal)"
        )
        times = sorted(over_http(address, keys))
        found |= {"at_200_p50_ms": times[len(times) // 2], "at_200_p99_ms": times[int(len(times) * 0.99)]}
        print(
            f"GET {PATH} over HTTP at {RATE} a second: median {found['at_200_p50_ms']:.1f} ms, "
            f"p99 {found['at_200_p99_ms']:.1f} ms ({GOAL_P99_MS} is the goal)"
        )
    return found


def signature_us() -> float:
    """Of a request at the address where most spellings of the path may have been signed."""
    secret, body = (
        "ms_" + "s" * 48,
        b'{"symbol": "BTCUSDT", "action": "open_long", "leverage": 10, "risk_percent": 2.0}',
    )
    paths = ("/api/public/v1/v1/signal", "/v1/v1/signal", "/v1/signal")
    given = sign(secret, "1700000000", "POST", paths[-1], body)
    return microseconds(lambda: is_signed(secret, "1700000000", "POST", paths, body, given))


def pieces_us(app: Flask, key: tuple[str, str]) -> dict[str, float]:
    """What one request waits for outside of Python."""
    with app.app_context():
        return {
            "finding a key that is not remembered": microseconds(lambda: api_callers.find(key[0]), 5, 200),
            "an empty statement, for comparison": microseconds(_nothing, 5, 200),
            "counting it": microseconds(lambda: api_use.take(0, 120, "127.0.0.1"), 5, 200),
            "counting one that is": microseconds(lambda: _known(key[0]), 5, 200),
        }


def _known(key: str) -> None:
    found = api_callers.remembered(key) or api_callers.find(key)
    assert found is not None and found.version is not None
    assert api_use.take_remembered(0, 120, "127.0.0.1", found.user_id, found.version)


def _nothing() -> None:
    glances.rows(text("SELECT 1"), {})


def throughput(app: Flask, keys: list[tuple[str, str]]) -> tuple[float, float]:
    """Requests a second and processor time of each; the median of five rounds, server and client in one thread."""
    rounds = []
    for number in range(5):
        environs = [_environ(keys[count % len(keys)], f"?n={number}") for count in range(REQUESTS // 5)]
        begun, used = time.perf_counter(), time.process_time()
        for environ in environs:
            body, status, _ = run_wsgi_app(app.wsgi_app, environ, buffered=True)
            assert status == "200 OK", (status, b"".join(body))
        rounds.append(((time.perf_counter() - begun) / len(environs), (time.process_time() - used) / len(environs)))
    return 1 / median(wall for wall, _ in rounds), median(cpu for _, cpu in rounds) * 1e6


def full_speed(address: tuple[str, int], keys: list[tuple[str, str]], server: psutil.Process) -> tuple[float, float]:
    """Requests a second, and microseconds of the server's processor time each: that moves less with other work."""
    _ask(address, [(keys[number % len(keys)], 0.0) for number in range(2 * len(keys))])  # What it is to remember.
    begun, used = time.perf_counter(), _processor_s(server)
    with ThreadPoolExecutor(THREADS) as pool:
        shares = [
            [(keys[turn % len(keys)], 0.0) for turn in range(number, FULL_SPEED, THREADS)] for number in range(THREADS)
        ]
        list(pool.map(lambda share: _ask(address, share), shares))
    return FULL_SPEED / (time.perf_counter() - begun), (_processor_s(server) - used) / FULL_SPEED * 1e6


def over_http(address: tuple[str, int], keys: list[tuple[str, str]]) -> list[float]:
    """Milliseconds of each request, counted from when it was due: who comes late makes those behind it late too."""
    begun = time.perf_counter() + 0.5
    turns = [(keys[turn % len(keys)], begun + turn / RATE) for turn in range(RATE * SECONDS)]
    with ThreadPoolExecutor(THREADS) as pool:
        shares = [turns[number::THREADS] for number in range(THREADS)]
        return [one for found in pool.map(lambda share: _ask(address, share), shares) for one in found]


def _ask(address: tuple[str, int], turns: list[tuple[tuple[str, str], float]]) -> list[float]:
    """Over one connection, each when it is due. A small client, for it shares the cores with what it measures."""
    taken = []
    with socket.create_connection(address) as connection:
        for key, due in turns:
            lines = "".join(f"{name}: {value}\r\n" for name, value in _headers(key, PATH).items())
            request = f"GET {PATH} HTTP/1.1\r\nHost: bench\r\n{lines}\r\n".encode()
            time.sleep(max(0, due - time.perf_counter()))
            connection.sendall(request)
            answer = connection.recv(65536)
            while not answer.endswith(b"}"):
                answer += connection.recv(65536)
            assert answer.startswith(b"HTTP/1.1 200 "), answer
            taken.append((time.perf_counter() - due) * 1000)
    return taken


def _processor_s(server: psutil.Process) -> float:
    """Of the server and its worker processes."""
    times = [one.cpu_times() for one in (server, *server.children(recursive=True))]
    return sum(one.user + one.system for one in times)


def _headers(key: tuple[str, str], path: str) -> dict[str, str]:
    timestamp = str(int(time.time()))
    return {"X-API-Key": key[0], "X-Timestamp": timestamp, "X-Signature": sign(key[1], timestamp, "GET", path)}


def _environ(key: tuple[str, str], query: str) -> dict[str, Any]:
    return dict(EnvironBuilder(path=PATH + query, headers=_headers(key, PATH + query)).get_environ())


def _fill(app: Flask) -> list[tuple[str, str]]:
    """One user with an account whose figures are known, and many keys: each may ask 120 times a minute."""
    with app.app_context():
        user = User(
            user_name="bench", email="bench@example.com", password_hash="x", is_activated=True,
            referral_code="00000001", plan="pro", plan_until=clock.now().replace(year=2090),
        )  # fmt: skip
        db.session.add(user)
        db.session.flush()
        account = ExchangeAccount(
            user_id=user.id, exchange="binance", environment="paper", sealed_credentials=b"", key_hint="abcd",
            status="ready",
        )  # fmt: skip
        made = [("mk_" + secrets.token_hex(16), "ms_" + secrets.token_hex(24)) for _ in range(KEYS)]
        db.session.add(account)
        db.session.add_all(
            ApiKey(
                user_id=user.id, key=key, sealed_secret=sealing.seal(api_keys.PURPOSE, secret.encode()),
                permissions=["read"], rate_limit=120,
            )
            for key, secret in made
        )  # fmt: skip
        db.session.commit()
        money = Decimal("10000.5")
        keep(Figures(account.id, clock.now_ms(), money, money, money, (), (), ("spot", "futures")), is_whole=True)
        app.extensions["redis"].persist(f"mysignals:portfolio:{account.id}")
        return made


@contextmanager
def _running() -> Iterator[tuple[Flask, tuple[str, int], psutil.Process]]:
    """The engines, an app of this process, and the API alone in a process of its own."""
    folder = Path(tempfile.mkdtemp(prefix="mysignals-bench-"))
    postgres, redis = (
        Postgres(folder / "postgres", folder / "postgres.log", durable=True),
        Redis(folder / "redis", folder / "redis.log", "bench", durable=True),
    )
    children: list[Child] = []
    try:
        for engine in (postgres, redis):
            engine.prepare()
            children.append(Child(engine.command()))
        assert Patience().until(lambda: redis.answers() and postgres.answers(), seconds=30, every=0.05)
        postgres.create("bench")
        migrate(postgres.url("bench"))
        env = environment_for_tests(postgres.url("bench"), redis.url()) | {"MYSIGNALS_INSTANCE": str(folder)}
        app = create_app(Settings.from_environment(env), register_public)
        logging.getLogger("mysignals").handlers = [logging.FileHandler(folder / "here.log")]
        with socket.create_server(("127.0.0.1", 0)) as listening:
            number = listening.fileno()
            api = Command(
                name="api", argv=serving("public_api:app", number), env=dict(os.environ) | env,
                log=folder / "api.log", directory=ROOT, keep_open=(number,),
            )  # fmt: skip
            children.append(Child(api))
            yield app, listening.getsockname()[:2], psutil.Process(children[-1].pid)
        with app.app_context():
            db.engine.dispose()
    finally:
        stop_together(children[::-1])
        postgres.tidy()
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
