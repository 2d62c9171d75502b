"""The symbols of other exchanges, kept in a file: ccxt needs them before it can say or understand anything.

`python -m mysignals.exchanges.ccxt_adapter okx bybit` writes the files; every process reads them when it starts.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

from mysignals.exchanges.reading import Unreadable, document, items, mapping

from .markets import market_of


class NotStored(Exception):
    """There is no usable file; the text names it and the cure."""


def place(folder: Path, name: str) -> Path:
    return folder / f"{name}.json"


def written(markets: dict[str, Any] | list[dict[str, Any]]) -> bytes:
    """The descriptions of what we trade, as ccxt makes them."""
    every = markets.values() if isinstance(markets, dict) else markets
    kept = [market for market in every if market_of(market) is not None]
    return orjson.dumps(kept, option=orjson.OPT_INDENT_2)


def read(folder: Path, name: str) -> tuple[dict[str, Any], ...]:
    """The descriptions again; raises NotStored."""
    path = place(folder, name)
    try:
        found = tuple(mapping(market) for market in items(document(path.read_bytes())))
    except (OSError, Unreadable) as why:
        raise NotStored(
            f"the symbols of {name} cannot be read from {path} ({why}); write them with "
            f"`python -m mysignals.exchanges.ccxt_adapter {name}`"
        ) from why
    if not found:
        raise NotStored(f"{path} lists no symbol in USDT; {name} is of no use here")
    return found
