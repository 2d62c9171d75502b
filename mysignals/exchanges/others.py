"""Exchanges that a setting adds to our own: spoken to through ccxt, with symbols from stored files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from mysignals.domain.market import Market
from mysignals.domain.reasons import DISPLAY_NAMES

from .ccxt_adapter import Offered, offer
from .ccxt_adapter.dialect import CcxtDialect
from .ccxt_adapter.library import Missing
from .ccxt_adapter.stored import NotStored, read
from .dialect import Dialect
from .registry import EXCHANGES, Exchange

FOLDER = "ccxt"
"""Below the instance folder."""


class NotOffered(Exception):
    """One of the names cannot be offered; the text says why and what to do."""


def add(names: Iterable[str], folder: Path) -> None:
    """Register them for this process; raises NotOffered. Adding one again changes nothing."""
    for name in names:
        if name in EXCHANGES and _is_other(name):
            continue
        if name in EXCHANGES:
            raise NotOffered(f"{name} is spoken to without ccxt; leave it out")
        try:
            offered = offer(name, read(folder, name))
        except (Missing, NotStored) as why:
            raise NotOffered(str(why)) from why
        EXCHANGES[name] = _exchange(offered)
        DISPLAY_NAMES[name] = offered.display_name


def _is_other(name: str) -> bool:
    every = (dialect for dialects in EXCHANGES[name].dialects.values() for dialect in dialects.values())
    return all(isinstance(dialect, CcxtDialect) for dialect in every)


def _exchange(offered: Offered) -> Exchange:
    dialects: dict[Market, Dialect] = dict(offered.dialects)
    return Exchange(
        {"": dialects}, offered.base_url, offered.rules, offered.needs_passphrase, environments=offered.environments
    )
