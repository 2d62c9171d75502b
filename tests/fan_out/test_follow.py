"""Following what was delivered: real rows, a real exchange, prices that move."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import partial

import orjson
import pytest
from sqlalchemy import event, text

from mysignals import vault
from mysignals.domain.intents import CancelOrder, Leg, PlaceOrder
from mysignals.domain.market import EntryType, Market, Side
from mysignals.domain.outcomes import Accepted, Unknown
from mysignals.exchanges.dialect import Call
from mysignals.exchanges.market_data import ask
from mysignals.exchanges.registry import dialect_for
from mysignals.exchanges.session import LegReport
from mysignals.extensions import db
from mysignals.services import fan_out, follow, keys
from mysignals.services.fan_out.record import record_orders
from mysignals.services.follow.load import load
from mysignals.services.follow.session import session_of
from mysignals.services.venues import blocking_transport
from tests.fan_out.conftest import DELIVERIES, Scene
from tests.support.environment import VAULT_PUBLIC_KEY
from tests.support.population import populate

SPOT_SIGNAL = """
    INSERT INTO signals (provider_id, market, symbol, side, entry_type, quantity, price, stop, target1, target2)
    VALUES (:provider, 'spot', 'BTCUSDT', 'BUY', 'LIMIT', 0.01, 50000, 49000, 51000, 52000) RETURNING id
"""
VENUES = {"futures": "binance-futures", "spot": "binance"}


@pytest.fixture(autouse=True)
def _prices(scene: Scene) -> None:
    price(scene, "50000")
    price(scene, "50000", "spot")


@pytest.fixture
def spot_scene(scene: Scene, database_url: str) -> Scene:
    """A second provider, whose followers have spot accounts."""
    people = populate(
        database_url, scene.simulator, followers=2, market="spot", vault_public_key=VAULT_PUBLIC_KEY,
        sizing=("quote", "500"),
    )  # fmt: skip
    return replace(scene, people=people)


def price(scene: Scene, price: str, market: str = "futures") -> None:
    body = {"venue": VENUES[market], "symbol": "BTCUSDT", "price": price}
    scene.simulator.control("POST", "/_control/prices", body)


def turn(scene: Scene) -> None:
    """Everybody's turn has come."""
    scene.run("UPDATE deliveries SET followed_at = now() - interval '1 minute'")
    follow.follow()


def told(scene: Scene, delivery_id: int) -> list[str]:
    statement = "SELECT kind FROM notifications WHERE delivery_id = :id ORDER BY id"
    return [row[0] for row in scene.rows(statement, id=delivery_id)]


def legs(scene: Scene, delivery_id: int) -> dict[str, str]:
    return dict(map(tuple, scene.rows("SELECT leg, state FROM orders WHERE delivery_id = :id", id=delivery_id)))


def message(scene: Scene, delivery_id: int) -> str:
    return str(scene.rows("SELECT message FROM deliveries WHERE id = :id", id=delivery_id)[0][0])


def cancelled_by_hand(scene: Scene, delivery_id: int, suffix: str, market: Market = Market.FUTURES) -> None:
    """The owner cancels an order on the exchange."""
    (item,) = load([delivery_id])
    conditional = market is Market.FUTURES and suffix != "-e"
    intent = CancelOrder(market, "BTCUSDT", f"{item.delivery.client_id}{suffix}", conditional)
    credentials = keys.open_key(item.account.sealed_credentials)
    call = Call(dialect_for("binance", market), intent, credentials, "paper")
    assert isinstance(call.decode(blocking_transport().send(call)), Accepted)
    db.session.rollback()


def open_algos(scene: Scene, ids: list[int]) -> list[str]:
    """Client ids of the exits that rest on the exchange."""
    roots = {row[0] for row in scene.rows("SELECT client_id FROM deliveries WHERE id = ANY (:ids)", ids=ids)}
    ledger = scene.simulator.control("GET", "/_control/ledger?venue=binance-futures")
    orders = ledger["orders"] if isinstance(ledger, dict) else ledger
    return [
        o["client_id"]
        for o in orders
        if o["client_id"].rsplit("-", 1)[0] in roots and not o["client_id"].endswith("-e") and o["state"] == "NEW"
    ]


def filled(scene: Scene) -> list[int]:
    _, ids = scene.signal()
    fan_out.deliver(ids)
    assert scene.states(ids) == {"filled"}
    return ids


def resting(scene: Scene, fraction: str = "") -> list[int]:
    """Entries that wait below the market; with `fraction`, that part of them filled."""
    if fraction:
        scene.fault(kind="partial", fraction=fraction)
    else:
        price(scene, "50500")
    _, ids = scene.signal()
    fan_out.deliver(ids)
    scene.simulator.control("DELETE", "/_control/faults")
    assert scene.states(ids) == {"partially_filled" if fraction else "accepted"}
    return ids


def spot_ladder(scene: Scene, choice: str = "ladder") -> list[int]:
    """Spot entries that wait below the market, with no exits yet."""
    price(scene, "50500", "spot")
    scene.run("UPDATE followings SET targets = 'ladder'")
    provider = {"provider": scene.people.provider_id}
    signal_id = db.session.scalar(text(SPOT_SIGNAL), provider)
    ids = sorted(db.session.scalars(text(DELIVERIES), provider | {"signal": signal_id}))
    db.session.commit()
    fan_out.deliver(ids)
    assert set(legs(scene, ids[0])) == {"entry"}
    scene.run("UPDATE followings SET targets = :choice", choice=choice)
    return ids


def test_a_delivery_is_left_in_peace_for_some_seconds(scene: Scene) -> None:
    ids = filled(scene)
    price(scene, "48900")
    follow.follow()
    assert scene.states(ids) == {"filled"}


def test_an_entry_that_fills_later_is_recorded_and_its_owner_told_once(scene: Scene) -> None:
    ids = resting(scene)
    price(scene, "50000")
    turn(scene)
    turn(scene)
    assert scene.states(ids) == {"filled"}
    assert told(scene, ids[0]) == ["placed", "filled"]
    assert message(scene, ids[0]).startswith("Filled on Binance: BUY BTCUSDT futures")


def test_a_stop_that_fills_closes_the_delivery_and_leaves_no_order_behind(scene: Scene) -> None:
    ids = filled(scene)
    price(scene, "48900")
    turn(scene)
    turn(scene)
    assert scene.states(ids) == {"closed"}
    assert open_algos(scene, ids) == []
    assert legs(scene, ids[0]) == {"entry": "filled", "stop": "filled", "target1": "cancelled"}
    assert told(scene, ids[0]) == ["filled", "closed"]


def test_targets_that_fill_close_the_delivery_and_cancel_its_stop(scene: Scene) -> None:
    ids = filled(scene)
    price(scene, "51100")
    turn(scene)
    assert scene.states(ids) == {"closed"}
    assert legs(scene, ids[0]) == {"entry": "filled", "stop": "cancelled", "target1": "filled"}
    assert open_algos(scene, ids) == []


def test_a_fill_and_a_close_between_two_turns_are_both_told(scene: Scene) -> None:
    ids = resting(scene)
    price(scene, "50000")
    price(scene, "48900")
    turn(scene)
    assert scene.states(ids) == {"closed"}
    assert told(scene, ids[0]) == ["placed", "filled", "closed"]


def test_an_entry_cancelled_unfilled_takes_its_exits_along(scene: Scene) -> None:
    ids = resting(scene)
    cancelled_by_hand(scene, ids[0], "-e")
    turn(scene)
    turn(scene)
    assert (scene.states(ids[:1]), scene.states(ids[1:])) == ({"cancelled"}, {"accepted"})
    assert legs(scene, ids[0]) == {"entry": "cancelled", "stop": "cancelled", "target1": "cancelled"}
    assert open_algos(scene, ids[:1]) == []
    assert told(scene, ids[0]) == ["placed", "cancelled"]


def test_a_cancel_whose_answer_was_lost_is_repeated_and_the_delivery_waits_for_it(scene: Scene) -> None:
    ids = resting(scene)
    cancelled_by_hand(scene, ids[0], "-e")
    scene.fault(kind="error_before_execute", on="cancel")
    turn(scene)
    scene.simulator.control("DELETE", "/_control/faults")
    assert scene.states(ids[:1]) == {"accepted"}
    turn(scene)
    assert scene.states(ids[:1]) == {"cancelled"}
    assert open_algos(scene, ids[:1]) == []
    assert told(scene, ids[0]) == ["placed", "cancelled"]


def test_an_entry_cancelled_half_filled_stays_protected_turn_after_turn(scene: Scene) -> None:
    ids = resting(scene, fraction="0.5")
    cancelled_by_hand(scene, ids[0], "-e")
    turn(scene)
    turn(scene)
    assert scene.states(ids[:1]) == {"filled"}
    assert len(open_algos(scene, ids[:1])) == 2
    assert told(scene, ids[0])[1:] == ["filled"]
    assert "0.01 BTC at 50000" in message(scene, ids[0])


def test_the_stop_of_half_a_position_closes_it(scene: Scene) -> None:
    ids = resting(scene, fraction="0.5")
    cancelled_by_hand(scene, ids[0], "-e")
    price(scene, "48900")
    turn(scene)
    turn(scene)
    assert scene.states(ids[:1]) == {"closed"}
    assert open_algos(scene, ids[:1]) == []


def test_exits_that_somebody_took_away_are_told_once_and_the_position_is_followed(scene: Scene) -> None:
    ids = filled(scene)
    cancelled_by_hand(scene, ids[0], "-s")
    cancelled_by_hand(scene, ids[0], "-1")
    for _ in range(3):
        turn(scene)
    assert scene.states(ids[:1]) == {"filled"}
    assert told(scene, ids[0]) == ["filled", "unprotected"]


def test_a_stop_that_somebody_took_away_is_told_once_and_the_target_is_followed(scene: Scene) -> None:
    ids = filled(scene)
    cancelled_by_hand(scene, ids[0], "-s")
    turn(scene)
    turn(scene)
    assert told(scene, ids[0]) == ["filled", "unprotected"]
    price(scene, "51100")
    turn(scene)
    assert scene.states(ids[:1]) == {"closed"}
    assert told(scene, ids[0]) == ["filled", "unprotected", "closed"]


@pytest.mark.parametrize("kind", ["lost_answer", "rate_limit", "garbage", "maintenance"])
def test_a_look_up_that_fails_changes_nothing(scene: Scene, kind: str) -> None:
    ids = filled(scene)
    before = legs(scene, ids[0])
    price(scene, "48900")
    scene.fault(kind=kind, on="any")
    turn(scene)
    scene.simulator.control("DELETE", "/_control/faults")
    assert (scene.states(ids), legs(scene, ids[0])) == ({"filled"}, before)
    assert told(scene, ids[0]) == ["filled"]


def test_a_delivery_that_another_turn_took_meanwhile_is_left_alone(scene: Scene) -> None:
    ids = filled(scene)
    price(scene, "48900")
    scene.run("UPDATE deliveries SET followed_at = now() - interval '1 minute'")
    moved = []

    def move_meanwhile(*rest: object) -> None:
        if "FOR UPDATE" in str(rest[2]) and "SKIP" not in str(rest[2]) and not moved:
            with db.engine.connect() as other:
                moved.append(ids[0])
                other.execute(text("UPDATE deliveries SET held_by = 'another' WHERE id = :id"), {"id": ids[0]})
                other.commit()

    event.listen(db.engine, "before_cursor_execute", move_meanwhile)
    follow.follow()
    event.remove(db.engine, "before_cursor_execute", move_meanwhile)
    assert moved == ids[:1]
    assert (told(scene, ids[0]), told(scene, ids[1])) == (["filled"], ["filled", "closed"])
    assert legs(scene, ids[0])["stop"] == "new"


def test_a_bug_in_one_conversation_does_not_lose_what_the_others_saw(scene: Scene) -> None:
    ids = filled(scene)
    price(scene, "48900")
    no_texts = vault.seal(orjson.dumps([1, 2, 3]), VAULT_PUBLIC_KEY)
    scene.run(
        "UPDATE exchange_accounts SET sealed_credentials = :sealed "
        "WHERE id = (SELECT account_id FROM deliveries WHERE id = :id)", sealed=no_texts, id=ids[0],
    )  # fmt: skip
    turn(scene)
    assert (scene.states(ids[:1]), scene.states(ids[1:])) == ({"filled"}, {"closed"})


@pytest.mark.parametrize(("choice", "expected"), [("first", {51000}), ("last", {52000}), ("ladder", {51000, 52000})])
def test_a_spot_entry_that_fills_gets_the_exits_of_its_followers_own_choice(
    spot_scene: Scene, choice: str, expected: set[int]
) -> None:
    ids = spot_ladder(spot_scene, choice)
    price(spot_scene, "50000", "spot")
    turn(spot_scene)
    targets = "SELECT price FROM orders WHERE leg LIKE 'target%' AND delivery_id = :id"
    assert {row[0] for row in spot_scene.rows(targets, id=ids[0])} == expected
    assert spot_scene.states(ids) == {"filled"}
    assert told(spot_scene, ids[0]) == ["placed", "filled"]


def test_a_spot_entry_that_fills_in_part_is_told_that_its_stop_follows(spot_scene: Scene) -> None:
    ids = spot_ladder(spot_scene)
    spot_scene.run("UPDATE orders SET filled_quantity = 0.001 WHERE leg = 'entry'")
    spot_scene.fault(venue="binance", kind="rate_limit", on="query")
    turn(spot_scene)
    assert spot_scene.states(ids) == {"partially_filled"}
    assert "follow as soon as it has filled" in message(spot_scene, ids[0])


def test_a_spot_entry_whose_following_has_ended_gets_the_nearest_target_for_everything(spot_scene: Scene) -> None:
    ids = spot_ladder(spot_scene)
    spot_scene.run("DELETE FROM followings")
    price(spot_scene, "50000", "spot")
    turn(spot_scene)
    targets = "SELECT price, quantity FROM orders WHERE leg LIKE 'target%' AND delivery_id = :id"
    assert [row[0] for row in spot_scene.rows(targets, id=ids[0])] == [51000]


def test_a_spot_ladder_is_closed_when_its_last_part_has_gone(spot_scene: Scene) -> None:
    ids = spot_ladder(spot_scene)
    price(spot_scene, "50000", "spot")
    turn(spot_scene)
    price(spot_scene, "51500", "spot")
    turn(spot_scene)
    assert spot_scene.states(ids) == {"filled"}
    price(spot_scene, "48900", "spot")
    turn(spot_scene)
    turn(spot_scene)
    assert spot_scene.states(ids) == {"closed"}
    assert told(spot_scene, ids[0]) == ["placed", "filled", "closed"]


def refuse_spot_orders(scene: Scene, choice: str, **fault: object) -> None:
    """`choice` is what the followers want of a position without a stop."""
    scene.run("UPDATE followings SET on_unprotected = :choice", choice=choice)
    refusal = {"code": -2010, "msg": "Account has insufficient balance for requested action."}
    scene.fault(**({"venue": "binance", "kind": "reject", "on": "order", "body": refusal} | fault))


def test_what_gets_no_spot_exit_is_sold_and_told_once_where_the_follower_chose_so(spot_scene: Scene) -> None:
    ids = spot_ladder(spot_scene, "first")
    price(spot_scene, "50000", "spot")
    for key in spot_scene.people.api_keys:
        refuse_spot_orders(spot_scene, "close", api_key=key, count=1)
    turn(spot_scene)
    turn(spot_scene)
    assert spot_scene.states(ids) == {"closed"}
    assert told(spot_scene, ids[0]) == ["placed", "closed"]
    assert legs(spot_scene, ids[0])["close"] == "filled"


def test_a_spot_exit_refused_in_passing_is_told_once_and_placed_by_the_next_turn(spot_scene: Scene) -> None:
    ids = spot_ladder(spot_scene, "first")
    price(spot_scene, "50000", "spot")
    refuse_spot_orders(spot_scene, "notify", body={"code": -1003, "msg": "Too many requests"})
    turn(spot_scene)
    assert told(spot_scene, ids[0]) == ["placed", "unprotected"]
    spot_scene.simulator.control("DELETE", "/_control/faults")
    turn(spot_scene)
    assert told(spot_scene, ids[0]) == ["placed", "unprotected", "filled"]
    assert legs(spot_scene, ids[0]) == {"entry": "filled", "stop": "new", "target1": "new"}


def test_a_spot_exit_that_is_refused_for_good_is_told_once_and_its_copy_stays_open(spot_scene: Scene) -> None:
    ids = spot_ladder(spot_scene, "first")
    price(spot_scene, "50000", "spot")
    refuse_spot_orders(spot_scene, "notify")
    for _ in range(3):
        turn(spot_scene)
    assert spot_scene.states(ids) == {"filled"}
    assert told(spot_scene, ids[0]) == ["placed", "unprotected"]


def test_an_order_that_says_the_same_again_keeps_the_time_at_which_it_changed(scene: Scene) -> None:
    ids = filled(scene)
    scene.run("UPDATE orders SET updated_at = now() - interval '1 hour'")
    turn(scene)
    changed = "SELECT count(*) FROM orders WHERE updated_at > now() - interval '1 minute' AND delivery_id = ANY (:ids)"
    assert scene.rows(changed, ids=ids) == [(0,)]


def test_no_transaction_stays_open_while_exchanges_answer(scene: Scene) -> None:
    filled(scene)
    scene.run("UPDATE deliveries SET followed_at = now() - interval '1 minute'")
    seen: list[str] = []
    listeners = {
        "before_cursor_execute": lambda *rest: seen.append(rest[2]),
        "rollback": lambda *_: seen.append("end"),
        "commit": lambda *_: seen.append("end"),
    }
    for name, listener in listeners.items():
        event.listen(db.engine, name, listener)
    follow.follow()
    for name, listener in listeners.items():
        event.remove(db.engine, name, listener)
    loaded = max(number for number, said in enumerate(seen) if "HAVING count" in said)
    assert seen[loaded + 1] == "end"


def statements_of(deed: Callable[[], object]) -> int:
    seen: list[str] = []
    listen = lambda *rest: seen.append(rest[2])  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", listen)
    deed()
    event.remove(db.engine, "before_cursor_execute", listen)
    db.session.rollback()
    return len(seen)


def test_a_turn_costs_the_same_number_of_statements_whatever_its_size(scene: Scene) -> None:
    ids = filled(scene)
    loading, whole = [], []
    for size in (1, 4):
        loading.append(statements_of(partial(load, ids[:size])))
    assert loading == [4, 4]
    price(scene, "48900")
    for turns in (ids[:1], ids[1:]):
        scene.run("UPDATE deliveries SET followed_at = now()")
        scene.run("UPDATE deliveries SET followed_at = now() - interval '1 minute' WHERE id = ANY (:ids)", ids=turns)
        whole.append(statements_of(follow.follow))
    assert scene.states(ids) == {"closed"}
    assert whole == [10, 10]


def test_one_row_that_cannot_be_loaded_costs_nobody_else_the_turn(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = filled(scene)
    price(scene, "48900")
    loading = sys.modules[load.__module__]
    real = loading._followed

    def poisoned(rows, *rest):  # type: ignore[no-untyped-def]
        if rows.delivery.id == ids[0]:
            raise ArithmeticError
        return real(rows, *rest)

    monkeypatch.setattr(loading, "_followed", poisoned)
    turn(scene)
    assert (scene.states(ids[:1]), scene.states(ids[1:])) == ({"filled"}, {"closed"})


def test_the_exits_of_a_half_filled_entry_are_replaced_in_our_rows_as_on_the_exchange(scene: Scene) -> None:
    rows = "SELECT leg, client_order_id, exchange_order_id, quantity FROM orders WHERE delivery_id = :id"
    ids = resting(scene, "0.5")
    before = {row.leg: row for row in scene.rows(rows, id=ids[0])}
    cancelled_by_hand(scene, ids[0], "-e")
    turn(scene)
    after = {row.leg: row for row in scene.rows(rows, id=ids[0])}
    assert scene.states(ids[:1]) == {"filled"}
    for leg, end in (("stop", "-sr"), ("target1", "-1r")):
        assert after[leg].client_order_id.endswith(end) and after[leg].quantity == before[leg].quantity / 2
        assert after[leg].exchange_order_id not in (None, before[leg].exchange_order_id)
    turn(scene)
    assert {row.leg: row for row in scene.rows(rows, id=ids[0])} == after
    price(scene, "48900")
    turn(scene)
    turn(scene)
    assert scene.states(ids[:1]) == {"closed"}
    assert told(scene, ids[0])[-2:] == ["filled", "closed"]


def test_a_replaced_exit_whose_answer_is_lost_does_not_keep_the_name_of_the_one_before(scene: Scene) -> None:
    """By that name the old order would be looked up, and its end be taken for the new one's."""
    ids = filled(scene)
    (row,) = scene.rows("SELECT * FROM orders WHERE delivery_id = :id AND leg = 'stop'", id=ids[0])
    lost = LegReport(
        Leg.STOP, row.client_order_id + "r", Side.SELL, row.type, row.quantity, None, row.trigger_price, Unknown("lost")
    )
    record_orders([(ids[0], lost)])
    db.session.commit()
    (now,) = scene.rows("SELECT * FROM orders WHERE delivery_id = :id AND leg = 'stop'", id=ids[0])
    assert (now.client_order_id, now.exchange_order_id, now.state) == (lost.client_id, None, "unknown")


def close_by_hand(scene: Scene, number: int, quantity: Decimal) -> None:
    account = scene.people.account_ids[number]
    ((sealed,),) = scene.rows("SELECT sealed_credentials FROM exchange_accounts WHERE id = :id", id=account)
    order = PlaceOrder(
        Market.FUTURES, "BTCUSDT", Side.SELL, EntryType.MARKET, quantity, None, f"by-hand-{number}", reduce_only=True
    )
    dialect = dialect_for("binance", Market.FUTURES)
    outcome = blocking_transport().run(ask(dialect, order, keys.open_key(bytes(sealed)), "paper"))
    assert isinstance(outcome, Accepted)


@pytest.mark.parametrize("has_its_minute", [True, False])
def test_exits_of_a_position_that_was_closed_by_hand_are_cancelled_and_its_owner_is_told(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, has_its_minute: bool
) -> None:
    ids = filled(scene)
    entry = "SELECT filled_quantity FROM orders WHERE leg = 'entry' AND delivery_id = :id"
    ((quantity,),) = scene.rows(entry, id=ids[0])
    close_by_hand(scene, 0, quantity)
    monkeypatch.setattr(sys.modules[session_of.__module__], "_has_its_minute", lambda *_: has_its_minute)
    turn(scene)
    assert scene.states(ids[:1]) == ({"closed"} if has_its_minute else {"filled"})
    assert scene.states(ids[1:]) == {"filled"}
    if has_its_minute:
        assert {legs(scene, ids[0])[leg] for leg in ("stop", "target1")} == {"cancelled"}
        assert told(scene, ids[0]) == ["filled", "closed"]


def test_where_another_copy_of_the_symbol_was_of_late_the_position_is_asked_for_every_turn(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = filled(scene), filled(scene)
    entry = "SELECT sum(filled_quantity) FROM orders WHERE leg = 'entry' AND delivery_id IN (:first, :second)"
    ((quantity,),) = scene.rows(entry, first=first[0], second=second[0])
    close_by_hand(scene, 0, quantity)
    monkeypatch.setattr(sys.modules[session_of.__module__], "_has_its_minute", lambda *_: False)
    turn(scene)
    assert scene.states([first[0], second[0]]) == {"closed"}
    assert scene.states([*first[1:], *second[1:]]) == {"filled"}
