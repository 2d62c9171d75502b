"""What our client places, ccxt reads as it was meant."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from mysignals.domain.intents import (
    CancelAll,
    CancelOrder,
    ExitKind,
    PlaceExit,
    PlaceOco,
    PlaceOrder,
    PlaceProtectedEntry,
    ReadOpenOrders,
    SetLeverage,
    SetMarginMode,
    SetPositionMode,
)
from mysignals.domain.market import EntryType, MarginMode, PositionMode, Side
from mysignals.domain.outcomes import OpenOrders, OrderState
from mysignals.exchanges.transports.blocking import BlockingTransport
from tests.support.simulator_process import SimulatorProcess

from .account import Account
from .facts import dec
from .ours import Ours
from .test_phemex_contracts import INVERSE
from .test_random_days import FUTURES, SPOT

MARKETS = SPOT | FUTURES
CONDITIONAL: dict[str, dict[str, Any]] = {
    "Binance futures": {"trigger": True}, "Bitget spot": {"trigger": True},
    "Bitget futures": {"trigger": True, "planType": "profit_loss"},
}  # fmt: skip
"""How ccxt is asked for what waits for a trigger, where that is kept apart."""
KINDS = [(ExitKind.STOP, "45000", "44900"), (ExitKind.TARGET, "60000", "60100")]


@dataclass(slots=True)
class Pair:
    """Our client and ccxt on one account; quantities in lots."""

    name: str
    account: Account[Any]
    ours: Ours

    @property
    def lot(self) -> Decimal:
        return Decimal(100) if self.account.market is INVERSE.market else Decimal("0.01")

    def order(self, side: Side, price: str | None = None, client_id: str = "sig-42-e", **more: Any) -> PlaceOrder:
        kind = EntryType.MARKET if price is None else EntryType.LIMIT
        limit = None if price is None else Decimal(price)
        return PlaceOrder(self.ours.market, self.ours.symbol, side, kind, self.lot, limit, client_id, **more)

    def exit(self, kind: ExitKind, trigger: str, client_id: str = "sig-42-s", **more: Any) -> PlaceExit:
        return PlaceExit(
            self.ours.market, self.ours.symbol, Side.SELL, kind, self.lot, Decimal(trigger), client_id, **more
        )

    def waiting(self) -> list[dict[str, Any]]:
        listed = self.account.open_orders(**CONDITIONAL.get(self.name, {}))
        return [order for order in listed if dec(order["triggerPrice"])]

    def held(self) -> Decimal:
        found = self.account.ccxt.fetch_positions([self.account.market.symbol])
        return sum((dec(each["contracts"]) for each in found), Decimal(0))


def paired(simulator: SimulatorProcess, transport: BlockingTransport, name: str, **wanted: Any) -> Pair:
    account: Account[Any] = Account(simulator, MARKETS[name][0], **wanted)
    return Pair(name, account, Ours(account, transport))


@pytest.mark.parametrize("name", MARKETS)
def test_a_limit_order_is_read_as_it_was_meant_and_gone_when_cancelled(
    simulator: SimulatorProcess, transport: BlockingTransport, name: str
) -> None:
    pair = paired(simulator, transport, name)
    placed = pair.ours.done(pair.order(Side.BUY, "49000"))
    assert placed is not None
    (order,) = pair.account.open_orders()
    assert (order["id"], order["clientOrderId"]) == (placed.exchange_id, "sig-42-e")
    assert (order["type"], order["side"], dec(order["price"]), dec(order["amount"])) == (
        "limit", "buy", 49000, pair.lot,
    )  # fmt: skip
    pair.ours.done(CancelOrder(pair.ours.market, pair.ours.symbol, "sig-42-e"))
    assert pair.account.open_orders() == []
    assert pair.account.fetched({"id": placed.exchange_id})["status"] == "canceled"


@pytest.mark.parametrize("name", [name for name in MARKETS if name != "Binance spot"])
@pytest.mark.parametrize(("kind", "trigger", "moved"), KINDS, ids=["stop", "target"])
def test_an_exit_waits_as_it_was_meant_and_closes_what_it_is_for(
    simulator: SimulatorProcess, transport: BlockingTransport, name: str, kind: ExitKind, trigger: str, moved: str
) -> None:
    pair = paired(simulator, transport, name)
    if name in FUTURES:
        pair.ours.done(pair.order(Side.BUY))
        assert pair.held() == pair.lot
    pair.ours.done(pair.exit(kind, trigger))
    (order,) = pair.waiting()
    assert (order["clientOrderId"], order["side"]) == ("sig-42-s", "sell")
    assert (dec(order["amount"]), dec(order["triggerPrice"])) == (pair.lot, dec(trigger))
    (told,) = resting(pair)
    kind_told = None if name == "Bitget spot" else kind  # it does not say whether it is a stop or a target
    assert (told.kind, told.trigger_price, told.quantity) == (kind_told, dec(trigger), pair.lot)
    pair.account.move_price(moved)
    assert pair.waiting() == []
    if name in FUTURES:
        assert pair.held() == 0
    else:
        (trade,) = pair.account.ccxt.fetch_my_trades(pair.account.market.symbol)
        assert (trade["side"], dec(trade["amount"])) == ("sell", pair.lot)


def resting(pair: Pair) -> list[Any]:
    outcome = pair.ours.ask(ReadOpenOrders(pair.ours.market, pair.ours.symbol, conditional=True))
    assert isinstance(outcome, OpenOrders), outcome
    return [each for each in outcome.items if each.trigger_price is not None]


@pytest.mark.parametrize("name", [name for name in FUTURES if name != "Phemex inverse"])
def test_in_hedge_mode_an_exit_closes_its_own_side_alone(
    simulator: SimulatorProcess, transport: BlockingTransport, name: str
) -> None:
    pair = paired(simulator, transport, name, position_mode="hedge")
    pair.ours.done(pair.order(Side.BUY, hedge=True))
    pair.ours.done(pair.order(Side.SELL, client_id="sig-43-e", hedge=True))
    pair.ours.done(pair.exit(ExitKind.STOP, "45000", hedge=True))
    pair.account.move_price("44900")
    positions = pair.account.ccxt.fetch_positions([pair.account.market.symbol])
    assert [(each["side"], dec(each["contracts"])) for each in positions if dec(each["contracts"])] == [
        ("short", pair.lot)
    ]


@pytest.mark.parametrize("name", MARKETS)
def test_cancel_of_all_leaves_nothing_that_ccxt_could_find(
    simulator: SimulatorProcess, transport: BlockingTransport, name: str
) -> None:
    pair = paired(simulator, transport, name)
    pair.ours.done(pair.order(Side.BUY, "49000"))
    if name in FUTURES:
        pair.ours.done(pair.order(Side.BUY, client_id="sig-43-e"))
    if name != "Binance spot":
        pair.ours.done(pair.exit(ExitKind.STOP, "45000"))
    pair.ours.done(CancelAll(pair.ours.market, pair.ours.symbol))
    if name == "Bitget futures":  # no single call takes stops and targets alike
        stop = CancelOrder(pair.ours.market, pair.ours.symbol, "sig-42-s", conditional=True, kind=ExitKind.STOP)
        pair.ours.done(stop)
    else:
        pair.ours.done(CancelAll(pair.ours.market, pair.ours.symbol, conditional=True))
    assert (pair.account.open_orders(), pair.waiting()) == ([], [])


def test_an_oco_and_a_protected_entry_are_read_leg_by_leg(
    simulator: SimulatorProcess, transport: BlockingTransport
) -> None:
    pair = paired(simulator, transport, "Binance spot")
    prices = Decimal(60000), Decimal(45000), Decimal(44900)
    pair.ours.done(PlaceOco("BTCUSDT", Side.SELL, Decimal("0.01"), *prices, "sig-42-l", "sig-42-1", "sig-42-s"))
    legs = {order["clientOrderId"]: order for order in pair.account.open_orders()}
    assert {name: (dec(leg["price"]), dec(leg["triggerPrice"])) for name, leg in legs.items()} == {
        "sig-42-1": (60000, 0), "sig-42-s": (44900, 45000),
    }  # fmt: skip
    amounts = Decimal("0.01"), Decimal(49000), Decimal("0.00999")
    entry = PlaceProtectedEntry("BTCUSDT", Side.BUY, *amounts, *prices, "sig-43-l", "sig-43-e", "sig-43-1", "sig-43-s")
    pair.ours.done(entry)
    pair.account.move_price("49000")
    legs = {order["clientOrderId"]: order for order in pair.account.open_orders()}
    assert {name for name in legs if name.startswith("sig-43")} == {"sig-43-1", "sig-43-s"}
    assert {dec(legs[name]["amount"]) for name in ("sig-43-1", "sig-43-s")} == {Decimal("0.00999")}


def test_exits_that_ride_on_an_entry_wait_behind_its_fill(
    simulator: SimulatorProcess, transport: BlockingTransport
) -> None:
    pair = paired(simulator, transport, "Bitget futures")
    riding: dict[str, Any] = {"stop": Decimal(45000), "target": Decimal(60000)}
    placed = pair.ours.done(pair.order(Side.BUY, "49000", **riding))
    assert placed is not None
    assert placed.state is OrderState.NEW
    fetched = pair.account.fetched({"id": placed.exchange_id})
    assert (dec(fetched["stopLossPrice"]), dec(fetched["takeProfitPrice"])) == (45000, 60000)
    pair.account.move_price("49000")
    assert sorted(dec(order["triggerPrice"]) for order in pair.waiting()) == [45000, 60000]


@pytest.mark.parametrize("name", FUTURES)
@pytest.mark.parametrize("mode", MarginMode)
def test_leverage_and_margin_mode_are_those_of_the_next_position(
    simulator: SimulatorProcess, transport: BlockingTransport, name: str, mode: MarginMode
) -> None:
    pair = paired(simulator, transport, name)
    other = MarginMode.CROSS if mode is MarginMode.ISOLATED else MarginMode.ISOLATED
    for wanted in (other, mode):
        pair.ours.done(SetMarginMode(pair.ours.symbol, wanted, leverage=7))
        pair.ours.done(SetLeverage(pair.ours.symbol, 7, margin_mode=wanted))
    pair.ours.done(pair.order(Side.BUY, margin_mode=mode))
    (position,) = (
        each for each in pair.account.ccxt.fetch_positions([pair.account.market.symbol]) if dec(each["contracts"])
    )
    assert position["marginMode"] == mode.value
    leverage = position["leverage"] or pair.account.ccxt.fetch_leverage(pair.account.market.symbol)["longLeverage"]
    assert abs(dec(leverage)) == 7


@pytest.mark.parametrize("name", [name for name in FUTURES if name != "Phemex inverse"])
def test_in_the_position_mode_that_we_set_ccxt_holds_both_sides(
    simulator: SimulatorProcess, transport: BlockingTransport, name: str
) -> None:
    pair = paired(simulator, transport, name)
    pair.ours.done(SetPositionMode(PositionMode.HEDGE, pair.ours.symbol))
    for side in ("buy", "sell"):
        sides = {"Binance futures": {"positionSide": "LONG" if side == "buy" else "SHORT"}}
        pair.account.place("market", side, str(pair.lot), **sides.get(name, {"hedged": True}))
    assert pair.held() == 2 * pair.lot
