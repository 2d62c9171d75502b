"""The cookie by which a browser is known again at its next login. It lets nobody in."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, request

from mysignals.services.devices import Browser

from .configured import settings
from .limits import address

_NAME = "mysignals_device"
_LIFETIME = timedelta(days=365)


def browser() -> Browser:
    """What this request says of its sender."""
    return Browser(request.cookies.get(_NAME, ""), request.headers.get("User-Agent", ""), address())


def keep(response: Response, token: str) -> None:
    """Give it to the browser, for another year."""
    response.set_cookie(
        _NAME, token, max_age=_LIFETIME, secure=settings().production, httponly=True, samesite="Lax"
    )  # fmt: skip
