"""Every request has an id, and one line in the log that holds no secret."""

from __future__ import annotations

import logging
import re
import secrets
import time

from flask import Flask, Response, g, request, session

log = logging.getLogger("mysignals.web")
_GIVEN = re.compile(r"[A-Za-z0-9_-]{8,64}")


def bind(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_end)


def request_id() -> str:
    """This request's id: the caller's own `X-Request-ID` where it is a plain one, else a new one."""
    if "request_id" not in g:
        given = request.headers.get("X-Request-ID", "")
        g.request_id = given if _GIVEN.fullmatch(given) else secrets.token_hex(16)
    found: str = g.request_id
    return found


def _begin() -> None:
    g.began = time.perf_counter()


def _end(response: Response) -> Response:
    response.headers["X-Request-ID"] = request_id()
    took_ms = (time.perf_counter() - g.get("began", time.perf_counter())) * 1000
    # The rule and not the path: paths of mailed links hold tokens.
    rule = request.url_rule.rule if request.url_rule else "-"
    log.info(
        "request id=%s method=%s rule=%s status=%d ms=%.1f user=%s",
        request_id(), request.method, rule, response.status_code, took_ms, session.get("_user_id", "-"),
    )  # fmt: skip
    return response
