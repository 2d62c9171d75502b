"""Answers as a fault on their way leaves them: real ones with parts changed, JSON without likeness, any bytes."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Sequence
from typing import Any

import orjson

Dice = random.Random
ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 7, 1 << 63, 9999999999999999999, 1e308, 1e30, 0.1, "", "-", "7", "NaN", "-Infinity",
    "1e999999999", "0E+999999", "1e30", "1" * 5000, "0x10", "٣", "-0", "sNaN", "1_000", " 1", "\x00", [], {}, [[]],
    [None], {"a": {}}, {"code": None}, "{",
)  # fmt: skip
"""What stands where something else is documented; each has once broken a reader of numbers, texts or rows."""

STATUSES = (200, 200, 200, 201, 204, 302, 400, 401, 403, 404, 408, 409, 418, 429, 500, 502, 503, 504, 0, 999)
DEEPEST = 3
TOO_LONG_OR_TOO_DEEP = (
    b"[" * 200_000, b'{"a":' * 200_000, b'{"data":' * 200_000, b"9" * 100_000, b'{"code":' + b"-9" * 9_000 + b"}",
    b'{"code":' + b"9" * 9_000 + b"}", b'{"id":' + b"9" * 9_000 + b"}", b'{"code":"' + b"0" * 90_000 + b'"}',
    b'{"code":"00000","data":' + b"[" * 900 + b"]" * 900 + b"}", b'{"code":"0","data":[' + b"[" * 900 + b"]" * 901,
)  # fmt: skip
UNREADABLE = (b"", b"{", b"null", b'{"code":"00000"', b'{"code":{}}', b"<html>")


def near_valid(dice: Dice, answers: Sequence[Any], odd: Sequence[Any]) -> bytes:
    """A real answer with up to three parts changed; one in ten is cut off besides."""
    document = dice.choice(answers)
    for _ in range(dice.randrange(1, 4)):
        document = changed(dice, document, odd)
    body = orjson.dumps(document)
    return body if dice.random() < 0.9 else body[: dice.randrange(len(body))]


def changed(dice: Dice, value: Any, odd: Sequence[Any], spared: Collection[str] = ()) -> Any:
    """The same document with one part of it retyped, left out or repeated; the keys that are `spared` stay."""
    if isinstance(value, list) and value:
        return _list_changed(dice, value, odd, spared)
    names = [name for name in value if name not in spared] if isinstance(value, dict) else []
    if not names or dice.random() < 0.1:
        return _retyped(dice, value, odd)
    full = [name for name in names if isinstance(value[name], dict | list)]
    name = dice.choice(full if full and dice.random() < 0.6 else names)
    if dice.random() < 0.15:
        return {key: part for key, part in value.items() if key != name}
    return {**value, name: changed(dice, value[name], odd, spared)}


def _list_changed(dice: Dice, value: list[Any], odd: Sequence[Any], spared: Collection[str]) -> Any:
    place, how = dice.randrange(len(value)), dice.random()
    before, part, after = value[:place], value[place], value[place + 1 :]
    if how < 0.1:
        return _retyped(dice, value, odd)
    if how < 0.2:
        return [*before, *after]
    if how < 0.3:
        return [*before, part, part, *after]
    return [*before, changed(dice, part, odd, spared), *after]


def _retyped(dice: Dice, value: Any, odd: Sequence[Any]) -> Any:
    wrapped: Callable[[Any], Any] = dice.choice((str, lambda part: [part], lambda part: {"0": part}))
    return dice.choice(odd) if dice.random() < 0.8 else wrapped(value)


def any_json(dice: Dice, keys: Sequence[str], odd: Sequence[Any], depth: int = 0) -> Any:
    """Without any likeness but for its keys."""
    kind = dice.random()
    if depth > DEEPEST or (depth and kind < 0.3):
        return dice.choice(odd)
    if kind < 0.4:
        return "".join(chr(dice.randrange(1, 0x2FFF)) for _ in range(dice.randrange(8)))
    if kind < 0.5:
        return dice.choice((dice.random(), dice.randrange(-(1 << 62), 1 << 62)))
    parts = [any_json(dice, keys, odd, depth + 1) for _ in range(dice.randrange(4))]
    return parts if kind < 0.65 else {dice.choice(keys): part for part in parts}
