"""Exchange accounts as pages: connecting, seeing why one is refused, replacing its key, deleting it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from mysignals.models import Delivery, ExchangeAccount, OutgoingMail, User
from mysignals.services import account_check, live
from mysignals.services.live import news
from tests.support.served import House
from tests.web.pages.test_entrance import HTML, hidden, send

KEY = {"api_key": "k" * 32, "api_secret": "s" * 32}
BINANCE = {"exchange": "binance", "environment": "live", "label": "main", **KEY}


@pytest.fixture
def ann(house: House) -> User:
    return house.user("ann")


@pytest.fixture
def client(house: House, ann: User) -> FlaskClient:
    return house.client(ann)


def test_who_has_none_is_offered_both_ways_to_one(client: FlaskClient) -> None:
    page = client.get("/app/accounts", headers=HTML).text
    assert "No account is connected yet" in page and "Open a paper account" in page
    assert 'href="/app/accounts/new"' in page


@pytest.mark.parametrize("exchange", ["binance", "bitget", "magnr", "phemex"])
def test_each_exchange_has_its_way_to_a_key_and_what_never_to_tick(client: FlaskClient, exchange: str) -> None:
    page = client.get(f"/app/accounts/new?exchange={exchange}", headers=HTML).text
    assert "Never tick" in page and "ithdraw" in page.split("Never tick")[1].split("</ul>")[0]
    assert ('name="passphrase"' in page) == (exchange == "bitget")


def test_the_address_to_bind_a_key_to_can_be_taken_along(house: House, client: FlaskClient) -> None:
    assert "Ask whoever runs it" in client.get("/app/accounts/new?exchange=binance", headers=HTML).text
    known = house.app.extensions["settings"]
    house.app.extensions["settings"] = replace(known, egress_address="203.0.113.9")
    try:
        page = client.get("/app/accounts/new?exchange=binance", headers=HTML).text
    finally:
        house.app.extensions["settings"] = known
    assert 'data-copy="our-address"' in page and ">203.0.113.9<" in page and "trusted IPs only" in page


def test_a_key_is_sealed_and_leads_to_the_page_of_its_check(house: House, client: FlaskClient) -> None:
    answer = send(client, "/app/accounts/new?exchange=binance", **BINANCE)
    assert answer.status_code == 303 and house.count(ExchangeAccount) == 1 and house.count(OutgoingMail) == 1
    page = client.get(answer.headers["Location"], headers=HTML).text
    assert "is being checked" in page and "…kkkk" in page and KEY["api_key"] not in page


def test_a_refused_form_names_every_field_and_never_shows_the_key_again(house: House, client: FlaskClient) -> None:
    wrong = BINANCE | {"api_key": "", "label": "x" * 65}
    answer = send(client, "/app/accounts/new?exchange=binance", **wrong)
    assert answer.status_code == 422 and house.count(ExchangeAccount) == 0
    assert 'id="fault-api_key"' in answer.text and 'id="fault-label"' in answer.text
    assert "x" * 65 in answer.text and KEY["api_secret"] not in answer.text


def test_what_the_exchange_asks_for_is_told_on_the_form(client: FlaskClient) -> None:
    answer = send(client, "/app/accounts/new?exchange=bitget", **BINANCE | {"exchange": "bitget"})
    assert answer.status_code == 422 and 'id="fault-passphrase"' in answer.text
    nowhere = send(client, "/app/accounts/new", **BINANCE | {"exchange": "nowhere"})
    assert nowhere.status_code == 422 and "not available here" in nowhere.text


def test_pressed_twice_it_is_one_account(house: House, client: FlaskClient) -> None:
    fields = hidden(client.get("/app/accounts/new?exchange=binance", headers=HTML).text) | BINANCE
    answers = [client.post("/app/accounts/new", data=fields, headers=HTML) for _ in range(2)]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert house.count(ExchangeAccount) == 1


def test_where_the_simulated_exchange_is_away_no_paper_account_is_there(house: House, client: FlaskClient) -> None:
    fields = hidden(client.get("/app/accounts", headers=HTML).text)
    answer = client.post("/app/accounts/paper", data=fields, headers=HTML)
    assert answer.status_code == 502 and "did not answer" in answer.text and house.count(ExchangeAccount) == 0


def test_why_a_key_is_refused_is_told_with_the_cure(house: House, ann: User, client: FlaskClient) -> None:
    account = house.account(ann, status="refused", status_reason="This key may withdraw money from Binance.")
    page = client.get(f"/app/accounts/{account.id}", headers=HTML).text
    assert "This key may withdraw money" in page and "Replace the key" in page
    assert "may withdraw" in client.get("/app/accounts", headers=HTML).text


def test_a_key_is_replaced_and_checked_anew(house: House, ann: User, client: FlaskClient) -> None:
    account = house.account(ann, label="one")
    path = f"/app/accounts/{account.id}"
    fields = hidden(client.get(path, headers=HTML).text)
    answer = client.post(f"{path}/keys", data=fields | KEY, headers=HTML)
    assert (answer.status_code, answer.headers["Location"]) == (303, path)
    found = house.fresh(account)
    assert (found.status, found.key_hint) == ("checking", "kkkk") and house.tasks("upkeep") == 1
    refused = client.post(f"{path}/keys", data=hidden(client.get(path, headers=HTML).text), headers=HTML)
    assert refused.status_code == 422 and 'id="fault-api_secret"' in refused.text


def test_an_account_with_something_open_is_not_deleted_and_it_says_why(
    house: House, ann: User, client: FlaskClient
) -> None:
    account = house.account(ann)
    house.delivery(ann, house.signal(house.user("paul", role="Provider")), account, state="filled")
    path = f"/app/accounts/{account.id}"
    answer = client.post(f"{path}/delete", data=hidden(client.get(path, headers=HTML).text), headers=HTML)
    assert answer.status_code == 409 and "still open" in answer.text and house.count(ExchangeAccount) == 1


def test_deleting_takes_the_history_with_it(house: House, ann: User, client: FlaskClient) -> None:
    account = house.account(ann)
    house.delivery(ann, house.signal(house.user("paul", role="Provider")), account, state="closed")
    path = f"/app/accounts/{account.id}"
    page = client.get(path, headers=HTML).text
    assert "history of its copies are gone for good" in page
    answer = client.post(f"{path}/delete", data=hidden(page), headers=HTML)
    assert answer.headers["Location"] == "/app/accounts"
    assert house.count(ExchangeAccount) == house.count(Delivery) == 0


@pytest.mark.parametrize("deed", ["", "/keys", "/check", "/delete"])
def test_anothers_account_is_not_there(house: House, client: FlaskClient, deed: str) -> None:
    theirs = house.account(house.user("bob"), label="secret name")
    path = f"/app/accounts/{theirs.id}{deed}"
    fields = hidden(client.get("/app/accounts", headers=HTML).text) | KEY
    answer = client.post(path, data=fields, headers=HTML) if deed else client.get(path, headers=HTML)
    assert answer.status_code == 404 and "secret name" not in answer.text
    assert house.fresh(theirs).key_hint == "wxyz"


def test_nothing_is_posted_without_the_form_of_our_page(house: House, ann: User, client: FlaskClient) -> None:
    account = house.account(ann)
    for path in ("new", "paper", f"{account.id}/keys", f"{account.id}/check", f"{account.id}/delete"):
        assert client.post(f"/app/accounts/{path}", data=BINANCE, headers=HTML).status_code == 403
    assert house.count(ExchangeAccount) == 1 and house.fresh(account).status == "ready"


def test_the_list_asks_the_same_however_long_it_is(house: House, ann: User, client: FlaskClient) -> None:
    house.account(ann)
    with house.statements() as few:
        client.get("/app/accounts", headers=HTML)
    for _ in range(12):
        house.account(ann)
    with house.statements() as many:
        client.get("/app/accounts", headers=HTML)
    assert len(few) == len(many) <= 5


def test_the_end_of_a_check_is_told_to_open_pages(house: House, ann: User) -> None:
    account = house.account(ann, status="checking")
    redis = house.app.extensions["redis"]
    before = live.place(redis)
    with house.app.app_context():
        account_check.check(account.id)
    assert "accounts" in news.missed(redis, before, ann.id)


def test_a_label_is_never_markup(house: House, ann: User, client: FlaskClient) -> None:
    account = house.account(ann, label="<img src=x>")
    for path in ("/app/accounts", f"/app/accounts/{account.id}"):
        page = client.get(path, headers=HTML).text
        assert "<img" not in page and "&lt;img" in page
