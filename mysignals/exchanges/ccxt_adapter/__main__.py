"""`python -m mysignals.exchanges.ccxt_adapter okx bybit`: ask these exchanges what they list, and keep it.

A tool of the operator, and the only place where ccxt opens a socket.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .library import Missing, ccxt, exchange_class
from .stored import place, written

FOLDER = "ccxt"
"""Below MYSIGNALS_INSTANCE."""


def main(names: list[str], opened: Callable[[str], Any] = exchange_class) -> int:
    """`opened(name)` is the class of the exchange. The exit code: 1 where one of them could not be stored."""
    folder = Path(os.environ.get("MYSIGNALS_INSTANCE", "").strip() or "instance") / FOLDER
    if not names:
        print("name the exchanges: python -m mysignals.exchanges.ccxt_adapter okx bybit", file=sys.stderr)
        return 2
    try:
        for name in names:
            _store(opened(name)(), folder, name)
    except (Missing, OSError) as why:
        print(f"mysignals: {why}", file=sys.stderr)
        return 1
    except ccxt().BaseError as why:
        print(f"mysignals: the exchange did not tell what it lists: {why}", file=sys.stderr)
        return 1
    return 0


def _store(exchange: Any, folder: Path, name: str) -> None:
    # Coins and their networks would be one answer more, and some exchanges tell them to a key only.
    exchange.has["fetchCurrencies"] = False
    told = written(exchange.load_markets())
    folder.mkdir(parents=True, exist_ok=True)
    place(folder, name).write_bytes(told)
    print(f"{place(folder, name)} is written")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
