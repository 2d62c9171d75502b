"""Everything but success: one table from what was raised to what is answered (CONTRACT section 1)."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from flask_limiter import RateLimitExceeded
from werkzeug.exceptions import HTTPException, InternalServerError, RequestEntityTooLarge

from mysignals.services import errors as services
from mysignals.services import outages

from .limits import limiter
from .request_log import request_id
from .sessions import SessionsAway

log = logging.getLogger("mysignals.web")


class NotLoggedIn(Exception):
    """401."""


class FormTooOld(services.NotAllowed):
    """403: an HTML form whose token is not this session's."""


class Unprocessable(Exception):
    """400: the body is not a JSON object we can read."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One answer that is not a success."""

    status: int
    name: str
    message: str
    fields: dict[str, str] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)
    """More for programs, beside the envelope."""
    heading: str = ""
    """What a page says above the message; that of its status where it is empty."""


_NAMES = {
    400: "Request unprocessable",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Resource not found",
    405: "Method not allowed",
    409: "Conflict",
    422: "Bad Request",
    429: "Too Many Requests",
    500: "Internal server error",
    502: "Exchange error",
    503: "Service unavailable",
    504: "Exchange timeout",
}
_HEADINGS = {
    400: "This could not be read",
    401: "Log in first",
    403: "Not for you",
    404: "Nothing here",
    405: "This address is no page",
    409: "Not possible as things are",
    422: "This cannot be shown",
    429: "A little slower",
    500: "Something went wrong on our side",
    502: "Something outside did not answer",
    503: "A part of the system is away",
    504: "The exchange has not answered yet",
}
"""What pages say in place of the names."""
_STATUSES: dict[type[Exception], int] = {
    Unprocessable: 400,
    NotLoggedIn: 401,
    services.WrongCredentials: 401,
    services.NotAllowed: 403,
    services.NotFound: 404,
    services.Conflict: 409,
    services.ExchangeUnavailable: 502,
    services.ExchangeRefused: 502,
    services.ExchangeTimeout: 504,
    services.PaymentNodeUnavailable: 502,
    services.NotConfigured: 503,
}
_AWAY = (*outages.AWAY, SessionsAway)
_AWAY_S = 5
_SENTENCES = {
    404: "There is nothing here, or it is not visible to you.",
    405: "This address does not take that method.",
}


Envelope = Callable[[int, str, dict[str, Any]], Response]
"""From status, sentence and what stands beside them to the answer."""
_ELSEWHERE = "envelopes of errors"


def speak_otherwise(app: Flask, covers: Callable[[str], bool], envelope: Envelope) -> None:
    """Failures of paths that `covers` are told in that envelope."""
    app.extensions[_ELSEWHERE] = (covers, envelope)


def bind(app: Flask) -> None:
    for kind in _STATUSES:
        app.register_error_handler(kind, _told)
    app.register_error_handler(services.Invalid, _invalid)
    app.register_error_handler(RequestEntityTooLarge, _too_large)
    app.register_error_handler(RateLimitExceeded, _too_often)
    app.register_error_handler(services.TooOften, _too_often_by_name)
    for kind in _AWAY:
        app.register_error_handler(kind, _away)
    app.logger.addFilter(_is_news)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _ours)


def answer(failure: Failure) -> Response:
    """JSON, or a page for a browser that navigates."""
    covers, envelope = current_app.extensions[_ELSEWHERE]
    if covers(request.path):
        more = failure.details | ({"fields": failure.fields} if failure.fields else {})
        return envelope(failure.status, failure.message, more)
    if wants_html():
        page = render_template(
            "errors/failure.html",
            failure=failure,
            heading=failure.heading or _HEADINGS.get(failure.status, failure.name),
            request_id=request_id(),
        )
        return make_response(page, failure.status)
    body = {"error": failure.name, "message": failure.message, "status": False, **failure.details}
    if failure.fields:
        body["fields"] = failure.fields
    if failure.status >= 500:
        body["request_id"] = request_id()
    return make_response(jsonify(body), failure.status)


def wants_html() -> bool:
    """Whether the caller prefers a page: a browser does, `*/*` and JSON clients do not."""
    accepted = request.accept_mimetypes
    return accepted["text/html"] > accepted["application/json"]


def status_of(error: Exception) -> int:
    """What a refusal of a service is answered with."""
    if isinstance(error, services.TooOften):
        return 429
    return next((status for kind, status in _STATUSES.items() if isinstance(error, kind)), 422)


def _told(error: Exception) -> Response:
    status = status_of(error)
    details = error.details if isinstance(error, services.PaymentRefused) else {}
    heading = "This form is out of date" if isinstance(error, FormTooOld) else ""
    response = answer(Failure(status, _NAMES[status], str(error), details=details, heading=heading))
    if isinstance(error, services.ExchangeUnavailable) and error.again_s:
        response.headers["Retry-After"] = str(error.again_s)
    return response


def _invalid(error: services.Invalid) -> Response:
    return answer(Failure(422, _NAMES[422], str(error), error.fields))


def _too_large(error: RequestEntityTooLarge) -> Response:
    return answer(Failure(400, _NAMES[400], "The body is too large: 64 KB is the most."))


def _too_often(error: RateLimitExceeded) -> Response:
    seconds = seconds_until_allowed()
    return _wait(f"Too many requests; try again in {seconds} seconds.", seconds)


def _too_often_by_name(error: services.TooOften) -> Response:
    return _wait(str(error), error.seconds)


def _wait(sentence: str, seconds: int) -> Response:
    response = answer(Failure(429, _NAMES[429], sentence))
    response.headers["Retry-After"] = str(seconds)
    return response


def _away(error: Exception) -> Response:
    """The database or Redis. A commit whose answer was lost may have arrived, so nobody is told to repeat blindly."""
    log.warning("request id=%s: %s does not answer: %s", request_id(), outages.who(error), type(error).__name__)
    sentence = "A part of the system does not answer just now. Look in a few seconds whether what you asked was done."
    response = answer(Failure(503, _NAMES[503], sentence))
    response.headers["Retry-After"] = str(_AWAY_S)
    return response


def _is_news(record: logging.LogRecord) -> bool:
    """Flask logs a whole traceback where a session could not be stored; `_away` tells it in one line."""
    return record.exc_info is None or not isinstance(record.exc_info[1], _AWAY)


def seconds_until_allowed() -> int:
    """How long who has just met a limit waits."""
    breached = limiter.current_limit
    if breached is None:
        return 60
    # The library rounds up by a second of its own; nobody waits longer than the whole window.
    return max(1, min(math.ceil(breached.reset_at - time.time()), breached.limit.get_expiry()))


def _http(error: HTTPException) -> Response:
    if isinstance(error, InternalServerError) and isinstance(error.original_exception, _AWAY):
        return _away(error.original_exception)  # It came when the session was stored, after the view.
    status = error.code or 500
    if status < 400:
        return make_response(error.get_response())
    name = _NAMES.get(status, error.name)
    response = answer(Failure(status, name, _SENTENCES.get(status, error.description or error.name)))
    if status == 405:
        response.headers["Allow"] = dict(error.get_headers()).get("Allow", "")
    return response


def _ours(error: Exception) -> Response:
    log.error("request id=%s failed", request_id(), exc_info=error)
    message = f"Something went wrong on our side. Tell us the request id {request_id()}."
    return answer(Failure(500, _NAMES[500], message))
