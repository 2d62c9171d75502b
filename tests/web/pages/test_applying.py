"""/app/apply: a form that is kept when it is refused, sent once, and the answer to it."""

from __future__ import annotations

import pytest

from mysignals.models import Application
from tests.support.served import WALLET, House
from tests.web.pages.test_entrance import HTML, send

WISH = {"wallet": WALLET, "experience": "years of trading", "socials_and_additional": "find me <b>there</b>"}


def test_an_application_is_sent_and_shown_as_open(house: House) -> None:
    client = house.client(house.user())
    assert send(client, "/app/apply", **WISH).headers["Location"] == "/app/apply"
    page = client.get("/app/apply", headers=HTML).text
    assert "Your application is open" in page and "find me &lt;b&gt;there&lt;/b&gt;" in page
    assert "<textarea" not in page and house.count(Application) == 1


def test_a_refused_one_names_every_fault_and_keeps_what_was_typed(house: House) -> None:
    client = house.client(house.user())
    answer = send(client, "/app/apply", wallet="0x1", experience="short", socials_and_additional="<i>")
    assert answer.status_code == 422 and house.count(Application) == 0
    for name in WISH:
        assert f'id="fault-{name}"' in answer.text
    assert ">short</textarea>" in answer.text and "&lt;i&gt;</textarea>" in answer.text


@pytest.mark.parametrize("role", ["Provider", "Registrar"])
def test_who_has_a_role_is_told_instead_of_asked(house: House, role: str) -> None:
    client = house.client(house.user(role=role))
    assert "<textarea" not in client.get("/app/apply", headers=HTML).text
    assert send(client, "/app/apply", **WISH, once="a" * 20, csrf_token="").status_code == 403


def test_the_way_to_the_form_is_shown_to_those_who_may_use_it(house: House) -> None:
    assert "/app/apply" in house.client(house.user()).get("/app/providers", headers=HTML).text
    assert "/app/apply" not in house.client(house.user(role="Provider")).get("/app/providers", headers=HTML).text
    assert "/app/apply" not in house.anonymous().get("/app/providers", headers=HTML).text
