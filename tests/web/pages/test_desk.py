"""The registrars' desk: what needs an operator in words, applications decided once, roles and plans."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from mysignals import clock
from mysignals.domain.abilities import Abilities
from mysignals.domain.breaker import FIRST_WAIT_MS
from mysignals.domain.market import Market
from mysignals.domain.plan import Skip
from mysignals.exchanges.transports.offsets import Measured
from mysignals.extensions import db
from mysignals.models import Application, AuditEntry, Drift, OutgoingMail, Signal, User
from mysignals.services import (
    alive,
    api_callers,
    api_keys,
    publish,
    roles,
    unmapped,
    webhook_callers,
    webhook_tokens,
)
from mysignals.services.breaker.pauses import PAUSES
from mysignals.services.clocks import Clocks
from mysignals.services.errors import NotAllowed
from mysignals.services.fan_out.asking import Known
from mysignals.services.fan_out.claim import claim
from mysignals.services.fan_out.planning import plan_one, terms_of
from mysignals.services.holds import Hold
from tests.support.served import PASSWORD, WALLET, House
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
        "1 copy is open without a stop, the oldest for", "1 copy is in doubt",
        "Entries at Binance futures (paper) are paused", "clock of Binance spot (paper) is 900 ms", "code -9999",
        "1,000 tasks wait in the queue fan_out", "6 things need a look", "measured", "one tries",
    ):  # fmt: skip
        assert words in page, words


def test_a_copy_that_nobody_sends_is_an_alarm_with_its_age(house: House, browser: FlaskClient) -> None:
    ann = house.user("ann")
    signal = house.signal(house.user(role="Provider"))
    house.delivery(ann, signal, house.account(ann), created_at=datetime.now(UTC) - timedelta(hours=4, minutes=2))
    page = state(browser)
    assert re.search(r"A copy has waited for 145\d\d s to be sent", page) and "the oldest for 4\u202fh" in page


def test_differences_are_told_by_their_owners_and_never_which(house: House, browser: FlaskClient) -> None:
    ann = house.user("annabel")
    account = house.account(ann)
    house.add(Drift(
        account_id=account.id, user_id=ann.id, kind="position", market="futures", symbol="BTCUSDT", side="both",
        expected=Decimal(0), actual=Decimal(1), difference=Decimal(1), cause="unexplained", message="a secret",
        repair="close", state="open", first_seen_at=datetime.now(UTC) - timedelta(minutes=3),
    ))  # fmt: skip
    page = state(browser)
    assert f'/desk/people/{ann.id}">annabel' in page and "3\u202fmin ago" in page and "approves the repair" in page
    assert "a secret" not in page and "BTCUSDT" not in page


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
    again = browser.post(where, data=hidden(browser.get(f"/desk/people/{ann.id}", headers=HTML).text), headers=HTML)
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


def test_a_role_is_given_and_taken_back_and_the_trail_says_by_whom(house: House, browser: FlaskClient) -> None:
    ann = house.user("ann")
    for role in ("Provider", "Registrar", "User"):
        assert decide(browser, ann, "role", role=role).status_code == 303 and house.fresh(ann).role == role
    found = entries(house, ann)
    assert [(one.was, one.became, one.actor_name) for one in found] == [
        ("User", "Provider", "rita"), ("Provider", "Registrar", "rita"), ("Registrar", "User", "rita"),
    ]  # fmt: skip


def test_a_role_that_is_held_already_is_no_entry(house: House, browser: FlaskClient) -> None:
    ann = house.user("ann")
    assert decide(browser, ann, "role", role="User").status_code == 303 and entries(house, ann) == []


@pytest.mark.parametrize(
    ("what", "fields", "words"),
    [
        ("role", {"role": "User"}, "Nobody changes their own role"),
        ("block", {"reason": "for a test"}, "Nobody blocks themselves"),
    ],
)
def test_nobody_decides_about_themselves(
    house: House, rita: User, browser: FlaskClient, what: str, fields: dict[str, str], words: str
) -> None:
    answer = decide(browser, rita, what, **fields)
    assert answer.status_code == 403 and words in answer.text
    assert (house.fresh(rita).role, house.fresh(rita).blocked_at, entries(house, rita)) == ("Registrar", None, [])


def test_of_two_registrars_who_drop_each_other_one_stays(house: House, rita: User) -> None:
    other = house.user("other", role="Registrar")
    with house.app.app_context():
        # Both were let in before either had decided.
        both = [db.session.get_one(User, rita.id), db.session.get_one(User, other.id)]
        roles.give_to(both[0], other.id, "User")
        with pytest.raises(NotAllowed, match="no registrar any more"):
            roles.give_to(both[1], rita.id, "User")
    assert house.fresh(rita).role == "Registrar"


def test_a_plan_is_granted_and_ended(house: House, browser: FlaskClient) -> None:
    ann = house.user("ann", plan="free", plan_until=None)
    assert decide(browser, ann, "plan", plan="pro", days="10").status_code == 303
    left = house.fresh(ann).plan_until - datetime.now(UTC)
    assert timedelta(days=9) < left <= timedelta(days=10)
    refused = decide(browser, ann, "plan", plan="pro", days="0")
    assert refused.status_code == 422 and 'id="fault-days"' in refused.text and 'value="0"' in refused.text
    assert decide(browser, ann, "plan", plan="free").status_code == 303 and house.fresh(ann).plan == "free"
    until = f"pro until {datetime.now(UTC) + timedelta(days=10):%Y-%m-%d}"
    assert [(one.was, one.became) for one in entries(house, ann)] == [("free", until), (until, "free")]


def test_who_is_blocked_is_out_at_once_and_reads_why(house: House, browser: FlaskClient) -> None:
    ann = house.user("ann", role="Provider")
    theirs, signal = house.client(ann), house.signal(ann)
    assert theirs.get("/auth/@me").status_code == 200
    refused = decide(browser, ann, "block", reason=" x ")
    assert refused.status_code == 422 and 'id="fault-reason"' in refused.text and 'value="30"' in refused.text
    assert decide(browser, ann, "block", reason="Sells <b>fakes</b>").status_code == 303
    assert theirs.get("/auth/@me").status_code == 401 and not house.fresh(signal).is_active
    again = house.anonymous().post("/auth/login", json={"user_name_or_mail": "ann", "password": PASSWORD})
    assert again.status_code == 403 and "Sells <b>fakes</b>" in again.json["message"]
    wrong = house.anonymous().post("/auth/login", json={"user_name_or_mail": "ann", "password": "not theirs"})
    assert wrong.status_code == 401 and "fakes" not in wrong.text
    page = browser.get(f"/desk/people/{ann.id}", headers=HTML).text
    assert "Sells &lt;b&gt;fakes&lt;/b&gt;" in page and "Unblock ann" in page
    assert house.client(house.user("bob")).get("/providers").json["providers"] == []


def test_who_is_let_in_again_logs_in_and_both_are_told_by_mail(house: House, browser: FlaskClient) -> None:
    ann = house.user("ann")
    before = house.client(ann)
    assert decide(browser, ann, "block", reason="for a test").status_code == 303
    twice = decide(browser, ann, "block", reason="once more")
    assert twice.status_code == 409 and "blocked already" in twice.text
    assert decide(browser, ann, "unblock").status_code == 303
    assert decide(browser, ann, "unblock").status_code == 409
    assert before.get("/auth/@me").status_code == 401, "a session that was ended stays ended"
    given = {"user_name_or_mail": "ann", "password": PASSWORD}
    assert house.anonymous().post("/auth/login", json=given).status_code == 200
    assert [(one.deed, one.reason) for one in entries(house, ann)] == [("block", "for a test"), ("unblock", "")]
    with house.app.app_context():
        kinds = list(db.session.scalars(select(OutgoingMail.kind).where(OutgoingMail.user_id == ann.id)))
    assert [kind for kind in kinds if kind != "new_device"] == ["blocked", "unblocked"]


def test_a_blocked_persons_programs_are_refused_at_once(house: House, browser: FlaskClient) -> None:
    ann = house.user("ann")
    with house.app.app_context():
        owner = db.session.get_one(User, ann.id)
        key, _ = api_keys.make(owner, {"permissions": ["read"]})
        _, token = webhook_tokens.make(owner, "chart")
        name = key.key

    def let_in() -> list[bool]:
        with house.app.app_context():
            found = (api_callers.find(name), webhook_callers.find(token))
            return [one is not None and one.is_activated for one in found]

    assert let_in() == [True, True]
    decide(browser, ann, "block", reason="for a test")
    assert let_in() == [False, False]
    decide(browser, ann, "unblock")
    assert let_in() == [True, True]


def test_nothing_new_is_copied_for_who_is_blocked(house: House, browser: FlaskClient) -> None:
    ann, paul = house.user("ann"), house.user("paul", role="Provider")
    house.following(ann, paul, house.account(ann))
    with house.app.app_context():
        assert publish.reach(db.session.get_one(User, paul.id), "BNBUSDT") == (1, 1)
    decide(browser, ann, "block", reason="for a test")
    with house.app.app_context():
        assert publish.reach(db.session.get_one(User, paul.id), "BNBUSDT") == (0, 0)


def test_a_copy_that_waits_when_its_owner_is_blocked_is_never_sent(house: House, browser: FlaskClient) -> None:
    ann, paul = house.user("ann"), house.user("paul", role="Provider")
    account = house.account(ann)
    following = house.following(ann, paul, account)
    waiting = house.delivery(ann, house.signal(paul), account, following_id=following.id)
    decide(browser, ann, "block", reason="for a test")
    with house.app.app_context():
        (row,) = claim([waiting.id], Hold())
        signal = db.session.get_one(Signal, waiting.signal_id)
        terms = terms_of(signal, clock.now(), 60)
        found = plan_one(row, terms, Known(), None, None, Abilities())
    assert isinstance(found, Skip) and "blocked" in found.sentence


def test_an_entry_of_the_trail_is_never_changed_nor_deleted(house: House, browser: FlaskClient) -> None:
    ann = house.user("ann")
    decide(browser, ann, "role", role="Provider")
    for statement in (
        "UPDATE audit_entries SET became = 'User'",
        "DELETE FROM audit_entries",
        "TRUNCATE audit_entries",
    ):
        with house.app.app_context(), pytest.raises(DBAPIError, match="never changed"):
            db.session.execute(text(statement))
    assert len(entries(house, ann)) == 1


def test_the_trail_is_a_list_that_is_narrowed_by_what_it_is_about(house: House, browser: FlaskClient) -> None:
    ann, bob = house.user("annabel"), house.user("robert")
    decide(browser, ann, "role", role="Provider")
    decide(browser, bob, "block", reason="for <i>a</i> test")
    everything = browser.get("/desk/audit", headers=HTML).text
    assert "annabel" in everything and "for &lt;i&gt;a&lt;/i&gt; test" in everything
    blocks = browser.get("/desk/audit?about=blocks", headers=HTML).text
    assert "robert" in blocks and "annabel" not in blocks
    assert f'href="/desk/people/{ann.id}"' in everything
    assert "robert" in browser.get("/desk/people?role=blocked", headers=HTML).text


@pytest.mark.parametrize("role", ["User", "Provider"])
def test_only_registrars_decide(house: House, role: str) -> None:
    ann, other = house.user("ann", role=role), house.user("other", plan="free", plan_until=None)
    client = house.client(ann)
    fields = hidden(client.get("/app", headers=HTML).text) | {"once": "a" * 20, "reason": "for a test"}
    fields |= {"role": "Registrar", "plan": "pro", "days": "5"}
    for what in ("role", "plan", "block", "unblock"):
        answer = client.post(f"/desk/people/{other.id}/{what}", data=fields, headers=HTML)
        assert answer.status_code == 403
    for path in ("/desk/audit", f"/desk/people/{other.id}"):
        assert client.get(path, headers=HTML).status_code == 403
    left = house.fresh(other)
    assert (left.role, left.plan, left.blocked_at) == ("User", "free", None)


def test_who_is_not_there_is_not_found(browser: FlaskClient) -> None:
    assert browser.get("/desk/people/999999999", headers=HTML).status_code == 404


def test_the_lists_ask_the_same_however_long_they_are(house: House, browser: FlaskClient) -> None:
    counts, ann = [], house.user("ann")
    for _ in range(2):
        for role in ("Provider", "User", "Provider", "User"):
            application(house, house.user())
            decide(browser, ann, "role", role=role)
        for path in ("/desk", "/desk/applications", "/desk/people", f"/desk/people/{ann.id}", "/desk/audit"):
            with house.statements() as seen:
                assert browser.get(path, headers=HTML).status_code == 200
            counts.append(len(seen))
    assert counts[:5] == counts[5:] and max(counts) <= 13


def decide(browser: FlaskClient, user: User, what: str, **fields: str) -> Any:
    """On that person's page; on one's own, where no form is, with a form of another."""
    own = hidden(browser.get(f"/desk/people/{user.id}", headers=HTML).text)
    own |= {} if "once" in own else {"once": "a" * 20}
    return browser.post(f"/desk/people/{user.id}/{what}", data=own | fields, headers=HTML)


def entries(house: House, user: User) -> list[AuditEntry]:
    """About somebody, oldest first."""
    with house.app.app_context():
        mine = select(AuditEntry).where(AuditEntry.person_id == user.id).order_by(AuditEntry.id)
        found = list(db.session.scalars(mine))
        db.session.expunge_all()
    return found
