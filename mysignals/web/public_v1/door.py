"""The door of /v1: who signed, from where, for what, with which plan, and how often (CONTRACT section 2)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, request

from mysignals import clock
from mysignals.domain.signature import is_signed
from mysignals.services import api_callers, api_use
from mysignals.services.api_callers import Caller
from mysignals.services.api_use import Beside, Budget
from mysignals.web.limits import address, limiter, network
from mysignals.web.origin import knows_no_session

from . import hidden_token, paths
from .addresses import is_listed
from .answers import Code, Refused

WINDOW_S = 300
_TIMESTAMP = re.compile(r"[0-9]{1,12}", re.ASCII)
_PERMISSION = "v1_permission"
_READS = "v1_reads"
_UNSIGNED = ""
View = TypeVar("View", bound=Callable[..., Any])


def needs(permission: str, reads: Callable[[Caller], list[str]] | None = None) -> Callable[[View], View]:
    """For views that a key with `permission` may use.

    `reads` names what the view will ask Redis for: of a caller who is remembered it comes with the trip that counts the
    request, and is had from `beside`.
    """

    def mark(view: View) -> View:
        setattr(view, _PERMISSION, permission)
        setattr(view, _READS, reads)
        limiter.exempt(view)  # The key has a limit of its own, and one trip to Redis is enough.
        return knows_no_session(view)

    return mark


def unsigned(view: View) -> View:
    """For views that look themselves who is asking."""
    return needs(_UNSIGNED)(view)


def permission_of(view: Callable[..., Any]) -> str | None:
    """What a key needs for `view`: empty for one that is not signed, None for one that is none of ours."""
    found: str | None = getattr(view, _PERMISSION, None)
    return found


def caller() -> Caller:
    """Whose key signed this request."""
    found: Caller = g.v1_caller
    return found


def beside() -> Beside | None:
    """What the view's `reads` has named, as far as it was read already."""
    found: Beside | None = g.get("v1_beside")
    return found


def bind(app: Flask) -> None:
    app.before_request(_enter)
    app.after_request(_tell_limit)


def check_marks(app: Flask) -> None:
    """Raises where a view has no mark: none is served unsigned by oversight."""
    for rule in app.url_map.iter_rules():
        if paths.covers(rule.rule) and not hasattr(app.view_functions[rule.endpoint], _PERMISSION):
            raise RuntimeError(f"{rule.rule} says neither which permission it needs nor that it is unsigned")


def _enter() -> None:
    """Also for addresses and methods that are not there: who may not come in learns nothing about them."""
    if not paths.covers(request.path):
        return
    view = current_app.view_functions.get(request.endpoint or "")
    wanted = None if view is None else permission_of(view)
    if wanted == _UNSIGNED or (view is None and hidden_token.token()):
        return  # Another method at the address of a webhook, which nobody signs.
    found, budget = _known(getattr(view, _READS, None)) or _looked_up()
    g.v1_caller, g.v1_budget = found, budget
    _admit(found, wanted)
    if not budget.is_allowed:
        raise too_often(budget, f"This key may ask {budget.limit} times a minute")


def _known(reads: Callable[[Caller], list[str]] | None) -> tuple[Caller, Budget] | None:
    """Who was here a moment ago, signs rightly, and of whom nothing has changed since; all others are looked up."""
    found = api_callers.remembered(request.headers.get("X-API-Key", ""))
    if found is None or found.version is None or not _is_timely(clock.now_ms() // 1000) or not _fits(found.secret):
        return None
    names = reads(found) if reads else []
    taken = api_use.take_remembered(found.key_id, found.rate_limit, address(), found.user_id, found.version, names)
    if taken is None:
        return None
    budget, g.v1_beside = taken
    return found, budget


def _looked_up() -> tuple[Caller, Budget]:
    found = _authenticated()
    return found, api_use.take(found.key_id, found.rate_limit, address())


def _authenticated() -> Caller:
    """Raises Refused. An unknown key takes as long as a wrong signature."""
    found = api_callers.find(request.headers.get("X-API-Key", ""))
    fits = _fits(found.secret if found else api_callers.nobodys_secret())
    if found is None:
        raise failed(Code.INVALID_API_KEY, "There is no such API key, or it was revoked or has expired.")
    now = clock.now_ms() // 1000
    if not _is_timely(now):
        sentence = f"X-Timestamp must be the Unix time in seconds, within {WINDOW_S} s of server_time."
        raise failed(Code.TIMESTAMP_EXPIRED, sentence, {"server_time": now})
    if not fits:
        sentence = "X-Signature is not the hex HMAC-SHA256 of timestamp + METHOD + path + body with your secret."
        raise failed(Code.INVALID_SIGNATURE, sentence)
    return found


def _fits(secret: str) -> bool:
    timestamp, given = request.headers.get("X-Timestamp", ""), request.headers.get("X-Signature", "")
    return is_signed(secret, timestamp, request.method, paths.signable(), request.get_data(), given)


def _is_timely(now_s: int) -> bool:
    timestamp = request.headers.get("X-Timestamp", "")
    return _TIMESTAMP.fullmatch(timestamp) is not None and abs(now_s - int(timestamp)) <= WINDOW_S


def _admit(found: Caller, wanted: str | None) -> None:
    if found.addresses and not is_listed(address(), found.addresses):
        raise Refused(Code.IP_NOT_ALLOWED, f"This key may not be used from {address()}.")
    if wanted and wanted not in found.permissions:
        raise Refused(Code.INSUFFICIENT_PERMISSIONS, f"This key does not have the permission {wanted}.")
    admit_plan(is_activated=found.is_activated, is_pro=found.is_pro)


def admit_plan(*, is_activated: bool, is_pro: bool) -> None:
    if not is_activated:
        raise Refused(Code.SUBSCRIPTION_REQUIRED, "Your account is not active.")
    if not is_pro:
        raise Refused(Code.SUBSCRIPTION_REQUIRED, "The developer API needs an active pro plan.")


def failed(code: Code, sentence: str, more: dict[str, Any] | None = None) -> Refused:
    """Counted by address. Who signs rightly is not kept out for what others do from there."""
    g.v1_budget = budget = api_use.fail(network())
    if not budget.is_allowed:
        return too_often(budget, "Too many requests from your address failed authentication")
    return Refused(code, sentence, more)


def too_often(budget: Budget, sentence: str) -> Refused:
    wait = str(budget.wait_s)
    return Refused(Code.RATE_LIMIT_EXCEEDED, f"{sentence}; try again in {wait} seconds.", headers={"Retry-After": wait})


def _tell_limit(response: Response) -> Response:
    budget: Budget | None = g.get("v1_budget")
    if budget is not None:
        response.headers["X-RateLimit-Limit"] = str(budget.limit)
        response.headers["X-RateLimit-Remaining"] = str(budget.remaining)
        response.headers["X-RateLimit-Reset"] = str(budget.resets_at)
    return response
