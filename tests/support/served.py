"""A web app on the real engines, emptied for every test, and the people who use it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import redis
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, text, update

from mysignals.app import create_app
from mysignals.extensions import Model, db
from mysignals.models import Delivery, ExchangeAccount, Following, Notification, Signal, SymbolRule, User
from mysignals.services import deadlocks, passwords
from mysignals.settings import Settings
from tests.support.engines import Engines
from tests.support.environment import environment_for_tests

PASSWORD = "correct horse battery"
WALLET = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
_GENEROUS = dict.fromkeys(("REQUESTS_PER_MINUTE", "LOGINS_PER_MINUTE", "SIGNALS_PER_HOUR"), "100000")
_PASSWORD_HASH = passwords.hashed(PASSWORD)


class House:
    """One app, and what tests put into it."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self._numbers = itertools.count(1)

    def user(self, name: str = "", role: str = "User", **columns: Any) -> User:
        name = name or f"person{next(self._numbers)}"
        given: dict[str, Any] = {
            "user_name": name, "email": f"{name}@example.com", "password_hash": _PASSWORD_HASH, "role": role,
            "is_activated": True, "wallet": WALLET, "referral_code": f"{next(self._numbers):08x}",
            "plan": "pro", "plan_until": datetime.now(UTC) + timedelta(days=30),
        }  # fmt: skip
        return self.add(User(**given | columns))

    def account(self, user: User, **columns: Any) -> ExchangeAccount:
        given: dict[str, Any] = {
            "user_id": user.id, "exchange": "binance", "environment": "paper", "sealed_credentials": b"sealed",
            "key_hint": "wxyz", "status": "ready", "label": f"account {next(self._numbers)}",
        }  # fmt: skip
        return self.add(ExchangeAccount(**given | columns))

    def signal(self, provider: User, **columns: Any) -> Signal:
        given: dict[str, Any] = {
            "provider_id": provider.id, "market": "spot", "symbol": "BNBUSDT", "side": "BUY",
            "quantity": Decimal("0.5"), "price": Decimal("336.1"), "stop": Decimal(320), "target1": Decimal(350),
            "short_text": "a secret hint",
        }  # fmt: skip
        return self.add(Signal(**given | columns))

    def following(self, user: User, provider: User, account: ExchangeAccount, **columns: Any) -> Following:
        given = {"sizing_mode": "quote", "sizing_value": Decimal(50)}
        identity = {"user_id": user.id, "provider_id": provider.id, "account_id": account.id}
        return self.add(Following(**identity | given | columns))

    def delivery(self, user: User, signal: Signal, account: ExchangeAccount, **columns: Any) -> Delivery:
        identity = {"user_id": user.id, "signal_id": signal.id, "account_id": account.id, "exchange": "binance"}
        return self.add(Delivery(**identity | columns))

    def notification(self, user: User, message: str = "hello", **columns: Any) -> Notification:
        return self.add(Notification(**{"user_id": user.id, "kind": "test", "message": message} | columns))

    def add(self, row: Any) -> Any:
        """Store a row and hand it back, readable without a session."""
        with self.app.app_context():
            db.session.add(row)
            db.session.commit()
            db.session.refresh(row)
            db.session.expunge(row)
        return row

    def count(self, model: type[Model]) -> int:
        with self.app.app_context():
            return db.session.query(model).count()

    def change(self, user: User, columns: dict[str, Any]) -> None:
        with self.app.app_context():
            db.session.execute(update(User).where(User.id == user.id).values(columns))
            db.session.commit()

    def fresh(self, row: Any) -> Any:
        """The row as it is stored now; None when it is gone."""
        with self.app.app_context():
            found = db.session.get(type(row), row.id)
            if found is not None:
                db.session.expunge(found)
            return found

    def anonymous(self) -> FlaskClient:
        return self.app.test_client()

    def client(self, user: User) -> FlaskClient:
        """A client with a session of `user`, as logging in leaves it."""
        client = self.app.test_client()
        with client.session_transaction() as session:
            session.update({"_user_id": str(user.id), "_fresh": True, "epoch": user.session_epoch})
        return client

    def tasks(self, queue: str) -> int:
        """How many tasks wait for workers."""
        waiting = self.app.extensions["redis"].llen(queue)
        assert isinstance(waiting, int)
        return waiting

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """Every SQL statement meanwhile."""
        with self.app.app_context():
            engine = db.engine
        seen: list[str] = []

        def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
            seen.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        yield seen
        event.remove(engine, "before_cursor_execute", note)


@pytest.fixture(scope="session")
def served(engines: Engines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    name, url = engines.migrated_database()
    app = create_app(_settings(url, engines.redis_url, str(tmp_path_factory.mktemp("instance"))))
    with app.app_context():
        db.session.add_all(_rules())
        db.session.commit()
    yield app
    with app.app_context():
        db.engine.dispose()
    app.extensions["redis"].close()
    engines.drop(name)


@pytest.fixture
def house(served: Flask) -> House:
    return emptied(served)


def emptied(served: Flask) -> House:
    """The app with nobody in it and an empty Redis."""
    delete_everybody(served)
    redis_client: redis.Redis = served.extensions["redis"]
    redis_client.flushdb()
    return House(served)


def delete_everybody(app: Flask) -> None:
    """A worker that still ends what the test before began may hold rows of it: what a deadlock undoes is done again."""

    def deleted() -> None:
        # The rest goes with the people.
        for table in ("ratings", "purchases", "deliveries", "instructions", "signals", "users"):
            db.session.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - names of our own
        db.session.commit()

    with app.app_context():
        deadlocks.gone_through(deleted)


@pytest.fixture
def limited(served: Flask, house: House) -> Iterator[House]:
    """The same house under the limits people meet."""
    settings: Settings = served.extensions["settings"]
    low = {"REQUESTS_PER_MINUTE": "30", "LOGINS_PER_MINUTE": "10", "SIGNALS_PER_HOUR": "3"}
    app = create_app(_settings(settings.database_url, settings.redis_url, str(settings.instance), low))
    yield House(app)
    with app.app_context():
        db.engine.dispose()
    app.extensions["redis"].close()


def _settings(database_url: str, redis_url: str, instance: str, limits: dict[str, str] = _GENEROUS) -> Settings:
    more = {"MYSIGNALS_INSTANCE": instance, "SIMULATOR_URL": "http://127.0.0.1:1", "TRADE_WAIT_SECONDS": "0", **limits}
    return Settings.from_environment(environment_for_tests(database_url, redis_url) | more)


def _rules() -> list[SymbolRule]:
    given = {
        "exchange": "binance", "environment": "paper", "symbol": "BNBUSDT", "base": "BNB", "quote": "USDT",
        "tick": Decimal("0.1"), "step": Decimal("0.01"), "min_quantity": Decimal("0.01"), "max_quantity": Decimal(9000),
        "min_notional": Decimal(5), "max_leverage": 75, "trading": True,
    }  # fmt: skip
    return [SymbolRule(**given, market="spot"), SymbolRule(**given, market="futures")]
