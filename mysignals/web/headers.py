"""Headers of every answer: what a browser may do with it, and that nobody keeps a copy."""

from __future__ import annotations

from flask import Flask, Response, request

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    # Mailed links hold tokens, which no other site must learn. Stricter, and forms would send `Origin: null`.
    "Referrer-Policy": "same-origin",
}
_PAGES = {
    # No inline script and no inline style: what somebody managed to write into a page would not run.
    "Content-Security-Policy": "default-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'self'",
    "X-Frame-Options": "DENY",
}


def bind(app: Flask) -> None:
    app.after_request(_add)


def _add(response: Response) -> Response:
    wanted = _ALWAYS | (_PAGES if response.mimetype == "text/html" else {})
    if request.endpoint != "static":
        wanted = wanted | {"Cache-Control": "no-store"}
    for name, value in wanted.items():
        response.headers.setdefault(name, value)
    return response
