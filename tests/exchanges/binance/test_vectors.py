"""The golden signing vectors: our bytes are Binance's bytes."""

from dataclasses import replace

import pytest

from mysignals.domain.intents import CancelOrder, Intent, QueryOrder, ReadBalances, SetLeverage, SetPositionMode
from mysignals.domain.market import EntryType, Market, PositionMode, Side
from mysignals.exchanges.binance import FUTURES, SPOT, BinanceDialect
from mysignals.exchanges.binance.draft import encoded
from mysignals.exchanges.wire import Credentials
from tests.exchanges.golden import vectors

from .asking import d, entry, exit_order, oco

VECTORS = vectors("binance")

close = entry(
    Market.FUTURES, side=Side.SELL, type=EntryType.MARKET, quantity=d("0.002"), price=None, client_id="sig-42-c1",
    reduce_only=True,
)  # fmt: skip
SAME_CALL: list[tuple[str, BinanceDialect, Intent, dict[str, str], set[str]]] = [
    # vector, dialect, intent, what we send besides, what we leave out
    ("binance-spot-01-account", SPOT, ReadBalances(Market.SPOT), {"omitZeroBalances": "true"}, set()),
    ("binance-spot-05-oco-sell", SPOT, oco(), {"newOrderRespType": "FULL"}, set()),
    ("binance-spot-07-cancel", SPOT, CancelOrder(Market.SPOT, "BTCUSDT", "sig-42-e1", exchange_id="28"), {}, set()),
    ("binance-usdm-03-set-leverage", FUTURES, SetLeverage("BTCUSDT", 21), {}, set()),
    ("binance-usdm-07-market-reduce-only", FUTURES, close, {"positionSide": "BOTH"}, set()),
    ("binance-usdm-05-dual-side", FUTURES, SetPositionMode(PositionMode.HEDGE), {}, set()),
    (
        "binance-usdm-09-algo-stop-market", FUTURES, exit_order(),
        {"positionSide": "BOTH", "workingType": "CONTRACT_PRICE"}, {"newOrderRespType"},
    ),
    ("binance-usdm-11-query-by-client-id", FUTURES, QueryOrder(Market.FUTURES, "BTCUSDT", "sig-42-e1"), {}, set()),
]  # fmt: skip


NOT_OUR_CALL = {
    "binance-spot-03-market-buy-quote": "we size market purchases in base: quantity, never quoteOrderQty",
    "binance-usdm-01-account-v3": "balances are read at /fapi/v3/balance, which is shorter",
    "binance-spot-doc-1-LTCBTC": "the documents' sample without client id and answer type, which we always send",
    "binance-spot-doc-2-unicode-symbol": "no such symbol; its encoding is tested below",
    "binance-usdm-doc-1-query-string": "a placement in the query; ours is in the body",
    "binance-usdm-doc-3-mixed-query-body": "query and body mixed, which we never do",
    "binance-spot-ws-api-order-place": "a WebSocket message: its signature is tested with all others",
    "binance-spot-ws-api-user-data-subscribe": "a WebSocket message: its signature is tested with all others",
}


def test_every_vector_is_compared_or_is_no_call_of_ours() -> None:
    compared = {row[0] for row in SAME_CALL}
    assert compared | NOT_OUR_CALL.keys() == VECTORS.keys() and not compared & NOT_OUR_CALL.keys()


@pytest.mark.parametrize(("name", "dialect", "intent", "more", "less"), SAME_CALL, ids=[row[0] for row in SAME_CALL])
def test_the_same_call_is_the_same_request_but_for_our_own_choices(
    name: str, dialect: BinanceDialect, intent: Intent, more: dict[str, str], less: set[str]
) -> None:
    vector = VECTORS[name]
    credentials = Credentials(vector["key"], vector["secret"])
    request = dialect.encode(intent, credentials, vector["timestamp_ms"], 10000)
    ours = without_signature(request.query or request.body.decode())
    theirs = without_signature(vector["query"] or vector["body"])

    assert (request.method, request.path) == (vector["method"], vector["path"])
    assert dict(request.headers) == vector["headers"]
    assert [pair for pair in ours if pair[0] not in more] == [pair for pair in theirs if pair[0] not in less]
    assert {name: value for name, value in ours if name in more} == more


UNCHANGED = [row[0] for row in SAME_CALL if not row[3] and not row[4]]


@pytest.mark.parametrize("name", UNCHANGED)
def test_where_we_choose_nothing_differently_every_byte_is_the_same(name: str) -> None:
    vector = VECTORS[name]
    dialect, intent = next((row[1], row[2]) for row in SAME_CALL if row[0] == name)
    request = dialect.encode(intent, Credentials(vector["key"], vector["secret"]), vector["timestamp_ms"], 10000)

    assert request.query == (vector["query"] or "")
    assert request.body == (vector["body"] or "").encode()


def test_the_placement_in_the_documents_is_ours_byte_for_byte() -> None:
    key = Credentials("k", "s")
    body = SPOT.encode(entry(), key, 1700000000000, 10000).body.decode()
    assert body.startswith(
        "timestamp=1700000000000&symbol=BTCUSDT&side=BUY&newClientOrderId=sig-42-e1&newOrderRespType=FULL"
        "&type=LIMIT&quantity=0.001&price=50000&timeInForce=GTC&recvWindow=10000&signature="
    )


def test_a_symbol_that_is_not_ascii_is_encoded_before_it_is_signed() -> None:
    wide = "１２３４５６"  # noqa: RUF001
    assert encoded(wide) in VECTORS["binance-spot-doc-2-unicode-symbol"]["prehash"]
    sent = SPOT.encode(replace(entry(), symbol=wide), Credentials("k", "s"), 1, 5000).body
    assert sent.isascii()
    assert b"symbol=%EF%BC%91%EF%BC%92" in sent


def without_signature(parameters: str) -> list[tuple[str, str]]:
    pairs = [(name, value) for name, _, value in (pair.partition("=") for pair in parameters.split("&"))]
    assert pairs[-1][0] == "signature"
    return pairs[:-1]
