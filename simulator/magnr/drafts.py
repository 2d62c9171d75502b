"""Reads the body of a new trade. Unknown parameters are ignored; numbers are JSON numbers (EXCHANGES 1.4, 7)."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any

import orjson

from simulator.magnr.records import ZERO, Draft
from simulator.magnr.refusal import Refusal

PAIRS = {"LOCAL": "BTCUSD", "Bitstamp": "BTCUSD", "Bitfinex": "BTCUSD", "ItBit": "XBTUSD"}
SIDES = ("buy", "sell")  # case sensitive
LEVERAGES = frozenset({10, 5, 2})
MOST_PLACES = 8  # a satoshi; more is the noise of a binary fraction


def read_draft(body: bytes) -> Draft:
    try:
        asked = orjson.loads(body)
    except orjson.JSONDecodeError as problem:
        raise Refusal(400, "The body is not JSON") from problem
    if not isinstance(asked, dict):
        raise Refusal(400, "The body must be an object")
    exchange = _choice(asked, "exchange", PAIRS)
    pair = _choice(asked, "pair", (PAIRS[exchange],))
    side = _choice(asked, "side", SIDES)
    if asked.get("type", "market") != "market":
        raise _invalid("type")
    return Draft(
        side, _number(asked, "size"), exchange, pair, _leverage(asked.get("leverage", 10)),
        _number(asked, "stop_margin"), _number(asked, "take"),
    )  # fmt: skip


def _choice(asked: dict[str, Any], name: str, allowed: Collection[str]) -> str:
    sent = asked.get(name)
    if not isinstance(sent, str) or sent not in allowed:
        raise _invalid(name)
    return sent


def _leverage(sent: Any) -> int:
    if isinstance(sent, bool) or not isinstance(sent, int | float) or sent not in LEVERAGES:
        raise _invalid("leverage")
    return int(sent)


def _number(asked: dict[str, Any], name: str) -> Decimal:
    """Above zero; zero itself stands for one that was left out."""
    sent = asked.get(name)
    if sent is None and name != "size":
        return ZERO
    if isinstance(sent, bool) or not isinstance(sent, int | float):
        raise _invalid(name)
    number = Decimal(str(sent))
    if number <= 0 or -int(number.normalize().as_tuple().exponent) > MOST_PLACES:
        raise _invalid(name)
    return number


def _invalid(name: str) -> Refusal:
    return Refusal(400, f"Missing or invalid parameter: {name}")
