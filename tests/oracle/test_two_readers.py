"""Our own client and ccxt read one account after a day at random: they must tell the same."""

from decimal import Decimal
from typing import Any

import pytest

from mysignals.domain import market as domain
from mysignals.domain.intents import ReadBalances, ReadOpenOrders, ReadPositions
from mysignals.domain.outcomes import (
    Balances,
    OpenOrders,
    OrderState,
    Positions,
)
from mysignals.exchanges.transports.blocking import BlockingTransport
from tests.support.simulator_process import SimulatorProcess

from .facts import dec
from .ours import Ours
from .test_phemex_contracts import INVERSE, LINEAR
from .test_random_days import FUTURES, SPOT, Day, lived

OPEN = {OrderState.NEW: "open", OrderState.PARTIALLY_FILLED: "open"}
STATES = OPEN | {OrderState.FILLED: "closed", OrderState.CANCELLED: "canceled", OrderState.EXPIRED: "expired"}
MARKETS = SPOT | FUTURES


@pytest.fixture(params=MARKETS)
def day(request: pytest.FixtureRequest, simulator: SimulatorProcess) -> Day:
    return lived(simulator, MARKETS[request.param][0], seed=13)


def test_every_order_is_in_the_same_state_and_as_full(day: Day, transport: BlockingTransport) -> None:
    ours, different = Ours(day, transport), []
    for row in day.rows():
        report = ours.order(row["client_id"])
        fetched = day.ccxt.fetch_order(row["order_id"], day.market.symbol)
        told = (report.exchange_id, STATES[report.state], report.filled, average(report.average_price, day))
        heard = (fetched["id"], fetched["status"], dec(fetched["filled"]), average(dec(fetched["average"]), day))
        if told != heard:
            different.append((told, heard))
    assert different == []


def average(price: Decimal | None, day: Day) -> Decimal:
    """Of an inverse order ccxt tells something else; of the rest, as many digits as both have."""
    return Decimal(0) if price is None or day.market is INVERSE.market else price.quantize(Decimal("0.01"))


def test_the_same_orders_rest(day: Day, transport: BlockingTransport) -> None:
    ours = Ours(day, transport)
    outcome = ours.ask(ReadOpenOrders(ours.market, ours.symbol))
    assert isinstance(outcome, OpenOrders), outcome
    told = {
        each.report.exchange_id: (
            each.side.lower(), each.quantity, each.report.filled, average(each.report.average_price, day),
        )
        for each in outcome.items
    }  # fmt: skip
    assert told == {
        order["id"]: (
            order["side"], dec(order["amount"]), dec(order["filled"]), average(dec(order["average"]), day),
        )
        for order in day.open_orders()
    }  # fmt: skip
    assert told


def test_the_balance_is_the_same(day: Day, transport: BlockingTransport) -> None:
    ours = Ours(day, transport)
    asset = "BTC" if day.market is INVERSE.market else "USDT"
    kinds = {LINEAR.market: LINEAR.balance, INVERSE.market: INVERSE.balance}
    outcome = ours.ask(ReadBalances(ours.market, asset))
    assert isinstance(outcome, Balances), outcome
    kind = "spot" if ours.market is domain.Market.SPOT else "swap"
    balance = day.ccxt.fetch_balance(kinds.get(day.market, {"type": kind}))
    assert outcome.available(asset) == dec(balance[asset]["free"])


@pytest.mark.parametrize("name", FUTURES)
@pytest.mark.parametrize("seed", [7, 8])
def test_the_position_is_the_same(
    simulator: SimulatorProcess, transport: BlockingTransport, name: str, seed: int
) -> None:
    day = lived(simulator, FUTURES[name][0], seed)
    ours = Ours(day, transport)
    outcome = ours.ask(ReadPositions(ours.symbol))
    assert isinstance(outcome, Positions), outcome
    told = [(each.symbol, each.amount, each.entry_price.quantize(Decimal("0.1"))) for each in outcome.items]
    assert told == [
        as_ours(day, each) for each in day.ccxt.fetch_positions([day.market.symbol]) if dec(each["contracts"])
    ]


def as_ours(day: Day, position: dict[str, Any]) -> tuple[str, Decimal, Decimal]:
    sign = 1 if position["side"] == "long" else -1
    entry = dec(position["entryPrice"]).quantize(Decimal("0.1"))
    return day.market.native, sign * dec(position["contracts"]), entry
