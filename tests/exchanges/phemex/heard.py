"""What Phemex's two dialects are asked and answered."""

from mysignals.exchanges.phemex import FUTURES, SPOT
from tests.exchanges.hearing import Hearing

from . import answers
from .asking import EVERY_INTENT

ANSWERS = (
    *(answers.ok(row) for row in (answers.CONTRACT_ORDER, answers.USDT_M_ORDER, answers.SPOT_ORDER)),
    *(answers.ok(row) for row in (answers.CONTRACT_STOP, answers.USDT_M_STOP, answers.SPOT_STOP)),
    answers.ok({"rows": [answers.CONTRACT_ORDER, answers.CONTRACT_STOP]}),
    answers.ok({"rows": [answers.USDT_M_ORDER, answers.USDT_M_STOP]}),
    answers.ok([answers.SPOT_ORDER, answers.SPOT_STOP]), answers.ok([answers.CONTRACT_HISTORY]),
    [answers.USDT_M_HISTORY], answers.ok([answers.USDT_M_HISTORY]), [answers.SPOT_HISTORY],
    answers.ok({"rows": [answers.SPOT_HISTORY]}), answers.ok(answers.WALLETS),
    answers.linear_account(answers.LINEAR_HELD, answers.linear_position(symbol="ETHUSDT", posMode="Hedged")),
    answers.inverse_account(answers.INVERSE_HELD, answers.inverse_position(symbol="ETHUSD")),
    answers.ALL_PRODUCTS, answers.ticker(symbol="BTCUSDT", closeRp="50000"), answers.ok({"serverTime": 1676172826345}),
    answers.ticker(symbol="BTCUSD", lastEp=500000000), answers.ticker(symbol="sBTCUSDT", lastEp=5000000000000),
    answers.ok("OK"), answers.ok(3), {"code": 11085, "msg": "TE_CL_ORD_ID_DUPLICATE", "data": None},
)  # fmt: skip
HEARINGS = [
    Hearing(
        f"phemex {market}", dialect, [intent for own, intent in EVERY_INTENT if own is dialect], ANSWERS,
        keys=("code", "msg", "data", "error", "result", "orderID", "clOrdID", "ordStatus", "rows", "account",
              "positions"),
        odd=("11085", 10002, "200", "Filled"), codes=frozenset({"code", "bizError", "error"}), told=answers.ok,
    )
    for market, dialect in (("spot", SPOT), ("futures", FUTURES))
]  # fmt: skip
