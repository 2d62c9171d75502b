"""A form that is sent twice is taken once: the second answer is the first one's.

Every rendering of a form has a number of its own (`once_token` in the templates). The first request with it claims it
in Redis; one that comes meanwhile waits for where the first was sent to. What was refused changed nothing, and may be
sent again.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import current_app, make_response, redirect, request, session
from flask.typing import ResponseReturnValue
from redis import Redis
from werkzeug.wrappers import Response

from mysignals.services.errors import Conflict, ServiceError
from mysignals.web.errors import status_of

P = ParamSpec("P")
FIELD = "once"
_PLAIN = re.compile(r"[A-Za-z0-9_-]{16,64}")
_KEPT_S = 3600
_WAIT_S = 10.0
_LOOK_EVERY_S = 0.05
_WORKING, _NOBODY_KNOWS = "working", "unknown"
_ALREADY = "This was sent already. Look whether it was done before you send it again."


def token() -> str:
    """For one rendering of a form."""
    return secrets.token_urlsafe(16)


def sent_once(view: Callable[P, ResponseReturnValue]) -> Callable[P, Response]:
    """For what must not happen twice; raises Conflict for a form without a number, or whose first never ended."""

    @wraps(view)
    def claimed(*args: P.args, **kwargs: P.kwargs) -> Response:
        given = request.form.get(FIELD, "")
        if not _PLAIN.fullmatch(given):
            raise Conflict("This form was sent without its number: load the page again.")
        key = f"mysignals:once:{session.get('_user_id', '-')}:{given}"
        if not _redis().set(key, _WORKING, nx=True, ex=_KEPT_S):
            return _as_the_first(key)
        return _run(key, lambda: make_response(view(*args, **kwargs)))

    return claimed


def _run(key: str, work: Callable[[], Response]) -> Response:
    """Only what was certainly refused may be sent again with the same number."""
    where = _NOBODY_KNOWS
    try:
        response = work()
        where = response.headers.get("Location", request.path) if response.status_code < 400 else ""
    except ServiceError as why:
        where = "" if status_of(why) < 500 else _NOBODY_KNOWS
        raise
    finally:
        _end(key, where)
    return response


def _end(key: str, where: str) -> None:
    if where:
        _redis().set(key, where, ex=_KEPT_S)
    else:
        _redis().delete(key)


def _as_the_first(key: str) -> Response:
    until = time.monotonic() + _WAIT_S
    while time.monotonic() < until:
        found = _redis().get(key)
        if found in (None, _NOBODY_KNOWS.encode()):
            break
        if found != _WORKING.encode():
            return redirect(found.decode() if isinstance(found, bytes) else str(found), 303)
        time.sleep(_LOOK_EVERY_S)
    raise Conflict(_ALREADY)


def _redis() -> Redis:
    redis: Redis = current_app.extensions["redis"]
    return redis
