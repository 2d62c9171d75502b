"""A request's body and query as checked values; every fault at once, by field, in plain words."""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn, TypeVar

from flask import request
from pydantic import BaseModel, ValidationError

from mysignals.domain import payment
from mysignals.services.errors import Invalid

from .errors import Unprocessable
from .sentences import sentence_for

M = TypeVar("M", bound=BaseModel)
_LAST_PAGE = 10**12
"""No list is that long, and the database can still count so far."""
_DEEPEST = 100
_TEXT = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)


def body(form: type[M]) -> M:
    """The JSON body as `form`; raises Unprocessable (400) or Invalid (422)."""
    if request.mimetype != "application/json":
        raise Unprocessable("Send the body as JSON, with Content-Type: application/json.")
    return _checked(form, _object(request.get_data()))


def optional_body(form: type[M]) -> M:
    """As `body`; a request without any body is an empty object."""
    return body(form) if request.get_data(cache=True) else _checked(form, {})


def json_or_text(form: type[M]) -> M:
    """As `body`, for senders that call their JSON `text/plain`."""
    if request.mimetype not in ("application/json", "text/plain"):
        raise Unprocessable("Send the body as JSON, with Content-Type: application/json or text/plain.")
    return _checked(form, _object(request.get_data()))


def html_form(form: type[M]) -> M:
    """The fields of a posted HTML form as `form`; raises Invalid."""
    return _checked(form, request.form.to_dict())


def page() -> int:
    """`?page=`, 1 where it is not given; raises Invalid."""
    return min(_whole(request.args.get("page", "1"), "page"), _LAST_PAGE)


def query_id(name: str) -> int | None:
    """A positive number of the query that may be missing; raises Invalid."""
    raw = request.args.get(name)
    return None if raw is None else min(_whole(raw, name), 2**63 - 1)


def query_tx_hash() -> str | None:
    """`?tx_hash=` in lower case, None where it is missing or empty; raises Invalid."""
    raw = request.args.get("tx_hash", "")
    found = payment.tx_hash(raw)
    if raw and found is None:
        raise Invalid({"tx_hash": "Must be the hash of a transaction: 0x and 64 hex digits."})
    return found


def query_choice(name: str, allowed: list[str]) -> str | None:
    """One of `allowed`, or None where the query does not name it; raises Invalid."""
    raw = request.args.get(name)
    if raw is not None and raw not in allowed:
        raise Invalid({name: f"Must be one of {', '.join(allowed)}."})
    return raw


def _whole(raw: str, name: str) -> int:
    if not (raw.isascii() and raw.isdigit() and len(raw) <= 4000) or not (number := int(raw)):
        raise Invalid({name: "Must be a whole number from 1."})
    return number


def _checked(form: type[M], values: dict[str, Any]) -> M:
    try:
        return form.model_validate(values, context=values)
    except ValidationError as error:
        faults: dict[str, str] = {}
        for fault in error.errors(include_url=False, include_input=False):
            name = ".".join(str(part) for part in fault["loc"])
            faults.setdefault(name, sentence_for(fault))
    raise Invalid(faults)


def _object(raw: bytes) -> dict[str, Any]:
    try:
        text = raw.decode("utf-8")
        if _is_too_deep(text):
            raise Unprocessable("The body is nested too deeply.")
        found = json.loads(
            text,
            parse_float=_exact,
            parse_constant=_refuse_constant,
            object_pairs_hook=_without_duplicates,
        )
    except ValueError:
        raise Unprocessable("The body is not JSON.") from None
    if not isinstance(found, dict):
        raise Unprocessable("The body must be a JSON object.")
    return found


def _is_too_deep(text: str) -> bool:
    """Counted here: what Python itself bears changes while it runs, for a library of web3 sets its recursion limit."""
    if text.count("[") + text.count("{") <= _DEEPEST:
        return False
    depth = 0
    for bracket in re.findall(r"[\[\]{}]", _TEXT.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        if depth > _DEEPEST:
            return True
    return False


def _exact(digits: str) -> Decimal:
    try:
        return Decimal(digits)
    except InvalidOperation:
        raise Unprocessable("The body holds a number that nobody can read.") from None


def _refuse_constant(name: str) -> NoReturn:
    raise Unprocessable(f"{name} is not JSON.")


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Unprocessable("The body names a key twice.")
    return found
