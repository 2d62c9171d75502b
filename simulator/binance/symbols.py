"""The symbols that both Binance markets list, and their rules (EXCHANGES 2.4, 3.3)."""

from dataclasses import dataclass
from decimal import Decimal

from simulator.binance.parameters import Parameters, text
from simulator.binance.refusal import Refusal


@dataclass(slots=True, frozen=True)
class Symbol:
    """Prices in quote, quantities in base; places are the decimals that may be sent at all."""

    name: str
    base: str
    tick: Decimal
    step: Decimal
    min_notional: Decimal
    start_price: Decimal
    max_quantity: Decimal
    price_places: int
    quantity_places: int
    max_leverage: int = 1
    quote: str = "USDT"


Row = tuple[str, str, str, str, str, str, int, int, int]


def symbol_table(rows: list[Row]) -> dict[str, Symbol]:
    """Rows: base, tick, step, minimum notional, first price, largest quantity, price and quantity places, leverage."""
    return {
        base + "USDT": Symbol(
            base + "USDT", base, Decimal(tick), Decimal(step), Decimal(notional), Decimal(start), Decimal(largest),
            price_places, quantity_places, leverage,
        )
        for base, tick, step, notional, start, largest, price_places, quantity_places, leverage in rows
    }  # fmt: skip


def read_symbol(symbols: dict[str, Symbol], params: Parameters) -> Symbol:
    symbol = symbols.get(text(params, "symbol"))
    if symbol is None:
        raise Refusal(-1121, "Invalid symbol.")
    return symbol


def chosen(symbols: dict[str, Symbol], params: Parameters) -> list[Symbol]:
    """The symbol that was asked for, or all."""
    return [read_symbol(symbols, params)] if params.get("symbol") else list(symbols.values())
