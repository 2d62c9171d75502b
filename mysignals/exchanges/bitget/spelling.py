"""How each of Bitget's four APIs names one and the same thing (EXCHANGES 4.4, 5.5, 8.3)."""

from __future__ import annotations

from dataclasses import dataclass

from mysignals.domain.market import Market


@dataclass(frozen=True, slots=True)
class Spelling:
    """Names of fields in the answers of one API."""

    market: Market
    client_id: str
    quantity: str
    filled: str
    average: str
    order_states: tuple[str, ...]
    """Mix v2 says `state` for one order and `status` in a list."""
    plan_state: str
    last_price: str
    coin: str
    locked: str
    """Spot v1 says `lock`, not the seed's `locked` (EXCHANGES 8.3)."""
    tick_places: str
    step_places: str = ""
    """Of spot alone; contracts tell their step itself."""
    entry_price: str = ""
    mark_price: str = ""
    """Mix v1 says `marketPrice`, not the seed's `markPrice` (EXCHANGES 8.3)."""
    mode: str = ""
    equity: str = ""
    cross_leverage: str = ""
    long_leverage: str = ""
    short_leverage: str = ""


V2_SPOT = Spelling(
    market=Market.SPOT, client_id="clientOid", quantity="size", filled="baseVolume", average="priceAvg",
    order_states=("status",), plan_state="status", last_price="lastPr", coin="coin", locked="locked",
    tick_places="pricePrecision", step_places="quantityPrecision",
)  # fmt: skip
V2_MIX = Spelling(
    market=Market.FUTURES, client_id="clientOid", quantity="size", filled="baseVolume", average="priceAvg",
    order_states=("state", "status"), plan_state="planStatus", last_price="lastPr", coin="marginCoin", locked="locked",
    tick_places="pricePlace", entry_price="openPriceAvg", mark_price="markPrice",
    mode="posMode", equity="accountEquity", cross_leverage="crossedMarginLeverage", long_leverage="isolatedLongLever",
    short_leverage="isolatedShortLever",
)  # fmt: skip
V1_SPOT = Spelling(
    market=Market.SPOT, client_id="clientOrderId", quantity="quantity", filled="fillQuantity", average="fillPrice",
    order_states=("status",), plan_state="status", last_price="close", coin="coinName", locked="lock",
    tick_places="priceScale", step_places="quantityScale",
)  # fmt: skip
V1_MIX = Spelling(
    market=Market.FUTURES, client_id="clientOid", quantity="size", filled="filledQty", average="priceAvg",
    order_states=("state",), plan_state="status", last_price="last", coin="marginCoin", locked="locked",
    tick_places="pricePlace", entry_price="averageOpenPrice", mark_price="marketPrice",
    mode="holdMode", equity="equity", cross_leverage="crossMarginLeverage", long_leverage="fixedLongLeverage",
    short_leverage="fixedShortLeverage",
)  # fmt: skip
