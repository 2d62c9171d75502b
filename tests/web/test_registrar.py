"""/registrar: roles, plans, and lists of people."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from tests.support.served import House


@pytest.mark.parametrize(
    ("path", "key", "role"),
    [
        ("/registrar/provider/new", "provider", "Provider"),
        ("/registrar/registrar/new", "registrar", "Registrar"),
        ("/registrar/drop_role", "registrar", "User"),
    ],
)
def test_a_registrar_changes_the_role_of_others_but_never_their_own(
    house: House, path: str, key: str, role: str
) -> None:
    boss, person = house.user(role="Registrar"), house.user("pat", role="Provider" if role == "User" else "User")
    client = house.client(boss)
    answer = client.post(path, json={"email": "PAT@example.com"})
    assert answer.json == {"message": "success", key: "pat@example.com", "status": True}
    assert house.fresh(person).role == role
    assert client.post(path, json={"email": boss.email}).status_code == 403
    assert client.post(path, json={"email": "nobody@example.com"}).status_code == 404


def test_granted_days_are_added_to_what_is_left(house: House) -> None:
    person = house.user("pat")
    before = person.plan_until
    grant = {"email": person.email, "plan": "pro", "days": 10}
    answer = house.client(house.user(role="Registrar")).post("/registrar/plan", json=grant)
    assert answer.json["plan"] == "pro" and answer.json["plan_until"].endswith("GMT")
    assert house.fresh(person).plan_until == before + timedelta(days=10)


def test_days_that_two_grant_at_once_all_count(house: House) -> None:
    person = house.user("pat")
    grant = {"email": person.email, "plan": "pro", "days": 10}
    clients = [house.client(house.user(role="Registrar")) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda client: client.post("/registrar/plan", json=grant).status_code, clients * 5))
    assert answers == [200] * 20
    assert house.fresh(person).plan_until == person.plan_until + timedelta(days=200)


def test_the_free_plan_ends_a_pro_plan_at_once(house: House) -> None:
    person = house.user("pat")
    grant = {"email": person.email, "plan": "free", "days": 1}
    assert house.client(house.user(role="Registrar")).post("/registrar/plan", json=grant).json["plan_until"] is None
    assert house.fresh(person).plan == "free"


@pytest.mark.parametrize(
    ("path", "key", "names"),
    [
        ("/registrar/role/providers", "providers", ["paul"]),
        ("/registrar/role/registrars", "registrars", ["boss"]),
        ("/registrar/role/users", "users", ["ann"]),
        ("/registrar/get/users", "users", ["boss", "paul", "ann"]),
    ],
)
def test_people_are_listed_by_role(house: House, path: str, key: str, names: list[str]) -> None:
    boss = house.user("boss", role="Registrar")
    house.user("paul", role="Provider")
    house.account(house.user("ann"))
    answer = house.client(boss).get(path).json
    assert [person["user_name"] for person in answer[key]] == names
    assert (answer["total"], answer["pages"]) == (len(names), 1)
    assert {person["user_name"]: person["has_api_keys"] for person in answer[key]}.get("ann", True)


def test_who_is_no_provider_any_more_sells_nothing_more(house: House) -> None:
    person, boss = house.user("pat", role="Provider"), house.client(house.user(role="Registrar"))
    signal = house.signal(person)
    other = house.signal(house.user(role="Provider"))
    boss.post("/registrar/drop_role", json={"email": person.email})
    listed = house.client(house.user()).get("/").json["signals"]
    assert [item["id"] for item in listed] == [other.id]
    assert house.client(house.user()).get(f"/signal/{signal.id}").status_code == 409
