"""Deleting one's own account: what stands in the way, what goes at once, and what others keep."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert, update

from mysignals.extensions import Model, db
from mysignals.models import (
    ApiKey,
    Delivery,
    Device,
    ExchangeAccount,
    Following,
    Notification,
    Purchase,
    Rating,
    User,
    WebhookToken,
)
from mysignals.services import accounts, api_keys, leaving, webhook_tokens
from mysignals.services.errors import Conflict, NotAllowed
from tests.purchases.rows import purchase
from tests.support.beside import beside
from tests.support.served import PASSWORD, WALLET, House
from tests.web.pages.test_entrance import HTML, hidden

WHERE = "/app/settings/leave"
GONE: tuple[type[Model], ...] = (
    ApiKey, Delivery, Device, ExchangeAccount, Following, Notification, WebhookToken
)  # fmt: skip


def send(client: FlaskClient, **fields: str) -> Any:
    """Also where the page shows no form: what was open before something began is sent after it."""
    carried = {"once": "0123456789abcdef"} | hidden(client.get(WHERE, headers=HTML).text)
    return client.post(WHERE, data=carried | fields, headers=HTML)


@pytest.fixture
def ann(house: House) -> User:
    """Somebody with one of each thing, all of it over."""
    ann, paul = house.user("ann"), house.user("paul", role="Provider")
    account, signal = house.account(ann), house.signal(paul)
    house.following(ann, paul, account)
    house.delivery(ann, signal, account, state="closed")
    purchase(house, ann, signal)
    house.notification(ann)
    now = datetime.now(UTC)
    for row in (
        Rating(user_id=ann.id, signal_id=signal.id, rate=4),
        ApiKey(user_id=ann.id, key="mk_1", sealed_secret=b"-", permissions=["read"]),
        WebhookToken(user_id=ann.id, token_hash="0" * 64, token_hint="abcd"),
        Device(user_id=ann.id, token_hash="1", name="Firefox", address="::1", last_seen_at=now),
    ):
        house.add(row)
    return ann


def test_who_leaves_takes_keys_and_name_along_and_not_the_books_of_others(house: House, ann: User) -> None:
    client = house.client(ann)
    page = client.get(WHERE, headers=HTML).text
    assert "1 exchange account with the keys" in page and "cannot be deleted yet" not in page
    answer = send(client, password=PASSWORD)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/left")
    assert "Your account is deleted" in client.get("/left", headers=HTML).text
    assert {kind.__name__: house.count(kind) for kind in GONE} == dict.fromkeys([kind.__name__ for kind in GONE], 0)
    assert (house.count(Purchase), house.count(Rating)) == (1, 1)
    left = house.fresh(ann)
    assert (left.user_name, left.wallet, left.former_wallets) == (f"left-{ann.id}", None, [WALLET])
    assert "ann" not in left.email and not left.is_activated and left.session_epoch > ann.session_epoch


def test_nobody_comes_in_again_and_the_name_is_free(house: House, ann: User) -> None:
    here, elsewhere = house.client(ann), house.client(ann)
    assert send(here, password=PASSWORD).status_code == 303
    assert [client.get("/auth/@me").status_code for client in (here, elsewhere)] == [401, 401]
    for name in ("ann", f"left-{ann.id}"):
        form = {"user_name_or_mail": name, "password": PASSWORD}
        assert house.anonymous().post("/auth/login", json=form).status_code == 401
    form = {
        "user_name": "ann", "email": "ann@example.com", "password": PASSWORD, "confirm_password": PASSWORD,
        "wallet": WALLET,
    }  # fmt: skip
    assert house.anonymous().post("/auth/register", json=form).status_code == 201


@pytest.mark.parametrize(
    ("hindrance", "words"),
    [("queued", "1 copy is still open"), ("filled", "1 copy is still open"), ("unknown", "1 copy is still open"),
     ("payment", "1 payment of yours waits"), ("registrar", "You are a registrar")],
)  # fmt: skip
def test_what_is_under_way_stands_in_the_way_and_nothing_changes(
    house: House, ann: User, hindrance: str, words: str
) -> None:
    signal = house.signal(house.user(role="Provider"))
    who = ann
    if hindrance == "payment":
        purchase(house, ann, signal, state="confirming", bought_at=None, final_at=None)
    elif hindrance == "registrar":
        who = house.user(role="Registrar")
    else:
        house.delivery(ann, signal, house.account(ann), state=hindrance)
    client = house.client(who)
    assert words in client.get(WHERE, headers=HTML).text
    answer = send(client, password=PASSWORD)
    assert answer.status_code == 409 and words in answer.text and "still under way" in answer.text
    assert house.fresh(who).user_name == who.user_name and house.count(ApiKey) == 1 and house.count(Following) == 1


def test_a_signal_that_is_just_going_out_to_who_leaves_is_waited_for_and_not_lost(house: House, ann: User) -> None:
    signal, account = house.signal(house.user(role="Provider")), house.account(ann)
    given = {"signal_id": signal.id, "account_id": account.id, "user_id": ann.id, "exchange": "binance"}
    with house.app.app_context(), db.engine.connect() as holder, ThreadPoolExecutor(1) as pool:
        holder.execute(insert(Delivery).values(given))
        left = beside(house.app, pool, lambda: leaving.leave(db.session.get_one(User, ann.id), PASSWORD, ""))
        assert not left.done(), "it waits for the account"
        holder.commit()
        with pytest.raises(Conflict):
            left.result(20)
    assert house.count(Delivery) == 2 and house.fresh(ann).is_activated


ADDING: dict[str, Callable[[User], object]] = {
    "an exchange account": lambda ann: accounts.add(ann, accounts.Keys("binance", "live", "key", "secret")),
    "an API key": lambda ann: api_keys.make(ann, {"label": "bot", "permissions": ["read"]}),
    "a webhook": lambda ann: webhook_tokens.make(ann, "charts"),
}


@pytest.mark.parametrize("what", ADDING)
def test_nothing_is_added_behind_somebody_who_leaves_in_that_moment(house: House, what: str) -> None:
    ann = house.user("ann")
    with house.app.app_context(), db.engine.connect() as holder, ThreadPoolExecutor(1) as pool:
        holder.execute(update(User).where(User.id == ann.id).values(is_activated=False))
        added = beside(house.app, pool, lambda: ADDING[what](db.session.get_one(User, ann.id)))
        assert not added.done(), "it waits for the person"
        holder.commit()
        with pytest.raises(NotAllowed, match="Nothing was added"):
            added.result(20)
    assert [house.count(kind) for kind in (ExchangeAccount, ApiKey, WebhookToken)] == [0, 0, 0]


def test_the_password_and_the_code_are_asked_for(house: House, ann: User) -> None:
    client = house.client(ann)
    refused = send(client, password="another one")
    assert refused.status_code == 422 and 'id="fault-password"' in refused.text
    gus = house.user("gus", otp_sealed=b"-", otp_since=datetime.now(UTC), otp_spares=["-"])
    refused = send(house.client(gus), password=PASSWORD)
    assert refused.status_code == 422 and 'id="fault-otp"' in refused.text
    assert {house.fresh(who).is_activated for who in (ann, gus)} == {True} and house.count(ExchangeAccount) == 1


def test_a_provider_who_leaves_ends_their_signals_and_leaves_copies_to_their_owners(house: House) -> None:
    quinn, bob = house.user("quinn", role="Provider"), house.user("bob")
    signal, account = house.signal(quinn), house.account(bob)
    copy = house.delivery(bob, signal, account, state="filled")
    assert send(house.client(quinn), password=PASSWORD).status_code == 303
    assert not house.fresh(signal).is_active and house.fresh(copy).state == "filled"
    assert house.anonymous().get("/app/providers/quinn", headers=HTML).status_code == 404
    assert "quinn" not in house.client(bob).get(f"/app/deliveries/{copy.id}", headers=HTML).text
