"""Secrets that a page shows once: kept sealed for a few minutes, for the person and the session they were made for.

So the page survives a reload or a second press of the button, which an answer to the form itself would not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import orjson
from flask import current_app, session
from redis import Redis

from mysignals.services import sealing
from mysignals.web import csrf

LASTS_S = 300
_PURPOSE = "shown once"


def keep(what: str, told: Mapping[str, object]) -> None:
    """`what` names the page it is for."""
    _redis().set(_key(what), sealing.seal(_PURPOSE, orjson.dumps(told)), ex=LASTS_S)


def found(what: str) -> dict[str, object] | None:
    """None once the minutes are over, and for every other session than the one it was made in."""
    sealed = _redis().get(_key(what))
    if not isinstance(sealed, bytes):
        return None
    told: dict[str, object] = orjson.loads(sealing.open_sealed(_PURPOSE, sealed))
    return told


def forget(what: str) -> None:
    _redis().delete(_key(what))


def _key(what: str) -> str:
    # The CSRF token is of this session alone; hashed, for it must not stand among the names of keys.
    own = hashlib.sha256(csrf.token().encode()).hexdigest()[:32]
    return f"mysignals:shown:{session['_user_id']}:{own}:{what}"


def _redis() -> Redis:
    redis: Redis = current_app.extensions["redis"]
    return redis
