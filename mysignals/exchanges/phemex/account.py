"""What Phemex tells of an account: balances, positions, settings of a symbol (EXCHANGES 6.6 to 6.8)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from mysignals.domain.market import MarginMode, PositionMode, Side
from mysignals.domain.outcomes import Balance, Balances, ModeRead, Position, Positions, SymbolSettings
from mysignals.exchanges.reading import Unreadable, items, mapping, number, text

from .apis import Api
from .scales import CONTRACT_PRICE, CONTRACT_VALUE, RATIO, VALUE, integer, told, unscaled

VALUE_SCALES = {"USD": 4}
"""All others have VALUE; symbols of a currency that has not are left out of the rules."""
SIDES = {"Buy": Side.BUY, "Sell": Side.SELL}
POSITION_SIDES = {"Merged": "both", "Long": "long", "Short": "short"}
MODES = {"OneWay": PositionMode.ONE_WAY, "Hedged": PositionMode.HEDGE}
ZERO, ONE = Decimal(0), Decimal(1)
Row = dict[str, Any]


def wallets(data: Any) -> Balances:
    """Spot. What is locked is a part of the balance."""
    return Balances(tuple(_wallet(mapping(row)) for row in items(data)))


def _wallet(row: Row) -> Balance:
    asset = text(row, "currency")
    scale = VALUE_SCALES.get(asset, VALUE)
    total = told(row, "balanceEv", scale)
    locked = told(row, "lockedTradingBalanceEv", scale) + told(row, "lockedWithdrawEv", scale)
    return Balance(asset, max(total - locked, ZERO), total)


def balance(data: Any, api: Api) -> Balances:
    """Of the one account that was asked for. What may be spent is not told: it is what is not used."""
    account = mapping(mapping(data).get("account"))
    asset = text(account, "currency")
    if api is Api.USDT_M:
        total, used = number(account, "accountBalanceRv"), number(account, "totalUsedBalanceRv")
    else:
        scale = VALUE_SCALES.get(asset, VALUE)
        total, used = told(account, "accountBalanceEv", scale), told(account, "totalUsedBalanceEv", scale)
    return Balances((Balance(asset, max(total - used, ZERO), total),))


@dataclass(frozen=True, slots=True)
class Held:
    """A position as both futures APIs tell it, in their own keys and scales."""

    size: Decimal
    entry: Decimal
    mark: Decimal
    liquidation: Decimal


def positions(data: Any, api: Api, symbol: str | None) -> Positions:
    """Every listed symbol has a row, flat ones too; only what is held is a position."""
    found = (_position(row, api) for row in _rows(data) if symbol is None or row.get("symbol") == symbol)
    return Positions(tuple(position for position in found if position is not None))


def _rows(data: Any) -> Iterator[Row]:
    return map(mapping, items(mapping(data).get("positions")))


def _position(row: Row, api: Api) -> Position | None:
    held = _held(row, api)
    if held is None:
        return None
    direction = SIDES.get(text(row, "side"))
    kind = POSITION_SIDES.get(text(row, "posSide")) if api is Api.USDT_M else "both"
    if direction is None or kind is None:
        raise Unreadable("a position side that is not documented")
    amount = held.size if direction is Side.BUY else -held.size
    return Position(
        symbol=text(row, "symbol"),
        side=kind,
        amount=amount,
        entry_price=held.entry,
        mark_price=held.mark,
        unrealised=_unrealised(held, amount, api),
        liquidation_price=held.liquidation,
    )


def _held(row: Row, api: Api) -> Held | None:
    """None of a flat row, whatever else it holds."""
    if api is Api.USDT_M:
        size = number(row, "sizeRq" if "sizeRq" in row else "size")
    else:
        size = unscaled(integer(row, "size"), 0)
    if not size:
        return None
    prices = (_price(row, name, api) for name in ("avgEntryPrice", "markPrice", "liquidationPrice"))
    held = Held(abs(size), *prices)
    if held.entry <= 0 or held.mark <= 0:
        raise Unreadable("a position without a price")
    return held


def _price(row: Row, name: str, api: Api) -> Decimal:
    return number(row, f"{name}Rp") if api is Api.USDT_M else told(row, f"{name}Ep", CONTRACT_PRICE)


def _unrealised(held: Held, amount: Decimal, api: Api) -> Decimal:
    """In the asset that settles. The told profit is stale in this answer (EXCHANGES 6.3, 6.6), so it is computed."""
    if api is Api.USDT_M:
        return amount * (held.mark - held.entry)
    return amount * CONTRACT_VALUE * (ONE / held.entry - ONE / held.mark)


def position_mode(data: Any) -> ModeRead:
    """Every symbol has its own: hedge mode where any of them is in it."""
    is_hedged = any(_mode(row) is PositionMode.HEDGE for row in _rows(data))
    return ModeRead(PositionMode.HEDGE if is_hedged else PositionMode.ONE_WAY)


def _mode(row: Row) -> PositionMode:
    found = MODES.get(text(row, "posMode"))
    if found is None:
        raise Unreadable("a position mode that is not documented")
    return found


def symbol_settings(data: Any, api: Api, symbol: str) -> SymbolSettings:
    """Leverage 0 where it is not one whole number, so that it equals none that is wanted and is set anew:

    cross margin at the symbol's maximum, which Phemex itself tells as 0 (EXCHANGES 6.6); a fraction; or, in hedge
    mode, two sides that differ. The margin mode is then that of the first side.
    """
    mine = [row for row in _rows(data) if row.get("symbol") == symbol]
    if not mine:
        raise Unreadable("the answer does not name the symbol")
    told_leverages = [_leverage(row, api) for row in mine]
    first = told_leverages[0]
    is_one = all(leverage == first for leverage in told_leverages) and first == first.to_integral_value()
    margin_mode = MarginMode.ISOLATED if first > 0 else MarginMode.CROSS
    position_mode = _mode(mine[0]) if api is Api.USDT_M else PositionMode.ONE_WAY
    return SymbolSettings(symbol, abs(int(first)) if is_one else 0, margin_mode, position_mode)


def _leverage(row: Row, api: Api) -> Decimal:
    """Above zero isolated, else cross."""
    return number(row, "leverageRr") if api is Api.USDT_M else told(row, "leverageEr", RATIO)
