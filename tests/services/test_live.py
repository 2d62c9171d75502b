"""Open pages are told that something changed: whom it concerns, after the commit, and never what it is."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from redis import Redis

from mysignals import clock
from mysignals.extensions import db
from mysignals.models import Notification, User
from mysignals.services import live
from mysignals.services.live.hub import ALL
from tests.support.served import House
from tests.support.waiting import wait_until


@pytest.fixture
def hub(house: House) -> Iterator[live.Hub]:
    redis: Redis = house.app.extensions["redis"]
    found = live.Hub(redis, most=3, each=2)
    yield found
    emptied(found)


def emptied(hub: live.Hub) -> None:
    """Nobody listens any more, and its thread has let Redis go."""
    for listener in list(hub._listeners):
        listener.leave()
    wait_until(lambda: hub._ear is None, 5, "the thread to end")


def listening(hub: live.Hub, user_id: int) -> live.Listener:
    """One that has heard that the subscription stands."""
    listener = hub.join(user_id)
    assert listener is not None and listener.wait(5) == [ALL]
    return listener


def test_those_concerned_are_told_and_nobody_else(house: House, hub: live.Hub) -> None:
    ann, bob = listening(hub, 1), hub.join(2)
    assert bob is not None
    with house.app.app_context():
        live.changed("copies", [1])
        live.changed("notifications", [1])
        db.session.commit()
    began = time.monotonic()
    news = set(ann.wait(2))
    news |= set(ann.wait(1)) if len(news) < 2 else set()
    assert news == {"copies", "notifications"} and time.monotonic() - began < 1
    assert bob.wait(0.2) == []


def test_everybody_is_told_of_a_signal(house: House, hub: live.Hub) -> None:
    ann = listening(hub, 1)
    house.signal(house.user(role="Provider"))
    assert ann.wait(2) == ["signals"]


def test_nobody_is_told_of_a_signal_that_nobody_is_shown(house: House, hub: live.Hub) -> None:
    ann = listening(hub, 1)
    house.signal(house.user(), is_private=True, is_active=False, deleted_at=clock.now())
    assert ann.wait(0.5) == []


def test_a_row_that_is_stored_tells_of_itself(house: House, hub: live.Hub) -> None:
    user = house.user()
    ann = listening(hub, user.id)
    house.notification(user)
    assert ann.wait(2) == ["notifications"]


def test_what_is_rolled_back_is_told_to_nobody(house: House, hub: live.Hub) -> None:
    user = house.user()
    ann = listening(hub, user.id)
    with house.app.app_context():
        db.session.add(Notification(user_id=user.id, kind="test", message="never"))
        db.session.flush()
        db.session.rollback()
        db.session.get(User, user.id)
        db.session.commit()
    assert ann.wait(0.5) == []


def test_the_house_is_full_at_some_point_and_has_room_again(hub: live.Hub, house: House) -> None:
    first, second, other = hub.join(1), hub.join(1), hub.join(2)
    assert first and second and other and hub.join(3) is None
    other.leave()
    assert hub.join(3) is not None


def test_the_next_page_of_somebody_takes_the_place_of_their_oldest(hub: live.Hub, house: House) -> None:
    pages = [hub.join(1) for _ in range(3)]
    assert [page is not None and page.is_over for page in pages] == [True, False, False]
    assert hub.many == 2


def test_news_while_nobody_asks_do_not_pile_up(house: House, hub: live.Hub) -> None:
    ann = listening(hub, 1)
    for _ in range(50):
        ann.tell("copies")
    assert ann.wait(1) == ["copies"] and ann.wait(0.05) == []


def test_a_stream_names_what_changed_and_gives_its_place_back(house: House) -> None:
    user = house.user()
    client = house.client(user)
    answer = client.get("/app/events", buffered=False)
    assert answer.mimetype == "text/event-stream"
    parts = answer.iter_encoded()
    assert b"event: hello" in next(parts)
    assert b"data: everything" in next(parts)
    house.notification(user, "a secret")
    told = next(parts)
    assert told == b"event: changed\ndata: notifications\n\n"
    hub = house.app.extensions["live"]
    assert hub.many == 1
    answer.close()
    assert hub.many == 0
    emptied(hub)


def test_a_message_for_a_redis_that_is_away_stops_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with house.app.app_context():
        monkeypatch.setitem(house.app.extensions, "redis", Redis(port=1, socket_connect_timeout=0.2))
        live.changed("copies", [1])
        db.session.commit()
