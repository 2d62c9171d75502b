"""GET /docs and /openapi.json: what the API takes and answers, to read and to try, without asking any other host."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, abort, current_app, request

from .openapi.document import document, written

docs = Blueprint("v1_docs", __name__)
_STATIC = Path(__file__).parents[3] / "static"
_VENDORED = _STATIC / "vendor" / "swagger-ui-dist"
_OURS = _STATIC / "api_docs"
_FILES = {
    "swagger-ui.css": _VENDORED,
    "swagger-ui-bundle.js": _VENDORED,
    "swagger-ui-bundle.js.LICENSE.txt": _VENDORED,
    "LICENSE": _VENDORED,
    "docs.css": _OURS,
    "docs.js": _OURS,
    "access.css": _OURS,
    "access.js": _OURS,
}
"""Served here and not below /static, which public_api.py has none of."""
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
_MADE = "document of /v1"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
"""Nothing that another page or a text of a description brings along is run, and nothing can be sent elsewhere."""


@docs.get("/openapi.json")
def openapi() -> Response:
    return Response(_document(), mimetype="application/json")


@docs.get("/docs")
def page() -> Response:
    response = _sent(_OURS / "docs.html")
    response.headers["Content-Security-Policy"] = _POLICY
    return response


@docs.get("/docs/<name>")
def file(name: str) -> Response:
    folder = _FILES.get(name)
    if folder is None:
        abort(404)
    return _sent(folder / name)


def _sent(place: Path) -> Response:
    response = Response(place.read_bytes(), mimetype=_TYPES.get(place.suffix, "text/plain"))
    # Asked for again each time, and sent again only where it has changed.
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


def _document() -> bytes:
    """Made once: the views of an app do not change."""
    if _MADE not in current_app.extensions:
        current_app.extensions[_MADE] = written(document(current_app))
    found: bytes = current_app.extensions[_MADE]
    return found
