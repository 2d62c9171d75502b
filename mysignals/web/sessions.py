"""Sessions live in Redis as JSON; a session that cannot be read is no session, and without Redis there is none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import orjson
from flask import Flask, Request, Response, request, session
from flask.sessions import NullSession, SessionInterface
from flask_session.redis import RedisSessionInterface
from redis import RedisError

WITHOUT_A_SESSION = ("health", "static")
"""What answers while Redis is away."""
_WITHOUT = "paths without sessions"
_OF_NOBODY = timedelta(hours=2)
"""A form is filled in by then. Anybody can begin such sessions, and for fourteen days they would fill the memory."""


class SessionsAway(Exception):
    """Redis does not answer: nobody can be known, and nothing remembered."""


class Without(NullSession):
    """Of a request that knows no session: always empty, and nothing is asked or stored for it."""


class NoSessions(SessionInterface):
    """For an app none of whose views knows a session."""

    def open_session(self, app: Flask, request: Request) -> Without:
        return Without()


class _Json:
    """Flask-Session's own serializer falls back to pickle, which runs whatever Redis holds."""

    def encode(self, session: dict[str, Any]) -> bytes:
        return orjson.dumps(dict(session))

    def decode(self, data: bytes) -> dict[str, Any]:
        try:
            found = orjson.loads(data)
        except orjson.JSONDecodeError:
            return {}
        return found if isinstance(found, dict) else {}


class _Sessions(RedisSessionInterface):
    """Those of Flask-Session; while Redis is away a request has a session that is empty and takes nothing."""

    def open_session(self, app: Flask, request: Request) -> Any:
        if app.extensions[_WITHOUT](request.path):
            return Without()
        try:
            return super().open_session(app, request)
        except RedisError:
            return NullSession()

    def save_session(self, app: Flask, session: Any, response: Response) -> None:
        try:
            super().save_session(app, session, response)
        except RedisError as why:
            session.modified = False  # The answer that says so must not try again.
            raise SessionsAway from why

    def _upsert_session(self, session_lifetime: timedelta, session: Any, store_id: str) -> None:
        is_somebodys = "_user_id" in session
        super()._upsert_session(session_lifetime if is_somebodys else _OF_NOBODY, session, store_id)


def leave_out(app: Flask, covers: Callable[[str], bool]) -> None:
    """No session is looked up or stored for paths that `covers`."""
    app.extensions[_WITHOUT] = covers


def bind(app: Flask) -> None:
    app.session_interface = _Sessions(
        app, client=app.config["SESSION_REDIS"], key_prefix=app.config["SESSION_KEY_PREFIX"], permanent=True
    )
    app.session_interface.serializer = _Json()
    app.before_request(_need_sessions)


def _need_sessions() -> None:
    """Told before anything is done, and before anybody else waits for Redis."""
    where = request.blueprint or request.endpoint
    if type(session) is NullSession and where not in WITHOUT_A_SESSION:
        raise SessionsAway
