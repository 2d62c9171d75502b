"""A form as it was filled in: what was typed, what is wrong with it, and how a refusal is told on the same page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import ParamSpec

from flask import make_response, request
from flask.typing import ResponseReturnValue
from flask_limiter import RateLimitExceeded
from werkzeug.wrappers import Response

from mysignals.services.errors import Invalid, ServiceError
from mysignals.web import csrf
from mysignals.web.errors import seconds_until_allowed, status_of
from mysignals.web.origin import takes_html_forms

from .once import SentBefore

P = ParamSpec("P")
SECRETS = frozenset(
    ("password", "confirm_password", "new_password", "otp", "api_key", "api_secret", "passphrase", "csrf_token", "once")
)
"""Typed anew each time: neither a page nor a session holds them."""
_TOO_OLD = "This page was open for so long that its session has ended. What you typed is still here: send it once more."


@dataclass(frozen=True, slots=True)
class Filled:
    """`values` and `faults` by field; `problem` is what is wrong with the whole.

    `look` is the address where one sees whether it was done before, where that is not known.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""
    look: str = ""

    @classmethod
    def as_sent(cls, faults: Mapping[str, str] | None = None, problem: str = "", look: str = "") -> Filled:
        """What this request's form holds, but for secrets."""
        return cls(typed(), faults or {}, problem, look)

    def value(self, name: str) -> str:
        return self.values.get(name, "")

    def fault(self, name: str) -> str:
        return self.faults.get(name, "")

    def many(self, name: str) -> list[str]:
        """The choices of a field that may have several."""
        return request.form.getlist(name) if name in request.form else self.value(name).split()


Page = Callable[..., str]
"""Renders a form: takes it as Filled, then what the view takes from its path."""


def typed() -> dict[str, str]:
    """The posted fields that may be shown again."""
    return {name: value for name, value in request.form.items() if name not in SECRETS}


def form_of(page: Page) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, Response]]:
    """For a view that takes the form which `page` shows.

    It needs the form's CSRF token. What a service refuses is told on that page, by field where it names fields, with
    everything that was typed.
    """

    def take(view: Callable[P, ResponseReturnValue]) -> Callable[P, Response]:
        @wraps(view)
        def taken(*args: P.args, **kwargs: P.kwargs) -> Response:
            if not csrf.is_right():
                return _again(page(Filled.as_sent(problem=_TOO_OLD), *args, **kwargs), 403)
            try:
                return make_response(view(*args, **kwargs))
            except Invalid as why:
                return _again(page(Filled.as_sent(why.fields), *args, **kwargs), 422)
            except RateLimitExceeded:
                return _too_often(lambda words: page(Filled.as_sent(problem=words), *args, **kwargs))
            except SentBefore as why:
                return _again(page(Filled.as_sent(problem=str(why), look=why.look), *args, **kwargs), status_of(why))
            except ServiceError as why:
                return _again(page(Filled.as_sent(problem=str(why)), *args, **kwargs), status_of(why))

        return takes_html_forms(taken)

    return take


def _too_often(page: Callable[[str], str]) -> Response:
    seconds = seconds_until_allowed()
    response = _again(page(f"Too many tries from your address. Try again in {seconds} seconds."), 429)
    response.headers["Retry-After"] = str(seconds)
    return response


def _again(page: str, status: int) -> Response:
    return make_response(page, status)
