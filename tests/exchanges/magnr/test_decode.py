"""What Magnr's good answers mean, and what is no answer at all."""

from typing import Any

import pytest

from mysignals.domain.intents import CloseTrade, Intent, ReadTrade, ReadTrades
from mysignals.domain.market import Side
from mysignals.domain.outcomes import Accepted, Closing, OrderReport, OrderState, Trade, Trades, Unknown
from mysignals.exchanges.magnr import FUTURES
from mysignals.exchanges.wire import HttpResponse

from .answers import PENDING, SETTLED, STOPPED, TRADES
from .asking import EVERY_INTENT, d, decoded, opening


def read(**changed: Any) -> Trade:
    outcome = decoded(ReadTrade("1234"), {"trade": {**SETTLED, **changed}})
    assert isinstance(outcome, Trade), outcome
    return outcome


@pytest.mark.parametrize("told", [1234, "1234"])
@pytest.mark.parametrize(("intent", "status"), [(opening(), 201), (CloseTrade("1234"), 200)])
def test_what_is_taken_is_only_acknowledged(intent: Intent, status: int, told: int | str) -> None:
    assert decoded(intent, {"id": told}, status) == Accepted((OrderReport("", "1234", OrderState.NEW),))


def test_a_settled_trade_tells_all() -> None:
    assert read() == Trade(
        exchange_id="1234", symbol="BTCUSD", side=Side.BUY, quantity=d("0.2"), leverage=10,
        created_ms=1_444_230_624_000, state=OrderState.FILLED, open_price=d("234.45"), close_price=d("235.56"),
        closing=Closing.USER, stop_margin=d("20"), take=d("10"),
    )  # fmt: skip


def test_a_pending_trade_has_neither_price_nor_end() -> None:
    outcome = decoded(ReadTrades(), TRADES)
    assert isinstance(outcome, Trades)
    pending, stopped = outcome.items
    assert (pending.state, pending.open_price, pending.close_price, pending.closing) == (
        OrderState.NEW, None, None, None,
    )  # fmt: skip
    assert (stopped.exchange_id, stopped.side, stopped.leverage, stopped.quantity, stopped.closing) == (
        "1233", Side.SELL, 5, d("0.3"), Closing.STOP,
    )  # fmt: skip


def test_no_trades_is_an_answer() -> None:
    assert decoded(ReadTrades(), {"trades": []}) == Trades(())


@pytest.mark.parametrize(
    ("status", "state"),
    [("pending", OrderState.NEW), ("open", OrderState.FILLED), ("closed", OrderState.FILLED),
     ("settled", OrderState.FILLED), ("something new", OrderState.UNKNOWN)],
)  # fmt: skip
def test_every_status_has_its_state(status: str, state: OrderState) -> None:
    assert read(status=status).state is state


@pytest.mark.parametrize(
    ("reason", "closing"),
    [("user", Closing.USER), ("stop", Closing.STOP), ("trail", Closing.STOP), ("limit", Closing.TARGET),
     ("insufficient funds", Closing.LIQUIDATION), ("something new", Closing.OTHER), (None, Closing.OTHER)],
)  # fmt: skip
@pytest.mark.parametrize("status", ["closed", "settled"])
def test_every_reason_to_close_has_its_name(status: str, reason: str | None, closing: Closing) -> None:
    assert read(status=status, closed_reason=reason).closing is closing


@pytest.mark.parametrize("status", ["pending", "open"])
def test_a_trade_that_is_not_over_has_no_end(status: str) -> None:
    assert read(status=status).closing is None


def test_a_closed_trade_may_still_wait_for_its_price() -> None:
    assert read(status="closed", close_price=None).close_price is None


def test_a_trade_without_exits_has_none() -> None:
    trade = read(stop_margin=None, sell_limit=None)
    assert (trade.stop_margin, trade.take) == (None, None)


@pytest.mark.parametrize("intent", [ReadTrade("99"), CloseTrade("99")])
def test_an_answer_about_another_trade_is_no_answer(intent: Intent) -> None:
    assert isinstance(decoded(intent, {"id": 1234, "trade": SETTLED}), Unknown)


@pytest.mark.parametrize("told", [None, True, 1.5, "", "../x", "a b", "٣", "x" * 65, "-", {"id": 1}])
def test_what_is_no_id_opens_no_trade(told: Any) -> None:
    assert isinstance(decoded(opening(), {"id": told}, 201), Unknown)


@pytest.mark.parametrize(
    "changed",
    [{"side": "BUY"}, {"size": 0}, {"size": -1}, {"size": None}, {"leverage": 2.5}, {"created_at": None},
     {"created_at": 0}, {"status": None}, {"open_price": 0}, {"open_price": "NaN"}, {"id": None}],
)  # fmt: skip
def test_one_unreadable_trade_spoils_the_list_lest_it_be_taken_for_missing(changed: dict[str, Any]) -> None:
    assert isinstance(decoded(ReadTrades(), {"trades": [STOPPED, {**PENDING, **changed}]}), Unknown)


@pytest.mark.parametrize("intent", EVERY_INTENT)
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"{}", b'"1234"', b"<html>"])
def test_what_is_not_as_documented_is_unknown(intent: Intent, body: bytes) -> None:
    assert isinstance(FUTURES.decode(intent, HttpResponse(200, body)), Unknown)
