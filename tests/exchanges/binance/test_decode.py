"""What Binance's good answers mean, and what is no answer at all."""

from decimal import Decimal
from typing import Any

import pytest

from mysignals.domain.intents import (
    CancelAll,
    CancelOrder,
    ExitKind,
    Intent,
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
from mysignals.domain.market import MarginMode, Market, PositionMode, Side, SymbolRules
from mysignals.domain.outcomes import (
    Accepted,
    Balances,
    ModeRead,
    OpenOrder,
    OpenOrders,
    OrderReport,
    OrderState,
    Permissions,
    Positions,
    PriceRead,
    RulesRead,
    SymbolSettings,
    TimeRead,
    Unknown,
)
from mysignals.exchanges.binance import FUTURES, SPOT, BinanceDialect
from mysignals.exchanges.wire import HttpResponse

from . import answers
from .asking import EVERY_INTENT, answer, d, entry, exit_order, oco, protected

F, S = Market.FUTURES, Market.SPOT


def only_order(dialect: BinanceDialect, intent: Intent, document: Any) -> OrderReport:
    outcome = dialect.decode(intent, answer(document))
    assert isinstance(outcome, Accepted), outcome
    (report,) = outcome.orders
    return report


def test_a_filled_spot_order_tells_price_and_commission() -> None:
    assert only_order(SPOT, entry(), answers.SPOT_ORDER) == OrderReport(
        client_id="sig-42-e1", exchange_id="28", state=OrderState.FILLED, filled=d("0.001"), average_price=d("49998"),
        commission_in_base=d("0.000001"), quantity=d("0.001"),
    )  # fmt: skip


def test_a_commission_in_another_coin_takes_nothing_of_what_was_bought() -> None:
    fills = [{**answers.SPOT_ORDER["fills"][0], "commissionAsset": "BNB"}]
    assert only_order(SPOT, entry(), {**answers.SPOT_ORDER, "fills": fills}).commission_in_base == 0


def test_a_new_futures_order_has_no_average_price() -> None:
    report = only_order(FUTURES, entry(F), answers.FUTURES_ORDER)
    assert (report.state, report.filled, report.average_price) == (OrderState.NEW, d("0"), None)


@pytest.mark.parametrize("told", [{"avgPrice": "50001.5"}, {"avgPrice": "0", "cumQuote": "100.003"}])
def test_a_filled_futures_order_tells_its_price_in_one_of_two_ways(told: dict[str, str]) -> None:
    filled = {**answers.FUTURES_ORDER, "status": "FILLED", "executedQty": "0.002", **told}
    assert only_order(FUTURES, entry(F), filled).average_price == d("50001.5")


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("NEW", OrderState.NEW), ("PENDING_NEW", OrderState.PENDING), ("CANCELED", OrderState.CANCELLED),
        ("REJECTED", OrderState.REJECTED), ("EXPIRED", OrderState.EXPIRED), ("EXPIRED_IN_MATCH", OrderState.EXPIRED),
        ("PARTIALLY_FILLED", OrderState.PARTIALLY_FILLED), ("SOMETHING_NEW", OrderState.UNKNOWN),
    ],
)  # fmt: skip
def test_every_status_has_its_state(status: str, state: OrderState) -> None:
    assert only_order(SPOT, entry(), {**answers.SPOT_ORDER, "status": status}).state is state


def test_an_order_that_is_only_acknowledged_is_accepted_in_a_state_nobody_told() -> None:
    report = only_order(SPOT, entry(), {"symbol": "BTCUSDT", "orderId": 28, "clientOrderId": "sig-42-e1"})
    assert (report.exchange_id, report.state, report.filled) == ("28", OrderState.UNKNOWN, d("0"))


def test_an_answer_about_another_order_is_no_answer() -> None:
    assert isinstance(SPOT.decode(entry(client_id="mine"), answer(answers.SPOT_ORDER)), Unknown)


def test_an_order_filled_with_nothing_is_no_answer() -> None:
    assert isinstance(SPOT.decode(entry(), answer({**answers.SPOT_ORDER, "executedQty": "0"})), Unknown)


def test_an_oco_lists_target_then_stop() -> None:
    outcome = SPOT.decode(oco(), answer(answers.OCO))
    assert isinstance(outcome, Accepted)
    assert [(o.client_id, o.exchange_id) for o in outcome.orders] == [("sig-42-tp", "11"), ("sig-42-sl", "10")]


def test_an_oco_answer_that_does_not_name_the_stop_proves_no_stop() -> None:
    told = {**answers.OCO, "orderReports": [answers.list_leg("sig-42-tp", 11)]}
    assert isinstance(SPOT.decode(oco(), answer(told)), Unknown)


def test_a_protected_entry_lists_entry_target_stop() -> None:
    outcome = SPOT.decode(protected(), answer(answers.OTOCO))
    assert isinstance(outcome, Accepted)
    assert [o.client_id for o in outcome.orders] == ["entry", "target", "stop"]
    assert [o.state for o in outcome.orders] == [OrderState.NEW, OrderState.PENDING, OrderState.PENDING]


def test_a_cancelled_spot_order_goes_by_the_id_it_was_placed_with() -> None:
    told = {
        **answers.SPOT_ORDER, "origClientOrderId": "sig-42-e1", "clientOrderId": "the-cancel", "status": "CANCELED",
    }  # fmt: skip
    report = only_order(SPOT, CancelOrder(S, "BTCUSDT", "sig-42-e1"), told)
    assert (report.client_id, report.state) == ("sig-42-e1", OrderState.CANCELLED)


def test_cancelling_one_leg_tells_that_both_are_cancelled() -> None:
    legs = [
        {**answers.list_leg("the-cancel", 9, "CANCELED"), "origClientOrderId": name} for name in ("other", "sig-42-sl")
    ]
    outcome = SPOT.decode(CancelOrder(S, "BTCUSDT", "sig-42-sl"), answer({**answers.OCO, "orderReports": legs}))
    assert isinstance(outcome, Accepted)
    assert [o.client_id for o in outcome.orders] == ["sig-42-sl", "other"]


@pytest.mark.parametrize("ask", [QueryOrder, CancelOrder])
def test_an_order_asked_for_by_binances_id_may_have_a_client_id_we_do_not_know(
    ask: type[QueryOrder] | type[CancelOrder],
) -> None:
    born = {**answers.FUTURES_ORDER, "orderId": 22542200, "clientOrderId": "x-made-by-binance"}
    report = only_order(FUTURES, ask(F, "BTCUSDT", "sig-42-sl", exchange_id="22542200"), born)
    assert (report.client_id, report.exchange_id) == ("x-made-by-binance", "22542200")


@pytest.mark.parametrize(
    ("dialect", "intent", "document"),
    [
        (SPOT, QueryOrder(S, "BTCUSDT", "sig-42-e1", exchange_id="29"), answers.SPOT_ORDER),
        (SPOT, CancelOrder(S, "BTCUSDT", "sig-42-sl", exchange_id="29"), answers.OCO),
        (FUTURES, QueryOrder(F, "BTCUSDT", "sig-42-sl", conditional=True, exchange_id="29"), answers.ALGO_ORDER),
        (FUTURES, CancelOrder(F, "BTCUSDT", "sig-42-sl", conditional=True, exchange_id="29"), answers.ALGO_CANCELLED),
    ],
)
def test_the_answer_about_another_id_of_binances_is_no_answer(
    dialect: BinanceDialect, intent: Intent, document: Any
) -> None:
    assert isinstance(dialect.decode(intent, answer(document)), Unknown)


def test_cancelling_one_leg_by_binances_id_names_that_leg_first() -> None:
    outcome = SPOT.decode(CancelOrder(S, "BTCUSDT", "", exchange_id="11"), answer(answers.OCO))
    assert isinstance(outcome, Accepted)
    assert [o.exchange_id for o in outcome.orders] == ["11", "10"]


def test_cancelling_all_of_spot_names_every_order_those_of_lists_too() -> None:
    outcome = SPOT.decode(CancelAll(S, "BTCUSDT"), answer([answers.SPOT_CANCELLED, answers.OCO]))
    assert isinstance(outcome, Accepted)
    assert [o.client_id for o in outcome.orders] == ["sig-42-e1", "sig-42-sl", "sig-42-tp"]
    assert outcome.orders[0].state is OrderState.CANCELLED


@pytest.mark.parametrize("document", [[], {}, [{}], [answers.SPOT_CANCELLED, {"orderReports": []}]])
def test_cancelling_all_of_spot_is_not_believed_without_names(document: Any) -> None:
    assert isinstance(SPOT.decode(CancelAll(S, "BTCUSDT"), answer(document)), Unknown)


@pytest.mark.parametrize("conditional", [False, True])
def test_cancelling_all_of_futures_is_done_when_the_code_says_200(conditional: bool) -> None:
    intent = CancelAll(F, "BTCUSDT", conditional)
    assert FUTURES.decode(intent, answer(answers.ALL_CANCELLED)) == Accepted()
    assert isinstance(FUTURES.decode(intent, answer({"code": 201})), Unknown)


def test_resting_spot_orders_with_what_tells_them_apart() -> None:
    outcome = SPOT.decode(ReadOpenOrders(S, "BTCUSDT"), answer([answers.SPOT_RESTING, answers.SPOT_STOP_RESTING]))
    entry_report = OrderReport(
        "sig-42-e1", "28", OrderState.PARTIALLY_FILLED, d("0.0004"), d("50000"), quantity=d("0.001"),
        changed_ms=1700000000456,
    )  # fmt: skip
    stop_report = OrderReport(
        "sig-42-sl", "10", OrderState.NEW, quantity=d("0.001"), changed_ms=answers.SPOT_STOP_RESTING["updateTime"]
    )  # fmt: skip
    assert outcome == OpenOrders((
        OpenOrder(entry_report, "BTCUSDT", Side.BUY, d("0.001"), created_ms=1700000000123),
        OpenOrder(
            stop_report, "BTCUSDT", Side.SELL, d("0.001"), ExitKind.STOP, d("45000"), created_ms=1700000000123
        ),
    ))  # fmt: skip


def test_resting_futures_orders_are_plain_ones() -> None:
    outcome = FUTURES.decode(ReadOpenOrders(F, "BTCUSDT"), answer([answers.FUTURES_RESTING]))
    report = OrderReport(
        "sig-42-e1", "22542179", OrderState.NEW, quantity=d("0.002"), changed_ms=1700000000123
    )  # fmt: skip
    expected = OpenOrder(report, "BTCUSDT", Side.BUY, d("0.002"), created_ms=1700000000100)
    assert outcome == OpenOrders((expected,))


@pytest.mark.parametrize(
    ("order_type", "kind"),
    [
        ("STOP_MARKET", ExitKind.STOP), ("STOP", ExitKind.STOP), ("TAKE_PROFIT_MARKET", ExitKind.TARGET),
        ("TAKE_PROFIT", ExitKind.TARGET),
    ],
)  # fmt: skip
def test_resting_conditional_orders_tell_their_kind_and_trigger(order_type: str, kind: ExitKind) -> None:
    told = {**answers.ALGO_ORDER, "orderType": order_type}
    outcome = FUTURES.decode(ReadOpenOrders(F, "BTCUSDT", conditional=True), answer([told]))
    assert isinstance(outcome, OpenOrders)
    (resting,) = outcome.items
    assert (resting.kind, resting.trigger_price, resting.side) == (kind, d("45000"), Side.SELL)
    assert (resting.report.client_id, resting.created_ms) == ("sig-42-sl", 1750485492076)


def test_a_trailing_stop_has_no_trigger_of_its_own() -> None:
    told = {**answers.ALGO_ORDER, "orderType": "TRAILING_STOP_MARKET", "triggerPrice": "0"}
    outcome = FUTURES.decode(ReadOpenOrders(F, "BTCUSDT", conditional=True), answer([told]))
    assert isinstance(outcome, OpenOrders)
    assert (outcome.items[0].kind, outcome.items[0].trigger_price) == (ExitKind.STOP, None)


@pytest.mark.parametrize("broken", [{"side": "HOLD"}, {"side": None}, {"origQty": None}, {"clientOrderId": ""}])
def test_a_resting_order_that_cannot_be_read_is_not_overlooked(broken: dict[str, Any]) -> None:
    told = [answers.SPOT_RESTING, {**answers.SPOT_RESTING, **broken}]
    assert isinstance(SPOT.decode(ReadOpenOrders(S, "BTCUSDT"), answer(told)), Unknown)


def test_nothing_rests_where_the_list_is_empty() -> None:
    assert SPOT.decode(ReadOpenOrders(S, "BTCUSDT"), answer([])) == OpenOrders(())


def test_a_triggered_order_tells_what_it_became() -> None:
    query = QueryOrder(F, "BTCUSDT", "sig-42-sl", conditional=True)
    report = only_order(FUTURES, query, answers.ALGO_TRIGGERED)
    assert (report.state, report.became) == (OrderState.TRIGGERED, "22542200")
    for before in ("", None, 0):
        assert only_order(FUTURES, query, {**answers.ALGO_ORDER, "actualOrderId": before}).became == ""


def test_a_finished_order_that_does_not_tell_what_it_filled_is_asked_for_by_what_it_became() -> None:
    told = {**answers.ALGO_TRIGGERED, "algoStatus": "FINISHED", "actualQty": ""}
    report = only_order(FUTURES, QueryOrder(F, "BTCUSDT", "sig-42-sl", conditional=True), told)
    assert (report.state, report.became) == (OrderState.TRIGGERED, "22542200")


def test_a_conditional_order_is_accepted_with_its_own_id() -> None:
    report = only_order(FUTURES, exit_order(), answers.ALGO_ORDER)
    assert (report.exchange_id, report.state, report.quantity) == ("2146760", OrderState.NEW, d("0.002"))


def test_success_in_text_cancels_a_conditional_order() -> None:
    cancel = CancelOrder(F, "BTCUSDT", "sig-42-sl", conditional=True)
    assert only_order(FUTURES, cancel, answers.ALGO_CANCELLED).state is OrderState.CANCELLED


@pytest.mark.parametrize(
    ("status", "filled", "state"),
    [
        ("NEW", "", OrderState.NEW), ("TRIGGERING", "", OrderState.TRIGGERED),
        ("TRIGGERED", "0.001", OrderState.TRIGGERED), ("FINISHED", "0.002", OrderState.FILLED),
        ("FINISHED", "0.001", OrderState.CANCELLED), ("FINISHED", "", OrderState.CANCELLED),
        ("CANCELED", "", OrderState.CANCELLED), ("REJECTED", "", OrderState.REJECTED),
        ("EXPIRED", "", OrderState.EXPIRED), ("SOMETHING_NEW", "", OrderState.UNKNOWN),
    ],
)  # fmt: skip
def test_a_finished_conditional_order_is_filled_only_if_all_of_it_was(
    status: str, filled: str, state: OrderState
) -> None:
    told = {**answers.ALGO_ORDER, "algoStatus": status, "actualQty": filled, "actualPrice": "44990"}
    report = only_order(FUTURES, QueryOrder(F, "BTCUSDT", "sig-42-sl", conditional=True), told)
    assert (report.state, report.filled) == (state, Decimal(filled or 0))
    assert report.average_price == (d("44990") if filled else None)


def test_spot_balances_are_free_and_free_with_locked() -> None:
    outcome = SPOT.decode(ReadBalances(S), answer(answers.SPOT_ACCOUNT))
    assert isinstance(outcome, Balances)
    assert outcome.available("USDT") == d("90.5")
    assert outcome.by_asset[0].total == 100


def test_the_futures_balance_to_spend_is_the_available_one() -> None:
    outcome = FUTURES.decode(ReadBalances(F), answer(answers.FUTURES_BALANCE))
    assert isinstance(outcome, Balances)
    assert outcome.available("USDT") == d("23.1")


def test_a_symbol_with_open_orders_alone_is_no_position() -> None:
    told = [answers.POSITION, {**answers.POSITION, "symbol": "ETHUSDT", "positionAmt": "0.000"}]
    outcome = FUTURES.decode(ReadPositions(), answer(told))
    assert isinstance(outcome, Positions)
    (position,) = outcome.items
    assert (position.symbol, position.side, position.amount) == ("BTCUSDT", "both", d("-0.002"))


@pytest.mark.parametrize(("dual", "mode"), [(True, PositionMode.HEDGE), (False, PositionMode.ONE_WAY)])
def test_dual_side_is_hedge_mode(dual: bool, mode: PositionMode) -> None:
    assert FUTURES.decode(ReadPositionMode(), answer({"dualSidePosition": dual})) == ModeRead(mode)


def test_settings_of_a_symbol() -> None:
    outcome = FUTURES.decode(ReadSymbolSettings("BTCUSDT"), answer(answers.SYMBOL_CONFIG))
    assert outcome == SymbolSettings("BTCUSDT", 21, MarginMode.CROSS)


def test_settings_of_another_symbol_are_no_answer() -> None:
    assert isinstance(FUTURES.decode(ReadSymbolSettings("ETHUSDT"), answer(answers.SYMBOL_CONFIG)), Unknown)


def test_another_leverage_than_asked_for_is_no_yes() -> None:
    told = answer({"leverage": 20, "maxNotionalValue": "1000000", "symbol": "BTCUSDT"})
    assert FUTURES.decode(SetLeverage("BTCUSDT", 20), told) == Accepted()
    assert isinstance(FUTURES.decode(SetLeverage("BTCUSDT", 21), told), Unknown)


def test_a_margin_mode_is_set_when_the_code_says_200() -> None:
    intent = SetMarginMode("BTCUSDT", MarginMode.ISOLATED)
    assert FUTURES.decode(intent, answer({"code": 200, "msg": "success"})) == Accepted()
    assert isinstance(FUTURES.decode(intent, answer({"code": 201, "msg": "success"})), Unknown)


def test_a_position_mode_is_set_when_the_code_says_200() -> None:
    intent = SetPositionMode(PositionMode.HEDGE)
    assert FUTURES.decode(intent, answer({"code": 200, "msg": "success"})) == Accepted()
    assert isinstance(FUTURES.decode(intent, answer({"msg": "success"})), Unknown)


def test_permissions_of_a_key() -> None:
    assert SPOT.decode(ReadPermissions(), answer(answers.RESTRICTIONS)) == Permissions(
        may_read=True, may_trade_spot=True, may_trade_futures=True, may_withdraw=False, ip_bound=False
    )


def test_a_key_is_not_harmless_because_withdrawal_is_not_mentioned() -> None:
    told = {key: value for key, value in answers.RESTRICTIONS.items() if key != "enableWithdrawals"}
    assert isinstance(SPOT.decode(ReadPermissions(), answer(told)), Unknown)


def rules_of(symbols: list[Any], market: Market = S) -> tuple[SymbolRules, ...]:
    dialect = SPOT if market is S else FUTURES
    outcome = dialect.decode(ReadRules(market), answer({"symbols": symbols}))
    assert isinstance(outcome, RulesRead)
    return outcome.rules


def test_the_rules_of_a_spot_symbol() -> None:
    assert rules_of([answers.SPOT_SYMBOL]) == (
        SymbolRules(
            "BTCUSDT", S, "BTC", "USDT", d("0.01"), d("0.00001"), d("0.00001"), d("100"), d("5"), 1, trading=True
        ),
    )


def test_the_rules_of_a_futures_symbol() -> None:
    assert rules_of([answers.FUTURES_SYMBOL], F) == (
        SymbolRules(
            "BTCUSDT", F, "BTC", "USDT", d("0.1"), d("0.001"), d("0.001"), d("120"), d("100"), 125, trading=True
        ),
    )


@pytest.mark.parametrize("status", ["HALT", "BREAK", "CANCEL_ONLY", "END_OF_DAY", None])
def test_only_trading_is_trading(status: str | None) -> None:
    assert [rule.trading for rule in rules_of([{**answers.SPOT_SYMBOL, "status": status}])] == [False]


def test_other_quotes_and_dated_contracts_are_left_out() -> None:
    assert rules_of([{**answers.SPOT_SYMBOL, "quoteAsset": "EUR"}]) == ()
    assert rules_of([{**answers.FUTURES_SYMBOL, "contractType": "CURRENT_QUARTER"}], F) == ()


def test_one_symbol_that_cannot_be_read_does_not_hide_the_others() -> None:
    broken = {**answers.SPOT_SYMBOL, "filters": [{"filterType": "LOT_SIZE", "stepSize": "NaN"}]}
    assert len(rules_of([broken, None, 7, answers.SPOT_SYMBOL])) == 1


def test_a_price_is_of_the_symbol_asked_for_and_positive() -> None:
    ask = ReadPrice(S, "BTCUSDT")
    assert SPOT.decode(ask, answer({"symbol": "BTCUSDT", "price": "50000.10"})) == PriceRead(d("50000.10"))
    assert isinstance(SPOT.decode(ask, answer({"symbol": "ETHUSDT", "price": "3000"})), Unknown)
    assert isinstance(SPOT.decode(ask, answer({"symbol": "BTCUSDT", "price": "0"})), Unknown)


def test_the_time() -> None:
    assert SPOT.decode(ReadTime(S), answer({"serverTime": 1499827319559})) == TimeRead(1499827319559)


@pytest.mark.parametrize(("dialect", "intent"), EVERY_INTENT)
@pytest.mark.parametrize("body", [b"", b"{", b"null", b"<html></html>", b'{"orderId":', b"\xff\xfe", b"7", b'"yes"'])
def test_a_body_that_cannot_be_read_is_unknown_and_never_a_yes_or_no(
    dialect: BinanceDialect, intent: Intent, body: bytes
) -> None:
    assert isinstance(dialect.decode(intent, HttpResponse(200, body)), Unknown)
