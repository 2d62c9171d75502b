"""What we ask Bitget, field by field: exact bytes of every call, and the rules behind them."""

from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mysignals.domain.abilities import ExitStyle
from mysignals.domain.intents import (
    CancelAll,
    CancelOrder,
    ExitKind,
    Intent,
    OpenTrade,
    QueryOrder,
    ReadBalances,
    ReadOpenOrders,
    ReadPermissions,
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
from mysignals.exchanges.bitget import V1_MIX, V1_SPOT, V2_MIX, V2_SPOT, BitgetDialect
from mysignals.exchanges.bitget.encode import HISTORY_MS
from mysignals.exchanges.bitget.signing import prehash, signature
from mysignals.exchanges.wire import Credentials

from .asking import DIALECTS, EVERY_INTENT, KEY, MIX_DIALECTS, NOW_MS, SPOT_DIALECTS, F, S, asked, d, encoded, entry
from .asking import exit_order as exit_

MARKET = {"type": EntryType.MARKET, "price": None}
ISOLATED = MarginMode.ISOLATED
SPAN = f"&startTime={NOW_MS - HISTORY_MS}&endTime={NOW_MS}"
SPAN_FIELDS = f',"startTime":"{NOW_MS - HISTORY_MS}","endTime":"{NOW_MS}"'
V2_PRODUCT = '"symbol":"BTCUSDT","productType":"USDT-FUTURES","marginCoin":"USDT"'
V1_PRODUCT = '"symbol":"BTCUSDT_UMCBL","marginCoin":"USDT"'
DEADLINE = ',"requestTime":"1700000000000","receiveWindow":"5000"'

POSTS: list[tuple[BitgetDialect, Intent, str, str]] = [
    (
        V2_SPOT, entry(S), "/api/v2/spot/trade/place-order",
        '"symbol":"BTCUSDT","side":"buy","orderType":"limit","force":"gtc","price":"50000","size":"0.002"'
        ',"clientOid":"sig-42-e1"' + DEADLINE,
    ),
    (
        V2_SPOT, entry(S, side=Side.SELL, **MARKET), "/api/v2/spot/trade/place-order",
        '"symbol":"BTCUSDT","side":"sell","orderType":"market","force":"gtc","size":"0.002","clientOid":"sig-42-e1"'
        + DEADLINE,
    ),
    (
        V2_SPOT, exit_(S), "/api/v2/spot/trade/place-plan-order",
        ('"symbol":"BTCUSDT","side":"sell","triggerPrice":"45000","triggerType":"fill_price","orderType":"market"'
        ',"planType":"amount","size":"0.002","clientOid":"sig-42-sl"'),
    ),
    (V2_SPOT, CancelOrder(S, "BTCUSDT", "x"), "/api/v2/spot/trade/cancel-order", '"symbol":"BTCUSDT","clientOid":"x"'),
    (V2_SPOT, CancelOrder(S, "BTCUSDT", "x", True), "/api/v2/spot/trade/cancel-plan-order", '"clientOid":"x"'),
    (V2_SPOT, CancelOrder(S, "BTCUSDT", "x", True, "7"), "/api/v2/spot/trade/cancel-plan-order", '"orderId":"7"'),
    (V2_SPOT, CancelAll(S, "BTCUSDT"), "/api/v2/spot/trade/cancel-symbol-order", '"symbol":"BTCUSDT"'),
    (
        V2_SPOT, CancelAll(S, "BTCUSDT", conditional=True), "/api/v2/spot/trade/batch-cancel-plan-order",
        '"symbolList":["BTCUSDT"]',
    ),
    (
        V2_MIX, entry(stop=d("45000"), target=d("60000"), margin_mode=ISOLATED), "/api/v2/mix/order/place-order",
        V2_PRODUCT + ',"marginMode":"isolated","size":"0.002","side":"buy","orderType":"limit","price":"50000"'
        ',"force":"gtc","clientOid":"sig-42-e1","presetStopLossPrice":"45000","presetStopSurplusPrice":"60000"'
        + DEADLINE,
    ),
    (
        V2_MIX, entry(**MARKET), "/api/v2/mix/order/place-order",
        V2_PRODUCT + ',"marginMode":"crossed","size":"0.002","side":"buy","orderType":"market"'
        ',"clientOid":"sig-42-e1"' + DEADLINE,
    ),
    (
        V2_MIX, exit_(), "/api/v2/mix/order/place-tpsl-order",
        V2_PRODUCT + ',"planType":"loss_plan","triggerPrice":"45000","triggerType":"fill_price","holdSide":"buy"'
        ',"size":"0.002","clientOid":"sig-42-sl"',
    ),
    (V2_MIX, CancelOrder(F, "BTCUSDT", "x"), "/api/v2/mix/order/cancel-order", V2_PRODUCT + ',"clientOid":"x"'),
    (
        V2_MIX, CancelOrder(F, "BTCUSDT", "x", True, kind=ExitKind.TARGET), "/api/v2/mix/order/cancel-plan-order",
        V2_PRODUCT + ',"orderIdList":[{"clientOid":"x"}],"planType":"profit_plan"',
    ),
    (
        V2_MIX, CancelOrder(F, "BTCUSDT", "", True, "7"), "/api/v2/mix/order/cancel-plan-order",
        V2_PRODUCT + ',"orderIdList":[{"orderId":"7"}]',
    ),
    (V2_MIX, CancelAll(F, "BTCUSDT"), "/api/v2/mix/order/batch-cancel-orders", V2_PRODUCT),
    (
        V2_MIX, SetPositionMode(PositionMode.HEDGE), "/api/v2/mix/account/set-position-mode",
        '"productType":"USDT-FUTURES","posMode":"hedge_mode"',
    ),
    (V2_MIX, SetLeverage("BTCUSDT", 21), "/api/v2/mix/account/set-leverage", V2_PRODUCT + ',"leverage":"21"'),
    (
        V2_MIX, SetMarginMode("BTCUSDT", MarginMode.CROSS), "/api/v2/mix/account/set-margin-mode",
        V2_PRODUCT + ',"marginMode":"crossed"',
    ),
    (
        V1_SPOT, entry(S), "/api/spot/v1/trade/orders",
        ('"symbol":"BTCUSDT_SPBL","side":"buy","orderType":"limit","force":"normal","price":"50000"'
        ',"quantity":"0.002","clientOrderId":"sig-42-e1"'),
    ),
    (
        V1_SPOT, exit_(S), "/api/spot/v1/plan/placePlan",
        ('"symbol":"BTCUSDT_SPBL","side":"sell","triggerPrice":"45000","size":"0.002","triggerType":"fill_price"'
        ',"orderType":"market","clientOid":"sig-42-sl"'),
    ),
    (
        V1_SPOT, QueryOrder(S, "BTCUSDT", "x"), "/api/spot/v1/trade/orderInfo",
        '"symbol":"BTCUSDT_SPBL","clientOrderId":"x"',
    ),
    (
        V1_SPOT, QueryOrder(S, "BTCUSDT", "x", exchange_id="7", history=True), "/api/spot/v1/trade/orderInfo",
        '"symbol":"BTCUSDT_SPBL","orderId":"7"',
    ),
    (
        V1_SPOT, QueryOrder(S, "BTCUSDT", "x", conditional=True), "/api/spot/v1/plan/currentPlan",
        '"symbol":"BTCUSDT_SPBL","pageSize":"100"',
    ),
    (
        V1_SPOT, QueryOrder(S, "BTCUSDT", "x", conditional=True, history=True), "/api/spot/v1/plan/historyPlan",
        '"symbol":"BTCUSDT_SPBL","pageSize":"100"' + SPAN_FIELDS,
    ),
    (
        V1_SPOT, CancelOrder(S, "BTCUSDT", "x"), "/api/spot/v1/trade/cancel-order-v2",
        '"symbol":"BTCUSDT_SPBL","clientOid":"x"',
    ),
    (
        V1_SPOT, CancelOrder(S, "BTCUSDT", "x", exchange_id="7"), "/api/spot/v1/trade/cancel-order",
        '"symbol":"BTCUSDT_SPBL","orderId":"7"',
    ),
    (V1_SPOT, CancelOrder(S, "BTCUSDT", "x", conditional=True), "/api/spot/v1/plan/cancelPlan", '"clientOid":"x"'),
    (V1_SPOT, CancelAll(S, "BTCUSDT"), "/api/spot/v1/trade/cancel-symbol-order", '"symbol":"BTCUSDT_SPBL"'),
    (V1_SPOT, ReadOpenOrders(S, "BTCUSDT"), "/api/spot/v1/trade/open-orders", '"symbol":"BTCUSDT_SPBL"'),
    (
        V1_SPOT, ReadOpenOrders(S, "BTCUSDT", conditional=True), "/api/spot/v1/plan/currentPlan",
        '"symbol":"BTCUSDT_SPBL","pageSize":"100"',
    ),
    (
        V1_MIX, entry(stop=d("45000"), target=d("60000")), "/api/mix/v1/order/placeOrder",
        V1_PRODUCT + ',"size":"0.002","price":"50000","side":"buy_single","orderType":"limit"'
        ',"timeInForceValue":"normal","clientOid":"sig-42-e1","presetTakeProfitPrice":"60000"'
        ',"presetStopLossPrice":"45000"',
    ),
    (
        V1_MIX, entry(side=Side.SELL, reduce_only=True, **MARKET), "/api/mix/v1/order/placeOrder",
        V1_PRODUCT + ',"size":"0.002","side":"sell_single","reduceOnly":true,"orderType":"market"'
        ',"timeInForceValue":"normal","clientOid":"sig-42-e1"',
    ),
    (
        V1_MIX, exit_(kind=ExitKind.TARGET), "/api/mix/v1/plan/placeTPSL",
        V1_PRODUCT + ',"planType":"profit_plan","triggerPrice":"45000","triggerType":"fill_price","holdSide":"long"'
        ',"size":"0.002","clientOid":"sig-42-sl"',
    ),
    (V1_MIX, CancelOrder(F, "BTCUSDT", "x"), "/api/mix/v1/order/cancel-order", V1_PRODUCT + ',"clientOid":"x"'),
    (
        V1_MIX, CancelOrder(F, "BTCUSDT", "x", True, kind=ExitKind.STOP), "/api/mix/v1/plan/cancelPlan",
        V1_PRODUCT + ',"clientOid":"x","planType":"loss_plan"',
    ),
    (V1_MIX, CancelAll(F, "BTCUSDT"), "/api/mix/v1/order/cancel-symbol-orders", V1_PRODUCT),
    (
        V1_MIX, SetPositionMode(PositionMode.ONE_WAY), "/api/mix/v1/account/setPositionMode",
        '"productType":"umcbl","holdMode":"single_hold"',
    ),
    (V1_MIX, SetLeverage("BTCUSDT", 21), "/api/mix/v1/account/setLeverage", V1_PRODUCT + ',"leverage":21'),
    (
        V1_MIX, SetMarginMode("BTCUSDT", ISOLATED), "/api/mix/v1/account/setMarginMode",
        V1_PRODUCT + ',"marginMode":"fixed"',
    ),
]  # fmt: skip
GETS: list[tuple[BitgetDialect, Intent, str]] = [
    (V2_SPOT, QueryOrder(S, "BTCUSDT", "x"), "/api/v2/spot/trade/orderInfo?clientOid=x"),
    (V2_SPOT, QueryOrder(S, "BTCUSDT", "x", exchange_id="7"), "/api/v2/spot/trade/orderInfo?orderId=7"),
    (
        V2_SPOT, QueryOrder(S, "BTCUSDT", "x", history=True),
        "/api/v2/spot/trade/history-orders?limit=100&symbol=BTCUSDT",
    ),
    (
        V2_SPOT, QueryOrder(S, "BTCUSDT", "x", exchange_id="7", history=True),
        "/api/v2/spot/trade/history-orders?limit=100&symbol=BTCUSDT&orderId=7",
    ),
    (
        V2_SPOT, QueryOrder(S, "BTCUSDT", "x", conditional=True),
        "/api/v2/spot/trade/current-plan-order?limit=100&symbol=BTCUSDT",
    ),
    (
        V2_SPOT, QueryOrder(S, "BTCUSDT", "x", conditional=True, history=True),
        "/api/v2/spot/trade/history-plan-order?limit=100&symbol=BTCUSDT" + SPAN,
    ),
    (V2_SPOT, ReadOpenOrders(S, "BTCUSDT"), "/api/v2/spot/trade/unfilled-orders?limit=100&symbol=BTCUSDT"),
    (
        V2_SPOT, ReadOpenOrders(S, "BTCUSDT", conditional=True),
        "/api/v2/spot/trade/current-plan-order?limit=100&symbol=BTCUSDT",
    ),
    (V2_SPOT, ReadBalances(S), "/api/v2/spot/account/assets"),
    (V2_SPOT, ReadBalances(S, "BTC"), "/api/v2/spot/account/assets?coin=BTC"),
    (V2_SPOT, ReadPermissions(), "/api/v2/spot/account/info"),
    (V2_SPOT, ReadRules(S), "/api/v2/spot/public/symbols"),
    (V2_SPOT, ReadPrice(S, "BTCUSDT"), "/api/v2/spot/market/tickers?symbol=BTCUSDT"),
    (V2_SPOT, ReadTime(S), "/api/v2/public/time"),
    (
        V2_MIX, QueryOrder(F, "BTCUSDT", "x", history=True),
        "/api/v2/mix/order/detail?clientOid=x&productType=USDT-FUTURES&symbol=BTCUSDT",
    ),
    (
        V2_MIX, QueryOrder(F, "BTCUSDT", "", exchange_id="7"),
        "/api/v2/mix/order/detail?orderId=7&productType=USDT-FUTURES&symbol=BTCUSDT",
    ),
    (
        V2_MIX, QueryOrder(F, "BTCUSDT", "", conditional=True, exchange_id="7"),
        ("/api/v2/mix/order/orders-plan-pending"
        "?orderId=7&limit=100&planType=profit_loss&productType=USDT-FUTURES&symbol=BTCUSDT"),
    ),
    (
        V2_MIX, QueryOrder(F, "BTCUSDT", "x", conditional=True, history=True),
        "/api/v2/mix/order/orders-plan-history"
        "?clientOid=x&limit=100&planType=profit_loss&productType=USDT-FUTURES&symbol=BTCUSDT" + SPAN,
    ),
    (
        V2_MIX, ReadOpenOrders(F, "BTCUSDT"),
        "/api/v2/mix/order/orders-pending?limit=100&productType=USDT-FUTURES&symbol=BTCUSDT",
    ),
    (
        V2_MIX, ReadOpenOrders(F, "BTCUSDT", conditional=True),
        "/api/v2/mix/order/orders-plan-pending?limit=100&planType=profit_loss&productType=USDT-FUTURES&symbol=BTCUSDT",
    ),
    (V2_MIX, ReadBalances(F), "/api/v2/mix/account/accounts?productType=USDT-FUTURES"),
    (
        V2_MIX, ReadPositions(),
        "/api/v2/mix/position/all-position?marginCoin=USDT&productType=USDT-FUTURES",
    ),
    (
        V2_MIX, ReadPositions("BTCUSDT"),
        "/api/v2/mix/position/single-position?marginCoin=USDT&productType=USDT-FUTURES&symbol=BTCUSDT",
    ),
    (
        V2_MIX, ReadPositionMode(),
        "/api/v2/mix/account/account?marginCoin=USDT&productType=USDT-FUTURES&symbol=BTCUSDT",
    ),
    (
        V2_MIX, ReadSymbolSettings("ETHUSDT"),
        "/api/v2/mix/account/account?marginCoin=USDT&productType=USDT-FUTURES&symbol=ETHUSDT",
    ),
    (V2_MIX, ReadPermissions(), "/api/v2/spot/account/info"),
    (V2_MIX, ReadRules(F), "/api/v2/mix/market/contracts?productType=USDT-FUTURES"),
    (V2_MIX, ReadPrice(F, "BTCUSDT"), "/api/v2/mix/market/ticker?productType=USDT-FUTURES&symbol=BTCUSDT"),
    (V2_MIX, ReadTime(F), "/api/v2/public/time"),
    (V1_SPOT, ReadBalances(S), "/api/spot/v1/account/assets-lite"),
    (V1_SPOT, ReadBalances(S, "BTC"), "/api/spot/v1/account/assets?coin=BTC"),
    (V1_SPOT, ReadPermissions(), "/api/spot/v1/account/getInfo"),
    (V1_SPOT, ReadRules(S), "/api/spot/v1/public/products"),
    (V1_SPOT, ReadPrice(S, "BTCUSDT"), "/api/spot/v1/market/ticker?symbol=BTCUSDT_SPBL"),
    (V1_SPOT, ReadTime(S), "/api/spot/v1/public/time"),
    (
        V1_MIX, QueryOrder(F, "BTCUSDT", "x", history=True),
        "/api/mix/v1/order/detail?clientOid=x&symbol=BTCUSDT_UMCBL",
    ),
    (
        V1_MIX, QueryOrder(F, "BTCUSDT", "x", conditional=True),
        "/api/mix/v1/plan/currentPlan?isPlan=profit_loss&symbol=BTCUSDT_UMCBL",
    ),
    (
        V1_MIX, QueryOrder(F, "BTCUSDT", "x", conditional=True, history=True),
        "/api/mix/v1/plan/historyPlan?isPlan=profit_loss&symbol=BTCUSDT_UMCBL&pageSize=100" + SPAN,
    ),
    (V1_MIX, ReadOpenOrders(F, "BTCUSDT"), "/api/mix/v1/order/current?symbol=BTCUSDT_UMCBL"),
    (
        V1_MIX, ReadOpenOrders(F, "BTCUSDT", conditional=True),
        "/api/mix/v1/plan/currentPlan?isPlan=profit_loss&symbol=BTCUSDT_UMCBL",
    ),
    (V1_MIX, ReadBalances(F), "/api/mix/v1/account/accounts?productType=umcbl"),
    (V1_MIX, ReadPositions(), "/api/mix/v1/position/allPosition-v2?marginCoin=USDT&productType=umcbl"),
    (
        V1_MIX, ReadPositions("BTCUSDT"),
        "/api/mix/v1/position/singlePosition-v2?marginCoin=USDT&symbol=BTCUSDT_UMCBL",
    ),
    (V1_MIX, ReadPositionMode(), "/api/mix/v1/account/account?marginCoin=USDT&symbol=BTCUSDT_UMCBL"),
    (V1_MIX, ReadSymbolSettings("ETHUSDT"), "/api/mix/v1/account/account?marginCoin=USDT&symbol=ETHUSDT_UMCBL"),
    (V1_MIX, ReadPermissions(), "/api/spot/v1/account/getInfo"),
    (V1_MIX, ReadRules(F), "/api/mix/v1/market/contracts?productType=umcbl"),
    (V1_MIX, ReadPrice(F, "BTCUSDT"), "/api/mix/v1/market/ticker?symbol=BTCUSDT_UMCBL"),
    (V1_MIX, ReadTime(F), "/api/spot/v1/public/time"),
]  # fmt: skip


@pytest.mark.parametrize(("dialect", "intent", "path", "fields"), POSTS)
def test_what_changes_something_is_posted_in_these_very_bytes(
    dialect: BitgetDialect, intent: Intent, path: str, fields: str
) -> None:
    request = encoded(dialect, intent)
    assert (request.method, request.path, request.query) == ("POST", path, "")
    assert request.body.decode() == f"{{{fields}}}"
    assert orjson.loads(request.body)


@pytest.mark.parametrize(("dialect", "intent", "address"), GETS)
def test_what_is_only_asked_is_got_from_this_very_address(dialect: BitgetDialect, intent: Intent, address: str) -> None:
    request = encoded(dialect, intent)
    assert (request.method, request.body) == ("GET", b"")
    assert request.path + ("?" + request.query if request.query else "") == address


PRODUCTS = [
    # symbol, v2's product type, v1's spelling and product type, the coin of its margin
    ("BTCUSDT", "USDT-FUTURES", "BTCUSDT_UMCBL", "umcbl", "USDT"),
    ("BTCPERP", "USDC-FUTURES", "BTCPERP_CMCBL", "cmcbl", "USDC"),
    ("BTCUSD", "COIN-FUTURES", "BTCUSD_DMCBL", "dmcbl", "BTC"),
    ("ETHUSD", "COIN-FUTURES", "ETHUSD_DMCBL", "dmcbl", "ETH"),
    ("SBTCSUSDT", "SUSDT-FUTURES", "SBTCSUSDT_SUMCBL", "sumcbl", "SUSDT"),
    ("SEOSSUSDT", "SUSDT-FUTURES", "SEOSSUSDT_SUMCBL", "sumcbl", "SUSDT"),
    ("SBTCSUSD", "SCOIN-FUTURES", "SBTCSUSD_SDMCBL", "sdmcbl", "SBTC"),
    ("SETHSUSD", "SCOIN-FUTURES", "SETHSUSD_SDMCBL", "sdmcbl", "SETH"),
    ("SBTCSPERP", "SUSDC-FUTURES", "SBTCSPERP_SCMCBL", "scmcbl", "SUSDC"),
]
REAL = [
    # Coins that begin, and end, with S.
    ("SOLUSDT", "USDT-FUTURES", "USDT"),
    ("SUSDT", "USDT-FUTURES", "USDT"),
    ("SATSUSDT", "USDT-FUTURES", "USDT"),
    ("SAROSUSDT", "USDT-FUTURES", "USDT"),
    ("SSUSDT", "USDT-FUTURES", "USDT"),
    ("SOLUSD", "COIN-FUTURES", "SOL"),
    ("SUSD", "COIN-FUTURES", "S"),
    ("SOLPERP", "USDC-FUTURES", "USDC"),
    ("SPERP", "USDC-FUTURES", "USDC"),
]


@pytest.mark.parametrize(("symbol", "v2", "spelled", "v1", "coin"), PRODUCTS)
def test_a_symbol_tells_its_product_and_its_margin(symbol: str, v2: str, spelled: str, v1: str, coin: str) -> None:
    order = entry(symbol=symbol)
    sent = asked(V2_MIX, order)
    assert (sent["symbol"], sent["productType"], sent["marginCoin"]) == (symbol, v2, coin)
    assert (asked(V1_MIX, order)["symbol"], asked(V1_MIX, order)["marginCoin"]) == (spelled, coin)
    assert asked(V1_MIX, SetPositionMode(PositionMode.HEDGE, symbol))["productType"] == v1
    assert asked(V2_MIX, ReadBalances(F, coin))["productType"] == v2
    assert asked(V1_MIX, ReadBalances(F, coin))["productType"] == v1
    assert asked(V2_MIX, ReadPositions(symbol))["marginCoin"] == coin
    assert asked(V1_MIX, ReadSymbolSettings(symbol)) == {"symbol": spelled, "marginCoin": coin}


def test_every_product_type_of_both_versions_is_reached() -> None:
    """The seed names four of them (EXCHANGES 8.3)."""
    assert {row[1] for row in PRODUCTS} == {
        "USDT-FUTURES", "COIN-FUTURES", "USDC-FUTURES", "SUSDT-FUTURES", "SCOIN-FUTURES", "SUSDC-FUTURES",
    }  # fmt: skip
    assert {row[3] for row in PRODUCTS} == {"umcbl", "dmcbl", "cmcbl", "sumcbl", "sdmcbl", "scmcbl"}


@pytest.mark.parametrize(("symbol", "product", "coin"), REAL)
def test_a_real_coin_that_begins_with_an_s_is_no_demo(symbol: str, product: str, coin: str) -> None:
    sent = asked(V2_MIX, entry(symbol=symbol))
    assert (sent["productType"], sent["marginCoin"]) == (product, coin)


def test_a_real_asset_that_begins_with_an_s_is_no_demo() -> None:
    assert asked(V2_MIX, ReadBalances(F, "SOL"))["productType"] == "COIN-FUTURES"
    assert asked(V1_MIX, ReadBalances(F, "S"))["productType"] == "dmcbl"


@pytest.mark.parametrize("dialect", SPOT_DIALECTS)
@pytest.mark.parametrize(
    ("quantity", "price", "size"),
    [("0.001", "50000", "50"), ("0.00012345", "49999.99", "6.17249876"), ("1", "0.123456789", "0.12345678")],
)
def test_a_market_buy_on_spot_is_sized_in_quote_and_rounded_down(
    dialect: BitgetDialect, quantity: str, price: str, size: str
) -> None:
    sent = asked(dialect, entry(S, type=EntryType.MARKET, quantity=d(quantity), price=d(price)))
    assert sent.get("size", sent.get("quantity")) == size
    assert "price" not in sent


@pytest.mark.parametrize("dialect", SPOT_DIALECTS)
def test_a_market_buy_on_spot_without_a_price_is_a_bug_that_shows(dialect: BitgetDialect) -> None:
    with pytest.raises(ValueError, match="price"):
        encoded(dialect, entry(S, **MARKET))


@pytest.mark.parametrize("dialect", SPOT_DIALECTS)
def test_everything_else_on_spot_is_sized_in_base(dialect: BitgetDialect) -> None:
    for order in (entry(S), entry(S, side=Side.SELL), entry(S, side=Side.SELL, **MARKET)):
        sent = asked(dialect, order)
        assert sent.get("size", sent.get("quantity")) == "0.002"


HEDGED = [
    # the order's direction, whether it closes; v2's side and tradeSide (EXCHANGES 5.5), v1's side (4.4)
    (Side.BUY, False, ("buy", "open"), "open_long"),
    (Side.SELL, True, ("buy", "close"), "close_long"),
    (Side.SELL, False, ("sell", "open"), "open_short"),
    (Side.BUY, True, ("sell", "close"), "close_short"),
]


@pytest.mark.parametrize(("side", "closes", "v2", "v1"), HEDGED)
def test_hedge_mode_names_the_position_and_never_reduce_only(
    side: Side, closes: bool, v2: tuple[str, str], v1: str
) -> None:
    order = entry(side=side, reduce_only=closes, hedge=True)
    sent = asked(V2_MIX, order)
    assert (sent["side"], sent["tradeSide"]) == v2
    assert asked(V1_MIX, order)["side"] == v1
    assert "reduceOnly" not in sent
    assert "reduceOnly" not in asked(V1_MIX, order)


@pytest.mark.parametrize("side", Side)
def test_one_way_mode_names_the_direction_and_says_reduce_only_for_closing_orders_alone(side: Side) -> None:
    opening, closing = entry(side=side), entry(side=side, reduce_only=True)
    word = side.lower()
    assert asked(V2_MIX, opening)["side"] == asked(V2_MIX, closing)["side"] == word
    assert asked(V1_MIX, opening)["side"] == asked(V1_MIX, closing)["side"] == f"{word}_single"
    assert asked(V2_MIX, closing)["reduceOnly"] == "YES"
    assert asked(V1_MIX, closing)["reduceOnly"] is True
    assert not {"reduceOnly", "tradeSide"} & set(asked(V2_MIX, opening))
    assert "reduceOnly" not in asked(V1_MIX, opening)


@pytest.mark.parametrize(
    ("side", "hedge", "v2", "v1"),
    [
        (Side.SELL, True, "long", "long"), (Side.BUY, True, "short", "short"),
        (Side.SELL, False, "buy", "long"), (Side.BUY, False, "sell", "short"),
    ],
)  # fmt: skip
def test_an_exit_names_the_position_that_it_closes_by_mode(side: Side, hedge: bool, v2: str, v1: str) -> None:
    assert asked(V2_MIX, exit_(side=side, hedge=hedge))["holdSide"] == v2
    assert asked(V1_MIX, exit_(side=side, hedge=hedge))["holdSide"] == v1


@pytest.mark.parametrize("dialect", MIX_DIALECTS)
def test_an_exit_without_a_price_to_execute_at_is_executed_at_market(dialect: BitgetDialect) -> None:
    assert "executePrice" not in asked(dialect, exit_())


@pytest.mark.parametrize("dialect", MIX_DIALECTS)
def test_stop_and_target_ride_each_alone(dialect: BitgetDialect) -> None:
    stop, target = asked(dialect, entry(stop=d("45000"))), asked(dialect, entry(target=d("60000")))
    plain = set(asked(dialect, entry()))
    assert set(stop) - plain == {"presetStopLossPrice"}
    assert set(target) - plain == {"presetStopSurplusPrice" if dialect is V2_MIX else "presetTakeProfitPrice"}


def test_isolated_margin_in_hedge_mode_has_a_leverage_a_side() -> None:
    both = asked(V2_MIX, SetLeverage("BTCUSDT", 7, ISOLATED, hedge=True))
    assert (both["longLeverage"], both["shortLeverage"]) == ("7", "7")
    assert "leverage" not in both
    assert asked(V2_MIX, SetLeverage("BTCUSDT", 7, ISOLATED))["leverage"] == "7"
    assert asked(V2_MIX, SetLeverage("BTCUSDT", 7, hedge=True))["leverage"] == "7"


@pytest.mark.parametrize(
    ("mode", "side", "hold"),
    [
        (ISOLATED, Side.BUY, "long"), (ISOLATED, Side.SELL, "short"), (ISOLATED, None, None),
        (MarginMode.CROSS, Side.BUY, None),
    ],
)  # fmt: skip
def test_v1_sets_the_leverage_of_the_side_to_be_opened(mode: MarginMode, side: Side | None, hold: str | None) -> None:
    assert asked(V1_MIX, SetLeverage("BTCUSDT", 7, mode, hedge=True, side=side)).get("holdSide") == hold


@pytest.mark.parametrize("dialect", [V2_MIX, V1_SPOT, V1_MIX])
def test_a_cancel_of_all_that_would_leave_some_is_not_offered(dialect: BitgetDialect) -> None:
    with pytest.raises(KeyError):
        encoded(dialect, CancelAll(dialect.market, "BTCUSDT", conditional=True))


@pytest.mark.parametrize(
    ("dialect", "own_ms"), [(V2_SPOT, 5000), (V2_MIX, 30_000), (V1_SPOT, 30_000), (V1_MIX, 30_000)]
)
def test_an_order_is_bound_by_its_own_deadline_only_where_the_documents_say_so(
    dialect: BitgetDialect, own_ms: int
) -> None:
    request = encoded(dialect, entry(dialect.market))
    assert request.expires_ms == NOW_MS + own_ms
    assert dialect.abilities.lifetime_ms == (0 if own_ms < 30_000 else own_ms)


@pytest.mark.parametrize("dialect", [V2_SPOT, V2_MIX])
def test_the_receive_window_stays_below_a_minute(dialect: BitgetDialect) -> None:
    body = orjson.loads(dialect.encode(entry(dialect.market), KEY, NOW_MS, 60_000).body)
    assert (body["requestTime"], body["receiveWindow"]) == (str(NOW_MS), "59999")


def test_what_the_markets_can_do() -> None:
    for dialect in DIALECTS.values():
        can = dialect.abilities
        assert can.tells_permissions
        assert can.has_history
        assert not can.answers_with_fill
        assert can.buys_in_quote is (dialect.market is S)
        assert can.hedge_mode is can.leverage is (dialect.market is F)
        assert can.exits is (ExitStyle.ATTACHED if dialect.market is F else ExitStyle.SEPARATE)


@pytest.mark.parametrize("dialect", DIALECTS.values())
def test_public_questions_carry_no_key_and_never_expire(dialect: BitgetDialect) -> None:
    for intent in (ReadRules(dialect.market), ReadPrice(dialect.market, "BTCUSDT"), ReadTime(dialect.market)):
        request = encoded(dialect, intent)
        assert request.headers == ()
        assert request.expires_ms is None


@pytest.mark.parametrize(("dialect", "intent"), EVERY_INTENT)
def test_the_signature_covers_what_is_sent(dialect: BitgetDialect, intent: Intent) -> None:
    request = encoded(dialect, intent)
    if request.expires_ms is None:
        return
    signed = prehash(NOW_MS, request.method, request.path, request.query, request.body.decode())
    assert dict(request.headers) == {
        "ACCESS-KEY": KEY.api_key, "ACCESS-SIGN": signature(KEY.secret, signed), "ACCESS-TIMESTAMP": str(NOW_MS),
        "ACCESS-PASSPHRASE": KEY.passphrase, "Content-Type": "application/json", "locale": "en-US",
    }  # fmt: skip


@pytest.mark.parametrize(("dialect", "intent"), EVERY_INTENT)
def test_the_same_arguments_give_the_same_bytes(dialect: BitgetDialect, intent: Intent) -> None:
    assert encoded(dialect, intent) == encoded(dialect, intent)
    assert dialect.venue(intent) is dialect.market


@pytest.mark.parametrize(("dialect", "intent"), EVERY_INTENT)
def test_neither_key_nor_secret_nor_passphrase_is_printed(dialect: BitgetDialect, intent: Intent) -> None:
    request = encoded(dialect, intent)
    shown = repr(request)
    assert not any(part in shown for part in (KEY.api_key, KEY.secret, KEY.passphrase))
    assert KEY.secret not in request.query + request.body.decode() + str(request.headers)


@pytest.mark.parametrize("dialect", DIALECTS.values())
@given(quantity=st.decimals(min_value=Decimal("1e-12"), max_value=Decimal("1e12"), allow_nan=False))
def test_numbers_are_sent_in_plain_notation(dialect: BitgetDialect, quantity: Decimal) -> None:
    sent = asked(dialect, entry(dialect.market, quantity=quantity))
    size = sent.get("size", sent.get("quantity"))
    assert Decimal(size) == quantity
    assert set(size) <= set("0123456789.")


@pytest.mark.parametrize("dialect", DIALECTS.values())
@given(text=st.text(min_size=1, max_size=20))
def test_no_text_can_add_a_field_or_a_parameter(dialect: BitgetDialect, text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    sent = asked(dialect, entry(dialect.market, client_id=text, symbol=text))
    assert set(sent) == set(asked(dialect, entry(dialect.market)))
    assert text in sent.values()
    for query in (QueryOrder(dialect.market, text, text), ReadOpenOrders(dialect.market, text)):
        plain: Any = QueryOrder(dialect.market, "x", "x")
        plain = plain if isinstance(query, QueryOrder) else ReadOpenOrders(dialect.market, "x")
        assert set(asked(dialect, query)) == set(asked(dialect, plain))


@pytest.mark.parametrize("dialect", DIALECTS.values())
def test_an_intent_that_the_market_does_not_know_is_a_bug_that_shows(dialect: BitgetDialect) -> None:
    with pytest.raises(KeyError):
        dialect.encode(OpenTrade("BTCUSD", Side.BUY, d("1"), 2, d("1"), d("1")), Credentials("k", "s", "p"), 1, 1)


@pytest.mark.parametrize("market", Market)
def test_only_contracts_know_positions(market: Market) -> None:
    for dialect in SPOT_DIALECTS:
        with pytest.raises(KeyError):
            encoded(dialect, ReadPositions())
