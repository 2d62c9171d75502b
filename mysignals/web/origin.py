"""State changes come from our own pages, as JSON, or not from a browser at all (CONTRACT section 1)."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, request

from mysignals.services.errors import NotAllowed

from .configured import settings

_CHANGING = {"POST", "PUT", "PATCH", "DELETE"}


def bind(app: Flask) -> None:
    app.before_request(_refuse_foreign_origin)


def _refuse_foreign_origin() -> None:
    origin = request.headers.get("Origin")
    if request.method in _CHANGING and origin is not None and origin not in _ours():
        raise NotAllowed("This request was started by a page of another site.")


def _ours() -> set[str]:
    address = urlsplit(settings().base_url)
    ours = {f"{address.scheme}://{address.netloc}"}
    if not settings().production:
        # On one machine people say localhost as well as 127.0.0.1.
        ours.add(f"{request.scheme}://{request.host}")
    return ours
