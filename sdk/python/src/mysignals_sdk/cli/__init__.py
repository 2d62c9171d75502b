"""`mysignals`: the developer API on the command line."""

from __future__ import annotations

import sys


def main() -> None:
    try:
        from .commands import mysignals
    except ModuleNotFoundError as missing:
        if missing.name not in ("click", "rich"):
            raise
        print("mysignals: the command line needs more packages: pip install 'mysignals-sdk[cli]'", file=sys.stderr)
        sys.exit(2)
    mysignals()
