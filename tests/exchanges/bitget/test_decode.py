"""What Bitget's good answers mean in each of its four APIs, and what is no answer at all."""

from typing import Any

import orjson
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
from mysignals.domain.market import MarginMode, PositionMode, Side, SymbolRules
from mysignals.domain.outcomes import (
    Accepted,
    Balances,
    ModeRead,
    OpenOrder,
    OpenOrders,
    OrderReport,
    OrderState,
    Permissions,
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
from mysignals.exchanges.bitget import V1_MIX, V1_SPOT, V2_MIX, V2_SPOT, BitgetDialect
from mysignals.exchanges.wire import HttpResponse

from . import answers
from .asking import DIALECTS, EVERY_INTENT, MIX_DIALECTS, SPOT_DIALECTS, F, S, answer, d, entry, exit_order

ISOLATED, CROSS = MarginMode.ISOLATED, MarginMode.CROSS
ONE_WAY, HEDGE = PositionMode.ONE_WAY, PositionMode.HEDGE


def only_order(dialect: BitgetDialect, intent: Intent, data: Any) -> OrderReport:
    outcome = dialect.decode(intent, answer(data))
    assert isinstance(outcome, Accepted), outcome
    (report,) = outcome.orders
    return report


def is_unknown(dialect: BitgetDialect, intent: Intent, data: Any) -> bool:
    return isinstance(dialect.decode(intent, answer(data)), Unknown)


# Acknowledgements.

ACKS = [(V2_SPOT, answers.V2_ACK), (V2_MIX, answers.V2_ACK), (V1_SPOT, answers.V1_SPOT_ACK), (V1_MIX, answers.V2_ACK)]


@pytest.mark.parametrize(("dialect", "ack"), ACKS)
def test_an_acknowledgement_says_received_and_not_matched(dialect: BitgetDialect, ack: dict[str, str]) -> None:
    report = only_order(dialect, entry(dialect.market), ack)
    assert report == OrderReport("sig-42-e1", ack["orderId"], OrderState.NEW)


@pytest.mark.parametrize(("dialect", "ack"), ACKS)
def test_an_acknowledgement_of_another_order_or_of_none_is_no_answer(
    dialect: BitgetDialect, ack: dict[str, str]
) -> None:
    assert is_unknown(dialect, entry(dialect.market, client_id="mine"), ack)
    assert is_unknown(dialect, entry(dialect.market), {"orderId": "1"})
    assert is_unknown(dialect, entry(dialect.market), None)


def test_only_a_closing_order_may_be_acknowledged_without_an_id() -> None:
    for ack in ({"clientOid": "sig-42-e1"}, {"clientOid": "sig-42-e1", "orderId": None}):
        assert only_order(V2_MIX, entry(reduce_only=True), ack).exchange_id == ""
        assert is_unknown(V2_MIX, entry(), ack)


@pytest.mark.parametrize("dialect", DIALECTS.values())
def test_an_exit_is_acknowledged_with_its_own_id(dialect: BitgetDialect) -> None:
    ack = {"orderId": "7", "clientOid": "sig-42-sl"}
    assert only_order(dialect, exit_order(dialect.market), ack) == OrderReport("sig-42-sl", "7", OrderState.NEW)


# Orders.


def test_a_contract_order_of_v2_tells_its_price_and_no_commission_in_base() -> None:
    report = only_order(V2_MIX, QueryOrder(F, "BTCUSDT", "sig-42-e1"), answers.V2_MIX_ORDER)
    assert report == OrderReport(
        "sig-42-e1", "1088000000000000001", OrderState.FILLED, d("0.002"), d("49998"), quantity=d("0.002")
    )


def test_a_spot_purchase_of_v2_tells_what_was_bought_and_the_fee_taken_from_it() -> None:
    report = only_order(V2_SPOT, QueryOrder(S, "BTCUSDT", "sig-42-e1"), [answers.V2_SPOT_ORDER])
    assert (report.state, report.filled, report.average_price) == (OrderState.FILLED, d("0.001"), d("50000"))
    assert report.commission_in_base == d("0.000001")
    assert report.quantity is None, "a market buy is sized in quote"


def test_a_spot_sale_of_v2_has_its_size_in_base() -> None:
    told = {**answers.V2_SPOT_ORDER, "side": "sell", "size": "0.001"}
    assert only_order(V2_SPOT, QueryOrder(S, "BTCUSDT", "sig-42-e1"), [told]).quantity == d("0.001")


@pytest.mark.parametrize(
    "detail",
    [
        "", None, "{}", "[1]", "{", '{"BTC":null}', '{"BTC":{"totalFee":"x"}}', '{"BTC":{"totalFee":0.1}}',
        '{"BTC":{"deduction":true,"totalFee":-0.1}}', '{"BGB":{"deduction":true,"totalFee":-0.1}}',
    ],
)  # fmt: skip
def test_a_fee_that_is_paid_otherwise_or_cannot_be_read_takes_nothing_of_what_was_bought(detail: Any) -> None:
    told = {**answers.V2_SPOT_ORDER, "feeDetail": detail}
    report = only_order(V2_SPOT, QueryOrder(S, "BTCUSDT", "sig-42-e1"), [told])
    assert (report.filled, report.commission_in_base) == (d("0.001"), 0)


def test_a_spot_order_of_v1_is_read_from_its_list() -> None:
    report = only_order(V1_SPOT, QueryOrder(S, "TRXUSDT", "sig-42-e1"), [answers.V1_SPOT_ORDER])
    assert report == OrderReport(
        "sig-42-e1", "1041901704004947968", OrderState.FILLED, d("142.9"), d("0.0699"), quantity=None
    )


def test_a_contract_order_of_v1_tells_json_numbers_and_nothings() -> None:
    report = only_order(V1_MIX, QueryOrder(F, "BTCUSDT", "sig-42-e1"), answers.V1_MIX_ORDER)
    assert report == OrderReport(
        "sig-42-e1", "881640729145409536", OrderState.FILLED, d("0.001"), d("38429.5"), quantity=d("0.001")
    )


STATES = [
    (V2_SPOT, "status", {"live": OrderState.NEW, "partially_filled": OrderState.PARTIALLY_FILLED,
                         "cancelled": OrderState.CANCELLED, "odd": OrderState.UNKNOWN}),
    (V2_MIX, "state", {"live": OrderState.NEW, "partially_filled": OrderState.PARTIALLY_FILLED,
                       "canceled": OrderState.CANCELLED, "odd": OrderState.UNKNOWN}),
    (V1_SPOT, "status", {"init": OrderState.NEW, "new": OrderState.NEW, "partial_fill": OrderState.PARTIALLY_FILLED,
                         "cancelled": OrderState.CANCELLED, "odd": OrderState.UNKNOWN}),
    (V1_MIX, "state", {"init": OrderState.NEW, "new": OrderState.NEW, "partially_filled": OrderState.PARTIALLY_FILLED,
                       "canceled": OrderState.CANCELLED, "odd": OrderState.UNKNOWN}),
]  # fmt: skip
ORDERS = {
    V2_SPOT: answers.V2_SPOT_ORDER, V2_MIX: answers.V2_MIX_ORDER, V1_SPOT: answers.V1_SPOT_ORDER,
    V1_MIX: answers.V1_MIX_ORDER,
}  # fmt: skip
FILLED = {V2_SPOT: "baseVolume", V2_MIX: "baseVolume", V1_SPOT: "fillQuantity", V1_MIX: "filledQty"}


@pytest.mark.parametrize(("dialect", "key", "states"), STATES)
def test_every_state_of_an_order(dialect: BitgetDialect, key: str, states: dict[str, OrderState]) -> None:
    for word, state in states.items():
        filled = "0.0005" if state is OrderState.PARTIALLY_FILLED else "0"
        told = {**ORDERS[dialect], key: word, FILLED[dialect]: filled}
        data = [told] if dialect.market is S else told
        report = only_order(dialect, QueryOrder(dialect.market, "BTCUSDT", "sig-42-e1"), data)
        assert (report.state, report.filled) == (state, d(filled)), word
        assert (report.average_price is None) is (not report.filled)


@pytest.mark.parametrize("dialect", DIALECTS.values())
@pytest.mark.parametrize("filled", ["0", "", "-1"])
def test_an_order_filled_with_nothing_is_no_answer(dialect: BitgetDialect, filled: str) -> None:
    told = {**ORDERS[dialect], FILLED[dialect]: filled}
    assert is_unknown(dialect, QueryOrder(dialect.market, "BTCUSDT", "sig-42-e1"), [told])


def test_a_live_order_of_which_something_has_filled_is_partially_filled() -> None:
    told = {**answers.V2_MIX_ORDER, "state": "live", "baseVolume": "0.001"}
    report = only_order(V2_MIX, QueryOrder(F, "BTCUSDT", "sig-42-e1"), told)
    assert report.state is OrderState.PARTIALLY_FILLED


@pytest.mark.parametrize("dialect", MIX_DIALECTS)
def test_a_single_order_that_is_another_one_is_no_answer(dialect: BitgetDialect) -> None:
    assert is_unknown(dialect, QueryOrder(F, "BTCUSDT", "mine"), ORDERS[dialect])
    assert is_unknown(dialect, QueryOrder(F, "BTCUSDT", "sig-42-e1", exchange_id="7"), ORDERS[dialect])


@pytest.mark.parametrize("dialect", DIALECTS.values())
def test_an_order_is_known_by_the_exchanges_id_where_that_is_told(dialect: BitgetDialect) -> None:
    """Orders that exits have become carry an id of Bitget's own, or none."""
    for client_id in ("made-there", "", None):
        name = "clientOrderId" if dialect is V1_SPOT else "clientOid"
        told = {**ORDERS[dialect], name: client_id}
        data = [told] if dialect.market is S else told
        report = only_order(dialect, QueryOrder(dialect.market, "BTCUSDT", "", exchange_id=told["orderId"]), data)
        assert (report.exchange_id, report.client_id) == (told["orderId"], client_id or "")


@pytest.mark.parametrize("dialect", SPOT_DIALECTS)
def test_an_order_is_searched_for_in_a_list_and_the_newest_of_several_is_it(dialect: BitgetDialect) -> None:
    name = "clientOrderId" if dialect is V1_SPOT else "clientOid"
    told = ORDERS[dialect]
    data = [{**told, name: "other"}, {**told, "orderId": "9"}, {**told, "orderId": "8"}]
    query = QueryOrder(S, "BTCUSDT", "sig-42-e1", history=True)
    assert only_order(dialect, query, data).exchange_id == "9"


@pytest.mark.parametrize("dialect", DIALECTS.values())
@pytest.mark.parametrize("conditional", [False, True])
def test_an_order_that_is_not_in_the_list_is_not_found(dialect: BitgetDialect, conditional: bool) -> None:
    query = QueryOrder(dialect.market, "BTCUSDT", "nobody", conditional)
    for data in ([], [{**ORDERS[dialect]}], {"entrustedList": None, "endId": None}, {"orderList": []}, {"list": []}):
        outcome = dialect.decode(query, answer(data))
        assert isinstance(outcome, Rejected)
        assert outcome.reason is Reason.NOT_FOUND


@pytest.mark.parametrize("dialect", DIALECTS.values())
def test_a_list_that_goes_on_proves_nothing_about_what_is_not_in_it(dialect: BitgetDialect) -> None:
    query = QueryOrder(dialect.market, "BTCUSDT", "nobody", history=True)
    assert is_unknown(dialect, query, [ORDERS[dialect]] * 100)
    assert is_unknown(dialect, query, {"nextFlag": True, "orderList": [ORDERS[dialect]]})


# Conditional orders.

PLANS: list[tuple[BitgetDialect, dict[str, Any], str]] = [
    (V2_SPOT, {"nextFlag": False, "idLessThan": "1", "orderList": [answers.V2_SPOT_PLAN]}, "status"),
    (V2_MIX, {"entrustedList": [answers.V2_MIX_PLAN], "endId": "1"}, "planStatus"),
    (V1_SPOT, {"nextFlag": False, "endId": "1", "orderList": [answers.V1_PLAN]}, "status"),
    (V1_MIX, {"list": [answers.V1_PLAN]}, "status"),
]
PLAN_STATES = {
    "live": OrderState.NEW, "not_trigger": OrderState.NEW, "executed": OrderState.TRIGGERED,
    "triggered": OrderState.TRIGGERED, "fail_trigger": OrderState.REJECTED, "fail_execute": OrderState.REJECTED,
    "cancelled": OrderState.CANCELLED, "cancel": OrderState.CANCELLED, "odd": OrderState.UNKNOWN,
}  # fmt: skip


@pytest.mark.parametrize(("dialect", "data", "key"), PLANS)
@pytest.mark.parametrize(("word", "state"), PLAN_STATES.items())
def test_a_conditional_order_tells_its_state_and_what_it_became(
    dialect: BitgetDialect, data: dict[str, Any], key: str, word: str, state: OrderState
) -> None:
    name = next(name for name, rows in data.items() if isinstance(rows, list))
    told = {**data, name: [{**data[name][0], key: word, "executeOrderId": "77"}]}
    report = only_order(dialect, QueryOrder(dialect.market, "BTCUSDT", "sig-42-sl", conditional=True), told)
    assert (report.state, report.became, report.filled) == (state, "77", 0)


@pytest.mark.parametrize(("dialect", "data", "key"), PLANS)
def test_a_conditional_order_is_also_found_by_the_exchanges_id(
    dialect: BitgetDialect, data: dict[str, Any], key: str
) -> None:
    exchange_id = next(rows for rows in data.values() if isinstance(rows, list))[0]["orderId"]
    query = QueryOrder(dialect.market, "BTCUSDT", "", conditional=True, exchange_id=exchange_id)
    report = only_order(dialect, query, data)
    assert (report.exchange_id, report.client_id, report.became) == (exchange_id, "sig-42-sl", "")


def test_current_plans_of_v1_may_come_without_a_wrapping() -> None:
    query = QueryOrder(F, "BTCUSDT", "sig-42-sl", conditional=True)
    assert only_order(V1_MIX, query, [answers.V1_PLAN]).state is OrderState.NEW


# What rests.


def resting(dialect: BitgetDialect, data: Any, *, conditional: bool = False) -> tuple[OpenOrder, ...]:
    outcome = dialect.decode(ReadOpenOrders(dialect.market, "BTCUSDT", conditional), answer(data))
    assert isinstance(outcome, OpenOrders), outcome
    return outcome.items


@pytest.mark.parametrize("dialect", DIALECTS.values())
@pytest.mark.parametrize("conditional", [False, True])
def test_nothing_rests(dialect: BitgetDialect, conditional: bool) -> None:
    for data in ([], {"entrustedList": None}, {"orderList": []}, {"list": []}):
        assert resting(dialect, data, conditional=conditional) == ()


def test_the_average_of_a_resting_spot_order_is_not_the_price_it_waits_at() -> None:
    (order,) = resting(V2_SPOT, [answers.V2_SPOT_UNFILLED])
    assert (order.report.filled, order.report.average_price) == (d("0.0001"), d("24990"))


def test_a_resting_order_in_a_list_of_v2_says_status() -> None:
    told = {**answers.V2_MIX_ORDER, "status": "live", "baseVolume": "0"}
    del told["state"]
    (order,) = resting(V2_MIX, {"entrustedList": [told], "endId": "1"})
    assert (order.symbol, order.side, order.quantity, order.created_ms) == (
        "BTCUSDT", Side.BUY, d("0.002"), 1_700_000_000_000,
    )  # fmt: skip
    assert (order.kind, order.trigger_price, order.report.state) == (None, None, OrderState.NEW)


@pytest.mark.parametrize(
    ("side", "trade_side", "mode", "direction"),
    [
        ("buy", "open", "hedge_mode", Side.BUY), ("buy", "close", "hedge_mode", Side.SELL),
        ("sell", "open", "hedge_mode", Side.SELL), ("sell", "close", "hedge_mode", Side.BUY),
        ("buy", "buy_single", "one_way_mode", Side.BUY), ("sell", "sell_single", "one_way_mode", Side.SELL),
    ],
)  # fmt: skip
def test_the_side_of_a_resting_order_is_its_direction_in_either_mode(
    side: str, trade_side: str, mode: str, direction: Side
) -> None:
    told = {**answers.V2_MIX_ORDER, "state": "live", "baseVolume": "0"}
    told |= {"side": side, "tradeSide": trade_side, "posMode": mode}
    assert [order.side for order in resting(V2_MIX, [told])] == [direction]


@pytest.mark.parametrize(
    ("word", "direction"),
    [
        ("open_long", Side.BUY), ("close_long", Side.SELL), ("open_short", Side.SELL), ("close_short", Side.BUY),
        ("buy_single", Side.BUY), ("sell_single", Side.SELL),
    ],
)  # fmt: skip
def test_v1_says_direction_and_position_in_one_word(word: str, direction: Side) -> None:
    told = {**answers.V1_MIX_ORDER, "state": "new", "filledQty": 0, "side": word}
    (order,) = resting(V1_MIX, [told])
    assert (order.side, order.symbol) == (direction, "BTCUSDT")


@pytest.mark.parametrize(
    ("dialect", "row"), [(V2_MIX, answers.V2_MIX_PLAN), (V1_MIX, answers.V1_PLAN)], ids=["v2", "v1"]
)
@pytest.mark.parametrize(
    ("plan", "kind"),
    [
        ("loss_plan", ExitKind.STOP), ("profit_plan", ExitKind.TARGET), ("pos_loss", ExitKind.STOP),
        ("pos_profit", ExitKind.TARGET),
    ],
)  # fmt: skip
def test_an_exit_that_rests_tells_all_that_it_can_be_known_by(
    dialect: BitgetDialect, row: dict[str, Any], plan: str, kind: ExitKind
) -> None:
    (order,) = resting(dialect, [{**row, "planType": plan}], conditional=True)
    assert (order.kind, order.trigger_price, order.quantity, order.side) == (kind, d("45000"), d("0.002"), Side.SELL)
    assert (order.report.exchange_id, order.report.client_id) == (row["orderId"], "sig-42-sl")
    assert order.created_ms == int(row["cTime"])


@pytest.mark.parametrize("side", ["buy", "sell"])
@pytest.mark.parametrize("mode", ["hedge_mode", "one_way_mode"])
def test_an_exit_of_a_short_position_buys_whatever_its_side_says(mode: str, side: str) -> None:
    row = {**answers.V2_MIX_PLAN, "posSide": "short", "posMode": mode, "side": side}
    assert [order.side for order in resting(V2_MIX, [row], conditional=True)] == [Side.BUY]


def test_an_exit_over_the_whole_position_has_no_size() -> None:
    row = {**answers.V2_MIX_PLAN, "planType": "pos_loss", "size": ""}
    (order,) = resting(V2_MIX, [row], conditional=True)
    assert (order.quantity, order.report.quantity) == (0, None)


def test_spot_does_not_tell_what_a_conditional_order_is_for() -> None:
    (order,) = resting(V2_SPOT, {"orderList": [answers.V2_SPOT_PLAN]}, conditional=True)
    assert (order.kind, order.trigger_price, order.side) == (None, d("45000"), Side.SELL)


def test_orders_of_another_symbol_are_left_out_and_a_row_that_cannot_be_read_spoils_the_list() -> None:
    other = {**answers.V2_SPOT_ORDER, "symbol": "ETHUSDT"}
    assert len(resting(V2_SPOT, [other, answers.V2_SPOT_ORDER])) == 1
    for broken in (None, {}, {**other, "side": "up"}, {**other, "cTime": "x"}):
        assert is_unknown(V2_SPOT, ReadOpenOrders(S, "BTCUSDT"), [broken])


@pytest.mark.parametrize("dialect", DIALECTS.values())
def test_a_list_that_goes_on_does_not_tell_all_that_rests(dialect: BitgetDialect) -> None:
    assert is_unknown(dialect, ReadOpenOrders(dialect.market, "BTCUSDT"), [ORDERS[dialect]] * 100)


# Cancels.


@pytest.mark.parametrize("dialect", DIALECTS.values())
def test_a_cancel_is_received_and_does_not_tell_what_had_filled(dialect: BitgetDialect) -> None:
    report = only_order(dialect, CancelOrder(dialect.market, "BTCUSDT", "x"), {"orderId": "7", "clientOid": "x"})
    assert report == OrderReport("x", "7", OrderState.NEW)


def test_v1_answers_a_cancel_with_the_bare_id() -> None:
    cancel = CancelOrder(S, "BTCUSDT", "x", exchange_id="7")
    assert only_order(V1_SPOT, cancel, "7") == OrderReport("x", "7", OrderState.NEW)
    assert is_unknown(V1_SPOT, cancel, "8")


@pytest.mark.parametrize("dialect", DIALECTS.values())
def test_a_cancel_of_another_order_or_of_none_is_no_answer(dialect: BitgetDialect) -> None:
    for data in ({"orderId": "7", "clientOid": "y"}, None, "", {}, {"orderId": {}}, [], 1.5):
        assert is_unknown(dialect, CancelOrder(dialect.market, "BTCUSDT", "x"), data), data


def test_a_conditional_order_on_spot_is_cancelled_by_the_word() -> None:
    cancel = CancelOrder(S, "BTCUSDT", "x", conditional=True, exchange_id="7")
    assert only_order(V2_SPOT, cancel, {"result": "success"}) == OrderReport("x", "7", OrderState.CANCELLED)
    assert is_unknown(V2_SPOT, cancel, {"result": "failure"})
    assert only_order(V1_SPOT, cancel, "7").state is OrderState.CANCELLED


def test_a_list_of_one_says_which_was_cancelled() -> None:
    by_ours = CancelOrder(F, "BTCUSDT", "sig-42-sl", conditional=True)
    by_theirs = CancelOrder(F, "BTCUSDT", "", conditional=True, exchange_id="1088000000000000003")
    for cancel in (by_ours, by_theirs):
        report = only_order(V2_MIX, cancel, answers.LISTED)
        assert report == OrderReport("sig-42-sl", "1088000000000000003", OrderState.CANCELLED)
    assert is_unknown(V2_MIX, CancelOrder(F, "BTCUSDT", "other", conditional=True), answers.LISTED)


def test_a_failure_within_a_success_is_a_failure() -> None:
    cancel = CancelOrder(F, "BTCUSDT", "sig-42-sl", conditional=True)
    assert V2_MIX.decode(cancel, answer(answers.FAILED)) == Rejected(Reason.NOT_FOUND, "43025", "No.")


def test_a_failure_within_a_success_that_has_no_code_proves_nothing() -> None:
    cancel = CancelOrder(F, "BTCUSDT", "sig-42-sl", conditional=True)
    failed = {"failureList": [{"orderId": "", "clientOid": "sig-42-sl", "errorMsg": "No."}], "successList": []}
    assert is_unknown(V2_MIX, cancel, failed)


def test_cancelling_all_lists_what_was_cancelled() -> None:
    outcome = V2_MIX.decode(CancelAll(F, "BTCUSDT"), answer(answers.LISTED))
    assert outcome == Accepted((OrderReport("sig-42-sl", "1088000000000000003", OrderState.CANCELLED),))


def test_cancelling_all_fails_with_an_order_that_still_rests_and_not_with_one_that_is_gone() -> None:
    def failed(code: str) -> Any:
        row = {"orderId": "1", "clientOid": "x", "errorMsg": "No.", "errorCode": code}
        return V2_MIX.decode(CancelAll(F, "BTCUSDT"), answer({**answers.LISTED, "failureList": [row]}))

    assert isinstance(failed("43001"), Accepted)
    assert isinstance(failed("22001"), Accepted)
    assert failed("40014") == Rejected(Reason.PERMISSION, "40014", "No.")
    assert isinstance(failed("45001"), Unknown)
    assert isinstance(failed("99999"), Unknown)


@pytest.mark.parametrize("dialect", MIX_DIALECTS)
def test_cancelling_all_contracts_orders_has_to_say_what_failed(dialect: BitgetDialect) -> None:
    for data in (None, "success", {}, {"successList": []}):
        assert is_unknown(dialect, CancelAll(F, "BTCUSDT"), data)


def test_v1_has_its_own_words_for_what_failed() -> None:
    data = {"result": True, "order_ids": [], "fail_infos": [{"order_id": "1", "err_code": "40014", "err_msg": "No."}]}
    outcome = V1_MIX.decode(CancelAll(F, "BTCUSDT"), answer(data))
    assert outcome == Rejected(Reason.PERMISSION, "40014", "No.")


@pytest.mark.parametrize("dialect", SPOT_DIALECTS)
def test_spot_only_says_that_the_cancelling_of_all_has_begun(dialect: BitgetDialect) -> None:
    for data in ({"symbol": "BTCUSDT"}, "success", "BTCUSDT_SPBL"):
        assert dialect.decode(CancelAll(S, "BTCUSDT"), answer(data)) == Accepted()


# The account.


@pytest.mark.parametrize(("dialect", "row"), [(V2_SPOT, answers.V2_SPOT_ASSET), (V1_SPOT, answers.V1_SPOT_ASSET)])
def test_spot_balances_are_free_and_free_with_frozen_and_locked(dialect: BitgetDialect, row: dict[str, Any]) -> None:
    outcome = dialect.decode(ReadBalances(S), answer([row]))
    assert isinstance(outcome, Balances)
    assert (outcome.available("USDT"), outcome.by_asset[0].total) == (1000, 1015)


@pytest.mark.parametrize(
    ("dialect", "row", "total"), [(V2_MIX, answers.V2_MIX_ACCOUNT, 3100), (V1_MIX, answers.V1_MIX_ACCOUNT, 3000)]
)
def test_the_balance_of_contracts_to_spend_is_the_available_one(
    dialect: BitgetDialect, row: dict[str, Any], total: int
) -> None:
    outcome = dialect.decode(ReadBalances(F), answer([row]))
    assert isinstance(outcome, Balances)
    assert (outcome.available("USDT"), outcome.by_asset[0].total) == (3000, total)


def test_a_short_position_in_one_way_mode_is_negative_and_of_both_sides() -> None:
    outcome = V2_MIX.decode(ReadPositions(), answer([answers.V2_POSITION]))
    position = Position("BTCUSDT", "both", d("-0.002"), d("50000"), d("49000"), d("2"), d("70000"))
    assert outcome == Positions((position,))


def test_a_long_position_of_v1_in_hedge_mode_is_of_its_side_and_flat_ones_are_left_out() -> None:
    flat = {**answers.V1_POSITION, "holdSide": "short", "total": "0", "averageOpenPrice": None}
    outcome = V1_MIX.decode(ReadPositions(), answer([answers.V1_POSITION, flat]))
    position = Position("BTCUSDT", "long", d("0.001"), d("38429.5"), d("38592.9"), d("0.1634"), d("0"))
    assert outcome == Positions((position,))


@pytest.mark.parametrize(("dialect", "row"), [(V2_MIX, answers.V2_POSITION), (V1_MIX, answers.V1_POSITION)])
def test_a_position_that_is_not_as_documented_is_no_answer(dialect: BitgetDialect, row: dict[str, Any]) -> None:
    mode = "posMode" if dialect is V2_MIX else "holdMode"
    for odd in ({"holdSide": "up"}, {"total": "-1"}, {"total": None}, {mode: "both_mode"}):
        assert is_unknown(dialect, ReadPositions(), [{**row, **odd}])


@pytest.mark.parametrize(
    ("dialect", "key", "word", "mode"),
    [
        (V2_MIX, "posMode", "hedge_mode", HEDGE), (V2_MIX, "posMode", "one_way_mode", ONE_WAY),
        (V1_MIX, "holdMode", "double_hold", HEDGE), (V1_MIX, "holdMode", "single_hold", ONE_WAY),
    ],
)  # fmt: skip
def test_the_position_mode(dialect: BitgetDialect, key: str, word: str, mode: PositionMode) -> None:
    row = answers.V2_MIX_ACCOUNT if dialect is V2_MIX else answers.V1_MIX_ACCOUNT
    assert dialect.decode(ReadPositionMode(), answer({**row, key: word})) == ModeRead(mode)
    assert is_unknown(dialect, ReadPositionMode(), {**row, key: "odd"})


SETTINGS = [
    (V2_MIX, answers.V2_MIX_ACCOUNT, {}, 20, CROSS),
    (V2_MIX, answers.V2_MIX_ACCOUNT, {"marginMode": "isolated"}, 10, ISOLATED),
    (V1_MIX, answers.V1_MIX_ACCOUNT, {"marginMode": "crossed"}, 20, CROSS),
    (V1_MIX, answers.V1_MIX_ACCOUNT, {"fixedShortLeverage": "40"}, 40, ISOLATED),
]


@pytest.mark.parametrize(("dialect", "row", "changed", "leverage", "mode"), SETTINGS)
def test_the_leverage_of_a_symbol_is_that_of_its_margin_mode(
    dialect: BitgetDialect, row: dict[str, Any], changed: dict[str, Any], leverage: int, mode: MarginMode
) -> None:
    outcome = dialect.decode(ReadSymbolSettings("BTCUSDT"), answer({**row, **changed}))
    assert outcome == SymbolSettings("BTCUSDT", leverage, mode)


def test_two_sides_with_different_leverages_have_none_that_could_be_wanted() -> None:
    outcome = V1_MIX.decode(ReadSymbolSettings("BTCUSDT"), answer(answers.V1_MIX_ACCOUNT))
    assert outcome == SymbolSettings("BTCUSDT", 0, ISOLATED)


LEVERAGES = [
    ({}, SetLeverage("BTCUSDT", 21), True),
    ({}, SetLeverage("BTCUSDT", 20), False),
    ({"marginMode": "isolated"}, SetLeverage("BTCUSDT", 21), False),
    ({"marginMode": "isolated", "crossMarginLeverage": ""}, SetLeverage("BTCUSDT", 21, ISOLATED), True),
    ({"marginMode": "fixed", "shortLeverage": "5"}, SetLeverage("BTCUSDT", 21, ISOLATED, hedge=True), False),
    ({"marginMode": "fixed", "shortLeverage": "5"}, SetLeverage("BTCUSDT", 21, ISOLATED, True, Side.BUY), True),
    ({"marginMode": "fixed", "shortLeverage": "5"}, SetLeverage("BTCUSDT", 5, ISOLATED, True, Side.SELL), True),
    ({"crossMarginLeverage": None}, SetLeverage("BTCUSDT", 21), False),
    ({"crossMarginLeverage": 21}, SetLeverage("BTCUSDT", 21), True),
]


@pytest.mark.parametrize("dialect", MIX_DIALECTS)
@pytest.mark.parametrize(("changed", "intent", "is_so"), LEVERAGES)
def test_leverage_is_set_where_the_answer_repeats_it_for_our_margin_mode_and_side(
    dialect: BitgetDialect, changed: dict[str, Any], intent: SetLeverage, is_so: bool
) -> None:
    outcome = dialect.decode(intent, answer({**answers.V2_LEVERAGE, **changed}))
    assert outcome == Accepted() if is_so else isinstance(outcome, Unknown)


@pytest.mark.parametrize("dialect", MIX_DIALECTS)
def test_a_margin_mode_is_set_where_the_answer_repeats_it(dialect: BitgetDialect) -> None:
    intent = SetMarginMode("BTCUSDT", ISOLATED)
    for word in ("isolated", "fixed"):
        assert dialect.decode(intent, answer({"symbol": "BTCUSDT", "marginMode": word})) == Accepted()
    assert is_unknown(dialect, intent, {"symbol": "BTCUSDT", "marginMode": "crossed"})


def test_a_position_mode_is_set_where_the_answer_repeats_it() -> None:
    for mode, word in ((HEDGE, "hedge_mode"), (ONE_WAY, "one_way_mode")):
        assert V2_MIX.decode(SetPositionMode(mode), answer({"posMode": word})) == Accepted()
        assert V1_MIX.decode(SetPositionMode(mode), answer({"dualSidePosition": mode is HEDGE})) == Accepted()
        assert is_unknown(V1_MIX, SetPositionMode(mode), {"dualSidePosition": mode is ONE_WAY})
    assert is_unknown(V2_MIX, SetPositionMode(HEDGE), {"posMode": "one_way_mode"})


AUTHORITIES: list[tuple[list[str], tuple[bool, bool, bool, bool]]] = [
    # what is told; may read, trade spot, trade futures, withdraw
    (["trade", "readonly"], (True, True, True, False)),
    (["readonly"], (True, False, False, False)),
    (["readonly", "transfer"], (True, False, False, False)),
    (["trade", "readonly", "withdraw"], (True, True, True, True)),
    (["stor", "stow"], (True, True, False, False)),
    (["coor", "coow", "cpor", "cpow"], (True, False, True, False)),
    (["stor", "wtow", "wwor"], (True, False, False, False)),
    (["stor", "stow", "wwow"], (True, True, False, True)),
    ([], (False, False, False, False)),
]


@pytest.mark.parametrize("dialect", DIALECTS.values())
@pytest.mark.parametrize(("authorities", "may"), AUTHORITIES)
def test_what_a_key_may_do_is_told_in_words_or_in_four_letters(
    dialect: BitgetDialect, authorities: list[str], may: tuple[bool, bool, bool, bool]
) -> None:
    told = {**answers.V2_INFO, "authorities": authorities}
    assert dialect.decode(ReadPermissions(), answer(told)) == Permissions(*may, ip_bound=False)


def test_a_key_is_not_harmless_because_its_authorities_are_not_mentioned() -> None:
    for authorities in (None, "trade", {}):
        assert is_unknown(V2_SPOT, ReadPermissions(), {**answers.V2_INFO, "authorities": authorities})


def test_a_key_is_bound_to_the_addresses_that_are_told() -> None:
    outcome = V2_SPOT.decode(ReadPermissions(), answer({**answers.V2_INFO, "ips": "192.0.2.1,192.0.2.2"}))
    assert isinstance(outcome, Permissions)
    assert outcome.ip_bound


# Rules, prices, time.


def rules_of(dialect: BitgetDialect, *rows: Any) -> tuple[SymbolRules, ...]:
    outcome = dialect.decode(ReadRules(dialect.market), answer(list(rows)))
    assert isinstance(outcome, RulesRead)
    return outcome.rules


def rule(market: Any, *numbers: str, leverage: int) -> tuple[SymbolRules, ...]:
    return (SymbolRules("BTCUSDT", market, "BTC", "USDT", *map(d, numbers), leverage, trading=True),)  # type: ignore[arg-type]


def test_the_rules_of_every_api() -> None:
    """In this order: tick, step, least and most quantity, least notional. A tick may be several last places wide."""
    assert rules_of(V2_SPOT, answers.V2_SPOT_SYMBOL) == rule(
        S, "0.01", "0.000001", "0.000001", "10000000000", "1", leverage=1
    )
    assert rules_of(V1_SPOT, answers.V1_SPOT_SYMBOL) == rule(S, "0.01", "0.0001", "0.0001", "10000", "5", leverage=1)
    assert rules_of(V2_MIX, answers.V2_CONTRACT) == rule(F, "0.5", "0.0001", "0.0001", "220", "5", leverage=125)
    assert rules_of(V1_MIX, answers.V1_CONTRACT) == rule(F, "0.5", "0.001", "0.001", "0", "0", leverage=125)


def test_only_what_trades_is_trading() -> None:
    for word in ("offline", "gray", "halt", None):
        assert [r.trading for r in rules_of(V2_SPOT, {**answers.V2_SPOT_SYMBOL, "status": word})] == [False]
    for word in ("maintain", "off", "limit_open", "restrictedAPI", None):
        assert [r.trading for r in rules_of(V2_MIX, {**answers.V2_CONTRACT, "symbolStatus": word})] == [False]


def test_other_quotes_and_dated_contracts_are_left_out() -> None:
    assert rules_of(V2_SPOT, {**answers.V2_SPOT_SYMBOL, "quoteCoin": "EUR"}) == ()
    assert rules_of(V2_MIX, {**answers.V2_CONTRACT, "symbolType": "delivery"}) == ()


def test_one_symbol_that_cannot_be_read_does_not_hide_the_others() -> None:
    good = answers.V2_CONTRACT
    odd: list[dict[str, Any]] = [
        {"pricePlace": "99"}, {"pricePlace": "-1"}, {"sizeMultiplier": "0"}, {"priceEndStep": ""},
        {"minTradeNum": "-1"}, {"maxLever": "NaN"}, {"symbol": 7},
    ]  # fmt: skip
    for broken in (None, 7, *({**good, **change} for change in odd)):
        assert len(rules_of(V2_MIX, broken, good)) == 1, broken


PRICES = [
    (V2_SPOT, [{"symbol": "BTCUSDT", "lastPr": "50000.1"}]),
    (V2_MIX, [{"symbol": "BTCUSDT", "lastPr": "50000.1", "markPrice": "1"}]),
    (V1_SPOT, {"symbol": "BTCUSDT_SPBL", "close": "50000.1"}),
    (V1_MIX, {"symbol": "BTCUSDT_UMCBL", "last": "50000.1"}),
]


@pytest.mark.parametrize(("dialect", "data"), PRICES)
def test_a_price_is_of_the_symbol_asked_for_and_positive(dialect: BitgetDialect, data: Any) -> None:
    ask = ReadPrice(dialect.market, "BTCUSDT")
    assert dialect.decode(ask, answer(data)) == PriceRead(d("50000.1"))
    assert is_unknown(dialect, ReadPrice(dialect.market, "ETHUSDT"), data)
    assert is_unknown(dialect, ask, orjson.loads(orjson.dumps(data).replace(b"50000.1", b"0")))
    assert is_unknown(dialect, ask, [])


def test_the_time_is_an_object_in_v2_and_bare_in_v1() -> None:
    for dialect in (V2_SPOT, V2_MIX):
        assert dialect.decode(ReadTime(dialect.market), answer({"serverTime": "1688008631614"})) == TimeRead(
            1688008631614
        )
    for dialect in (V1_SPOT, V1_MIX):
        assert dialect.decode(ReadTime(dialect.market), answer("1688008631614")) == TimeRead(1688008631614)


@pytest.mark.parametrize(("dialect", "intent"), EVERY_INTENT)
@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"null", b"<html></html>", b'{"orderId":', b"\xff\xfe", b"7", b'"yes"', b'{"msg":"success"}',
        b'{"code":0,"msg":"success","data":{}}', b'{"code":"0","data":{}}', b'{"code":true,"data":{}}',
    ],
)  # fmt: skip
def test_a_body_that_cannot_be_read_is_unknown_and_never_a_yes(
    dialect: BitgetDialect, intent: Intent, body: bytes
) -> None:
    """The seed says that the code 0 is success; it is no code of Bitget's (EXCHANGES 8.3)."""
    outcome = dialect.decode(intent, HttpResponse(200, body))
    assert isinstance(outcome, Unknown) or outcome == Rejected(Reason.UNKNOWN, "0", getattr(outcome, "message", ""))
