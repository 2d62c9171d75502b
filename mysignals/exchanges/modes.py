"""The modes of an account, asked for where they are not remembered: some orders are not found without."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

from mysignals.domain.intents import ReadPositionMode, ReadSymbolSettings
from mysignals.domain.market import MarginMode
from mysignals.domain.outcomes import ModeRead, Outcome, SymbolSettings

from .dialect import Call
from .session import Session
from .wire import Reply

Known = tuple[Session, MarginMode | None]


def with_modes(
    session: Session, symbol: str, *, mode_is_known: bool, settings_are_known: bool
) -> Generator[Call, Reply, Known | Outcome]:
    """The session in its position mode, and the symbol's margin mode where it was asked for; else why it is not."""
    can, margin_mode = session.dialect.abilities, None
    mode_is_known = mode_is_known or not can.hedge_mode
    if can.leverage and (not settings_are_known or (can.mode_per_symbol and not mode_is_known)):
        told = yield from session.ask(ReadSymbolSettings(symbol))
        if not isinstance(told, SymbolSettings):
            return told
        session, margin_mode = replace(session, mode=told.position_mode or session.mode), told.margin_mode
        mode_is_known = mode_is_known or told.position_mode is not None
    if not mode_is_known:
        mode = yield from session.ask(ReadPositionMode())
        if not isinstance(mode, ModeRead):
            return mode
        session = replace(session, mode=mode.mode)
    return session, margin_mode
