"""What another exchange can and cannot do, as far as ccxt tells it and we have looked."""

from __future__ import annotations

from typing import Any

from mysignals.domain.abilities import Abilities, ExitStyle
from mysignals.domain.market import Market

from .profiles import Profile

NEEDED = {
    Market.SPOT: ("createOrder", "cancelOrder", "fetchOpenOrders", "fetchBalance", "fetchTicker", "createTriggerOrder"),
    Market.FUTURES: (
        "createOrder", "cancelOrder", "fetchOpenOrders", "fetchBalance", "fetchTicker", "fetchPositions",
        "createStopLossOrder", "createTakeProfitOrder", "createReduceOnlyOrder",
    ),
}  # fmt: skip
"""Without these a market is not offered: no position without a stop, and none that a stop could turn round."""

TYPES = {Market.SPOT: "spot", Market.FUTURES: "swap"}


def offers(exchange: Any, market: Market) -> bool:
    return exchange.has.get(TYPES[market]) is True and all(exchange.has.get(name) is True for name in NEEDED[market])


def abilities(exchange: Any, market: Market, profile: Profile) -> Abilities:
    """The careful reading: what is not certain is not there."""
    is_futures = market is Market.FUTURES
    has = exchange.has
    sets_leverage = all(has.get(name) is True for name in ("setLeverage", "fetchLeverage"))
    tells_mode = all(has.get(name) is True for name in ("fetchPositionMode", "setPositionMode"))
    return Abilities(
        client_ids=profile.client_ids,
        exits=ExitStyle.SEPARATE,
        hedge_mode=is_futures and profile.hedge_mode and tells_mode,
        leverage=is_futures and profile.leverage and sets_leverage,
        tells_permissions=False,
        tells_time=has.get("fetchTime") is True,
        answers_with_fill=False,
        has_history=profile.has_history,
        cancels_all=False,
        cancels_all_conditional=False,
        lifetime_ms=0 if profile.deadline_header else profile.window_ms or 0,
    )
