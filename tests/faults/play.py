"""One provider and a few followers on a stage: signals, and what became of them on both sides."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg2
import requests
from psycopg2 import extensions

from mysignals.embedded.given import for_psycopg
from tests.faults.stage import CALM_S, TOKEN, Stage
from tests.support.environment import VAULT_PUBLIC_KEY
from tests.support.house import ROOT
from tests.support.population import PASSWORD, Population, populate
from tests.support.waiting import wait_until

FOLLOWERS = 8
VENUE = "binance-futures"
SIGNAL = {
    "symbol": "BTCUSDT", "side": "BUY", "quantity": "0.01", "price": "50010", "leverage": "20", "tp1": "51000",
    "sl": "49000",
}  # fmt: skip
SPLIT = """
import os, sys
from mysignals.app import create_app
from mysignals.services import fan_out
from mysignals.settings import Settings
with create_app(Settings.from_environment(os.environ)).app_context():
    fan_out.split(int(sys.argv[1]))
"""
UNSETTLED = ("queued", "sending", "unknown")
OPEN = ("new", "NEW", "working", "WORKING")


@dataclass(frozen=True, slots=True)
class End:
    """What a delivery came to: its state, and how many entries and resting stops the exchange has of it."""

    state: str
    entries: int
    stops: int


class Play:
    """Speaks to the system as a provider does, and looks at both books."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.people: Population = populate(
            stage.database_url, (stage.simulator_url, TOKEN), followers=FOLLOWERS, vault_public_key=VAULT_PUBLIC_KEY
        )
        self._browser = requests.Session()
        self._browser.trust_env = False
        self.log_in()

    def leave(self) -> None:
        self._browser.close()

    def log_in(self) -> None:
        self.log_in_again().raise_for_status()

    def log_in_again(self) -> requests.Response:
        """Log in, whatever comes of it."""
        return self._post("/auth/login", {"user_name_or_mail": self.people.provider_name, "password": PASSWORD})

    def post(self, **changes: str) -> requests.Response:
        """Post a signal, whatever comes of it."""
        return self._post("/provider/futures/new", SIGNAL | changes)

    def log_out(self) -> requests.Response:
        return self._post("/auth/logout", {})

    def attempt(self) -> requests.Response | None:
        """As `post`; None where nobody answered."""
        try:
            return self.post()
        except requests.RequestException:
            return None

    def publish(self, **changes: str) -> int:
        """The id of a new signal."""
        answer = self.post(**changes)
        if not answer.ok:
            raise RuntimeError(f"{answer.status_code} {answer.text}")
        return int(answer.json()["signal"]["id"])

    def split(self, signal_id: int) -> None:
        """As a worker does: its batches stand in the queue afterwards. In a process of its own, which leaves nothing of
        this stage's broker behind in the tests'.
        """
        subprocess.run(
            [sys.executable, "-c", SPLIT, str(signal_id)],
            cwd=ROOT, env=os.environ | dict(self.stage.env), check=True, timeout=120,
        )  # fmt: skip

    def slow(self, delay_ms: int) -> None:
        """From now on answers to orders are held back so long."""
        self.stage.control("POST", "faults", {"venue": VENUE, "kind": "delay", "on": "order", "delay_ms": delay_ms})

    def quick(self) -> None:
        self.stage.control("DELETE", "faults")

    def wait_for(self, signal_id: int, *states: str) -> None:
        """Until a delivery of the signal is in one of the states."""
        wait_until(lambda: set(self.states(signal_id)) & set(states), 20, f"{states}", every=0.02)

    def states(self, signal_id: int) -> Counter[str]:
        rows = self.rows("SELECT state, count(*) FROM deliveries WHERE signal_id = %s GROUP BY 1", signal_id)
        return Counter(dict(rows))

    def wait_for_orders(self, signal_id: int, many: int) -> None:
        """Until the exchange has taken so many."""
        wait_until(lambda: len(self.orders(signal_id)) >= many, 20, f"{many} orders", every=0.02)

    def price(self, price: str) -> None:
        self.stage.control("POST", "prices", {"venue": VENUE, "symbol": "BTCUSDT", "price": price})

    def asked(self, *words: str) -> int:
        """How many requests with one of the words in their path the exchange was sent so far."""
        told = self.stage.control("GET", f"requests?venue={VENUE}")["requests"]
        return sum(row["count"] for row in told if row["path"].rpartition("/")[2] in words)

    def refused(self) -> int:
        """How many requests the exchange has refused so far."""
        told = self.stage.control("GET", f"requests?venue={VENUE}")["requests"]
        return sum(row["count"] for row in told if row["status"] >= 400)

    @contextmanager
    def locked(self, signal_id: int) -> Iterator[None]:
        """Nobody else can change the signal's deliveries within the block."""
        with self._transaction("SELECT 1 FROM deliveries WHERE signal_id = %s FOR UPDATE", signal_id):
            yield

    @contextmanager
    def locked_out(self, table: str) -> Iterator[None]:
        """Nobody else can read or write the table within the block."""
        with self._transaction(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"):
            yield

    def somebody_waits_for_a_lock(self) -> bool:
        return bool(self.rows("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"))

    def settled(self, signal_id: int, seconds: float = CALM_S) -> list[End]:
        """The ends of all deliveries; fails where one is not settled, or filled without a stop, in time."""

        def over() -> bool:
            settled = not set(self.states(signal_id)) & set(UNSETTLED)
            return settled and all(end.stops for end in self.ends(signal_id) if end.state == "filled")

        try:
            wait_until(over, seconds, "the end of every delivery", every=0.2)
        except TimeoutError as late:
            told = f"{late}; {self.stories(signal_id)}; {self.stage.last_words()}"
            raise TimeoutError(told) from late
        return self.ends(signal_id)

    def ends(self, signal_id: int) -> list[End]:
        orders = self.orders(signal_id)
        found = []
        for state, root in self.rows("SELECT state, client_id FROM deliveries WHERE signal_id = %s", signal_id):
            own = [order for order in orders if order["client_id"].partition("-")[0] == root]
            stops = [o for o in own if o["client_id"].endswith("-s") and o["state"] in OPEN]
            found.append(End(state, len([o for o in own if o["client_id"].endswith("-e")]), len(stops)))
        return found

    def stories(self, signal_id: int) -> str:
        """What the rows tell, for whoever reads a failure."""
        rows = self.rows(
            "SELECT id, state, attempts, claimed_at, fence_at, held_until, updated_at, reason, message "
            "FROM deliveries WHERE signal_id = %s ORDER BY id",
            signal_id,
        )
        return "; ".join(" ".join(str(value) for value in row) for row in rows)

    def rows(self, statement: str, *values: Any) -> list[Any]:
        with self._transaction(statement, *values) as cursor:
            return list(cursor.fetchall())

    def orders(self, signal_id: int) -> list[dict[str, Any]]:
        """Those of the signal that the exchange has taken, in order of time, as they are now."""
        roots = {root for (root,) in self.rows("SELECT client_id FROM deliveries WHERE signal_id = %s", signal_id)}
        ledger = self.stage.control("GET", f"ledger?venue={VENUE}")
        return [order for order in ledger if order["client_id"].partition("-")[0] in roots]

    @contextmanager
    def _transaction(self, statement: str, *values: Any) -> Iterator[extensions.cursor]:
        with (
            closing(psycopg2.connect(for_psycopg(self.stage.database_url))) as connection,
            connection,
            connection.cursor() as cursor,
        ):
            cursor.execute(statement, values)
            yield cursor

    def _post(self, path: str, body: dict[str, Any]) -> requests.Response:
        return self._browser.post(self.stage.url + path, json=body, timeout=30)
