"""Parameters of query and body as text, and the numbers, flags and ids in them."""

from decimal import Decimal
from urllib.parse import unquote_plus

from simulator.binance.refusal import Refusal, missing

NUMBER = "^([0-9]{1,20})(\\.[0-9]{1,20})?$"
ID_LETTERS = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
WIDER_ID_LETTERS = ID_LETTERS | frozenset(b".:/")

Parameters = dict[str, str]


def read_parameters(query: bytes, body: bytes) -> Parameters:
    """The query wins where both name a parameter (EXCHANGES 2.2)."""
    found = _read(query) if query else {}
    if body:
        found = {**_read(body), **found}
    return found


def _read(part: bytes) -> Parameters:
    text = part.decode("latin-1")
    pieces = text.split("&")
    if "%" in text or "+" in text:
        found = {unquote_plus(name): unquote_plus(value) for name, _, value in (p.partition("=") for p in pieces)}
    else:
        found = {name: value for name, _, value in (piece.partition("=") for piece in pieces)}
    if len(found) != len(pieces):
        raise Refusal(-1101, "Duplicate values for a parameter detected.")
    return found


def text(params: Parameters, name: str) -> str:
    value = params.get(name)
    if not value:
        raise missing(name)
    return value


def number(params: Parameters, name: str) -> Decimal:
    return as_number(text(params, name), name)


def number_or_zero(params: Parameters, name: str) -> Decimal:
    value = params.get(name)
    return as_number(value, name) if value else Decimal(0)


def as_number(value: str, name: str) -> Decimal:
    """Plain notation only: 1e-05 is refused, as the real one does."""
    whole, dot, fraction = value.partition(".")
    plain = whole.isdecimal() and value.isascii() and len(whole) <= 20 and len(fraction) <= 20
    if plain and (not dot or fraction.isdecimal()):
        return Decimal(value)
    raise Refusal(-1100, f"Illegal characters found in parameter '{name}'; legal range is '{NUMBER}'.")


def places(value: Decimal) -> int:
    """Decimals as sent, without trailing zeros."""
    return max(0, -int(value.normalize().as_tuple().exponent))


def whole_number(params: Parameters, name: str, default: int | None = None) -> int:
    value = params.get(name)
    if not value:
        if default is None:
            raise missing(name)
        return default
    if not (value.isascii() and value.isdecimal()) or len(value) > 18:
        raise Refusal(-1100, f"Illegal characters found in parameter '{name}'; legal range is '^[0-9]{{1,20}}$'.")
    return int(value)


def flag(params: Parameters, name: str) -> bool:
    value = params.get(name, "").lower()
    if value not in ("", "true", "false"):
        raise Refusal(-1100, f"Illegal characters found in parameter '{name}'; legal range is 'true|false'.")
    return value == "true"


def choice(params: Parameters, name: str, allowed: frozenset[str], refusal: Refusal) -> str:
    value = text(params, name)
    if value not in allowed:
        raise refusal
    return value


def is_client_id(value: str, letters: frozenset[int] = ID_LETTERS) -> bool:
    return 1 <= len(value) <= 36 and value.isascii() and letters.issuperset(value.encode())
