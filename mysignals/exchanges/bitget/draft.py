"""A Bitget call before it is timed and signed."""

from __future__ import annotations

from dataclasses import dataclass
from json.encoder import encode_basestring_ascii as quoted
from urllib.parse import quote

__all__ = ["Draft", "encoded", "quoted"]


@dataclass(frozen=True, slots=True)
class Draft:
    """`query` is percent-encoded and in the order in which it is sent; `fields` is a JSON object without its braces.

    `has_deadline` adds `requestTime` and `receiveWindow`, which bind an order of API v2 to its own deadline;
    `may_outlive` says that the documents do not name them for this call, so that nobody relies on them.
    `is_history` adds the span of time that is looked through.
    """

    method: str
    path: str
    query: str = ""
    fields: str = ""
    is_signed: bool = True
    has_deadline: bool = False
    may_outlive: bool = False
    is_history: bool = False


def encoded(text: str) -> str:
    """Both readings of EXCHANGES 1.5 agree while nothing is escaped; else the escaped text is signed and sent."""
    return text if text.isascii() and text.isalnum() else quote(text, safe="")
