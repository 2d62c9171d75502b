"""Whatever bytes arrive: decode returns an outcome, and never makes up a yes."""

import random
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mysignals.domain.intents import Intent
from mysignals.domain.outcomes import Accepted, NotSent, Outcome, Rejected, Trade, Trades
from mysignals.exchanges.magnr import FUTURES
from mysignals.exchanges.wire import HttpResponse

from .answers import OPENED, SETTLED, TRADES
from .asking import EVERY_INTENT

GOOD: list[Any] = [OPENED, {"trade": SETTLED}, TRADES, {"errors": ["Insufficient funds"]}]
ODD: list[Any] = [
    None, True, False, 0, -1, 1 << 63, 1e308, 0.1, "", "NaN", "-Infinity", "1e999999999", "1" * 5000, "0x10", "٣", "-0",
    [], {}, [[]], {"a": {}}, "\x00", "open", "pending", "sNaN", "1_000", " 1", [None], 1234, "1234", "0E+999999",
]  # fmt: skip
STATUSES = [200, 200, 200, 201, 204, 302, 400, 401, 403, 404, 408, 409, 429, 500, 502, 504, 0, 999]


def check(intent: Intent, status: int, body: bytes) -> Outcome:
    outcome = FUTURES.decode(intent, HttpResponse(status, body))
    assert type(outcome).__module__ == "mysignals.domain.outcomes"
    assert not isinstance(outcome, NotSent)
    if isinstance(outcome, Accepted | Trade | Trades):
        assert 200 <= status < 300
    if isinstance(outcome, Rejected):
        assert 400 <= status < 500 or intent not in (EVERY_INTENT[0], EVERY_INTENT[3])
    return outcome


def mutated(dice: random.Random, value: Any) -> Any:
    """The same document with one place of it changed, dropped or repeated."""
    if dice.random() < 0.2 or not isinstance(value, dict | list) or not value:
        return dice.choice(ODD)
    if isinstance(value, list):
        place = dice.randrange(len(value))
        return [mutated(dice, part) if i == place else part for i, part in enumerate(value)]
    key = dice.choice(list(value))
    if dice.random() < 0.2:
        return {name: part for name, part in value.items() if name != key}
    return {**value, key: mutated(dice, value[key])}


@settings(max_examples=8_000, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(st.integers(0, 1 << 62))
def test_near_valid_answers_never_raise(seed: int) -> None:
    dice = random.Random(seed)
    document = dice.choice(GOOD)
    for _ in range(dice.randrange(1, 4)):
        document = mutated(dice, document)
    body = orjson.dumps(document) if dice.random() < 0.9 else orjson.dumps(document)[: dice.randrange(1, 40)]
    check(dice.choice(EVERY_INTENT), dice.choice(STATUSES), body)


@settings(max_examples=2_000, deadline=None, database=None)
@given(st.sampled_from(EVERY_INTENT), st.sampled_from(STATUSES), st.binary(max_size=200))
def test_any_bytes_never_raise_and_never_please(intent: Intent, status: int, body: bytes) -> None:
    assert not isinstance(check(intent, status, body), Accepted)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(1 << 62), 1 << 62) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["id", "trade", "trades", "errors", "side", "size", "status", "created_at", "leverage"]
    ), inner, max_size=4),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=2_000, deadline=None, database=None)
@given(st.sampled_from(EVERY_INTENT), st.sampled_from(STATUSES), json_values)
def test_any_json_never_raises(intent: Intent, status: int, document: Any) -> None:
    check(intent, status, orjson.dumps(document))


@pytest.mark.parametrize("intent", EVERY_INTENT)
def test_depth_and_length_are_survived(intent: Intent) -> None:
    for body in (b"[" * 200_000, b'{"trade":' * 200_000, b"9" * 100_000, b'{"id":' + b"9" * 9_000 + b"}"):
        check(intent, 200, body)
        check(intent, 400, body)
