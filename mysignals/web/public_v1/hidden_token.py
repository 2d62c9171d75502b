"""The token of a webhook is taken out of the address before anybody sees it.

It stands in a path, and paths are written down: in the server's access log, in the repr of a request that a crash
report shows. What is served after this holds `wh_hidden` there, whoever writes it down.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from flask import request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_TOKEN = re.compile(r"wh_[A-Za-z0-9_-]{16,}", re.ASCII)
_HIDDEN = "wh_hidden"
_KEPT_AT = "mysignals.webhook_token"


class Token:
    """What the address held; no text of it but `shown`."""

    __slots__ = ("shown",)

    def __init__(self, shown: str) -> None:
        self.shown = shown

    def __repr__(self) -> str:
        return _HIDDEN


class Hiding:
    """Around a WSGI application, outside of all that writes down what was asked for."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        hide(environ)
        return self._application(environ, start_response)


def hide(environ: dict[str, Any]) -> None:
    """Changes `environ`: servers write their access log from it when the answer has gone out."""
    found = _TOKEN.search(environ.get("PATH_INFO", ""))
    if found is None:
        return
    environ[_KEPT_AT] = Token(found.group())
    environ["PATH_INFO"] = without(environ["PATH_INFO"])
    # Made anew, for what was sent may have been percent-encoded. WSGI reads bytes as Latin-1 (PEP 3333).
    sent = quote((environ.get("SCRIPT_NAME", "") + environ["PATH_INFO"]).encode("latin-1"))
    query = environ.get("QUERY_STRING", "")
    environ["RAW_URI"] = environ["REQUEST_URI"] = f"{sent}?{query}" if query else sent


def token() -> str:
    """That of this request; empty where its address held none."""
    found: Token | None = request.environ.get(_KEPT_AT)
    return "" if found is None else found.shown


def without(text: str) -> str:
    return _TOKEN.sub(_HIDDEN, text)


def _masked(record: logging.LogRecord) -> bool:
    if "wh_" in record.getMessage():
        record.msg, record.args = without(record.getMessage()), ()
    return True


# Gunicorn names the address of a request that it could not read, or that failed outside of the application.
logging.getLogger("gunicorn.error").addFilter(_masked)
