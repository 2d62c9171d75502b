"""What the command line ends with, and what it says then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from mysignals_sdk import errors

from .configuration import NotConfigured
from .showing import exact_json

REFUSED, USAGE, NOT_CONFIGURED, NOT_ALLOWED, TOO_OFTEN, NO_ANSWER, NOT_SETTLED, FAILED = range(1, 9)
"""Exit codes; 0 is success. FAILED: it was accepted, and came to nothing on every exchange."""
_HINTS: dict[type[errors.MySignalsError], str] = {
    errors.InvalidApiKey: "Type `mysignals login` with a key that has not been revoked.",
    errors.InvalidSignature: "The secret is not that of the key: type `mysignals login` and give both again.",
    errors.IpNotAllowed: "Add this machine's address to the key, or use a key that is not bound to addresses.",
    errors.InsufficientPermissions: "Make a key that has the permission, then type `mysignals login`.",
    errors.NoAnswer: "Is it running there? Another address goes with --base-url, or with MYSIGNALS_BASE_URL.",
    errors.UnexpectedAnswer: "Another address goes with --base-url, or with MYSIGNALS_BASE_URL.",
    errors.NoExchange: "Connect an exchange account on the server's pages first.",
}


class Failed(click.ClickException):
    """Shown as one sentence on standard error; with `--json` as an object on standard output."""

    def __init__(self, message: str, code: int, body: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.exit_code = code  # type: ignore[misc]  # click reads it off the instance too
        self._body = body

    def show(self, file: Any = None) -> None:
        if self._body is not None:
            click.echo(exact_json(self._body))
        else:
            click.echo(f"mysignals: {self.message}", err=True)


@contextmanager
def explained(*, as_json: bool) -> Iterator[None]:
    """Errors of the SDK become Failed."""
    try:
        yield
    except NotConfigured as no:
        raise Failed(str(no), NOT_CONFIGURED, _body(as_json, "NOT_CONFIGURED", str(no))) from None
    except ValueError as no:
        raise Failed(str(no), USAGE, _body(as_json, "INVALID_REQUEST", str(no))) from None
    except errors.MySignalsError as no:
        body = no.body if isinstance(no, errors.ApiError) else {"success": False, "error": str(no), "code": _name(no)}
        again = {"idempotency_key": no.idempotency_key, "may_have_happened": no.may_have_happened}
        shown = body | (again if no.idempotency_key else {})
        raise Failed(_sentences(no), exit_code(no), shown if as_json else None) from None


def exit_code(error: errors.MySignalsError) -> int:
    match error:
        case errors.RateLimitExceeded():
            return TOO_OFTEN
        case errors.ApiError() if error.status in (401, 403):
            return NOT_ALLOWED
        case errors.ApiError():
            return REFUSED
        case errors.NotSettled():
            return NOT_SETTLED
        case _:
            return NO_ANSWER


def _sentences(error: errors.MySignalsError) -> str:
    said = [error.message if isinstance(error, errors.ApiError) else str(error)]
    if isinstance(error, errors.ApiError):
        said[0] = f"{said[0]} ({error.code})"
        said += [f"  {name}: {rule}" for name, rule in error.fields.items()]
    hint = next((hint for kind, hint in _HINTS.items() if isinstance(error, kind)), None)
    if hint is not None and not error.may_have_happened:
        said.append(hint)
    if error.may_have_happened:
        said.append("It may have been carried out all the same. Repeat it with this, and it is carried out once:")
        said.append(f"  --idempotency-key {error.idempotency_key}")
    return "\n".join(said)


def _body(as_json: bool, code: str, sentence: str) -> dict[str, Any] | None:
    return {"success": False, "error": sentence, "code": code} if as_json else None


def _name(error: errors.MySignalsError) -> str:
    names = {errors.NoAnswer: "NO_ANSWER", errors.NotSettled: "NOT_SETTLED"}
    return names.get(type(error), "UNEXPECTED_ANSWER")
