"""What the dialects of other exchanges are asked and answered: OKX's and Bybit's."""

from typing import Any

from tests.exchanges.hearing import Hearing

from . import bybit_answers as bybit
from . import okx_answers as okx
from .asking import EVERY_INTENT, OFFERED

ANSWERS: dict[str, list[Any]] = {
    "okx": [
        okx.PLACED, okx.EXIT_PLACED, okx.CANCELLED, okx.EXIT_CANCELLED, okx.ok(okx.ORDER), okx.ok(okx.SPOT_ORDER),
        okx.ok(okx.EXIT), okx.ok(okx.TRIGGERED), okx.BALANCE, okx.ok(okx.POSITION), okx.ok(okx.CONFIG),
        okx.ok(okx.LEVERAGE), okx.ok(okx.TICKER), okx.ok({**okx.TICKER, "instType": "SPOT", "instId": "BTC-USDT"}),
        okx.ok({"ts": "1700000000123"}), okx.refused("51008", "No funds."),
        okx.refused("51016", "Client order ID already exists."),
    ],
    "bybit": [
        bybit.PLACED, bybit.EXIT_PLACED, bybit.listed(bybit.ORDER), bybit.listed(bybit.SPOT_ORDER),
        bybit.listed(bybit.EXIT), bybit.listed(bybit.TRIGGERED), bybit.BALANCE, bybit.listed(bybit.POSITION),
        bybit.ok(bybit.ACCOUNT), bybit.listed(bybit.TICKER),
        bybit.ok({"category": "spot", "list": [bybit.SPOT_TICKER]}), bybit.TIME, bybit.refused("110007", "No funds."),
        bybit.refused("110072", "OrderLinkedID is duplicate"), bybit.ok({}), bybit.listed(),
    ],
}  # fmt: skip


def told(data: Any) -> dict[str, Any]:
    """A success at both."""
    return {"code": "0", "retCode": 0, "data": data, "result": data}


HEARINGS = [
    Hearing(
        f"{name} {market}", offered.dialects[market],
        [intent for own, at, intent in EVERY_INTENT if (own, at) == (name, market)], ANSWERS[name],
        keys=("code", "data", "retCode", "result", "list", "sCode", "ordId", "orderId", "details", "msg"),
        odd=("50111", "0", "filled", 10003), codes=frozenset({"code", "sCode", "retCode"}), told=told,
    )
    for name, offered in OFFERED.items()
    for market in offered.dialects
]  # fmt: skip
