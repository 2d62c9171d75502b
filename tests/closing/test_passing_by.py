"""A provider closes in the very moment in which something of theirs is opened: one of the two comes first, whole."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from sqlalchemy import text

from mysignals.domain.market import EntryType, Market, Side
from mysignals.domain.signal import Draft
from mysignals.extensions import db
from mysignals.models import User
from mysignals.services import closing, fan_out, publish, retries
from mysignals.services.errors import Conflict
from tests.closing.asked import asked, begun
from tests.fan_out.conftest import Scene, exchange, scene
from tests.fan_out.test_retries import refused
from tests.support.beside import beside

__all__ = ["exchange", "scene"]
ON_BTC = {"market": "futures", "symbol": "BTCUSDT"}
DRAFT = Draft(
    market=Market.FUTURES, symbol="BTCUSDT", side=Side.BUY, entry_type=EntryType.LIMIT, quantity=Decimal("0.01"),
    price=Decimal(50000), stop=Decimal(49000), targets=(Decimal(51000),), leverage=20,
)  # fmt: skip
FOLLOWERS = 4


def publishes(scene: Scene) -> int:
    signal, _ = publish.announce(db.session.get_one(User, scene.people.provider_id), DRAFT)
    signal_id: int = signal.id
    db.session.commit()
    return signal_id


def states(scene: Scene) -> list[tuple[str, int]]:
    """Of all deliveries, once a worker has had its turn: each state, and how many."""
    closing.sweep()
    fan_out.deliver([row[0] for row in scene.rows("SELECT id FROM deliveries ORDER BY id")])
    found = scene.rows("SELECT state, count(*) FROM deliveries GROUP BY state ORDER BY state")
    return [(row[0], row[1]) for row in found]


def test_a_close_waits_for_a_copy_that_is_just_asked_for_once_more_and_ends_it(scene: Scene) -> None:
    ids, user = refused(scene)
    user_id = user.id
    db.session.rollback()
    with db.engine.connect() as holder, ThreadPoolExecutor(2) as pool:
        # It has been judged when its row is stored, which waits for the signal's.
        holder.execute(text("SELECT id FROM signals FOR UPDATE"))
        again = beside(scene.app, pool, lambda: retries.ask_again(db.session.get_one(User, user_id), ids[0]))
        closed = beside(scene.app, pool, lambda: asked(scene.people.provider_id, **ON_BTC)[1])
        holder.rollback()
        asked_again, reached = again.result(20), closed.result(20)
    assert states(scene) == [("cancelled", 1), ("rejected", FOLLOWERS)]
    assert reached == 1 and scene.entries([asked_again]) == []


def test_a_copy_that_is_asked_for_once_more_while_its_provider_closes_is_refused(scene: Scene) -> None:
    ids, user = refused(scene)
    user_id = user.id
    db.session.rollback()
    with ThreadPoolExecutor(1) as pool:
        begun(scene.people.provider_id, **ON_BTC)
        again = beside(scene.app, pool, lambda: retries.ask_again(db.session.get_one(User, user_id), ids[0]))
        db.session.commit()
        with pytest.raises(Conflict, match="has closed this trade"):
            again.result(20)
    assert states(scene) == [("rejected", FOLLOWERS)]


def test_a_close_waits_for_what_is_just_being_published_and_ends_it(scene: Scene) -> None:
    with ThreadPoolExecutor(1) as pool:
        publish.announce(db.session.get_one(User, scene.people.provider_id), DRAFT)
        closed = beside(scene.app, pool, lambda: asked(scene.people.provider_id, **ON_BTC)[1])
        db.session.commit()
        reached = closed.result(20)
    assert states(scene) == [("cancelled", FOLLOWERS)] and reached == FOLLOWERS


def test_what_was_published_before_a_close_looked_is_reached_though_the_close_is_the_older_transaction(
    scene: Scene,
) -> None:
    with ThreadPoolExecutor(1) as pool:
        db.session.execute(text("SELECT now()"))
        beside(scene.app, pool, lambda: publishes(scene)).result(20)
        reached = begun(scene.people.provider_id, **ON_BTC).processed_users
        db.session.commit()
    assert states(scene) == [("cancelled", FOLLOWERS)] and reached == FOLLOWERS


def test_what_is_published_behind_a_close_is_not_reached_though_the_close_is_the_younger_transaction(
    scene: Scene,
) -> None:
    """And though the close goes on looking for copies when all is published."""
    scene.signal()
    with ThreadPoolExecutor(1) as pool:
        db.session.execute(text("SELECT now()"))
        assert beside(scene.app, pool, lambda: asked(scene.people.provider_id, **ON_BTC)[1]).result(20) == FOLLOWERS
        publishes(scene)
    assert states(scene) == [("cancelled", FOLLOWERS), ("filled", FOLLOWERS)]
