"""How often one may ask: shared by all web processes through Redis (CONTRACT section 1)."""

from __future__ import annotations

import math
import time
from ipaddress import IPv6Address, ip_address

from flask import Flask, Response, request, session
from flask_limiter import Limiter
from limits import parse

from mysignals.services.errors import TooOften

from .configured import settings
from .identity import EPOCH


def address() -> str:
    return request.remote_addr or "unknown"


def network() -> str:
    """Who is counted as one: an address, of IPv6 the /64, all of which one customer has (RFC 6177)."""
    try:
        found = ip_address(address())
    except ValueError:
        return address()
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        return f"{IPv6Address(int(found) >> 64 << 64)}/64"
    return address()


def user_or_address() -> str:
    """Whose budget a request is taken from; reads the session only, no database.

    An ended session has its own: who kept the cookie of one does not use up what its owner may ask.
    """
    user_id = session.get("_user_id")
    return f"user-{user_id}-{session.get(EPOCH, 0)}" if user_id else network()


def _user() -> str:
    """For what only a guard's members come to, so that no new session gives a new budget."""
    return f"user-{session.get('_user_id')}"


_PREFIX, _SIGNALS = "mysignals:limit", "signals"
limiter = Limiter(
    key_func=user_or_address,
    key_prefix=_PREFIX,
    application_limits=[lambda: f"{settings().requests_per_minute} per minute"],
)


def _succeeded(response: Response) -> bool:
    return response.status_code < 300


credentials = limiter.limit(lambda: f"{settings().logins_per_minute} per minute", key_func=network)
"""For what can be guessed or can send mails: counted by address."""

publishing = limiter.shared_limit(
    lambda: f"{settings().signals_per_hour} per hour", scope=_SIGNALS, key_func=_user, deduct_when=_succeeded
)
"""Signals of one provider, spot and futures together; a refused draft costs nothing."""

told_by_mail = limiter.shared_limit(
    lambda: f"{settings().logins_per_minute} per minute", scope="told by mail", key_func=_user, deduct_when=_succeeded
)
"""For changes of keys, each of which sends a mail: hundreds of them would keep the mails of others waiting."""


def count_signal(user_id: int) -> None:
    """A signal that a provider's program publishes: taken from the same hour's budget as `publishing`.

    Raises TooOften, with nothing counted.
    """
    limit, names = parse(f"{settings().signals_per_hour} per hour"), (_PREFIX, f"user-{user_id}", _SIGNALS)
    if not (limiter.limiter.test(limit, *names) and limiter.limiter.hit(limit, *names)):
        left_s = limiter.limiter.get_window_stats(limit, *names).reset_time - time.time()
        raise TooOften("Too many signals in this hour.", max(1, math.ceil(left_s)))


def bind(app: Flask) -> None:
    limiter.init_app(app)
