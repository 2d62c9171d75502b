"""Whatever arrives, the answer is one of ours: never a 500, never HTML."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.served import House
from tests.web.test_bad_input import REQUESTS

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)
BOUNDED = settings(
    max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
)


@pytest.mark.parametrize("request_line", REQUESTS)
def test_any_value_in_any_field_gets_an_answer_of_ours(house: House, request_line: str) -> None:
    role, good, fields = REQUESTS[request_line]
    client = house.anonymous() if role == "nobody" else house.client(house.user(role=role))
    method, path = request_line.split()
    names = [name for name in fields if "." not in name]

    @BOUNDED
    @given(st.dictionaries(st.sampled_from(names), VALUES, max_size=3))
    def attack(changes: dict[str, Any]) -> None:
        body = json.dumps({**good, **changes})
        assert_ours(client.open(path, method=method, data=body, content_type="application/json"))

    attack()


def test_any_bytes_get_an_answer_of_ours(house: House) -> None:
    client = house.client(house.user())

    @BOUNDED
    @given(st.binary(max_size=200) | VALUES.map(lambda value: json.dumps(value).encode()))
    def attack(body: bytes) -> None:
        assert_ours(client.post("/accounts", data=body, content_type="application/json"))

    attack()


def assert_ours(answer: Any) -> None:
    assert answer.status_code < 500 and answer.mimetype == "application/json"
    assert isinstance(answer.json["status"], bool)
