"""One account whose exchange is slow: the audit of the others is stored and told meanwhile, and its own has an end."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

from mysignals.domain.intents import ReadOpenOrders, ReadPositions
from mysignals.domain.market import Market
from mysignals.domain.outcomes import OpenOrders
from mysignals.exchanges.auditing import read_account
from mysignals.services import drift, fan_out
from tests.drift.by_hand import time_passes
from tests.exchanges.scripted import ScriptedExchange, drive, session
from tests.fan_out.conftest import Scene
from tests.fan_out.test_slow_accounts import meanwhile
from tests.support.waiting import wait_until

DONE = "SELECT account_id FROM account_audits WHERE done_at IS NOT NULL AND live_at IS NOT NULL ORDER BY 1"
STRAYS = """
    UPDATE deliveries SET state = 'closed';
    UPDATE orders SET state = 'cancelled' WHERE leg <> 'entry'
"""
ENDED = "SELECT DISTINCT account_id FROM drifts WHERE state = 'repaired' ORDER BY 1"


def copied(scene: Scene) -> list[int]:
    """Of every follower one, open for a while."""
    scene.simulator.control(
        "POST", "/_control/prices", {"venue": "binance-futures", "symbol": "BTCUSDT", "price": "50000"}
    )
    _, ids = scene.signal()
    fan_out.deliver(ids)
    assert scene.states(ids) == {"filled"}
    time_passes(scene)
    return ids


def slow(scene: Scene, on: str, delay_ms: int) -> int:
    """Its exchange takes its time with the first account's questions, or cancels."""
    scene.fault(kind="delay", on=on, delay_ms=delay_ms, api_key=scene.people.api_keys[0])
    return scene.people.account_ids[0]


def the_others_end_first(scene: Scene, ended: str, last: int, seconds: float) -> None:
    """`ended` tells the accounts whose part of an audit is stored."""
    everybody = sorted(scene.people.account_ids)
    with meanwhile(scene, drift.audit_due) as worker:
        others = [account_id for account_id in everybody if account_id != last]
        wait_until(lambda: [row[0] for row in scene.rows(ended)] == others, seconds, "the end of all others")
        assert not worker.done()
    assert [row[0] for row in scene.rows(ended)] == everybody


def test_the_others_are_compared_while_one_account_is_still_asked(scene: Scene) -> None:
    copied(scene)
    the_others_end_first(scene, DONE, slow(scene, "query", 1500), 5)


def test_strays_of_the_others_are_gone_while_those_of_one_account_are_still_being_cancelled(scene: Scene) -> None:
    copied(scene)
    scene.run(STRAYS)
    time_passes(scene)
    the_others_end_first(scene, ENDED, slow(scene, "cancel", 2500), 6)


def test_an_account_that_takes_too_long_is_told_as_far_as_it_was_read() -> None:
    exchange, seconds = ScriptedExchange(), count()
    exchange.answers = {ReadOpenOrders: [OpenOrders(())] * 20}
    one = replace(session(exchange), clock_ms=lambda: next(seconds) * 10_000)
    told = drive(read_account(one, Market.FUTURES, [f"C{number}USDT" for number in range(9)]))
    assert 0 < len(told.orders) < 9 and told.positions == {}
    assert ReadPositions not in map(type, exchange.asked)
    assert len(exchange.asked) == 2 * len(told.orders)
