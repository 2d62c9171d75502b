"""Who may do what: one table of endpoints, by role and by whose thing it is. An endpoint missing from it fails.

Tried whole: every cell that is not allowed is 401, 403 or 404 and changes nothing; every other lets the caller in.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mysignals.models import ApiKey, Application, Drift, Purchase, User, WebhookToken
from mysignals.web.public_v1.paths import covers
from tests.support.served import WALLET, House
from tests.web.test_bad_input import REQUESTS, stored

ANYBODY, SIGNED_IN, ACTIVE, PROVIDER, REGISTRAR = "anybody", "signed in", "active", "Provider", "Registrar"


@dataclass(frozen=True)
class Door:
    """Who is let in. `thing` names what the path is about, where that belongs to somebody."""

    who: str
    thing: str = ""
    strangers: tuple[int, ...] = (404,)
    """What is answered to those whose thing it is not."""


FOR_SALE = (403, 503)
"""A signal that others sell: told what to pay, or that nothing can be paid here."""
TABLE = {
    "POST /auth/register": Door(ANYBODY),
    "POST /auth/login": Door(ANYBODY),
    "POST /auth/reset_password": Door(ANYBODY),
    "POST /auth/reset_password/token": Door(ANYBODY),
    "GET /healthz": Door(ANYBODY),
    "GET /readyz": Door(ANYBODY),
    "GET /metrics": Door(ANYBODY),
    "GET /docs": Door(ANYBODY),
    "GET /docs/docs.js": Door(ANYBODY),
    "GET /openapi.json": Door(ANYBODY),
    "POST /auth/logout": Door(SIGNED_IN),
    "GET /auth/@me": Door(SIGNED_IN),
    "GET /auth/notifications": Door(SIGNED_IN),
    "GET /auth/notifications/count": Door(SIGNED_IN),
    "POST /auth/change_password": Door(SIGNED_IN),
    "GET /auth/devices": Door(SIGNED_IN),
    "POST /auth/otp": Door(ACTIVE),
    "POST /auth/otp/confirm": Door(ACTIVE),
    "DELETE /auth/otp": Door(ACTIVE),
    "POST /auth/update_keys": Door(ACTIVE),
    "GET /": Door(ACTIVE),
    "GET /providers": Door(ACTIVE),
    "GET /signal/{signal}": Door(ACTIVE, "bought", FOR_SALE),
    "POST /signal/{signal}": Door(ACTIVE, "bought", FOR_SALE),
    "POST /signal/rate/{signal}": Door(ACTIVE, "bought"),
    "GET /mytrades": Door(ACTIVE),
    "POST /spot/trade/{signal}": Door(ACTIVE, "bought"),
    "POST /futures/trade/{signal}": Door(ACTIVE, "bought on futures"),
    "POST /mytrades/cancel/{signal}": Door(ACTIVE, "traded"),
    "POST /apply/provider": Door(ACTIVE),
    "GET /accounts": Door(ACTIVE),
    "POST /accounts": Door(ACTIVE),
    "DELETE /accounts/{account}": Door(ACTIVE, "account"),
    "POST /accounts/{account}/check": Door(ACTIVE, "account"),
    "POST /accounts/{account}/audit": Door(ACTIVE, "account"),
    "GET /drifts": Door(ACTIVE),
    "POST /drifts/{drift}/approve": Door(ACTIVE, "drift"),
    "POST /drifts/{drift}/dismiss": Door(ACTIVE, "drift"),
    "GET /keys": Door(ACTIVE),
    "POST /keys": Door(ACTIVE),
    "PATCH /keys/{key}": Door(ACTIVE, "key"),
    "DELETE /keys/{key}": Door(ACTIVE, "key"),
    "GET /webhooks": Door(ACTIVE),
    "POST /webhooks": Door(ACTIVE),
    "PATCH /webhooks/{webhook}": Door(ACTIVE, "webhook"),
    "POST /webhooks/{webhook}/rotate": Door(ACTIVE, "webhook"),
    "DELETE /webhooks/{webhook}": Door(ACTIVE, "webhook"),
    "GET /following": Door(ACTIVE),
    "POST /following": Door(ACTIVE),
    "PATCH /following/{following}": Door(ACTIVE, "following"),
    "DELETE /following/{following}": Door(ACTIVE, "following"),
    "GET /deliveries": Door(ACTIVE),
    "GET /deliveries/{delivery}": Door(ACTIVE, "delivery"),
    "GET /provider/signals": Door(PROVIDER),
    "GET /provider/spot/pairs": Door(PROVIDER),
    "GET /provider/futures/pairs": Door(PROVIDER),
    "POST /provider/spot/new": Door(PROVIDER),
    "POST /provider/futures/new": Door(PROVIDER),
    "POST /provider/deactivate/{signal}": Door(PROVIDER, "signal"),
    "POST /provider/delete/{signal}": Door(PROVIDER, "signal"),
    "GET /provider/signals/{signal}/deliveries": Door(PROVIDER, "signal"),
    "POST /provider/update_wallet": Door(PROVIDER),
    "POST /registrar/provider/new": Door(REGISTRAR),
    "POST /registrar/registrar/new": Door(REGISTRAR),
    "POST /registrar/drop_role": Door(REGISTRAR),
    "POST /registrar/plan": Door(REGISTRAR),
    "GET /registrar/applications": Door(REGISTRAR),
    "POST /registrar/applications/{application}/approve": Door(REGISTRAR),
    "POST /registrar/applications/{application}/refuse": Door(REGISTRAR),
    "GET /registrar/role/providers": Door(REGISTRAR),
    "GET /registrar/role/registrars": Door(REGISTRAR),
    "GET /registrar/role/users": Door(REGISTRAR),
    "GET /registrar/get/users": Door(REGISTRAR),
}
CALLERS = ("nobody", "inactive", "User", "Provider", "Registrar")
OWN, OTHERS = "own", "another's"
WRONG_PASSWORD = {
    "POST /auth/login", "POST /auth/change_password", "POST /auth/otp", "DELETE /auth/otp",
    "POST /auth/reset_password/token",
}  # fmt: skip
"""Let in, and refused all the same: the sample's password, or link, is nobody's."""


@pytest.mark.parametrize("caller", CALLERS)
def test_each_cell_lets_in_whom_it_is_for_and_nobody_else(house: House, caller: str) -> None:
    world, wrong = World(house, caller), []
    before = stored(house)
    for line, door in TABLE.items():
        for whose in (OWN, OTHERS) if door.thing else (OWN,):
            refused = _refusal(door, caller, whose)
            if refused:
                answer = Call(line, world, whose).answer()
                if answer.status_code not in refused or stored(house) != before:
                    wrong.append((line, whose, answer.status_code, answer.text))
            elif line not in WRONG_PASSWORD:
                # Of its own, for what is let in may change it.
                answer = Call(line, World(house, caller) if door.thing else world, whose).answer()
                if answer.status_code in (401, 403, 404, 422):
                    wrong.append((line, whose, answer.status_code, answer.text))
                before = stored(house)
    assert wrong == []


def test_the_table_knows_every_endpoint_of_this_api(served: Flask) -> None:
    known = set()
    for rule in served.url_map.iter_rules():
        # Programs sign: tests/public_v1/test_door.py. Pages have a table of their own: tests/web/pages/test_doors.py.
        is_page = served.view_functions[rule.endpoint].__module__.startswith("mysignals.web.pages")
        if rule.endpoint != "static" and not is_page and not covers(rule.rule):
            path = re.sub(r"<id:(\w+)_id>", r"{\1}", rule.rule).replace("<token>", "token").replace("<name>", "docs.js")
            known |= {f"{method} {path}" for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}}
    assert known == set(TABLE)


class World:
    """A caller, somebody else of the same role, and a thing of each kind for both."""

    def __init__(self, house: House, caller: str) -> None:
        self.house, self._numbers = house, itertools.count(1)
        self._caller, role = caller, caller if caller in ("Provider", "Registrar") else "User"
        other = house.user(role=role)
        self._me = other if caller == "nobody" else house.user(role=role, is_activated=caller != "inactive")
        self.things = {OTHERS: self._of(other)}
        self.things[OWN] = self.things[OTHERS] if caller == "nobody" else self._of(self._me)
        self.seller, self.stranger = house.user(role="Provider").user_name, house.user().email

    def client(self) -> FlaskClient:
        return self.house.anonymous() if self._caller == "nobody" else self.house.client(self._me)

    def _of(self, user: User) -> dict[str, int]:
        """Ids by the name that paths have for them, and of signals by what was done with them."""
        house, seller = self.house, self.house.user(role="Provider")
        account = house.account(user, sealed_credentials=b"sealed")
        futures = {"market": "futures", "leverage": 3}
        bought, on_futures, traded = (house.signal(seller, **more) for more in ({}, futures, {}))
        for signal in (bought, on_futures, traded):
            self._sold(user.id, signal.id)
        delivery = house.delivery(
            user,
            traded,
            account,
            state="queued",
            trade_sizing="quote",
            trade_value=Decimal(10),
            client_id=f"ms{next(self._numbers)}x{user.id}",
        )
        found = {
            "account": account.id, "bought": bought.id, "bought on futures": on_futures.id, "traded": traded.id,
            "delivery": delivery.id, "following": house.following(user, seller, account).id,
            "signal": house.signal(user).id, "drift": self._drift(user.id, account.id),
            "key": house.add(ApiKey(
                user_id=user.id, key=f"mk_{next(self._numbers)}_{user.id}", sealed_secret=b"-", permissions=["read"]
            )).id,
            "webhook": house.add(WebhookToken(
                user_id=user.id, token_hash=f"{next(self._numbers)} {user.id}", token_hint="wxyz"
            )).id,
            "application": house.add(Application(
                user_id=house.user().id, wallet=WALLET, experience="x" * 10, socials_and_additional="x" * 10
            )).id,
        }  # fmt: skip
        # An account with a delivery under way cannot be removed, so that another one is the sample.
        return found | {"account": house.account(user).id}

    def _sold(self, user_id: int, signal_id: int) -> None:
        self.house.add(Purchase(
            user_id=user_id, signal_id=signal_id, state="bought", chain_id=1, tx_hash=f"0x{signal_id:064x}",
            log_index=0, block_number=1, block_hash="0x" + "3" * 64, amount=Decimal(1), payer=WALLET,
            bought_at=self.house.fresh(User(id=user_id)).created_at,
        ))  # fmt: skip

    def _drift(self, user_id: int, account_id: int) -> int:
        number: int = self.house.add(Drift(
            account_id=account_id, user_id=user_id, kind="position", market="futures", symbol="BTCUSDT", side="both",
            expected=Decimal(0), actual=Decimal(1), difference=Decimal(1), cause="unexplained", message="?",
            repair="close", state="open",
        )).id  # fmt: skip
        return number


class Call:
    """A line of the table, about somebody's things, with a body that is in order."""

    def __init__(self, line: str, world: World, whose: str) -> None:
        self._client, things = world.client(), world.things[whose]
        self._method, path = line.split()
        about = TABLE[line].thing
        self._path = path.format(**things | ({"signal": things[about]} if about in things else {}))
        sample = REQUESTS.get(self._method + " " + re.sub(r"{\w+}", "1", path))
        real: dict[str, Any] = {
            "quoteQty": "100",
            "email": world.stranger,
            "provider": world.seller,
            "account_id": world.things[OWN]["account"],
        }
        body = {} if sample is None else {name: real.get(name, value) for name, value in sample[1].items()}
        self._body = None if sample is None else body

    def answer(self) -> Any:
        more = {} if self._body is None else {"json": self._body}
        return self._client.open(self._path, method=self._method, headers={"Accept": "application/json"}, **more)


def _refusal(door: Door, caller: str, whose: str) -> tuple[int, ...]:
    """The statuses that a caller may be refused with; empty where they are let in."""
    if door.who == ANYBODY:
        return ()
    if caller == "nobody":
        return (401,)
    if door.who == SIGNED_IN:
        return ()
    if caller == "inactive" or door.who not in (ACTIVE, caller):
        return (403,)
    return door.strangers if whose == OTHERS else ()
