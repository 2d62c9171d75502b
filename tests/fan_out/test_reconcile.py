"""What is stuck or in doubt is looked for, and found, sent again, or given up; on real engines and a real exchange."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from redis import Redis
from sqlalchemy import text

from mysignals.domain.lifecycle import State
from mysignals.extensions import db
from mysignals.services import fan_out
from mysignals.services.fan_out.claim import claim
from mysignals.services.holds import Hold
from mysignals.services.reconcile import reconcile
from mysignals.services.reconcile.due import take_due
from mysignals.services.reconcile.load import load
from mysignals.services.reconcile.looking import look
from mysignals.services.reconcile.store import store
from mysignals.services.reconcile.verdict import judge
from tests.fan_out.conftest import Scene

DIED = "UPDATE deliveries SET held_until = now() - interval '1 second' WHERE held_by IS NOT NULL"
"""The worker that held them is gone, and its hold is over."""
DEAD = "UPDATE deliveries SET fence_at = now() - interval '1 minute', look_at = NULL"
DUE = "UPDATE deliveries SET look_at = now() - interval '1 second' WHERE look_at IS NOT NULL"


def told(scene: Scene, kind: str | None = None) -> list[str]:
    rows = scene.rows("SELECT kind, message FROM notifications ORDER BY id")
    return [message for found, message in rows if kind in (None, found)]


def lost_for_long(scene: Scene, ids: list[int]) -> None:
    """Executed, and neither the answer nor any look-up comes through."""
    scene.fault_of_accounts(kind="lost_answer", on="any")
    fan_out.deliver(ids)
    scene.simulator.control("DELETE", "/_control/faults")
    assert scene.states(ids) == {"unknown"}


def column(scene: Scene, name: str, ids: list[int]) -> set[Any]:
    statement = f"SELECT {name} FROM deliveries WHERE id = ANY (:ids)"  # noqa: S608 - names are the tests' own
    return {row[0] for row in scene.rows(statement, ids=ids)}


def handed_over(scene: Scene) -> list[int]:
    redis: Redis = scene.app.extensions["redis"]
    tasks = [orjson.loads(raw) for raw in redis.lrange("fan_out", 0, -1)]
    return sorted(one for task in tasks for one in orjson.loads(_body(task))[0][0])


def _body(task: dict[str, Any]) -> bytes:
    import base64

    return base64.b64decode(task["body"])


def test_an_entry_lost_for_longer_than_the_conversation_looked_is_found_with_its_stop_placed(scene: Scene) -> None:
    _, ids = scene.signal()
    lost_for_long(scene, ids)
    reconcile()
    assert scene.states(ids) == {"filled"}
    assert len(scene.entries(ids)) == len(ids)
    legs = scene.rows("SELECT leg, state, count(*) FROM orders WHERE delivery_id = ANY (:ids) GROUP BY 1, 2", ids=ids)
    assert {(leg, state): many for leg, state, many in legs} == {
        ("entry", "filled"): 4, ("stop", "new"): 4, ("target1", "new"): 4,
    }  # fmt: skip
    assert len(told(scene, "filled")) == len(ids) and not told(scene, "unknown")
    assert "The answer had been lost" in told(scene, "filled")[0]


def test_what_is_settled_is_told_once_however_often_it_is_looked_at(scene: Scene) -> None:
    _, ids = scene.signal()
    lost_for_long(scene, ids)
    for _ in range(3):
        reconcile()
        scene.run(DUE)
    assert len(told(scene)) == len(ids)


def test_what_a_dead_worker_left_after_sending_is_found_with_its_stop_placed(scene: Scene) -> None:
    """Nothing was recorded: no order row tells quantity or price."""
    _, ids = scene.signal()
    fan_out.deliver(ids)
    entries = scene.entries(ids)
    scene.run("DELETE FROM orders")
    scene.run("DELETE FROM notifications")
    scene.run("UPDATE deliveries SET state = 'sending', held_by = 'dead', held_until = now() - interval '1 second'")
    reconcile()
    assert scene.states(ids) == {"filled"}
    assert scene.entries(ids) == entries
    quantities = scene.rows("SELECT DISTINCT leg, state, quantity FROM orders ORDER BY leg")
    assert [(leg, state) for leg, state, _ in quantities] == [("entry", "filled"), ("stop", "new"), ("target1", "new")]
    assert len({quantity for *_, quantity in quantities}) == 1
    exits = scene.simulator.control("GET", "/_control/ledger?venue=binance-futures")
    rows = exits["orders"] if isinstance(exits, dict) else exits
    assert len(rows) == 3 * len(ids)


def test_what_is_held_by_a_living_worker_is_left_alone(scene: Scene) -> None:
    _, ids = scene.signal()
    claim(ids, Hold())
    reconcile()
    assert scene.states(ids) == {"sending"} and column(scene, "looks", ids) == {0}


def test_before_the_request_is_dead_nothing_is_decided_and_the_owner_is_told_once(scene: Scene) -> None:
    _, ids = scene.signal()
    claim(ids, Hold())
    scene.run(DIED)
    reconcile()
    assert scene.states(ids) == {"unknown"} and column(scene, "looks", ids) == {1}
    assert column(scene, "look_at > now() + interval '1 second' AND look_at < now() + interval '3 seconds'", ids) == {
        True
    }
    reconcile()
    assert column(scene, "looks", ids) == {1}, "it was looked at before it was due"
    scene.run(DUE)
    reconcile()
    assert column(scene, "looks", ids) == {2} and len(told(scene, "unknown")) == len(ids)
    assert "not be sent again unless" in told(scene)[0]


def test_what_never_arrived_is_sent_again_once_with_the_same_id_while_it_is_fresh(scene: Scene) -> None:
    scene.app.extensions["redis"].flushall()
    _, ids = scene.signal()
    roots = {row.client_id for row in claim(ids, Hold())}
    scene.run(DIED)
    scene.run(DEAD)
    reconcile()
    assert scene.states(ids) == {"queued"} and told(scene) == []
    assert handed_over(scene) == ids
    fan_out.deliver(ids)
    fan_out.deliver(ids)
    assert scene.states(ids) == {"filled"} and column(scene, "client_id", ids) == roots
    assert sorted(scene.entries(ids)) == sorted(f"{root}-e" for root in roots)


def test_what_never_arrived_and_is_too_old_is_expired_and_its_owner_is_told(scene: Scene) -> None:
    _, ids = scene.signal(age=90)
    claim(ids, Hold())
    scene.run(DIED)
    scene.run(DEAD)
    reconcile()
    reconcile()
    assert scene.states(ids) == {"expired"} and scene.entries(ids) == []
    assert len(told(scene, "expired")) == len(ids) == len(told(scene))
    assert "it never arrived" in told(scene)[0]


def test_one_that_was_lost_on_the_way_leaves_no_open_order_in_our_books(scene: Scene) -> None:
    _, ids = scene.signal(age=50)
    scene.fault(kind="error_before_execute", on="order", status=502, body="")
    fan_out.deliver(ids)
    scene.simulator.control("DELETE", "/_control/faults")
    assert scene.states(ids) == {"unknown"}
    scene.run("UPDATE signals SET created_at = now() - interval '90 seconds'")
    scene.run(DEAD)
    reconcile()
    assert scene.states(ids) == {"expired"}
    assert scene.rows("SELECT DISTINCT leg, state FROM orders") == [("entry", "expired")]


@pytest.mark.parametrize("delay_ms", [2500, 60_000])
def test_one_that_is_executed_late_within_its_own_deadline_is_never_doubled(scene: Scene, delay_ms: int) -> None:
    """Late, or never: either way there is one entry in the end, whatever is delivered and looked at meanwhile."""
    _, ids = scene.signal()
    scene.fault(kind="late_execute", on="order", delay_ms=delay_ms, count=len(ids))
    fan_out.deliver(ids)
    reconcile()
    fan_out.deliver(ids)
    scene.simulator.control("POST", "/_control/clock", {"advance_ms": 4000})
    scene.run(DUE)
    reconcile()
    fan_out.deliver(ids)
    scene.simulator.control("POST", "/_control/clock", {"advance_ms": 60_000})
    scene.run(DEAD)
    reconcile()
    fan_out.deliver(ids)
    scene.simulator.control("POST", "/_control/clock", {"real": True})
    assert scene.states(ids) == {"filled"}
    assert sorted(scene.entries(ids)) == sorted(f"{root}-e" for root in column(scene, "client_id", ids))


def test_without_a_fence_nothing_is_ever_sent_again(scene: Scene) -> None:
    _, ids = scene.signal()
    claim(ids, Hold())
    scene.run(DIED)
    scene.run("UPDATE deliveries SET fence_at = NULL")
    for _ in range(3):
        reconcile()
        scene.run(DUE)
    assert scene.states(ids) == {"unknown"} and column(scene, "reason", ids) == {"in_doubt"}
    assert len(told(scene)) == len(ids)


def test_one_whose_id_was_used_before_has_arrived_and_is_never_sent_again(scene: Scene) -> None:
    _, ids = scene.signal()
    claim(ids, Hold())
    scene.run(DIED)
    scene.run(DEAD)
    scene.run("UPDATE deliveries SET state = 'unknown', reason = 'duplicate'")
    reconcile()
    assert scene.states(ids) == {"unknown"} and column(scene, "reason", ids) == {"duplicate"}
    assert "had its id before" in told(scene)[0]


def test_a_key_that_cannot_be_opened_leaves_its_delivery_in_doubt_and_harms_nobody(scene: Scene) -> None:
    _, ids = scene.signal()
    lost_for_long(scene, ids)
    account = scene.people.account_ids[0]
    scene.run("UPDATE exchange_accounts SET sealed_credentials = 'x' WHERE id = :id", id=account)
    reconcile()
    reconcile()
    rows = scene.rows("SELECT account_id, state, reason FROM deliveries WHERE id = ANY (:ids)", ids=ids)
    assert {(state, reason) for owner, state, reason in rows if owner == account} == {("unknown", "in_doubt")}
    assert {state for owner, state, _ in rows if owner != account} == {"filled"}
    assert len(told(scene, "unknown")) == 1 and "save the key again" in told(scene, "unknown")[0]


def test_a_key_that_the_exchange_refuses_is_asked_with_seldom(scene: Scene) -> None:
    _, ids = scene.signal()
    lost_for_long(scene, ids)
    scene.fault(kind="reject", on="query", body={"code": -2015, "msg": "Invalid API-key."})
    reconcile()
    assert column(scene, "reason", ids) == {"in_doubt"}
    assert column(scene, "look_at > now() + interval '9 minutes'", ids) == {True}
    scene.simulator.control("DELETE", "/_control/faults")
    scene.run(DUE)
    reconcile()
    assert scene.states(ids) == {"filled"}


def test_an_exchange_that_is_not_offered_any_more_leaves_it_in_doubt(scene: Scene) -> None:
    _, ids = scene.signal()
    lost_for_long(scene, ids)
    scene.run("UPDATE exchange_accounts SET exchange = 'gone'")
    reconcile()
    assert column(scene, "reason", ids) == {"in_doubt"} and scene.states(ids) == {"unknown"}


def test_a_row_that_cannot_be_read_is_put_off_and_stops_nobody(scene: Scene) -> None:
    _, ids = scene.signal()
    lost_for_long(scene, ids)
    (signal,) = {row[0] for row in scene.rows("SELECT signal_id FROM deliveries WHERE id = :id", id=ids[0])}
    copied = """
        INSERT INTO signals (provider_id, market, symbol, side, entry_type, quantity, price, stop, target1, leverage,
                             created_at)
        SELECT provider_id, 'futures', symbol, side, 'LIMIT', quantity, price, stop, target1, leverage, created_at
        FROM signals WHERE id = :id RETURNING id
    """
    other = db.session.scalar(text(copied), {"id": signal})
    db.session.commit()
    scene.run("ALTER TABLE signals DROP CONSTRAINT ck_signals_market, DROP CONSTRAINT ck_signals_leverage_on_futures")
    scene.run("UPDATE signals SET market = 'poison' WHERE id = :id", id=other)
    scene.run("UPDATE deliveries SET signal_id = :other WHERE id = :id", other=other, id=ids[0])
    reconcile()
    assert scene.states(ids[1:]) == {"filled"} and scene.states(ids[:1]) == {"unknown"}
    assert column(scene, "look_at > now() + interval '9 minutes'", ids[:1]) == {True}


def test_a_limit_entry_that_rests_is_found_with_the_exits_beside_it(scene: Scene) -> None:
    scene.simulator.control(
        "POST", "/_control/prices", {"venue": "binance-futures", "symbol": "BTCUSDT", "price": "50500"}
    )
    _, ids = scene.signal()
    fan_out.deliver(ids)
    assert scene.states(ids) == {"accepted"}
    scene.run("DELETE FROM orders")
    scene.run("UPDATE deliveries SET state = 'sending', held_by = 'dead', held_until = now() - interval '1 second'")
    reconcile()
    assert scene.states(ids) == {"accepted"}
    legs = scene.rows("SELECT DISTINCT leg, state FROM orders ORDER BY 1")
    assert legs == [("entry", "new"), ("stop", "new"), ("target1", "new")]


def test_a_stop_beside_an_entry_that_came_to_nothing_is_taken_away(scene: Scene) -> None:
    """The worker died after it had placed all three, and the entry was cancelled by hand."""
    scene.simulator.control(
        "POST", "/_control/prices", {"venue": "binance-futures", "symbol": "BTCUSDT", "price": "50500"}
    )
    _, ids = scene.signal()
    fan_out.deliver(ids)
    _cancel_entries(scene, ids)
    scene.run("DELETE FROM orders")
    scene.run("UPDATE deliveries SET state = 'sending', held_by = 'dead', held_until = now() - interval '1 second'")
    reconcile()
    assert scene.states(ids) == {"cancelled"}
    ledger = scene.simulator.control("GET", "/_control/ledger?venue=binance-futures")
    rows = ledger["orders"] if isinstance(ledger, dict) else ledger
    assert not [row for row in rows if row["state"].lower() in ("new", "live", "accepted", "working")], rows


def _cancel_entries(scene: Scene, ids: list[int]) -> None:
    from mysignals.domain.intents import CancelOrder
    from mysignals.domain.market import Market
    from mysignals.exchanges.market_data import ask
    from mysignals.exchanges.registry import dialect_for
    from mysignals.services.keys import open_key
    from mysignals.services.venues import blocking_transport

    rows = scene.rows(
        "SELECT d.client_id, a.sealed_credentials FROM deliveries d JOIN exchange_accounts a ON a.id = d.account_id "
        "WHERE d.id = ANY (:ids)", ids=ids,
    )  # fmt: skip
    dialect = dialect_for("binance", Market.FUTURES)
    for root, sealed in rows:
        intent = CancelOrder(Market.FUTURES, "BTCUSDT", f"{root}-e")
        blocking_transport().run(ask(dialect, intent, open_key(bytes(sealed)), "paper"))


def test_a_turn_costs_the_same_number_of_statements_whatever_its_size(scene: Scene) -> None:
    from sqlalchemy import event

    counts = []
    for size in (1, 4):
        _, ids = scene.signal()
        claim(ids[:size], Hold())
        scene.run(DIED)
        seen: list[str] = []
        listen = lambda *rest, seen=seen: seen.append(rest[2])  # noqa: E731
        event.listen(db.engine, "before_cursor_execute", listen)
        reconcile()
        event.remove(db.engine, "before_cursor_execute", listen)
        counts.append(len(seen))
        scene.run("UPDATE deliveries SET state = 'expired'")
    assert counts[0] == counts[1] <= 8


def test_what_another_turn_has_taken_meanwhile_is_left_to_it(scene: Scene) -> None:
    _, ids = scene.signal(age=90)
    claim(ids, Hold())
    scene.run(DIED)
    scene.run(DEAD)
    hold = Hold()
    taken = take_due(hold)
    verdicts = [judge(item, finding) for looked in look(load(taken), hold) for item, finding in looked]
    assert taken == ids and {verdict.state for verdict in verdicts} == {State.EXPIRED}
    scene.run("UPDATE deliveries SET held_by = 'another' WHERE id = :id", id=ids[0])
    assert {verdict.item.delivery.id for verdict in store(verdicts, hold)} == set(ids[1:])
    assert scene.states(ids[:1]) == {"sending"} and len(told(scene)) == len(ids) - 1
