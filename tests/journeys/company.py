"""The people of one journey: a registrar, a provider and their followers, brought together by the public API."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from tests.journeys.cast import Role
from tests.journeys.instance import Instance
from tests.journeys.people import Person
from tests.support.waiting import wait_until

Told = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Follower:
    """A person who copies the provider on one paper account."""

    role: Role
    person: Person
    account_id: int
    api_key: str


@dataclass(frozen=True, slots=True)
class Company:
    registrar: Person
    provider: Person
    followers: list[Follower]

    def of(self, role: Role) -> Follower:
        return next(follower for follower in self.followers if follower.role == role)

    def leave(self) -> None:
        for person in (self.registrar, self.provider, *(follower.person for follower in self.followers)):
            person.leave()


def gather(instance: Instance, roles: Sequence[Role], one_more: Told = lambda: None) -> Company:
    """Everybody registered, checked and following; `one_more` is called for each follower."""
    registrar = Person.join(instance, "registrar")
    instance.make_registrar(registrar.email)
    provider = Person.join(instance, "provider")
    registrar.post("/registrar/provider/new", email=provider.email)
    keys = instance.exchange.open_accounts([_account(role) for role in roles])

    def arrive(role: Role, key: dict[str, str]) -> Follower:
        follower = _follower(instance, provider, role, key)
        one_more()
        return follower

    # A few at a time: hashing a password costs the server most of this.
    with ThreadPoolExecutor(4) as pool:
        followers = list(pool.map(arrive, roles, keys))
    return Company(registrar, provider, followers)


def _account(role: Role) -> dict[str, Any]:
    return {"venue": role.desk.venue, "balances": role.balances, "position_mode": role.position_mode}


def _follower(instance: Instance, provider: Person, role: Role, key: dict[str, str]) -> Follower:
    person = Person.join(instance, role.name)
    account = person.post(
        "/accounts",
        exchange=role.desk.exchange,
        environment="paper",
        api_version=role.desk.version,
        api_key=key["api_key"],
        api_secret=key["secret"],
        passphrase=key.get("passphrase") or "",
    )["account"]
    _follow(person, provider, role, account["id"])
    if not role.right_secret:
        # A wrong secret is refused when it is saved, so this one goes wrong later: the owner makes a new one there.
        instance.exchange.open_accounts([_account(role) | {"api_key": key["api_key"], "secret": "another"}])
    return Follower(role, person, account["id"], key["api_key"])


def _follow(person: Person, provider: Person, role: Role, account_id: int) -> None:
    wait_until(lambda: _checked(person), 20, f"the check of the account of {role.name}")
    mode, value = role.sizing
    person.post(
        "/following",
        provider=provider.name,
        account_id=account_id,
        sizing={"mode": mode, "value": value},
        targets=role.targets,
        symbols=[role.symbol],
    )


def _checked(person: Person) -> bool:
    (account,) = person.get("/accounts")["accounts"]
    return bool(account["status"] != "checking")
