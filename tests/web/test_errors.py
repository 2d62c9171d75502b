"""The table of errors of CONTRACT section 1, line by line."""

from __future__ import annotations

import re
import sys
from typing import Any

import pytest
from flask import Flask

from mysignals.app import create_app
from tests.support.served import House

ACCOUNT = {"exchange": "binance", "api_key": "key-abcd", "api_secret": "secret"}
JSON = "application/json"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", JSON),
        (b"{", JSON),
        (b"[]", JSON),
        (b"null", JSON),
        (b'"text"', JSON),
        (b"{} {}", JSON),
        (b'{"a": NaN}', JSON),
        (b'{"a": -Infinity}', JSON),
        (b'{"a": 1, "a": 2}', JSON),
        (b'{"a": "\xff"}', JSON),
        (b'{"a": ' + b"[" * 20_000 + b"]" * 20_000 + b"}", JSON),
        (b'{"a": ' + b"9" * 5_000 + b"}", JSON),
        (b'{"a": 1e99999999999999999999}', JSON),
        (b'{"a": "' + b"x" * 70_000 + b'"}', JSON),
        (b'{"exchange": "binance"}', "text/plain"),
        (b"exchange=binance", "application/x-www-form-urlencoded"),
        (b"{}", ""),
    ],
)
def test_a_body_that_is_no_json_object_is_400(house: House, body: bytes, content_type: str) -> None:
    answer = house.client(house.user()).post("/accounts", data=body, content_type=content_type)
    assert (answer.status_code, answer.json["error"], answer.json["status"]) == (400, "Request unprocessable", False)
    assert answer.json["message"] and set(answer.json) == {"error", "message", "status"}


def test_a_body_nested_too_deeply_is_400_whatever_a_library_has_made_of_the_recursion_limit(house: House) -> None:
    before, client = sys.getrecursionlimit(), house.client(house.user())
    sys.setrecursionlimit(100_000)
    try:
        answers = [
            client.post("/accounts", data='{"label": ' + body + "}", content_type=JSON)
            for body in ("[" * 100 + "]" * 100, '{"a":' * 5000 + "1" + "}" * 5000, '"' + "[{" * 30 + '"')
        ]
    finally:
        sys.setrecursionlimit(before)
    assert [answer.status_code for answer in answers] == [400, 400, 422]
    assert answers[0].json["message"] == "The body is nested too deeply."
    assert "label" not in client.post("/accounts", json={"label": "[{" * 30, "x": [{}] * 200}).json["fields"]


def test_who_is_not_logged_in_gets_401(house: House) -> None:
    answer = house.anonymous().get("/auth/@me")
    assert answer.json == {"error": "Unauthorized", "message": "Log in first.", "status": False}
    assert answer.status_code == 401


def test_who_has_not_answered_the_mail_gets_403(house: House) -> None:
    client = house.client(house.user(is_activated=False))
    answer = client.get("/deliveries")
    assert (answer.status_code, answer.json["error"]) == (403, "Forbidden")
    assert client.get("/auth/@me").json["is_active"] is False


@pytest.mark.parametrize(
    "path", ["/nothing", "/deliveries/0", "/deliveries/99", f"/deliveries/{2**63}", "/deliveries/x"]
)
def test_what_is_not_there_is_404(house: House, path: str) -> None:
    answer = house.client(house.user()).get(path)
    assert (answer.status_code, answer.json["error"]) == (404, "Resource not found")


def test_a_method_that_is_not_served_is_405_and_names_those_that_are(house: House) -> None:
    answer = house.anonymous().delete("/auth/login")
    assert (answer.status_code, answer.json["error"]) == (405, "Method not allowed")
    assert "POST" in answer.headers["Allow"]


def test_a_422_names_every_faulty_field_at_once(house: House) -> None:
    answer = house.client(house.user()).post("/accounts", json={"environment": "moon"})
    assert (answer.status_code, answer.json["error"]) == (422, "Bad Request")
    assert set(answer.json["fields"]) == {"exchange", "environment", "api_key", "api_secret"}


@pytest.mark.parametrize("page", ["0", "-1", "x", "1.0", "", "٣", "1e3"])
def test_a_page_that_is_no_whole_number_is_422(house: House, page: str) -> None:
    answer = house.client(house.user()).get("/deliveries", query_string={"page": page})
    assert answer.status_code == 422 and "page" in answer.json["fields"]


@pytest.mark.parametrize("query", ["state=lost", "signal_id=x", "signal_id=0"])
def test_a_filter_that_cannot_be_is_422(house: House, query: str) -> None:
    assert house.client(house.user()).get(f"/deliveries?{query}").status_code == 422


def test_a_huge_page_or_id_is_an_empty_list(house: House) -> None:
    client, huge = house.client(house.user()), "9" * 4000
    assert client.get(f"/deliveries?page={huge}").json["deliveries"] == []
    assert client.get(f"/deliveries?signal_id={huge}").json["deliveries"] == []


def test_a_bug_of_ours_is_500_with_the_request_id_and_nothing_else(house: House) -> None:
    answer = broken(house).test_client().get("/boom")
    assert (answer.status_code, answer.json["error"]) == (500, "Internal server error")
    assert answer.json["request_id"] == answer.headers["X-Request-ID"] in answer.json["message"]
    assert "swordfish" not in answer.text and "Traceback" not in answer.text


def test_a_bug_of_ours_as_a_page_says_that_nothing_is_lost_and_gives_what_is_in_the_log(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    answer = broken(house).test_client().get("/boom", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.mimetype) == (500, "text/html")
    reference = answer.headers["X-Request-ID"]
    assert "Nothing that was stored is lost" in answer.text and reference in answer.text
    assert "swordfish" not in answer.text
    assert any(reference in record.getMessage() and record.exc_info for record in caplog.records)


def test_a_form_that_is_out_of_date_is_no_matter_of_who_one_is(house: House) -> None:
    answer = house.client(house.user()).post("/logout", data={}, headers={"Accept": "text/html"})
    assert answer.status_code == 403 and "This form is out of date" in answer.text


def test_a_browser_that_navigates_gets_the_error_as_a_page(house: House) -> None:
    answer = house.anonymous().get("/nothing", headers={"Accept": "text/html,*/*;q=0.8"})
    assert (answer.status_code, answer.mimetype) == (404, "text/html")


@pytest.mark.parametrize("accept", ["*/*", "application/json", "", "text/html;q=0.5, application/json"])
def test_nobody_else_ever_gets_html(house: House, accept: str) -> None:
    assert house.anonymous().get("/nothing", headers={"Accept": accept}).mimetype == JSON


def test_a_request_id_is_taken_from_the_caller_if_plain(house: House) -> None:
    client = house.anonymous()
    assert (
        client.get("/healthz", headers={"X-Request-ID": "trace-12345678"}).headers["X-Request-ID"] == "trace-12345678"
    )
    odd = client.get("/healthz", headers={"X-Request-ID": "a b; rm"}).headers["X-Request-ID"]
    assert re.fullmatch(r"[0-9a-f]{32}", odd)


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (None, 200),
        ("http://127.0.0.1:5000", 200),
        ("http://localhost", 200),
        ("https://evil.example", 403),
        ("null", 403),
    ],
)
def test_a_page_of_another_site_cannot_change_anything(house: House, origin: str | None, status: int) -> None:
    headers: dict[str, Any] = {"Origin": origin} if origin else {}
    assert house.client(house.user()).post("/auth/logout", headers=headers).status_code == status


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_what_a_form_of_any_site_can_send_changes_nothing(house: House, kind: str) -> None:
    client = house.client(house.user())
    assert client.post("/auth/logout", data=b"", content_type=kind).status_code == 400
    assert client.get("/auth/@me").status_code == 200


def broken(house: House) -> Flask:
    app = create_app(house.app.extensions["settings"])

    @app.get("/boom")
    def boom() -> str:
        raise RuntimeError("the password is swordfish")

    return app
