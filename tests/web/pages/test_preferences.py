"""Settings as pages: password, second factor, browsers and their sessions, wallet, referral, plan, colours."""

from __future__ import annotations

import re
from typing import Any

import pyotp
import pytest
from flask.testing import FlaskClient

from mysignals.models import Device, User
from mysignals.services import passwords
from tests.support.served import PASSWORD, WALLET, House
from tests.web.pages.test_api_keys import shown
from tests.web.pages.test_entrance import HTML, guarded, hidden, send

OTHER = "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359"
SETTINGS = "/app/settings"


@pytest.fixture
def ann(house: House) -> User:
    return house.user("ann")


@pytest.fixture
def client(house: House, ann: User) -> FlaskClient:
    return house.client(ann)


def page(client: FlaskClient, path: str = "") -> str:
    return client.get(SETTINGS + path, headers=HTML).text


def press(client: FlaskClient, path: str, **fields: str) -> Any:
    """A form whose page has another address."""
    return client.post(SETTINGS + path, data=hidden(page(client)) | fields, headers=HTML)


def logged_in(house: House, agent: str) -> FlaskClient:
    client = house.anonymous()
    client.environ_base["HTTP_USER_AGENT"] = agent
    assert send(client, "/login", user_name_or_mail="ann", password=PASSWORD).status_code == 303
    return client


FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.0 Mobile/15E148 Safari/604.1"
)


def test_it_says_who_one_is_until_when_the_plan_goes_and_who_came_by_the_code(house: House) -> None:
    ann = house.user("ann", referrer_id=house.user("ref", wallet=OTHER).id)
    for is_activated in (True, True, False):
        house.user(referrer_id=ann.id, is_activated=is_activated)
    found = page(house.client(ann))
    assert "ann@example.com" in found and "pro, ends" in found and "2 active people have" in found
    assert f"/register?code={ann.referral_code}" in found and OTHER in found


def test_a_wallet_is_kept_with_its_checksum_and_a_wrong_one_is_told(house: House, ann: User) -> None:
    client = house.client(ann)
    wrong = press(client, "/wallet", wallet="0x12")
    assert wrong.status_code == 422 and 'id="fault-wallet"' in wrong.text and 'value="0x12"' in wrong.text
    assert house.fresh(ann).wallet == WALLET
    assert press(client, "/wallet", wallet=OTHER.lower()).status_code == 303
    assert house.fresh(ann).wallet == OTHER and OTHER in page(client)


def test_a_new_password_ends_every_session_but_this_one(house: House, ann: User, client: FlaskClient) -> None:
    other = house.client(ann)
    answer = send(client, f"{SETTINGS}/password", password=PASSWORD, new_password="another password",
                  confirm_password="another password")  # fmt: skip
    assert answer.status_code == 303 and "All other sessions have ended" in page(client, "/password/changed")
    assert other.get("/auth/@me").status_code == 401
    assert passwords.matches("another password", house.fresh(ann).password_hash)


def test_a_refused_password_names_the_field_and_changes_nothing(house: House, ann: User, client: FlaskClient) -> None:
    right = {"password": PASSWORD, "new_password": "another password", "confirm_password": "another password"}
    for wrong, field in (
        ({"password": "nonsense"}, "password"),
        ({"new_password": "short", "confirm_password": "short"}, "new_password"),
        ({"confirm_password": "different"}, "confirm_password"),
    ):
        answer = send(client, f"{SETTINGS}/password", **right | wrong)
        assert answer.status_code == 422 and f'id="fault-{field}"' in answer.text
        assert "another password" not in answer.text
    assert passwords.matches(PASSWORD, house.fresh(ann).password_hash)


def test_the_second_factor_is_switched_on_by_a_picture_and_a_code(house: House, ann: User, client: FlaskClient) -> None:
    other = house.client(ann)
    answer = send(client, f"{SETTINGS}/second-factor", password=PASSWORD)
    assert answer.headers["Location"] == f"{SETTINGS}/second-factor/scan"
    scan = page(client, "/second-factor/scan")
    assert "<svg" in scan and 'class="qr"' in scan
    wrong = send(client, f"{SETTINGS}/second-factor/scan", otp="000000")
    assert wrong.status_code == 422 and "fault-otp" in wrong.text and 'class="qr"' in wrong.text
    assert house.fresh(ann).otp_since is None
    code = pyotp.TOTP(shown(scan, "secret").replace(" ", "")).now()
    on = send(client, f"{SETTINGS}/second-factor/scan", otp=code)
    assert on.headers["Location"] == f"{SETTINGS}/second-factor/spare-codes"
    assert len(shown(page(client, "/second-factor/spare-codes"), "codes").split()) == 10
    assert house.fresh(ann).otp_since is not None and other.get("/auth/@me").status_code == 401
    assert client.get(f"{SETTINGS}/second-factor/scan", headers=HTML).status_code == 302
    assert "Spare codes left" in page(client, "/second-factor")


def test_the_picture_needs_the_password(house: House, ann: User, client: FlaskClient) -> None:
    answer = send(client, f"{SETTINGS}/second-factor", password="nonsense")
    assert answer.status_code == 422 and 'id="fault-password"' in answer.text
    assert house.fresh(ann).otp_sealed is None


def test_a_picture_that_is_over_is_not_confirmed(house: House, ann: User, client: FlaskClient) -> None:
    send(client, f"{SETTINGS}/second-factor", password=PASSWORD)
    scan = page(client, "/second-factor/scan")
    code = pyotp.TOTP(shown(scan, "secret").replace(" ", "")).now()
    redis = house.app.extensions["redis"]
    redis.delete(*redis.keys("mysignals:shown:*"))
    answer = client.post(f"{SETTINGS}/second-factor/scan", data=hidden(scan) | {"otp": code}, headers=HTML)
    assert answer.status_code == 409 and "Begin again" in answer.text and house.fresh(ann).otp_since is None


def test_it_is_switched_off_by_password_and_code_each_told_where_it_is_wrong(house: House) -> None:
    client, code = guarded(house)
    send(client, "/login", user_name_or_mail="ann", password=PASSWORD)
    # The code of the login is used up: the one before it is not taken, the next one is.
    spare_of = pyotp.TOTP(_secret(house))
    send(client, "/login/code", otp=code)
    wrong = send(client, f"{SETTINGS}/second-factor", password="nonsense", otp="000000")
    assert wrong.status_code in (409, 422)
    off = f"{SETTINGS}/second-factor/off"
    refused = client.post(off, data=hidden(page(client)) | {"password": "nonsense", "otp": "1"}, headers=HTML)
    assert refused.status_code == 422 and 'id="fault-password"' in refused.text
    refused = client.post(off, data=hidden(page(client)) | {"password": PASSWORD, "otp": "1"}, headers=HTML)
    assert refused.status_code == 422 and 'id="fault-otp"' in refused.text
    later = spare_of.generate_otp(spare_of.timecode(_now()) + 1)
    done = client.post(off, data=hidden(page(client)) | {"password": PASSWORD, "otp": later}, headers=HTML)
    assert done.status_code == 303 and "Show the picture" in page(client, "/second-factor")


def test_one_browser_is_ended_from_another_and_told_again_when_it_comes_back(house: House, ann: User) -> None:
    here, there = logged_in(house, FIREFOX), logged_in(house, SAFARI)
    found = page(here, "/browsers")
    assert "Firefox on Windows" in found and "this one" in found and found.count('/end"') == 2
    (path,) = re.findall(r'action="(/app/settings/browsers/\d+/end)"', found)
    assert here.post(path, data=hidden(found), headers=HTML).status_code == 303
    assert there.get("/auth/@me").status_code == 401 and here.get("/auth/@me").status_code == 200
    assert house.count(Device) == 1
    assert send(there, "/login", user_name_or_mail="ann", password=PASSWORD).status_code == 303
    assert there.get("/auth/@me").status_code == 200


def test_a_new_password_does_not_save_a_browser_that_is_ended(house: House, ann: User) -> None:
    here, there = logged_in(house, FIREFOX), logged_in(house, SAFARI)
    send(there, f"{SETTINGS}/browsers", nothing="")
    press(there, "/browsers/end")  # Another epoch, and the same browser.
    assert here.get("/auth/@me").status_code == 401
    here = logged_in(house, FIREFOX)
    found = page(here, "/browsers")
    (path, *_) = re.findall(r'action="(/app/settings/browsers/\d+/end)"', found)
    for each in re.findall(r'action="(/app/settings/browsers/\d+/end)"', found):
        here.post(each, data=hidden(page(here, "/browsers")), headers=HTML)
    assert path and there.get("/auth/@me").status_code == 401


def test_all_other_sessions_are_ended_at_once(house: House, ann: User, client: FlaskClient) -> None:
    others = [house.client(ann), logged_in(house, SAFARI)]
    assert press(client, "/browsers/end").status_code == 303
    assert [other.get("/auth/@me").status_code for other in others] == [401, 401]
    assert client.get("/auth/@me").status_code == 200


def test_nobody_ends_the_browser_of_somebody_else(house: House, ann: User) -> None:
    theirs = logged_in(house, FIREFOX)
    (path,) = {f"/app/settings/browsers/{number}/end" for number in _devices(house)}
    bob = house.client(house.user("bob"))
    assert bob.post(path, data=hidden(page(bob)), headers=HTML).status_code == 404
    assert theirs.get("/auth/@me").status_code == 200


@pytest.mark.parametrize(
    "path", ["/wallet", "/password", "/browsers/1/end", "/browsers/end", "/second-factor", "/second-factor/scan"]
)
def test_without_what_our_page_put_into_the_form_nothing_happens(house: House, client: FlaskClient, path: str) -> None:
    assert client.post(SETTINGS + path, data={"wallet": OTHER}, headers=HTML).status_code == 403


def test_many_wrong_passwords_are_held_up(limited: House) -> None:
    client = limited.client(limited.user("ann"))
    for _ in range(11):
        answer = send(client, f"{SETTINGS}/second-factor", password="nonsense")
    assert answer.status_code == 429 and "Too many tries" in answer.text


def _secret(house: House) -> str:
    from mysignals.extensions import db
    from mysignals.services import sealing

    with house.app.app_context():
        ann = db.session.query(User).filter_by(user_name="ann").one()
        return sealing.open_sealed(f"second factor of user {ann.id}", ann.otp_sealed or b"").decode()


def _devices(house: House) -> list[int]:
    from mysignals.extensions import db

    with house.app.app_context():
        return [each.id for each in db.session.query(Device)]


def _now() -> Any:
    from mysignals import clock

    return clock.now()
