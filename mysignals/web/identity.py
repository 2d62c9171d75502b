"""Who is asking: the session names a user and the epoch of their password."""

from __future__ import annotations

from flask import Flask, current_app, session
from flask_login import current_user, login_user

from mysignals import clock
from mysignals.extensions import login_manager
from mysignals.models import User
from mysignals.services import devices, ended_sessions, people

EPOCH = "epoch"
_BROWSER, _BEGAN = "browser", "began"


def bind(app: Flask) -> None:
    """Nothing but the session id identifies a caller here: no tokens, no remember-me cookie."""
    login_manager.session_protection = None
    login_manager.user_loader(_from_session)


def caller() -> User | None:
    """The user of this request's session, activated or not."""
    user = current_user._get_current_object()  # noqa: SLF001 - how werkzeug names what stands behind a proxy
    return user if isinstance(user, User) else None


def begin_session(user: User, epoch: int, device_token: str = "") -> None:
    """Log `user` in under a session id nobody has seen before.

    `epoch` is that of the transaction which let them in: another password may have been chosen since its commit.
    `device_token` is that of the browser they have logged in with; empty where a session of theirs goes on.
    """
    going_on = session.get(_BROWSER, "") if session.get("_user_id") == str(user.id) else ""
    browser = devices.mark(device_token) if device_token else going_on
    session.clear()
    session.update({EPOCH: epoch, _BROWSER: browser, _BEGAN: clock.now_ms()})
    current_app.session_interface.regenerate(session)  # type: ignore[attr-defined]
    login_user(user, force=True)


def end_session() -> None:
    session.clear()


def _from_session(user_id: str) -> User | None:
    browser = session.get(_BROWSER)
    if browser and ended_sessions.is_over(int(user_id), browser, session.get(_BEGAN, 0)):
        return None
    return people.of_session(int(user_id), session.get(EPOCH, -1))
