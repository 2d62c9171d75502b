"""The registrars' desk: what needs an operator in words, applications decided once, roles and plans."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from mysignals import clock
from mysignals.domain.breaker import FIRST_WAIT_MS
from mysignals.domain.market import Market
from mysignals.exchanges.transports.offsets import Measured
from mysignals.models import Application, User
from mysignals.services import alive, unmapped
from mysignals.services.breaker.pauses import PAUSES
from mysignals.services.clocks import Clocks
from tests.support.served import WALLET, House
from tests.web.pages.test_entrance import HTML, hidden


@pytest.fixture
def rita(house: House) -> User:
    return house.user("rita", role="Registrar")


@pytest.fixture
def browser(house: House, rita: User) -> FlaskClient:
    return house.client(rita)


def application(house: House, user: User, **columns: Any) -> Application:
    given = {"experience": "ten years <b>of it</b>", "socials_and_additional": "somewhere to be found"}
    found: Application = house.add(Application(user_id=user.id, wallet=WALLET, **given | columns))
    return found


def state(browser: FlaskClient) -> str:
    answer = browser.get("/desk", headers=HTML)
    assert answer.status_code == 200
    return str(answer.text)


def test_a_house_in_order_says_so(house: House, browser: FlaskClient) -> None:
    house.app.extensions["redis"].set(alive.KEY, "1")
    assert "Everything answers, and nothing waits" in state(browser)


def test_a_worker_that_gives_no_sign_is_told_with_what_to_do(browser: FlaskClient) -> None:
    page = state(browser)
    assert "No worker answers" in page and "Start a worker" in page


def test_what_needs_an_operator_is_told_in_words(house: House, browser: FlaskClient) -> None:
    redis, ann = house.app.extensions["redis"], house.user("ann")
    redis.set(alive.KEY, "1")
    signal, account = house.signal(house.user(role="Provider")), house.account(ann)
    bare = datetime.now(UTC) - timedelta(seconds=7)
    house.delivery(ann, signal, account, state="filled", unprotected_since=bare)
    house.delivery(ann, house.signal(house.user(role="Provider")), account, state="unknown")
    redis.hset(PAUSES, "binance paper futures", f"{FIRST_WAIT_MS} {clock.now_ms() + FIRST_WAIT_MS}")
    redis.hset(unmapped.COUNTS, "binance -9999", 3)
    redis.lpush("fan_out", *("task" for _ in range(1000)))
    Clocks(redis)(Measured("binance", Market.SPOT, "paper", 900, 10, clock.now_ms()))
    page = state(browser)
    for words in (
        "1 copy is open without a stop, the oldest for 7 s", "1 copy is in doubt",
        "Entries at Binance futures (paper) are paused", "clock of Binance spot (paper) is 900 ms", "code -9999",
        "1,000 tasks wait in the queue fan_out", "6 things need a look",
    ):  # fmt: skip
        assert words in page, words


def test_an_application_is_approved_and_its_writer_is_a_provider(house: House, browser: FlaskClient) -> None:
    ann = house.user("ann")
    asked = application(house, ann)
    page = browser.get("/desk/applications", headers=HTML).text
    assert "ten years &lt;b&gt;of it&lt;/b&gt;" in page
    where = f"/desk/applications/{asked.id}/approve"
    fields = hidden(page)
    answers = [browser.post(where, data=fields, headers=HTML).status_code for _ in range(2)]
    assert answers == [303, 303] and house.fresh(ann).role == "Provider"
    assert "by rita" in browser.get("/desk/applications?state=approved", headers=HTML).text
    again = browser.post(where, data=hidden(browser.get("/desk/people", headers=HTML).text), headers=HTML)
    assert again.status_code == 409 and "approved already" in again.text


def test_a_refusal_carries_its_reason_to_who_applied(house: House, browser: FlaskClient) -> None:
    ann = house.user("ann")
    asked = application(house, ann)
    fields = hidden(browser.get("/desk/applications", headers=HTML).text)
    where = f"/desk/applications/{asked.id}/refuse"
    too_long = browser.post(where, data=fields | {"reason": "x" * 301}, headers=HTML)
    assert too_long.status_code == 422 and "x" * 301 in too_long.text and house.fresh(asked).state == "open"
    assert browser.post(where, data=fields | {"reason": "No <i>record</i>"}, headers=HTML).status_code == 303
    page = house.client(ann).get("/app/apply", headers=HTML).text
    assert "No &lt;i&gt;record&lt;/i&gt;" in page and "You may apply again" in page


def test_people_are_found_by_a_part_of_their_name_or_address(house: House, browser: FlaskClient) -> None:
    house.user("annika")
    house.user("bob", email="joanna@example.com")
    house.user("percent", email="zero@example.com")
    page = browser.get("/desk/people?q=ANN", headers=HTML).text
    assert "annika" in page and "bob" in page and "percent" not in page
    assert "Nobody is found" in browser.get("/desk/people?q=%25", headers=HTML).text
    assert "2 people" not in browser.get("/desk/people?role=Registrar", headers=HTML).text


def test_a_role_is_given_and_taken_back(house: House, browser: FlaskClient) -> None:
    ann = house.user("ann")
    for role in ("Provider", "Registrar", "User"):
        answer = give(browser, "role", ann, role=role)
        assert answer.status_code == 303 and house.fresh(ann).role == role


def test_nobody_changes_their_own_role(house: House, rita: User, browser: FlaskClient) -> None:
    house.user()  # Whose row has forms.
    answer = give(browser, "role", rita, role="User")
    assert answer.status_code == 403 and "Nobody changes their own role" in answer.text
    assert house.fresh(rita).role == "Registrar"


def test_a_plan_is_granted_and_ended(house: House, browser: FlaskClient) -> None:
    ann = house.user("ann", plan="free", plan_until=None)
    assert give(browser, "plan", ann, plan="pro", days="10").status_code == 303
    left = house.fresh(ann).plan_until - datetime.now(UTC)
    assert timedelta(days=9) < left <= timedelta(days=10)
    refused = give(browser, "plan", ann, plan="pro", days="0")
    assert refused.status_code == 422 and 'id="field-days"' in refused.text
    assert give(browser, "plan", ann, plan="free").status_code == 303 and house.fresh(ann).plan == "free"


@pytest.mark.parametrize("path", ["role", "plan"])
@pytest.mark.parametrize("role", ["User", "Provider"])
def test_only_registrars_decide(house: House, path: str, role: str) -> None:
    ann, other = house.user("ann", role=role), house.user("other", plan="free", plan_until=None)
    client = house.client(ann)
    fields = hidden(client.get("/app", headers=HTML).text) | {"once": "a" * 20, "email": other.email}
    for more in ({"role": "Registrar"}, {"plan": "pro", "days": "5"}):
        assert client.post(f"/desk/people/{path}", data=fields | more, headers=HTML).status_code == 403
    assert (house.fresh(other).role, house.fresh(other).plan) == ("User", "free")


def test_the_lists_ask_the_same_however_long_they_are(house: House, browser: FlaskClient) -> None:
    counts = []
    for _ in range(2):
        for _ in range(6):
            application(house, house.user())
        for path in ("/desk", "/desk/applications", "/desk/people"):
            with house.statements() as seen:
                assert browser.get(path, headers=HTML).status_code == 200
            counts.append(len(seen))
    assert counts[:3] == counts[3:] and max(counts) <= 12


def give(browser: FlaskClient, what: str, user: User, **fields: str) -> Any:
    token = hidden(browser.get("/desk/people", headers=HTML).text)
    return browser.post(f"/desk/people/{what}", data=token | {"email": user.email} | fields, headers=HTML)
