"""Whatever bytes arrive: decode returns an outcome, and never makes up a yes."""

import random
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mysignals.domain.intents import WRITES, Intent
from mysignals.domain.market import Market
from mysignals.domain.outcomes import Accepted, NotSent, OrderReport, Outcome, Rejected
from mysignals.exchanges.wire import HttpResponse

from . import bybit_answers as bybit
from . import okx_answers as okx
from .asking import EVERY_INTENT, OFFERED

GOOD: dict[str, list[Any]] = {
    "okx": [
        okx.PLACED, okx.EXIT_PLACED, okx.CANCELLED, okx.EXIT_CANCELLED, okx.ok(okx.ORDER), okx.ok(okx.SPOT_ORDER),
        okx.ok(okx.EXIT), okx.ok(okx.TRIGGERED), okx.BALANCE, okx.ok(okx.POSITION), okx.ok(okx.CONFIG),
        okx.ok(okx.LEVERAGE), okx.ok(okx.TICKER), okx.ok({"ts": "1700000000123"}), okx.refused("51008", "No funds."),
        okx.refused("51016", "Client order ID already exists."),
    ],
    "bybit": [
        bybit.PLACED, bybit.EXIT_PLACED, bybit.listed(bybit.ORDER), bybit.listed(bybit.SPOT_ORDER),
        bybit.listed(bybit.EXIT), bybit.listed(bybit.TRIGGERED), bybit.BALANCE, bybit.listed(bybit.POSITION),
        bybit.ok(bybit.ACCOUNT), bybit.listed(bybit.TICKER), bybit.TIME, bybit.refused("110007", "No funds."),
        bybit.refused("110072", "OrderLinkedID is duplicate"), bybit.ok({}), bybit.listed(),
    ],
}  # fmt: skip
ODD: list[Any] = [
    None, True, False, 0, -1, 1 << 63, 1e308, 0.1, "", "NaN", "-Infinity", "1e999999999", "1" * 5000, "0x10", "٣", "-0",
    [], {}, [[]], {"a": {}}, "\x00", "50111", "0", "filled", "sNaN", "1_000", " 1", [None], 10003, "0E+999999",
]  # fmt: skip
STATUSES = [200, 200, 200, 201, 204, 302, 400, 401, 403, 404, 408, 409, 429, 500, 502, 504, 0, 999]


def check(name: str, market: Market, intent: Intent, status: int, body: bytes) -> Outcome:
    outcome = OFFERED[name].dialects[market].decode(intent, HttpResponse(status, body))
    assert type(outcome).__module__ == "mysignals.domain.outcomes"
    assert not isinstance(outcome, NotSent)
    if isinstance(outcome, Accepted):
        assert 200 <= status < 300
        assert all(isinstance(order, OrderReport) and order.filled.is_finite() for order in outcome.orders)
    if isinstance(outcome, Rejected) and isinstance(intent, WRITES):
        assert status < 500
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
    name, market, intent = dice.choice(EVERY_INTENT)
    document = dice.choice(GOOD[name])
    for _ in range(dice.randrange(1, 4)):
        document = mutated(dice, document)
    body = orjson.dumps(document) if dice.random() < 0.9 else orjson.dumps(document)[: dice.randrange(1, 40)]
    check(name, market, intent, dice.choice(STATUSES), body)


@settings(max_examples=2_000, deadline=None, database=None)
@given(st.sampled_from(EVERY_INTENT), st.sampled_from(STATUSES), st.binary(max_size=200))
def test_any_bytes_never_raise_and_never_please(asked: tuple[str, Market, Intent], status: int, body: bytes) -> None:
    assert not isinstance(check(*asked, status, body), Accepted)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(1 << 62), 1 << 62) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["code", "data", "retCode", "result", "list", "sCode", "ordId", "orderId", "details", "msg"]
    ), inner, max_size=4),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=2_000, deadline=None, database=None)
@given(st.sampled_from(EVERY_INTENT), st.sampled_from(STATUSES), json_values, st.booleans())
def test_any_json_never_raises(asked: tuple[str, Market, Intent], status: int, document: Any, wrapped: bool) -> None:
    """`wrapped` in the envelope of a success, so that what is inside is read."""
    envelope = {"code": "0", "retCode": 0, "data": document, "result": document}
    check(*asked, status, orjson.dumps(envelope if wrapped else document))


@pytest.mark.parametrize(("name", "market", "intent"), EVERY_INTENT)
def test_depth_and_length_are_survived(name: str, market: Market, intent: Intent) -> None:
    for body in (
        b"[" * 200_000,
        b'{"data":' * 200_000,
        b"9" * 100_000,
        b'{"code":"0","data":[' + b"[" * 900 + b"]" * 901,
    ):
        check(name, market, intent, 200, body)
        check(name, market, intent, 400, body)
