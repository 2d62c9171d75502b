"""What was told of late, in the order in which it was told: a stream in Redis, read by whoever listens or was away.

Every piece of news has a place in it. A page knows the place that it was made at, so that it can be told what it has
missed since; of who was away for longer than the stream reaches back, nobody knows what that is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from redis import Redis

EVERYBODY = 0
"""In place of a user's id."""
ALL = "everything"
"""Told where something may have been missed, and nobody knows what."""
NAME = "mysignals:live"
KEPT = 1000
"""Pieces of news, some kilobytes each at most: a batch of a fan-out names a few hundred people."""
MOST_MISSED = 200
BEGINNING = "0-0"
"""The place before any news."""
_PLACE = re.compile(r"[0-9]{1,16}-[0-9]{1,10}", re.ASCII)


@dataclass(frozen=True, slots=True)
class News:
    place: str
    about: str
    users: frozenset[int]

    def concerns(self, user_id: int) -> bool:
        return EVERYBODY in self.users or user_id in self.users


def tell(redis: Redis, pending: Mapping[str, Iterable[int]]) -> None:
    """`pending` are people by what has changed for them. Raises RedisError."""
    with redis.pipeline(transaction=False) as pipe:
        for about, users in pending.items():
            said = orjson.dumps({"about": about, "users": sorted(users)})
            pipe.xadd(NAME, {"news": said}, maxlen=KEPT, approximate=True)
        pipe.execute()


def place(redis: Redis) -> str:
    """Of the last news there are. What is read of the database after this holds all of them. Raises RedisError."""
    last: Any = redis.xrevrange(NAME, count=1)
    return last[0][0].decode() if last else BEGINNING


def after(redis: Redis, known: str, wait_ms: int) -> list[News]:
    """What comes behind the place `known`, as soon as something does; empty after `wait_ms`. Raises RedisError."""
    found: Any = redis.xread({NAME: known}, block=wait_ms, count=MOST_MISSED)
    return [_news(*entry) for entry in found[0][1]] if found else []


def missed(redis: Redis, known: str, user_id: int) -> Collection[str]:
    """What has changed for somebody whose page was made at the place `known`; ALL where that is not known any more.

    Raises RedisError.
    """
    if not _PLACE.fullmatch(known):
        return {ALL}
    found: Any = redis.xrange(NAME, min=known, count=MOST_MISSED + 1)
    is_whole = known == BEGINNING or (found and found[0][0].decode() == known)
    if not is_whole or len(found) > MOST_MISSED:
        return {ALL}
    news = [_news(*entry) for entry in found]
    return {each.about for each in news if each.place != known and each.concerns(user_id)}


def _news(at: bytes, entry: Mapping[bytes, bytes]) -> News:
    said = orjson.loads(entry[b"news"])
    return News(at.decode(), said["about"], frozenset(said["users"]))
