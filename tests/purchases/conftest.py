"""A shop: the app on real engines and on a real EVM, a provider with a signal, and people who pay."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from mysignals.app import create_app
from mysignals.chain_settings import ChainSettings
from mysignals.extensions import db
from mysignals.models import Notification, Purchase, Signal, User
from mysignals.services import purchases
from mysignals.settings import Settings
from tests.support.live_chain import CHAIN_ID, LiveChain, live_chain
from tests.support.served import House, house, served

__all__ = ["house", "served"]
FINALITY = 6
INVENTED = "0x" + "ab" * 32


@dataclass
class Shop:
    """`ann` buys, `paul` is the provider of `signal`, `rita` has referred ann. Everybody's wallet is on the chain."""

    house: House
    chain: LiveChain
    paul: User
    rita: User
    ann: User
    signal: Signal
    bob: User

    def pay(self, user: User | None = None, signal: Signal | None = None, **changed: Any) -> str:
        """The hash of a payment that is right but for what is changed."""
        right = {"signal": (signal or self.signal).id, "user": str((user or self.ann).id)}
        return self.chain.pay(**right | {"provider": self.paul.wallet, "referrer": self.rita.wallet} | changed)

    def show(self, tx_hash: str | None = None, user: User | None = None, signal: Signal | None = None) -> Any:
        query = "" if tx_hash is None else f"?tx_hash={tx_hash}"
        return self.client(user).get(f"/signal/{(signal or self.signal).id}{query}")

    def buy(self, user: User | None = None, signal: Signal | None = None, **changed: Any) -> str:
        tx_hash = self.pay(user, signal, **changed)
        self.chain.mine(2)
        answer = self.show(tx_hash, user, signal)
        assert answer.status_code == 200, answer.json
        return tx_hash

    def client(self, user: User | None = None) -> FlaskClient:
        return self.house.client(user or self.ann)

    def told(self, user: User) -> list[str]:
        with self.house.app.app_context():
            mine = select(Notification.message).where(Notification.user_id == user.id).order_by(Notification.id)
            return list(db.session.scalars(mine))

    def rows(self) -> list[Purchase]:
        with self.house.app.app_context():
            found = list(db.session.scalars(select(Purchase).order_by(Purchase.id)))
            db.session.expunge_all()
            return found

    def states(self) -> list[str]:
        return [row.state for row in self.rows()]

    def follow(self) -> None:
        """One turn of the worker, in which every payment's turn has come."""
        with self.house.app.app_context():
            self.change("checked_at = NULL")
            purchases.follow()

    def change(self, what: str) -> None:
        """An SQL assignment for every purchase."""
        with self.house.app.app_context():
            db.session.execute(db.text(f"UPDATE purchases SET {what}"))  # noqa: S608 - our own words
            db.session.commit()

    def with_chain(self, **changed: Any) -> Shop:
        """The same shop, told of another chain."""
        settings: Settings = self.house.app.extensions["settings"]
        assert settings.chain is not None
        app = create_app(replace(settings, chain=replace(settings.chain, **changed)))
        return replace(self, house=House(app))


@pytest.fixture(scope="session")
def served_chain() -> Iterator[LiveChain]:
    with live_chain() as chain:
        yield chain


@pytest.fixture
def chain(served_chain: LiveChain) -> Iterator[LiveChain]:
    before = served_chain.evm.tester.take_snapshot()
    yield served_chain
    served_chain.evm.tester.revert_to_snapshot(before)


@pytest.fixture
def shop(house: House, chain: LiveChain) -> Iterator[Shop]:
    settings: Settings = house.app.extensions["settings"]
    told = ChainSettings(chain.url, CHAIN_ID, chain.contract.address, 2, 0, FINALITY)
    house = House(create_app(replace(settings, chain=told)))
    house._numbers = itertools.count(1)
    paul = house.user("paul", role="Provider", wallet=chain.provider)
    rita = house.user("rita", wallet=chain.referrer)
    ann = house.user("ann", wallet=chain.buyer, referrer_id=rita.id)
    bob = house.user("bob", wallet=chain.stranger)
    yield Shop(house, chain, paul, rita, ann, house.signal(paul), bob)
    with house.app.app_context():
        db.session.remove()
        db.engine.dispose()
    house.app.extensions["redis"].close()
