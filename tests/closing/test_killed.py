"""A close with a real worker that is killed in the middle of it, on every style of exits."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.closing.asked import asked
from tests.support.waiting import wait_until
from tests.trading.conftest import FUTURES, SPOT, Desk, desk, floor

__all__ = ["desk", "floor"]
STYLES = [
    (FUTURES, "futures", {}),
    (SPOT, "spot", {}),
    ("bitget", "futures", {"api_version": "v2"}),
    ("bitget", "spot", {"api_version": "v2"}),
    ("phemex", "futures", {}),
    ("phemex", "spot", {}),
    ("magnr", "futures", {}),
]
AT_MAGNR = {"symbol": "BTCUSD", "entry_type": "MARKET", "leverage": 5}


@pytest.mark.parametrize(("venue", "market", "columns"), STYLES, ids=[f"{one[0]}-{one[1]}" for one in STYLES])
@pytest.mark.parametrize("on", ["order", "cancel"])
def test_what_a_killed_worker_was_closing_is_closed_once(
    desk: Desk, venue: str, market: str, columns: dict[str, Any], on: str
) -> None:
    account = desk.account(venue, **columns)
    own: dict[str, Any] = AT_MAGNR if venue == "magnr" else {}
    signal = desk.bought(market, target2=None, target3=None, **own)
    placed = desk.trade(signal, quoteQty="1000", account_id=account.id)
    assert placed.status_code == 200, placed.json
    delivery_id = placed.json["delivery_id"]
    desk.wait_for(delivery_id, "filled", task="upkeep.follow")
    desk.fault("delay", venue, on=on, delay_ms=2000, count=2)
    with desk.house.app.app_context():
        assert asked(desk.ann.id, market=market, symbol=signal.symbol)[1] == 1
    held = "SELECT id FROM deliveries WHERE held_until > now() AND cancel_asked_at IS NOT NULL"
    wait_until(lambda: desk.rows(held) or desk.state(delivery_id) == "closed", 5, "the turn", every=0.005)
    desk.floor.worker.kill()
    desk.simulator.control("DELETE", "/_control/faults")
    desk.floor.worker.start()
    desk.run("UPDATE deliveries SET held_until = now() WHERE held_until > now()")
    assert desk.wait_for(delivery_id, "closed", task="trade.cancel_waiting")
    if venue != "magnr":
        assert desk.resting(account, market) == []
        assert once(desk, delivery_id, venue)
    if market == "futures" and venue != "magnr":
        assert desk.position(account) == 0
    assert [kind for kind, _ in desk.told()].count("closed") == 1


def once(desk: Desk, delivery_id: int, venue: str) -> bool:
    """Whether its closes together have sold what it had bought, less a commission, and no more."""
    ((root,),) = desk.rows("SELECT client_id FROM deliveries WHERE id = :id", id=delivery_id)
    entry = "SELECT filled_quantity FROM orders WHERE delivery_id = :id AND leg = 'entry'"
    ((bought,),) = desk.rows(entry, id=delivery_id)
    closes = [one for one in desk.simulator.ledger(venue) if one["client_id"].startswith(f"{root}-c")]
    sold = sum((Decimal(one["filled"]) for one in closes), Decimal(0))
    return bool(bought * Decimal("0.99") < sold <= bought)
