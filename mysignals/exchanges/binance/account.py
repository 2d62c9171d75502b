"""What Binance tells of an account: balances, positions, settings, permissions (EXCHANGES 2.3, 3.3, 3.4)."""

from __future__ import annotations

from typing import Any

from mysignals.domain.market import MarginMode, PositionMode
from mysignals.domain.outcomes import (
    Balance,
    Balances,
    ModeRead,
    Permissions,
    Position,
    Positions,
    SymbolSettings,
)
from mysignals.exchanges.reading import Unreadable, flag, items, mapping, number, number_or_zero, text, whole

MARGIN_MODES = {
    "ISOLATED": MarginMode.ISOLATED,
    "CROSSED": MarginMode.CROSS,
    "isolated": MarginMode.ISOLATED,
    "cross": MarginMode.CROSS,
}
POSITION_SIDES = {"BOTH": "both", "LONG": "long", "SHORT": "short"}


def spot_balances(answer: Any) -> Balances:
    return Balances(tuple(_spot_balance(mapping(told)) for told in items(mapping(answer).get("balances"))))


def _spot_balance(told: dict[str, Any]) -> Balance:
    free = number(told, "free")
    return Balance(text(told, "asset"), free, free + number(told, "locked"))


def futures_balances(answer: Any) -> Balances:
    return Balances(tuple(_futures_balance(mapping(told)) for told in items(answer)))


def _futures_balance(told: dict[str, Any]) -> Balance:
    return Balance(text(told, "asset"), number(told, "availableBalance"), number(told, "balance"))


def positions(answer: Any) -> Positions:
    """Binance lists symbols with open orders too; only what is held is a position."""
    held = (_position(mapping(told)) for told in items(answer))
    return Positions(tuple(position for position in held if position.amount))


def _position(told: dict[str, Any]) -> Position:
    side = POSITION_SIDES.get(text(told, "positionSide"))
    if side is None:
        raise Unreadable("a position side that is not documented")
    return Position(
        symbol=text(told, "symbol"),
        side=side,
        amount=number(told, "positionAmt"),
        entry_price=number(told, "entryPrice"),
        mark_price=number(told, "markPrice"),
        unrealised=number(told, "unRealizedProfit"),
        liquidation_price=number_or_zero(told, "liquidationPrice"),
    )


def position_mode(answer: Any) -> ModeRead:
    dual = flag(mapping(answer), "dualSidePosition")
    return ModeRead(PositionMode.HEDGE if dual else PositionMode.ONE_WAY)


def symbol_settings(answer: Any, symbol: str) -> SymbolSettings:
    for told in map(mapping, items(answer)):
        if told.get("symbol") == symbol:
            mode = MARGIN_MODES.get(text(told, "marginType"))
            if mode is None:
                raise Unreadable("a margin type that is not documented")
            return SymbolSettings(symbol, whole(told, "leverage"), mode)
    raise Unreadable("the answer does not name the symbol")


def permissions(answer: Any) -> Permissions:
    """Withdrawal must be told: a key is never taken as harmless because a field is missing."""
    told = mapping(answer)
    return Permissions(
        may_read=flag(told, "enableReading"),
        may_trade_spot=flag(told, "enableSpotAndMarginTrading"),
        may_trade_futures=flag(told, "enableFutures"),
        may_withdraw=flag(told, "enableWithdrawals"),
        ip_bound=flag(told, "ipRestrict"),
    )
