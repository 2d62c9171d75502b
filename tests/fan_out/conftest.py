"""The fan-out's services on real engines and a real simulator, called as a worker's task calls them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import text

from mysignals.app import create_app
from mysignals.extensions import db
from mysignals.services import budgets, rules, venues
from mysignals.settings import Settings
from tests.support.engines import Engines
from tests.support.environment import VAULT_PRIVATE_KEY, VAULT_PUBLIC_KEY, environment_for_tests
from tests.support.population import Population, populate
from tests.support.simulator_process import SimulatorProcess

SIGNAL = """
    INSERT INTO signals (provider_id, market, symbol, side, entry_type, quantity, price, stop, target1, leverage,
                         created_at)
    VALUES (:provider, 'futures', 'BTCUSDT', 'BUY', :entry_type, 0.01, 50000, 49000, 51000, 20,
            now() - :age * interval '1 second')
    RETURNING id
"""
DELIVERIES = """
    INSERT INTO deliveries (signal_id, account_id, user_id, following_id, exchange)
    SELECT :signal, f.account_id, f.user_id, f.id, 'binance' FROM followings f WHERE f.provider_id = :provider
    RETURNING id
"""


@dataclass
class Scene:
    """One provider, a few followers, and their exchange."""

    app: Flask
    simulator: SimulatorProcess
    people: Population

    def signal(self, age: float = 1, entry_type: str = "LIMIT") -> tuple[int, list[int]]:
        """A signal of that age in seconds with its queued deliveries."""
        provider = {"provider": self.people.provider_id}
        signal_id = db.session.scalar(text(SIGNAL), provider | {"age": age, "entry_type": entry_type})
        ids = list(db.session.scalars(text(DELIVERIES), provider | {"signal": signal_id}))
        db.session.commit()
        return int(signal_id or 0), sorted(ids)

    def rows(self, statement: str, **values: Any) -> list[Any]:
        found = list(db.session.execute(text(statement), values))
        db.session.rollback()
        return found

    def run(self, statement: str, **values: Any) -> None:
        db.session.execute(text(statement), values)
        db.session.commit()

    def states(self, ids: list[int]) -> set[str]:
        return {row[0] for row in self.rows("SELECT state FROM deliveries WHERE id = ANY (:ids)", ids=ids)}

    def entries(self, ids: list[int]) -> list[str]:
        """Client ids of the entries at the exchange that belong to these deliveries."""
        roots = {row[0] for row in self.rows("SELECT client_id FROM deliveries WHERE id = ANY (:ids)", ids=ids)}
        ledger = self.simulator.control("GET", "/_control/ledger?venue=binance-futures")
        orders = ledger["orders"] if isinstance(ledger, dict) else ledger
        return [o["client_id"] for o in orders if o["client_id"].endswith("-e") and o["client_id"][:-2] in roots]

    def fault(self, **fault: Any) -> None:
        self.simulator.control("POST", "/_control/faults", {"venue": "binance-futures"} | fault)

    def fault_of_accounts(self, **fault: Any) -> None:
        """Of what is signed by the followers alone: what the exchange tells everybody, as its prices, still comes."""
        for key in self.people.api_keys:
            self.fault(api_key=key, **fault)


@pytest.fixture(scope="module")
def exchange() -> Iterator[SimulatorProcess]:
    with SimulatorProcess() as simulator:
        yield simulator


def forget_counts(redis: Redis) -> None:
    """What the exchanges of earlier tests have been asked, and the pauses they wanted; this Redis is not new either."""
    kept = [name for kind in ("pace:*", "breaker*") for name in redis.scan_iter(f"mysignals:{kind}")]
    if kept:
        redis.delete(*kept)
    redis.set(budgets.SINCE, 0)


@pytest.fixture
def scene(
    engines: Engines, database_url: str, exchange: SimulatorProcess, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Scene]:
    env = environment_for_tests(database_url, engines.redis_url) | {
        "MYSIGNALS_INSTANCE": str(tmp_path_factory.mktemp("fan_out")),
        "SIMULATOR_URL": exchange.url,
        "VAULT_PRIVATE_KEY": VAULT_PRIVATE_KEY,
    }
    exchange.reset()
    app = create_app(Settings.from_environment(env))
    forget_counts(app.extensions["redis"])
    with app.app_context():
        rules.fetch_all()
        people = populate(database_url, exchange, followers=4, vault_public_key=VAULT_PUBLIC_KEY)
        yield Scene(app, exchange, people)
        venues.loop().close()  # It would go on to tell what it had counted, for an exchange that begins anew.
        db.session.remove()
        db.engine.dispose()
    app.extensions["redis"].close()
