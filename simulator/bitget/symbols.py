"""The symbols that Bitget lists, and their rules on spot and on mix (EXCHANGES 5.3). First prices are made up."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(slots=True, frozen=True)
class SpotRules:
    """Places are decimals; the largest price may be off the last one by `band`."""

    price_places: int
    quantity_places: int
    quote_places: int = 8
    least_value: Decimal = Decimal(1)  # USDT
    band: Decimal = Decimal("0.05")

    @property
    def tick(self) -> Decimal:
        return Decimal(1).scaleb(-self.price_places)

    @property
    def step(self) -> Decimal:
        return Decimal(1).scaleb(-self.quantity_places)


@dataclass(slots=True, frozen=True)
class MixRules:
    """tick = price_end_step * 10^-price_place; the step is also the least quantity."""

    price_end_step: int
    price_place: int
    volume_place: int
    step: Decimal
    max_leverage: int
    most: Decimal
    most_at_market: Decimal
    least_value: Decimal = Decimal(5)  # USDT

    @property
    def tick(self) -> Decimal:
        return Decimal(self.price_end_step).scaleb(-self.price_place)


@dataclass(slots=True, frozen=True)
class Symbol:
    name: str
    base: str
    coin_id: int
    start_price: Decimal
    spot: SpotRules
    mix: MixRules
    quote: str = "USDT"


def _symbol(
    base: str, coin_id: int, start: str, spot: tuple[int, int], mix: tuple[int, int, int, str, int, str, str]
) -> Symbol:
    """spot: price and quantity places; mix: end step, price place, volume place, step, leverage, largest orders."""
    end_step, price_place, volume_place, step, leverage, most, most_at_market = mix
    rules = MixRules(
        end_step, price_place, volume_place, Decimal(step), leverage, Decimal(most), Decimal(most_at_market)
    )
    return Symbol(base + "USDT", base, coin_id, Decimal(start), SpotRules(*spot), rules)


SYMBOLS: dict[str, Symbol] = {
    symbol.name: symbol
    for symbol in (
        _symbol("BTC", 1, "50000", (2, 6), (1, 1, 4, "0.0001", 125, "1200", "220")),
        _symbol("ETH", 3, "2500", (2, 4), (1, 2, 2, "0.01", 125, "20000", "5700")),
        _symbol("BNB", 63, "350", (2, 4), (1, 2, 2, "0.01", 75, "11000", "2200")),
        _symbol("SOL", 116, "150", (2, 4), (1, 3, 1, "0.1", 75, "150000", "30000")),
        _symbol("XRP", 10, "0.6", (4, 4), (1, 4, 0, "1", 75, "20000000", "4300000")),
        # 5 * 10^-2: the end step is no decoration.
        _symbol("LTC", 5, "70", (2, 4), (5, 2, 1, "0.1", 75, "100000", "20000")),
        _symbol("DOGE", 11, "0.15", (5, 4), (1, 5, 0, "1", 75, "50000000", "11000000")),
        _symbol("ADA", 99, "0.4", (4, 4), (1, 4, 0, "1", 75, "20000000", "4000000")),
    )
}

PRODUCTS = (
    "USDT-FUTURES", "COIN-FUTURES", "USDC-FUTURES", "SUSDT-FUTURES", "SCOIN-FUTURES", "SUSDC-FUTURES",
)  # fmt: skip
LISTED = "USDT-FUTURES"  # the others are known and list no contract here
