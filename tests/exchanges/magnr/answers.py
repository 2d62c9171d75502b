"""Good answers of Magnr, as its documentation prints them (EXCHANGES 7)."""

from typing import Any

OPENED = {"id": 1234}
PENDING: dict[str, Any] = {
    "id": 1234, "side": "buy", "leverage": 10, "size": 0.2, "deposit": 0.002, "exchange": "LOCAL",
    "created_at": 1444251389, "closed_at": None, "open_price": None, "close_price": None, "closed_reason": None,
    "trade_rate": 0.48, "daily_rate": 0.2, "trade_fees": 0.004, "daily_fees": 0.0, "stop_margin": 20,
    "trail_margin": 20, "sell_limit": 10, "status": "pending", "profit": None,
}  # fmt: skip
SETTLED: dict[str, Any] = {
    **PENDING, "created_at": 1444230624, "closed_at": 1444612316, "open_price": 234.45, "close_price": 235.56,
    "closed_reason": "user", "status": "settled", "profit": 0.00019382,
}  # fmt: skip
STOPPED: dict[str, Any] = {
    **SETTLED, "id": 1233, "side": "sell", "leverage": 5, "size": 0.3, "deposit": 0.008, "closed_reason": "stop",
    "profit": -0.00000667,
}  # fmt: skip
TRADES = {"trades": [PENDING, STOPPED]}
