"""Our own conversations run on OKX through ccxt as on any exchange: entry, exits, what was lost, what has triggered."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar
from urllib.parse import parse_qs

import orjson
import pytest

from mysignals.domain.intents import Leg
from mysignals.domain.market import EntryType, MarginMode, Market, Side
from mysignals.domain.outcomes import Accepted, OrderState, Reason, Rejected, SymbolSettings
from mysignals.domain.plan import Choices, Plan, Terms, make_plan
from mysignals.domain.sizing import Sizing, SizingMode
from mysignals.exchanges.dialect import Call
from mysignals.exchanges.flows import open_position
from mysignals.exchanges.look_up import looked_up
from mysignals.exchanges.session import Report, Session
from mysignals.exchanges.wire import HttpRequest, HttpResponse, NoReply, Reply

from . import okx_answers as okx
from .asking import KEY, NOW_MS, OFFERED, F, S, d

End = TypeVar("End")
CONTRACT = {F: Decimal("0.01"), S: Decimal(1)}


@dataclass
class Okx:
    """Fills every order at once and keeps conditional ones; loses the answers to the paths in `loses`, once each."""

    market: Market
    loses: list[str] = field(default_factory=list)
    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    exits: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    refuses_exits: bool = False

    def reply(self, request: HttpRequest) -> Reply:
        path = request.path.removeprefix("/api/v5/")
        self.asked.append(f"{request.method} {path}")
        told = self._deed(path, request)
        if path in self.loses:
            self.loses.remove(path)
            return NoReply(sent=True, cause="reset")
        return HttpResponse(200, orjson.dumps(told))

    def _deed(self, path: str, request: HttpRequest) -> dict[str, Any]:
        query = {name: values[0] for name, values in parse_qs(request.query).items()}
        if request.method == "GET":
            store, key = (self.exits, "algoClOrdId") if path == "trade/order-algo" else (self.orders, "clOrdId")
            found = [o for o in store.values() if o[key] == query.get(key) or o["ordId"] == query.get("ordId", "-")]
            return okx.ok(*found) if found else {"code": "51603", "data": [], "msg": "Order does not exist"}
        sent = orjson.loads(request.body)
        if path == "trade/order":
            number = str(1000 + len(self.orders))
            order = okx.ORDER if self.market is F else okx.SPOT_ORDER
            self.orders[number] = {
                **order, **{k: v for k, v in sent.items() if k != "reduceOnly"}, "ordId": number,
                "accFillSz": sent["sz"], "fee": "0",
            }  # fmt: skip
            return okx.ok({"ordId": number, "clOrdId": sent["clOrdId"], "sCode": "0", "sMsg": ""})
        if path == "trade/order-algo":
            if self.refuses_exits:
                return okx.refused("51280", "SL trigger price can not be higher than the last price")
            number = str(2000 + len(self.exits))
            kept = {key: sent[key] for key in ("algoClOrdId", "sz", "tdMode")}
            self.exits[number] = {**okx.EXIT, "algoId": number, **kept}
            return okx.ok({"algoId": number, "algoClOrdId": sent["algoClOrdId"], "sCode": "0", "sMsg": ""})
        return okx.ok({"lever": "1"})


def plan(market: Market) -> Plan:
    """From 50,000 with the stop a thousand below and one target a thousand above."""
    terms = Terms(
        market, "BTCUSDT", Side.BUY, EntryType.MARKET, d("0.02"), d("50000"), d("49000"), (d("51000"),), 10, 1, 60
    )
    choices = Choices(Sizing(SizingMode.QUOTE, d("1000")), 10, 10, 0, 1000, "first", MarginMode.ISOLATED)
    (rules,) = OFFERED["okx"].rules[market]
    made = make_plan(terms, choices, rules, d("50000"), OFFERED["okx"].dialects[market].abilities)
    assert isinstance(made, Plan), made
    return made


def session(market: Market, **changed: Any) -> Session:
    return Session(OFFERED["okx"].dialects[market], KEY, "live", "ms7xab", lambda: NOW_MS, **changed)


def drive(conversation: Generator[Call, Reply, End], exchange: Okx) -> End:
    try:
        call = next(conversation)
        for _ in range(50):
            call = conversation.send(exchange.reply(call.encode(NOW_MS)))
    except StopIteration as stop:
        end: End = stop.value
        return end
    raise AssertionError("the conversation did not end within 50 calls")


def opened(exchange: Okx) -> Report:
    made = plan(exchange.market)
    known = SymbolSettings("BTCUSDT", made.leverage, MarginMode.ISOLATED)
    return drive(open_position(session(exchange.market, settings=known), made), exchange)


@pytest.mark.parametrize("market", [F, S])
def test_an_entry_is_acknowledged_asked_for_and_covered_by_stop_and_target(market: Market) -> None:
    exchange = Okx(market)
    report = opened(exchange)
    assert exchange.asked == [
        "POST trade/order", "GET trade/order", "POST trade/order-algo", "POST trade/order-algo",
    ]  # fmt: skip
    assert isinstance(report.entry, Accepted)
    assert (report.entry.orders[0].state, report.unprotected) == (OrderState.FILLED, "")
    (order,) = exchange.orders.values()
    bought = Decimal(order["sz"]) * CONTRACT[market]
    assert bought == plan(market).quantity
    # On spot the fee may have been taken from what was bought, so its exits sell a little less.
    least = bought * d("0.99") if market is S else bought
    assert all(least <= Decimal(exit_["sz"]) * CONTRACT[market] <= bought for exit_ in exchange.exits.values())


def test_exits_of_an_isolated_position_are_isolated() -> None:
    exchange = Okx(F)
    opened(exchange)
    modes = [order["tdMode"] for order in (*exchange.orders.values(), *exchange.exits.values())]
    assert modes == ["isolated"] * 3


@pytest.mark.parametrize("lost", [["trade/order"], ["trade/order-algo"], ["trade/order", "trade/order-algo"]])
def test_what_was_lost_is_found_by_our_id_and_nothing_is_placed_twice(lost: list[str]) -> None:
    exchange = Okx(F, loses=list(lost))
    report = opened(exchange)
    assert isinstance(report.entry, Accepted)
    assert (len(exchange.orders), len(exchange.exits), report.unprotected) == (1, 2, "")


def test_a_position_whose_stop_is_refused_is_closed_reduce_only() -> None:
    exchange = Okx(F, refuses_exits=True)
    report = opened(exchange)
    _, closing = exchange.orders.values()
    assert (closing["side"], closing["tdMode"], report.taken_back) == ("sell", "isolated", True)
    assert "51280" in report.unprotected


def test_a_stop_that_has_triggered_is_followed_to_the_order_that_it_placed() -> None:
    exchange = Okx(F)
    opened(exchange)
    stop = next(exit_ for exit_ in exchange.exits.values() if exit_["algoClOrdId"] == "ms7xabZds")
    stop |= {"state": "effective", "ordId": "9001", "ordIdList": ["9001"]}
    exchange.orders["9001"] = {**okx.ORDER, "ordId": "9001", "clOrdId": "", "side": "sell", "accFillSz": "2", "sz": "2"}
    found = drive(looked_up(session(F), plan(F), Leg.STOP), exchange)
    assert isinstance(found, Accepted)
    assert (found.orders[0].client_id, found.orders[0].state, found.orders[0].filled) == (
        "ms7xab-s", OrderState.FILLED, d("0.02"),
    )  # fmt: skip


def test_an_order_that_never_arrived_is_not_there() -> None:
    found = drive(looked_up(session(F), plan(F), Leg.ENTRY), Okx(F))
    assert isinstance(found, Rejected)
    assert found.reason is Reason.NOT_FOUND
