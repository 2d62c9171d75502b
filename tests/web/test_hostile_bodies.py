"""Whatever arrives, the answer is one of ours: never a 500, never HTML; and what is refused has stored nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.support.served import House
from tests.web.test_bad_input import REQUESTS, stored

VALUES_EACH, BODIES_EACH, LEAST = 130, 50, 5000
"""Tries of every request, and how many they must be in all."""
MAY_BE_EMPTY = ("POST /webhooks", "POST /registrar/applications/1/refuse")
"""All that their bodies could say may be left out."""
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40)
    | st.sampled_from(["1e999999999", 10**400, -0.0, "9" * 5000, "\ud800", "\0", "' OR 1=1 --", "<b>", "{{7*7}}"])
)  # fmt: skip
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)
BROKEN = st.binary(max_size=200).filter(lambda raw: not raw.lstrip().startswith(b"{"))
NO_OBJECT = VALUES.filter(lambda value: not isinstance(value, dict)).map(lambda value: json.dumps(value).encode())
UNREADABLE = st.sampled_from([
    b"", b"{", b"{}{}", b"[]", b"null", b'{"a": NaN}', b'{"a": Infinity}', b'{"a": -Infinity}', b'{"a": 01}',
    b'{"a": 1, "a": 2}', b'{"a": {"b": 1, "b": 1}}', b'{"a": "\xff\xfe"}', b"\xef\xbb\xbf{}", "{}".encode("utf-16"),
    b'{"a":' * 50_000, b"[" * 60_000, b'{"a": "' + b"x" * 1_000_000 + b'"}', b"{" + b" " * 70_000 + b"}", b"a=1&b=2",
    b'<?xml version="1.0"?><a/>', b"{'a': 1}", b'{"a": 1e}', b'{"a": "\n"}', b'{"a": tru}',
])  # fmt: skip
NOT_JSON = st.sampled_from([
    "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/html", "text/xml",
    "application/jsonx", "json", "", "application/octet-stream",
])  # fmt: skip


def bounded(examples: int) -> Any:
    return settings(
        max_examples=examples, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
    )


def test_there_are_enough_of_them() -> None:
    assert len(REQUESTS) * (VALUES_EACH + BODIES_EACH) >= LEAST


@pytest.mark.parametrize("request_line", REQUESTS)
def test_any_value_in_any_field_is_answered_and_what_is_refused_stores_nothing(house: House, request_line: str) -> None:
    client, method, path, good, fields = _aimed(house, request_line)
    names = [name for name in fields if "." not in name]
    before = [stored(house)]

    @bounded(VALUES_EACH)
    @given(st.dictionaries(st.sampled_from(names), VALUES, max_size=3))
    def attack(changes: dict[str, Any]) -> None:
        body = json.dumps({**good, **changes})
        answer = client.open(path, method=method, data=body, content_type="application/json")
        assert_ours(answer)
        after = stored(house)
        assert answer.status_code < 400 or after == before[0]
        before[0] = after

    attack()


@pytest.mark.parametrize("request_line", REQUESTS)
def test_any_bytes_are_refused_and_store_nothing(house: House, request_line: str) -> None:
    client, method, path, good, _ = _aimed(house, request_line)
    before = stored(house)
    bodies = st.tuples(BROKEN | NO_OBJECT | UNREADABLE, st.just("application/json"))
    typed = st.tuples(st.just(json.dumps(good).encode()), NOT_JSON)

    @bounded(BODIES_EACH)
    @given(bodies | typed)
    def attack(sent: tuple[bytes, str]) -> None:
        body, content_type = sent
        assume(body or request_line not in MAY_BE_EMPTY)
        answer = client.open(path, method=method, data=body, content_type=content_type or None)
        assert_ours(answer)
        assert answer.status_code in (400, 422), answer.text

    attack()
    assert stored(house) == before


@pytest.mark.parametrize("query", ["page=0", "page=-1", "page=1e3", "page=%00", "page=%FF", "page=" + "9" * 5000])
def test_a_hostile_page_is_refused(house: House, query: str) -> None:
    answer = house.client(house.user()).get(f"/deliveries?{query}")
    assert_ours(answer)
    assert answer.status_code == 422 or query.endswith("9")


@pytest.mark.parametrize("number", ["0", "-1", "1e3", "9" * 19, "9" * 400, "%00", "%FF", "..", "1.5", "\u0661"])
def test_a_number_in_a_path_that_no_row_can_have_is_404(house: House, number: str) -> None:
    answer = house.client(house.user()).get(f"/deliveries/{number}")
    assert answer.status_code in (404, 422) and answer.json["status"] is False


def assert_ours(answer: Any) -> None:
    assert answer.status_code < 500 and answer.mimetype == "application/json"
    assert isinstance(answer.json["status"], bool)


def _aimed(house: House, request_line: str) -> tuple[FlaskClient, str, str, dict[str, Any], dict[str, list[Any]]]:
    role, good, fields = REQUESTS[request_line]
    client = house.anonymous() if role == "nobody" else house.client(house.user(role=role))
    method, path = request_line.split()
    return client, method, path, good, fields
