"""A Binance call before it is timed and signed."""

from __future__ import annotations

from urllib.parse import quote

from mysignals.domain.value import value


@value
class Draft:
    """`parameters` are percent-encoded and in the order in which they are sent."""

    method: str
    path: str
    parameters: str = ""
    is_signed: bool = True


def encoded(text: str) -> str:
    """Some symbols are not ASCII; a raw one is refused with -1022 (Binance documentation, EXCHANGES 1.5)."""
    # Our own ids have a dash, which is not encoded; `quote` costs ten times as much as to see that.
    return text if text.isascii() and text.replace("-", "").isalnum() else quote(text, safe="")
