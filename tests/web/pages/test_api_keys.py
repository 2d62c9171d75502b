"""Keys and webhooks as pages: made, tried, shown once, rotated, revoked."""

from __future__ import annotations

import html
import re
import subprocess
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from mysignals.extensions import db
from mysignals.models import ApiKey, OutgoingMail, User, WebhookToken
from mysignals.services import webhook_callers
from mysignals.web.pages import shown_once
from tests.support.served import House
from tests.web.pages.test_entrance import HTML, hidden, send

NEW = {"label": "bot", "may_read": "1", "rate_limit": "60", "days": "30", "addresses": ""}


@pytest.fixture
def ann(house: House) -> User:
    return house.user("ann")


@pytest.fixture
def client(house: House, ann: User) -> FlaskClient:
    return house.client(ann)


def page(client: FlaskClient, path: str = "/app/keys") -> str:
    return client.get(path, headers=HTML).text


def press(client: FlaskClient, path: str, **fields: str) -> Any:
    return client.post(path, data=hidden(page(client)) | fields, headers=HTML)


def only(house: House, model: Any) -> Any:
    with house.app.app_context():
        return db.session.query(model).one()


def shown(text: str, place: str) -> str:
    found = re.search(rf'id="{place}"[^>]*>(.*?)</', text, re.DOTALL)
    assert found is not None
    return html.unescape(found[1])


def test_who_has_none_reads_what_they_are_for(client: FlaskClient) -> None:
    assert "No key yet" in page(client) and "No webhook yet" in page(client) and 'href="/docs"' in page(client)


def test_a_key_has_what_was_ticked_and_its_secret_is_on_one_page(house: House, client: FlaskClient) -> None:
    answer = send(client, "/app/keys/new", **NEW | {"may_trade": "1", "addresses": "203.0.113.7\n198.51.100.0/24"})
    key = only(house, ApiKey)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/app/keys/{key.id}/made")
    assert (key.permissions, key.rate_limit) == (["read", "trade"], 60)
    assert key.addresses == ["203.0.113.7", "198.51.100.0/24"]
    assert timedelta(days=29) < key.expires_at - datetime.now(UTC) <= timedelta(days=30)
    text = page(client, answer.headers["Location"])
    assert shown(text, "key") == key.key and shown(text, "secret").startswith("ms_")
    assert shown(text, "secret") not in page(client) and house.count(OutgoingMail) == 1


def test_the_signed_example_works_as_it_is_shown(house: House, client: FlaskClient) -> None:
    answer = send(client, "/app/keys/new", **NEW)
    line = shown(page(client, answer.headers["Location"]), "line")
    script = re.sub(r"curl .*", 'echo "$KEY $T $SIGNATURE"', line, flags=re.DOTALL)
    told = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True, timeout=20)
    key, at, signature = told.stdout.split()
    headers = {"X-API-Key": key, "X-Timestamp": at, "X-Signature": signature}
    asked = house.anonymous().get("/v1/account", headers=headers)
    assert asked.status_code == 200, asked.text


def test_another_session_of_its_owner_never_sees_the_secret(house: House, ann: User, client: FlaskClient) -> None:
    place = send(client, "/app/keys/new", **NEW).headers["Location"]
    assert "ms_" in page(client, place)
    assert house.client(ann).get(place, headers=HTML).headers["Location"] == "/app/keys"
    assert house.client(house.user("bob")).get(place, headers=HTML).status_code == 303


def test_the_page_of_a_secret_ends_and_what_is_kept_for_it_is_sealed(house: House, client: FlaskClient) -> None:
    place = send(client, "/app/keys/new", **NEW).headers["Location"]
    redis = house.app.extensions["redis"]
    (kept,) = redis.keys("mysignals:shown:*")
    assert 0 < redis.ttl(kept) <= shown_once.LASTS_S and b"ms_" not in redis.get(kept)
    redis.delete(kept)
    assert client.get(place, headers=HTML).status_code == 303


def test_a_refused_key_keeps_what_was_typed_and_names_every_fault(house: House, client: FlaskClient) -> None:
    wrong = {"label": "x" * 65, "rate_limit": "500", "addresses": "here, 10.0.0.0/8", "days": "9"}
    answer = send(client, "/app/keys/new", **wrong)
    assert answer.status_code == 422 and house.count(ApiKey) == 0
    for name in ("label", "rate_limit", "addresses", "days", "permissions"):
        assert f'id="fault-{name}"' in answer.text, name
    assert "x" * 65 in answer.text and "here, 10.0.0.0/8" in answer.text and 'value="500"' in answer.text


def test_pressed_twice_it_is_one_key_and_both_answers_show_it(house: House, client: FlaskClient) -> None:
    fields = hidden(page(client, "/app/keys/new")) | NEW
    places = [client.post("/app/keys/new", data=fields, headers=HTML).headers["Location"] for _ in range(2)]
    assert places[0] == places[1] and house.count(ApiKey) == 1 and "ms_" in page(client, places[1])


def test_a_key_is_revoked_once_and_its_use_stays_on_the_page(house: House, client: FlaskClient) -> None:
    send(client, "/app/keys/new", **NEW)
    key = only(house, ApiKey)
    assert press(client, f"/app/keys/{key.id}/revoke").status_code == 303
    assert house.fresh(key).revoked_at is not None and "revoked" in page(client)
    again = press(client, f"/app/keys/{key.id}/revoke")
    assert again.status_code == 409 and "revoked already" in again.text


def test_nobody_revokes_rotates_or_renames_what_is_anothers(house: House, client: FlaskClient) -> None:
    bob = house.client(house.user("bob"))
    send(bob, "/app/keys/new", **NEW)
    press(bob, "/app/keys/webhooks", label="chart")
    key, hook = only(house, ApiKey), only(house, WebhookToken)
    for path in (f"{key.id}/revoke", f"webhooks/{hook.id}/revoke", f"webhooks/{hook.id}/rotate",
                 f"webhooks/{hook.id}/label"):  # fmt: skip
        fields = hidden(page(client, "/app/keys/new")) | {"label": "mine"}
        assert client.post(f"/app/keys/{path}", data=fields, headers=HTML).status_code == 404, path
    assert house.fresh(key).revoked_at is None and house.fresh(hook).label == "chart"


def test_a_webhook_is_made_rotated_renamed_and_revoked(house: House, client: FlaskClient) -> None:
    made = page(client, press(client, "/app/keys/webhooks", label="chart").headers["Location"])
    first = shown(made, "address").rsplit("/", 1)[1]
    assert works(house, first) and "{{strategy.order.alert_message}}" in shown(made, "message")
    hook = only(house, WebhookToken)
    rotated = page(client, press(client, f"/app/keys/webhooks/{hook.id}/rotate").headers["Location"])
    second = shown(rotated, "address").rsplit("/", 1)[1]
    assert works(house, second) and not works(house, first)
    press(client, f"/app/keys/webhooks/{hook.id}/label", label="<b>other</b>")
    assert "&lt;b&gt;other" in page(client) and "<b>other" not in page(client) and second not in page(client)
    press(client, f"/app/keys/webhooks/{hook.id}/revoke")
    assert not works(house, second)


def test_a_name_that_is_too_long_is_told_on_the_page(house: House, client: FlaskClient) -> None:
    answer = press(client, "/app/keys/webhooks", label="x" * 65)
    assert answer.status_code == 422 and 'id="fault-label"' in answer.text and house.count(WebhookToken) == 0


def test_the_example_of_an_alert_finds_the_webhook_and_does_nothing(house: House, client: FlaskClient) -> None:
    made = page(client, press(client, "/app/keys/webhooks", label="").headers["Location"])
    line = shown(made, "line")
    body, path = re.search(r"-d '(.*)'", line), re.search(r"/v1/webhook/[\w-]+", line)
    assert body is not None and path is not None
    answer = house.anonymous().post(path[0], data=body[1], content_type="text/plain")
    assert answer.status_code == 400 and answer.json is not None
    assert answer.json["code"] == "INVALID_REQUEST" and "symbol" in answer.json["fields"]


@pytest.mark.parametrize("place", ["message", "message-plain"])
def test_a_message_to_paste_is_an_alert_once_its_chart_has_filled_it_in(
    house: House, client: FlaskClient, place: str
) -> None:
    made = page(client, press(client, "/app/keys/webhooks", label="").headers["Location"])
    filled = {
        "{{ticker}}": "BNBUSDT", "{{interval}}": "15", "{{timenow}}": "2026-01-31T12:00:00Z",
        "{{strategy.order.id}}": "Long", "{{strategy.order.alert_message}}": "open_long",
    }  # fmt: skip
    body = shown(made, place)
    for name, value in filled.items():
        body = body.replace(name, value)
    path = re.search(r"/v1/webhook/[\w-]+", shown(made, "address"))
    assert path is not None and "{{" not in body
    answer = house.anonymous().post(path[0], data=body, content_type="text/plain")
    # Nothing is wrong with it: only an account is missing to open anything on.
    assert answer.json is not None and answer.json["code"] == "NO_EXCHANGE", answer.text


def test_however_many_there_are_it_asks_as_much(house: House, ann: User, client: FlaskClient) -> None:
    def counted() -> int:
        with house.statements() as seen:
            page(client)
        return len(seen)

    few = counted()
    for number in range(15):
        house.add(WebhookToken(user_id=ann.id, token_hash=f"{number:064d}", token_hint="abcd"))
        house.add(ApiKey(user_id=ann.id, key=f"mk_{number:032d}", sealed_secret=b"x", permissions=["read"]))
    assert counted() == few <= 7


def works(house: House, token: str) -> bool:
    with house.app.app_context():
        return webhook_callers.find(token) is not None


def made(house: House, client: FlaskClient, **fields: str) -> ApiKey:
    send(client, "/app/keys/new", **NEW | fields)
    return only(house, ApiKey)


def saved(key: ApiKey, **fields: str) -> dict[str, str]:
    """The form of a key as its page shows it."""
    ticks = {f"may_{name}": "1" for name in key.permissions}
    return {"label": key.label, "addresses": "", "rate_limit": "60", "days": "keep"} | ticks | fields


def test_a_key_is_changed_without_a_new_secret_and_told_by_mail(house: House, client: FlaskClient) -> None:
    key = made(house, client, may_trade="1")
    shown_first = page(client, f"/app/keys/{key.id}")
    assert 'value="bot"' in shown_first and 'name="may_signal"' not in shown_first
    fields = saved(key, label="robot", addresses="203.0.113.7", rate_limit="30", days="90")
    del fields["may_trade"]
    answer = send(client, f"/app/keys/{key.id}", **fields)
    now = only(house, ApiKey)
    assert answer.status_code == 303 and now.sealed_secret == key.sealed_secret and now.key == key.key
    assert (now.label, now.permissions, now.addresses, now.rate_limit) == ("robot", ["read"], ["203.0.113.7"], 30)
    assert timedelta(days=89) < now.expires_at - datetime.now(UTC) <= timedelta(days=90)
    with house.app.app_context():
        told = db.session.query(OutgoingMail).order_by(OutgoingMail.id.desc()).first()
    assert told is not None and "may read from 203.0.113.7, until" in told.details["event"]


def test_a_name_and_a_pace_are_no_news_and_the_end_stays_where_it_is_kept(house: House, client: FlaskClient) -> None:
    key = made(house, client)
    mails = house.count(OutgoingMail)
    assert send(client, f"/app/keys/{key.id}", **saved(key, label="other", rate_limit="10")).status_code == 303
    now = only(house, ApiKey)
    assert (now.label, now.expires_at, house.count(OutgoingMail)) == ("other", key.expires_at, mails)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"may_trade": "1"}, "permissions"),
        ({"may_read": ""}, "permissions"),
        ({"addresses": "nowhere"}, "addresses"),
        ({"rate_limit": "999"}, "rate_limit"),
        ({"days": "4000"}, "days"),
    ],
)
def test_a_change_that_is_refused_names_the_field_keeps_what_was_typed_and_changes_nothing(
    house: House, client: FlaskClient, fields: dict[str, str], field: str
) -> None:
    key = made(house, client)
    answer = send(client, f"/app/keys/{key.id}", **saved(key, label="typed") | fields)
    assert answer.status_code == 422 and f'href="#field-{field}"' in answer.text and 'value="typed"' in answer.text
    now = only(house, ApiKey)
    assert (now.label, now.permissions, now.rate_limit, now.expires_at) == ("bot", ["read"], 60, key.expires_at)


def test_a_revoked_key_and_anothers_are_not_changed(house: House, client: FlaskClient) -> None:
    key = made(house, client)
    stranger = house.client(house.user("bob"))
    assert stranger.get(f"/app/keys/{key.id}", headers=HTML).status_code == 404
    assert press(stranger, f"/app/keys/{key.id}", **saved(key, label="mine")).status_code == 404
    press(client, f"/app/keys/{key.id}/revoke")
    assert press(client, f"/app/keys/{key.id}", **saved(key, label="mine")).status_code == 409
    assert "never let in again" in page(client, f"/app/keys/{key.id}") and only(house, ApiKey).label == "bot"
