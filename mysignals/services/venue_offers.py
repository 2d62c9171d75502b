"""Which exchanges one may connect here, and what each asks for."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app

from mysignals.domain.reasons import display_name
from mysignals.exchanges.registry import (
    NAMES,
    dialects_of,
    environments_of,
    markets_of,
    needs_passphrase,
    shortcomings_of,
    versions_of,
)
from mysignals.settings import Settings


@dataclass(frozen=True, slots=True)
class Offer:
    """`versions` of its API, the one to be chosen first; empty where there is nothing to choose."""

    name: str
    display: str
    markets: tuple[str, ...]
    environments: tuple[str, ...]
    versions: tuple[str, ...]
    needs_passphrase: bool
    tells_permissions: bool
    """Whether it says what a key may do; else its owner has to make sure."""
    knows_our_ids: bool
    """Else an order whose answer was lost cannot be told from another."""
    limits: tuple[str, ...]


def offers() -> list[Offer]:
    """By name."""
    settings: Settings = current_app.extensions["settings"]
    return [_offer(name, with_paper=settings.simulator_url is not None) for name in sorted(NAMES)]


def offer_of(name: str) -> Offer | None:
    """None where it is not offered here."""
    return next((offer for offer in offers() if offer.name == name), None)


def _offer(name: str, *, with_paper: bool) -> Offer:
    return Offer(
        name,
        display_name(name),
        tuple(market.value for market in markets_of(name)),
        tuple(one for one in environments_of(name) if one != "paper" or with_paper),
        tuple(version for version in versions_of(name) if version),
        needs_passphrase(name),
        any(dialect.abilities.tells_permissions for dialect in dialects_of(name).values()),
        all(dialect.abilities.client_ids for dialect in dialects_of(name).values()),
        shortcomings_of(name),
    )
