"""/apply/provider and /registrar/applications."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from mysignals.extensions import db
from mysignals.models import Application, Notification, OutgoingMail, User
from tests.support.served import House

WALLET = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
OTHER = "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359"
WISH = {
    "wallet": WALLET,
    "experience": "Ten years of futures.",
    "socials_and_additional": "https://example.com/me\nand more",
}


def test_an_approved_applicant_is_a_provider_paid_on_the_wallet_they_named_and_told_once(house: House) -> None:
    person, boss = house.user("pat", wallet=OTHER), house.client(house.user("boss", role="Registrar"))
    assert house.client(person).post("/apply/provider", json=WISH).json == {"message": "success", "status": True}
    listed = boss.get("/registrar/applications?state=open").json
    assert (listed["total"], listed["pages"]) == (1, 1)
    found = listed["applications"][0]
    assert {"user_name": "pat", "email": "pat@example.com", "state": "open", **WISH}.items() <= found.items()
    answer = boss.post(f"/registrar/applications/{found['id']}/approve")
    assert answer.json["application"]["state"] == "approved" and answer.json["application"]["decided_on"]
    fresh = house.fresh(person)
    assert (fresh.role, fresh.wallet) == ("Provider", WALLET)
    assert _told(house, person) == ["role"] and _mailed(house, person) == ["provider_approved"]
    assert boss.post(f"/registrar/applications/{found['id']}/approve").status_code == 409
    assert boss.post(f"/registrar/applications/{found['id']}/refuse", json={}).status_code == 409
    assert _told(house, person) == ["role"] and _mailed(house, person) == ["provider_approved"]


@pytest.mark.parametrize("body", [None, {}, {"reason": "Too little experience."}])
def test_a_refused_applicant_is_told_why_and_may_apply_again(house: House, body: dict[str, str] | None) -> None:
    person, boss = house.user("pat"), house.client(house.user("boss", role="Registrar"))
    client, number = house.client(person), _applied(house, person)
    sent = {} if body is None else {"json": body}
    answer = boss.post(f"/registrar/applications/{number}/refuse", **sent)
    reason = (body or {}).get("reason", "")
    assert (answer.json["application"]["state"], answer.json["application"]["reason"]) == ("refused", reason)
    assert house.fresh(person).role == "User" and _mailed(house, person) == ["application_refused"]
    notice = client.get("/auth/notifications").json["notifications"][0]["message"]
    assert "refused" in notice and reason in notice
    assert client.post("/apply/provider", json=WISH).status_code == 200


def test_one_open_application_a_user(house: House) -> None:
    client = house.client(house.user("pat"))
    assert client.post("/apply/provider", json=WISH).status_code == 200
    again = client.post("/apply/provider", json=WISH)
    assert again.status_code == 409 and "open already" in again.json["message"]


@pytest.mark.parametrize("role", ["Provider", "Registrar"])
def test_who_holds_a_role_cannot_apply(house: House, role: str) -> None:
    assert house.client(house.user("pat", role=role)).post("/apply/provider", json=WISH).status_code == 409


def test_who_was_made_a_registrar_meanwhile_is_not_made_a_provider(house: House) -> None:
    person, boss = house.user("pat"), house.client(house.user("boss", role="Registrar"))
    number = _applied(house, person)
    boss.post("/registrar/registrar/new", json={"email": person.email})
    assert boss.post(f"/registrar/applications/{number}/approve").status_code == 409
    assert house.fresh(person).role == "Registrar"


def test_a_role_given_directly_settles_the_application(house: House) -> None:
    person, boss = house.user("pat"), house.client(house.user("boss", role="Registrar"))
    _applied(house, person)
    boss.post("/registrar/provider/new", json={"email": person.email})
    assert boss.get("/registrar/applications?state=open").json["total"] == 0
    assert boss.get("/registrar/applications").json["applications"][0]["state"] == "approved"
    assert _mailed(house, person) == ["provider_approved"]


def test_of_two_registrars_at_once_one_decides(house: House) -> None:
    number = _applied(house, house.user("pat"))
    clients = [house.client(house.user(name, role="Registrar")) for name in ("boss", "chief")]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda client: _approve(client, number), clients))
    assert sorted(answers) == [200, 409]


def test_of_one_who_approves_and_one_who_gives_the_role_at_once_one_makes_the_provider(house: House) -> None:
    boss, chief = (house.client(house.user(name, role="Registrar")) for name in ("boss", "chief"))
    for turn in range(10):
        person = house.user(f"pat{turn}")
        number = _applied(house, person)
        with ThreadPoolExecutor(2) as pool:
            approved = pool.submit(_approve, boss, number)
            given = pool.submit(chief.post, "/registrar/provider/new", json={"email": person.email})
        assert approved.result() in (200, 409) and given.result().status_code == 200
        assert house.fresh(person).role == "Provider" and _mailed(house, person) == ["provider_approved"]


@pytest.mark.parametrize(
    ("change", "field", "rule"),
    [
        ({"wallet": "0x12"}, "wallet", "wallet address"),
        ({"wallet": WALLET.swapcase()}, "wallet", "wallet address"),
        ({"experience": "short"}, "experience", "at least 10"),
        ({"experience": " " * 20}, "experience", "at least 10"),
        ({"experience": "x" * 301}, "experience", "at most 300"),
        ({"socials_and_additional": "x" * 501}, "socials_and_additional", "at most 500"),
        ({"socials_and_additional": "nul\0 in the middle"}, "socials_and_additional", "control characters"),
        ({"experience": 7}, "experience", "text"),
    ],
)
def test_a_fault_is_named_and_nothing_is_stored(house: House, change: dict[str, object], field: str, rule: str) -> None:
    answer = house.client(house.user("pat")).post("/apply/provider", json=WISH | change)
    assert answer.status_code == 422 and list(answer.json["fields"]) == [field]
    assert rule in answer.json["fields"][field]
    assert house.count(Application) == 0


def test_an_unknown_state_and_an_unknown_application(house: House) -> None:
    boss = house.client(house.user("boss", role="Registrar"))
    assert list(boss.get("/registrar/applications?state=lost").json["fields"]) == ["state"]
    assert boss.post("/registrar/applications/77/approve").status_code == 404
    assert boss.post("/registrar/applications/77/refuse", json={}).status_code == 404


def _applied(house: House, person: User) -> int:
    assert house.client(person).post("/apply/provider", json=WISH).status_code == 200
    with house.app.app_context():
        number = db.session.scalar(select(Application.id).order_by(Application.id.desc()))
    assert number is not None
    return number


def _approve(client: FlaskClient, number: int) -> int:
    return client.post(f"/registrar/applications/{number}/approve").status_code


def _told(house: House, person: User) -> list[str]:
    with house.app.app_context():
        return list(db.session.scalars(select(Notification.kind).where(Notification.user_id == person.id)))


def _mailed(house: House, person: User) -> list[str]:
    with house.app.app_context():
        return list(db.session.scalars(select(OutgoingMail.kind).where(OutgoingMail.user_id == person.id)))
