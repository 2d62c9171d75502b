"""How often one may ask."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.served import House
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
