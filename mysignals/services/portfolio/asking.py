"""The web's half: what is kept is told, the rest is asked for and waited for, for a bounded time."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app
from sqlalchemy import Row, text

from mysignals import clock
from mysignals.domain.reasons import display_name
from mysignals.models.exchange_account import ENVIRONMENTS
from mysignals.services import glances, remembered
from mysignals.services.caller_changes import Version
from mysignals.services.errors import ExchangeUnavailable
from mysignals.settings import Settings

from . import kept
from .kept import Figures
from .places import Places

MOST_AT_ONCE, MOST_BESIDE = 8, 8
"""Requests of this process that wait as long as a trade would, and that wait half as long beside them; all have what is
missing read, and the others tell what is kept.
"""
AGAIN_S = 2
"""After so many seconds it is worth asking again for what is still being read."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.01, 0.1
REMEMBERED_S = 10
MOST_NAMED = 20
"""Accounts whose figures come with the trip that counts a request."""
_PLACES = Places(MOST_AT_ONCE, MOST_BESIDE)
_ACCOUNTS = text("""
    SELECT id, exchange, environment, label, key_hint, status, status_reason FROM exchange_accounts
    WHERE user_id = :user AND status <> 'disabled' ORDER BY id
""")


@dataclass(frozen=True, slots=True)
class Account:
    """One that was asked for. `figures` is None where nobody told them."""

    id: int
    exchange: str
    environment: str
    label: str
    figures: Figures | None


@dataclass(frozen=True, slots=True)
class Portfolio:
    """The accounts of one environment. `age_s` is that of the oldest figures, None where all were read just now."""

    environment: str | None
    accounts: tuple[Account, ...]
    warnings: tuple[str, ...]
    age_s: int | None

    @property
    def told(self) -> list[tuple[Account, Figures]]:
        return [(account, account.figures) for account in self.accounts if account.figures is not None]


def known(account_id: int) -> Figures | None:
    """What is known of one account now; where that is nothing it is asked for. Returns at once."""
    found = kept.find([account_id]).get(account_id)
    if found is None:
        kept.ask([account_id])
    return found if found is not None and found.markets else None


def names(user_id: int, version: Version) -> list[str]:
    """What Redis has the figures of the user's accounts under, as far as they are remembered: none of too many."""
    found = kept.names(row.id for row in _remembered(user_id, version) or () if row.status == "ready")
    return found if len(found) <= MOST_NAMED else []


def of_user(
    user_id: int,
    environment: str | None = None,
    version: Version | None = None,
    beside: Mapping[str, bytes | None] | None = None,
) -> Portfolio:
    """The user's accounts in `environment`; where none is named, in the first of live, testnet and paper that has one.

    Money of one is worth nothing in another, so they are never added up. Raises ExchangeUnavailable where there are
    accounts and none of them was told: nobody is to take that for an empty one. It says when to ask again where one is
    still being read.

    Which accounts there are is remembered under `version`, which has just held; without one the database is asked.
    `beside` is what Redis has just told by the names of `names`.
    """
    rows = _accounts(user_id, version)
    chosen = environment or next((one for one in ENVIRONMENTS if any(row.environment == one for row in rows)), None)
    mine = [row for row in rows if row.environment == chosen]
    ready = [row.id for row in mine if row.status == "ready"]
    found, are_kept = _figures(ready, beside)
    accounts = tuple(
        Account(
            row.id,
            row.exchange,
            row.environment,
            row.label,
            told if (told := found.get(row.id)) and told.markets else None,
        )
        for row in mine
    )
    warnings = tuple(warning for row in mine for warning in _warnings(row, found.get(row.id)))
    if mine and not any(account.figures for account in accounts):
        again_s = AGAIN_S if len(found) < len(ready) else None
        raise ExchangeUnavailable("None of your exchange accounts could be read. " + " ".join(warnings), again_s)
    return Portfolio(chosen, accounts, warnings, _age_s(found) if are_kept else None)


def _accounts(user_id: int, version: Version | None) -> list[Row[Any]]:
    known = None if version is None else _remembered(user_id, version)
    if known is not None:
        return known
    rows = glances.rows(_ACCOUNTS, {"user": user_id})
    if version is not None:
        _memory().put(user_id, (version, rows))
    return rows


def _remembered(user_id: int, version: Version) -> list[Row[Any]] | None:
    found: tuple[Version, list[Row[Any]]] | None = _memory().get(user_id)
    return found[1] if found is not None and found[0] == version else None


def _memory() -> remembered.Remembered:
    return remembered.in_app("remembered accounts", REMEMBERED_S)


def _figures(ids: list[int], beside: Mapping[str, bytes | None] | None) -> tuple[dict[int, Figures], bool]:
    """What is known in time, and whether any of it was known before."""
    found = kept.find(ids, beside)
    are_kept = bool(found)
    if len(found) == len(ids):
        return found, are_kept
    settings: Settings = current_app.extensions["settings"]
    with _PLACES.place(settings.trade_wait_seconds, settings.trade_wait_seconds / 2) as patience_s:
        deadline, pause = time.monotonic() + patience_s, FIRST_PAUSE_S
        while missing := [account_id for account_id in ids if account_id not in found]:
            kept.ask(missing)
            if time.monotonic() >= deadline:
                break
            time.sleep(pause)
            pause = min(pause * 1.5, LONGEST_PAUSE_S)
            found |= kept.find(missing)
    return found, are_kept


def _warnings(row: Any, figures: Figures | None) -> tuple[str, ...]:
    name = f"{display_name(row.exchange)} ({row.environment}, key ...{row.key_hint})"
    if row.status != "ready":
        why = row.status_reason or "its key is being checked"
        return (f"{name} is not counted: {why}",)
    if figures is None:
        return (f"{name} has not answered in time and is not counted.",)
    return tuple(f"{name}: {warning}" for warning in figures.warnings)


def _age_s(found: dict[int, Figures]) -> int:
    return max((clock.now_ms() - figures.at_ms) // 1000 for figures in found.values())
