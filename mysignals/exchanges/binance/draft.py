"""A Binance call before it is timed and signed."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Draft:
    """`parameters` are percent-encoded and in the order in which they are sent."""

    method: str
    path: str
    parameters: str = ""
    is_signed: bool = True


def encoded(text: str) -> str:
    """Some symbols are not ASCII; a raw one is refused with -1022 (Binance documentation, EXCHANGES 1.5)."""
    return text if text.isascii() and text.isalnum() else quote(text, safe="")
