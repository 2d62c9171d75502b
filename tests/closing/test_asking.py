"""What a close reaches and what it leaves alone; what is on its way; and many that ask at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event, text

from mysignals.extensions import db
from mysignals.services import closing, fan_out, reconcile, trading
from tests.closing.asked import asked, ordered, worked
from tests.fan_out.conftest import Scene, exchange, scene

__all__ = ["exchange", "scene"]
ON_BTC = {"market": "futures", "symbol": "BTCUSDT"}
MARKED = "SELECT count(*) FROM deliveries WHERE cancel_asked_at IS NOT NULL"
CLOSES = "binance-futures"


def opened(scene: Scene, entry_type: str = "MARKET") -> list[int]:
    _, ids = scene.signal(entry_type=entry_type)
    fan_out.deliver(ids)
    assert scene.states(ids) == {"filled"}
    return ids


def marked(scene: Scene) -> int:
    return int(scene.rows(MARKED)[0][0])


def closes_sent(scene: Scene) -> int:
    return sum(one["client_id"].endswith("-c") for one in scene.simulator.ledger(CLOSES))


def test_what_waits_in_the_queue_is_cancelled_without_being_sent_and_its_owner_is_told(scene: Scene) -> None:
    _, ids = scene.signal()
    assert asked(scene.people.provider_id, **ON_BTC)[1] == 4
    closing.sweep()
    fan_out.deliver(ids)
    fan_out.sweep()
    assert scene.states(ids) == {"cancelled"} and scene.entries(ids) == []
    told = scene.rows("SELECT kind, message FROM notifications")
    assert [kind for kind, _ in told] == ["cancelled"] * 4
    assert all("its provider closed this signal before it was sent" in message for _, message in told)


def test_ones_own_that_waits_is_cancelled_by_the_one_who_asks(scene: Scene) -> None:
    _, ids = scene.signal()
    assert asked(scene.people.user_ids[0], **ON_BTC)[1] == 1
    fan_out.deliver(ids)
    found = scene.rows("SELECT user_id, state FROM deliveries ORDER BY user_id")
    assert [(row[0] == scene.people.user_ids[0], row[1]) for row in found] == [
        (True, "cancelled"), (False, "filled"), (False, "filled"), (False, "filled"),
    ]  # fmt: skip


def test_a_close_that_comes_while_the_entry_is_on_its_way_is_not_lost(scene: Scene) -> None:
    """Claimed and sent, and nothing of the answer is known when it is asked."""
    _, ids = scene.signal(entry_type="MARKET")
    scene.fault_of_accounts(kind="lost_answer", on="order", count=1)
    scene.fault_of_accounts(kind="refuse", on="query")
    fan_out.deliver(ids)
    assert scene.states(ids) == {"unknown"}
    assert asked(scene.people.provider_id, **ON_BTC)[1] == 4
    worked(scene)
    assert scene.states(ids) == {"unknown"}
    scene.simulator.control("DELETE", "/_control/faults")
    scene.run("UPDATE deliveries SET look_at = NULL")
    reconcile.reconcile()
    worked(scene)
    assert scene.states(ids) == {"closed"}
    assert closes_sent(scene) == 4


def test_one_that_never_arrived_is_not_sent_again(scene: Scene) -> None:
    _, ids = scene.signal()
    scene.run(
        "UPDATE deliveries SET state = 'sending', client_id = 'ms' || id || 'xabcdef', claimed_at = now() - "
        "interval '40 seconds', fence_at = now() - interval '20 seconds'"
    )
    assert asked(scene.people.provider_id, **ON_BTC)[1] == 4
    closing.sweep()
    reconcile.reconcile()
    assert scene.states(ids) == {"queued"}
    fan_out.sweep()
    fan_out.deliver(ids)
    worked(scene)
    assert scene.states(ids) == {"cancelled"} and scene.entries(ids) == []


def test_a_provider_closes_what_came_of_their_own_signals_until_then(scene: Scene) -> None:
    ids = opened(scene)
    other, own_trade, later, still = ids
    stranger = scene.people.user_ids[3]
    scene.run("INSERT INTO signals (provider_id, market, symbol, side, quantity, price, stop, target1, leverage) "
              "SELECT :stranger, market, symbol, side, quantity, price, stop, target1, leverage FROM signals",
              stranger=stranger)  # fmt: skip
    scene.run("UPDATE deliveries SET signal_id = (SELECT max(id) FROM signals) WHERE id = :id", id=other)
    scene.run("UPDATE deliveries SET trade_sizing = 'quote', trade_value = 50 WHERE id = :id", id=own_trade)
    after, _ = scene.signal()
    scene.run("DELETE FROM deliveries WHERE signal_id = :id", id=after)
    scene.run("UPDATE signals SET created_at = now() + interval '1 minute' WHERE id = :id", id=after)
    scene.run("UPDATE deliveries SET signal_id = :after WHERE id = :id", after=after, id=later)
    assert asked(scene.people.provider_id, **ON_BTC)[1] == 1
    worked(scene)
    assert scene.states([still]) == {"closed"}
    assert scene.states([other, own_trade, later]) == {"filled"}


@pytest.mark.parametrize("other", [{"symbol": "ETHUSDT"}, {"side": "SELL"}, {"market": "spot"}], ids=str)
def test_other_symbols_sides_and_markets_are_left_alone(scene: Scene, other: dict[str, Any]) -> None:
    opened(scene)
    for who in (scene.people.provider_id, scene.people.user_ids[0]):
        assert asked(who, **ON_BTC | {"side": "BUY"} | other)[1] == 0
    worked(scene)
    assert marked(scene) == 0


def test_an_order_of_a_provider_closes_nobody_elses(scene: Scene) -> None:
    opened(scene)
    assert ordered(scene.people.provider_id, **ON_BTC) == 0
    worked(scene)
    assert marked(scene) == 0


def test_everything_is_closed_where_no_symbol_is_named(scene: Scene) -> None:
    ids = opened(scene)
    assert asked(scene.people.user_ids[0])[1] == 1
    worked(scene)
    assert sorted(row[0] for row in scene.rows("SELECT state FROM deliveries WHERE id = ANY (:ids)", ids=ids)) == [
        "closed", "filled", "filled", "filled",
    ]  # fmt: skip


def test_only_the_account_that_is_named(scene: Scene) -> None:
    opened(scene)
    first, second = scene.people.user_ids[:2]
    mine, theirs = scene.people.account_ids[0], scene.people.account_ids[1]
    assert asked(first, account_id=theirs, **ON_BTC)[1] == 0
    assert asked(first, account_id=mine, **ON_BTC)[1] == 1
    assert asked(second, account_id=theirs, **ON_BTC)[1] == 1
    assert marked(scene) == 2


@pytest.mark.parametrize("status", ["ready", "refused"])
def test_whatever_accounts_one_has_besides_none_is_left_open(scene: Scene, status: str) -> None:
    """Openings go to live accounts where one is ready; what had been opened on paper before is closed all the same."""
    opened(scene)
    scene.run("INSERT INTO exchange_accounts (user_id, exchange, environment, sealed_credentials, key_hint, status) "
              "SELECT user_id, 'bitget', 'live', sealed_credentials, 'wxyz', :status FROM exchange_accounts "
              "WHERE user_id = :user", user=scene.people.user_ids[0], status=status)  # fmt: skip
    assert asked(scene.people.user_ids[0], **ON_BTC)[1] == 1


def test_what_is_open_at_an_account_whose_key_was_refused_is_closed_too(scene: Scene) -> None:
    opened(scene)
    scene.run("UPDATE exchange_accounts SET status = 'refused' WHERE user_id = :user", user=scene.people.user_ids[0])
    assert asked(scene.people.user_ids[0], **ON_BTC)[1] == 1


def test_what_was_to_be_cancelled_and_kept_is_closed_where_no_turn_keeps_it_just_now(scene: Scene) -> None:
    ids = opened(scene)
    scene.run("UPDATE deliveries SET cancel_asked_at = now(), cancel_closes = false")
    scene.run("UPDATE deliveries SET held_until = now() + interval '9 seconds' WHERE id = :id", id=ids[3])
    assert asked(scene.people.provider_id, **ON_BTC)[1] == 3


def test_a_hundred_that_ask_at_once_close_each_position_once(scene: Scene) -> None:
    ids, app, user = opened(scene), scene.app, scene.people.user_ids[0]

    def ask(_: int) -> int:
        with app.app_context():
            return asked(user, **ON_BTC)[1]

    with ThreadPoolExecutor(10) as pool:
        reached = list(pool.map(ask, range(100)))
    assert sorted(reached) == [0] * 99 + [1]
    mine = [row[0] for row in scene.rows("SELECT id FROM deliveries WHERE user_id = :user", user=user)]

    def end(_: int) -> None:
        with app.app_context():
            trading.cancel_these(mine)

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(end, range(20)))
    worked(scene)
    assert scene.states(mine) == {"closed"} and len(mine) == 1
    assert scene.states(sorted({*ids} - {*mine})) == {"filled"}
    assert closes_sent(scene) == 1


def test_a_hundred_closes_of_a_provider_close_each_copy_once(scene: Scene) -> None:
    ids, app = opened(scene), scene.app

    def ask(_: int) -> None:
        with app.app_context():
            closing.spread(asked(scene.people.provider_id, **ON_BTC)[0])
            closing.end(ids)

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(ask, range(100)))
    worked(scene)
    assert scene.states(ids) == {"closed"} and closes_sent(scene) == 4
    assert scene.rows("SELECT count(*) FROM notifications WHERE kind = 'closed'") == [(4,)]


def test_what_the_exchange_refuses_to_close_keeps_its_exits_and_its_owner_is_told(scene: Scene) -> None:
    ids = opened(scene)
    body = {"code": -4131, "msg": "The counterparty's best price does not meet."}
    scene.fault_of_accounts(kind="reject", on="order", path="fapi/v1/order", body=body)
    closing_id, _ = asked(scene.people.provider_id, **ON_BTC)
    worked(scene)
    assert scene.states(ids) == {"filled"} and marked(scene) == 0
    told = scene.rows("SELECT message FROM notifications WHERE kind = 'refused'")
    assert len(told) == 4
    assert all("Not closed" in row[0] and "Its provider closed it." in row[0] and "-4131" in row[0] for row in told)
    exits = "SELECT count(*) FROM orders WHERE leg IN ('stop', 'target1') AND state = 'new'"
    assert scene.rows(exits) == [(8,)]
    kept = scene.rows(
        "SELECT count(*) FROM deliveries WHERE closing_id = :id AND message LIKE '%-4131%'", id=closing_id
    )
    assert kept == [(4,)], "whoever asks for the state of the close reads it there"
    scene.simulator.control("DELETE", "/_control/faults")
    assert asked(scene.people.provider_id, **ON_BTC)[1] == 4
    worked(scene)
    assert scene.states(ids) == {"closed"}


def test_copies_that_somebody_has_locked_are_marked_later_and_nobody_waits(scene: Scene) -> None:
    ids = opened(scene)
    closing_id, _ = asked(scene.people.provider_id, **ON_BTC)
    with db.engine.connect() as other:
        other.execute(text("SELECT 1 FROM deliveries WHERE id = :id FOR UPDATE"), {"id": ids[0]})
        closing.spread(closing_id)
        assert marked(scene) == 3
        assert scene.rows("SELECT is_spreading FROM instructions") == [(True,)]
    closing.sweep()
    assert scene.rows("SELECT is_spreading FROM instructions") == [(False,)]
    worked(scene)
    assert scene.states(ids) == {"closed"}


def test_copies_are_marked_by_as_many_statements_for_four_as_for_one(scene: Scene) -> None:
    opened(scene)
    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    counts = []
    for batch in (4, 1):
        scene.run("UPDATE deliveries SET cancel_asked_at = NULL, cancel_closes = NULL")
        closing_id, _ = asked(scene.people.provider_id, **ON_BTC)
        statements.clear()
        closing.spread(closing_id, batch)
        counts.append(len(statements))
        assert marked(scene) == 4
    at_once, one_by_one = counts
    assert at_once <= 7
    assert one_by_one - at_once <= 3 * 3, "a few statements for each batch more, however many are in it"


def test_a_part_is_rounded_down_to_the_step(scene: Scene) -> None:
    opened(scene)
    ordered(scene.people.user_ids[0], "0.0071", **ON_BTC)
    assert scene.rows("SELECT close_quantity FROM deliveries WHERE close_quantity IS NOT NULL") == [(Decimal("0.007"),)]
