"""One measured signal: from the provider's POST to the last recorded delivery."""

from __future__ import annotations

import re
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg2
import requests

from tests.bench.stack import Stack
from tests.support.population import PASSWORD, Population

DONE_WITHIN_S = 60
LAP = re.compile(r"(\w+) ([\d.]+) ms \(cpu ([\d.]+)\)")
SIGNAL = {"symbol": "BTCUSDT", "side": "BUY", "quantity": "0.01", "price": "50000", "tp1": "51000", "sl": "49000"}


@dataclass
class Run:
    """What one signal cost. CPU in microseconds a delivery, times in ms."""

    followers: int
    answer_ms: int
    post_ms: float
    last_ack_ms: float
    delivered_ms: float
    worker_cpu_us: float
    http_calls: float
    steps_us: dict[str, float] = field(default_factory=dict)
    states: dict[str, int] = field(default_factory=dict)

    @property
    def entries_per_second(self) -> float:
        return self.followers / (self.last_ack_ms / 1000)


class Provider:
    """The provider's logged-in browser."""

    def __init__(self, stack: Stack, population: Population) -> None:
        self._url = stack.base_url
        self._http = requests.Session()
        self._http.trust_env = False
        answer = self._post("/auth/login", {"user_name_or_mail": population.provider_name, "password": PASSWORD})
        answer.raise_for_status()

    def publish(self) -> tuple[int, float]:
        """The signal's id, and the ms that its POST took."""
        begun = time.perf_counter()
        answer = self._post("/provider/futures/new", SIGNAL | {"leverage": "20"})
        took = (time.perf_counter() - begun) * 1000
        if not answer.ok:
            raise RuntimeError(answer.text)
        return int(answer.json()["signal"]["id"]), took

    def _post(self, path: str, body: dict[str, Any]) -> requests.Response:
        return self._http.post(self._url + path, json=body, timeout=30)


def measure(stack: Stack, provider: Provider, followers: int, answer_ms: int) -> Run:
    """Publish one signal, wait for its last delivery, and read what it cost."""
    log, calls = _log_size(stack.logs), _http_calls(stack)
    cpu = _cpu(stack)
    signal_id, post_ms = provider.publish()
    _wait_for(stack, signal_id)
    cpu = _cpu(stack) - cpu
    last_ack, delivered, states = _times(stack, signal_id)
    return Run(
        followers=followers,
        answer_ms=answer_ms,
        post_ms=post_ms,
        last_ack_ms=last_ack,
        delivered_ms=delivered,
        worker_cpu_us=cpu / followers * 1e6,
        http_calls=(_http_calls(stack) - calls) / followers,
        steps_us=_steps(stack.logs, log, followers),
        states=states,
    )


def _cpu(stack: Stack) -> float:
    used = stack.worker.cpu_times()
    return float(used.user + used.system)


def _http_calls(stack: Stack) -> int:
    """Orders and conditional orders alone: the clock's own questions are not a delivery's."""
    counts = stack.simulator.control("GET", "/_control/requests?venue=binance-futures")
    return sum(row["count"] for row in _rows(counts) if "rder" in row["path"])


def _rows(counts: dict[str, Any]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = counts["requests"]
    return rows


def _wait_for(stack: Stack, signal_id: int) -> None:
    """Bounded polling of one small statement, so that waiting costs next to nothing."""
    deadline = time.monotonic() + DONE_WITHIN_S
    with closing(psycopg2.connect(stack.database_url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        while time.monotonic() < deadline:
            cursor.execute(
                "SELECT 1 FROM deliveries WHERE signal_id = %s AND state IN ('queued', 'sending') LIMIT 1", (signal_id,)
            )
            if cursor.fetchone() is None:
                return
            time.sleep(0.02)
    raise RuntimeError(f"signal {signal_id} was not delivered within {DONE_WITHIN_S} s")


def _times(stack: Stack, signal_id: int) -> tuple[float, float, dict[str, int]]:
    with closing(psycopg2.connect(stack.database_url)) as connection, connection.cursor() as cursor:
        cursor.execute(
            """SELECT extract(epoch FROM max(d.acknowledged_at) - min(s.created_at)) * 1000,
                      extract(epoch FROM max(d.updated_at) - min(s.created_at)) * 1000
               FROM deliveries d JOIN signals s ON s.id = d.signal_id WHERE s.id = %s""",
            (signal_id,),
        )
        last_ack, delivered = cursor.fetchone() or (0, 0)
        cursor.execute("SELECT state, count(*) FROM deliveries WHERE signal_id = %s GROUP BY 1", (signal_id,))
        return float(last_ack), float(delivered), dict(cursor.fetchall())


def _log_size(logs: Path) -> int:
    return (logs / "worker.log").stat().st_size


def _steps(logs: Path, begin: int, followers: int) -> dict[str, float]:
    """CPU microseconds a delivery by step, out of the worker's own log lines."""
    with (logs / "worker.log").open("rb") as log:
        log.seek(begin)
        text = log.read().decode()
    steps: dict[str, float] = {}
    for name, _, cpu in LAP.findall(text):
        steps[name] = steps.get(name, 0.0) + float(cpu) * 1000 / followers
    return steps
