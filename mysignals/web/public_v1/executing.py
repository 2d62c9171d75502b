"""For POSTs at /v1: what was carried out is not carried out again, its first answer is (CONTRACT section 2)."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import Response, current_app, make_response, request
from flask.typing import ResponseReturnValue

from mysignals.extensions import db
from mysignals.services import errors as services
from mysignals.services import once
from mysignals.web.errors import Unprocessable

from . import paths
from .answers import Code, Refused
from .door import caller

P = ParamSpec("P")
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_LEAVES_KEY_FREE = (services.Invalid, Unprocessable, services.ExchangeUnavailable)
"""Its sender will correct the body, or send it again in a moment."""
_FINAL = (services.ServiceError, Unprocessable, Refused)
_ONCE = "v1_executed_once"


def executed_once(view: Callable[P, ResponseReturnValue]) -> Callable[P, Response]:
    """The view answers within the transaction that its claim is in: it must not commit, and hands work over with
    dispatch.after_commit. What it refuses is kept too, so that a replay does not succeed later; a body that cannot be
    accepted leaves its Idempotency-Key free, and nothing is kept of "too often".
    """

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Response:
        return carried_out(_asked(), lambda: view(*args, **kwargs))

    setattr(guarded, _ONCE, True)
    return guarded


def carried_out(asked: once.Asked, deed: Callable[[], ResponseReturnValue], wait_s: float | None = None) -> Response:
    """The answer of `deed`, or that which it had the first time."""
    try:
        answer, is_replayed = once.once(asked, lambda: _answered(deed), wait_s)
    except services.Conflict as no:
        refused = _rendered(no)
        once.keep_refusal(asked, _answer(refused))
        return refused
    response = Response(answer.body, answer.status, mimetype="application/json")
    if is_replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return response


def is_executed_once(view: Callable[..., object]) -> bool:
    return hasattr(view, _ONCE)


def _asked() -> once.Asked:
    known_by = [(once.SIGNATURE, request.headers["X-Signature"])]
    key = request.headers.get("Idempotency-Key")
    if key is not None:
        if not _KEY.fullmatch(key):
            raise Refused(
                Code.INVALID_REQUEST, "Idempotency-Key: must be 1 to 255 printable ASCII characters without blanks."
            )
        known_by.append((once.KEY, key))
    content = b"\n".join((request.method.encode(), paths.plain().encode("latin-1", "replace"), request.get_data()))
    return once.Asked(tuple(known_by), content, api_key_id=caller().key_id)


def _answered(deed: Callable[[], ResponseReturnValue]) -> once.Answer:
    try:
        response = make_response(deed())
    except services.TooOften:
        db.session.rollback()
        raise
    except _FINAL as no:
        raise once.Declined(_answer(_rendered(no)), leaves_key_free=_leaves_key_free(no)) from no
    if response.status_code >= 400:
        raise once.Declined(_answer(response))
    return _answer(response)


def _leaves_key_free(no: Exception) -> bool:
    return isinstance(no, _LEAVES_KEY_FREE) or (isinstance(no, Refused) and no.code is Code.INVALID_REQUEST)


def _rendered(no: Exception) -> Response:
    """As the error handlers tell it."""
    return make_response(current_app.handle_user_exception(no))


def _answer(response: Response) -> once.Answer:
    return once.Answer(response.status_code, response.get_data())
