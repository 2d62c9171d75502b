"""Whatever bytes arrive: decode returns an outcome, and never makes up a yes."""

import random
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mysignals.domain.intents import Intent
from mysignals.domain.outcomes import Accepted, NotSent, OrderReport, Outcome, Rejected
from mysignals.exchanges.binance import BinanceDialect
from mysignals.exchanges.wire import HttpResponse

from . import answers
from .asking import EVERY_INTENT

GOOD: list[Any] = [
    answers.SPOT_ORDER, answers.OCO, answers.OTOCO, answers.FUTURES_ORDER, answers.ALGO_ORDER, answers.ALGO_CANCELLED,
    answers.ALGO_TRIGGERED, answers.SPOT_CANCELLED, [answers.SPOT_CANCELLED], [answers.OCO, answers.SPOT_CANCELLED],
    [answers.SPOT_RESTING, answers.SPOT_STOP_RESTING], [answers.FUTURES_RESTING], [answers.ALGO_ORDER],
    answers.ALL_CANCELLED, {"code": -2011, "msg": "Unknown order sent."}, {"code": -4059, "msg": "No need."},
    answers.SPOT_ACCOUNT, answers.FUTURES_BALANCE, [answers.POSITION], answers.SYMBOL_CONFIG, answers.RESTRICTIONS,
    {"symbols": [answers.SPOT_SYMBOL]}, {"symbols": [answers.FUTURES_SYMBOL]}, {"dualSidePosition": True},
    {"leverage": 21, "maxNotionalValue": "1", "symbol": "BTCUSDT"}, {"code": 200, "msg": "success"},
    {"symbol": "BTCUSDT", "price": "1"}, {"serverTime": 1}, {"code": -2010, "msg": "Duplicate order sent."},
]  # fmt: skip
ODD: list[Any] = [
    None, True, False, 0, -1, 1 << 63, 1e308, 0.1, "", "NaN", "-Infinity", "1e999999999", "1" * 5000, "0x10", "٣", "-0",
    [], {}, [[]], {"a": {}}, "\x00", "-1021", "200", "FILLED", "sNaN", "1_000", " 1", [None], -2010, "0E+999999",
]  # fmt: skip
STATUSES = [200, 200, 200, 201, 204, 302, 400, 401, 403, 404, 408, 409, 418, 429, 500, 502, 503, 504, 0, 999]


def check(dialect: BinanceDialect, intent: Intent, status: int, body: bytes) -> Outcome:
    outcome = dialect.decode(intent, HttpResponse(status, body))
    assert type(outcome).__module__ == "mysignals.domain.outcomes"
    assert not isinstance(outcome, NotSent)
    assert not (isinstance(outcome, Rejected) and status >= 500 and status != 503), "a lost answer is no refusal"
    if isinstance(outcome, Accepted):
        assert 200 <= status < 300 or any(code in body for code in (b"-4046", b"-4059", b"-2011"))
        assert all(isinstance(order, OrderReport) and order.filled.is_finite() for order in outcome.orders)
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


@settings(max_examples=14_000, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(st.integers(0, 1 << 62))
def test_near_valid_answers_never_raise(seed: int) -> None:
    dice = random.Random(seed)
    dialect, intent = dice.choice(EVERY_INTENT)
    document = dice.choice(GOOD)
    for _ in range(dice.randrange(1, 4)):
        document = mutated(dice, document)
    body = orjson.dumps(document) if dice.random() < 0.9 else orjson.dumps(document)[: dice.randrange(1, 40)]
    check(dialect, intent, dice.choice(STATUSES), body)


@settings(max_examples=3_000, deadline=None, database=None)
@given(st.sampled_from(EVERY_INTENT), st.sampled_from(STATUSES), st.binary(max_size=200))
def test_any_bytes_never_raise_and_never_please(asked: tuple[BinanceDialect, Intent], status: int, body: bytes) -> None:
    assert not isinstance(check(*asked, status, body), Accepted)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(1 << 62), 1 << 62) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["code", "msg", "orderId", "clientOrderId", "status", "executedQty", "orderReports", "symbols", "balances"]
    ), inner, max_size=4),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=3_000, deadline=None, database=None)
@given(st.sampled_from(EVERY_INTENT), st.sampled_from(STATUSES), json_values)
def test_any_json_never_raises(asked: tuple[BinanceDialect, Intent], status: int, document: Any) -> None:
    check(*asked, status, orjson.dumps(document))


@pytest.mark.parametrize(("dialect", "intent"), EVERY_INTENT)
def test_depth_and_length_are_survived(dialect: BinanceDialect, intent: Intent) -> None:
    for body in (b"[" * 200_000, b'{"a":' * 200_000, b"9" * 100_000, b'{"code":' + b"-9" * 9_000 + b"}"):
        check(dialect, intent, 200, body)
        check(dialect, intent, 400, body)
