"""The second factor: offered, confirmed, asked for at login, each code taken once, switched off."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from mysignals.extensions import db
from mysignals.models import Device, OutgoingMail, User
from mysignals.services import tokens
from tests.support.served import PASSWORD, House

STEP_S = 30


class Ann:
    """Somebody with the second factor on: her authenticator, her spare codes, the browser she did it with."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.user = house.user("ann")
        self.client = house.client(self.user)
        offered = self.client.post("/auth/otp", json={"password": PASSWORD}).json
        self.totp = pyotp.TOTP(offered["secret"])
        self.uri = offered["uri"]
        self.confirmed = self.client.post("/auth/otp/confirm", json={"otp": self.code()})
        self.spares: list[str] = self.confirmed.json.get("spare_codes", [])
        self.forget_used()

    def code(self, steps: int = 0) -> str:
        """What the authenticator shows now, or so many steps later."""
        return self.totp.at(int(time.time()) + steps * STEP_S)

    def wrong(self) -> str:
        near = {self.code(steps) for steps in range(-3, 4)}
        return next(code for code in map("{:06d}".format, range(10)) if code not in near)

    def forget_used(self) -> None:
        """As if the code that confirmed it were long ago: a test need not wait for the next."""
        self.change(otp_step=0)

    def change(self, **columns: Any) -> None:
        with self.house.app.app_context():
            db.session.execute(update(User).where(User.id == self.user.id).values(**columns))
            db.session.commit()

    def log_in(self, otp: str | None = None, client: FlaskClient | None = None, **changed: Any) -> Any:
        given = {"user_name_or_mail": "ann", "password": PASSWORD} | changed
        given |= {} if otp is None else {"otp": otp}
        return (client or self.house.anonymous()).post("/auth/login", json=given)


@pytest.fixture
def ann(house: House) -> Ann:
    # A code is of its step of 30 s: none of these tests should begin in the last moments of one.
    left = STEP_S - time.time() % STEP_S
    if left < 6:
        time.sleep(left)
    return Ann(house)


def test_an_authenticator_is_told_all_it_needs(ann: Ann) -> None:
    address = urlsplit(ann.uri)
    asked = parse_qs(address.query)
    assert (address.scheme, address.netloc, address.path) == ("otpauth", "totp", "/MySignals:ann%40example.com")
    assert asked["issuer"] == ["MySignals"] and asked["secret"] == [ann.totp.secret] and len(ann.totp.secret) == 32


def test_it_is_on_only_after_a_code_has_confirmed_it(house: House) -> None:
    user = house.user("ann")
    client = house.client(user)
    client.post("/auth/otp", json={"password": PASSWORD})
    assert client.get("/auth/@me").json["second_factor"] is False
    login = {"user_name_or_mail": "ann", "password": PASSWORD}
    assert house.anonymous().post("/auth/login", json=login).status_code == 200
    assert client.post("/auth/otp/confirm", json={"otp": "000000"}).status_code == 401
    assert client.get("/auth/@me").json["second_factor"] is False


def test_once_it_is_on_a_login_needs_it(ann: Ann) -> None:
    assert ann.confirmed.status_code == 200 and ann.client.get("/auth/@me").json["second_factor"] is True
    missing, wrong, empty = ann.log_in(), ann.log_in(ann.wrong()), ann.log_in("")
    assert [each.status_code for each in (missing, wrong, empty)] == [401] * 3
    assert missing.json == wrong.json == empty.json and "Second factor missing or wrong" in missing.json["message"]
    assert ann.log_in(ann.code()).status_code == 200


def test_a_wrong_password_is_told_as_ever_whatever_the_code(ann: Ann) -> None:
    answers = [ann.log_in(code, password="wrong") for code in (None, ann.wrong(), ann.code())]
    nobody = ann.log_in(ann.code(), user_name_or_mail="nobody")
    assert {answer.status_code for answer in answers} == {401}
    assert all(answer.json == nobody.json for answer in answers)
    assert ann.log_in(ann.code()).status_code == 200


def test_a_login_that_lacks_it_begins_no_session_and_makes_no_browser_known(ann: Ann) -> None:
    client = ann.house.anonymous()
    ann.log_in(client=client)
    assert client.get("/auth/@me").status_code == 401 and client.get_cookie("mysignals_device") is None


def test_a_code_is_taken_once(ann: Ann) -> None:
    code = ann.code()
    assert [ann.log_in(code).status_code for _ in range(2)] == [200, 401]


def test_the_code_that_confirmed_it_is_used(house: House) -> None:
    user = house.user("ann")
    client = house.client(user)
    totp = pyotp.TOTP(client.post("/auth/otp", json={"password": PASSWORD}).json["secret"])
    code = totp.now()
    assert client.post("/auth/otp/confirm", json={"otp": code}).status_code == 200
    login = {"user_name_or_mail": "ann", "password": PASSWORD, "otp": code}
    assert house.anonymous().post("/auth/login", json=login).status_code == 401


def test_a_code_is_taken_once_also_by_many_at_once(ann: Ann) -> None:
    code = ann.code()
    with ThreadPoolExecutor(5) as threads:
        found = sorted(threads.map(lambda _: ann.log_in(code).status_code, range(5)))
    assert found == [200, 401, 401, 401, 401]


@pytest.mark.parametrize(("steps", "status"), [(-2, 401), (-1, 200), (1, 200), (2, 401)])
def test_clocks_may_differ_by_one_step(ann: Ann, steps: int, status: int) -> None:
    assert ann.log_in(ann.code(steps)).status_code == status


def test_after_a_code_none_of_an_earlier_step_is_taken(ann: Ann) -> None:
    assert [ann.log_in(ann.code(steps)).status_code for steps in (1, 0, -1)] == [200, 401, 401]


def test_blanks_in_a_code_do_not_matter(ann: Ann) -> None:
    code = ann.code()
    assert ann.log_in(f" {code[:3]} {code[3:]} ").status_code == 200


def test_a_spare_code_works_once_in_place_of_a_code(ann: Ann) -> None:
    assert len(set(ann.spares)) == 10
    assert [ann.log_in(spare).status_code for spare in (ann.spares[3], ann.spares[3], ann.spares[4])] == [200, 401, 200]
    assert len(ann.house.fresh(ann.user).otp_spares) == 8


def test_a_spare_code_works_once_also_for_many_at_once(ann: Ann) -> None:
    with ThreadPoolExecutor(5) as threads:
        found = sorted(threads.map(lambda _: ann.log_in(ann.spares[0].upper()).status_code, range(5)))
    assert found == [200, 401, 401, 401, 401]


def test_neither_secret_nor_spare_codes_lie_open_in_the_database(ann: Ann) -> None:
    row = ann.house.fresh(ann.user)
    assert ann.totp.secret.encode() not in row.otp_sealed
    assert not {spare for spare in ann.spares if spare.replace("-", "") in "".join(row.otp_spares)}
    assert ann.totp.secret not in ann.client.get("/auth/@me").text


def test_a_sealed_secret_is_of_no_use_to_another_person(ann: Ann) -> None:
    bob = ann.house.user("bob")
    row = ann.house.fresh(ann.user)
    with ann.house.app.app_context():
        stolen = {"otp_sealed": row.otp_sealed, "otp_since": row.otp_since}
        db.session.execute(update(User).where(User.id == bob.id).values(**stolen))
        db.session.commit()
    assert ann.log_in(ann.code(), user_name_or_mail="bob").status_code == 401


def test_where_the_secret_cannot_be_opened_any_more_spare_codes_still_let_in(ann: Ann) -> None:
    ann.change(otp_sealed=b"sealed under another key")
    assert ann.log_in(ann.code()).status_code == 401
    client = ann.house.anonymous()
    assert ann.log_in(ann.spares[0], client).status_code == 200
    off = {"password": PASSWORD, "otp": ann.spares[1]}
    assert client.delete("/auth/otp", json=off).status_code == 200
    assert ann.log_in().status_code == 200


def test_it_is_switched_off_by_password_and_code(ann: Ann) -> None:
    wrong = [{"password": "wrong", "otp": ann.code()}, {"password": PASSWORD, "otp": ann.wrong()}]
    assert [ann.client.delete("/auth/otp", json=body).status_code for body in wrong] == [401, 401]
    answer = ann.client.delete("/auth/otp", json={"password": PASSWORD, "otp": ann.code()})
    assert answer.json == {"message": "success", "second_factor": False, "status": True}
    row = ann.house.fresh(ann.user)
    assert (row.otp_sealed, row.otp_since, row.otp_spares) == (None, None, [])
    assert ann.log_in().status_code == 200


def test_switching_on_and_off_ends_other_sessions_and_is_told_by_mail(house: House) -> None:
    user = house.user("ann")
    elsewhere = house.client(user)
    ann = Ann.__new__(Ann)
    ann.house, ann.user, ann.client = house, user, house.client(user)
    ann.totp = pyotp.TOTP(ann.client.post("/auth/otp", json={"password": PASSWORD}).json["secret"])
    assert elsewhere.get("/auth/@me").status_code == 200
    ann.client.post("/auth/otp/confirm", json={"otp": ann.code()})
    assert (ann.client.get("/auth/@me").status_code, elsewhere.get("/auth/@me").status_code) == (200, 401)
    elsewhere = house.client(house.fresh(user))
    ann.forget_used()
    ann.client.delete("/auth/otp", json={"password": PASSWORD, "otp": ann.code()})
    assert (ann.client.get("/auth/@me").status_code, elsewhere.get("/auth/@me").status_code) == (200, 401)
    with house.app.app_context():
        told = db.session.execute(select(OutgoingMail.kind, OutgoingMail.details).order_by(OutgoingMail.id)).all()
    assert [kind for kind, _ in told] == ["otp_changed", "otp_changed"]
    assert [details["event"].split()[-1] for _, details in told] == ["on.", "off."]


def test_an_offer_needs_the_password_and_replaces_the_last_one(house: House) -> None:
    client = house.client(house.user("ann"))
    assert client.post("/auth/otp", json={"password": "wrong"}).status_code == 401
    first, second = (client.post("/auth/otp", json={"password": PASSWORD}).json["secret"] for _ in range(2))
    assert client.post("/auth/otp/confirm", json={"otp": pyotp.TOTP(first).now()}).status_code == 401
    assert client.post("/auth/otp/confirm", json={"otp": pyotp.TOTP(second).now()}).status_code == 200


def test_what_was_done_already_is_a_conflict(house: House, ann: Ann) -> None:
    assert ann.client.post("/auth/otp", json={"password": PASSWORD}).status_code == 409
    assert ann.client.post("/auth/otp/confirm", json={"otp": ann.code()}).status_code == 409
    bob = house.client(house.user("bob"))
    assert bob.post("/auth/otp/confirm", json={"otp": "123456"}).status_code == 409
    assert bob.delete("/auth/otp", json={"password": PASSWORD, "otp": "123456"}).status_code == 409


@pytest.mark.parametrize(
    ("method", "path", "fields"),
    [
        ("POST", "/auth/otp", {"password"}),
        ("POST", "/auth/otp/confirm", {"otp"}),
        ("DELETE", "/auth/otp", {"password", "otp"}),
    ],
)
def test_all_that_is_missing_is_told_at_once(house: House, method: str, path: str, fields: set[str]) -> None:
    answer = house.client(house.user()).open(path, method=method, json={})
    assert answer.status_code == 422 and set(answer.json["fields"]) == fields


@pytest.mark.parametrize("otp", [123456, ["123456"], True, "1" * 65, "12\u000034"])
def test_a_code_is_text(ann: Ann, otp: Any) -> None:
    answer = ann.house.anonymous().post(
        "/auth/login", json={"user_name_or_mail": "ann", "password": PASSWORD, "otp": otp}
    )
    assert answer.status_code == 422 and list(answer.json["fields"]) == ["otp"]


def test_a_code_of_letters_nobody_types_is_only_wrong(ann: Ann) -> None:
    assert ann.log_in("\u0661\u0662\u0663\u0664\u0665\u0666").status_code == 401


def test_who_knows_the_password_cannot_guess_codes_from_many_addresses(ann: Ann) -> None:
    wrong = ann.wrong()
    found = [
        ann.house.anonymous().post(
            "/auth/login",
            json={"user_name_or_mail": "ann", "password": PASSWORD, "otp": wrong},
            environ_overrides={"REMOTE_ADDR": f"198.51.100.{number}"},
        )
        for number in range(11)
    ]
    assert [answer.status_code for answer in found] == [401] * 10 + [429]
    assert 1 <= int(found[-1].headers["Retry-After"]) <= 900
    assert ann.log_in(ann.code()).status_code == 429


def test_who_reads_somebodys_mails_gets_no_more_guesses_by_resetting_the_password(ann: Ann) -> None:
    for _ in range(10):
        ann.log_in(ann.wrong())
    with ann.house.app.app_context():
        token = tokens.issue(ann.user.id, "reset")
    new = {"password": PASSWORD, "confirm_password": PASSWORD}
    assert ann.house.anonymous().post(f"/auth/reset_password/{token}", json=new).status_code == 200
    assert ann.log_in(ann.wrong()).status_code == 429


def test_who_does_not_know_the_password_locks_nobody_out(ann: Ann) -> None:
    for _ in range(12):
        ann.log_in(ann.wrong(), password="wrong")
    assert ann.log_in(ann.code()).status_code == 200


@pytest.mark.parametrize(("method", "path"), [("POST", "/auth/otp"), ("DELETE", "/auth/otp")])
def test_it_can_be_tried_ten_times_a_minute_from_one_address(limited: House, method: str, path: str) -> None:
    client = limited.client(limited.user())
    assert [client.open(path, method=method, json={}).status_code for _ in range(11)] == [422] * 10 + [429]


def test_a_login_takes_as_many_statements_for_fifty_browsers_as_for_one(ann: Ann) -> None:
    counts = []
    for many in (1, 49):
        for number in range(many):
            named = {"name": "Firefox", "address": "::1", "last_seen_at": ann.user.created_at}
            ann.house.add(Device(user_id=ann.user.id, token_hash=f"{many} {number}", **named))
        ann.forget_used()
        with ann.house.statements() as seen:
            assert ann.log_in(ann.code()).status_code == 200
        counts.append(len(seen))
    # The person, again with a lock, their browsers, this one, those forgotten, the mail, the step that was used; keys.
    assert counts[0] <= 10 and counts[1] <= counts[0]
