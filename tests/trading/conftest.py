"""A desk: the app, a worker in a process of its own, an exchange, and a buyer with an account there."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest
from flask import Flask
from sqlalchemy import text

from mysignals import dispatch, vault
from mysignals.app import create_app
from mysignals.domain.intents import Intent, ReadOpenOrders, ReadPositions
from mysignals.domain.market import Market
from mysignals.domain.outcomes import OpenOrders, Outcome, Positions
from mysignals.exchanges.market_data import ask
from mysignals.exchanges.registry import dialect_for
from mysignals.exchanges.wire import Credentials
from mysignals.extensions import db
from mysignals.models import ExchangeAccount, Purchase, Signal, User
from mysignals.services import rules
from mysignals.services.venues import blocking_transport
from mysignals.settings import Settings
from tests.fan_out.conftest import forget_counts
from tests.support.engines import Engines
from tests.support.environment import VAULT_PRIVATE_KEY, VAULT_PUBLIC_KEY, environment_for_tests
from tests.support.served import House, delete_everybody
from tests.support.simulator_process import SimulatorProcess
from tests.support.waiting import wait_until
from tests.support.worker_process import WorkerProcess

FUTURES, SPOT = "binance-futures", "binance"
GENEROUS = dict.fromkeys(("REQUESTS_PER_MINUTE", "LOGINS_PER_MINUTE"), "100000")
EXCHANGE_OF = {SPOT: "binance", FUTURES: "binance", "bitget": "bitget", "phemex": "phemex", "magnr": "magnr"}


@dataclass
class Floor:
    """What the tests of a module share: `env` is that of the worker."""

    app: Flask
    simulator: SimulatorProcess
    worker: WorkerProcess
    env: Mapping[str, str]


@dataclass
class Desk:
    """`ann` has bought nothing yet; `paul` publishes."""

    floor: Floor
    house: House
    paul: User
    ann: User
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _keys: dict[int, Credentials] = field(default_factory=dict)

    @property
    def simulator(self) -> SimulatorProcess:
        return self.floor.simulator

    def account(self, venue: str = FUTURES, user: User | None = None, **columns: Any) -> ExchangeAccount:
        """A ready paper account with 10,000 USDT, and some base to sell on spot."""
        balances = {"USDT": "10000"} | ({"BTC": "1"} if venue in (SPOT, "magnr") else {})
        opened = self.simulator.open_account(venue, balances=balances)
        key = [opened["api_key"], opened["secret"], opened.get("passphrase") or ""]
        sealed = vault.seal(orjson.dumps(key), VAULT_PUBLIC_KEY)
        given = {"exchange": EXCHANGE_OF[venue], "sealed_credentials": sealed, "key_hint": key[0][-4:]}
        found: ExchangeAccount = self.house.account(user or self.ann, **given | columns)
        self._keys[found.id] = Credentials(*key)
        return found

    def ask(self, account: ExchangeAccount, market: str, intent: Intent) -> Outcome:
        """As the owner of the account would, besides us."""
        dialect = dialect_for(account.exchange, Market(market), account.api_version)
        with self.house.app.app_context():
            return blocking_transport().run(ask(dialect, intent, self._keys[account.id], "paper"))

    def position(self, account: ExchangeAccount, symbol: str = "BTCUSDT") -> Decimal:
        """Of futures, in base; negative when short."""
        told = self.ask(account, "futures", ReadPositions(symbol))
        assert isinstance(told, Positions), told
        return sum((one.amount for one in told.items if one.symbol == symbol), Decimal(0))

    def resting(self, account: ExchangeAccount, market: str, symbol: str = "BTCUSDT") -> list[str]:
        """Exchange ids of what rests on the symbol."""
        found: list[str] = []
        for conditional in (False, True):
            told = self.ask(account, market, ReadOpenOrders(Market(market), symbol, conditional))
            assert isinstance(told, OpenOrders), told
            found += [order.report.exchange_id for order in told.items]
        return sorted(set(found))

    def signal(self, market: str = "futures", **columns: Any) -> Signal:
        given: dict[str, Any] = {
            "market": market, "symbol": "BTCUSDT", "price": Decimal(50000), "stop": Decimal(49000),
            "target1": Decimal(51000), "target2": Decimal(52000), "target3": Decimal(53000),
            "leverage": 10 if market == "futures" else None,
        }  # fmt: skip
        return self.house.signal(self.paul, **given | columns)

    def bought(self, market: str = "futures", user: User | None = None, **columns: Any) -> Signal:
        signal = self.signal(market, **columns)
        self.sell_to(user or self.ann, signal)
        return signal

    def sell_to(self, user: User, signal: Signal, state: str = "bought") -> None:
        number = next(self._numbers)
        place = {
            "log_index": 0, "block_number": 1, "block_hash": f"0x{number:064x}", "amount": Decimal(1),
            "payer": user.wallet,
        }  # fmt: skip
        columns = {"user_id": user.id, "signal_id": signal.id, "chain_id": 1, "tx_hash": f"0x{number:064x}"}
        self.house.add(Purchase(**columns, state=state, bought_at=text("now()"), **place))

    def trade(self, signal: Signal, user: User | None = None, market: str = "", **body: Any) -> Any:
        given = {"tp": "51000", "quoteQty": "100"}
        path = f"/{market or signal.market}/trade/{signal.id}"
        return self.house.client(user or self.ann).post(path, json=given | body)

    def cancel(self, signal: Signal, user: User | None = None, **body: Any) -> Any:
        return self.house.client(user or self.ann).post(f"/mytrades/cancel/{signal.id}", json=body)

    def rows(self, statement: str, **values: Any) -> list[Any]:
        with self.house.app.app_context():
            found = list(db.session.execute(text(statement), values))
            db.session.rollback()
            return found

    def run(self, statement: str, **values: Any) -> None:
        with self.house.app.app_context():
            db.session.execute(text(statement), values)
            db.session.commit()

    def task(self, name: str, *args: Any) -> None:
        """Hand a task to the worker, as beat does."""
        with self.house.app.app_context():
            dispatch.send(name, *args)

    def state(self, delivery_id: int) -> str:
        return str(self.rows("SELECT state FROM deliveries WHERE id = :id", id=delivery_id)[0][0])

    def wait_for(self, delivery_id: int, *states: str, task: str = "", seconds: float = 25) -> str:
        """Until it is in one of the states; `task` is handed over every half second meanwhile, as beat would."""

        def reached() -> str:
            if task:
                self.task(task)
            state = self.state(delivery_id)
            return state if state in states else ""

        return wait_until(reached, seconds, f"delivery {delivery_id} in {states}", every=0.5 if task else 0.05)

    def orders(self, delivery_id: int) -> dict[str, str]:
        """States by leg, as our books have them."""
        found = self.rows("SELECT leg, state FROM orders WHERE delivery_id = :id", id=delivery_id)
        return {row[0]: row[1] for row in found}

    def at_exchange(self, delivery_id: int, venue: str = FUTURES) -> dict[str, str]:
        """States of its orders by suffix of their client ids, as the exchange has them; conditional ones too."""
        root = self.rows("SELECT client_id FROM deliveries WHERE id = :id", id=delivery_id)[0][0]
        ledger: Any = self.simulator.control("GET", f"/_control/ledger?venue={venue}")
        orders = ledger["orders"] if isinstance(ledger, dict) else ledger
        return {o["client_id"][len(root) :]: o["state"] for o in orders if o["client_id"].startswith(root)}

    def fault(self, kind: str, venue: str = FUTURES, **wanted: Any) -> None:
        self.simulator.fault(venue, kind, **wanted)

    def told(self, user: User | None = None) -> list[tuple[str, str]]:
        mine = "SELECT kind, message FROM notifications WHERE user_id = :id ORDER BY id"
        return [(row[0], row[1]) for row in self.rows(mine, id=(user or self.ann).id)]


@pytest.fixture(scope="module")
def floor(engines: Engines, module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    folder = tmp_path_factory.mktemp("trading")
    with SimulatorProcess() as simulator:
        web = environment_for_tests(module_database_url, engines.redis_url) | GENEROUS | {
            "MYSIGNALS_INSTANCE": str(folder), "SIMULATOR_URL": simulator.url, "TRADE_WAIT_SECONDS": "3",
        }  # fmt: skip
        app = create_app(Settings.from_environment(web))
        app.extensions["redis"].flushdb()
        with app.app_context():
            rules.fetch_all()
        env = web | {"VAULT_PRIVATE_KEY": VAULT_PRIVATE_KEY}
        worker = WorkerProcess(env, folder)
        worker.start()
        try:
            yield Floor(app, simulator, worker, env)
        finally:
            worker.end()
            with app.app_context():
                db.engine.dispose()
            app.extensions["redis"].close()


@pytest.fixture
def desk(floor: Floor) -> Desk:
    """An exchange with empty books and usual prices, and nobody but paul and ann."""
    floor.simulator.reset()
    forget_counts(floor.app.extensions["redis"])
    delete_everybody(floor.app)
    house = House(floor.app)
    return Desk(floor, house, house.user("paul", role="Provider"), house.user("ann"))


def log_of(floor: Floor) -> str:
    return Path(str(floor.env["MYSIGNALS_INSTANCE"]), "worker.log").read_text()
