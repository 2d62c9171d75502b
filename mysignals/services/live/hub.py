"""Those who listen in this process: one of its threads reads the news for all of them, and they are not too many."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Collection

from redis import Redis, RedisError

from . import news
from .news import ALL, News

log = logging.getLogger(__name__)
_LOOK_MS = 1000
_PAUSE_S = 1.0


class Listener:
    """One open page. What changes twice before it is asked is told once, so nothing piles up."""

    def __init__(self, hub: Hub, user_id: int, place: str) -> None:
        self.user_id = user_id
        self._hub = hub
        self._news: set[str] = set()
        self._place = place
        self._told = threading.Condition()
        self.is_over = False

    def end(self) -> None:
        """Its place is another's now."""
        with self._told:
            self.is_over = True
            self._told.notify()

    def tell(self, about: Collection[str], place: str) -> None:
        """`place` is that of the last news which it knows by this, whether they concern it or not."""
        with self._told:
            self._news.update(about)
            self._place = place or self._place
            if about:
                self._told.notify()

    def wait(self, seconds: float) -> tuple[list[str], str]:
        """What has changed, as soon as something has, and up to which place; nothing after `seconds` without news."""
        with self._told:
            self._told.wait_for(lambda: bool(self._news) or self.is_over, seconds)
            found, self._news = sorted(self._news), set()
            return found, self._place

    def missed(self, known: str) -> Collection[str]:
        """What has changed since the place `known`, at which its page was made."""
        return self._hub.missed(known, self.user_id)

    def leave(self) -> None:
        self._hub.leave(self)


class Hub:
    """At most `most` listeners, `each` of one person: their next one takes the place of their oldest.

    Who goes from page to page leaves streams behind that nobody reads; that is known only when they are written to.
    """

    def __init__(self, redis: Redis, most: int, each: int = 6) -> None:
        self._redis, self._most, self._each = redis, most, each
        self._listeners: dict[Listener, None] = {}
        self._lock = threading.Lock()
        self._ear: threading.Thread | None = None
        self._place = ""
        """Up to which the news are passed on; empty where that is not known."""

    @property
    def many(self) -> int:
        return len(self._listeners)

    def join(self, user_id: int) -> Listener | None:
        """Told of all that comes from now on. None where the house is full: they look again and again instead."""
        with self._lock:
            of_each = Counter(listener.user_id for listener in self._listeners)
            if of_each[user_id] >= self._each:
                oldest = next(one for one in self._listeners if one.user_id == user_id)
                del self._listeners[oldest]
                oldest.end()
            if len(self._listeners) >= self._most:
                return None
            if self._ear is None:
                self._place = self._newest()
            listener = Listener(self, user_id, self._place)
            self._listeners[listener] = None
            if self._ear is None:
                # After the fork, and only where somebody listens.
                self._ear = threading.Thread(target=self._hear, name="live", daemon=True)
                self._ear.start()
        return listener

    def missed(self, known: str, user_id: int) -> Collection[str]:
        try:
            return news.missed(self._redis, known, user_id)
        except RedisError:
            return {ALL}

    def leave(self, listener: Listener) -> None:
        with self._lock:
            self._listeners.pop(listener, None)

    def _newest(self) -> str:
        try:
            return news.place(self._redis)
        except RedisError:
            return ""

    def _hear(self) -> None:
        """Until nobody listens any more."""
        while self._goes_on():
            try:
                if not self._place:
                    self._place = news.place(self._redis)
                    # What was said before this was said to nobody.
                    self._pass_on(News(self._place, ALL, frozenset({news.EVERYBODY})))
                for each in news.after(self._redis, self._place, _LOOK_MS):
                    self._place = each.place
                    self._pass_on(each)
            except RedisError as error:
                log.warning("live events wait for Redis: %s", type(error).__name__)
                self._place = ""  # One that comes back may have lost what it held.
                time.sleep(_PAUSE_S)

    def _goes_on(self) -> bool:
        with self._lock:
            if not self._listeners:
                self._ear = None
            return self._ear is not None

    def _pass_on(self, told: News) -> None:
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            listener.tell([told.about] if told.concerns(listener.user_id) else [], told.place)
