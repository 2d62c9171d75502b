"""`python -m mysignals.demo_data`: fills an empty database with people who trade on paper."""

from __future__ import annotations

import argparse
import json
import os
import secrets
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import select

from mysignals import clock
from mysignals.app import create_app
from mysignals.embedded import demo_file
from mysignals.embedded.keys import write_private
from mysignals.extensions import db
from mysignals.models import ExchangeAccount, Following, User
from mysignals.models.api_key import PERMISSIONS
from mysignals.services import api_keys, keys, passwords
from mysignals.services.wallets import checksummed

_FOLLOWERS = 20
_SIZINGS = (("quote", "50"), ("percent", "5"), ("risk", "1"), ("multiplier", "0.5"), ("quote", "120"))
_TARGETS = ("first", "last", "ladder")
_BALANCES = {"USDT": "10000"}


@dataclass(frozen=True, slots=True)
class Person:
    """A user and what is needed to be them."""

    user: User
    password: str


@dataclass(frozen=True, slots=True)
class Simulator:
    """Where paper accounts are opened."""

    url: str
    control_token: str

    def open_accounts(self, count: int) -> list[dict[str, str]]:
        """New accounts with a balance; key and secret of each."""
        answer = requests.post(
            f"{self.url}/_control/accounts",
            json=[{"venue": "binance", "balances": _BALANCES}] * count,
            headers={"X-Control-Token": self.control_token},
            timeout=20,
        )
        answer.raise_for_status()
        opened: list[dict[str, str]] = answer.json()
        return opened


def main() -> int:
    """Fill the database of DATABASE_URL and write `demo.json`; do nothing where somebody is registered."""
    parser = argparse.ArgumentParser(prog="python -m mysignals.demo_data")
    parser.add_argument("--instance", type=Path, required=True, help="folder that gets demo.json")
    instance = parser.parse_args().instance
    app = create_app()
    settings = app.extensions["settings"]
    simulator = Simulator(settings.simulator_url or "", os.environ.get("SIMULATOR_CONTROL_TOKEN", ""))
    with app.app_context():
        if db.session.scalar(select(User.id).limit(1)) is None:
            told = {"base_url": settings.base_url, "simulator_url": simulator.url}
            told["control_token"] = simulator.control_token
            write_private(demo_file.path_of(instance), json.dumps(told | fill(simulator), indent=2))
    return 0


def fill(simulator: Simulator) -> dict[str, Any]:
    """A registrar, two providers and their followers, in one transaction; how to be each of them."""
    names = ["registrar", "ada", "grace", *(f"follower{number:02}" for number in range(1, _FOLLOWERS + 1))]
    roles = ["Registrar", "Provider", "Provider", *["User"] * _FOLLOWERS]
    registrar, *others = _people(names, roles)
    providers, followers = others[:2], others[2:]
    accounts = _accounts(followers, simulator)
    _follow(followers, providers, accounts)
    told = {
        "registrar": _told(registrar, []),
        "providers": [_told(provider, []) for provider in providers],
        "followers": [_told(person, [account]) for person, account in zip(followers, accounts, strict=True)],
    }
    db.session.commit()
    return told


def _people(names: Sequence[str], roles: Sequence[str]) -> list[Person]:
    chosen = [secrets.token_urlsafe(12) for _ in names]
    # Hashing is slow on purpose, and lets other threads run meanwhile.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        hashed = list(pool.map(passwords.hashed, chosen))
    rows = zip(names, roles, hashed, chosen, strict=True)
    people = [Person(_user(name, role, hashed), password) for name, role, hashed, password in rows]
    db.session.add_all([person.user for person in people])
    db.session.flush()
    return people


def _user(name: str, role: str, password_hash: str) -> User:
    return User(
        user_name=name,
        email=f"{name}@example.org",
        password_hash=password_hash,
        role=role,
        is_activated=True,
        wallet=checksummed("0x" + secrets.token_hex(20)) if role == "Provider" else "",
        referral_code=secrets.token_hex(4),
        plan="pro",
        plan_until=clock.now() + timedelta(days=3650),
    )


def _accounts(followers: Sequence[Person], simulator: Simulator) -> list[ExchangeAccount]:
    opened = simulator.open_accounts(len(followers))
    accounts = [
        ExchangeAccount(
            user_id=person.user.id,
            exchange="binance",
            environment="paper",
            label="paper",
            sealed_credentials=keys.seal(key["api_key"], key["secret"]),
            key_hint=key["api_key"][-4:],
            status="ready",
            position_mode="one_way",
            checked_at=clock.now(),
        )
        for person, key in zip(followers, opened, strict=True)
    ]
    db.session.add_all(accounts)
    db.session.flush()
    return accounts


def _follow(followers: Sequence[Person], providers: Sequence[Person], accounts: Sequence[ExchangeAccount]) -> None:
    for number, (follower, account) in enumerate(zip(followers, accounts, strict=True)):
        mode, value = _SIZINGS[number % len(_SIZINGS)]
        db.session.add(
            Following(
                user_id=follower.user.id,
                provider_id=providers[number % len(providers)].user.id,
                account_id=account.id,
                sizing_mode=mode,
                sizing_value=Decimal(value),
                targets=_TARGETS[number % len(_TARGETS)],
            )
        )


def _told(person: Person, accounts: Sequence[ExchangeAccount]) -> dict[str, Any]:
    key, secret = api_keys.drawn(person.user.id, {"label": "demo", "permissions": list(PERMISSIONS), "rate_limit": 120})
    db.session.add(key)
    return {
        "id": person.user.id,
        "wallet": person.user.wallet,
        "user_name": person.user.user_name,
        "email": person.user.email,
        "password": person.password,
        "api_key": key.key,
        "api_secret": secret,
        "accounts": [{"id": each.id, "exchange": each.exchange, "environment": each.environment} for each in accounts],
    }


if __name__ == "__main__":
    sys.exit(main())
