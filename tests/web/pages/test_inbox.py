"""Notifications as a page: by what they are about, read one by one or all at once, each with where to look."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from mysignals.models import User
from mysignals.services import live, notices
from mysignals.services.live import news
from tests.support.served import House
from tests.web.pages.test_entrance import HTML, hidden


@pytest.fixture
def ann(house: House) -> User:
    return house.user("ann")


@pytest.fixture
def client(house: House, ann: User) -> FlaskClient:
    return house.client(ann)


def look(client: FlaskClient, query: str = "") -> str:
    return client.get(f"/app/notifications{query}", headers=HTML).text


def test_who_was_told_nothing_reads_what_will_appear(client: FlaskClient) -> None:
    assert "You were told nothing yet" in look(client)
    assert "Nothing is unread" in look(client, "?about=unread")
    assert "The list ends before this page" in look(client, "?page=9")


def test_looking_reads_nothing_and_says_how_many_are_unread(house: House, ann: User, client: FlaskClient) -> None:
    house.notification(ann, "one")
    house.notification(ann, "two", is_read=True)
    assert "1 is unread" in look(client) and "1 is unread" in look(client)
    assert "Notifications: 1 unread" in client.get("/app/bell").text


@pytest.mark.parametrize(
    ("about", "kind"),
    [("accounts", "drift"), ("copies", "filled"), ("keys", "keys"), ("payments", "purchase"), ("platform", "role")],
)
def test_a_topic_shows_its_own_and_no_others(
    house: House, ann: User, client: FlaskClient, about: str, kind: str
) -> None:
    for each in ("drift", "filled", "keys", "purchase", "role"):
        house.notification(ann, f"told of {each}.", kind=each)
    found = look(client, f"?about={about}")
    assert [each for each in ("drift", "filled", "keys", "purchase", "role") if f"told of {each}." in found] == [kind]
    assert notices.topic_of(kind) == about


def test_a_topic_that_is_none_is_refused(client: FlaskClient) -> None:
    assert client.get("/app/notifications?about=nothing", headers=HTML).status_code == 422


def test_one_is_read_and_the_others_are_not_and_one_stays_where_one_was(
    house: House, ann: User, client: FlaskClient
) -> None:
    first, second = house.notification(ann, "one"), house.notification(ann, "two")
    fields = hidden(look(client))
    answer = client.post(f"/app/notifications/{first.id}/read?about=unread&page=1", data=fields, headers=HTML)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/app/notifications?about=unread&page=1")
    assert (house.fresh(first).is_read, house.fresh(second).is_read) == (True, False)


def test_all_are_read_but_those_that_came_after_the_page(house: House, ann: User, client: FlaskClient) -> None:
    seen = house.notification(ann, "seen")
    fields = hidden(look(client)) | {"newest": str(seen.id)}
    later = house.notification(ann, "later")
    client.post("/app/notifications/read", data=fields, headers=HTML)
    assert (house.fresh(seen).is_read, house.fresh(later).is_read) == (True, False)


def test_nobody_reads_for_somebody_else(house: House, ann: User, client: FlaskClient) -> None:
    theirs = house.notification(house.user("bob"), "private")
    fields = hidden(look(client)) | {"newest": str(theirs.id + 9)}
    assert client.post(f"/app/notifications/{theirs.id}/read", data=fields, headers=HTML).status_code == 404
    client.post("/app/notifications/read", data=fields, headers=HTML)
    assert not house.fresh(theirs).is_read and "private" not in look(client)


@pytest.mark.parametrize("path", ["/app/notifications/read", "/app/notifications/1/read"])
def test_without_what_our_page_put_into_the_form_nothing_is_read(
    house: House, ann: User, client: FlaskClient, path: str
) -> None:
    told = house.notification(ann)
    assert client.post(path, data={"newest": str(told.id)}, headers=HTML).status_code == 403
    assert not house.fresh(told).is_read


@pytest.mark.parametrize("newest", ["", "-1", "x", str(2**63)])
def test_a_form_that_names_no_notification_is_refused(client: FlaskClient, newest: str) -> None:
    fields = hidden(look(client)) | {"newest": newest}
    assert client.post("/app/notifications/read", data=fields, headers=HTML).status_code == 422


def test_reading_is_told_to_open_pages(house: House, ann: User, client: FlaskClient) -> None:
    told = house.notification(ann)
    fields = hidden(look(client)) | {"newest": str(told.id)}
    redis = house.app.extensions["redis"]
    before = live.place(redis)
    client.post("/app/notifications/read", data=fields, headers=HTML)
    assert news.missed(redis, before, ann.id) == {"notifications"}


def test_each_leads_to_what_it_is_about(house: House, ann: User, client: FlaskClient) -> None:
    delivery = house.delivery(ann, house.signal(house.user("paul", role="Provider")), house.account(ann))
    house.notification(ann, "filled", kind="filled", delivery_id=delivery.id)
    house.notification(ann, "key", kind="keys")
    house.notification(ann, "refused", kind="account_refused")
    page = look(client)
    assert f"/{delivery.id}" in page and 'href="/app/keys"' in page and page.count('href="/app/accounts"') > 1


def test_hostile_words_are_words(house: House, ann: User, client: FlaskClient) -> None:
    house.notification(ann, '<script>alert("x")</script>')
    assert "<script>alert" not in look(client) and "&lt;script&gt;alert" in look(client)


def test_however_many_there_are_it_asks_as_much(house: House, ann: User, client: FlaskClient) -> None:
    house.notification(ann)
    with house.statements() as few:
        look(client)
    for _ in range(19):
        house.notification(ann)
    with house.statements() as many:
        look(client)
    assert len(few) == len(many) <= 6
