"""Numbers that rise with every request of a key, over all workers: handed out by Redis."""

from __future__ import annotations

import hashlib

from redis import Redis, RedisError

from mysignals.exchanges.transports.rising import CannotNumber

NEXT = """
local last = tonumber(redis.call('GET', KEYS[1]) or '0')
local number = math.max(last + 1, tonumber(ARGV[1]))
redis.call('SET', KEYS[1], string.format('%.0f', number), 'EX', 86400)
return string.format('%.0f', number)
"""
"""An exchange forgets a number once it is minutes old, so a day is more than it remembers."""


class Tonces:
    """Any process may ask at any time: no number is handed out twice, and each is above all before it."""

    def __init__(self, redis: Redis) -> None:
        self._next = redis.register_script(NEXT)

    def next(self, api_key: str, at_least: int) -> int:
        """Unix ms, or a little more; raises CannotNumber where Redis does not answer."""
        try:
            return int(self._next(keys=[f"mysignals:tonce:{fingerprint(api_key)}"], args=[at_least]))
        except RedisError:
            raise CannotNumber("Redis does not answer, and without it no request can be numbered") from None


def fingerprint(api_key: str) -> str:
    """A name for a key that does not tell it."""
    return hashlib.sha256(api_key.encode()).hexdigest()[:32]
