"""Whether something of a program's owner has changed: what is remembered of them counts only as long as nothing has.

Everybody has a version in Redis, a random word. Who changes a key, a user or an exchange account puts a mark beside it
before the commit, and takes the mark away with a new version after it. While a mark stands nothing is remembered, and
nothing remembered counts. So a process that dies in between leaves a mark and never an old row that is still
believed; where Redis has lost a version, the database is asked.
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from flask import current_app
from redis import Redis, RedisError
from redis.commands.core import Script
from sqlalchemy import TextClause, UpdateBase, event, inspect
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction

from mysignals.models import ApiKey, ExchangeAccount, User

log = logging.getLogger(__name__)
Version = tuple[bytes, bytes]
"""That of everybody together, and the user's own."""
HARMLESS = {"changes_no_caller": True}
"""Execution options of a statement over many rows that changes nothing of what is remembered."""
MARKED_S, KEPT_S = 900, 86_400
"""A mark outlives every transaction (connections.IDLE_IN_TRANSACTION_S)."""
_WATCHED: dict[type[Any], tuple[str, ...]] = {
    ApiKey: ("key", "sealed_secret", "permissions", "rate_limit", "addresses", "expires_at", "revoked_at"),
    User: ("user_name", "is_activated", "blocked_at", "plan", "plan_until"),
    ExchangeAccount: ("exchange", "environment", "label", "key_hint", "status", "status_reason"),
}
"""What is remembered. Logins, uses and ratings change the other columns all the time."""
_TABLES = frozenset(kind.__tablename__ for kind in _WATCHED)
_CHANGES = re.compile(
    rf"\b(?:UPDATE|INTO|DELETE\s+FROM|TRUNCATE(?:\s+TABLE)?)\s+(?:ONLY\s+)?(?:{'|'.join(sorted(_TABLES))})\b",
    re.IGNORECASE,
)
NOBODY = _EVERYBODY = 0
"""In place of a user's id. Nobody knows whose rows a statement over many changes."""
_MOST_BY_ID = 50
_MARKS = "marks of callers"
_NOW = """
    local told = {}
    for number, name in ipairs(KEYS) do
        local version, many = redis.call('HGET', name, 'version'), redis.call('HLEN', name)
        if many > (version and 1 or 0) then return false end
        if not version then
            version = ARGV[1]
            redis.call('HSET', name, 'version', version)
        end
        redis.call('EXPIRE', name, ARGV[2])
        told[number] = version
    end
    return told
"""
HOLDS = """
    local function holds(name, version)
        return redis.call('HGET', name, 'version') == version and redis.call('HLEN', name) == 1
    end
"""
"""For scripts that count a request: whether the version is still that one, and nobody is about to change it."""


@dataclass(slots=True)
class _Marks:
    redis: Redis
    word: str
    names: set[str] = field(default_factory=set)


def now(user_id: int) -> Version | None:
    """What is read after this may be remembered under it; None while something is being changed. Raises RedisError."""
    redis: Redis = current_app.extensions["redis"]
    told = _now(redis)(keys=names(user_id), args=[secrets.token_hex(8), KEPT_S])
    return (told[0], told[1]) if told else None


def names(user_id: int) -> list[str]:
    """Where in Redis the two words of a version are."""
    return [_name(_EVERYBODY), _name(user_id)]


@event.listens_for(Session, "after_flush")
def _notice_rows(session: Session, _: Any) -> None:
    owners = {_owner(row) for row in session.dirty if type(row) in _WATCHED and _has_changed(row)}
    owners |= {_owner(row) for row in session.deleted if type(row) in _WATCHED}
    # Nobody remembers a new user or a new key.
    owners |= {row.user_id for row in session.new if isinstance(row, ExchangeAccount)}
    if owners:
        _mark(session, owners if len(owners) <= _MOST_BY_ID else [_EVERYBODY])


@event.listens_for(Session, "do_orm_execute")
def _notice_statement(state: ORMExecuteState) -> None:
    match state.statement:
        case TextClause() as statement:
            is_concerned = _is_change(statement.text)
        case UpdateBase() as statement:
            is_concerned = getattr(statement.table, "name", "") in _TABLES
        case _:
            is_concerned = False
    if is_concerned and not HARMLESS.items() <= state.execution_options.items():
        _mark(state.session, [_EVERYBODY])


@event.listens_for(Session, "after_transaction_end")
def _tell(session: Session, transaction: SessionTransaction) -> None:
    """Whatever became of it: where a commit's answer was lost, nobody knows."""
    marks: _Marks | None = None if transaction.parent is not None else session.info.pop(_MARKS, None)
    if marks is None:
        return
    try:
        with marks.redis.pipeline() as pipe:
            for name in sorted(marks.names):
                pipe.hset(name, "version", marks.word)
                pipe.hdel(name, marks.word)
                pipe.expire(name, MARKED_S)
            pipe.execute()
    except RedisError as error:
        log.warning("marks of changed callers stay for %s s: %s", MARKED_S, type(error).__name__)


def _mark(session: Session, user_ids: Iterable[int]) -> None:
    """Before anybody can see the change. Raises RedisError, which takes the change back."""
    marks: _Marks | None = session.info.get(_MARKS)
    if marks is None:
        marks = session.info[_MARKS] = _Marks(current_app.extensions["redis"], secrets.token_hex(8))
    fresh = sorted({_name(user_id) for user_id in user_ids} - marks.names)
    marks.names.update(fresh)
    with marks.redis.pipeline() as pipe:
        for name in fresh:
            pipe.hset(name, marks.word, 1)
            pipe.expire(name, MARKED_S)
        pipe.execute()


def _owner(row: Any) -> int:
    found: int = row.id if isinstance(row, User) else row.user_id
    return found


def _has_changed(row: Any) -> bool:
    attributes = inspect(row).attrs
    return any(attributes[column].history.has_changes() for column in _WATCHED[type(row)])


@lru_cache(maxsize=1000)
def _is_change(statement: str) -> bool:
    return _CHANGES.search(statement) is not None


def _name(user_id: int) -> str:
    return f"mysignals:v1:version:{user_id}"


@cache
def _now(redis: Redis) -> Script:
    return redis.register_script(_NOW)
