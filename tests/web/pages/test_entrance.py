"""Registering, logging in and out, and the second step, as forms without any script."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pyotp
import pytest
from flask.testing import FlaskClient

from mysignals.models import User
from mysignals.services import sealing
from tests.support.served import PASSWORD, WALLET, House

HTML = {"Accept": "text/html"}
NEW = {
    "user_name": "ann", "email": "ann@example.com", "password": "longenough", "confirm_password": "longenough",
    "wallet": WALLET, "referrers_code": "",
}  # fmt: skip


def hidden(page: str) -> dict[str, str]:
    """What a form carries besides what is typed."""
    return dict(re.findall(r'<input type="hidden" name="(csrf_token|once)" value="([^"]+)"', page))


def send(client: FlaskClient, path: str, **fields: str) -> Any:
    """Open the page of a form, fill it in and send it."""
    return client.post(path, data=hidden(client.get(path, headers=HTML).text) | fields, headers=HTML)


def test_registering_leads_to_a_page_that_names_the_mail_box(house: House) -> None:
    client = house.anonymous()
    answer = send(client, "/register", **NEW)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/registered")
    assert "ann@example.com" in client.get("/registered", headers=HTML).text
    assert house.count(User) == 1


def test_a_refused_form_keeps_what_was_typed_but_for_secrets_and_names_every_fault(house: House) -> None:
    answer = send(
        house.anonymous(), "/register",
        **NEW | {"user_name": "a b", "email": "nothing", "confirm_password": "different", "wallet": "<b>0x</b>"},
    )  # fmt: skip
    assert answer.status_code == 422 and house.count(User) == 0
    assert 'value="a b"' in answer.text and 'value="nothing"' in answer.text
    assert 'id="fault-user_name"' in answer.text and 'id="fault-email"' in answer.text
    assert 'id="fault-confirm_password"' in answer.text and 'id="fault-wallet"' in answer.text
    assert "longenough" not in answer.text and "different" not in answer.text
    assert "<b>0x</b>" not in answer.text and "&lt;b&gt;0x&lt;/b&gt;" in answer.text


def test_a_name_that_is_taken_is_told_on_the_form(house: House) -> None:
    house.user("ann")
    answer = send(house.anonymous(), "/register", **NEW | {"email": "other@example.com"})
    assert answer.status_code == 409 and "taken" in answer.text and 'value="other@example.com"' in answer.text


def test_a_form_sent_twice_is_taken_once_and_both_answers_are_the_first_ones(house: House) -> None:
    client = house.anonymous()
    fields = hidden(client.get("/register", headers=HTML).text) | NEW
    cookie = client.get_cookie("mysignals")
    assert cookie is not None

    def press(_: int) -> tuple[int, str | None]:
        browser = house.anonymous()
        browser.set_cookie("mysignals", cookie.value)
        answer = browser.post("/register", data=fields, headers=HTML)
        return answer.status_code, answer.headers.get("Location")

    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(press, range(4)))
    assert answers == {(303, "/registered")} and house.count(User) == 1


def test_a_form_that_was_refused_may_be_sent_again(house: House) -> None:
    client = house.anonymous()
    fields = hidden(client.get("/register", headers=HTML).text)
    assert client.post("/register", data=fields | NEW | {"email": "x"}, headers=HTML).status_code == 422
    assert client.post("/register", data=fields | NEW, headers=HTML).status_code == 303


@pytest.mark.parametrize("field", ["csrf_token", "once"])
def test_a_form_without_what_our_page_put_into_it_changes_nothing(house: House, field: str) -> None:
    client = house.anonymous()
    fields = hidden(client.get("/register", headers=HTML).text) | NEW
    del fields[field]
    answer = client.post("/register", data=fields, headers=HTML)
    assert answer.status_code in (403, 409) and house.count(User) == 0
    assert 'value="ann@example.com"' in answer.text


def test_logging_in_leads_home_or_where_one_wanted_to_go(house: House) -> None:
    house.user("ann")
    login = {"user_name_or_mail": "ann", "password": PASSWORD}
    assert send(house.anonymous(), "/login", **login).headers["Location"] == "/app"
    assert send(house.anonymous(), "/login?next=/app/providers", **login).headers["Location"] == "/app/providers"


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x"])
def test_nobody_is_led_to_another_site(house: House, elsewhere: str) -> None:
    house.user("ann")
    answer = send(house.anonymous(), f"/login?next={elsewhere}", user_name_or_mail="ann", password=PASSWORD)
    assert answer.headers["Location"] == "/app"


def test_a_wrong_password_keeps_the_name_and_says_no_more_than_that(house: House) -> None:
    house.user("ann")
    answer = send(house.anonymous(), "/login", user_name_or_mail="ann", password="wrong password")
    assert answer.status_code == 401 and 'value="ann"' in answer.text and "wrong password" not in answer.text


def test_the_second_factor_is_asked_for_in_a_step_of_its_own(house: House) -> None:
    client, code = guarded(house)
    answer = send(client, "/login", user_name_or_mail="ann", password=PASSWORD)
    assert answer.headers["Location"] == "/login/code"
    assert client.get("/auth/@me").status_code == 401
    wrong = send(client, "/login/code", otp="000000")
    assert wrong.status_code == 422 and "fault-otp" in wrong.text
    assert send(client, "/login/code", otp=code).headers["Location"] == "/app"
    assert client.get("/auth/@me").json["user_name"] == "ann"


def test_a_code_alone_lets_nobody_in(house: House) -> None:
    client, code = guarded(house)
    fields = hidden(client.get("/login", headers=HTML).text)
    assert client.post("/login/code", data=fields | {"otp": code}, headers=HTML).headers["Location"] == "/login"


def test_a_password_that_changed_between_the_steps_ends_the_first(house: House) -> None:
    client, code = guarded(house)
    send(client, "/login", user_name_or_mail="ann", password=PASSWORD)
    with house.app.app_context():
        from mysignals.services import people

        ann = people.by_email("ann@example.com")
        assert ann is not None
        people.change_password(ann, PASSWORD, "another password")
    assert send(client, "/login/code", otp=code).status_code == 422


def test_logging_out_needs_the_form_of_our_page(house: House) -> None:
    client = house.client(house.user())
    assert client.post("/logout", data={}, headers=HTML).status_code == 403
    fields = hidden(client.get("/app", headers=HTML).text)
    assert client.post("/logout", data=fields, headers=HTML).headers["Location"] == "/"
    assert client.get("/auth/@me").status_code == 401


def test_who_is_not_logged_in_is_asked_to_and_led_back(house: House) -> None:
    answer = house.anonymous().get("/app?x=1", headers=HTML)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login?next=/app?x%3D1")
    assert house.anonymous().get("/app").status_code == 401


def test_too_many_tries_are_told_on_the_form_with_what_was_typed(limited: House) -> None:
    client = limited.anonymous()
    for _ in range(11):
        answer = send(client, "/login", user_name_or_mail="ann", password="wrong password")
    assert answer.status_code == 429 and 'value="ann"' in answer.text and int(answer.headers["Retry-After"]) > 0


def guarded(house: House) -> tuple[FlaskClient, str]:
    """A client, and a code for ann, who has a second factor."""
    secret = pyotp.random_base32()
    ann = house.user("ann")
    with house.app.app_context():
        from mysignals.extensions import db

        row = db.session.get_one(User, ann.id)
        row.otp_sealed = sealing.seal(f"second factor of user {ann.id}", secret.encode())
        row.otp_since = row.created_at
        db.session.commit()
    return house.anonymous(), pyotp.TOTP(secret).now()
