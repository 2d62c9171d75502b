"""What OKX and Bybit are asked through ccxt: the requests that its methods would have sent."""

import base64
import hashlib
import hmac
from dataclasses import replace
from typing import Any

import orjson
import pytest

from mysignals.domain.intents import (
    CancelAll,
    CancelOrder,
    ExitKind,
    Intent,
    OpenTrade,
    QueryOrder,
    ReadBalances,
    ReadOpenOrders,
    ReadPositionMode,
    ReadPositions,
    ReadPrice,
    ReadRules,
    ReadSymbolSettings,
    ReadTime,
    SetLeverage,
    SetMarginMode,
    SetPositionMode,
)
from mysignals.domain.market import EntryType, MarginMode, Market, PositionMode, Side
from mysignals.exchanges.wire import Credentials

from .asking import EVERY_INTENT, KEY, MODES, NAMES, NOW_MS, OFFERED, F, S, d, encoded, entry, exit_order

LIMIT = {"type": EntryType.LIMIT, "price": d("50000.1")}
HEDGED_CLOSE = {"side": Side.SELL, "reduce_only": True, "hedge": True}

OKX_BODIES: list[tuple[Market, Intent, str, dict[str, Any]]] = [
    (S, entry(S), "/api/v5/trade/order", {
        "instId": "BTC-USDT", "side": "buy", "ordType": "market", "sz": "0.01", "tdMode": "cash", "tgtCcy": "base_ccy",
        "clOrdId": "ms7xabZde"}),
    (F, entry(**LIMIT, margin_mode=MarginMode.ISOLATED), "/api/v5/trade/order", {
        "instId": "BTC-USDT-SWAP", "side": "buy", "ordType": "limit", "px": "50000.1", "sz": "1",
        "tdMode": "isolated", "clOrdId": "ms7xabZde"}),
    (F, entry(side=Side.SELL, reduce_only=True), "/api/v5/trade/order", {
        "instId": "BTC-USDT-SWAP", "side": "sell", "ordType": "market", "sz": "1", "tdMode": "cross",
        "reduceOnly": True, "clOrdId": "ms7xabZde"}),
    (F, entry(**HEDGED_CLOSE), "/api/v5/trade/order", {
        "instId": "BTC-USDT-SWAP", "side": "sell", "ordType": "market", "sz": "1", "tdMode": "cross",
        "posSide": "long", "clOrdId": "ms7xabZde"}),
    (F, exit_order(), "/api/v5/trade/order-algo", {
        "instId": "BTC-USDT-SWAP", "side": "sell", "ordType": "conditional", "sz": "1", "tdMode": "cross",
        "slTriggerPx": "45000", "slOrdPx": "-1", "slTriggerPxType": "last", "reduceOnly": True,
        "clOrdId": "ms7xabZds", "algoClOrdId": "ms7xabZds"}),
    (F, exit_order(kind=ExitKind.TARGET, trigger_price=d("55000"), hedge=True), "/api/v5/trade/order-algo", {
        "instId": "BTC-USDT-SWAP", "side": "sell", "ordType": "conditional", "sz": "1", "tdMode": "cross",
        "tpTriggerPx": "55000", "tpOrdPx": "-1", "tpTriggerPxType": "last", "posSide": "long",
        "clOrdId": "ms7xabZds", "algoClOrdId": "ms7xabZds"}),
    (S, exit_order(S), "/api/v5/trade/order-algo", {
        "instId": "BTC-USDT", "side": "sell", "ordType": "trigger", "sz": "0.01", "tdMode": "cash",
        "tgtCcy": "base_ccy", "triggerPx": "45000", "orderPx": "-1", "clOrdId": "ms7xabZds",
        "algoClOrdId": "ms7xabZds"}),
    (F, SetLeverage("BTCUSDT", 7), "/api/v5/account/set-leverage", {
        "lever": 7, "mgnMode": "cross", "instId": "BTC-USDT-SWAP"}),
    (F, SetLeverage("BTCUSDT", 7, MarginMode.ISOLATED, hedge=True, side=Side.SELL), "/api/v5/account/set-leverage", {
        "lever": 7, "mgnMode": "isolated", "posSide": "short", "instId": "BTC-USDT-SWAP"}),
    (F, SetMarginMode("BTCUSDT", MarginMode.ISOLATED, 7), "/api/v5/account/set-leverage", {
        "lever": 7, "mgnMode": "isolated", "instId": "BTC-USDT-SWAP"}),
    (F, SetPositionMode(PositionMode.HEDGE), "/api/v5/account/set-position-mode", {"posMode": "long_short_mode"}),
    (F, CancelOrder(F, "BTCUSDT", "ms7xab-e"), "/api/v5/trade/cancel-order", {
        "instId": "BTC-USDT-SWAP", "clOrdId": "ms7xabZde"}),
    (F, CancelOrder(F, "BTCUSDT", "ms7xab-e", exchange_id="42"), "/api/v5/trade/cancel-order", {
        "instId": "BTC-USDT-SWAP", "ordId": "42"}),
]  # fmt: skip
BYBIT_BODIES: list[tuple[Market, Intent, str, dict[str, Any]]] = [
    (S, entry(S), "/v5/order/create", {
        "symbol": "BTCUSDT", "side": "Buy", "orderType": "Market", "orderLinkId": "ms7xab-e", "category": "spot",
        "marketUnit": "baseCoin", "qty": "0.01"}),
    (F, entry(**LIMIT), "/v5/order/create", {
        "symbol": "BTCUSDT", "side": "Buy", "orderType": "Limit", "orderLinkId": "ms7xab-e", "price": "50000.1",
        "category": "linear", "qty": "0.01"}),
    (F, entry(side=Side.SELL, reduce_only=True), "/v5/order/create", {
        "symbol": "BTCUSDT", "side": "Sell", "orderType": "Market", "orderLinkId": "ms7xab-e", "category": "linear",
        "qty": "0.01", "reduceOnly": True}),
    (F, exit_order(), "/v5/order/create", {
        "symbol": "BTCUSDT", "side": "Sell", "orderType": "Market", "orderLinkId": "ms7xab-s", "category": "linear",
        "qty": "0.01", "triggerDirection": 2, "triggerPrice": "45000", "reduceOnly": True}),
    (F, exit_order(kind=ExitKind.TARGET, trigger_price=d("55000")), "/v5/order/create", {
        "symbol": "BTCUSDT", "side": "Sell", "orderType": "Market", "orderLinkId": "ms7xab-s", "category": "linear",
        "qty": "0.01", "triggerDirection": 1, "triggerPrice": "55000", "reduceOnly": True}),
    (S, exit_order(S), "/v5/order/create", {
        "symbol": "BTCUSDT", "side": "Sell", "orderType": "Market", "orderFilter": "StopOrder",
        "orderLinkId": "ms7xab-s", "category": "spot", "marketUnit": "baseCoin", "qty": "0.01",
        "triggerPrice": "45000"}),
    (F, SetLeverage("BTCUSDT", 7), "/v5/position/set-leverage", {
        "symbol": "BTCUSDT", "buyLeverage": "7", "sellLeverage": "7", "category": "linear"}),
    (F, CancelOrder(F, "BTCUSDT", "ms7xab-e"), "/v5/order/cancel", {
        "symbol": "BTCUSDT", "category": "linear", "orderLinkId": "ms7xab-e"}),
    (S, CancelOrder(S, "BTCUSDT", "ms7xab-s", conditional=True), "/v5/order/cancel", {
        "symbol": "BTCUSDT", "category": "spot", "orderFilter": "StopOrder", "orderLinkId": "ms7xab-s"}),
]  # fmt: skip
BODIES = [("okx", *row) for row in OKX_BODIES] + [("bybit", *row) for row in BYBIT_BODIES]


@pytest.mark.parametrize(("name", "market", "intent", "path", "body"), BODIES)
def test_what_changes_something_is_posted_as_json(
    name: str, market: Market, intent: Intent, path: str, body: dict[str, Any]
) -> None:
    request = encoded(name, intent, market)
    assert (request.method, request.path, request.query) == ("POST", path, "")
    assert orjson.loads(request.body) == body


def test_a_conditional_order_of_okx_is_cancelled_by_our_id_or_by_its_own() -> None:
    ours = encoded("okx", CancelOrder(F, "BTCUSDT", "ms7xab-s", conditional=True))
    theirs = encoded("okx", CancelOrder(F, "BTCUSDT", "ms7xab-s", conditional=True, exchange_id="42"))
    assert ours.path == theirs.path == "/api/v5/trade/cancel-algos"
    assert orjson.loads(ours.body) == [{"instId": "BTC-USDT-SWAP", "algoClOrdId": "ms7xabZds"}]
    assert orjson.loads(theirs.body) == [{"instId": "BTC-USDT-SWAP", "algoId": "42"}]


READS = [
    ("okx", F, QueryOrder(F, "BTCUSDT", "ms7xab-e"), "/api/v5/trade/order", "instId=BTC-USDT-SWAP&clOrdId=ms7xabZde"),
    ("okx", F, QueryOrder(F, "BTCUSDT", "ms7xab-s", conditional=True), "/api/v5/trade/order-algo",
     "instId=BTC-USDT-SWAP&algoClOrdId=ms7xabZds"),
    ("okx", F, QueryOrder(F, "BTCUSDT", "", exchange_id="42"), "/api/v5/trade/order",
     "instId=BTC-USDT-SWAP&ordId=42"),
    ("okx", F, ReadOpenOrders(F, "BTCUSDT"), "/api/v5/trade/orders-pending", "instId=BTC-USDT-SWAP"),
    ("okx", F, ReadOpenOrders(F, "BTCUSDT", conditional=True), "/api/v5/trade/orders-algo-pending",
     "instId=BTC-USDT-SWAP&ordType=conditional"),
    ("okx", S, ReadOpenOrders(S, "BTCUSDT", conditional=True), "/api/v5/trade/orders-algo-pending",
     "instId=BTC-USDT&ordType=trigger"),
    ("okx", F, ReadBalances(F), "/api/v5/account/balance", ""),
    ("okx", F, ReadPositions("BTCUSDT"), "/api/v5/account/positions", "instId=BTC-USDT-SWAP"),
    ("okx", F, ReadPositionMode(), "/api/v5/account/config", ""),
    ("okx", F, ReadSymbolSettings("BTCUSDT"), "/api/v5/account/leverage-info", "instId=BTC-USDT-SWAP&mgnMode=cross"),
    ("okx", F, ReadPrice(F, "BTCUSDT"), "/api/v5/market/ticker", "instId=BTC-USDT-SWAP"),
    ("okx", F, ReadTime(F), "/api/v5/public/time", ""),
    ("bybit", F, QueryOrder(F, "BTCUSDT", "ms7xab-e"), "/v5/order/realtime",
     "symbol=BTCUSDT&category=linear&orderLinkId=ms7xab-e"),
    ("bybit", F, QueryOrder(F, "BTCUSDT", "ms7xab-e", history=True), "/v5/order/history",
     "symbol=BTCUSDT&category=linear&orderLinkId=ms7xab-e"),
    ("bybit", F, QueryOrder(F, "BTCUSDT", "", exchange_id="42"), "/v5/order/realtime",
     "symbol=BTCUSDT&category=linear&orderId=42"),
    ("bybit", F, ReadOpenOrders(F, "BTCUSDT", conditional=True), "/v5/order/realtime",
     "symbol=BTCUSDT&category=linear&orderFilter=StopOrder"),
    ("bybit", S, ReadBalances(S), "/v5/account/wallet-balance", "accountType=UNIFIED"),
    ("bybit", F, ReadPositions(), "/v5/position/list", "settleCoin=USDT&limit=200&category=linear"),
    ("bybit", F, ReadSymbolSettings("BTCUSDT"), "/v5/account/info", ""),
    ("bybit", F, SetMarginMode("BTCUSDT", MarginMode.CROSS, 7), "/v5/account/info", ""),
    ("bybit", S, ReadPrice(S, "BTCUSDT"), "/v5/market/tickers", "symbol=BTCUSDT&category=spot"),
    ("bybit", F, ReadTime(F), "/v5/market/time", ""),
]  # fmt: skip


@pytest.mark.parametrize(("name", "market", "intent", "path", "query"), READS)
def test_what_is_only_read_is_asked_in_the_query(
    name: str, market: Market, intent: Intent, path: str, query: str
) -> None:
    request = encoded(name, intent, market)
    assert (request.method, request.path, request.query, request.body) == ("GET", path, query, b"")


def test_okx_is_signed_as_its_documents_say() -> None:
    request = encoded("okx", entry())
    headers = dict(request.headers)
    prehash = b"2023-11-14T22:13:20.000ZPOST/api/v5/trade/order" + request.body
    expected = base64.b64encode(hmac.new(b"the-secret", prehash, hashlib.sha256).digest()).decode()
    assert headers["OK-ACCESS-SIGN"] == expected
    assert (headers["OK-ACCESS-KEY"], headers["OK-ACCESS-PASSPHRASE"]) == ("the-key", "the-phrase")


def test_bybit_is_signed_as_its_documents_say() -> None:
    request = encoded("bybit", entry())
    headers = dict(request.headers)
    prehash = f"{NOW_MS}the-key5000".encode() + request.body
    assert headers["X-BAPI-SIGN"] == hmac.new(b"the-secret", prehash, hashlib.sha256).hexdigest()
    assert headers["X-BAPI-RECV-WINDOW"] == "5000"


@pytest.mark.parametrize("expiry_ms", [500, 5_000, 20_000])
def test_an_order_says_until_when_it_is_good(expiry_ms: int) -> None:
    okx, bybit = (OFFERED[name].dialects[F].encode(entry(), KEY, NOW_MS, expiry_ms) for name in NAMES)
    assert dict(okx.headers)["expTime"] == str(NOW_MS + expiry_ms)
    assert dict(bybit.headers)["X-BAPI-RECV-WINDOW"] == str(expiry_ms)
    assert okx.expires_ms == bybit.expires_ms == NOW_MS + expiry_ms


def test_what_okx_has_no_deadline_for_is_good_for_half_a_minute() -> None:
    request = encoded("okx", exit_order())
    assert "expTime" not in dict(request.headers)
    assert request.expires_ms == NOW_MS + 30_000


@pytest.mark.parametrize("name", NAMES)
def test_public_questions_carry_no_key_and_no_deadline(name: str) -> None:
    for intent in (ReadPrice(F, "BTCUSDT"), ReadTime(F)):
        request = encoded(name, intent)
        assert "the-key" not in str(request.headers)
        assert request.expires_ms is None


@pytest.mark.parametrize("name", NAMES)
def test_nobody_is_named_as_the_broker(name: str) -> None:
    request = encoded(name, entry())
    assert "Referer" not in dict(request.headers)
    assert b"tag" not in request.body


@pytest.mark.parametrize(("name", "market", "intent"), EVERY_INTENT)
def test_the_same_question_is_the_same_bytes(name: str, market: Market, intent: Intent) -> None:
    assert encoded(name, intent, market) == encoded(name, intent, market)


def test_one_key_leaves_nothing_behind_for_the_next() -> None:
    dialect = OFFERED["okx"].dialects[F]
    before = dialect.encode(entry(), KEY, NOW_MS, 5000)
    dialect.encode(entry(), Credentials("other", "secret", "words"), NOW_MS + 1, 7000)
    assert dialect.encode(entry(), KEY, NOW_MS, 5000) == before
    exchange = dialect._exchange.exchange
    assert "other" not in str([exchange.apiKey, exchange.secret, exchange.password])


@pytest.mark.parametrize("name", NAMES)
def test_no_secret_is_printed(name: str) -> None:
    assert "the-" not in repr(encoded(name, entry()))


def test_the_testnets_are_meant_as_each_exchange_says() -> None:
    assert dict(encoded("okx", entry(), environment="testnet").headers)["x-simulated-trading"] == "1"
    assert "x-simulated-trading" not in dict(encoded("okx", entry()).headers)
    bybit = OFFERED["bybit"]
    assert bybit.base_url(F, "live", "") == "https://api.bybit.com"
    assert bybit.base_url(F, "testnet", "") == "https://api-testnet.bybit.com"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "intent", [ReadRules(F), CancelAll(F, "BTCUSDT"), OpenTrade("BTCUSDT", Side.BUY, d("1"), 2, d("1"), d("1"))]
)
def test_what_is_not_asked_through_ccxt_is_a_mistake_of_the_caller(name: str, intent: Intent) -> None:
    with pytest.raises(KeyError):
        encoded(name, intent)


@pytest.mark.parametrize("name", NAMES)
def test_an_unlisted_symbol_is_a_mistake_of_the_caller(name: str) -> None:
    with pytest.raises(KeyError):
        encoded(name, replace(entry(), symbol="NOUSDT"))


@pytest.mark.parametrize("intent", MODES)
def test_bybit_is_spoken_to_in_one_way_mode_only(intent: Intent) -> None:
    with pytest.raises(KeyError, match="one-way"):
        encoded("bybit", intent)


def test_spot_has_no_positions() -> None:
    with pytest.raises(KeyError):
        encoded("okx", ReadPositions(), S)
