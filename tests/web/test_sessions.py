"""Sessions that must not outlive what ended them, nor cost their owner anything."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pyotp
import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from mysignals.extensions import db
from tests.support.served import PASSWORD, House

NEW = {"password": PASSWORD, "new_password": "another one", "confirm_password": "another one"}


def log_in(client: FlaskClient) -> Any:
    return client.post("/auth/login", json={"user_name_or_mail": "ann", "password": PASSWORD})


def change_password(client: FlaskClient) -> Any:
    log_in(client)
    return client.post("/auth/change_password", json=NEW)


def confirm_second_factor(client: FlaskClient) -> Any:
    log_in(client)
    secret = client.post("/auth/otp", json={"password": PASSWORD}).json["secret"]
    return client.post("/auth/otp/confirm", json={"otp": pyotp.TOTP(secret).at(int(time.time()))})


@pytest.mark.parametrize(
    ("deed", "commits"),
    [(log_in, 1), (change_password, 2), (confirm_second_factor, 3)],
    ids=["login", "password", "second factor"],
)
def test_a_password_that_is_chosen_right_after_the_commit_ends_the_session_that_begins(
    house: House, deed: Callable[[FlaskClient], Any], commits: int
) -> None:
    house.user("ann")
    client = house.anonymous()
    with another_password_after(house, commits):
        assert deed(client).status_code == 200
    assert client.get("/auth/@me").status_code == 401


@contextmanager
def another_password_after(house: House, commits: int) -> Iterator[None]:
    """Somebody else ends all sessions between the commit of that number and what the request does next."""
    seen = 0

    def end_all(session: Session) -> None:
        nonlocal seen
        seen += 1
        if seen == commits:
            with db.engine.begin() as connection:
                connection.execute(text("UPDATE users SET session_epoch = session_epoch + 1"))

    event.listen(Session, "after_commit", end_all)
    try:
        yield
    finally:
        event.remove(Session, "after_commit", end_all)
    assert seen >= commits


def test_who_holds_an_ended_session_does_not_use_up_its_owners_requests(limited: House) -> None:
    ann = limited.user("ann")
    thief, owner = limited.client(ann), limited.client(ann)
    assert owner.post("/auth/change_password", json=NEW).status_code == 200
    assert {thief.get("/auth/@me").status_code for _ in range(40)} == {401, 429}
    assert owner.get("/auth/@me").status_code == 200


def test_a_session_of_nobody_does_not_stay_in_memory_for_two_weeks(house: House) -> None:
    house.user("ann")
    client = house.anonymous()
    client.get("/reset")
    assert 60 < kept_seconds(house, client) <= 2 * 3600
    log_in(client)
    assert kept_seconds(house, client) > 13 * 24 * 3600


def kept_seconds(house: House, client: FlaskClient) -> int:
    cookie = client.get_cookie("mysignals")
    assert cookie is not None
    seconds = house.app.extensions["redis"].ttl(f"mysignals:session:{cookie.value}")
    assert isinstance(seconds, int)
    return seconds
