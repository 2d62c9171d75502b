"""Addresses of static files that change with their content, so that browsers may keep them for a year."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, current_app, request, url_for

_FOR_A_YEAR = "public, max-age=31536000, immutable"
_MARK = "v"


def bind(app: Flask) -> None:
    app.jinja_env.globals["asset"] = asset
    app.after_request(_keep)


def asset(name: str) -> str:
    """`/static/<name>?v=<hash of its content>`."""
    path = Path(current_app.static_folder or "") / name
    return url_for("static", filename=name, v=_hash(path, path.stat().st_mtime_ns))


@lru_cache(256)
def _hash(path: Path, changed_ns: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _keep(response: Response) -> Response:
    if request.endpoint == "static" and _MARK in request.args and response.status_code in (200, 304):
        response.headers["Cache-Control"] = _FOR_A_YEAR
    return response
