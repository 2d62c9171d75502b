"""A form that is sent twice is taken once: the second answer is the first one's.

Every rendering of a form has a number of its own (`once_token` in the templates). The first request with it claims it
in Redis; one that comes meanwhile waits for where the first was sent to. What was refused changed nothing, and may be
sent again. Of a first that never ended (its process died) nobody knows what it did: the second is told so, with a way
to see it, and the form is shown again with what was typed and a new number.
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

from mysignals import clock
from mysignals.services.errors import Conflict, ServiceError
from mysignals.web.errors import status_of
from mysignals.web.identity import caller

from .local import page_at

P = ParamSpec("P")
FIELD = "once"
_PLAIN = re.compile(r"[A-Za-z0-9_-]{16,64}")
_KEPT_S = 3600
_WAIT_S = 10.0
_LOOK_EVERY_S = 0.05
_LONGEST_MS = 60_000
"""No request takes longer: what was claimed before that has died."""
_WORKING, _NOBODY_KNOWS = "working since ", "unknown"
_NO_NUMBER = "This came without the number of its form, and nothing was changed. Send it once more from here."
_BUSY = "This was sent a moment ago and has no answer yet: it may still be under way."
_BROKEN_OFF = "This was sent before and was broken off in the middle, so it is not known whether it was done."
_TO_DO = "Look before you send it again; what you typed is still here, but for passwords and keys."


class SentBefore(Conflict):
    """409: it was sent with the same number, and nothing is known of how that ended. `look` is where that is seen."""

    def __init__(self, what: str, look: str) -> None:
        super().__init__(f"{what} {_TO_DO}")
        self.look = look


def token() -> str:
    """For one rendering of a form."""
    return secrets.token_urlsafe(16)


def sent_once(view: Callable[P, ResponseReturnValue]) -> Callable[P, Response]:
    """For what must not happen twice; raises Conflict for a form without a number, SentBefore where it may have."""

    @wraps(view)
    def claimed(*args: P.args, **kwargs: P.kwargs) -> Response:
        given = request.form.get(FIELD, "")
        if not _PLAIN.fullmatch(given):
            raise Conflict(_NO_NUMBER)
        key = f"mysignals:once:{session.get('_user_id', '-')}:{given}"
        if not _claim(key):
            first = _as_the_first(key)
            if first is not None:
                return first
            if not _claim(key):
                raise SentBefore(_BUSY, _place())
        return _run(key, lambda: make_response(view(*args, **kwargs)))

    return claimed


def _claim(key: str) -> bool:
    return bool(_redis().set(key, f"{_WORKING}{clock.now_ms()}", nx=True, ex=_KEPT_S))


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


def _as_the_first(key: str) -> Response | None:
    """None where the first was refused meanwhile, and changed nothing. Raises SentBefore."""
    until = time.monotonic() + _WAIT_S
    while time.monotonic() < until:
        kept = _redis().get(key)
        if kept is None:
            return None
        found = kept.decode() if isinstance(kept, bytes) else str(kept)
        if found == _NOBODY_KNOWS or _has_died(found):
            raise SentBefore(_BROKEN_OFF, _place())
        if not found.startswith(_WORKING):
            return redirect(found, 303)
        time.sleep(_LOOK_EVERY_S)
    raise SentBefore(_BUSY, _place())


def _has_died(found: str) -> bool:
    since = found.removeprefix(_WORKING)
    return since != found and clock.now_ms() - int(since) > _LONGEST_MS


def _place() -> str:
    """Where one sees whether it was done: the page above the address that the form is sent to."""
    return page_at(request.path.rpartition("/")[0], "/login" if caller() is None else "/app")


def _redis() -> Redis:
    redis: Redis = current_app.extensions["redis"]
    return redis
