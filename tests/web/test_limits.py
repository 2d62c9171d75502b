"""How often one may ask."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from mysignals.extensions import db
from mysignals.models import OutgoingMail
from tests.support.served import House
from tests.web.pages.test_entrance import hidden
from tests.web.test_provider import FUTURES, SPOT


def assert_too_often(answer: Any, most: int) -> None:
    assert (answer.status_code, answer.json["error"]) == (429, "Too Many Requests")
    assert 1 <= int(answer.headers["Retry-After"]) <= most


@pytest.mark.parametrize("path", ["/auth/login", "/auth/register", "/auth/reset_password"])
def test_credentials_can_be_tried_ten_times_a_minute_from_one_address(limited: House, path: str) -> None:
    client = limited.anonymous()
    assert [client.post(path, json={}).status_code for _ in range(10)] == [422] * 10
    assert_too_often(client.post(path, json={}), 60)
    elsewhere = {"REMOTE_ADDR": "198.51.100.7"}
    assert client.post(path, json={}, environ_overrides=elsewhere).status_code == 422


def test_who_has_a_network_of_addresses_has_no_more_tries_than_others(limited: House) -> None:
    def tried(address: str) -> int:
        answer = limited.anonymous().post("/auth/login", json={}, environ_overrides={"REMOTE_ADDR": address})
        return answer.status_code

    assert [tried(f"2001:db8:0:1:{number}::7") for number in range(11)] == [422] * 10 + [429]
    assert tried("2001:db8:0:2::7") == 422
    # Of IPv4 each address counts, also as a socket for both kinds writes them.
    assert {tried(f"::ffff:198.51.100.{number}") for number in range(11)} == {422}
    assert {tried(f"198.51.100.{number}") for number in range(11)} == {422}


def test_each_user_has_a_budget_of_their_own(limited: House) -> None:
    ann, bob = limited.client(limited.user()), limited.client(limited.user())
    assert [ann.get("/auth/notifications/count").status_code for _ in range(30)] == [200] * 30
    assert_too_often(ann.get("/auth/@me"), 60)
    assert bob.get("/auth/@me").status_code == 200


def test_health_is_never_limited(limited: House) -> None:
    client = limited.anonymous()
    assert {client.get("/healthz").status_code for _ in range(40)} == {200}


def test_signals_are_counted_by_the_hour_and_refused_drafts_are_not(limited: House) -> None:
    client = limited.client(limited.user(role="Provider"))
    assert [client.post("/provider/spot/new", json={}).status_code for _ in range(5)] == [422] * 5
    posts = [("spot", SPOT), ("futures", FUTURES), ("spot", SPOT)]
    assert [client.post(f"/provider/{market}/new", json=draft).status_code for market, draft in posts] == [200] * 3
    assert_too_often(client.post("/provider/futures/new", json=FUTURES), 3600)


KEYS = {"api_key": "key-of-ten-characters", "api_secret": "secret", "environment": "paper"}


def test_nobody_makes_us_send_hundreds_of_mails_about_keys(limited: House) -> None:
    client = limited.client(limited.user())
    made = client.post("/webhooks", json={}).json["webhook"]["id"]
    assert [client.post(f"/webhooks/{made}/rotate").status_code for _ in range(9)] == [200] * 9
    for method, path, body in (
        ("POST", "/webhooks", {}),
        ("DELETE", f"/webhooks/{made}", None),
        ("POST", "/keys", {"permissions": ["read"]}),
        ("PATCH", "/keys/1", {}),
        ("DELETE", "/keys/1", None),
        ("POST", "/accounts", KEYS | {"exchange": "binance"}),
        ("DELETE", "/accounts/1", None),
        ("POST", "/auth/update_keys", KEYS),
    ):
        assert_too_often(client.open(path, method=method, json=body), 60)
    assert limited.count(OutgoingMail) == 10
    assert limited.client(limited.user()).post("/webhooks", json={}).status_code == 201


@pytest.mark.parametrize("path", ["/auth/reset_password", "/activate"])
@pytest.mark.parametrize("is_activated", [True, False])
def test_nobody_fills_the_mailbox_of_somebody_else(house: House, path: str, is_activated: bool) -> None:
    ann, bob = (house.user(name, is_activated=is_activated) for name in ("ann", "bob"))
    client = house.anonymous()
    for person in [ann] * 8 + [bob]:
        form = {"email": person.email}
        sent = {"data": form | hidden(client.get(path).text)} if path == "/activate" else {"json": form}
        assert client.post(path, **sent, follow_redirects=True).status_code == 200
    with house.app.app_context():
        to = list(db.session.scalars(select(OutgoingMail.user_id)))
    assert (to.count(ann.id), to.count(bob.id)) == (5, 1)
