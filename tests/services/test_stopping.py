"""Stopping everything while a provider publishes: whichever comes first, nothing is opened behind it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

from sqlalchemy import text

from mysignals.domain.market import EntryType, Market, Side
from mysignals.domain.signal import Draft
from mysignals.extensions import db
from mysignals.models import User
from mysignals.services import followings, publish, stopping
from tests.support.served import House
from tests.support.waiting import wait_until

DRAFT = Draft(
    market=Market.SPOT, symbol="BNBUSDT", side=Side.BUY, entry_type=EntryType.LIMIT, quantity=Decimal(1),
    price=Decimal(336), stop=Decimal(320), targets=(Decimal(350),), leverage=None,
)  # fmt: skip
STATES = text("SELECT state FROM deliveries")


def followed(house: House) -> tuple[User, User]:
    """Who follows, and whom."""
    ann, paul = house.user(), house.user(role="Provider")
    house.following(ann, paul, house.account(ann))
    return ann, paul


def somebody_waits() -> bool:
    return bool(db.session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))


def test_a_copy_of_what_is_just_being_published_is_stopped_too(house: House) -> None:
    ann, paul = followed(house)

    def stop() -> None:
        with house.app.app_context():
            stopping.stop_everything(db.session.get_one(User, ann.id))

    with house.app.app_context(), ThreadPoolExecutor(1) as pool:
        publish.announce(db.session.get_one(User, paul.id), DRAFT)
        stopped = pool.submit(stop)
        wait_until(somebody_waits, 5, "the stop to wait")
        db.session.commit()
        stopped.result(10)
        assert db.session.scalars(STATES).all() == ["cancelled"]


def test_a_pause_of_all_waits_for_what_is_just_being_published(house: House) -> None:
    """Else a copy would come behind the sentence that nothing new is copied."""
    ann, paul = followed(house)

    def pause() -> int:
        with house.app.app_context():
            return followings.pause_all(db.session.get_one(User, ann.id))

    with house.app.app_context(), ThreadPoolExecutor(1) as pool:
        publish.announce(db.session.get_one(User, paul.id), DRAFT)
        paused = pool.submit(pause)
        wait_until(somebody_waits, 5, "the pause to wait")
        db.session.commit()
        assert paused.result(10) == 1


def test_what_is_published_while_all_is_being_stopped_is_not_copied(house: House) -> None:
    _, paul = followed(house)

    def announce() -> int:
        with house.app.app_context():
            _, people = publish.announce(db.session.get_one(User, paul.id), DRAFT)
            db.session.commit()
            return people

    with house.app.app_context(), db.engine.connect() as stop, ThreadPoolExecutor(1) as pool:
        stop.execute(text("SELECT id FROM followings FOR UPDATE"))
        stop.execute(text("UPDATE followings SET paused = true"))
        published = pool.submit(announce)
        wait_until(somebody_waits, 5, "the publishing to wait")
        stop.commit()
        assert published.result(10) == 0
        assert db.session.scalars(STATES).all() == []
