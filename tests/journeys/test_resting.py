"""A signal whose price is not there yet: it rests, fills when the price comes, and is protected by then."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from tests.journeys.cast import HEDGED, Role
from tests.journeys.conftest import ROLES, Journey
from tests.journeys.signals import Posted, post, settled
from tests.support.waiting import wait_until

RESTING = {
    # Two targets, not three: Binance keeps five stops of a symbol at most, and the first signal's ladder has three.
    "spot": {"price": "2450", "sl": "2300", "tp1": "2650", "tp3": ""},
    "futures": {"price": "49500", "sl": "48500", "tp1": "51500"},
}
REACHED = {"spot": ("binance", "ETHUSDT", "2449"), "futures": ("binance-futures", "BTCUSDT", "49400")}
ONE_TARGET, LADDER = (next(role for role in ROLES if role.targets == targets) for targets in ("first", "ladder"))
FUTURES = next(role for role in ROLES if role.market == "futures")
WAITERS = [ONE_TARGET, LADDER, FUTURES, HEDGED]


class Resting:
    """Both signals, posted and resting; `seen` is what each waiter was told before the price came."""

    def __init__(self, journey: Journey) -> None:
        self.journey = journey
        provider = journey.company.provider
        provider.log_in()
        self.signals = {market: post(provider, market, **draft) for market, draft in RESTING.items()}
        wait_until(self._all_settled, 20, "both resting signals")
        self.before = {role: self.delivery(role) for role in WAITERS}
        for venue, symbol, price in REACHED.values():
            journey.instance.exchange.move_price(venue, symbol, price)

    def delivery(self, role: Role) -> dict[str, Any]:
        person, signal = self.journey.company.of(role).person, self.signals[role.market]
        (listed,) = person.get("/deliveries", signal_id=signal.id)["deliveries"]
        found: dict[str, Any] = person.get(f"/deliveries/{listed['id']}")["delivery"]
        return found

    def exits(self, role: Role, leg: str) -> Decimal:
        """Over how much the resting exits of that kind are, by the exchange's books."""
        ours = {order["client_order_id"] for order in self.delivery(role)["orders"] if order["leg"].startswith(leg)}
        rows = self.journey.instance.exchange.ledger()
        return sum((Decimal(r["quantity"]) for r in rows if r["client_id"] in ours and r["state"] == "NEW"), Decimal(0))

    def _all_settled(self) -> bool:
        signals: list[Posted] = list(self.signals.values())
        return sum(settled(self.journey.company.provider, each) for each in signals) == len(ROLES)


@pytest.fixture(scope="module")
def resting(journey: Journey) -> Iterator[Resting]:
    yield Resting(journey)
    for venue, symbol, price in (("binance", "ETHUSDT", "2500"), ("binance-futures", "BTCUSDT", "50000")):
        journey.instance.exchange.move_price(venue, symbol, price)


@pytest.mark.parametrize("role", WAITERS, ids=lambda role: role.name)
def test_an_entry_whose_price_is_not_there_rests_and_says_so(resting, role):
    assert resting.before[role]["state"] == "accepted"
    assert "waiting to fill" in resting.before[role]["message"]


@pytest.mark.parametrize("role", WAITERS, ids=lambda role: role.name)
def test_an_entry_is_filled_and_told_when_its_price_comes(resting, role):
    filled = wait_until(lambda: _if_filled(resting.delivery(role)), 30, f"the fill of {role.name}")
    assert filled["message"].startswith("Filled on Binance")


@pytest.mark.parametrize("role", WAITERS, ids=lambda role: role.name)
@pytest.mark.parametrize("leg", ["stop", "target"])
def test_a_filled_entry_is_covered_by_its_exits(resting, role, leg):
    entry = Decimal(str(resting.before[role]["orders"][0]["quantity"]))
    wait_until(lambda: _if_filled(resting.delivery(role)), 30, f"the fill of {role.name}")
    assert entry * Decimal("0.99") <= resting.exits(role, leg) <= entry


def _if_filled(delivery: dict[str, Any]) -> dict[str, Any] | None:
    return delivery if delivery["state"] == "filled" else None
