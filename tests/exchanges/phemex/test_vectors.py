"""The golden signing vectors: our bytes are Phemex's bytes."""

import base64
from typing import Any

import orjson
import pytest

from mysignals.domain.intents import CancelOrder, Intent, ReadBalances, SetLeverage
from mysignals.domain.market import EntryType, MarginMode, Side
from mysignals.exchanges.phemex import FUTURES, SPOT, PhemexDialect
from mysignals.exchanges.phemex.signing import prehash, signature
from mysignals.exchanges.wire import Credentials, HttpRequest
from tests.exchanges.golden import vectors

from .asking import INVERSE, LINEAR, F, S, d, exit_order, inverse, linear, spot

VECTORS = vectors("phemex")
GOOD = [name for name in VECTORS if "negative" not in name]
NEGATIVE = {name: vector for name, vector in VECTORS.items() if "negative" in name}

SAME_QUERY: list[tuple[str, PhemexDialect, Intent]] = [
    ("phemex-contract-01-account-positions", FUTURES, ReadBalances(F, "BTC")),
    ("phemex-contract-doc-1-get", FUTURES, ReadBalances(F, "BTC")),
    (
        "phemex-contract-03-cancel", FUTURES,
        CancelOrder(F, INVERSE, "ours", exchange_id="2585817b-85df-4dea-8507-5db1920b9954"),
    ),
    ("phemex-contract-05-set-leverage", FUTURES, SetLeverage(INVERSE, 10, MarginMode.ISOLATED)),
    ("phemex-usdm-06-cancel-by-client-id", FUTURES, CancelOrder(F, LINEAR, "sig-42-e1")),
    ("phemex-spot-01-wallets", SPOT, ReadBalances(S)),
]  # fmt: skip
SAME_BODY: list[tuple[str, PhemexDialect, Intent, dict[str, Any], set[str]]] = [
    # vector, dialect, intent, what we say besides or otherwise, what we leave out
    (
        "phemex-usdm-02-limit-buy-with-tpsl", FUTURES, linear(stop=d("45000"), target=d("60000")),
        # Said rather than left to a default that may change: how long it rests, and which price triggers.
        {"timeInForce": "GoodTillCancel", "slTrigger": "ByLastPrice", "tpTrigger": "ByLastPrice"}, set(),
    ),
    (
        "phemex-usdm-04-stop-market", FUTURES, exit_order(),
        # The signal's prices are those of trades; closeOnTrigger is not refused while nothing is open yet.
        {"triggerType": "ByLastPrice", "closeOnTrigger": True}, {"reduceOnly"},
    ),
    (
        "phemex-contract-doc-3-post", FUTURES,
        inverse(client_id="uuid-1573058952273", side=Side.SELL, price=d("9318.5"), quantity=d("7")),
        # What is not wanted is left out.
        {}, {"reduceOnly", "takeProfitEp", "stopLossEp"},
    ),
    (
        "phemex-spot-03-market-buy-by-quote", SPOT,
        spot(type=EntryType.MARKET, price=None, client_id="sig-42-s2"),
        # Market buys are sized in base, as they were planned.
        {"qtyType": "ByBase", "baseQtyEv": 100000}, {"quoteQtyEv"},
    ),
]  # fmt: skip


def asked(dialect: PhemexDialect, intent: Intent, vector: dict[str, Any]) -> HttpRequest:
    """A header that names a second leaves the request that second to live, so 61 s are said as 60."""
    now_ms = (vector["expiry_s"] - 60) * 1000
    return dialect.encode(intent, Credentials(vector["key"], vector["secret"]), now_ms, 61_000)


@pytest.mark.parametrize("name", [name for name in GOOD if "ws" not in name])
def test_the_signed_text_of_every_vector_is_ours(name: str) -> None:
    vector = VECTORS[name]
    made = prehash(vector["path"], vector["query"] or "", vector["expiry_s"], vector["body"] or "")
    assert made == vector["prehash"]


@pytest.mark.parametrize(("name", "dialect", "intent"), SAME_QUERY, ids=[row[0] for row in SAME_QUERY])
def test_a_call_with_a_query_is_the_same_in_every_byte(name: str, dialect: PhemexDialect, intent: Intent) -> None:
    vector = VECTORS[name]
    request = asked(dialect, intent, vector)
    assert (request.method, request.path, request.query) == (
        vector["method"], vector["path"], vector["query"] or "",
    )  # fmt: skip
    assert request.body == b""
    assert dict(request.headers) == vector["headers"]


@pytest.mark.parametrize(
    ("name", "dialect", "intent", "otherwise", "less"), SAME_BODY, ids=[row[0] for row in SAME_BODY]
)
def test_a_call_with_a_body_is_the_same_but_for_our_own_choices(
    name: str, dialect: PhemexDialect, intent: Intent, otherwise: dict[str, Any], less: set[str]
) -> None:
    vector = VECTORS[name]
    request = asked(dialect, intent, vector)
    ours, theirs = orjson.loads(request.body), orjson.loads(vector["body"])
    assert (request.method, request.path, request.query) == (vector["method"], vector["path"], "")
    assert {key: ours[key] for key in otherwise} == otherwise
    assert [pair for pair in ours.items() if pair[0] not in otherwise] == [
        pair for pair in theirs.items() if pair[0] not in less and pair[0] not in otherwise
    ]
    told = dict(request.headers)
    expected = signature(
        vector["secret"], prehash(request.path, "", int(told["x-phemex-request-expiry"]), request.body.decode())
    )
    assert told.pop("x-phemex-request-signature") == expected
    assert told == {key: part for key, part in vector["headers"].items() if "signature" not in key}


def test_the_order_of_the_seed_gets_no_leftover_query_into_its_signature() -> None:
    vector = NEGATIVE["phemex-negative-seed-002-post-example"]
    right = prehash(vector["path"], vector["query"] or "", vector["expiry_s"], vector["body"])
    assert right != vector["prehash"]
    assert signature(vector["secret"], right) != vector["signature"]


def test_the_secret_is_never_decoded_before_it_signs() -> None:
    vector = NEGATIVE["phemex-negative-base64-decoded-secret"]
    assert signature(vector["secret"], vector["prehash"]) != vector["signature"]
    decoded = base64.urlsafe_b64decode(vector["secret"] + "=" * (-len(vector["secret"]) % 4))
    assert decoded != vector["secret"].encode()
