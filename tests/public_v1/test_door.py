"""Who gets in at /v1, and what the others are told."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from mysignals.extensions import db
from mysignals.services import api_callers, api_use
from tests.public_v1.program import Program, program
from tests.support.served import House

MOUNTED = ("/v1", "/v1/v1", "/api/public/v1", "/api/public/v1/v1")


def refused(answer: Any) -> tuple[int, str]:
    body = answer.json
    assert body["success"] is False and isinstance(body["error"], str)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", body["timestamp"])
    return answer.status_code, body["code"]


@pytest.mark.parametrize("prefix", MOUNTED)
def test_the_same_is_served_at_every_address(bot: Program, prefix: str) -> None:
    assert bot.get(f"{prefix}/account").status_code == 200


@pytest.mark.parametrize("prefix", MOUNTED)
def test_the_prefix_may_be_left_out_of_the_signature(bot: Program, prefix: str) -> None:
    assert bot.get(f"{prefix}/account?environment=paper", "/v1/account?environment=paper").status_code == 200


def test_the_path_is_signed_as_it_is_sent_percent_encoding_and_all(bot: Program) -> None:
    assert bot.get("/v1/acc%6Funt").status_code == 200
    assert refused(bot.get("/v1/acc%6Funt", "/v1/account")) == (401, "INVALID_SIGNATURE")


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("X-API-Key", "INVALID_API_KEY"),
        ("X-Timestamp", "TIMESTAMP_EXPIRED"),
        ("X-Signature", "INVALID_SIGNATURE"),
    ],
)
def test_a_header_that_is_missing_is_named_by_its_code(bot: Program, header: str, code: str) -> None:
    headers = bot.headers("GET", "/v1/account")
    del headers[header]
    assert refused(bot.client.get("/v1/account", headers=headers)) == (401, code)


@pytest.mark.parametrize(("skew", "status"), [(-290, 200), (290, 200), (-310, 401), (310, 401)])
def test_the_clock_may_be_five_minutes_off(bot: Program, skew: int, status: int) -> None:
    headers = bot.headers("GET", "/v1/account", at=str(int(time.time()) + skew))
    answer = bot.client.get("/v1/account", headers=headers)
    assert answer.status_code == status
    if status == 401:
        assert refused(answer) == (401, "TIMESTAMP_EXPIRED")
        assert abs(answer.json["server_time"] - time.time()) < 5


@pytest.mark.parametrize("timestamp", ["", "soon", "1e9", "-1", "1700000000.5", "१७", " 1"])
def test_what_is_no_time_is_refused(bot: Program, timestamp: str) -> None:
    headers = bot.headers("GET", "/v1/account", at=timestamp or "x") | {"X-Timestamp": timestamp}
    assert refused(bot.client.get("/v1/account", headers=headers)) == (401, "TIMESTAMP_EXPIRED")


def test_the_secret_of_somebody_else_does_not_sign(house: House, bot: Program) -> None:
    bot.secret = program(house, house.user()).secret
    assert refused(bot.get("/v1/account")) == (401, "INVALID_SIGNATURE")


def test_an_unknown_key_is_told_by_its_code(bot: Program) -> None:
    bot.key = "mk_" + "x" * 32
    assert refused(bot.get("/v1/account")) == (401, "INVALID_API_KEY")


def test_a_revoked_key_stops_at_once(house: House, bot: Program) -> None:
    assert bot.get("/v1/account").status_code == 200
    with house.app.app_context():
        db.session.execute(text("UPDATE api_keys SET revoked_at = now()"))
        db.session.commit()
    assert refused(bot.get("/v1/account")) == (401, "INVALID_API_KEY")


def test_an_expired_key_stops_at_once(house: House) -> None:
    bot = program(house, house.user(), expires_at=datetime.now(UTC) + timedelta(seconds=0.5))
    assert bot.get("/v1/account").status_code == 200
    time.sleep(0.6)
    assert refused(bot.get("/v1/account")) == (401, "INVALID_API_KEY")


@pytest.mark.parametrize(
    ("listed", "address", "status"),
    [
        (["203.0.113.7"], "203.0.113.7", 200),
        (["203.0.113.7"], "203.0.113.8", 403),
        (["203.0.113.0/24"], "203.0.113.8", 200),
        (["203.0.113.7"], "::ffff:203.0.113.7", 200),
        (["::ffff:203.0.113.0/120"], "203.0.113.7", 200),
        (["2001:db8::/32"], "2001:db8::1", 200),
        (["2001:db8::/32"], "203.0.113.7", 403),
        (["0.0.0.0/0"], "2001:db8::1", 403),
    ],
)
def test_a_key_may_be_bound_to_addresses(house: House, listed: list[str], address: str, status: int) -> None:
    answer = program(house, house.user(), addresses=listed).from_(address).get("/v1/account")
    assert answer.status_code == status
    if status == 403:
        assert refused(answer) == (403, "IP_NOT_ALLOWED")


@pytest.mark.parametrize("path", ["/v1/account", "/v1/positions"])
def test_reading_needs_its_permission(house: House, path: str) -> None:
    bot = program(house, house.user(), permissions=["signal", "trade"])
    assert refused(bot.get(path)) == (403, "INSUFFICIENT_PERMISSIONS")


@pytest.mark.parametrize(
    "columns",
    [{"plan": "free"}, {"plan_until": datetime.now(UTC) - timedelta(seconds=1)}, {"is_activated": False}],
    ids=["free", "ended", "inactive"],
)
def test_it_needs_an_active_plan_and_an_active_user(house: House, columns: dict[str, Any]) -> None:
    user = house.user()
    bot = program(house, user)
    house.change(user, columns)
    assert refused(bot.get("/v1/account")) == (403, "SUBSCRIPTION_REQUIRED")


@pytest.mark.parametrize("path", ["/v1", "/v1/nothing", "/api/public/v1/nothing"])
def test_what_is_not_there_is_told_in_the_same_envelope(bot: Program, path: str) -> None:
    answer = bot.get(path)
    assert refused(answer) == (404, "NOT_FOUND")
    assert answer.headers["X-RateLimit-Limit"] == "120"


def test_a_stranger_does_not_learn_what_is_there(bot: Program) -> None:
    for path in ("/v1/nothing", "/v1/account"):
        assert refused(bot.client.get(path)) == (401, "INVALID_API_KEY")


def test_another_method_is_told_in_the_same_envelope(bot: Program) -> None:
    answer = bot.post("/v1/account")
    assert refused(answer) == (405, "INVALID_REQUEST")
    assert "GET" in answer.headers["Allow"]


def test_a_body_that_is_too_large_is_told_in_the_same_envelope(bot: Program) -> None:
    assert refused(bot.post("/v1/account", {"x": "y" * 70_000})) == (400, "INVALID_REQUEST")


def test_a_wish_that_cannot_be_read_names_its_field(bot: Program) -> None:
    answer = bot.get("/v1/account?environment=moon")
    assert refused(answer) == (400, "INVALID_REQUEST")
    assert list(answer.json["fields"]) == ["environment"]


def test_nothing_of_a_browser_is_asked_for_and_no_cookie_is_given(bot: Program) -> None:
    headers = bot.headers("GET", "/v1/account") | {"Origin": "https://elsewhere.example"}
    answer = bot.client.get("/v1/account", headers=headers)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers


def test_a_connection_that_broke_while_nobody_asked_is_replaced_unseen(house: House, bot: Program) -> None:
    assert bot.get("/v1/account").status_code == 200
    with house.app.app_context():
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> "
        db.session.execute(text(others + "pg_backend_pid()"))
        db.session.commit()
    assert bot.get("/v1/account").status_code == 200


def test_the_owner_sees_when_and_from_where_a_key_was_used(house: House, bot: Program) -> None:
    for _ in range(3):
        bot.from_("203.0.113.7").get("/v1/account")
    with house.app.app_context():
        api_use.store()
        found = db.session.execute(text("SELECT uses, last_used_from, last_used_at FROM api_keys")).one()
        api_use.store()
    assert (found.uses, found.last_used_from) == (3, "203.0.113.7")
    assert abs(found.last_used_at.timestamp() - time.time()) < 5


def test_the_secret_is_in_no_text_of_the_caller(house: House, bot: Program) -> None:
    with house.app.app_context():
        found = api_callers.find(bot.key)
        assert found is not None and found.secret == bot.secret and bot.secret not in repr(found)
