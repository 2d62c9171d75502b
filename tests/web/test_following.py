"""/following: copying a provider."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from mysignals.models import Following
from tests.support.served import House


def wish(house: House, user: Any, **changed: Any) -> dict[str, Any]:
    return {
        "provider": "paul",
        "account_id": house.account(user).id,
        "sizing": {"mode": "quote", "value": 50},
    } | changed


def test_following_answers_every_limit_with_its_default(house: House) -> None:
    house.user("paul", role="Provider")
    ann = house.user()
    new = wish(house, ann)
    answer = house.client(ann).post("/following", json=new)
    following = answer.json["following"]
    assert answer.status_code == 201 and following.pop("id") and following.pop("date_created")
    assert following == new | {
        "max_leverage": 20, "max_open": 10, "max_deviation_bps": 50, "targets": "first", "symbols": [],
        "on_unprotected": "close", "margin_mode": "cross", "paused": False,
    }  # fmt: skip


def test_every_limit_can_be_given_and_changed_one_by_one(house: House) -> None:
    house.user("paul", role="Provider")
    ann = house.user()
    limits = {
        "max_leverage": 5, "max_open": 2, "max_deviation_bps": 0, "targets": "ladder",
        "symbols": ["bnbusdt", "BNBUSDT"],
        "on_unprotected": "notify", "margin_mode": "isolated", "paused": True,
        "sizing": {"mode": "risk", "value": "1.5"},
    }  # fmt: skip
    client = house.client(ann)
    following = client.post("/following", json=wish(house, ann, **limits)).json["following"]
    assert following["symbols"] == ["BNBUSDT"] and following["sizing"] == {"mode": "risk", "value": 1.5}
    changed = client.patch(f"/following/{following['id']}", json={"paused": False}).json["following"]
    assert changed == following | {"paused": False}


def test_an_account_follows_a_provider_once(house: House) -> None:
    house.user("paul", role="Provider")
    ann = house.user()
    new = wish(house, ann)
    client = house.client(ann)
    assert [client.post("/following", json=new).status_code for _ in range(2)] == [201, 409]
    assert client.get("/following").json["total"] == house.count(Following) == 1


@pytest.mark.parametrize(
    "plan", [{"plan": "free"}, {"plan_until": datetime(2020, 1, 1, tzinfo=UTC)}, {"plan_until": None}]
)
def test_following_needs_an_active_pro_plan(house: House, plan: dict[str, Any]) -> None:
    house.user("paul", role="Provider")
    ann = house.user(**plan)
    assert house.client(ann).post("/following", json=wish(house, ann)).status_code == 403


def test_who_cannot_be_followed_and_what_cannot_be_used_is_named_at_once(house: House) -> None:
    ann, stranger = house.user("ann", role="Provider"), house.user("pat")
    client = house.client(ann)
    theirs = house.account(stranger).id
    answer = client.post("/following", json=wish(house, ann, provider="pat", account_id=theirs))
    assert answer.status_code == 422 and set(answer.json["fields"]) == {"provider", "account_id"}
    oneself = client.post("/following", json=wish(house, ann, provider="ANN"))
    assert oneself.status_code == 422 and "yourself" in oneself.json["fields"]["provider"]


def test_a_refused_account_cannot_be_followed_with(house: House) -> None:
    house.user("paul", role="Provider")
    ann = house.user()
    account = house.account(ann, status="refused", status_reason="The key may withdraw.")
    answer = house.client(ann).post("/following", json=wish(house, ann, account_id=account.id))
    assert answer.status_code == 422 and "withdraw" in answer.json["fields"]["account_id"]


def test_unfollowing_removes_it(house: House) -> None:
    ann = house.user()
    following = house.following(ann, house.user(role="Provider"), house.account(ann))
    assert house.client(ann).delete(f"/following/{following.id}").json["following_id"] == following.id
    assert house.count(Following) == 0


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_a_following_of_somebody_else_is_not_there(house: House, method: str) -> None:
    ann = house.user()
    following = house.following(ann, house.user(role="Provider"), house.account(ann))
    answer = house.client(house.user()).open(f"/following/{following.id}", method=method, json={"paused": True})
    assert answer.status_code == 404 and house.fresh(following).paused is False
