"""Open pages are told that something changed: whom it concerns, after the commit, and never what it is."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from redis import Redis

from mysignals import clock
from mysignals.extensions import db
from mysignals.models import Notification, User
from mysignals.services import live
from mysignals.services.live import news
from mysignals.services.live.news import ALL
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
    listener = hub.join(user_id)
    assert listener is not None and heard(listener, 0) == []
    return listener


def heard(listener: live.Listener, seconds: float) -> list[str]:
    return listener.wait(seconds)[0]


def test_those_concerned_are_told_and_nobody_else(house: House, hub: live.Hub) -> None:
    ann, bob = listening(hub, 1), hub.join(2)
    assert bob is not None
    with house.app.app_context():
        live.changed("copies", [1])
        live.changed("notifications", [1])
        db.session.commit()
    began = time.monotonic()
    told = set(heard(ann, 2))
    told |= set(heard(ann, 1)) if len(told) < 2 else set()
    assert told == {"copies", "notifications"} and time.monotonic() - began < 1
    assert heard(bob, 0.2) == []


def test_everybody_is_told_of_a_signal(house: House, hub: live.Hub) -> None:
    ann = listening(hub, 1)
    house.signal(house.user(role="Provider"))
    assert heard(ann, 2) == ["signals"]


def test_nobody_is_told_of_a_signal_that_nobody_is_shown(house: House, hub: live.Hub) -> None:
    ann = listening(hub, 1)
    house.signal(house.user(), is_private=True, is_active=False, deleted_at=clock.now())
    assert heard(ann, 0.5) == []


def test_a_row_that_is_stored_tells_of_itself(house: House, hub: live.Hub) -> None:
    user = house.user()
    ann = listening(hub, user.id)
    house.notification(user)
    assert heard(ann, 2) == ["notifications"]


def test_what_is_rolled_back_is_told_to_nobody(house: House, hub: live.Hub) -> None:
    user = house.user()
    ann = listening(hub, user.id)
    with house.app.app_context():
        db.session.add(Notification(user_id=user.id, kind="test", message="never"))
        db.session.flush()
        db.session.rollback()
        db.session.get(User, user.id)
        db.session.commit()
    assert heard(ann, 0.5) == []


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
        ann.tell(["copies"], "1-1")
    assert ann.wait(1) == (["copies"], "1-1") and heard(ann, 0.05) == []


def test_a_stream_names_what_changed_and_gives_its_place_back(house: House) -> None:
    user = house.user()
    client = house.client(user)
    answer = client.get("/app/events", buffered=False)
    assert answer.mimetype == "text/event-stream"
    parts = answer.iter_encoded()
    assert next(parts) == b"event: hello\nid: 0-0\ndata: \n\n"
    house.notification(user, "a secret")
    told = next(parts)
    assert told == f"event: changed\nid: {place(house)}\ndata: notifications\n\n".encode()
    hub = house.app.extensions["live"]
    assert hub.many == 1
    answer.close()
    assert hub.many == 0
    emptied(hub)


def place(house: House) -> str:
    return live.place(house.app.extensions["redis"])


def first_of(house: House, user: User, path: str) -> bytes:
    """What a stream begins with."""
    answer = house.client(user).get(path, buffered=False)
    told = next(answer.iter_encoded())
    answer.close()
    emptied(house.app.extensions["live"])
    assert isinstance(told, bytes)
    return told


def test_a_page_is_told_what_came_between_it_and_its_stream(house: House) -> None:
    """What nobody who is concerned has missed asks nothing of anybody."""
    ann, bob = house.user(), house.user()
    house.notification(ann)
    page = house.client(ann).get("/app", headers={"Accept": "text/html"}).text
    made_at = re.findall(r'data-place="([^"]+)"', page)[0]
    assert made_at == place(house)
    house.notification(bob)
    assert b"changed" not in first_of(house, ann, f"/app/events?since={made_at}")
    house.notification(ann)
    told = first_of(house, ann, f"/app/events?since={made_at}")
    assert told.count(b"event: changed") == 1 and b"data: notifications" in told


@pytest.mark.parametrize("since", ["", "nonsense", "1-1"])
def test_who_knows_a_place_that_nobody_else_knows_reads_all_anew(house: House, since: str) -> None:
    user = house.user()
    house.notification(user)
    assert b"data: everything" in first_of(house, user, f"/app/events?since={since}")


def test_who_was_away_for_too_much_reads_all_anew(house: House) -> None:
    redis: Redis = house.app.extensions["redis"]
    news.tell(redis, {"copies": [7]})
    before = live.place(redis)
    for _ in range(news.MOST_MISSED):
        news.tell(redis, {"reach": [8]})
    assert news.missed(redis, before, 7) == {ALL}
    assert news.missed(redis, live.place(redis), 7) == set()


def test_what_is_told_while_a_listener_is_away_for_a_moment_is_not_lost(house: House, hub: live.Hub) -> None:
    """The hub goes on where it was, and a beat tells the page where that is."""
    ann = listening(hub, 1)
    redis: Redis = house.app.extensions["redis"]
    news.tell(redis, {"copies": [1], "signals": [live.EVERYBODY], "reach": [2]})
    told = set[str]()
    wait_until(lambda: told.update(heard(ann, 1)) or told == {"copies", "signals"}, 5, "both news")
    wait_until(lambda: ann.wait(0)[1] == live.place(redis), 5, "the place of what concerned somebody else")


def test_a_message_for_a_redis_that_is_away_stops_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with house.app.app_context():
        monkeypatch.setitem(house.app.extensions, "redis", Redis(port=1, socket_connect_timeout=0.2))
        live.changed("copies", [1])
        db.session.commit()
