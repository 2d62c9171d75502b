"""Who may see which page: one table. A page that is missing from it fails."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from tests.support.served import House

HTML = {"Accept": "text/html"}
ANYBODY, MEMBERS, PROVIDER, REGISTRAR = "anybody", "members", "Provider", "Registrar"
TABLE = {
    "/register": ANYBODY,
    "/login": ANYBODY,
    "/login/code": ANYBODY,
    "/registered": ANYBODY,
    "/activate": ANYBODY,
    "/reset": ANYBODY,
    "/mail-sent": ANYBODY,
    "/password-changed": ANYBODY,
    "/left": ANYBODY,
    "/auth/activate/<token>": ANYBODY,
    "/auth/reset_password/<token>": ANYBODY,
    "/app/providers": ANYBODY,
    "/app/providers/<name>": ANYBODY,
    "/desk/style": ANYBODY,
    "/app": MEMBERS,
    "/app/events": MEMBERS,
    "/app/bell": MEMBERS,
    "/app/notifications": MEMBERS,
    "/app/keys": MEMBERS,
    "/app/keys/new": MEMBERS,
    "/app/keys/<id:key_id>": MEMBERS,
    "/app/keys/<id:key_id>/made": MEMBERS,
    "/app/keys/webhooks/<id:webhook_id>/made": MEMBERS,
    "/app/settings": MEMBERS,
    "/app/settings/password": MEMBERS,
    "/app/settings/password/changed": MEMBERS,
    "/app/settings/browsers": MEMBERS,
    "/app/settings/leave": MEMBERS,
    "/app/settings/second-factor": MEMBERS,
    "/app/settings/second-factor/scan": MEMBERS,
    "/app/settings/second-factor/spare-codes": MEMBERS,
    "/app/apply": MEMBERS,
    "/desk": REGISTRAR,
    "/desk/applications": REGISTRAR,
    "/desk/people": REGISTRAR,
    "/desk/people/<id:person_id>": REGISTRAR,
    "/desk/audit": REGISTRAR,
    "/provide": PROVIDER,
    "/provide/new": PROVIDER,
    "/provide/signals/<id:signal_id>": PROVIDER,
    "/app/signals": MEMBERS,
    "/app/signals/<id:signal_id>": MEMBERS,
    "/app/signals/<id:signal_id>/trade": MEMBERS,
    "/app/signals/<id:signal_id>/price": MEMBERS,
    "/app/signals/<id:signal_id>/chart": MEMBERS,
    "/app/signals/<id:signal_id>/payment": MEMBERS,
    "/app/following": MEMBERS,
    "/app/following/new": MEMBERS,
    "/app/following/<id:following_id>": MEMBERS,
    "/app/accounts": MEMBERS,
    "/app/balances": MEMBERS,
    "/app/deliveries": MEMBERS,
    "/app/deliveries/<id:delivery_id>": MEMBERS,
    "/app/positions": MEMBERS,
    "/app/positions/stop": MEMBERS,
    "/app/positions/<id:delivery_id>/close": MEMBERS,
    "/app/positions/closing/<id:instruction_id>": MEMBERS,
    "/app/accounts/new": MEMBERS,
    "/app/accounts/<id:account_id>": MEMBERS,
}
MAILED = ("/auth/activate/<token>", "/auth/reset_password/<token>")
"""Links that were used up, or never were."""
PARTS = ("/app/events", "/app/bell", "/app/signals/1/price", "/app/signals/1/payment")
"""Asked for by scripts, which are told 401."""
OTHERS = {
    "nothing there": ["/app/providers/nobody", "/app/nothing"],
}


def test_the_table_knows_every_page(served: Flask) -> None:
    found = {
        rule.rule
        for rule in served.url_map.iter_rules()
        if served.view_functions[rule.endpoint].__module__.startswith("mysignals.web.pages")
        and "GET" in (rule.methods or ())
    }
    assert found == set(TABLE)


@pytest.mark.parametrize("path", sorted(path for path, who in TABLE.items() if who != ANYBODY))
def test_members_pages_lead_others_to_the_login(house: House, path: str) -> None:
    path = re.sub(r"<id:\w+>", "1", path)
    assert house.anonymous().get(path).status_code == 401
    answer = house.anonymous().get(path, headers=HTML)
    assert answer.status_code == (401 if path in PARTS else 303)
    assert house.client(house.user(is_activated=False)).get(path, headers=HTML).status_code == 403


@pytest.mark.parametrize("path", sorted(path for path in TABLE if path not in PARTS and "<id:" not in path))
@pytest.mark.parametrize("role", ["nobody", "inactive", "User", "Provider", "Registrar"])
def test_every_page_is_whole_for_everybody_who_may_see_it(house: House, path: str, role: str) -> None:
    paul = house.user("paul", role="Provider")
    for is_active in (True, False):
        house.signal(paul, is_active=is_active)
    known = {"User": "User", "Provider": "Provider", "Registrar": "Registrar", "inactive": "User"}
    client = house.anonymous()
    if role != "nobody":
        client = house.client(house.user(role=known[role], is_activated=role != "inactive"))
    answer = client.get(path.replace("<token>", "token").replace("<name>", "paul"), headers=HTML)
    if answer.status_code in (302, 303):
        return
    is_inside = TABLE[path] != ANYBODY
    is_for_others = TABLE[path] in (PROVIDER, REGISTRAR) and role != TABLE[path]
    refuses = is_for_others or path in MAILED or (is_inside and role == "inactive")
    expected = 403 if refuses else 200
    assert (answer.status_code, answer.mimetype) == (expected, "text/html"), answer.text
    assert re.search(r"<title>[^<]+MySignals", answer.text) and "<h1" in answer.text
    # A strict policy refuses what is written into a page: no page of ours needs it.
    assert not re.search(r"<script(?![^>]*\bsrc=)|\bstyle=|\bon[a-z]+=", answer.text)


@pytest.mark.parametrize("path", OTHERS["nothing there"])
def test_what_is_not_there_is_a_page_that_says_so(house: House, path: str) -> None:
    answer = house.client(house.user()).get(path, headers=HTML)
    assert answer.status_code == 404 and "Nothing here" in answer.text


def test_what_people_write_is_never_markup(house: House) -> None:
    ann, paul = house.user("ann"), house.user("paul", role="Provider")
    evil = '<img src=x onerror="alert(1)">'
    house.notification(ann, evil)
    account = house.account(ann, label=evil, status="refused")
    house.delivery(ann, house.signal(paul, short_text=evil), account)
    page = house.client(ann).get("/app", headers=HTML).text
    assert "<img" not in page and "&lt;img" in page
