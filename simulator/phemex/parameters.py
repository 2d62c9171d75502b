"""Parameters of query and JSON body, and the numbers, flags and words in them.

Values of a query are text, those of a body what JSON made of them: both are read alike.
"""

from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import unquote_plus

import orjson

from simulator.phemex.refusal import Refusal, malformed, missing

Parameters = dict[str, Any]
MOST_ID = 40


def read_query(query: bytes) -> Parameters:
    """A name that comes twice has its values joined with a comma: both spellings of a list are in use."""
    found: Parameters = {}
    if not query:
        return found
    text = query.decode("latin-1")
    for piece in text.split("&"):
        name, _, value = piece.partition("=")
        if "%" in piece or "+" in piece:
            name, value = unquote_plus(name), unquote_plus(value)
        found[name] = f"{found[name]},{value}" if name in found else value
    return found


def read_body(body: bytes) -> Parameters:
    try:
        found = orjson.loads(body or b"{}")
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise Refusal(30000, "Please double check input arguments")
    return found


def text(params: Parameters, name: str) -> str:
    value = params.get(name)
    if value is None or value == "":
        raise missing(name)
    return str(value)


def text_or(params: Parameters, name: str, default: str) -> str:
    value = params.get(name)
    return default if value is None or value == "" else str(value)


def words(params: Parameters, name: str) -> list[str]:
    """A comma list; empty where the parameter is absent."""
    return [word for word in text_or(params, name, "").split(",") if word]


def integer(params: Parameters, name: str, default: int | None = None) -> int:
    value = params.get(name)
    if value is None or value == "":
        if default is None:
            raise missing(name)
        return default
    if isinstance(value, str) and value.removeprefix("-").isdecimal() and value.isascii() and len(value) <= 20:
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise malformed(name)


def number(params: Parameters, name: str, default: Decimal | None = None) -> Decimal:
    """Plain notation as text; a JSON number is taken too."""
    value = params.get(name)
    if value is None or value == "":
        if default is None:
            raise missing(name)
        return default
    if isinstance(value, bool) or (isinstance(value, str) and "e" in value.lower()):
        raise malformed(name)
    try:
        read = Decimal(str(value))
    except InvalidOperation:
        raise malformed(name) from None
    if not read.is_finite():
        raise malformed(name)
    return read


def flag(params: Parameters, name: str) -> bool:
    value = params.get(name)
    if value is None or value == "":
        return False
    if isinstance(value, bool):
        return value
    if str(value).lower() in ("true", "false"):
        return str(value).lower() == "true"
    raise malformed(name)


def client_id(params: Parameters, name: str = "clOrdID") -> str:
    """At most 40 characters; which ones is undocumented, so none is refused. Empty where none was sent."""
    value = text_or(params, name, "")
    if len(value) > MOST_ID:
        raise malformed(name)
    return value
