"""The whole system for a benchmark: PostgreSQL that keeps its promises, Redis, web, one worker, the simulator."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import requests

from mysignals.embedded.child import Child, stop_together, tail
from mysignals.embedded.patience import Patience
from mysignals.embedded.postgres import Postgres
from mysignals.embedded.processes import web, worker
from mysignals.embedded.redis import Redis
from tests.support.environment import VAULT_PRIVATE_KEY, environment_for_tests
from tests.support.migrated import migrate
from tests.support.simulator_process import SimulatorProcess

READY_WITHIN_S = 30


@dataclass(frozen=True)
class Stack:
    """A running system. `database_url` is for psycopg2; the worker's log in `logs` tells the CPU of each step."""

    base_url: str
    database_url: str
    simulator: SimulatorProcess
    worker: psutil.Process
    logs: Path


@contextmanager
def running_stack() -> Iterator[Stack]:
    """Start everything in a temporary folder, stop everything, leave nothing."""
    folder = Path(tempfile.mkdtemp(prefix="mysignals-bench-"))
    (folder / "logs").mkdir()
    children: list[Child] = []
    postgres = Postgres(folder / "postgres", folder / "logs" / "postgres.log", durable=True)
    try:
        with SimulatorProcess() as simulator:
            yield _started(folder, postgres, simulator, children)
    finally:
        stop_together(children[::-1])
        postgres.tidy()
        shutil.rmtree(folder)


def _started(folder: Path, postgres: Postgres, simulator: SimulatorProcess, children: list[Child]) -> Stack:
    redis = Redis(folder / "redis", folder / "logs" / "redis.log", "bench", durable=True)
    for engine in (postgres, redis):
        engine.prepare()
        children.append(Child(engine.command()))
    for engine in (postgres, redis):
        _wait(engine.answers, folder)
    postgres.create("bench")
    database_url = postgres.url("bench")
    migrate(database_url)
    env = dict(os.environ) | environment_for_tests(database_url, redis.url()) | _bench_settings(folder, simulator)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        base_url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        children.append(Child(web(env | {"BASE_URL": base_url}, folder / "logs", listening.fileno())))
    children.append(Child(worker(env | {"VAULT_PRIVATE_KEY": VAULT_PRIVATE_KEY}, folder / "logs", "worker")))
    _wait(lambda: _is_ready(base_url), folder)
    _wait(lambda: "rules of binance futures" in (folder / "logs" / "worker.log").read_text(), folder)
    dsn = database_url.replace("+psycopg2", "")
    return Stack(base_url, dsn, simulator, psutil.Process(children[-1].pid), folder / "logs")


def _bench_settings(folder: Path, simulator: SimulatorProcess) -> dict[str, str]:
    return {
        "MYSIGNALS_INSTANCE": str(folder),
        "SIMULATOR_URL": simulator.url,
        "SIGNALS_PER_HOUR": "100000",
        "REQUESTS_PER_MINUTE": "100000",
        "LOGINS_PER_MINUTE": "100000",
    }


def _is_ready(base_url: str) -> bool:
    try:
        return requests.get(f"{base_url}/readyz", timeout=2).ok
    except requests.RequestException:
        return False


def _wait(condition: object, folder: Path) -> None:
    if not Patience().until(condition, seconds=READY_WITHIN_S, every=0.05):  # type: ignore[arg-type]
        logs = "\n".join(tail(path) for path in sorted((folder / "logs").glob("*.log")))
        raise RuntimeError(f"the system did not get ready: {logs}")
