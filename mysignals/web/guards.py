"""Who may come in: signed in, activated, with a role. What fails is told by errors.py."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import g

from mysignals.models import User
from mysignals.services.errors import NotAllowed

from .errors import NotLoggedIn
from .identity import caller

P = ParamSpec("P")
R = TypeVar("R")


def signed_in(view: Callable[P, R]) -> Callable[P, R]:
    """For everybody with a session, activated or not."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        _signed_in()
        return view(*args, **kwargs)

    return guarded


def active(view: Callable[P, R]) -> Callable[P, R]:
    """For those who answered their activation mail."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        _active()
        return view(*args, **kwargs)

    return guarded


def only(role: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """For activated users of one role."""

    def guard(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if _active().role != role:
                raise NotAllowed(f"This needs the role {role}, which your account does not have.")
            return view(*args, **kwargs)

        return guarded

    return guard


def member() -> User:
    """The user a guard let in."""
    user: User = g.member
    return user


def _signed_in() -> User:
    user = caller()
    if user is None:
        raise NotLoggedIn("Log in first.")
    g.member = user
    return user


def _active() -> User:
    user = _signed_in()
    if not user.is_activated:
        raise NotAllowed("Your account is not active yet: follow the link in the mail we sent you.")
    return user
