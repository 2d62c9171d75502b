"""A provider closes while the fan-out of the same signal is under way, with a real worker that is killed besides."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from mysignals import dispatch
from tests.closing.asked import asked
from tests.support.environment import VAULT_PUBLIC_KEY
from tests.support.population import populate
from tests.support.waiting import wait_until
from tests.trading.conftest import FUTURES, Desk, desk, floor

__all__ = ["desk", "floor"]
FOLLOWERS = 150
TASKS = ("upkeep.sweep", "upkeep.reconcile", "fan_out.sweep_closings")
DELIVERIES = """
    INSERT INTO deliveries (signal_id, account_id, user_id, following_id, exchange)
    SELECT :signal, f.account_id, f.user_id, f.id, 'binance' FROM followings f WHERE f.provider_id = :provider
"""
LEFT = "SELECT count(*) FROM deliveries WHERE state NOT IN ('cancelled', 'closed')"


def test_whatever_was_sent_is_closed_once_and_nothing_is_opened_again(desk: Desk) -> None:
    url = str(desk.floor.env["DATABASE_URL"])
    crowd = populate(url, desk.simulator, followers=FOLLOWERS, vault_public_key=VAULT_PUBLIC_KEY)
    prices = {"price": Decimal(50000), "stop": Decimal(49000), "target1": Decimal(51000)}
    given = {"provider_id": crowd.provider_id, "market": "futures", "symbol": "BTCUSDT", "leverage": 20}
    signal = desk.house.signal(desk.paul, **given, **prices)
    desk.run(DELIVERIES, signal=signal.id, provider=crowd.provider_id)
    desk.fault("delay", on="order", delay_ms=400)
    desk.task("fan_out.split", signal.id)
    wait_until(lambda: desk.rows("SELECT 1 FROM deliveries WHERE state = 'sending'"), 20, "the fan-out", every=0.005)
    with desk.house.app.app_context():
        assert asked(crowd.provider_id, market="futures", symbol="BTCUSDT")[1] == FOLLOWERS
        dispatch.send("fan_out.split", signal.id)
    marked = "SELECT 1 FROM deliveries WHERE cancel_asked_at IS NOT NULL AND state <> 'cancelled'"
    wait_until(lambda: desk.rows(marked), 20, "the copies that are to be closed", every=0.005)
    desk.floor.worker.kill()
    desk.simulator.control("DELETE", "/_control/faults")
    desk.floor.worker.start()

    def over() -> bool:
        for task in TASKS:
            desk.task(task)
        return desk.rows(LEFT)[0][0] == 0

    wait_until(over, 90, "the end of every copy", every=1)
    sold: Counter[str] = Counter()
    for order in desk.simulator.ledger(FUTURES):
        root, _, leg = order["client_id"].partition("-")
        sold[root] += Decimal(order["filled"]) * (1 if leg == "e" else -1)
    assert {root: left for root, left in sold.items() if left} == {}
    assert desk.rows("SELECT count(*) FROM orders WHERE state IN ('new', 'pending', 'unknown')") == [(0,)]
