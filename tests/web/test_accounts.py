"""/accounts: exchange accounts."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from mysignals.extensions import db
from mysignals.models import ExchangeAccount, OutgoingMail
from tests.support.served import House

NEW = {"exchange": "binance", "environment": "paper", "label": "mine", "api_key": "key-abcd", "api_secret": "secret"}


def test_a_new_account_shows_four_characters_of_its_key_and_is_being_checked(house: House) -> None:
    answer = house.client(house.user()).post("/accounts", json=NEW)
    account = answer.json["account"]
    assert answer.status_code == 201 and account.pop("id") and account.pop("date_created")
    assert account == {
        "exchange": "binance", "environment": "paper", "label": "mine", "api_version": "", "api_key": "abcd",
        "status": "checking", "status_reason": "", "position_mode": None, "checked_on": None,
        "limits": [],
    }  # fmt: skip
    assert house.tasks("upkeep") == 1


def test_two_accounts_of_one_exchange_need_two_labels(house: House) -> None:
    client = house.client(house.user())
    assert client.post("/accounts", json=NEW).status_code == 201
    assert client.post("/accounts", json=NEW).status_code == 409
    assert client.post("/accounts", json=NEW | {"label": "second"}).status_code == 201
    assert client.get("/accounts").json["total"] == 2


def test_whoever_touches_a_key_its_owner_is_told_by_mail_and_never_the_key(house: House) -> None:
    client = house.client(house.user())
    account_id = client.post("/accounts", json=NEW).json["account"]["id"]
    client.post("/auth/update_keys", json=NEW | {"api_key": "key-efgh"})
    client.post("/accounts", json=NEW)
    client.delete(f"/accounts/{account_id}")
    with house.app.app_context():
        told = db.session.execute(select(OutgoingMail.kind, OutgoingMail.details).order_by(OutgoingMail.id)).all()
    assert {kind for kind, _ in told} == {"keys_changed"}
    assert [details for _, details in told] == [
        {"event": f"Your Binance account “mine” (paper) {deed}."}
        for deed in ("was added", "has a new key", "was removed")
    ]


@pytest.mark.parametrize(
    ("changed", "field", "word"),
    [
        ({"exchange": "bitget"}, "passphrase", "passphrase"),
        ({"exchange": "magnr", "api_version": "v2"}, "api_version", "leave it out"),
        ({"exchange": "binance", "api_version": "v1"}, "api_version", "leave it out"),
    ],
)
def test_a_key_that_does_not_fit_its_exchange_is_refused_by_name(
    house: House, changed: dict[str, str], field: str, word: str
) -> None:
    answer = house.client(house.user()).post("/accounts", json=NEW | changed)
    assert answer.status_code == 422 and word in answer.json["fields"][field]
    assert house.count(ExchangeAccount) == 0


@pytest.mark.parametrize("version", ["", "v1", "v2"])
def test_bitget_is_spoken_to_in_the_version_that_was_chosen(house: House, version: str) -> None:
    wanted = {"exchange": "bitget", "passphrase": "words", "api_version": version}
    answer = house.client(house.user()).post("/accounts", json=NEW | wanted)
    assert (answer.status_code, answer.json["account"]["api_version"]) == (201, version)


def test_what_an_exchange_cannot_do_is_told_with_the_account(house: House) -> None:
    answer = house.client(house.user()).post("/accounts", json=NEW | {"exchange": "magnr"})
    limits = " ".join(answer.json["account"]["limits"])
    assert "at the market only" in limits and "no ids of ours" in limits


def test_a_check_is_asked_for_again(house: House) -> None:
    user = house.user()
    account = house.account(user, status="refused", status_reason="The key may withdraw.")
    answer = house.client(user).post(f"/accounts/{account.id}/check")
    assert (answer.json["account"]["status"], answer.json["account"]["status_reason"]) == ("checking", "")
    assert house.tasks("upkeep") == 1


@pytest.mark.parametrize(
    ("state", "status"),
    [(None, 200), ("filled", 409), ("closed", 200), ("rejected", 200), ("accepted", 409), ("unknown", 409)],
)
def test_an_account_is_forgotten_unless_orders_are_open(house: House, state: str | None, status: int) -> None:
    user = house.user()
    account = house.account(user)
    if state:
        house.delivery(user, house.signal(house.user(role="Provider")), account, state=state)
    assert house.client(user).delete(f"/accounts/{account.id}").status_code == status
    assert (house.fresh(account) is None) is (status == 200)


@pytest.mark.parametrize(("method", "path"), [("DELETE", "/accounts/{}"), ("POST", "/accounts/{}/check")])
def test_an_account_of_somebody_else_is_not_there(house: House, method: str, path: str) -> None:
    account = house.account(house.user())
    stranger = house.client(house.user())
    assert stranger.open(path.format(account.id), method=method).status_code == 404
    assert stranger.get("/accounts").json["accounts"] == []
    assert house.fresh(account).status == "ready"
