"""Whatever bytes arrive: decode returns an outcome, and never makes up a yes."""

import random
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mysignals.domain.intents import WRITES, Intent
from mysignals.domain.outcomes import Accepted, NotSent, OrderReport, Outcome
from mysignals.exchanges.bitget import V1_MIX, V1_SPOT, V2_MIX, V2_SPOT, BitgetDialect
from mysignals.exchanges.wire import HttpResponse

from . import answers
from .answers import told
from .asking import DIALECTS, EVERY_INTENT

_V2 = [answers.V2_ACK, answers.LISTED, answers.FAILED, answers.V2_INFO, {"result": "success"}, {"symbol": "BTCUSDT"}]
GOOD: dict[BitgetDialect, list[Any]] = {
    V2_SPOT: [
        *_V2, [answers.V2_SPOT_ORDER], [answers.V2_SPOT_UNFILLED],
        {"nextFlag": False, "orderList": [answers.V2_SPOT_PLAN]},
        [answers.V2_SPOT_ASSET], [answers.V2_SPOT_SYMBOL], [{"symbol": "BTCUSDT", "lastPr": "1"}], {"serverTime": "1"},
    ],
    V2_MIX: [
        *_V2, answers.V2_MIX_ORDER, {"entrustedList": [answers.V2_MIX_ORDER]}, {"entrustedList": [answers.V2_MIX_PLAN]},
        [answers.V2_POSITION], [answers.V2_MIX_ACCOUNT], answers.V2_MIX_ACCOUNT, answers.V2_LEVERAGE,
        [answers.V2_CONTRACT], [{"symbol": "BTCUSDT", "lastPr": "1"}], {"posMode": "hedge_mode"},
    ],
    V1_SPOT: [
        answers.V1_SPOT_ACK, [answers.V1_SPOT_ORDER], {"orderList": [answers.V1_PLAN]}, [answers.V1_SPOT_ASSET],
        [answers.V1_SPOT_SYMBOL], {"symbol": "BTCUSDT_SPBL", "close": "1"}, "1700000000000", "7", answers.V2_INFO,
    ],
    V1_MIX: [
        answers.V2_ACK, answers.V1_MIX_ORDER, [answers.V1_MIX_ORDER], [answers.V1_PLAN], {"list": [answers.V1_PLAN]},
        [answers.V1_POSITION], [answers.V1_MIX_ACCOUNT], answers.V1_MIX_ACCOUNT, answers.V2_LEVERAGE,
        [answers.V1_CONTRACT], {"symbol": "BTCUSDT_UMCBL", "last": "1"}, {"dualSidePosition": True},
        {"result": True, "fail_infos": [{"order_id": "1", "err_code": "43001", "err_msg": "No."}]},
    ],
}  # fmt: skip
ODD: list[Any] = [
    None, True, False, 0, -1, 1 << 63, 1e308, 0.1, "", "NaN", "-Infinity", "1e999999999", "1" * 5000, "0x10", "٣", "-0",
    [], {}, [[]], {"a": {}}, "\x00", "00000", "43012", "filled", "sNaN", "1_000", " 1", [None], 43012, "0E+999999",
    "{", '{"BTC":[]}', '{"BTC":{"totalFee":1e400}}', "live",
]  # fmt: skip
STATUSES = [200, 200, 200, 201, 204, 302, 400, 400, 401, 403, 404, 408, 409, 429, 500, 502, 503, 504, 0, 999]
INTENTS = {
    dialect: [intent for own, intent in EVERY_INTENT if own is dialect] for dialect in DIALECTS.values()
}  # fmt: skip


def check(dialect: BitgetDialect, intent: Intent, status: int, body: bytes) -> Outcome:
    outcome = dialect.decode(intent, HttpResponse(status, body))
    assert type(outcome).__module__ == "mysignals.domain.outcomes"
    assert not isinstance(outcome, NotSent)
    if isinstance(outcome, Accepted):
        is_done = type(intent).__name__ == "CancelAll"
        assert (200 <= status < 300 and b"00000" in body) or is_done
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


MANY = settings(max_examples=90, deadline=None, suppress_health_check=list(HealthCheck), database=None)
"""Each example is a seed of a hundred documents: 9,000 near-valid ones a dialect, 9,000 of any JSON."""


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)
@MANY
@given(seed=st.integers(0, 1 << 62))
def test_near_valid_answers_never_raise(dialect: BitgetDialect, seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(100):
        document = dice.choice(GOOD[dialect])
        for _ in range(dice.randrange(1, 4)):
            document = mutated(dice, document)
        code = "00000" if dice.random() < 0.9 else dice.choice(ODD)
        whole: Any = told(document, code) if dice.random() < 0.95 else document
        body = orjson.dumps(whole) if dice.random() < 0.9 else orjson.dumps(whole)[: dice.randrange(1, 40)]
        check(dialect, dice.choice(INTENTS[dialect]), dice.choice(STATUSES), body)


@settings(max_examples=2_000, deadline=None, database=None)
@given(st.sampled_from(EVERY_INTENT), st.sampled_from(STATUSES), st.binary(max_size=200))
def test_any_bytes_never_raise_and_never_please(asked: tuple[BitgetDialect, Intent], status: int, body: bytes) -> None:
    assert not isinstance(check(*asked, status, body), Accepted)


KEYS = ["code", "msg", "data", "orderId", "clientOid", "status", "state", "baseVolume", "entrustedList", "feeDetail"]


def anything(dice: random.Random, depth: int = 0) -> Any:
    """JSON without any likeness but for its keys."""
    kind = dice.random()
    if depth > 3 or kind < 0.3:
        return dice.choice(ODD)
    if kind < 0.4:
        return "".join(chr(dice.randrange(1, 0x2FFF)) for _ in range(dice.randrange(8)))
    if kind < 0.5:
        return dice.choice([dice.random(), dice.randrange(-(1 << 60), 1 << 60)])
    parts = [anything(dice, depth + 1) for _ in range(dice.randrange(4))]
    return parts if kind < 0.65 else {dice.choice(KEYS): part for part in parts}


@MANY
@given(st.integers(0, 1 << 62))
def test_any_json_never_raises(seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(100):
        document = anything(dice)
        body = orjson.dumps(told(document) if dice.random() < 0.7 else document)
        check(*dice.choice(EVERY_INTENT), dice.choice(STATUSES), body)


@pytest.mark.parametrize(("dialect", "intent"), EVERY_INTENT)
def test_depth_and_length_are_survived(dialect: BitgetDialect, intent: Intent) -> None:
    for body in (
        b"[" * 200_000, b'{"a":' * 200_000, b"9" * 100_000, b'{"code":' + b"9" * 9_000 + b"}",
        b'{"code":"' + b"0" * 90_000 + b'"}', b'{"code":"00000","data":' + b"[" * 900 + b"]" * 900 + b"}",
    ):  # fmt: skip
        check(dialect, intent, 200, body)
        check(dialect, intent, 400, body)


@pytest.mark.parametrize(("dialect", "intent"), [(d, i) for d, i in EVERY_INTENT if isinstance(i, WRITES)])
def test_a_write_is_never_refused_by_what_cannot_be_read(dialect: BitgetDialect, intent: Intent) -> None:
    for body in (b"", b"{", b"null", b"[]", b"{}", b'{"code":"00000"', b'{"code":{}}', b"<html>"):
        for status in (200, 400, 404, 500, 502):
            assert type(check(dialect, intent, status, body)).__name__ == "Unknown"
