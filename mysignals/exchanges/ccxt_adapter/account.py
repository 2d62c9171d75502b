"""What an account holds and how it is set, as ccxt's unified structures tell it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from mysignals.domain.intents import ReadBalances, ReadPositionMode, ReadPositions, ReadSymbolSettings
from mysignals.domain.market import MarginMode, PositionMode
from mysignals.domain.outcomes import Balance, Balances, ModeRead, Outcome, Position, Positions, SymbolSettings
from mysignals.exchanges.reading import Unreadable, flag, items, mapping, number, text, whole

from .calls import Speaker

SIGNS = {"long": 1, "short": -1}
MARGIN_MODES = {mode.value: mode for mode in MarginMode}
ZERO = Decimal(0)


def balances(_: Speaker, __: ReadBalances, told: Any) -> Outcome:
    """An asset whose free part is not told has none of it: nothing is spent on a guess."""
    found = mapping(told)
    totals, free = mapping(found.get("total")), mapping(found.get("free"))
    assets = [asset for asset in totals if totals[asset] is not None]
    return Balances(tuple(Balance(asset, _or_zero(free, asset), number(totals, asset)) for asset in assets))


def positions(at: Speaker, intent: ReadPositions, told: Any) -> Outcome:
    """Of our symbols, what is held. A position in another product of the exchange is not ours to tell."""
    names = {listed.theirs: symbol for symbol, listed in at.symbols.items()}
    every = [mapping(entry) for entry in items(told)]
    held = [_position(at, names[entry["symbol"]], entry) for entry in every if entry.get("symbol") in names]
    asked = [found for found in held if intent.symbol in (None, found.symbol)]
    return Positions(tuple(found for found in asked if found.amount))


def _position(at: Speaker, symbol: str, told: dict[str, Any]) -> Position:
    contracts = _or_zero(told, "contracts")
    side = told.get("side")
    sign = SIGNS.get(side, 0) if isinstance(side, str) else 0
    if contracts and not sign:
        raise Unreadable("a position that is neither long nor short")
    return Position(
        symbol=symbol,
        side=str(side) if told.get("hedged") is True and sign else "both",
        amount=sign * abs(contracts) * at.symbols[symbol].unit,
        entry_price=_or_zero(told, "entryPrice"),
        mark_price=_or_zero(told, "markPrice"),
        unrealised=_or_zero(told, "unrealizedPnl"),
        liquidation_price=_or_zero(told, "liquidationPrice"),
    )


def position_mode(_: Speaker, __: ReadPositionMode, told: Any) -> Outcome:
    return ModeRead(PositionMode.HEDGE if flag(mapping(told), "hedged") else PositionMode.ONE_WAY)


def symbol_settings(at: Speaker, intent: ReadSymbolSettings, told: Any) -> Outcome:
    found = mapping(told)
    mode = MARGIN_MODES.get(text(found, "marginMode"))
    leverages = {whole(found, "longLeverage"), whole(found, "shortLeverage")}
    if mode is None or len(leverages) != 1 or found.get("symbol") != at.theirs(intent.symbol):
        raise Unreadable("no one leverage and margin mode of the symbol")
    return SymbolSettings(intent.symbol, leverages.pop(), mode)


def _or_zero(told: dict[str, Any], key: str) -> Decimal:
    return ZERO if told.get(key) is None else number(told, key)
