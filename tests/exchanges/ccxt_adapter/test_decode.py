"""What the answers of OKX and Bybit mean, read by ccxt and told in our words and units."""

from typing import Any

import pytest

from mysignals.domain.intents import (
    CancelOrder,
    ExitKind,
    Intent,
    QueryOrder,
    ReadBalances,
    ReadOpenOrders,
    ReadPositionMode,
    ReadPositions,
    ReadPrice,
    ReadSymbolSettings,
    ReadTime,
    SetLeverage,
    SetMarginMode,
    SetPositionMode,
)
from mysignals.domain.market import MarginMode, Market, PositionMode, Side
from mysignals.domain.outcomes import (
    Accepted,
    Balance,
    Balances,
    ModeRead,
    OpenOrder,
    OpenOrders,
    OrderReport,
    OrderState,
    Position,
    Positions,
    PriceRead,
    Reason,
    Rejected,
    SymbolSettings,
    TimeRead,
    Unknown,
)

from . import bybit_answers as bybit
from . import okx_answers as okx
from .asking import NAMES, F, S, d, decoded, entry, exit_order

ENTRY, STOP = QueryOrder(F, "BTCUSDT", "ms7xab-e"), QueryOrder(F, "BTCUSDT", "ms7xab-s", conditional=True)
BORN = QueryOrder(F, "BTCUSDT", "", exchange_id="312269865356374016")


def only(name: str, intent: Intent, document: Any, market: Market = F) -> OrderReport:
    outcome = decoded(name, intent, document, market)
    assert isinstance(outcome, Accepted), outcome
    (report,) = outcome.orders
    return report


def of(name: str, order: dict[str, Any], **changed: Any) -> dict[str, Any]:
    return okx.ok({**order, **changed}) if name == "okx" else bybit.listed({**order, **changed})


@pytest.mark.parametrize(
    ("name", "intent", "document", "client_id", "exchange_id"),
    [
        ("okx", entry(), okx.PLACED, "ms7xab-e", "312269865356374016"),
        ("okx", exit_order(), okx.EXIT_PLACED, "ms7xab-s", "12345689"),
        ("okx", CancelOrder(F, "BTCUSDT", "ms7xab-e"), okx.CANCELLED, "ms7xab-e", "312269865356374016"),
        ("okx", CancelOrder(F, "BTCUSDT", "ms7xab-s", conditional=True), okx.EXIT_CANCELLED, "ms7xab-s", "12345689"),
        ("bybit", entry(), bybit.PLACED, "ms7xab-e", "fd4300ae-7847-404e-b947-b46980a4d140"),
        ("bybit", exit_order(), bybit.EXIT_PLACED, "ms7xab-s", "aa4300ae-7847-404e-b947-b46980a4d140"),
        ("bybit", CancelOrder(F, "BTCUSDT", "ms7xab-e"), bybit.PLACED, "ms7xab-e",
         "fd4300ae-7847-404e-b947-b46980a4d140"),
    ],
)  # fmt: skip
def test_what_is_taken_is_only_acknowledged(
    name: str, intent: Intent, document: Any, client_id: str, exchange_id: str
) -> None:
    assert only(name, intent, document) == OrderReport(client_id, exchange_id, OrderState.NEW)


@pytest.mark.parametrize("intent", [ENTRY, BORN])
def test_a_filled_order_of_okx_is_told_in_base(intent: QueryOrder) -> None:
    assert only("okx", intent, okx.ok(okx.ORDER)) == OrderReport(
        "ms7xab-e", "312269865356374016", OrderState.FILLED, d("0.01"), d("50000.1"), quantity=d("0.01"),
        changed_ms=1708587373362,
    )  # fmt: skip


def test_a_filled_order_of_bybit_is_told_in_base() -> None:
    assert only("bybit", ENTRY, bybit.listed(bybit.ORDER)) == OrderReport(
        "ms7xab-e", "fd4300ae-7847-404e-b947-b46980a4d140", OrderState.FILLED, d("0.01"), d("50000.1"),
        quantity=d("0.01"), changed_ms=1684738540561,
    )  # fmt: skip


@pytest.mark.parametrize(("name", "order"), [("okx", okx.SPOT_ORDER), ("bybit", bybit.SPOT_ORDER)])
def test_on_spot_the_fee_is_taken_from_what_was_bought(name: str, order: dict[str, Any]) -> None:
    report = only(name, QueryOrder(S, "BTCUSDT", "ms7xab-e"), of(name, order), S)
    assert (report.state, report.filled, report.commission_in_base) == (OrderState.FILLED, d("0.01"), d("0.00001"))


@pytest.mark.parametrize(
    ("name", "order", "told", "state"),
    [
        ("okx", okx.ORDER, {"state": "live", "accFillSz": "0", "avgPx": ""}, OrderState.NEW),
        ("okx", okx.ORDER, {"state": "partially_filled", "accFillSz": "0.4"}, OrderState.PARTIALLY_FILLED),
        ("okx", okx.ORDER, {"state": "canceled", "accFillSz": "0.4"}, OrderState.CANCELLED),
        ("okx", okx.ORDER, {"state": "something_new"}, OrderState.UNKNOWN),
        ("bybit", bybit.ORDER, {"orderStatus": "New", "cumExecQty": "0", "avgPrice": ""}, OrderState.NEW),
        ("bybit", bybit.ORDER, {"orderStatus": "PartiallyFilled", "cumExecQty": "0.004"},
         OrderState.PARTIALLY_FILLED),
        ("bybit", bybit.ORDER, {"orderStatus": "PartiallyFilledCanceled", "cumExecQty": "0.004"},
         OrderState.CANCELLED),
        ("bybit", bybit.ORDER, {"orderStatus": "Cancelled", "cumExecQty": "0"}, OrderState.CANCELLED),
        ("bybit", bybit.ORDER, {"orderStatus": "Rejected", "cumExecQty": "0"}, OrderState.REJECTED),
    ],
)  # fmt: skip
def test_every_status_has_its_state(name: str, order: dict[str, Any], told: dict[str, Any], state: OrderState) -> None:
    assert only(name, ENTRY, of(name, order, **told)).state is state


def test_a_triggered_exit_of_okx_names_the_order_that_it_has_placed_and_no_fill() -> None:
    """Ccxt calls it closed and takes it for filled; it has only placed another order."""
    report = only("okx", STOP, okx.ok(okx.TRIGGERED))
    assert (report.state, report.filled, report.became) == (OrderState.TRIGGERED, d("0"), "680800019749904384")


def test_a_triggered_exit_of_bybit_is_the_order_itself() -> None:
    report = only("bybit", STOP, bybit.listed(bybit.TRIGGERED))
    assert (report.state, report.filled, report.average_price) == (OrderState.FILLED, d("0.01"), d("44990"))


@pytest.mark.parametrize(("name", "order"), [("okx", okx.EXIT), ("bybit", bybit.EXIT)])
def test_a_waiting_exit_is_new(name: str, order: dict[str, Any]) -> None:
    report = only(name, STOP, of(name, order))
    assert (report.client_id, report.state, report.filled, report.quantity) == (
        "ms7xab-s", OrderState.NEW, d("0"), d("0.01"),
    )  # fmt: skip


def test_an_order_that_a_list_does_not_hold_is_not_there() -> None:
    """Bybit answers a look-up with a list: empty, or of others."""
    for answer in (bybit.listed(), bybit.listed({**bybit.ORDER, "orderLinkId": "another"})):
        outcome = decoded("bybit", ENTRY, answer)
        assert isinstance(outcome, Rejected)
        assert outcome.reason is Reason.NOT_FOUND


@pytest.mark.parametrize(
    ("name", "intent", "document"),
    [
        ("okx", ENTRY, okx.ok({**okx.ORDER, "clOrdId": "another"})),
        ("okx", ENTRY, okx.ok({**okx.ORDER, "clOrdId": ""})),
        ("okx", BORN, okx.ok({**okx.ORDER, "ordId": "7"})),
        ("okx", entry(), okx.ok({**okx.PLACED["data"][0], "clOrdId": "another"})),
        ("okx", CancelOrder(F, "BTCUSDT", "", exchange_id="7"), okx.CANCELLED),
        ("bybit", entry(), bybit.ok({"orderId": "x", "orderLinkId": "another"})),
    ],
)
def test_an_answer_about_another_order_is_no_answer(name: str, intent: Intent, document: Any) -> None:
    assert isinstance(decoded(name, intent, document), Unknown)


@pytest.mark.parametrize(
    ("name", "document"),
    [
        ("okx", okx.ok()), ("okx", okx.ok({"clOrdId": "ms7xabZde", "ordId": "", "sCode": "0"})),
        ("okx", {"code": "2", "msg": "", "data": [{"clOrdId": "ms7xabZde", "ordId": "1", "sCode": "51008"}]}),
        ("bybit", bybit.ok({})), ("bybit", bybit.ok(None)), ("bybit", bybit.ok({"orderLinkId": "ms7xab-e"})),
    ],
)  # fmt: skip
def test_a_placement_without_an_id_of_the_exchange_proves_nothing(name: str, document: Any) -> None:
    assert isinstance(decoded(name, entry(), document), Unknown)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("okx", {"accFillSz": "-1"}),
        ("okx", {"accFillSz": "0"}),
        ("bybit", {"cumExecQty": "0"}),
        ("okx", {"accFillSz": "0", "sz": ""}),
        ("bybit", {"cumExecQty": "0", "qty": "", "leavesQty": ""}),
    ],
)
def test_an_order_filled_with_nothing_is_no_answer(name: str, told: dict[str, Any]) -> None:
    order = okx.ORDER if name == "okx" else bybit.ORDER
    assert isinstance(decoded(name, ENTRY, of(name, order, **told)), Unknown)


def test_the_balances_of_okx_are_what_may_be_spent_and_what_there_is() -> None:
    assert decoded("okx", ReadBalances(F), okx.BALANCE) == Balances(
        (Balance("USDT", d("90.5"), d("100.5")), Balance("BTC", d("0.1"), d("0.1")))
    )


def test_the_balances_of_bybit_leave_out_what_is_locked() -> None:
    told = decoded("bybit", ReadBalances(S), bybit.BALANCE, S)
    assert told == Balances((Balance("USDT", d("90.5"), d("100.5")),))


@pytest.mark.parametrize(
    ("name", "document"),
    [
        ("okx", okx.ok(okx.POSITION, {**okx.POSITION, "instId": "ETH-USD-SWAP"})),
        ("bybit", bybit.listed(bybit.POSITION, bybit.FLAT)),
    ],
)
@pytest.mark.parametrize("symbol", [None, "BTCUSDT"])
def test_a_short_position_is_told_in_base_and_negative(name: str, document: Any, symbol: str | None) -> None:
    assert decoded(name, ReadPositions(symbol), document) == Positions(
        (Position("BTCUSDT", "both", d("-0.03"), d("50000"), d("51000"), d("-30"), d("55100.2")),)
    )


def test_in_hedge_mode_a_position_has_a_side() -> None:
    outcome = decoded("okx", ReadPositions(), okx.ok({**okx.POSITION, "pos": "3", "posSide": "long"}))
    assert isinstance(outcome, Positions)
    assert [(position.side, position.amount) for position in outcome.items] == [("long", d("0.03"))]


@pytest.mark.parametrize(
    ("told", "mode"), [("long_short_mode", PositionMode.HEDGE), ("net_mode", PositionMode.ONE_WAY)]
)
def test_the_position_mode_of_okx(told: str, mode: PositionMode) -> None:
    assert decoded("okx", ReadPositionMode(), okx.ok({**okx.CONFIG, "posMode": told})) == ModeRead(mode)


def test_the_settings_of_a_symbol_of_okx() -> None:
    read = decoded("okx", ReadSymbolSettings("BTCUSDT"), okx.ok(okx.LEVERAGE))
    assert read == SymbolSettings("BTCUSDT", 7, MarginMode.CROSS)
    assert decoded("okx", SetLeverage("BTCUSDT", 7), okx.ok(okx.LEVERAGE)) == Accepted()
    assert decoded("okx", SetPositionMode(PositionMode.HEDGE), okx.ok({"posMode": "long_short_mode"})) == Accepted()
    isolated = SetMarginMode("BTCUSDT", MarginMode.ISOLATED, 7)
    assert decoded("okx", isolated, okx.ok({**okx.LEVERAGE, "mgnMode": "isolated"})) == Accepted()


def test_two_leverages_of_one_symbol_are_none() -> None:
    sides = (okx.LEVERAGE | {"posSide": "long", "lever": "3"}, okx.LEVERAGE | {"posSide": "short", "lever": "5"})
    assert isinstance(decoded("okx", ReadSymbolSettings("BTCUSDT"), okx.ok(*sides)), Unknown)


@pytest.mark.parametrize(
    ("told", "mode"),
    [("REGULAR_MARGIN", MarginMode.CROSS), ("ISOLATED_MARGIN", MarginMode.ISOLATED),
     ("PORTFOLIO_MARGIN", MarginMode.CROSS)],
)  # fmt: skip
def test_the_margin_mode_of_bybit_is_the_accounts_and_is_never_changed(told: str, mode: MarginMode) -> None:
    account = bybit.ok({**bybit.ACCOUNT, "marginMode": told})
    assert decoded("bybit", ReadSymbolSettings("BTCUSDT"), account) == SymbolSettings("BTCUSDT", 0, mode)
    for wanted in MarginMode:
        outcome = decoded("bybit", SetMarginMode("BTCUSDT", wanted, 7), account)
        assert isinstance(outcome, Accepted if wanted is mode else Rejected)
        assert getattr(outcome, "reason", Reason.MODE) is Reason.MODE


def test_a_margin_mode_of_bybit_that_is_not_documented_is_no_answer() -> None:
    account = bybit.ok({**bybit.ACCOUNT, "marginMode": "NEW_MARGIN"})
    assert isinstance(decoded("bybit", ReadSymbolSettings("BTCUSDT"), account), Unknown)
    assert isinstance(decoded("bybit", SetMarginMode("BTCUSDT", MarginMode.CROSS, 7), account), Unknown)


def test_a_leverage_of_bybit_that_is_already_set_is_success() -> None:
    already = bybit.refused("110043", "Set leverage not modified")
    assert decoded("bybit", SetLeverage("BTCUSDT", 7), already) == Accepted()
    assert isinstance(decoded("bybit", entry(), already), Rejected)


@pytest.mark.parametrize(
    ("name", "market", "document"),
    [("okx", F, okx.ok(okx.TICKER)), ("okx", S, okx.ok({**okx.TICKER, "instId": "BTC-USDT", "instType": "SPOT"})),
     ("bybit", F, bybit.listed(bybit.TICKER)), ("bybit", S, bybit.listed(bybit.SPOT_TICKER))],
)  # fmt: skip
def test_a_price_is_the_last_one_of_the_symbol(name: str, market: Market, document: Any) -> None:
    assert decoded(name, ReadPrice(market, "BTCUSDT"), document, market) == PriceRead(d("50000.1"))


def test_a_price_of_another_symbol_is_no_answer() -> None:
    other = okx.ok({**okx.TICKER, "instId": "BTC-USDT"})
    assert isinstance(decoded("okx", ReadPrice(F, "BTCUSDT"), other), Unknown)


def test_the_time_is_told_in_milliseconds() -> None:
    assert decoded("okx", ReadTime(F), okx.ok({"ts": "1700000000123"})) == TimeRead(1_700_000_000_123)
    assert decoded("bybit", ReadTime(F), bybit.TIME) == TimeRead(1_700_000_000_123)


@pytest.mark.parametrize(
    ("name", "exit_", "created", "changed"),
    [("okx", okx.EXIT, 1708587373361, 0), ("bybit", bybit.EXIT, 1684738540559, 1684738540561)],
)
def test_what_waits_for_a_trigger_is_told_apart_from_what_rests(
    name: str, exit_: dict[str, Any], created: int, changed: int
) -> None:
    waiting = decoded(name, ReadOpenOrders(F, "BTCUSDT", conditional=True), of(name, exit_))
    resting = decoded(name, ReadOpenOrders(F, "BTCUSDT"), of(name, exit_))
    assert isinstance(waiting, OpenOrders)
    (found,) = waiting.items
    report = OrderReport(
        "ms7xab-s", found.report.exchange_id, OrderState.NEW, quantity=d("0.01"), changed_ms=changed
    )  # fmt: skip
    assert found == OpenOrder(
        report, "BTCUSDT", Side.SELL, d("0.01"), ExitKind.STOP, d("45000"), created,
    )  # fmt: skip
    assert resting == OpenOrders(())


@pytest.mark.parametrize("name", NAMES)
def test_a_list_with_an_order_that_cannot_be_read_is_no_answer(name: str) -> None:
    order = okx.EXIT if name == "okx" else bybit.EXIT
    spoiled = of(name, order, side="")
    assert isinstance(decoded(name, ReadOpenOrders(F, "BTCUSDT", conditional=True), spoiled), Unknown)
