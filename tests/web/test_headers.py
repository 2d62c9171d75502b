"""Headers that keep cookies, pages and links where they belong."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mysignals.app import create_app
from tests.support.served import PASSWORD, House

BROWSER = {"Accept": "text/html"}


@pytest.mark.parametrize(("production", "secure"), [(True, True), (False, False)])
def test_the_cookie_is_secure_outside_development(house: House, production: bool, secure: bool) -> None:
    house.user("ann")
    app = create_app(replace(house.app.extensions["settings"], production=production))
    login = {"user_name_or_mail": "ann", "password": PASSWORD}
    assert ("Secure" in app.test_client().post("/auth/login", json=login).headers["Set-Cookie"]) is secure


def test_a_page_cannot_be_framed_nor_load_from_elsewhere(house: House) -> None:
    headers = house.anonymous().get("/", headers=BROWSER).headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "default-src 'self'" in headers["Content-Security-Policy"]


def test_nobody_keeps_a_copy_of_what_is_personal(house: House) -> None:
    assert house.client(house.user()).get("/auth/@me").headers["Cache-Control"] == "no-store"


def test_a_link_with_a_token_is_not_told_to_other_sites(house: House) -> None:
    assert house.anonymous().get("/auth/reset_password/token").headers["Referrer-Policy"] == "same-origin"
