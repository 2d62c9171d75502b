"""What is remembered of accounts, so that an exchange is not asked again: position modes, and settings of symbols."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import text

from mysignals.extensions import db
from mysignals.services import caller_changes

from .results import Result

LOCK = text("SELECT id FROM exchange_accounts WHERE id = ANY (:accounts) ORDER BY id FOR NO KEY UPDATE")
"""In the order in which a claim locks them (claim.SERIALISE): two that lock in any order may wait for each other."""
SETTINGS = text("""
    INSERT INTO account_symbol_settings (account_id, symbol, leverage, margin_mode, position_mode)
    SELECT * FROM unnest(CAST(:accounts AS bigint[]), CAST(:symbols AS text[]), CAST(:leverages AS int[]),
                         CAST(:modes AS text[]), CAST(:position_modes AS text[]))
    ON CONFLICT (account_id, symbol) DO UPDATE SET
        leverage = excluded.leverage, margin_mode = excluded.margin_mode, position_mode = excluded.position_mode,
        updated_at = now()
""")
FORGET = text("DELETE FROM account_symbol_settings WHERE account_id = ANY (:accounts) AND symbol = :symbol")
FORGET_THOSE_OF = text("""
    DELETE FROM account_symbol_settings known USING deliveries d, signals s
    WHERE d.id = ANY (:ids) AND s.id = d.signal_id AND known.account_id = d.account_id AND known.symbol = s.symbol
""")
MODES = text("""
    UPDATE exchange_accounts a SET position_mode = v.mode
    FROM unnest(CAST(:accounts AS bigint[]), CAST(:modes AS text[])) AS v (id, mode) WHERE a.id = v.id
""").execution_options(**caller_changes.HARMLESS)


def forget_settings(accounts: Sequence[int], symbol: str) -> None:
    """Before they are changed at the exchange: whatever happens meanwhile, nothing wrong is remembered. Commits."""
    if accounts:
        lock(accounts)
        db.session.execute(FORGET, {"accounts": list(accounts), "symbol": symbol})
        db.session.commit()


def lock(accounts: Collection[int]) -> None:
    """Until the commit; before anything below."""
    db.session.execute(LOCK, {"accounts": list(accounts)})


def differs(result: Result) -> bool:
    """Whether the conversation has told other settings than those that were remembered when it was claimed."""
    known, row = result.settings, result.row
    return known is not None and (known.leverage, known.margin_mode.value, known.position_mode) != (
        row.known_leverage,
        row.known_margin_mode,
        row.known_position_mode,
    )


def learn(results: Sequence[Result]) -> None:
    """The settings that these have told."""
    if results:
        db.session.execute(SETTINGS, _settings(results))


def learn_modes(modes: Mapping[int, str | None]) -> None:
    """Position modes by account; None forgets one."""
    if modes:
        db.session.execute(MODES, {"accounts": list(modes), "modes": list(modes.values())})


def forget_those_of(results: Sequence[Result]) -> None:
    """The settings of the symbol that an exchange has just contradicted."""
    if results:
        db.session.execute(FORGET_THOSE_OF, {"ids": [result.row.id for result in results]})


def _settings(results: Sequence[Result]) -> dict[str, list[Any]]:
    known = [(r.row.account_id, r.settings) for r in results if r.settings is not None]
    return {
        "accounts": [account_id for account_id, _ in known],
        "symbols": [settings.symbol for _, settings in known],
        "leverages": [settings.leverage for _, settings in known],
        "modes": [settings.margin_mode.value for _, settings in known],
        "position_modes": [settings.position_mode and settings.position_mode.value for _, settings in known],
    }
