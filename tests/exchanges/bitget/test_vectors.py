"""The golden signing vectors: our bytes are Bitget's bytes."""

from typing import Any
from urllib.parse import parse_qsl

import orjson
import pytest

from mysignals.domain.intents import (
    CancelOrder,
    ExitKind,
    Intent,
    QueryOrder,
    ReadBalances,
    ReadOpenOrders,
    ReadPositions,
    SetLeverage,
    SetPositionMode,
)
from mysignals.domain.market import EntryType, Market, PositionMode, Side
from mysignals.exchanges.bitget import V1_MIX, V1_SPOT, V2_MIX, V2_SPOT, BitgetDialect
from mysignals.exchanges.bitget.signing import prehash, signature
from mysignals.exchanges.wire import Credentials, HttpRequest
from tests.exchanges.golden import vectors

from .asking import d, entry, exit_order

VECTORS = vectors("bitget")
NEGATIVE = [name for name in VECTORS if "negative" in name]
S, F = Market.SPOT, Market.FUTURES
ID = "881640729145409536"
OURS = {"locale": "en-US", "Content-Type": "application/json"}
"""Headers that we send with every signed call; EXCHANGES 8.3 misses them in the seed."""
DEADLINE = {"requestTime": "1700000000000", "receiveWindow": "5000"}

protected = entry(stop=d("45000"), target=d("60000"))
close = entry(
    side=Side.SELL, type=EntryType.MARKET, price=None, client_id="sig-42-c1", reduce_only=True, hedge=True
)  # fmt: skip
Choices = dict[str, Any]
SAME_CALL: list[tuple[str, BitgetDialect, Intent, Choices, Choices]] = [
    # vector, dialect, intent, what we send besides or differently, what we leave out or send differently
    ("bitget-v2-01-spot-assets", V2_SPOT, ReadBalances(S), {}, {}),
    ("bitget-v2-03-all-position", V2_MIX, ReadPositions(), {}, {}),
    # Documented in small letters (EXCHANGES 5.5), and our orders carry their own deadline.
    ("bitget-v2-05-open-long-oneway-with-tpsl", V2_MIX, protected, {"force": "gtc", **DEADLINE}, {"force": "GTC"}),
    # `force` is for limit orders only (EXCHANGES 5.5).
    (
        "bitget-v2-07-close-long-hedge", V2_MIX, close, {"tradeSide": "close", **DEADLINE},
        {"tradeSide": "Close", "force": "GTC"},
    ),
    # An exit of ours closes its part and no more, at the last price; type and force are no fields of this call.
    (
        "bitget-v2-09-tpsl-pos-loss", V2_MIX, exit_order(hedge=True),
        {"planType": "loss_plan", "triggerType": "fill_price"},
        {"planType": "pos_loss", "triggerType": "mark_price", "orderType": "market", "force": "GTC"},
    ),
    ("bitget-v2-11-detail-by-client-id", V2_MIX, QueryOrder(F, "BTCUSDT", "sig-42-e1"), {}, {}),
    ("bitget-v1-01-spot-assets", V1_SPOT, ReadBalances(S, "USDT"), {}, {}),
    ("bitget-v1-03-all-position-v2", V1_MIX, ReadPositions(), {}, {}),
    (
        "bitget-v1-05-place-order-open-long", V1_MIX, entry(hedge=True, stop=d("45000"), target=d("60000")), {}, {},
    ),
    ("bitget-v1-07-spot-order", V1_SPOT, entry(S, quantity=d("0.001"), client_id="sig-42-s1"), {}, {}),
    ("bitget-v1-ccxt-10-create-order", V1_SPOT, entry(S, quantity=d("0.001"), client_id="sig-42-s1"), {}, {}),
    # Documented in small letters (EXCHANGES 4.2); capitals are taken too.
    ("bitget-v1-ccxt-02-fetch-balance", V1_MIX, ReadBalances(F), {"productType": "umcbl"}, {"productType": "UMCBL"}),
    ("bitget-v1-ccxt-04-set-leverage", V1_MIX, SetLeverage("BTCUSDT", 20), {}, {}),
    (
        "bitget-v1-ccxt-06-set-position-mode", V1_MIX, SetPositionMode(PositionMode.HEDGE),
        {"productType": "umcbl"}, {"productType": "UMCBL"},
    ),
    ("bitget-v1-ccxt-08-create-order", V1_MIX, close, {}, {}),
    ("bitget-v1-ccxt-12-fetch-order", V1_MIX, QueryOrder(F, "BTCUSDT", "", exchange_id=ID), {}, {}),
    ("bitget-v1-ccxt-14-fetch-open-orders", V1_MIX, ReadOpenOrders(F, "BTCUSDT"), {}, {}),
    ("bitget-v1-ccxt-16-cancel-order", V1_MIX, CancelOrder(F, "BTCUSDT", "", exchange_id=ID), {}, {}),
]  # fmt: skip
"""cancel-all-orders is no call of ours: it would take those of every symbol."""
EVERY_BYTE = [
    "bitget-v2-01-spot-assets", "bitget-v2-03-all-position", "bitget-v2-11-detail-by-client-id",
    "bitget-v1-01-spot-assets", "bitget-v1-03-all-position-v2", "bitget-v1-05-place-order-open-long",
    "bitget-v1-07-spot-order", "bitget-v1-ccxt-04-set-leverage", "bitget-v1-ccxt-12-fetch-order",
    "bitget-v1-ccxt-14-fetch-open-orders",
]  # fmt: skip
"""Where we choose neither a value nor an order of fields differently."""


def sent(name: str) -> HttpRequest:
    vector = VECTORS[name]
    dialect, intent = next((row[1], row[2]) for row in SAME_CALL if row[0] == name)
    key = Credentials(vector["key"], vector["secret"], vector["passphrase"])
    return dialect.encode(intent, key, vector["timestamp_ms"], 5000)


def fields(query: str | None, body: str | None) -> dict[str, Any]:
    return dict(orjson.loads(body)) if body else dict(parse_qsl(query or ""))


@pytest.mark.parametrize("name", [name for name in VECTORS if name not in NEGATIVE and "ws-login" not in name])
def test_what_is_signed_is_put_together_as_in_every_vector(name: str) -> None:
    vector = VECTORS[name]
    parts = (vector["method"], vector["path"], vector["query"] or "", vector["body"] or "")
    assert prehash(vector["timestamp_ms"], *parts) == vector["prehash"]


@pytest.mark.parametrize("name", NEGATIVE)
def test_the_question_mark_that_the_seed_leaves_out_is_signed(name: str) -> None:
    vector = VECTORS[name]
    ours = prehash(vector["timestamp_ms"], vector["method"], vector["path"], vector["query"], "")
    assert ours != vector["prehash"]
    assert signature(vector["secret"], ours) != vector["signature"]


@pytest.mark.parametrize(("name", "more", "less"), [(row[0], *row[3:]) for row in SAME_CALL])
def test_the_same_call_is_the_same_request_but_for_our_own_choices(name: str, more: Choices, less: Choices) -> None:
    vector, request = VECTORS[name], sent(name)
    ours = fields(request.query, request.body.decode())
    theirs = fields(vector["query"], vector["body"])

    assert (request.method, request.path) == (vector["method"], vector["path"])
    assert {name: value for name, value in ours.items() if name not in more} == {
        name: value for name, value in theirs.items() if name not in less
    }
    assert {name: ours.get(name) for name in more} == more
    assert {name: theirs.get(name) for name in less} == less
    assert set(dict(request.headers)) - set(OURS) == set(vector["headers"]) - set(OURS)


@pytest.mark.parametrize("name", EVERY_BYTE)
def test_where_we_choose_nothing_differently_every_byte_is_the_same(name: str) -> None:
    vector, request = VECTORS[name], sent(name)
    assert request.query == (vector["query"] or "")
    assert request.body == (vector["body"] or "").encode()
    assert dict(request.headers) == {**vector["headers"], **OURS}


def test_a_target_is_no_other_plan_than_the_documents_name() -> None:
    stop, target = (V2_MIX.encode(exit_order(kind=kind), Credentials("k", "s", "p"), 1, 5000).body for kind in ExitKind)
    assert b'"planType":"loss_plan"' in stop
    assert b'"planType":"profit_plan"' in target
