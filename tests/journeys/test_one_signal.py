"""A spot and a futures signal on a whole running instance, seen by the followers and by the exchange."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.journeys.cast import HEDGED, NO_MONEY, TOO_SMALL, WRONG_SECRET
from tests.journeys.company import Follower
from tests.journeys.conftest import ROLES
from tests.journeys.exchange import Row
from tests.journeys.fates import fates
from tests.journeys.verdict import judge
from tests.support.waiting import wait_until

# Worked out by hand from the drafts, the sizings and the symbols' steps: the entry's quantity, what the stops cover
# together at which price, and the targets.
PLANNED = {
    "spot_01": ("0.0399", "0.0398@2400", ["0.0398@2600"]),
    "spot_02": ("0.1599", "0.1597@2400", ["0.1597@2800"]),
    "spot_03": ("0.9442", "0.9432@2400", ["0.3144@2600", "0.3144@2700", "0.3144@2800"]),
    "spot_04": ("0.1", "0.0999@2400", ["0.0999@2600"]),
    "futures_01": ("0.009", "0.009@49000", ["0.009@51000"]),
    "futures_02": ("0.039", "0.039@49000", ["0.039@53000"]),
    "futures_03": ("0.09", "0.09@49000", ["0.03@51000", "0.03@52000", "0.03@53000"]),
    "futures_04": ("0.01", "0.01@49000", ["0.01@51000"]),
    "futures_hedge": ("0.009", "0.009@49000", ["0.003@51000", "0.003@52000", "0.003@53000"]),
}
REFUSED = {
    NO_MONEY: ("The balance at Binance is too small", "Add funds to the account"),
    TOO_SMALL: ("the smallest order", "Raise the size of this following to at least"),
    WRONG_SECRET: ("Binance does not accept this API key", "Create a new key on the exchange"),
}
DELIVERED = [role for role in ROLES if role not in REFUSED]


def test_every_follower_is_served_as_the_exchange_has_it_in_its_books(journey):
    verdict = judge(journey.fates, journey.signals, journey.ledger)
    assert verdict.faults == []
    assert (verdict.delivered, verdict.refused, verdict.duplicate, verdict.lost) == (9, 3, 0, 0)


@pytest.mark.parametrize("role", DELIVERED, ids=lambda role: role.name)
def test_entry_stop_and_targets_are_placed_as_planned(journey, role):
    rows = journey.rows(role)
    entry, stop, targets = PLANNED[role.name]
    assert [Decimal(row["quantity"]) for row in rows if row["side"] == "BUY"] == [Decimal(entry)]
    stops = _exits(rows, "STOP")
    covered = sum(quantity for _, quantity in stops)
    assert {_told(covered, price) for price, _ in stops} == {stop}
    assert [_told(quantity, price) for price, quantity in _exits(rows, "TAKE_PROFIT", "LIMIT")] == targets


@pytest.mark.parametrize("role", REFUSED, ids=lambda role: role.name)
def test_who_cannot_trade_is_told_why_and_what_to_do(journey, role):
    (message,) = journey.messages(role)
    reason, advice = REFUSED[role]
    assert message.startswith("Not placed on Binance: BUY")
    assert reason in message
    assert advice in message


@pytest.mark.parametrize("role", REFUSED, ids=lambda role: role.name)
def test_nothing_is_placed_for_who_cannot_trade(journey, role):
    assert journey.rows(role) == []


@pytest.mark.parametrize("role", DELIVERED, ids=lambda role: role.name)
def test_who_was_served_is_told_what_was_bought(journey, role):
    (message,) = journey.messages(role)
    assert message.startswith(f"Filled on Binance: BUY {role.symbol}")
    assert PLANNED[role.name][0] in message


def test_the_account_in_hedge_mode_holds_a_long_position(journey):
    assert {row["position_side"] for row in journey.rows(HEDGED)} == {"LONG"}


@pytest.mark.parametrize("role", [HEDGED, ROLES[6]], ids=lambda role: role.name)
def test_the_position_mode_is_what_its_owner_chose_after_the_signal_as_before(journey, role):
    follower = journey.company.of(role)
    follower.person.post(f"/accounts/{follower.account_id}/check")
    (checked,) = wait_until(lambda: _checked(follower), 10, "the check of the account")
    assert checked["position_mode"] == role.position_mode


def test_the_provider_sees_how_many_and_not_who(journey):
    seen = journey.company.provider.get(f"/provider/signals/{journey.signals[0].id}/deliveries")
    counts = {state: many for state, many in seen["deliveries"].items() if many}
    assert counts == {"filled": 4, "rejected": 1, "skipped": 1}
    assert not [role.name for role in ROLES if role.name in str(seen)]


def test_a_restart_keeps_people_deliveries_and_the_exchanges_books(journey):
    journey.instance.restart()
    journey.company.provider.log_in()
    again = fates(journey.company.followers)
    assert [fate.first["client_id"] for fate in again] == [fate.first["client_id"] for fate in journey.fates]
    assert _in_order(journey.instance.exchange.ledger()) == _in_order(journey.ledger)


def _exits(rows: list[Row], *types: str) -> list[tuple[Decimal, Decimal]]:
    """Price and quantity of the resting exits of some types, in order of price."""
    found = [row for row in rows if row["side"] == "SELL" and row["type"].startswith(types) and row["state"] == "NEW"]
    return sorted(
        (Decimal(row.get("stop_price") or 0) or Decimal(row["price"]), Decimal(row["quantity"])) for row in found
    )


def _told(quantity: Decimal, price: Decimal) -> str:
    return f"{quantity.normalize():f}@{price.normalize():f}"


def _in_order(ledger: list[Row]) -> list[Row]:
    """Orders of one millisecond have no order of their own."""
    return sorted(ledger, key=lambda row: (row["venue"], row["api_key"], row["client_id"]))


def _checked(follower: Follower) -> list[dict[str, str]]:
    accounts: list[dict[str, str]] = follower.person.get("/accounts")["accounts"]
    return [account for account in accounts if account["status"] == "ready"]
