"""What Binance's two dialects are asked and answered."""

from mysignals.domain.intents import CancelAll, Intent, SetMarginMode, SetPositionMode
from mysignals.exchanges.binance import FUTURES, SPOT
from tests.exchanges.hearing import Hearing

from . import answers
from .asking import EVERY_INTENT

NOTHING_TO_DO = {SetMarginMode: b"-4046", SetPositionMode: b"-4059", CancelAll: b"-2011"}
ANSWERS = (
    answers.SPOT_ORDER, answers.OCO, answers.OTOCO, answers.FUTURES_ORDER, answers.ALGO_ORDER, answers.ALGO_CANCELLED,
    answers.ALGO_TRIGGERED, answers.SPOT_CANCELLED, [answers.SPOT_CANCELLED], [answers.OCO, answers.SPOT_CANCELLED],
    [answers.SPOT_RESTING, answers.SPOT_STOP_RESTING], [answers.FUTURES_RESTING], [answers.ALGO_ORDER],
    answers.ALL_CANCELLED, {"code": -2011, "msg": "Unknown order sent."}, {"code": -4059, "msg": "No need."},
    answers.SPOT_ACCOUNT, answers.FUTURES_BALANCE, [answers.POSITION], answers.SYMBOL_CONFIG, answers.RESTRICTIONS,
    {"symbols": [answers.SPOT_SYMBOL]}, {"symbols": [answers.FUTURES_SYMBOL]}, {"dualSidePosition": True},
    {"leverage": 21, "maxNotionalValue": "1", "symbol": "BTCUSDT"}, {"code": 200, "msg": "success"}, [answers.CANDLE],
    {"symbol": "BTCUSDT", "price": "1"}, {"serverTime": 1}, {"code": -2010, "msg": "Duplicate order sent."},
)  # fmt: skip


def nothing_to_do(intent: Intent, body: bytes) -> bool:
    code = NOTHING_TO_DO.get(type(intent))
    return code is not None and code in body


HEARINGS = [
    Hearing(
        f"binance {dialect.market}", dialect, [intent for own, intent in EVERY_INTENT if own is dialect], ANSWERS,
        keys=("code", "msg", "orderId", "clientOrderId", "status", "executedQty", "orderReports", "symbols",
              "balances"),
        odd=("-1021", "200", "FILLED", -2010), codes=frozenset({"code"}), nothing_to_do=nothing_to_do,
        failed=(b"-1001", b"-1008", b"-1016", b"Service Unavailable."),
    )
    for dialect in (SPOT, FUTURES)
]  # fmt: skip
