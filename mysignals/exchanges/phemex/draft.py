"""A Phemex call before it is timed and signed."""

from __future__ import annotations

import re
from dataclasses import dataclass

_WORD = re.compile(r"[A-Za-z0-9_.-]{1,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Draft:
    """`query` is in the order in which it is sent; `body` is JSON. One of the two is empty."""

    method: str
    path: str
    query: str = ""
    body: str = ""
    is_signed: bool = True


def word(text: str) -> str:
    """A symbol or id as it is. Raises ValueError where it would need escaping.

    Nobody tells how a query with escaped characters is signed (EXCHANGES 1.5, 11), and what needs none in a query
    needs none in JSON. Symbols that are no words are left out of the rules, our ids are words by their making.
    """
    if _WORD.fullmatch(text) is None:
        raise ValueError("not a word that can be sent as it is")
    return text
