"""Logins from browsers: known by a cookie, and a new one is told by mail."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from mysignals import clock
from mysignals.app import create_app
from mysignals.extensions import db
from mysignals.models import Device, OutgoingMail
from mysignals.services import devices
from tests.support.served import PASSWORD, House

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
HERE, ELSEWHERE = "198.51.100.7", "203.0.113.9"


def log_in(client: FlaskClient, name: str = "ann", address: str = HERE, user_agent: str = FIREFOX) -> Any:
    answer = client.post(
        "/auth/login",
        json={"user_name_or_mail": name, "password": PASSWORD},
        headers={"User-Agent": user_agent},
        environ_overrides={"REMOTE_ADDR": address},
    )
    assert answer.status_code == 200
    return answer


def mailed(house: House) -> list[dict[str, str]]:
    """What the mails about new browsers name."""
    with house.app.app_context():
        told = select(OutgoingMail.details).where(OutgoingMail.kind == "new_device").order_by(OutgoingMail.id)
        return list(db.session.scalars(told))


def test_the_very_first_login_is_expected(house: House) -> None:
    house.user("ann")
    log_in(house.anonymous())
    assert house.count(Device) == 1 and mailed(house) == []


def test_a_login_from_a_new_browser_is_told_by_mail_in_words(house: House) -> None:
    house.user("ann")
    log_in(house.anonymous())
    log_in(house.anonymous(), address=ELSEWHERE, user_agent="curl/8.5.0")
    told = mailed(house)
    assert [(each["device"], each["address"]) for each in told] == [("Curl", ELSEWHERE)]
    assert told[0]["at"].endswith(" UTC")


def test_a_browser_that_was_seen_before_is_not_told_again_wherever_it_is(house: House) -> None:
    house.user("ann")
    log_in(house.anonymous())
    client = house.anonymous()
    for address in (ELSEWHERE, HERE, "203.0.113.10"):
        log_in(client, address=address)
    assert len(mailed(house)) == 1 and house.count(Device) == 2


def test_a_browser_is_new_for_each_person_who_uses_it(house: House) -> None:
    house.user("ann")
    house.user("bob")
    log_in(house.anonymous(), "bob", ELSEWHERE)
    client = house.anonymous()
    log_in(client)
    log_in(client, "bob")
    assert len(mailed(house)) == 1


def test_a_login_that_fails_makes_no_browser_known(house: House) -> None:
    house.user("ann")
    client = house.anonymous()
    client.post("/auth/login", json={"user_name_or_mail": "ann", "password": "wrong"})
    assert house.count(Device) == 0 and client.get_cookie("mysignals_device") is None


def test_the_cookie_is_kept_from_scripts_and_other_sites_and_only_its_hash_is_stored(house: House) -> None:
    house.user("ann")
    answer = log_in(house.anonymous())
    cookie = next(line for line in answer.headers.getlist("Set-Cookie") if line.startswith("mysignals_device="))
    token = cookie.partition("=")[2].partition(";")[0]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and f"Max-Age={365 * 86400}" in cookie
    assert "Secure" not in cookie and len(token) == 43
    with house.app.app_context():
        assert token not in db.session.scalars(select(Device.token_hash)).one()


def test_in_production_the_cookie_goes_over_tls_only(house: House) -> None:
    from dataclasses import replace

    house.user("ann")
    app = create_app(replace(house.app.extensions["settings"], production=True))
    cookies = log_in(app.test_client()).headers.getlist("Set-Cookie")
    assert len(cookies) == 2 and all("Secure" in cookie for cookie in cookies)
    with app.app_context():
        db.engine.dispose()


def test_the_cookie_lets_nobody_in(house: House) -> None:
    house.user("ann")
    client = house.anonymous()
    log_in(client)
    client.delete_cookie("mysignals")
    assert client.get("/auth/@me").status_code == 401


@pytest.mark.parametrize("given", ["x", "x" * 42, "x" * 44, "\u00e4" * 43, "../" * 15])
def test_a_cookie_that_we_did_not_make_is_replaced(house: House, given: str) -> None:
    house.user("ann")
    client = house.anonymous()
    client.set_cookie("mysignals_device", given)
    log_in(client)
    found = client.get_cookie("mysignals_device")
    assert found and len(found.value) == 43 and found.value != given


def test_logins_of_one_browser_at_once_are_one_login(house: House) -> None:
    house.user("ann")
    log_in(house.anonymous())
    known = house.anonymous()
    log_in(known, address=ELSEWHERE)
    cookie = known.get_cookie("mysignals_device")
    assert cookie

    def again(number: int) -> None:
        client = house.anonymous()
        if number % 2:
            client.set_cookie("mysignals_device", cookie.value)
        log_in(client, address=ELSEWHERE)

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(again, range(6)))
    assert len(mailed(house)) == 1


def test_first_logins_at_once_are_all_expected(house: House) -> None:
    house.user("ann")
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: log_in(house.anonymous()), range(4)))
    assert mailed(house) == []


def test_a_while_later_the_same_kind_of_browser_is_another_one(house: House) -> None:
    house.user("ann")
    log_in(house.anonymous())
    with house.app.app_context():
        db.session.execute(update(Device).values(created_at=clock.now() - timedelta(minutes=2)))
        db.session.commit()
    log_in(house.anonymous())
    assert len(mailed(house)) == 1


def test_the_fifty_browsers_used_last_are_kept(house: House) -> None:
    ann = house.user("ann")
    start = clock.now() - timedelta(days=1)
    for number in range(devices.MOST):
        seen = start + timedelta(minutes=number)
        named = {"name": f"browser {number}", "address": HERE, "last_seen_at": seen, "created_at": seen}
        house.add(Device(user_id=ann.id, token_hash=f"{number:064x}", **named))
    log_in(house.anonymous())
    with house.app.app_context():
        names = set(db.session.scalars(select(Device.name)))
    assert len(names) == devices.MOST and "browser 0" not in names and "Firefox on Linux" in names


def test_ones_browsers_are_listed_and_this_one_is_marked(house: House) -> None:
    house.user("ann")
    log_in(house.anonymous(), address=ELSEWHERE, user_agent="curl/8.5.0")
    client = house.anonymous()
    log_in(client)
    house.user("bob")
    log_in(house.anonymous(), "bob")
    listed = client.get("/auth/devices").json["devices"]
    assert [(each["name"], each["address"], each["is_this"]) for each in listed] == [
        ("Firefox on Linux", HERE, True), ("Curl", ELSEWHERE, False),
    ]  # fmt: skip
    assert all(each["last_login"].endswith("GMT") and each["date_created"] for each in listed)


def test_the_list_takes_two_statements_however_many_there_are(house: House) -> None:
    ann = house.user("ann")
    client = house.client(ann)
    for number in range(20):
        named = {"name": "Firefox", "address": "::1", "last_seen_at": ann.created_at}
        house.add(Device(user_id=ann.id, token_hash=str(number), **named))
    with house.statements() as seen:
        assert len(client.get("/auth/devices").json["devices"]) == 20
    assert len(seen) == 2
