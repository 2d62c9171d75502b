"""What Phemex's good answers mean, and what is no answer at all."""

from typing import Any

import pytest

from mysignals.domain.abilities import ExitStyle
from mysignals.domain.intents import (
    CancelAll,
    CancelOrder,
    ExitKind,
    Intent,
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
from mysignals.domain.market import MarginMode, Market, PositionMode, Side, SymbolRules
from mysignals.domain.outcomes import (
    Accepted,
    Balance,
    Balances,
    ModeRead,
    OpenOrders,
    OrderReport,
    OrderState,
    Outcome,
    Position,
    Positions,
    PriceRead,
    Reason,
    Rejected,
    RulesRead,
    SymbolSettings,
    TimeRead,
    Unknown,
)
from mysignals.exchanges.phemex import FUTURES, SPOT, PhemexDialect
from mysignals.exchanges.wire import HttpResponse

from . import answers
from .answers import ok
from .asking import EVERY_INTENT, INVERSE, LINEAR, F, S, answer, d, exit_order, inverse, linear, spot

Document = dict[str, Any] | list[Any]


def decoded(intent: Intent, document: Any) -> Outcome:
    dialect = SPOT if getattr(intent, "market", F) is S else FUTURES
    return dialect.decode(intent, answer(document))


def only_order(intent: Intent, document: Any) -> OrderReport:
    outcome = decoded(intent, document)
    assert isinstance(outcome, Accepted), outcome
    (report,) = outcome.orders
    return report


PLACED: list[tuple[Intent, dict[str, Any], OrderReport]] = [
    (
        linear(), answers.USDT_M_ORDER,
        OrderReport(
            "sig-42-e1", "97dd65db-6a72-42b1-b963-edc1edeb12fa", OrderState.NEW, quantity=d("0.002"),
            changed_ms=1731694522513,
        ),
    ),
    (
        inverse(), answers.CONTRACT_ORDER,
        OrderReport("sig-42-i1", "ab90a08c-b728-4b6b-97c4-36fa497335bf", OrderState.NEW, quantity=d("10")),
    ),
    (spot(), answers.SPOT_ORDER, OrderReport("sig-42-s1", "d1d09454", OrderState.NEW, quantity=d("0.001"))),
    (
        exit_order(), answers.USDT_M_STOP,
        OrderReport("sig-42-sl", "stop-2", OrderState.NEW, quantity=d("0.002"), changed_ms=1731694522513),
    ),
    (
        exit_order(symbol=INVERSE), answers.CONTRACT_STOP,
        OrderReport("sig-42-sl", "stop-1", OrderState.NEW, quantity=d("10")),
    ),
    (exit_order(S), answers.SPOT_STOP, OrderReport("sig-42-sl", "stop-3", OrderState.NEW, quantity=d("0.001"))),
]  # fmt: skip


@pytest.mark.parametrize(("intent", "row", "report"), PLACED)
def test_an_acknowledged_order_is_new_with_nothing_filled(
    intent: Intent, row: dict[str, Any], report: OrderReport
) -> None:
    assert only_order(intent, ok(row)) == report


@pytest.mark.parametrize(("intent", "row", "_"), PLACED)
@pytest.mark.parametrize(
    "changed",
    [{"clOrdID": "another"}, {"clOrdID": ""}, {"clOrdID": None}, {"orderID": None}, {"orderID": ""}, {"bizError": "?"}],
)
def test_an_acknowledgement_of_another_order_is_no_answer(
    intent: Intent, row: dict[str, Any], _: OrderReport, changed: dict[str, Any]
) -> None:
    assert isinstance(decoded(intent, ok({**row, **changed})), Unknown)


FILLED: list[tuple[QueryOrder, dict[str, Any], OrderReport]] = [
    (
        QueryOrder(F, LINEAR, "sig-42-e1", history=True), answers.USDT_M_HISTORY,
        OrderReport(
            "sig-42-e1", "743fc923", OrderState.FILLED, d("0.001"), d("20579.5"), quantity=d("0.001"),
            changed_ms=1667562110221,
        ),
    ),
    (
        QueryOrder(F, INVERSE, "sig-42-i1", history=True), {**answers.CONTRACT_HISTORY, "cumValueEv": 1000000},
        OrderReport("sig-42-i1", "b63bc982", OrderState.FILLED, d("700"), d("70000"), quantity=d("700")),
    ),
    (
        QueryOrder(S, LINEAR, "sig-42-s1", history=True), {**answers.SPOT_HISTORY, "clOrdID": "sig-42-s1"},
        OrderReport("sig-42-s1", "d1d09454", OrderState.FILLED, d("0.001"), d("49990"), d("0.000001"), d("0.001")),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("intent", "row", "report"), FILLED)
def test_history_is_read_in_all_its_shapes_and_spellings(
    intent: QueryOrder, row: dict[str, Any], report: OrderReport
) -> None:
    renamed = {{"orderId": "orderID", "clOrdId": "clOrdID"}.get(key, key): part for key, part in row.items()}
    camel = {{"orderID": "orderId", "clOrdID": "clOrdId"}.get(key, key): part for key, part in row.items()}
    for spelling in (row, renamed, camel):
        other = {**spelling, "clOrdID": "other", "clOrdId": "other"}
        shapes: list[Document] = [
            [spelling], ok([spelling]), ok({"rows": [spelling], "total": 1}), ok(spelling), [other, spelling],
        ]  # fmt: skip
        for shape in shapes:
            assert only_order(intent, shape) == report


@pytest.mark.parametrize(("intent", "row", "_"), FILLED)
def test_an_empty_history_does_not_know_the_order(intent: QueryOrder, row: dict[str, Any], _: OrderReport) -> None:
    empty: list[Document] = [[], ok([]), ok({"rows": []})]
    for shape in empty:
        outcome = decoded(intent, shape)
        assert isinstance(outcome, Rejected)
        assert outcome.reason is Reason.NOT_FOUND


@pytest.mark.parametrize(("intent", "row", "_"), FILLED)
def test_a_history_that_tells_of_another_order_is_no_answer(
    intent: QueryOrder, row: dict[str, Any], _: OrderReport
) -> None:
    other = {**row, "clOrdID": "other", "clOrdId": "other"}
    garbled: list[Any] = [[other], ok(other), ok(None), ok({}), ok("rows"), [None], ok([7])]
    for shape in garbled:
        assert isinstance(decoded(intent, shape), Unknown), shape


def test_the_spot_history_is_believed_although_it_tells_no_client_id() -> None:
    asked = QueryOrder(S, LINEAR, "sig-42-s1", history=True)
    report = only_order(asked, [answers.SPOT_HISTORY])
    assert (report.client_id, report.filled) == ("sig-42-s1", d("0.001"))
    assert isinstance(decoded(asked, [answers.SPOT_HISTORY, answers.SPOT_HISTORY]), Unknown)
    assert isinstance(decoded(asked, [{**answers.SPOT_HISTORY, "symbol": "sETHUSDT"}]), Unknown)
    by_id = QueryOrder(S, LINEAR, "sig-42-s1", history=True, exchange_id="another")
    assert isinstance(decoded(by_id, [answers.SPOT_HISTORY]), Unknown)
    live = QueryOrder(S, LINEAR, "sig-42-s1")
    assert isinstance(decoded(live, ok(answers.SPOT_HISTORY)), Unknown)


@pytest.mark.parametrize(
    ("intent", "rows"),
    [
        (QueryOrder(F, LINEAR, "sig-42-sl"), [answers.USDT_M_ORDER, answers.USDT_M_STOP]),
        (QueryOrder(F, INVERSE, "sig-42-sl"), [answers.CONTRACT_ORDER, answers.CONTRACT_STOP]),
    ],
)  # fmt: skip
def test_a_live_futures_order_is_searched_for_in_the_list(intent: QueryOrder, rows: list[Any]) -> None:
    assert only_order(intent, ok({"rows": rows})).client_id == "sig-42-sl"
    for document in (ok({"rows": rows[:1]}), ok({"rows": []})):
        outcome = decoded(intent, document)
        assert isinstance(outcome, Rejected)
        assert outcome.reason is Reason.NOT_FOUND
    for garbled in (ok({}), ok(None), ok(rows[1]), ok("x"), [7]):
        assert isinstance(decoded(intent, garbled), Unknown)


def test_an_order_is_found_by_the_exchange_s_id_whoever_placed_it() -> None:
    asked = QueryOrder(F, LINEAR, "sig-42-1", exchange_id="stop-2")
    by_hand = {**answers.USDT_M_STOP, "clOrdID": ""}
    report = only_order(asked, ok({"rows": [answers.USDT_M_ORDER, by_hand]}))
    assert (report.client_id, report.exchange_id) == ("sig-42-1", "stop-2")


def test_a_live_spot_order_is_told_alone() -> None:
    asked = QueryOrder(S, LINEAR, "sig-42-s1")
    assert only_order(asked, ok({**answers.SPOT_ORDER, "ordStatus": "New"})).state is OrderState.NEW
    assert isinstance(decoded(asked, ok({**answers.SPOT_ORDER, "clOrdID": "another"})), Unknown)


STATES = [
    ("Created", 0, OrderState.NEW), ("Init", 0, OrderState.NEW), ("Untriggered", 1, OrderState.NEW),
    ("Deactivated", 2, OrderState.CANCELLED), ("Triggered", 3, OrderState.TRIGGERED),
    ("Rejected", 4, OrderState.REJECTED), ("New", 5, OrderState.NEW),
    ("PartiallyFilled", 6, OrderState.PARTIALLY_FILLED), ("Filled", 7, OrderState.FILLED),
    ("Canceled", 8, OrderState.CANCELLED), ("SomethingNew", 9, OrderState.UNKNOWN),
]  # fmt: skip


@pytest.mark.parametrize(("word", "number", "state"), STATES)
def test_every_status_has_its_state_as_word_and_as_number(word: str, number: int, state: OrderState) -> None:
    asked = QueryOrder(F, LINEAR, "sig-42-e1", history=True)
    for told in (word, number, str(number)):
        assert only_order(asked, [{**answers.USDT_M_HISTORY, "ordStatus": told}]).state is state


@pytest.mark.parametrize("told", [None, True, [], {}, 10, -1, 1.5, ""])
def test_a_status_that_is_none_is_a_state_nobody_told(told: Any) -> None:
    asked = QueryOrder(F, LINEAR, "sig-42-e1", history=True)
    assert only_order(asked, [{**answers.USDT_M_HISTORY, "ordStatus": told}]).state is OrderState.UNKNOWN


@pytest.mark.parametrize("changed", [{"cumQtyRq": "0"}, {"cumQtyRq": None}, {"cumQtyRq": "-1"}, {"cumValueRv": "-1"}])
def test_an_order_filled_with_nothing_is_no_answer(changed: dict[str, Any]) -> None:
    asked = QueryOrder(F, LINEAR, "sig-42-e1", history=True)
    assert isinstance(decoded(asked, [{**answers.USDT_M_HISTORY, **changed}]), Unknown)


@pytest.mark.parametrize("told", ["9790209", 9790209.0, None, "", True])
def test_scaled_values_are_integers_and_floats_are_never_read(told: Any) -> None:
    asked = QueryOrder(F, INVERSE, "sig-42-i1", history=True)
    outcome = decoded(asked, [{**answers.CONTRACT_HISTORY, "cumValueEv": told, "cumValue": 1.0}])
    if told == "9790209" and isinstance(told, str):
        assert isinstance(outcome, Accepted)
        assert outcome.orders[0].average_price is not None
        assert round(outcome.orders[0].average_price, 2) == d("7150.00")
    elif told is None:
        assert isinstance(outcome, Accepted)
        assert outcome.orders[0].average_price is None
    else:
        assert isinstance(outcome, Unknown)


@pytest.mark.parametrize(
    ("changed", "commission"),
    [
        ({}, "0.000001"), ({"feeCurrency": "PHEMEX"}, "0"), ({"feeCurrency": 1}, "0"), ({"side": "Sell"}, "0"),
        ({"cumFeeEv": 0}, "0"), ({"cumFeeEv": -5}, "0"), ({"cumFeeEv": None}, "0"),
    ],
)  # fmt: skip
def test_a_fee_takes_something_of_what_was_bought_only_where_it_is_of_that_coin(
    changed: dict[str, Any], commission: str
) -> None:
    asked = QueryOrder(S, LINEAR, "sig-42-s1", history=True)
    assert only_order(asked, [{**answers.SPOT_HISTORY, **changed}]).commission_in_base == d(commission)


CANCELS: list[tuple[CancelOrder, dict[str, Any]]] = [
    (CancelOrder(F, LINEAR, "sig-42-e1"), answers.USDT_M_ORDER),
    (CancelOrder(F, INVERSE, "sig-42-i1"), answers.CONTRACT_ORDER),
    (CancelOrder(S, LINEAR, "sig-42-s1"), answers.SPOT_ORDER),
]


@pytest.mark.parametrize(("cancel", "row"), CANCELS)
def test_a_cancel_is_told_with_the_state_of_before_and_proves_nothing_more(
    cancel: CancelOrder, row: dict[str, Any]
) -> None:
    assert only_order(cancel, ok({**row, "ordStatus": "New"})).state is OrderState.NEW
    assert only_order(cancel, ok({**row, "ordStatus": "Untriggered"})).state is OrderState.NEW
    assert only_order(cancel, ok({**row, "ordStatus": "Canceled"})).state is OrderState.CANCELLED
    assert isinstance(decoded(cancel, ok({**row, "clOrdID": "another"})), Unknown)


@pytest.mark.parametrize("data", [3, 0, None, "", "OK", {"total": 3}, {}])
@pytest.mark.parametrize(
    "intent",
    [
        CancelAll(F, LINEAR), CancelAll(F, INVERSE), CancelAll(S, LINEAR), SetLeverage(LINEAR, 3),
        SetMarginMode(INVERSE, MarginMode.CROSS), SetPositionMode(PositionMode.HEDGE, LINEAR),
    ],
)  # fmt: skip
def test_code_0_is_all_that_a_setting_and_a_cancel_of_all_are_told(intent: Intent, data: Any) -> None:
    assert decoded(intent, ok(data)) == Accepted()
    assert isinstance(decoded(intent, {"data": data}), Unknown)
    assert isinstance(decoded(intent, []), Unknown)


def test_open_orders_are_told_apart_from_those_that_wait_for_a_trigger() -> None:
    by_hand = {**answers.USDT_M_STOP, "clOrdID": "", "orderType": "MarketIfTouched", "orderID": "by-hand"}
    listed = ok({"rows": [answers.USDT_M_ORDER, answers.USDT_M_STOP, by_hand]})
    plain, waiting = (decoded(ReadOpenOrders(F, LINEAR, conditional), listed) for conditional in (False, True))
    assert isinstance(plain, OpenOrders)
    assert isinstance(waiting, OpenOrders)
    (entry,) = plain.items
    assert (entry.report.client_id, entry.side, entry.quantity) == ("sig-42-e1", Side.BUY, d("0.002"))
    assert (entry.kind, entry.trigger_price, entry.created_ms) == (None, None, 1731694522513)
    stop, target = waiting.items
    assert (stop.kind, stop.trigger_price, stop.side, stop.symbol) == (
        ExitKind.STOP, d("45000"), Side.SELL, LINEAR,
    )  # fmt: skip
    assert (target.kind, target.report.client_id, target.report.exchange_id) == (ExitKind.TARGET, "", "by-hand")


def test_open_orders_of_the_other_apis() -> None:
    inverse_orders = decoded(ReadOpenOrders(F, INVERSE, conditional=True), ok({"rows": [answers.CONTRACT_STOP]}))
    spot_orders = decoded(ReadOpenOrders(S, LINEAR, conditional=True), ok([answers.SPOT_STOP]))
    assert isinstance(inverse_orders, OpenOrders)
    assert isinstance(spot_orders, OpenOrders)
    assert (inverse_orders.items[0].trigger_price, inverse_orders.items[0].quantity) == (d("45000"), d("10"))
    assert (spot_orders.items[0].symbol, spot_orders.items[0].trigger_price) == (LINEAR, d("45000"))
    assert isinstance(decoded(ReadOpenOrders(S, "ETHUSDT"), ok([answers.SPOT_ORDER])), Unknown)


@pytest.mark.parametrize(
    ("market", "symbol", "over", "live"),
    [
        (F, LINEAR, answers.USDT_M_HISTORY, {**answers.USDT_M_HISTORY, "ordStatus": "Untriggered", "cumQtyRq": "0"}),
        (F, INVERSE, answers.CONTRACT_HISTORY, {**answers.CONTRACT_HISTORY, "ordStatus": "New"}),
        (S, LINEAR, answers.SPOT_HISTORY, {**answers.SPOT_HISTORY, "ordStatus": "Untriggered", "cumBaseValueEv": 0}),
    ],
)
def test_of_a_list_of_all_only_what_is_over_counts(
    market: Market, symbol: str, over: dict[str, Any], live: dict[str, Any]
) -> None:
    asked = ReadOpenOrders(market, symbol, history=True)
    shapes: list[Document] = [[over, live], ok([over, live]), ok({"rows": [over, live], "total": 2})]
    for shape in shapes:
        told = decoded(asked, shape)
        assert isinstance(told, OpenOrders)
        (found,) = told.items
        assert (found.report.state, found.report.filled > 0) == (OrderState.FILLED, True)


def test_balances() -> None:
    assert decoded(ReadBalances(S), ok(answers.WALLETS)) == Balances(
        (Balance("USDT", d("989.98"), d("1000")), Balance("USD", d("1"), d("1")))
    )
    assert decoded(ReadBalances(F), answers.linear_account()) == Balances((Balance("USDT", d("1200"), d("1271.9")),))
    assert decoded(ReadBalances(F, "BTC"), answers.inverse_account()) == Balances((Balance("BTC", d("1"), d("1.5")),))


def test_what_is_used_beyond_the_balance_leaves_nothing_to_spend() -> None:
    told = answers.linear_account()
    told["data"]["account"]["totalUsedBalanceRv"] = "2000"
    outcome = decoded(ReadBalances(F), told)
    assert isinstance(outcome, Balances)
    assert outcome.available("USDT") == 0


def test_flat_symbols_are_no_positions_and_the_profit_is_computed_since_the_told_one_is_stale() -> None:
    told = answers.linear_account(answers.linear_position(symbol="ETHUSDT"), answers.LINEAR_HELD)
    short = Position(LINEAR, "both", d("-0.002"), d("50000"), d("51000"), d("-2"), d("90000"))
    assert decoded(ReadPositions(), told) == Positions((short,))
    assert decoded(ReadPositions(LINEAR), told) == Positions((short,))
    assert decoded(ReadPositions("ETHUSDT"), told) == Positions(())


@pytest.mark.parametrize(("position", "side", "amount"), [("Long", "Buy", "0.002"), ("Short", "Sell", "-0.002")])
def test_a_hedged_position_has_its_side(position: str, side: str, amount: str) -> None:
    row = {**answers.LINEAR_HELD, "posSide": position, "side": side, "posMode": "Hedged"}
    outcome = decoded(ReadPositions(), answers.linear_account(row))
    assert isinstance(outcome, Positions)
    assert [(held.side, held.amount) for held in outcome.items] == [(position.lower(), d(amount))]


def test_a_contract_s_profit_is_in_its_base() -> None:
    told = answers.inverse_account(answers.INVERSE_HELD, answers.inverse_position(symbol="ETHUSD"))
    outcome = decoded(ReadPositions(INVERSE), told)
    assert isinstance(outcome, Positions)
    (held,) = outcome.items
    assert (held.symbol, held.side, held.amount) == (INVERSE, "both", d("100"))
    assert (held.entry_price, held.mark_price) == (d("40000"), d("50000"))
    assert held.unrealised == d("0.0005")


@pytest.mark.parametrize(
    "changed",
    [
        {"side": "None"},
        {"side": None},
        {"posSide": "?"},
        {"avgEntryPriceRp": "0"},
        {"markPriceRp": None},
        {"size": "x"},
    ],
)
def test_a_position_that_cannot_be_read_is_no_answer(changed: dict[str, Any]) -> None:
    told = answers.linear_account({**answers.LINEAR_HELD, **changed})
    assert isinstance(decoded(ReadPositions(), told), Unknown)


def test_the_account_is_in_hedge_mode_where_any_symbol_is() -> None:
    one_way = answers.linear_position(symbol="ETHUSDT")
    hedged = answers.linear_position(posMode="Hedged", posSide="Long")
    assert decoded(ReadPositionMode(), answers.linear_account(one_way)) == ModeRead(PositionMode.ONE_WAY)
    assert decoded(ReadPositionMode(), answers.linear_account(one_way, hedged)) == ModeRead(PositionMode.HEDGE)
    strange = answers.linear_position(posMode="Both")
    assert isinstance(decoded(ReadPositionMode(), answers.linear_account(strange)), Unknown)


SETTINGS: list[tuple[list[dict[str, Any]], int, MarginMode, PositionMode]] = [
    ([{"leverageRr": "-10"}], 10, MarginMode.CROSS, PositionMode.ONE_WAY),
    ([{"leverageRr": "3"}], 3, MarginMode.ISOLATED, PositionMode.ONE_WAY),
    ([{"leverageRr": "3.00"}], 3, MarginMode.ISOLATED, PositionMode.ONE_WAY),
    ([{"leverageRr": "0"}], 0, MarginMode.CROSS, PositionMode.ONE_WAY),
    ([{"leverageRr": "12.5"}], 0, MarginMode.ISOLATED, PositionMode.ONE_WAY),
    (
        [{"leverageRr": "7", "posMode": "Hedged", "posSide": side} for side in ("Long", "Short")],
        7, MarginMode.ISOLATED, PositionMode.HEDGE,
    ),
    (
        [{"leverageRr": leverage, "posMode": "Hedged", "posSide": "Long"} for leverage in ("7", "8")],
        0, MarginMode.ISOLATED, PositionMode.HEDGE,
    ),
    (
        [{"leverageRr": leverage, "posMode": "Hedged", "posSide": "Long"} for leverage in ("-7", "7")],
        0, MarginMode.CROSS, PositionMode.HEDGE,
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "leverage", "margin", "mode"), SETTINGS)
def test_leverage_that_is_not_one_whole_number_is_0_so_that_it_is_set_anew(
    rows: list[dict[str, Any]], leverage: int, margin: MarginMode, mode: PositionMode
) -> None:
    others = answers.linear_position(symbol="ETHUSDT", leverageRr="99")
    told = answers.linear_account(others, *(answers.linear_position(**row) for row in rows))
    assert decoded(ReadSymbolSettings(LINEAR), told) == SymbolSettings(LINEAR, leverage, margin, mode)


@pytest.mark.parametrize(
    ("ratio", "leverage", "margin"),
    [(1000000000, 10, MarginMode.ISOLATED), (-700000000, 7, MarginMode.CROSS), (0, 0, MarginMode.CROSS)],
)
def test_a_contract_s_leverage_is_a_scaled_ratio_and_its_mode_is_one_way(
    ratio: int, leverage: int, margin: MarginMode
) -> None:
    told = answers.inverse_account(answers.inverse_position(leverageEr=ratio, leverage=99.0))
    settings = SymbolSettings(INVERSE, leverage, margin, PositionMode.ONE_WAY)
    assert decoded(ReadSymbolSettings(INVERSE), told) == settings


def test_settings_of_another_symbol_are_no_answer() -> None:
    told = answers.linear_account(answers.linear_position(symbol="ETHUSDT"))
    assert isinstance(decoded(ReadSymbolSettings(LINEAR), told), Unknown)


LINEAR_RULES = SymbolRules(
    "BTCUSDT", F, "BTC", "USDT", d("0.1"), d("0.001"), d("0.001"), d("500000"), d("1"), 100, trading=True
)
INVERSE_RULES = SymbolRules(
    "BTCUSD", F, "BTC", "USD", d("0.5"), d("1"), d("1"), d("1000000"), d("0"), 100, trading=True, contract_value=d("1")
)
SPOT_RULES = SymbolRules(
    "BTCUSDT", S, "BTC", "USDT", d("0.01"), d("0.000001"), d("0.000001"), d("1000"), d("1"), 1, trading=True
)


def rules(document: Any, market: Market) -> tuple[SymbolRules, ...]:
    outcome = (SPOT if market is S else FUTURES).decode(ReadRules(market), answer(document))
    assert isinstance(outcome, RulesRead), outcome
    return outcome.rules


def test_one_list_tells_the_rules_of_both_markets() -> None:
    assert rules(answers.ALL_PRODUCTS, F) == (INVERSE_RULES, LINEAR_RULES)
    assert rules(answers.ALL_PRODUCTS, S) == (SPOT_RULES,)


def test_an_inverse_contract_is_worth_quote_and_settled_in_base() -> None:
    assert INVERSE_RULES.is_inverse
    assert INVERSE_RULES.settle == "BTC"
    assert LINEAR_RULES.settle == "USDT"


@pytest.mark.parametrize(
    ("market", "product", "changed"),
    [
        (F, answers.INVERSE_PRODUCT, {"priceScale": 2}), (F, answers.INVERSE_PRODUCT, {"ratioScale": 4}),
        (F, answers.INVERSE_PRODUCT, {"settleCurrency": "USD"}), (F, answers.INVERSE_PRODUCT, {"contractSize": 0.005}),
        (F, answers.INVERSE_PRODUCT, {"tickSize": 0.00001}), (F, answers.INVERSE_PRODUCT, {"lotSize": 0.5}),
        (F, answers.INVERSE_PRODUCT, {"symbol": "uBTCUSD"}), (F, answers.INVERSE_PRODUCT, {"priceScale": None}),
        (F, answers.INVERSE_PRODUCT, {"tickSize": 1e300}), (F, answers.INVERSE_PRODUCT, {"tickSize": 0}),
        (S, answers.SPOT_PRODUCT, {"priceScale": 4}), (S, answers.SPOT_PRODUCT, {"quoteCurrency": "USDC"}),
        (S, answers.SPOT_PRODUCT, {"baseCurrency": "ODD"}), (S, answers.SPOT_PRODUCT, {"baseTickSizeEv": 0}),
        (S, answers.SPOT_PRODUCT, {"baseTickSizeEv": 0.5}), (S, answers.SPOT_PRODUCT, {"symbol": "sB-USDT"}),
    ],
)  # fmt: skip
def test_what_would_be_wrong_by_powers_of_ten_is_left_out(
    market: Market, product: dict[str, Any], changed: dict[str, Any]
) -> None:
    assert rules(answers.products({**product, **changed}), market) == ()
    assert len(rules(answers.products({**product, **changed}, None, 7, product), market)) == 1


@pytest.mark.parametrize("scale", [2, 4, 9])
def test_a_currency_with_another_scale_takes_its_symbols_with_it(scale: int) -> None:
    currencies = [{"currency": "BTC", "valueScale": scale}, {"currency": "USDT", "valueScale": 8}]
    document = answers.products(answers.INVERSE_PRODUCT, answers.SPOT_PRODUCT, currencies=currencies)
    assert rules(document, F) == rules(document, S) == ()


@pytest.mark.parametrize(
    "changed", [{"settleCurrency": "USDC"}, {"symbol": "BTCUSDC"}, {"type": "Perpetual"}, {"qtyStepSize": "0"}]
)
def test_linear_contracts_of_another_quote_are_left_out(changed: dict[str, Any]) -> None:
    assert rules(answers.products(linear=({**answers.LINEAR_PRODUCT, **changed},)), F) == ()


@pytest.mark.parametrize("status", ["Delisted", "Suspended", None])
def test_only_listed_is_trading(status: str | None) -> None:
    told = [{**row, "status": status} for row in (answers.INVERSE_PRODUCT, answers.SPOT_PRODUCT)]
    document = answers.products(*told, linear=({**answers.LINEAR_PRODUCT, "status": status},))
    assert [rule.trading for rule in (*rules(document, F), *rules(document, S))] == [False, False, False]


@pytest.mark.parametrize(
    ("asked", "told", "price"),
    [
        (ReadPrice(F, LINEAR), {"symbol": LINEAR, "closeRp": "50000.1", "markPriceRp": "1"}, "50000.1"),
        (ReadPrice(F, LINEAR), {"symbol": LINEAR, "lastRp": "50000.2", "closeRp": "1"}, "50000.2"),
        (ReadPrice(F, INVERSE), {"symbol": INVERSE, "lastEp": 500005000, "markEp": 1}, "50000.5"),
        (ReadPrice(S, LINEAR), {"symbol": "sBTCUSDT", "lastEp": 5000010000000}, "50000.1"),
    ],
)  # fmt: skip
def test_a_price_is_the_last_one_of_the_symbol_asked_for(asked: ReadPrice, told: dict[str, Any], price: str) -> None:
    assert decoded(asked, answers.ticker(**told)) == PriceRead(d(price))
    assert isinstance(decoded(asked, answers.ticker(**{**told, "symbol": "ETHUSDT"})), Unknown)
    key = list(told)[1]
    for wrong in (0, "0", -1, None, "x", True, [], "1e999"):
        assert isinstance(decoded(asked, answers.ticker(**{**told, key: wrong})), Unknown)


def test_the_time() -> None:
    assert decoded(ReadTime(F), ok({"serverTime": 1676172826345})) == TimeRead(1676172826345)


def test_what_the_dialects_can_do() -> None:
    assert FUTURES.abilities.exits is SPOT.abilities.exits is ExitStyle.SEPARATE
    assert FUTURES.abilities.hedge_mode
    assert FUTURES.abilities.mode_per_symbol
    assert FUTURES.abilities.leverage
    for dialect in (FUTURES, SPOT):
        assert dialect.abilities.has_history
        assert not dialect.abilities.answers_with_fill
        assert not dialect.abilities.tells_permissions


@pytest.mark.parametrize(("dialect", "intent"), EVERY_INTENT)
@pytest.mark.parametrize(
    "body", [b"", b"{", b"null", b"<html></html>", b'{"code":', b"\xff\xfe", b"7", b'"yes"', b"{}"]
)
def test_a_body_that_cannot_be_read_is_unknown_and_never_a_yes_or_no(
    dialect: PhemexDialect, intent: Intent, body: bytes
) -> None:
    assert isinstance(dialect.decode(intent, HttpResponse(200, body)), Unknown)
