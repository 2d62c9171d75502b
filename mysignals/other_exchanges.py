"""Exchanges that CCXT_EXCHANGES adds to our own: every process that speaks to exchanges calls this when it starts."""

from __future__ import annotations

from mysignals.exchanges import others
from mysignals.settings import Settings, SettingsError


def offer_other_exchanges(settings: Settings) -> None:
    """Raises SettingsError where one of them cannot be offered; the text says why and what to do."""
    try:
        others.add(settings.ccxt_exchanges, settings.instance / others.FOLDER)
    except others.NotOffered as why:
        raise SettingsError(f"CCXT_EXCHANGES is {','.join(settings.ccxt_exchanges)!r}, but {why}") from why
