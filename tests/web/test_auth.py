"""/auth: joining, logging in, one's profile, keys and passwords."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from mysignals.extensions import db
from mysignals.models import ExchangeAccount, OutgoingMail, User
from mysignals.services import mails
from tests.support.served import PASSWORD, WALLET, House
from tests.web.pages.test_entrance import hidden

NEW = {
    "email": "ann@example.com", "user_name": "ann", "password": "longenough", "confirm_password": "longenough",
    "referrers_code": "", "wallet": WALLET,
}  # fmt: skip


def register(house: House, **changed: Any) -> Any:
    return house.anonymous().post("/auth/register", json=NEW | changed)


def log_in(client: FlaskClient, name: str, password: str = PASSWORD) -> Any:
    return client.post("/auth/login", json={"user_name_or_mail": name, "password": password})


def mailed_link(house: House) -> str:
    """Have a worker send what is queued, and read the link of the newest mail."""
    with house.app.app_context():
        newest = db.session.scalars(select(func.max(OutgoingMail.id))).one()
        mails.deliver(newest)
    text = next(house.app.extensions["settings"].outbox.glob(f"{newest}-*.eml")).read_text()
    found = re.search(r"http://127\.0\.0\.1:5000(/auth/\S+)", text)
    assert found
    return found[1]


def test_registering_answers_201_and_leaves_the_account_inactive(house: House) -> None:
    answer = register(house)
    assert answer.status_code == 201
    assert answer.json == {"message": "Success", "user_name": "ann", "email": "ann@example.com", "status": True}
    me = log_in(house.anonymous(), "ann", "longenough").json
    assert me["is_active"] is False and re.fullmatch(r"[0-9a-f]{8}", me["referral_code"])
    assert house.tasks("mail") == 1


@pytest.mark.parametrize("taken", [{"user_name": "ANN"}, {"email": "Ann@Example.com"}])
def test_names_and_addresses_are_taken_whatever_their_case(house: House, taken: dict[str, str]) -> None:
    register(house)
    other = {"user_name": "bob", "email": "bob@example.com"}
    answer = register(house, **other | taken)
    assert (answer.status_code, answer.json["error"]) == (409, "Conflict")
    assert house.count(User) == 1


def test_a_lower_case_wallet_is_stored_with_its_checksum(house: House) -> None:
    register(house, wallet=WALLET.lower())
    client = house.anonymous()
    log_in(client, "ann", "longenough")
    assert client.get("/auth/@me").json["wallet"] == WALLET


def test_a_referrer_is_told_by_code_and_counts_active_referrals_only(house: House) -> None:
    referrer = house.user()
    register(house, referrers_code=referrer.referral_code)
    assert house.client(referrer).get("/auth/@me").json["referrals"] == 0
    house.anonymous().get(mailed_link(house))
    assert house.client(referrer).get("/auth/@me").json["referrals"] == 1


def test_an_activation_link_works_once_and_then_offers_a_new_mail(house: House) -> None:
    register(house)
    link = mailed_link(house)
    first, second = house.anonymous().get(link), house.anonymous().get(link)
    assert (first.status_code, second.status_code) == (200, 403)
    assert first.mimetype == second.mimetype == "text/html"
    assert "/activate" in second.text


def test_a_program_that_checks_the_links_of_a_mail_uses_none_up(house: House) -> None:
    register(house)
    link = mailed_link(house)
    assert house.anonymous().head(link).status_code == 200
    assert house.anonymous().get(link).status_code == 200


def test_a_new_activation_mail_can_be_asked_for_with_the_form_only(house: House) -> None:
    house.user("ann", is_activated=False)
    client = house.anonymous()
    assert client.post("/activate", data={"email": "ann@example.com"}).status_code == 403
    form = hidden(client.get("/activate").text) | {"email": "ann@example.com"}
    assert client.post("/activate", data=form, follow_redirects=True).status_code == 200
    assert house.anonymous().get(mailed_link(house)).status_code == 200


def test_login_takes_name_or_address_and_answers_what_the_person_is(house: House) -> None:
    ann = house.user("ann", role="Provider")
    for name in ("ANN", "ann@Example.com"):
        answer = log_in(house.anonymous(), name)
        assert answer.json == {
            "message": "Success", "id": str(ann.id), "has_api_keys": False, "user_name": "ann", "is_active": True,
            "referral_code": ann.referral_code, "permission": ["User", "Provider"], "status": True,
        }  # fmt: skip


def test_a_plain_user_has_a_permission_that_is_no_list(house: House) -> None:
    house.user("ann")
    assert log_in(house.anonymous(), "ann").json["permission"] == "User"


def test_a_wrong_password_and_an_unknown_user_get_the_same_answer(house: House) -> None:
    house.user("ann")
    wrong, unknown = log_in(house.anonymous(), "ann", "not this one"), log_in(house.anonymous(), "nobody")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json == unknown.json


def test_the_session_id_is_new_after_login_and_opaque(house: House) -> None:
    house.user("ann")
    client = house.anonymous()
    client.get("/activate")  # begins an anonymous session
    before = client.get_cookie("mysignals")
    cookie = log_in(client, "ann").headers["Set-Cookie"]
    after = client.get_cookie("mysignals")
    assert before and after and before.value != after.value
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
    client.set_cookie("mysignals", before.value)
    assert client.get("/auth/@me").status_code == 401


def test_logging_out_ends_the_session_also_for_who_kept_the_cookie(house: House) -> None:
    client = house.client(house.user())
    kept = client.get_cookie("mysignals")
    assert kept and client.post("/auth/logout").json == {"message": "Success", "status": True}
    client.set_cookie("mysignals", kept.value)
    assert client.get("/auth/@me").status_code == 401


def test_me_tells_everything_about_oneself(house: House) -> None:
    referrer = house.user(wallet=WALLET)
    ann = house.user("ann", role="Registrar", referrer_id=referrer.id)
    house.notification(ann)
    house.account(ann)
    me = house.client(ann).get("/auth/@me").json
    assert re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", me.pop("created_on"))
    assert me.pop("plan_until") and me.pop("plan") == "pro"
    assert me == {
        "message": "Success", "id": str(ann.id), "has_api_keys": True, "email": "ann@example.com",
        "referral_code": ann.referral_code, "referrals": 0, "referrers_wallet": WALLET, "wallet": WALLET,
        "unread_notifications": 1, "user_name": "ann", "is_active": True, "roles": ["User", "Registrar"],
        "second_factor": False, "status": True,
    }  # fmt: skip


def test_reading_notifications_marks_them_read_and_counting_does_not(house: House) -> None:
    ann = house.user("ann")
    client = house.client(ann)
    for number in range(21):
        house.notification(ann, f"number {number}")
    assert client.get("/auth/notifications/count").json["unread_notifications"] == 21
    page = client.get("/auth/notifications").json
    assert (page["total"], page["pages"], len(page["notifications"])) == (21, 2, 20)
    assert page["notifications"][0]["message"] == "number 20"
    assert page["notifications"][0]["user"] == "ann"
    assert client.get("/auth/notifications/count").json["unread_notifications"] == 1


def test_keys_are_sealed_checked_in_the_background_and_replaced(house: House) -> None:
    ann = house.user("ann")
    keys = {"api_key": "key-one-abcd", "api_secret": "secret-one"}
    answer = house.client(ann).post("/auth/update_keys", json=keys)
    assert answer.json == {
        "message": "success", "id": str(ann.id), "has_api_keys": True, "user_name": "ann", "is_active": True,
        "status": True,
    }  # fmt: skip
    house.client(ann).post("/auth/update_keys", json=keys | {"api_key": "key-two-efgh"})
    accounts = house.client(ann).get("/accounts").json["accounts"]
    assert [(a["api_key"], a["status"], a["environment"]) for a in accounts] == [("efgh", "checking", "live")]
    assert house.tasks("upkeep") == 2


def test_a_key_never_comes_out_in_any_answer_nor_lies_open_in_the_database(house: House) -> None:
    ann = house.user()
    client = house.client(ann)
    client.post("/auth/update_keys", json={"api_key": "MY-API-KEY-1234", "api_secret": "MY-SECRET-5678"})
    said = client.get("/accounts").text + client.get("/auth/@me").text
    assert "MY-API" not in said and "MY-SECRET" not in said
    with house.app.app_context():
        stored = db.session.scalars(select(ExchangeAccount.sealed_credentials)).one()
    assert b"MY-" not in stored


def test_a_reset_answers_alike_whether_the_person_exists_or_not(house: House) -> None:
    house.user("ann")
    for email in ("ann@example.com", "nobody@example.com"):
        answer = house.anonymous().post("/auth/reset_password", json={"email": email})
        said = f"Reset password token will be sent to {email} if they exist"
        assert (answer.status_code, answer.json) == (200, {"message": said, "status": True})
    assert house.count(OutgoingMail) == 1


def test_a_reset_link_works_once_and_ends_every_session(house: House) -> None:
    client = house.client(house.user("ann"))
    house.anonymous().post("/auth/reset_password", json={"email": "ann@example.com"})
    link, new = mailed_link(house), {"password": "another one", "confirm_password": "another one"}
    assert house.anonymous().post(link, json=new).json == {"message": "Password changed", "status": True}
    assert client.get("/auth/@me").status_code == 401
    assert house.anonymous().post(link, json=new).status_code == 403
    assert log_in(house.anonymous(), "ann").status_code == 401
    assert log_in(house.anonymous(), "ann", "another one").status_code == 200


def test_a_form_of_a_link_that_was_used_meanwhile_is_answered_with_the_way_to_another(house: House) -> None:
    house.user("ann")
    house.anonymous().post("/auth/reset_password", json={"email": "ann@example.com"})
    client, link = house.anonymous(), mailed_link(house)
    form = hidden(client.get(link).text)
    new = {"password": "another one", "confirm_password": "another one"}
    house.anonymous().post(link, json=new)
    answer = client.post(f"{link}/form", data=form | new, headers={"Accept": "text/html"})
    assert answer.status_code == 403 and "The password was not changed" in answer.text
    assert 'action="/reset"' in answer.text and 'type="password"' not in answer.text


def test_who_resets_the_password_is_told_so_by_mail(house: House) -> None:
    house.user("ann")
    house.anonymous().post("/auth/reset_password", json={"email": "ann@example.com"})
    house.anonymous().post(mailed_link(house), json={"password": "another one", "confirm_password": "another one"})
    with house.app.app_context():
        assert db.session.scalars(select(OutgoingMail.kind)).all() == ["reset", "password_changed"]


def test_of_two_links_that_wait_the_second_ends_with_the_first(house: House) -> None:
    register(house)
    house.user("bob")
    activations = [mailed_link(house)]
    client = house.anonymous()
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/activate").text)
    assert found
    client.post("/activate", data={"email": "ann@example.com", "csrf_token": found[1]})
    activations.append(mailed_link(house))
    assert [house.anonymous().get(link).status_code for link in activations] == [200, 403]
    resets = []
    for _ in range(2):
        house.anonymous().post("/auth/reset_password", json={"email": "bob@example.com"})
        resets.append(mailed_link(house))
    new = {"password": "another one", "confirm_password": "another one"}
    assert [house.anonymous().post(link, json=new).status_code for link in reversed(resets)] == [200, 403]


def test_a_new_password_ends_every_other_session_and_keeps_this_one(house: House) -> None:
    ann = house.user("ann")
    here, elsewhere = house.client(ann), house.client(ann)
    before = here.get_cookie("mysignals")
    new = {"password": PASSWORD, "new_password": "another one", "confirm_password": "another one"}
    assert here.post("/auth/change_password", json=new).json == {"message": "Password changed", "status": True}
    assert (here.get("/auth/@me").status_code, elsewhere.get("/auth/@me").status_code) == (200, 401)
    after = here.get_cookie("mysignals")
    assert before and after and before.value != after.value
    assert log_in(house.anonymous(), "ann").status_code == 401
    assert log_in(house.anonymous(), "ann", "another one").status_code == 200
    with house.app.app_context():
        assert db.session.scalars(select(OutgoingMail.kind)).first() == "password_changed"


@pytest.mark.parametrize(
    ("changed", "status", "fields"),
    [
        ({"password": "not this one"}, 401, None),
        ({"new_password": "short"}, 422, {"new_password", "confirm_password"}),
        ({"new_password": "short", "confirm_password": "short"}, 422, {"new_password"}),
        ({"confirm_password": "another two"}, 422, {"confirm_password"}),
        ({"password": None, "new_password": "x", "confirm_password": "x"}, 422, {"password", "new_password"}),
    ],
)
def test_a_password_is_changed_only_by_who_knows_it_and_means_it(
    house: House, changed: dict[str, Any], status: int, fields: set[str] | None
) -> None:
    new = {"password": PASSWORD, "new_password": "another one", "confirm_password": "another one"}
    answer = house.client(house.user("ann")).post("/auth/change_password", json=new | changed)
    assert answer.status_code == status and set(answer.json.get("fields", ())) == (fields or set())
    assert log_in(house.anonymous(), "ann").status_code == 200


def test_an_open_reset_link_ends_when_the_password_is_changed(house: House) -> None:
    ann = house.user("ann")
    house.anonymous().post("/auth/reset_password", json={"email": "ann@example.com"})
    link = mailed_link(house)
    new = {"password": PASSWORD, "new_password": "another one", "confirm_password": "another one"}
    house.client(ann).post("/auth/change_password", json=new)
    reset = {"password": "a third one", "confirm_password": "a third one"}
    assert house.anonymous().post(link, json=reset).status_code == 403


def test_the_page_that_mails_lead_to_sends_a_reset_mail_and_tells_nobody_who_exists(house: House) -> None:
    house.user("ann")
    client = house.anonymous()
    pages = [
        client.post("/reset", data=hidden(client.get("/reset").text) | {"email": email}, follow_redirects=True)
        for email in ("ann@example.com", "nobody@example.com")
    ]
    assert [page.status_code for page in pages] == [200, 200] and pages[0].text == pages[1].text
    assert house.count(OutgoingMail) == 1 and house.anonymous().get(mailed_link(house)).status_code == 200
    assert client.post("/reset", data=hidden(client.get("/reset").text) | {"email": "ann"}).status_code == 422
    assert client.post("/reset", data={"email": "ann@example.com"}).status_code == 403


def test_an_unknown_referral_code_is_refused_and_registers_nobody(house: House) -> None:
    answer = register(house, referrers_code="00000000")
    assert answer.status_code == 422 and list(answer.json["fields"]) == ["referrers_code"]
    assert house.count(User) == 0


def test_a_reset_link_opened_in_a_browser_leads_to_a_form_that_works(house: House) -> None:
    house.user("ann")
    house.anonymous().post("/auth/reset_password", json={"email": "ann@example.com"})
    client, link = house.anonymous(), mailed_link(house)
    form = hidden(client.get(link).text) | {"password": "another one", "confirm_password": "different"}
    assert client.post(f"{link}/form", data=form).status_code == 422
    mended = form | {"confirm_password": "another one"}
    assert client.post(f"{link}/form", data=mended, follow_redirects=True).status_code == 200
    assert log_in(house.anonymous(), "ann", "another one").status_code == 200
