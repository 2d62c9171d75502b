"""Whatever bytes arrive: decode returns an outcome, and never makes up a yes or a no."""

import random
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mysignals.domain.intents import WRITES, CancelAll, Intent
from mysignals.domain.outcomes import Accepted, NotSent, OrderReport, Outcome, Rejected
from mysignals.exchanges.phemex import PhemexDialect
from mysignals.exchanges.wire import HttpResponse

from . import answers
from .asking import EVERY_INTENT

GOOD: list[Any] = [
    *(answers.ok(row) for row in (answers.CONTRACT_ORDER, answers.USDT_M_ORDER, answers.SPOT_ORDER)),
    *(answers.ok(row) for row in (answers.CONTRACT_STOP, answers.USDT_M_STOP, answers.SPOT_STOP)),
    answers.ok({"rows": [answers.CONTRACT_ORDER, answers.CONTRACT_STOP]}),
    answers.ok({"rows": [answers.USDT_M_ORDER, answers.USDT_M_STOP]}),
    answers.ok([answers.SPOT_ORDER, answers.SPOT_STOP]), answers.ok([answers.CONTRACT_HISTORY]),
    [answers.USDT_M_HISTORY], answers.ok([answers.USDT_M_HISTORY]), [answers.SPOT_HISTORY],
    answers.ok({"rows": [answers.SPOT_HISTORY]}), answers.ok(answers.WALLETS),
    answers.linear_account(answers.LINEAR_HELD, answers.linear_position(symbol="ETHUSDT", posMode="Hedged")),
    answers.inverse_account(answers.INVERSE_HELD, answers.inverse_position(symbol="ETHUSD")),
    answers.ALL_PRODUCTS, answers.ticker(symbol="BTCUSDT", closeRp="50000"), answers.ok({"serverTime": 1676172826345}),
    answers.ticker(symbol="BTCUSD", lastEp=500000000), answers.ticker(symbol="sBTCUSDT", lastEp=5000000000000),
    answers.ok("OK"), answers.ok(3), {"code": 11085, "msg": "TE_CL_ORD_ID_DUPLICATE", "data": None},
]  # fmt: skip
ODD: list[Any] = [
    None, True, False, 0, -1, 1 << 63, 1e308, 0.1, "", "NaN", "-Infinity", "1e999999999", "1" * 5000, "0x10", "٣", "-0",
    [], {}, [[]], {"a": {}}, "\x00", "11085", "200", "Filled", "sNaN", "1_000", " 1", [None], 10002, "0E+999999", 7,
    "7", 1e30, "1e30", "-", 9999999999999999999, {"code": None},
]  # fmt: skip
STATUSES = [200, 200, 200, 201, 204, 302, 400, 401, 403, 404, 408, 409, 418, 429, 500, 502, 503, 504, 0, 999]


def check(dialect: PhemexDialect, intent: Intent, status: int, body: bytes) -> Outcome:
    outcome = dialect.decode(intent, HttpResponse(status, body))
    assert type(outcome).__module__ == "mysignals.domain.outcomes"
    assert not isinstance(outcome, NotSent)
    if isinstance(outcome, Accepted):
        assert 200 <= status < 300
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


@settings(max_examples=12_000, deadline=None, suppress_health_check=list(HealthCheck), database=None)
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
def test_any_bytes_never_raise_and_are_never_a_yes_or_a_no(
    asked: tuple[PhemexDialect, Intent], status: int, body: bytes
) -> None:
    outcome = check(*asked, status, body)
    assert not isinstance(outcome, Accepted)
    if isinstance(outcome, Rejected):
        assert status in (401, 403, 429)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(1 << 62), 1 << 62) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["code", "msg", "data", "error", "result", "orderID", "clOrdID", "ordStatus", "rows", "account", "positions"]
    ), inner, max_size=4),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=3_000, deadline=None, database=None)
@given(st.sampled_from(EVERY_INTENT), st.sampled_from(STATUSES), json_values)
def test_any_json_never_raises(asked: tuple[PhemexDialect, Intent], status: int, document: Any) -> None:
    check(*asked, status, orjson.dumps(document))


@settings(max_examples=2_000, deadline=None, database=None)
@given(st.sampled_from(EVERY_INTENT), st.integers(0, 1 << 62))
def test_a_garbled_success_never_refuses_a_write(asked: tuple[PhemexDialect, Intent], seed: int) -> None:
    """Its code stays what it is; whatever else is wrong with it, nobody knows."""
    dialect, intent = asked
    if not isinstance(intent, WRITES) or isinstance(intent, CancelAll):
        return
    dice = random.Random(seed)
    order = mutated(dice, {key: part for key, part in answers.USDT_M_ORDER.items() if key != "bizError"})
    assert not isinstance(check(dialect, intent, 200, orjson.dumps(answers.ok(order))), Rejected)


@pytest.mark.parametrize(("dialect", "intent"), EVERY_INTENT)
def test_depth_and_length_are_survived(dialect: PhemexDialect, intent: Intent) -> None:
    for body in (b"[" * 200_000, b'{"a":' * 200_000, b"9" * 100_000, b'{"code":' + b"-9" * 9_000 + b"}"):
        check(dialect, intent, 200, body)
        check(dialect, intent, 400, body)
