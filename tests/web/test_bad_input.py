"""Every field of every request: missing, of the wrong type, hostile. Refused by name, and nothing is stored."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from mysignals.extensions import Model, db
from tests.support.served import WALLET, House
from tests.web.test_auth import NEW as PERSON
from tests.web.test_provider import FUTURES, SPOT

MISSING = object()
NO_NUMBER = ["abc", "", True, [], {}, None, "NaN", "Infinity", "1_0", "0x10", " 1", "\u0661"]
NO_MONEY = [*NO_NUMBER, 0, -1, "-0.1", "1e-13", 0.1234567890123, "1" * 17, 10**16, "1e999", "0." + "0" * 12 + "1"]
NO_TEXT = [1, True, [], {}, None, "bell\a", "nul\0", "\ud800"]
NO_CHOICE = ["", "buy", "HOLD", 1, True, None, []]
NO_MAIL = [*NO_TEXT, "", "ann", "ann@", "ann@host", "a b@example.com", "x" * 250 + "@example.com"]
NO_WALLET = [*NO_TEXT, "", "0x" + "0" * 40, "0x", WALLET[:-1], WALLET.upper(), WALLET.replace("5aA", "5Aa"), WALLET[2:]]
NO_KEY = [*NO_TEXT, "", "a b", "ключ", "x" * 257]
NO_LABEL = [1, True, [], "x" * 65, "line\nfeed"]
NO_ID = [*NO_NUMBER, 0, -1, 1.5, 2**63, "1e999", "9" * 60]

SIGNAL_FIELDS: dict[str, list[Any]] = {
    "symbol": [*NO_TEXT, "", "BNB USDT", "x" * 33],
    "side": [*NO_CHOICE, MISSING],
    "type": [*NO_CHOICE],
    "quantity": NO_MONEY,
    "price": NO_MONEY,
    "sl": NO_MONEY,
    "tp1": NO_MONEY,
    "tp2": [bad for bad in NO_MONEY if bad not in ("", None)],
    "tp3": [bad for bad in NO_MONEY if bad not in ("", None)] + [360],
    "short_text": ["x" * 101, 1, [], True, "bell\a"],
}
REQUIRED = {"symbol", "side", "quantity", "price", "sl", "tp1", "leverage"}
KEY_FIELDS: dict[str, list[Any]] = {
    "exchange": ["", "mtgox", 1, None, True],
    "environment": ["", "moon", 1, None],
    "label": NO_LABEL,
    "api_key": [*NO_KEY, MISSING],
    "api_secret": [*NO_KEY, MISSING],
    "passphrase": [1, True, None, "a b", "x" * 257],
}
ACCOUNT = {"exchange": "binance", "environment": "paper", "api_key": "key-abcd", "api_secret": "secret"}
LIMITS: dict[str, list[Any]] = {
    "sizing": [None, 1, "all", []],
    "sizing.mode": ["", "all", 1, None, MISSING],
    "sizing.value": [*NO_MONEY, MISSING],
    "max_leverage": [*NO_NUMBER, 0, 126, 1.5, "1e999"],
    "max_open": [*NO_NUMBER, 0, 1001],
    "max_deviation_bps": [*NO_NUMBER, -1, 10_001],
    "targets": ["", "all", 1, None],
    "symbols": ["BNBUSDT", None, {}, ["X"] * 501],
    "symbols.0": [[""], [1], [None], ["x" * 33], ["A B"]],
    "on_unprotected": ["", "pray", 1, None],
    "margin_mode": ["", "both", None],
    "paused": ["true", 1, 0, None, ""],
}
WISH = {"provider": "paul", "account_id": 1, "sizing": {"mode": "quote", "value": 5}}
APPLICATION = {"wallet": WALLET, "experience": "Ten years of it.", "socials_and_additional": "https://example.com"}
KEY_LIMITS: dict[str, list[Any]] = {
    "label": NO_LABEL,
    "permissions": [None, [], "read", {}, ["read"] * 11],
    "rate_limit": [*NO_NUMBER, 0, 9, 121, 10.5, "1e999"],
    "addresses": [None, "10.0.0.1", {}, ["10.0.0.1"] * 51],
    "expires_on": [1, True, [], "tomorrow", "2030-01-01", "2001-01-01T00:00:00Z", "9999-01-01T00:00:00Z"],
    "surprise": [1],
}
TRADE_FIELDS: dict[str, list[Any]] = {
    "tp": [*NO_MONEY, MISSING],
    "quoteQty": [*NO_MONEY, MISSING],
    "account_id": [bad for bad in NO_ID if bad is not None],
}
OLD_PASSWORDS, OTPS = [*NO_TEXT, "", "x" * 129, MISSING], [*NO_TEXT, "", "1" * 65, MISSING]
PASSWORDS = [*NO_TEXT, "short12", "x" * 129, MISSING]
REQUESTS: dict[str, tuple[str, dict[str, Any], dict[str, list[Any]]]] = {
    "POST /auth/register": ("nobody", PERSON, {
        "email": [*NO_MAIL, MISSING],
        "user_name": [*NO_TEXT, "", "a b", "a@b", "x" * 65, "ä", MISSING],
        "password": PASSWORDS,
        "confirm_password": [*NO_TEXT, "", "different", MISSING],
        "wallet": [*NO_WALLET, MISSING],
        "referrers_code": [1, None, [], "00000000", "x" * 65],
    }),
    "POST /auth/login": ("nobody", {"user_name_or_mail": "ann", "password": "x"}, {
        "user_name_or_mail": [*NO_TEXT, "", "x" * 255, MISSING],
        "password": [*NO_TEXT, "", "x" * 129, MISSING],
    }),
    "POST /auth/reset_password": ("nobody", {"email": "ann@example.com"}, {"email": [*NO_MAIL, MISSING]}),
    "POST /auth/reset_password/token": ("nobody", {"password": "longenough", "confirm_password": "longenough"}, {
        "password": PASSWORDS,
        "confirm_password": ["different", 1, MISSING],
    }),
    "POST /auth/change_password": (
        "User", {"password": "x", "new_password": "longenough", "confirm_password": "longenough"}, {
            "password": OLD_PASSWORDS, "new_password": PASSWORDS, "confirm_password": ["different", 1, MISSING],
        },
    ),
    "POST /auth/otp": ("User", {"password": "x"}, {"password": OLD_PASSWORDS}),
    "POST /auth/otp/confirm": ("User", {"otp": "123456"}, {"otp": OTPS}),
    "DELETE /auth/otp": ("User", {"password": "x", "otp": "123456"}, {"password": OLD_PASSWORDS, "otp": OTPS}),
    "POST /auth/update_keys": ("User", ACCOUNT, KEY_FIELDS),
    "POST /accounts": ("User", ACCOUNT, KEY_FIELDS | {
        "exchange": [*KEY_FIELDS["exchange"], MISSING], "api_version": ["v3", 1, None], "surprise": [1],
    }),
    "POST /provider/spot/new": ("Provider", SPOT, SIGNAL_FIELDS),
    "POST /provider/futures/new": ("Provider", FUTURES, SIGNAL_FIELDS | {"leverage": [*NO_NUMBER, 0, -3, 126, 1.5]}),
    "POST /provider/update_wallet": ("Provider", {"wallet": WALLET}, {"wallet": [*NO_WALLET, MISSING]}),
    "POST /registrar/provider/new": ("Registrar", {"email": "a@example.com"}, {"email": [*NO_MAIL, MISSING]}),
    "POST /registrar/registrar/new": ("Registrar", {"email": "a@example.com"}, {"email": [*NO_MAIL, MISSING]}),
    "POST /registrar/drop_role": ("Registrar", {"email": "a@example.com"}, {"email": [*NO_MAIL, MISSING]}),
    "POST /registrar/plan": ("Registrar", {"email": "a@example.com", "plan": "pro", "days": 3}, {
        "email": [*NO_MAIL, MISSING],
        "plan": ["", "gold", 1, None, MISSING],
        "days": [*NO_NUMBER, 0, -1, 1.5, 3651, "1e999", MISSING],
        "surprise": [1],
    }),
    "POST /following": ("User", WISH, LIMITS | {
        "provider": [*NO_TEXT, "", "a b", MISSING], "account_id": [*NO_ID, MISSING], "surprise": [1],
    }),
    "POST /apply/provider": ("User", APPLICATION, {
        "wallet": [*NO_WALLET, MISSING],
        "experience": [*NO_TEXT, "", "too short", " " * 30, "x" * 301, MISSING],
        "socials_and_additional": [*NO_TEXT, "", "too short", "x" * 501, MISSING],
    }),
    "POST /registrar/applications/1/refuse": ("Registrar", {}, {"reason": [*NO_TEXT, "x" * 301]}),
    "POST /keys": ("User", {"permissions": ["read"]}, KEY_LIMITS | {
        "permissions": [*KEY_LIMITS["permissions"], MISSING],
    }),
    "PATCH /keys/1": ("User", {}, KEY_LIMITS),
    "POST /webhooks": ("User", {}, {"label": NO_LABEL, "surprise": [1]}),
    "PATCH /webhooks/1": ("User", {"label": "x"}, {"label": [*NO_LABEL, None, MISSING], "surprise": [1]}),
    "POST /signal/rate/1": ("User", {"rate": 5}, {"rate": [*NO_NUMBER, 0, 6, 1.5, "1e999", MISSING]}),
    "POST /spot/trade/1": ("User", {"tp": "350", "quoteQty": "10"}, TRADE_FIELDS),
    "POST /futures/trade/1": ("User", {"tp": "350", "quoteQty": "10"}, TRADE_FIELDS),
    "POST /mytrades/cancel/1": ("User", {}, {
        "account_id": TRADE_FIELDS["account_id"], "filled": ["", "sell", 1, None, True, []],
    }),
    "PATCH /following/1": ("User", {}, LIMITS | {"provider": ["paul"], "account_id": [1]}),
}  # fmt: skip


def cases(fields: dict[str, list[Any]]) -> Iterator[tuple[str, Any]]:
    for name, values in fields.items():
        yield from ((name, bad) for bad in values)
        if name in REQUIRED and MISSING not in values:
            yield name, MISSING


def with_fault(good: dict[str, Any], name: str, bad: Any) -> dict[str, Any]:
    """The good body with one fault; `sizing.mode` is a field of a field, `symbols.0` an entry of a list."""
    outer, _, inner = name.partition(".")
    if inner == "0":
        return good | {outer: bad}
    if inner:
        return good | {outer: with_fault({"mode": "quote", "value": 5}, inner, bad)}
    return {key: value for key, value in good.items() if key != name} | ({} if bad is MISSING else {name: bad})


@pytest.mark.parametrize("request_line", REQUESTS)
def test_one_bad_field_is_refused_by_its_name_and_stores_nothing(house: House, request_line: str) -> None:
    role, good, fields = REQUESTS[request_line]
    client = house.anonymous() if role == "nobody" else house.client(house.user(role=role))
    before = stored(house)
    method, path = request_line.split()
    accepted = []
    for name, bad in cases(fields):
        body = json.dumps(with_fault(good, name, bad))
        answer = client.open(path, method=method, data=body, content_type="application/json")
        if answer.status_code != 422 or name not in answer.json["fields"] or not answer.json["fields"][name]:
            accepted.append((name, bad, answer.status_code, answer.json))
    assert accepted == []
    assert stored(house) == before and house.tasks("mail") == house.tasks("upkeep") == house.tasks("fan_out") == 0


# Links in mails, buttons: what they do is said by their address alone.
WITHOUT_A_BODY = {
    "POST /auth/logout",
    "POST /accounts/1/check", "POST /accounts/1/audit", "POST /drifts/1/approve", "POST /drifts/1/dismiss",
    "POST /provider/delete/1", "POST /provider/deactivate/1", "POST /signal/1", "POST /webhooks/1/rotate",
    "POST /registrar/applications/1/approve",
}  # fmt: skip


TRIED_ELSEWHERE = ("mysignals.web.pages", "mysignals.web.public_v1")
"""Pages take forms, and say so themselves; what programs sign has tests/instructions/test_faults.py and a fuzzer."""


def test_every_request_with_a_body_is_tried(served: Flask) -> None:
    found = set()
    for rule in served.url_map.iter_rules():
        if served.view_functions[rule.endpoint].__module__.startswith(TRIED_ELSEWHERE):
            continue
        path = re.sub(r"<id:\w+>", "1", rule.rule).replace("<token>", "token")
        found |= {f"{method} {path}" for method in (rule.methods or set()) & {"POST", "PUT", "PATCH"}}
    assert found == {line for line in REQUESTS if not line.startswith("DELETE")} | WITHOUT_A_BODY


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e99999999999999999999", "01", "1.", "+1"])
def test_what_json_does_not_know_as_a_number_is_400(house: House, number: str) -> None:
    client = house.client(house.user(role="Provider"))
    body = json.dumps(SPOT).replace("336.1", number)
    assert client.post("/provider/spot/new", data=body, content_type="application/json").status_code == 400


@pytest.mark.parametrize("number", ["1e999999999", "1e-999999999", "-1e999999999", "1" * 4000, "0." + "1" * 4000])
def test_a_monstrous_number_is_refused_at_once(house: House, number: str) -> None:
    client = house.client(house.user(role="Provider"))
    body = json.dumps(SPOT).replace("336.1", number)
    answer = client.post("/provider/spot/new", data=body, content_type="application/json")
    assert answer.status_code == 422 and "price" in answer.json["fields"]


@pytest.mark.parametrize("spelling", ["336.1", '"336.1"', "3361e-1", '"+336.10"', "336.1000000000000000000000000"])
def test_one_price_in_any_spelling_is_the_same_price(house: House, spelling: str) -> None:
    client = house.client(house.user(role="Provider"))
    body = json.dumps(SPOT).replace("336.1", spelling)
    said = client.post("/provider/spot/new", data=body, content_type="application/json").text
    assert '"price":336.1,' in said


def stored(house: House) -> dict[str, int]:
    """Rows by table, in one statement."""
    tables = Model.metadata.sorted_tables
    counts = select(*(select(func.count()).select_from(table).scalar_subquery() for table in tables))
    with house.app.app_context():
        return dict(zip((table.name for table in tables), db.session.execute(counts).one(), strict=True))
