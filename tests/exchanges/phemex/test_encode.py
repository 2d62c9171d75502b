"""What we ask Phemex, byte by byte."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mysignals.domain.intents import (
    CancelAll,
    CancelOrder,
    ExitKind,
    Intent,
    PlaceExit,
    PlaceOrder,
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
from mysignals.exchanges.phemex import FUTURES, SPOT, PhemexDialect
from mysignals.exchanges.phemex.scales import fits, scaled, unscaled
from mysignals.exchanges.phemex.signing import prehash, signature
from mysignals.exchanges.registry import base_url, dialect_for

from .asking import (
    EVERY_INTENT,
    INVERSE,
    KEY,
    LINEAR,
    NOW_MS,
    F,
    S,
    at_market,
    d,
    encoded,
    exit_order,
    inverse,
    linear,
    spot,
)

SHORT = {"side": Side.SELL}
HEDGE = {"hedge": True}
TARGET = {"kind": ExitKind.TARGET}

ORDERS: list[tuple[str, Market, PlaceOrder | PlaceExit, str, str]] = [
    (
        "a linear limit order", F, linear(), "/g-orders",
        ('{"symbol":"BTCUSDT","side":"Buy","ordType":"Limit","clOrdID":"sig-42-e1","posSide":"Merged",'
        '"orderQtyRq":"0.002","priceRp":"50000","timeInForce":"GoodTillCancel"}'),
    ),
    (
        "a linear limit order with exits attached", F, linear(stop=d("45000"), target=d("60000.10")), "/g-orders",
        ('{"symbol":"BTCUSDT","side":"Buy","ordType":"Limit","clOrdID":"sig-42-e1","posSide":"Merged",'
        '"orderQtyRq":"0.002","stopLossRp":"45000","slTrigger":"ByLastPrice","takeProfitRp":"60000.1",'
        '"tpTrigger":"ByLastPrice","priceRp":"50000","timeInForce":"GoodTillCancel"}'),
    ),
    (
        "a linear market order that closes", F, linear(**at_market(linear())), "/g-orders",
        ('{"symbol":"BTCUSDT","side":"Sell","ordType":"Market","clOrdID":"sig-42-e1","posSide":"Merged",'
        '"orderQtyRq":"0.002","reduceOnly":true}'),
    ),
    (
        "a linear stop", F, exit_order(), "/g-orders",
        ('{"symbol":"BTCUSDT","side":"Sell","ordType":"Stop","clOrdID":"sig-42-sl","stopPxRp":"45000",'
        '"posSide":"Merged","orderQtyRq":"0.002","triggerType":"ByLastPrice","closeOnTrigger":true}'),
    ),
    (
        "a linear target", F, exit_order(**TARGET), "/g-orders",
        ('{"symbol":"BTCUSDT","side":"Sell","ordType":"MarketIfTouched","clOrdID":"sig-42-sl","stopPxRp":"45000",'
        '"posSide":"Merged","orderQtyRq":"0.002","triggerType":"ByLastPrice","closeOnTrigger":true}'),
    ),
    (
        "an inverse limit order", F, inverse(price=d("50000.5")), "/orders",
        ('{"symbol":"BTCUSD","clOrdID":"sig-42-i1","side":"Buy","priceEp":500005000,"orderQty":10,"ordType":"Limit",'
        '"timeInForce":"GoodTillCancel"}'),
    ),
    (
        "an inverse limit order with exits attached", F, inverse(stop=d("45000"), target=d("60000")), "/orders",
        ('{"symbol":"BTCUSD","clOrdID":"sig-42-i1","side":"Buy","priceEp":500000000,"orderQty":10,"ordType":"Limit",'
        '"timeInForce":"GoodTillCancel","takeProfitEp":600000000,"tpTrigger":"ByLastPrice","stopLossEp":450000000,'
        '"slTrigger":"ByLastPrice"}'),
    ),
    (
        "an inverse market order that closes", F, inverse(**at_market(inverse())), "/orders",
        '{"symbol":"BTCUSD","clOrdID":"sig-42-i1","side":"Sell","orderQty":10,"ordType":"Market","reduceOnly":true}',
    ),
    (
        "an inverse order knows no hedge mode", F, inverse(**HEDGE, reduce_only=True), "/orders",
        ('{"symbol":"BTCUSD","clOrdID":"sig-42-i1","side":"Buy","priceEp":500000000,"orderQty":10,"ordType":"Limit",'
        '"reduceOnly":true,"timeInForce":"GoodTillCancel"}'),
    ),
    (
        "an inverse stop", F, exit_order(symbol=INVERSE, **HEDGE), "/orders",
        ('{"symbol":"BTCUSD","clOrdID":"sig-42-sl","side":"Sell","orderQty":10,"ordType":"Stop",'
        '"stopPxEp":450000000,"triggerType":"ByLastPrice","closeOnTrigger":true}'),
    ),
    (
        "an inverse target", F, exit_order(symbol=INVERSE, **TARGET), "/orders",
        ('{"symbol":"BTCUSD","clOrdID":"sig-42-sl","side":"Sell","orderQty":10,"ordType":"MarketIfTouched",'
        '"stopPxEp":450000000,"triggerType":"ByLastPrice","closeOnTrigger":true}'),
    ),
    (
        "a spot limit order", S, spot(), "/spot/orders",
        ('{"symbol":"sBTCUSDT","side":"Buy","ordType":"Limit","clOrdID":"sig-42-s1","qtyType":"ByBase",'
        '"baseQtyEv":100000,"priceEp":5000000000000,"timeInForce":"GoodTillCancel"}'),
    ),
    (
        "a spot market buy is sized in base", S, spot(type=EntryType.MARKET, price=None), "/spot/orders",
        ('{"symbol":"sBTCUSDT","side":"Buy","ordType":"Market","clOrdID":"sig-42-s1","qtyType":"ByBase",'
        '"baseQtyEv":100000}'),
    ),
    (
        "a spot sale knows neither positions nor reduce-only", S, spot(**at_market(spot()), **HEDGE), "/spot/orders",
        ('{"symbol":"sBTCUSDT","side":"Sell","ordType":"Market","clOrdID":"sig-42-s1","qtyType":"ByBase",'
        '"baseQtyEv":100000}'),
    ),
    (
        "a spot stop", S, exit_order(S), "/spot/orders",
        ('{"symbol":"sBTCUSDT","side":"Sell","ordType":"Stop","clOrdID":"sig-42-sl","qtyType":"ByBase",'
        '"baseQtyEv":200000,"stopPxEp":4500000000000,"trigger":"ByLastPrice"}'),
    ),
    (
        "a spot target", S, exit_order(S, **TARGET), "/spot/orders",
        ('{"symbol":"sBTCUSDT","side":"Sell","ordType":"MarketIfTouched","clOrdID":"sig-42-sl","qtyType":"ByBase",'
        '"baseQtyEv":200000,"stopPxEp":4500000000000,"trigger":"ByLastPrice"}'),
    ),
]  # fmt: skip

BY_ID = {"exchange_id": "97dd65db"}
CALLS: list[tuple[Market, Intent, str, str, str]] = [
    (F, QueryOrder(F, LINEAR, "x"), "GET", "/g-orders/activeList", "symbol=BTCUSDT"),
    (F, QueryOrder(F, LINEAR, "x", conditional=True), "GET", "/g-orders/activeList", "symbol=BTCUSDT"),
    (
        F, QueryOrder(F, LINEAR, "x", history=True),
        "GET", "/api-data/g-futures/orders/by-order-id", "symbol=BTCUSDT&clOrdID=x",
    ),
    (
        F, QueryOrder(F, LINEAR, "x", history=True, **BY_ID),
        "GET", "/api-data/g-futures/orders/by-order-id", "symbol=BTCUSDT&orderID=97dd65db",
    ),
    (F, QueryOrder(F, INVERSE, "x"), "GET", "/orders/activeList", "symbol=BTCUSD"),
    (F, QueryOrder(F, INVERSE, "x", history=True), "GET", "/exchange/order", "symbol=BTCUSD&clOrdID=x"),
    (F, QueryOrder(F, INVERSE, "x", history=True, **BY_ID), "GET", "/exchange/order", "symbol=BTCUSD&orderID=97dd65db"),
    (S, QueryOrder(S, LINEAR, "x"), "GET", "/spot/orders/active", "symbol=sBTCUSDT&clOrdID=x"),
    (S, QueryOrder(S, LINEAR, "x", **BY_ID), "GET", "/spot/orders/active", "symbol=sBTCUSDT&orderID=97dd65db"),
    (
        S, QueryOrder(S, LINEAR, "x", history=True),
        "GET", "/api-data/spots/orders/by-order-id", "symbol=sBTCUSDT&clOrdID=x",
    ),
    (F, CancelOrder(F, LINEAR, "x"), "DELETE", "/g-orders/cancel", "symbol=BTCUSDT&clOrdID=x&posSide=Merged"),
    (
        F, CancelOrder(F, LINEAR, "x", conditional=True, **BY_ID),
        "DELETE", "/g-orders/cancel", "symbol=BTCUSDT&orderID=97dd65db&posSide=Merged",
    ),
    (
        F, CancelOrder(F, LINEAR, "x", position=Side.BUY, hedge=True),
        "DELETE", "/g-orders/cancel", "symbol=BTCUSDT&clOrdID=x&posSide=Long",
    ),
    (
        F, CancelOrder(F, LINEAR, "x", position=Side.SELL, hedge=True, kind=ExitKind.STOP),
        "DELETE", "/g-orders/cancel", "symbol=BTCUSDT&clOrdID=x&posSide=Short",
    ),
    (F, CancelOrder(F, INVERSE, "x", position=Side.BUY), "DELETE", "/orders/cancel", "symbol=BTCUSD&clOrdID=x"),
    (S, CancelOrder(S, LINEAR, "x"), "DELETE", "/spot/orders", "symbol=sBTCUSDT&clOrdID=x"),
    (S, CancelOrder(S, LINEAR, "x", **BY_ID), "DELETE", "/spot/orders", "symbol=sBTCUSDT&orderID=97dd65db"),
    (F, CancelAll(F, LINEAR), "DELETE", "/g-orders/all", "symbol=BTCUSDT&untriggered=false"),
    (F, CancelAll(F, LINEAR, conditional=True), "DELETE", "/g-orders/all", "symbol=BTCUSDT&untriggered=true"),
    (F, CancelAll(F, INVERSE, conditional=True), "DELETE", "/orders/all", "symbol=BTCUSD&untriggered=true"),
    (S, CancelAll(S, LINEAR), "DELETE", "/spot/orders/all", "symbol=sBTCUSDT&untriggered=false"),
    (F, ReadOpenOrders(F, LINEAR), "GET", "/g-orders/activeList", "symbol=BTCUSDT"),
    (F, ReadOpenOrders(F, INVERSE, conditional=True), "GET", "/orders/activeList", "symbol=BTCUSD"),
    (S, ReadOpenOrders(S, LINEAR), "GET", "/spot/orders", "symbol=sBTCUSDT"),
    (F, ReadOpenOrders(F, LINEAR, history=True), "GET", "/api-data/g-futures/orders", "symbol=BTCUSDT&limit=200"),
    (F, ReadOpenOrders(F, INVERSE, history=True), "GET", "/exchange/order/list", "symbol=BTCUSD&limit=200"),
    (S, ReadOpenOrders(S, LINEAR, history=True), "GET", "/api-data/spots/orders", "symbol=sBTCUSDT&limit=200"),
    (F, ReadBalances(F), "GET", "/g-accounts/accountPositions", "currency=USDT"),
    (F, ReadBalances(F, "USDT"), "GET", "/g-accounts/accountPositions", "currency=USDT"),
    (F, ReadBalances(F, "ETH"), "GET", "/accounts/accountPositions", "currency=ETH"),
    (S, ReadBalances(S), "GET", "/spot/wallets", ""),
    (S, ReadBalances(S, "BTC"), "GET", "/spot/wallets", "currency=BTC"),
    (F, ReadPositions(), "GET", "/g-accounts/accountPositions", "currency=USDT"),
    (F, ReadPositions(LINEAR), "GET", "/g-accounts/accountPositions", "currency=USDT&symbol=BTCUSDT"),
    (F, ReadPositions("ETHUSD"), "GET", "/accounts/accountPositions", "currency=ETH"),
    (F, ReadPositionMode(), "GET", "/g-accounts/accountPositions", "currency=USDT"),
    (F, ReadSymbolSettings(LINEAR), "GET", "/g-accounts/accountPositions", "currency=USDT&symbol=BTCUSDT"),
    (F, ReadSymbolSettings(INVERSE), "GET", "/accounts/accountPositions", "currency=BTC"),
    (
        F, SetPositionMode(PositionMode.HEDGE, LINEAR),
        "PUT", "/g-positions/switch-pos-mode-sync", "symbol=BTCUSDT&targetPosMode=Hedged",
    ),
    (
        F, SetPositionMode(PositionMode.ONE_WAY, LINEAR),
        "PUT", "/g-positions/switch-pos-mode-sync", "symbol=BTCUSDT&targetPosMode=OneWay",
    ),
]  # fmt: skip

LEVERAGES: list[tuple[str, int, MarginMode, bool, str, str]] = [
    (LINEAR, 7, MarginMode.ISOLATED, False, "/g-positions/leverage", "symbol=BTCUSDT&leverageRr=7"),
    (LINEAR, 7, MarginMode.CROSS, False, "/g-positions/leverage", "symbol=BTCUSDT&leverageRr=-7"),
    (
        LINEAR, 7, MarginMode.ISOLATED, True,
        "/g-positions/leverage", "symbol=BTCUSDT&longLeverageRr=7&shortLeverageRr=7",
    ),
    (
        LINEAR, 7, MarginMode.CROSS, True,
        "/g-positions/leverage", "symbol=BTCUSDT&longLeverageRr=-7&shortLeverageRr=-7",
    ),
    (INVERSE, 7, MarginMode.ISOLATED, False, "/positions/leverage", "symbol=BTCUSD&leverage=7"),
    (INVERSE, 7, MarginMode.CROSS, True, "/positions/leverage", "symbol=BTCUSD&leverage=-7"),
]  # fmt: skip


@pytest.mark.parametrize(("_", "market", "order", "path", "body"), ORDERS, ids=[row[0] for row in ORDERS])
def test_an_order_is_these_very_bytes(
    _: str, market: Market, order: PlaceOrder | PlaceExit, path: str, body: str
) -> None:
    request = encoded(order, market)
    assert (request.method, request.path, request.query) == ("POST", path, "")
    assert request.body.decode() == body
    assert ("Content-Type", "application/json") in request.headers


@pytest.mark.parametrize(("market", "intent", "method", "path", "query"), CALLS)
def test_a_call_is_this_very_query(market: Market, intent: Intent, method: str, path: str, query: str) -> None:
    request = encoded(intent, market)
    assert (request.method, request.path, request.query, request.body) == (method, path, query, b"")
    assert len(request.headers) == 3


@pytest.mark.parametrize(("symbol", "leverage", "mode", "hedge", "path", "query"), LEVERAGES)
def test_margin_mode_and_leverage_are_one_setting_with_a_sign(
    symbol: str, leverage: int, mode: MarginMode, hedge: bool, path: str, query: str
) -> None:
    for intent in (SetLeverage(symbol, leverage, mode, hedge), SetMarginMode(symbol, mode, leverage, hedge)):
        request = encoded(intent)
        assert (request.method, request.path, request.query) == ("PUT", path, query)


@pytest.mark.parametrize(
    ("market", "intent", "path", "query"),
    [
        (S, ReadRules(S), "/public/products", ""), (F, ReadRules(F), "/public/products", ""),
        (S, ReadTime(S), "/public/time", ""), (F, ReadTime(F), "/public/time", ""),
        (S, ReadPrice(S, LINEAR), "/md/spot/ticker/24hr", "symbol=sBTCUSDT"),
        (F, ReadPrice(F, LINEAR), "/md/v2/ticker/24hr", "symbol=BTCUSDT"),
        (F, ReadPrice(F, INVERSE), "/md/ticker/24hr", "symbol=BTCUSD"),
    ],
)  # fmt: skip
def test_public_questions_carry_no_key(market: Market, intent: Intent, path: str, query: str) -> None:
    request = encoded(intent, market)
    assert (request.method, request.path, request.query) == ("GET", path, query)
    assert (request.headers, request.body, request.expires_ms) == ((), b"", None)


@pytest.mark.parametrize(
    ("side", "closes", "position"),
    [(Side.BUY, False, "Long"), (Side.SELL, False, "Short"), (Side.SELL, True, "Long"), (Side.BUY, True, "Short")],
)
def test_in_hedge_mode_an_order_names_the_position_it_opens_or_closes(side: Side, closes: bool, position: str) -> None:
    body = encoded(linear(side=side, reduce_only=closes, hedge=True)).body.decode()
    assert f'"posSide":"{position}"' in body
    assert ('"reduceOnly":true' in body) is closes


@pytest.mark.parametrize(("side", "position"), [(Side.SELL, "Long"), (Side.BUY, "Short")])
def test_in_hedge_mode_an_exit_names_the_position_it_closes(side: Side, position: str) -> None:
    assert f'"posSide":"{position}"' in encoded(exit_order(side=side, hedge=True)).body.decode()


def test_in_hedge_mode_a_cancel_without_its_position_is_a_bug_and_never_sent() -> None:
    with pytest.raises(AssertionError):
        encoded(CancelOrder(F, LINEAR, "x", hedge=True))


def test_spot_attaches_no_exits_and_says_so_before_anything_is_sent() -> None:
    for attached in ({"stop": d("45000")}, {"target": d("60000")}):
        with pytest.raises(AssertionError):
            encoded(spot(**attached), S)


@pytest.mark.parametrize(
    ("dialect", "intent"),
    [
        (FUTURES, ReadPermissions()), (FUTURES, SetPositionMode(PositionMode.HEDGE, INVERSE)),
        (SPOT, SetLeverage(LINEAR, 3)), (SPOT, ReadPositions()),
    ],
)  # fmt: skip
def test_what_an_api_does_not_know_is_a_bug_of_the_caller(dialect: PhemexDialect, intent: Intent) -> None:
    with pytest.raises(KeyError):
        dialect.encode(intent, KEY, NOW_MS, 5000)


@pytest.mark.parametrize(("dialect", "intent"), EVERY_INTENT)
def test_every_signed_request_is_signed_over_what_is_sent(dialect: PhemexDialect, intent: Intent) -> None:
    request = dialect.encode(intent, KEY, NOW_MS, 5000)
    if request.expires_ms is None:
        return
    told = dict(request.headers)
    signed = prehash(
        request.path, request.query, int(told["x-phemex-request-expiry"]), request.body.decode()
    )  # fmt: skip
    assert told["x-phemex-request-signature"] == signature(KEY.secret, signed)
    assert told["x-phemex-access-token"] == KEY.api_key
    assert KEY.secret not in repr(request) + repr(KEY)


@given(now_ms=st.integers(NOW_MS, NOW_MS + 5000), expiry_ms=st.integers(2000, 60_000))
def test_a_request_is_refused_from_its_deadline_on_and_that_is_never_later_than_wanted(
    now_ms: int, expiry_ms: int
) -> None:
    request = FUTURES.encode(linear(), KEY, now_ms, expiry_ms)
    header_s = int(dict(request.headers)["x-phemex-request-expiry"])
    assert request.expires_ms is not None
    assert now_ms < header_s * 1000 < request.expires_ms <= now_ms + expiry_ms
    assert request.expires_ms // 1000 > header_s, "refused also by a server that counts in whole seconds"
    assert now_ms + expiry_ms - request.expires_ms < 1000, "as late as whole seconds allow"


@given(now_ms=st.integers(NOW_MS, NOW_MS + 5000), expiry_ms=st.integers(0, 1999))
def test_the_shortest_deadline_is_the_second_after_the_next(now_ms: int, expiry_ms: int) -> None:
    request = FUTURES.encode(linear(), KEY, now_ms, expiry_ms)
    header_s = int(dict(request.headers)["x-phemex-request-expiry"])
    assert header_s == now_ms // 1000 + 1
    assert request.expires_ms == (header_s + 1) * 1000


@given(st.decimals(-(10**15), 10**15, allow_nan=False, places=8))
def test_scaling_there_and_back_changes_nothing(value: Decimal) -> None:
    assert unscaled(scaled(value, 8), 8) == value
    assert fits(value, 8)


@pytest.mark.parametrize(
    ("value", "scale", "number"),
    [("50000.5", 4, 500005000), ("0.00000001", 8, 1), ("0.1", 8, 10_000_000), ("-10", 8, -1_000_000_000),
     ("1E+3", 4, 10_000_000), ("123456789012345678901234.00000001", 8, 12345678901234567890123400000001)],
)  # fmt: skip
def test_a_decimal_has_one_scaled_integer(value: str, scale: int, number: int) -> None:
    assert scaled(Decimal(value), scale) == number
    assert unscaled(number, scale) == Decimal(value)


@pytest.mark.parametrize(("value", "scale"), [("0.00001", 4), ("0.000000001", 8), ("1.5", 0), ("NaN", 8), ("1E-30", 8)])
def test_what_is_no_whole_number_when_scaled_is_refused_and_never_rounded(value: str, scale: int) -> None:
    with pytest.raises(ValueError):
        scaled(Decimal(value), scale)


@pytest.mark.parametrize(
    ("market", "order"),
    [(F, inverse(price=d("50000.00001"))), (F, inverse(quantity=d("0.5"))), (S, spot(quantity=d("0.000000001"))),
     (S, spot(price=d("0.000000001"))), (F, exit_order(symbol=INVERSE, trigger_price=d("0.00001")))],
)  # fmt: skip
def test_an_order_that_would_have_to_be_rounded_is_never_sent(market: Market, order: Intent) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        encoded(order, market)


@pytest.mark.parametrize("name", ['"', "a b", "a&b", "é", "", "x" * 65, "a%20", "a\n"])
def test_what_would_need_escaping_is_never_sent(name: str) -> None:
    for intent in (linear(client_id=name), linear(symbol=name), QueryOrder(F, LINEAR, name, history=True)):
        with pytest.raises(ValueError, match="not a word"):
            encoded(intent)


def test_phemex_is_registered_with_its_hosts() -> None:
    assert dialect_for("phemex", S) is SPOT
    assert dialect_for("phemex", F) is FUTURES
    for market in Market:
        assert base_url("phemex", market, "live", "") == "https://api.phemex.com"
        assert base_url("phemex", market, "testnet", "") == "https://testnet-api.phemex.com"
        assert base_url("phemex", market, "paper", "http://here:1/") == "http://here:1/phemex"
        assert {dialect_for("phemex", market).venue(intent) for intent in (ReadTime(market),)} == {market}
