"""What we ask Binance, parameter by parameter."""

from decimal import Decimal
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mysignals.domain.intents import (
    CancelAll,
    CancelOrder,
    ExitKind,
    Intent,
    PlaceOco,
    QueryOrder,
    ReadOpenOrders,
    ReadPermissions,
    ReadPositions,
    ReadPrice,
    ReadRules,
    ReadTime,
    SetMarginMode,
    SetPositionMode,
)
from mysignals.domain.market import EntryType, MarginMode, Market, PositionMode, Side
from mysignals.exchanges.binance import FUTURES, SPOT, BinanceDialect
from mysignals.exchanges.binance.signing import signature
from mysignals.exchanges.wire import Credentials

from .asking import EVERY_INTENT, KEY, NOW_MS, asked, candles_of, d, encoded, entry, exit_order, oco, protected

F = Market.FUTURES


def test_a_spot_market_order_has_neither_price_nor_time_in_force() -> None:
    sent = asked(entry(type=EntryType.MARKET, price=None))
    assert "price" not in sent
    assert "timeInForce" not in sent
    assert sent["type"] == "MARKET"


def test_a_spot_order_never_speaks_of_positions() -> None:
    sent = asked(entry(reduce_only=True, hedge=True))
    assert "reduceOnly" not in sent
    assert "positionSide" not in sent


@pytest.mark.parametrize(
    ("side", "closes", "position"),
    [(Side.BUY, False, "LONG"), (Side.SELL, False, "SHORT"), (Side.SELL, True, "LONG"), (Side.BUY, True, "SHORT")],
)
def test_hedge_mode_names_the_position_and_never_reduce_only(side: Side, closes: bool, position: str) -> None:
    sent = asked(entry(F, side=side, reduce_only=closes, hedge=True), F)
    assert sent["positionSide"] == position
    assert "reduceOnly" not in sent


@pytest.mark.parametrize("side", Side)
def test_one_way_mode_says_reduce_only_for_closing_orders_alone(side: Side) -> None:
    opening, closing = asked(entry(F, side=side), F), asked(entry(F, side=side, reduce_only=True), F)
    assert opening["positionSide"] == closing["positionSide"] == "BOTH"
    assert "reduceOnly" not in opening
    assert closing["reduceOnly"] == "true"


@pytest.mark.parametrize(("side", "position"), [(Side.SELL, "LONG"), (Side.BUY, "SHORT")])
def test_an_exit_in_hedge_mode_belongs_to_the_position_it_closes(side: Side, position: str) -> None:
    sent = asked(exit_order(side=side, hedge=True), F)
    assert sent["positionSide"] == position
    assert "reduceOnly" not in sent


def test_an_exit_goes_to_the_algo_service_with_a_trigger_price() -> None:
    assert encoded(exit_order(), F).path == "/fapi/v1/algoOrder"
    assert asked(exit_order(), F) == {
        "symbol": "BTCUSDT", "side": "SELL", "clientAlgoId": "sig-42-sl", "type": "STOP_MARKET", "quantity": "0.002",
        "triggerPrice": "45000", "reduceOnly": "true", "positionSide": "BOTH", "algoType": "CONDITIONAL",
        "workingType": "CONTRACT_PRICE",
    }  # fmt: skip


def test_a_target_is_a_take_profit_market() -> None:
    assert asked(exit_order(kind=ExitKind.TARGET), F)["type"] == "TAKE_PROFIT_MARKET"


def test_the_oco_of_a_long_has_its_target_above_and_its_stop_below() -> None:
    sent = asked(oco())
    assert (sent["aboveType"], sent["abovePrice"], sent["aboveClientOrderId"]) == ("LIMIT_MAKER", "60000", "sig-42-tp")
    assert (sent["belowType"], sent["belowStopPrice"], sent["belowPrice"]) == ("STOP_LOSS_LIMIT", "45000", "44900")
    assert (sent["belowTimeInForce"], sent["belowClientOrderId"]) == ("GTC", "sig-42-sl")


def test_the_oco_of_a_short_is_the_mirror_image() -> None:
    sent = asked(oco(Side.BUY, target="45000", stop="60000", limit=None))
    assert (sent["belowType"], sent["belowPrice"], sent["belowClientOrderId"]) == ("LIMIT_MAKER", "45000", "sig-42-tp")
    assert (sent["aboveType"], sent["aboveStopPrice"]) == ("STOP_LOSS", "60000")
    assert "abovePrice" not in sent
    assert "aboveTimeInForce" not in sent


def test_a_protected_entry_carries_its_exits_sized_for_the_commission() -> None:
    assert encoded(protected()).path == "/api/v3/orderList/otoco"
    assert asked(protected()) == {
        "symbol": "BTCUSDT", "listClientOrderId": "list", "newOrderRespType": "FULL", "workingType": "LIMIT",
        "workingSide": "BUY", "workingClientOrderId": "entry", "workingPrice": "50000", "workingQuantity": "0.001",
        "workingTimeInForce": "GTC", "pendingSide": "SELL", "pendingQuantity": "0.00099",
        "pendingAboveType": "LIMIT_MAKER", "pendingAbovePrice": "60000", "pendingAboveClientOrderId": "target",
        "pendingBelowType": "STOP_LOSS", "pendingBelowStopPrice": "45000", "pendingBelowClientOrderId": "stop",
    }  # fmt: skip


def test_a_protected_sale_has_its_stop_above() -> None:
    sent = asked(protected(Side.SELL, target="45000", stop="60000", limit="60100"))
    assert sent["pendingSide"] == "BUY"
    assert (sent["pendingAboveType"], sent["pendingAboveStopPrice"]) == ("STOP_LOSS_LIMIT", "60000")
    assert (sent["pendingAbovePrice"], sent["pendingAboveTimeInForce"]) == ("60100", "GTC")
    assert (sent["pendingBelowType"], sent["pendingBelowPrice"]) == ("LIMIT_MAKER", "45000")


@pytest.mark.parametrize(("ask", "method"), [(QueryOrder, "GET"), (CancelOrder, "DELETE")])
def test_a_conditional_order_is_looked_for_in_its_own_store(
    ask: type[QueryOrder] | type[CancelOrder], method: str
) -> None:
    request = encoded(ask(F, "BTCUSDT", "x", conditional=True), F)
    assert (request.method, request.path) == (method, "/fapi/v1/algoOrder")
    assert "clientAlgoId=x" in request.query


def test_a_conditional_spot_order_is_an_order_like_any_other() -> None:
    request = encoded(QueryOrder(Market.SPOT, "BTCUSDT", "x", conditional=True))
    assert request.path == "/api/v3/order"


@pytest.mark.parametrize(("ask", "method"), [(QueryOrder, "GET"), (CancelOrder, "DELETE")])
@pytest.mark.parametrize(
    ("market", "conditional", "path", "parameters"),
    [
        (Market.SPOT, False, "/api/v3/order", {"symbol": "BTCUSDT", "orderId": "28"}),
        (F, False, "/fapi/v1/order", {"symbol": "BTCUSDT", "orderId": "28"}),
        (F, True, "/fapi/v1/algoOrder", {"algoId": "28"}),
    ],
)
def test_the_exchanges_own_id_goes_before_ours(
    ask: type[QueryOrder] | type[CancelOrder],
    method: str,
    market: Market,
    conditional: bool,
    path: str,
    parameters: dict[str, str],
) -> None:
    intent = ask(market, "BTCUSDT", "ours", conditional, exchange_id="28")
    request = encoded(intent, market)
    assert (request.method, request.path) == (method, path)
    assert asked(intent, market) == parameters


@pytest.mark.parametrize(
    ("intent", "method", "path"),
    [
        (CancelAll(Market.SPOT, "BTCUSDT"), "DELETE", "/api/v3/openOrders"),
        (CancelAll(Market.SPOT, "BTCUSDT", conditional=True), "DELETE", "/api/v3/openOrders"),
        (CancelAll(F, "BTCUSDT"), "DELETE", "/fapi/v1/allOpenOrders"),
        (CancelAll(F, "BTCUSDT", conditional=True), "DELETE", "/fapi/v1/algoOpenOrders"),
        (ReadOpenOrders(Market.SPOT, "BTCUSDT"), "GET", "/api/v3/openOrders"),
        (ReadOpenOrders(F, "BTCUSDT"), "GET", "/fapi/v1/openOrders"),
        (ReadOpenOrders(F, "BTCUSDT", conditional=True), "GET", "/fapi/v1/openAlgoOrders"),
    ],
)
def test_all_orders_of_a_symbol_are_where_their_store_is(intent: Intent, method: str, path: str) -> None:
    market = intent.market  # type: ignore[union-attr]
    request = encoded(intent, market)
    assert (request.method, request.path) == (method, path)
    assert asked(intent, market) == {"symbol": "BTCUSDT"}


@pytest.mark.parametrize(("mode", "dual"), [(PositionMode.HEDGE, "true"), (PositionMode.ONE_WAY, "false")])
def test_hedge_mode_is_called_dual_side(mode: PositionMode, dual: str) -> None:
    request = encoded(SetPositionMode(mode), F)
    assert (request.method, request.path) == ("POST", "/fapi/v1/positionSide/dual")
    assert asked(SetPositionMode(mode), F) == {"dualSidePosition": dual}


def test_positions_of_one_symbol_or_of_all() -> None:
    assert asked(ReadPositions("ETHUSDT"), F) == {"symbol": "ETHUSDT"}
    assert asked(ReadPositions(), F) == {}


def test_cross_margin_is_called_crossed() -> None:
    assert asked(SetMarginMode("BTCUSDT", MarginMode.CROSS), F)["marginType"] == "CROSSED"


@pytest.mark.parametrize("dialect", [SPOT, FUTURES])
def test_permissions_are_asked_of_the_spot_host(dialect: BinanceDialect) -> None:
    assert dialect.venue(ReadPermissions()) is Market.SPOT
    assert dialect.encode(ReadPermissions(), KEY, NOW_MS, 5000).path == "/sapi/v1/account/apiRestrictions"


@pytest.mark.parametrize("market", Market)
def test_public_questions_carry_no_key_and_never_expire(market: Market) -> None:
    for intent in (ReadRules(market), ReadPrice(market, "BTCUSDT"), candles_of(market), ReadTime(market)):
        request = encoded(intent, market)
        assert request.headers == ()
        assert request.expires_ms is None
        assert "signature" not in request.query


@pytest.mark.parametrize(("dialect", "intent"), EVERY_INTENT)
def test_the_signature_covers_what_is_sent_and_comes_last(dialect: BinanceDialect, intent: Intent) -> None:
    request = dialect.encode(intent, KEY, NOW_MS, 5000)
    if request.expires_ms is None:
        return
    payload, _, found = (request.query + request.body.decode()).rpartition("&signature=")
    assert found == signature(KEY.secret, payload)
    assert request.expires_ms == NOW_MS + 5000
    assert "recvWindow=5000" in payload


@pytest.mark.parametrize(("dialect", "intent"), EVERY_INTENT)
def test_the_same_arguments_give_the_same_bytes(dialect: BinanceDialect, intent: Intent) -> None:
    assert dialect.encode(intent, KEY, NOW_MS, 5000) == dialect.encode(intent, KEY, NOW_MS, 5000)


@pytest.mark.parametrize(("dialect", "intent"), EVERY_INTENT)
def test_neither_key_nor_secret_is_printed(dialect: BinanceDialect, intent: Intent) -> None:
    request = dialect.encode(intent, KEY, NOW_MS, 5000)
    assert KEY.api_key not in repr(request)
    assert KEY.secret not in request.query + request.body.decode() + str(request.headers)


@given(st.decimals(min_value=Decimal("1e-12"), max_value=Decimal("1e12"), allow_nan=False))
def test_numbers_are_sent_in_plain_notation(quantity: Decimal) -> None:
    sent = asked(entry(quantity=quantity))["quantity"]
    assert Decimal(sent) == quantity
    assert set(sent) <= set("0123456789.")


@given(st.text(min_size=1, max_size=20))
def test_no_text_can_add_a_parameter(client_id: str) -> None:
    try:
        client_id.encode()
    except UnicodeEncodeError:
        return
    sent = asked(entry(client_id=client_id))
    assert set(sent) == set(asked(entry()))
    assert unquote(sent["newClientOrderId"]) == client_id


def test_an_intent_of_the_other_market_is_a_bug_that_shows() -> None:
    with pytest.raises(KeyError):
        FUTURES.encode(
            PlaceOco("BTCUSDT", Side.SELL, d("1"), d("2"), d("1"), None, "a", "b", "c"), Credentials("k", "s"), 1, 1
        )
