"""What Bitget tells of an account: balances, positions, permissions (EXCHANGES 4.4, 5.3)."""

from __future__ import annotations

from typing import Any

from mysignals.domain.market import Market, PositionMode
from mysignals.domain.outcomes import Balance, Balances, Permissions, Position, Positions
from mysignals.exchanges.reading import Unreadable, items, mapping, number, text

from .fields import number_or_zero, rows
from .markets import our_symbol
from .settings import position_mode
from .spelling import Spelling

READS = {"readonly", "trade", "stor", "coor", "cpor"}
TRADES_SPOT, TRADES_FUTURES = {"trade", "stow"}, {"trade", "coow"}
WITHDRAWS = "wwow"
"""A key's authorities are told in words, or in four letters: spot, contract orders, positions, withdrawal; r or w."""


def balances(data: Any, names: Spelling) -> Balances:
    read = _spot_balance if names.market is Market.SPOT else _mix_balance
    return Balances(tuple(read(told, names) for told in rows(data)))


def _spot_balance(told: dict[str, Any], names: Spelling) -> Balance:
    free = number(told, "available")
    held = number_or_zero(told, "frozen") + number_or_zero(told, names.locked)
    return Balance(text(told, names.coin), free, free + held)


def _mix_balance(told: dict[str, Any], names: Spelling) -> Balance:
    return Balance(text(told, names.coin), number(told, "available"), number(told, names.equity))


def positions(data: Any, names: Spelling) -> Positions:
    """v1 lists flat symbols too; only what is held is a position."""
    held = (_position(told, names) for told in rows(data))
    return Positions(tuple(position for position in held if position.amount))


def _position(told: dict[str, Any], names: Spelling) -> Position:
    side, amount = text(told, "holdSide"), number(told, "total")
    if side not in ("long", "short") or amount < 0:
        raise Unreadable("a position that is not documented")
    return Position(
        symbol=our_symbol(text(told, "symbol")),
        side=side if position_mode(told, names).mode is PositionMode.HEDGE else "both",
        amount=amount if side == "long" else -amount,
        entry_price=number_or_zero(told, names.entry_price),
        mark_price=number_or_zero(told, names.mark_price),
        unrealised=number_or_zero(told, "unrealizedPL"),
        liquidation_price=number_or_zero(told, "liquidationPrice"),
    )


def permissions(data: Any) -> Permissions:
    """Authorities must be told: a key is never taken as harmless because a field is missing."""
    told = mapping(data)
    may = {str(authority).lower() for authority in items(told.get("authorities"))}
    return Permissions(
        may_read=bool(may & READS),
        may_trade_spot=bool(may & TRADES_SPOT),
        may_trade_futures=bool(may & TRADES_FUTURES),
        may_withdraw=any(authority == WITHDRAWS or "withdraw" in authority for authority in may),
        ip_bound=bool(told.get("ips")),
    )
