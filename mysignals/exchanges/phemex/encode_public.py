"""What all APIs share and anybody may ask: rules and time (EXCHANGES 6.5)."""

from __future__ import annotations

from mysignals.domain.intents import ReadRules, ReadTime

from .draft import Draft


def read_rules(_: ReadRules) -> Draft:
    """One answer lists spot and both kinds of contracts."""
    return Draft("GET", "/public/products", is_signed=False)


def read_time(_: ReadTime) -> Draft:
    return Draft("GET", "/public/time", is_signed=False)
