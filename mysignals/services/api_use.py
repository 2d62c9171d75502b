"""How often a key or webhook may be used, and how often it was: counted in Redis for all web processes, in one trip.

Uses reach the tables `api_keys` and `webhook_tokens` once a minute (beat). What Redis loses meanwhile is not counted.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import current_app
from redis import Redis
from redis.commands.core import Script
from sqlalchemy import text

from mysignals.extensions import db

from . import caller_changes
from .caller_changes import Version

WINDOW_S = 60
FAILURES = 60
"""Of authentication, a minute and client address."""
ALERTS = 60
"""A minute and webhook."""
_OF_KEYS = ("mysignals:v1:uses", "mysignals:v1:seen")
_OF_WEBHOOKS = ("mysignals:v1:webhooks:uses", "mysignals:v1:webhooks:seen")
_TAKE = f"""
    {caller_changes.HOLDS}
    if ARGV[5] and not (holds(KEYS[4], ARGV[5]) and holds(KEYS[5], ARGV[6])) then return false end
    local clock = redis.call('TIME')
    local now, limit = clock[1] * 1000000 + clock[2], tonumber(ARGV[1])
    local oldest_kept = now - tonumber(ARGV[2]) * 1000000
    while true do
        local oldest = redis.call('LINDEX', KEYS[1], -1)
        if not oldest or tonumber(oldest) > oldest_kept then break end
        redis.call('RPOP', KEYS[1])
    end
    local many, taken = redis.call('LLEN', KEYS[1]), 0
    if many < limit then
        redis.call('LPUSH', KEYS[1], string.format('%.0f', now))
        redis.call('EXPIRE', KEYS[1], ARGV[2])
        many, taken = many + 1, 1
    end
    if ARGV[3] ~= '' then
        redis.call('HINCRBY', KEYS[2], ARGV[3], 1)
        redis.call('HSET', KEYS[3], ARGV[3], string.format('%.0f', now) .. ' ' .. ARGV[4])
    end
    local frees = redis.call('LINDEX', KEYS[1], taken == 1 and -1 or limit - 1)
    local beside = KEYS[6] and redis.call('MGET', unpack(KEYS, 6)) or {{}}
    return {{taken, math.max(limit - many, 0), frees, string.format('%.0f', now), beside}}
"""
_COLLECT = """
    local found = {redis.call('HGETALL', KEYS[1]), redis.call('HGETALL', KEYS[2])}
    redis.call('DEL', KEYS[1], KEYS[2])
    return found
"""
_STORE = text("""
    UPDATE api_keys k SET uses = k.uses + v.uses, last_used_from = v.address,
        last_used_at = greatest(k.last_used_at, to_timestamp(v.at))
    FROM unnest(CAST(:ids AS bigint[]), CAST(:uses AS bigint[]), CAST(:at AS float[]), CAST(:addresses AS text[]))
        AS v (id, uses, at, address)
    WHERE k.id = v.id
""").execution_options(**caller_changes.HARMLESS)
_STORE_WEBHOOKS = text("""
    UPDATE webhook_tokens w SET uses = w.uses + v.uses, last_used_at = greatest(w.last_used_at, to_timestamp(v.at))
    FROM unnest(CAST(:ids AS bigint[]), CAST(:uses AS bigint[]), CAST(:at AS float[])) AS v (id, uses, at)
    WHERE w.id = v.id
""")


Beside = Mapping[str, bytes | None]
"""What was read in the same trip, by its name."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What is left of a limit after one request. `resets_at` in Unix seconds; `wait_s` is 0 where it was allowed."""

    limit: int
    remaining: int
    resets_at: int
    wait_s: int

    @property
    def is_allowed(self) -> bool:
        return not self.wait_s


def take(key_id: int, limit: int, address: str) -> Budget:
    """One use of the key from that address: counted in any case, and taken from the limit where that has room.

    Raises RedisError.
    """
    return _budget(limit, _counted(f"mysignals:v1:rate:{key_id}", [limit, WINDOW_S, key_id, address]))


def take_remembered(
    key_id: int, limit: int, address: str, user_id: int, version: Version, beside: Sequence[str] = ()
) -> tuple[Budget, Beside] | None:
    """The same where that version of the user still holds, and in the same trip what Redis has of the names `beside`.

    Else None, with nothing counted. Raises RedisError.
    """
    given = (limit, WINDOW_S, key_id, address, *version)
    told = _counted(f"mysignals:v1:rate:{key_id}", given, (*_OF_KEYS, *caller_changes.names(user_id), *beside))
    return (_budget(limit, told), dict(zip(beside, told[4], strict=True))) if told else None


def take_alert(token_id: int) -> Budget:
    """One use of the webhook. Raises RedisError."""
    return _budget(ALERTS, _counted(f"mysignals:v1:alerts:{token_id}", [ALERTS, WINDOW_S, token_id, ""], _OF_WEBHOOKS))


def fail(whom: str) -> Budget:
    """One failed authentication from that address or network. Raises RedisError."""
    return _budget(FAILURES, _counted(f"mysignals:v1:failed:{whom}", [FAILURES, WINDOW_S, "", ""]))


def store() -> None:
    """Bring what was counted to the tables. What a process that dies here has taken out of Redis is lost."""
    for names, statement in ((_OF_KEYS, _STORE), (_OF_WEBHOOKS, _STORE_WEBHOOKS)):
        columns = _collected(names)
        if columns["ids"]:
            wanted = {name: columns[name] for name in statement.compile().params}
            db.session.execute(statement, wanted)
    db.session.commit()


def _collected(names: tuple[str, str]) -> dict[str, list[int] | list[float] | list[str]]:
    redis: Redis = current_app.extensions["redis"]
    uses, seen = _collect(redis)(keys=list(names))
    last = {int(key): value.decode().split(" ", 1) for key, value in _pairs(seen)}
    rows = [(int(key), int(many), *last.get(int(key), ("0", ""))) for key, many in _pairs(uses)]
    return {
        "ids": [row[0] for row in rows], "uses": [row[1] for row in rows],
        "at": [int(row[2]) / 1_000_000 for row in rows], "addresses": [row[3][:45] for row in rows],
    }  # fmt: skip


def _counted(name: str, given: Sequence[int | str | bytes], more: Sequence[str] = _OF_KEYS) -> Any:
    redis: Redis = current_app.extensions["redis"]
    return _take(redis)(keys=[name, *more], args=given)


def _budget(limit: int, told: Any) -> Budget:
    is_taken, remaining, frees, now = (int(one) for one in told[:4])
    free_at = frees + WINDOW_S * 1_000_000
    wait = 0 if is_taken else max(1, math.ceil((free_at - now) / 1_000_000))
    return Budget(limit, remaining, math.ceil(free_at / 1_000_000), wait)


def _pairs(flat: list[bytes]) -> list[tuple[bytes, bytes]]:
    return list(zip(flat[::2], flat[1::2], strict=True))


@cache
def _take(redis: Redis) -> Script:
    return redis.register_script(_TAKE)


@cache
def _collect(redis: Redis) -> Script:
    return redis.register_script(_COLLECT)
