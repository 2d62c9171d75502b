"""`python -m mysignals.exchanges.ccxt_adapter okx bybit`: ask these exchanges what they list, and keep it.

A tool of the operator, and the only place where ccxt opens a socket.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from .library import Missing, ccxt, exchange_class
from .stored import place, written

FOLDER = "ccxt"
"""Below MYSIGNALS_INSTANCE."""


def main(names: list[str]) -> int:
    folder = Path(os.environ.get("MYSIGNALS_INSTANCE", "").strip() or "instance") / FOLDER
    if not names:
        print("name the exchanges: python -m mysignals.exchanges.ccxt_adapter okx bybit", file=sys.stderr)
        return 2
    try:
        for name in names:
            exchange = exchange_class(name)({"options": {"fetchMarkets": {"types": ["spot", "swap", "linear"]}}})
            path = place(folder, name)
            folder.mkdir(parents=True, exist_ok=True)
            path.write_bytes(written(exchange.load_markets()))
            print(f"{path} is written")
    except (Missing, OSError) as why:
        print(f"mysignals: {why}", file=sys.stderr)
        return 1
    except ccxt().BaseError as why:
        print(f"mysignals: the exchange did not tell what it lists: {why}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
