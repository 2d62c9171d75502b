"""Position mode, margin mode and leverage, as read and as set (EXCHANGES 4.4, 5.3)."""

from __future__ import annotations

from typing import Any

from mysignals.domain.intents import ReadSymbolSettings, SetLeverage, SetMarginMode, SetPositionMode
from mysignals.domain.market import MarginMode, PositionMode, Side
from mysignals.domain.outcomes import Accepted, ModeRead, SymbolSettings
from mysignals.exchanges.reading import Unreadable, mapping, text, whole

from .spelling import Spelling

MARGIN_MODES = {"isolated": MarginMode.ISOLATED, "fixed": MarginMode.ISOLATED, "crossed": MarginMode.CROSS}
POSITION_MODES = {
    "one_way_mode": PositionMode.ONE_WAY, "single_hold": PositionMode.ONE_WAY,
    "hedge_mode": PositionMode.HEDGE, "double_hold": PositionMode.HEDGE,
}  # fmt: skip
DIFFER = 0
"""As leverage: the two sides of a symbol have different ones, so that it equals none that could be wanted."""


def position_mode(data: Any, names: Spelling) -> ModeRead:
    mode = POSITION_MODES.get(text(mapping(data), names.mode))
    if mode is None:
        raise Unreadable("a position mode that is not documented")
    return ModeRead(mode)


def symbol_settings(intent: ReadSymbolSettings, data: Any, names: Spelling) -> SymbolSettings:
    told = mapping(data)
    mode = _margin_mode(told)
    if mode is MarginMode.CROSS:
        return SymbolSettings(intent.symbol, whole(told, names.cross_leverage), mode)
    long, short = whole(told, names.long_leverage), whole(told, names.short_leverage)
    return SymbolSettings(intent.symbol, long if long == short else DIFFER, mode)


def _margin_mode(told: dict[str, Any]) -> MarginMode:
    mode = MARGIN_MODES.get(text(told, "marginMode"))
    if mode is None:
        raise Unreadable("a margin mode that is not documented")
    return mode


def position_mode_set(intent: SetPositionMode, data: Any, names: Spelling) -> Accepted:
    """v2 repeats it; v1 tells it as a flag."""
    told = mapping(data)
    if names.mode in told:
        is_so = position_mode(told, names).mode is intent.mode
    else:
        is_so = told.get("dualSidePosition") is (intent.mode is PositionMode.HEDGE)
    if not is_so:
        raise Unreadable("another position mode than asked for")
    return Accepted()


def margin_mode_set(intent: SetMarginMode, data: Any, _: Spelling) -> Accepted:
    if _margin_mode(mapping(data)) is not intent.mode:
        raise Unreadable("another margin mode than asked for")
    return Accepted()


def leverage_set(intent: SetLeverage, data: Any, _: Spelling) -> Accepted:
    """The leverage of another margin mode would be none of this order's; that of the other side does not matter."""
    told = mapping(data)
    if _margin_mode(told) is not intent.margin_mode:
        raise Unreadable("the leverage of another margin mode")
    found = {whole(told, key) for key in _leverages(intent) if told.get(key) not in (None, "")}
    if found != {intent.leverage}:
        raise Unreadable("another leverage than asked for")
    return Accepted()


def _leverages(intent: SetLeverage) -> tuple[str, ...]:
    """The fields that have to hold what was wanted."""
    if intent.margin_mode is MarginMode.CROSS:
        return ("crossMarginLeverage",)
    by_side = {Side.BUY: ("longLeverage",), Side.SELL: ("shortLeverage",), None: ("longLeverage", "shortLeverage")}
    return by_side[intent.side]
