"""Those who listen in this process: one subscription to Redis for all of them, and a bound on how many there are."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter

import orjson
from redis import Redis, RedisError

from .telling import CHANNEL, EVERYBODY

log = logging.getLogger(__name__)
ALL = "everything"
"""Told after a gap: something may have been missed."""
_LOOK_S = 1.0
_PAUSE_S = 1.0


class Listener:
    """One open page. What changes twice before it is asked is told once, so nothing piles up."""

    def __init__(self, hub: Hub, user_id: int) -> None:
        self.user_id = user_id
        self._hub = hub
        self._news: set[str] = set()
        self._told = threading.Condition()
        self.is_over = False

    def end(self) -> None:
        """Its place is another's now."""
        self.is_over = True
        self.tell(ALL)

    def tell(self, about: str) -> None:
        with self._told:
            self._news.add(about)
            self._told.notify()

    def wait(self, seconds: float) -> list[str]:
        """What has changed, as soon as something has; empty after `seconds` without news."""
        with self._told:
            self._told.wait_for(lambda: bool(self._news), seconds)
            news, self._news = sorted(self._news), set()
        return news

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

    @property
    def many(self) -> int:
        return len(self._listeners)

    def join(self, user_id: int) -> Listener | None:
        """None where the house is full: they look again and again instead."""
        with self._lock:
            of_each = Counter(listener.user_id for listener in self._listeners)
            if of_each[user_id] >= self._each:
                oldest = next(one for one in self._listeners if one.user_id == user_id)
                del self._listeners[oldest]
                oldest.end()
            if len(self._listeners) >= self._most:
                return None
            listener = Listener(self, user_id)
            self._listeners[listener] = None
            if self._ear is None:
                # After the fork, and only where somebody listens.
                self._ear = threading.Thread(target=self._hear, name="live", daemon=True)
                self._ear.start()
        return listener

    def leave(self, listener: Listener) -> None:
        with self._lock:
            self._listeners.pop(listener, None)

    def _hear(self) -> None:
        """Until nobody listens any more."""
        while self._goes_on():
            try:
                self._subscribed()
            except RedisError as error:
                log.warning("live events wait for Redis: %s", type(error).__name__)
                time.sleep(_PAUSE_S)

    def _goes_on(self) -> bool:
        with self._lock:
            if not self._listeners:
                self._ear = None
            return self._ear is not None

    def _subscribed(self) -> None:
        with self._redis.pubsub(ignore_subscribe_messages=True) as channel:
            channel.subscribe(CHANNEL)
            # What was said before this was said to nobody.
            self._pass_on(ALL, {EVERYBODY})
            while self._goes_on():
                message = channel.get_message(timeout=_LOOK_S)
                if message is not None and message["type"] == "message":
                    news = orjson.loads(message["data"])
                    self._pass_on(news["about"], set(news["users"]))

    def _pass_on(self, about: str, users: set[int]) -> None:
        with self._lock:
            meant = [one for one in self._listeners if EVERYBODY in users or one.user_id in users]
        for listener in meant:
            listener.tell(about)
