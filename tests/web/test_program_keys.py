"""/keys and /webhooks: made, shown once, changed, revoked."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from mysignals.extensions import db
from mysignals.models import ApiKey, OutgoingMail, User, WebhookToken
from mysignals.services import api_keys, webhook_tokens
from tests.support.served import House

WISH = {
    "label": "bot",
    "permissions": ["read", "trade"],
    "rate_limit": 30,
    "addresses": ["203.0.113.7/32", "10.0.0.0/8"],
}


def test_a_secret_is_shown_once_and_opens_only_its_own_key(house: House) -> None:
    person = house.user()
    client = house.client(person)
    answer = client.post("/keys", json=WISH)
    assert answer.status_code == 201 and answer.headers["Cache-Control"] == "no-store"
    made, secret = answer.json["key"], answer.json["secret"]
    assert made["api_key"].startswith("mk_") and len(made["api_key"]) == 35
    assert secret.startswith("ms_") and len(secret) == 51
    assert {
        "label": "bot",
        "permissions": ["read", "trade"],
        "rate_limit": 30,
        "state": "active",
    }.items() <= made.items()
    assert made["addresses"] == ["203.0.113.7", "10.0.0.0/8"] and made["uses"] == 0 and made["last_used_on"] is None
    listed = client.get("/keys")
    assert listed.json["keys"] == [made] and secret not in listed.text
    row = _row(house, ApiKey)
    assert secret.encode() not in row.sealed_secret
    assert _opened(house, made["api_key"]) == secret
    assert _opened(house, "mk_nobody") is None
    mail = _row(house, OutgoingMail)
    assert mail.kind == "keys_changed" and "bot" in mail.details["event"]
    assert secret not in str(mail.details) and made["api_key"] not in str(mail.details)


def test_a_revoked_key_and_an_expired_one_open_no_more(house: House) -> None:
    client = house.client(house.user())
    made = client.post("/keys", json=WISH).json["key"]
    revoked = client.delete(f"/keys/{made['id']}").json["key"]
    assert revoked["state"] == "revoked" and revoked["revoked_on"]
    assert _opened(house, made["api_key"]) is None
    assert client.delete(f"/keys/{made['id']}").status_code == 409
    assert client.patch(f"/keys/{made['id']}", json={"label": "x"}).status_code == 409
    soon = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    second = client.post("/keys", json=WISH | {"expires_on": soon}).json["key"]
    assert _opened(house, second["api_key"]) is not None
    with house.app.app_context():
        db.session.get_one(ApiKey, second["id"]).expires_at = datetime.now(UTC) - timedelta(seconds=1)
        db.session.commit()
    assert _opened(house, second["api_key"]) is None
    assert client.get("/keys").json["keys"][0]["state"] == "expired"


def test_a_change_touches_only_what_it_names_and_wider_permissions_are_told(house: House) -> None:
    client = house.client(house.user())
    made = client.post("/keys", json=WISH).json["key"]
    assert client.patch(f"/keys/{made['id']}", json={"rate_limit": 120}).json["key"] == made | {"rate_limit": 120}
    assert house.count(OutgoingMail) == 1
    wider = client.patch(f"/keys/{made['id']}", json={"permissions": ["read", "trade", "signal"]})
    assert wider.json["key"]["permissions"] == ["read", "trade", "signal"]
    assert house.count(OutgoingMail) == 2


@pytest.mark.parametrize(
    ("change", "field", "rule"),
    [
        ({"permissions": []}, "permissions", ""),
        ({"permissions": ["withdraw"]}, "permissions.0", "one of"),
        ({"permissions": None}, "permissions", "list"),
        ({"rate_limit": 9}, "rate_limit", "10 to 120"),
        ({"rate_limit": 121}, "rate_limit", "10 to 120"),
        ({"addresses": ["10.0.0.1/8"]}, "addresses.0", "network"),
        ({"addresses": ["example.com"]}, "addresses.0", "network"),
        ({"addresses": ["10.0.0.1"] * 51}, "addresses", "at most 50"),
        ({"expires_on": "2001-01-01T00:00:00Z"}, "expires_on", "future"),
        ({"expires_on": "9999-12-31T23:59:59Z"}, "expires_on", "ten years"),
        ({"expires_on": "2030-01-01T00:00:00"}, "expires_on", "zone"),
        ({"expires_on": "0001-01-01T00:00:00+23:59"}, "expires_on", "zone"),
        ({"expires_on": 17}, "expires_on", "zone"),
        ({"adresses": []}, "adresses", "no such field"),
        ({"label": "x" * 65}, "label", "at most 64"),
    ],
)
def test_a_fault_is_named_and_nothing_is_made(house: House, change: dict[str, Any], field: str, rule: str) -> None:
    answer = house.client(house.user()).post("/keys", json=WISH | change)
    assert answer.status_code == 422 and list(answer.json["fields"]) == [field]
    assert rule in answer.json["fields"][field]
    assert house.count(ApiKey) == 0


def test_permissions_have_to_be_chosen(house: House) -> None:
    answer = house.client(house.user()).post("/keys", json={"label": "bot"})
    assert answer.status_code == 422 and list(answer.json["fields"]) == ["permissions"]


@pytest.mark.parametrize(("path", "model", "most"), [
    ("/keys", ApiKey, api_keys.MOST_KEYS), ("/webhooks", WebhookToken, webhook_tokens.MOST_TOKENS),
])  # fmt: skip
def test_nobody_has_more_than_the_most_not_even_two_at_once(house: House, path: str, model: type, most: int) -> None:
    person = house.user()
    body = {"label": "x", "permissions": ["read"]} if path == "/keys" else {"label": "x"}
    for _ in range(most - 1):
        house.client(person).post(path, json=body)
    clients = [house.client(person) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda client: client.post(path, json=body).status_code, clients))
    assert sorted(answers) == [201, 409] and house.count(model) == most
    first = house.client(person).get(path).json[path[1:]][0]["id"]
    house.client(person).delete(f"{path}/{first}")
    assert house.client(person).post(path, json=body).status_code == 201


def test_a_webhook_token_is_shown_once_and_rotated(house: House) -> None:
    client = house.client(house.user())
    answer = client.post("/webhooks", json={"label": "charts"})
    token, made = answer.json["token"], answer.json["webhook"]
    assert answer.status_code == 201 and answer.headers["Cache-Control"] == "no-store"
    assert made["token"] == token[-4:] and token not in client.get("/webhooks").text
    assert _live(house, token)
    rotated = client.post(f"/webhooks/{made['id']}/rotate")
    assert rotated.headers["Cache-Control"] == "no-store" and rotated.json["webhook"]["rotated_on"]
    assert not _live(house, token) and _live(house, rotated.json["token"])
    assert client.patch(f"/webhooks/{made['id']}", json={"label": "new"}).json["webhook"]["label"] == "new"
    assert client.delete(f"/webhooks/{made['id']}").json["webhook"]["state"] == "revoked"
    assert not _live(house, rotated.json["token"])
    for call in (client.delete, lambda path: client.patch(path, json={"label": "x"})):
        assert call(f"/webhooks/{made['id']}").status_code == 409
    assert client.post(f"/webhooks/{made['id']}/rotate").status_code == 409


def test_what_is_somebody_elses_is_not_there(house: House) -> None:
    owner, other = house.client(house.user()), house.client(house.user())
    key = owner.post("/keys", json=WISH).json["key"]["id"]
    webhook = owner.post("/webhooks").json["webhook"]["id"]
    calls: list[Callable[[], Any]] = [
        lambda: other.patch(f"/keys/{key}", json={"label": "x"}),
        lambda: other.delete(f"/keys/{key}"),
        lambda: other.patch(f"/webhooks/{webhook}", json={"label": "x"}),
        lambda: other.post(f"/webhooks/{webhook}/rotate"),
        lambda: other.delete(f"/webhooks/{webhook}"),
    ]
    assert [call().status_code for call in calls] == [404] * 5
    assert other.get("/keys").json["keys"] == [] and other.get("/webhooks").json["total"] == 0


def _row(house: House, model: Any) -> Any:
    with house.app.app_context():
        found = db.session.scalars(select(model)).one()
        db.session.expunge(found)
    return found


def _opened(house: House, key: str) -> str | None:
    with house.app.app_context():
        found = api_keys.opened(key)
        assert found is None or isinstance(db.session.get(User, found[0].user_id), User)
        return None if found is None else found[1]


def _live(house: House, token: str) -> bool:
    with house.app.app_context():
        return webhook_tokens.live(token) is not None
