"""What Bitget's four dialects are asked and answered."""

from typing import Any

from mysignals.domain.intents import CancelAll, Intent
from mysignals.exchanges.bitget import V1_MIX, V1_SPOT, V2_MIX, V2_SPOT, BitgetDialect
from tests.exchanges.hearing import Hearing

from . import answers
from .answers import told
from .asking import DIALECTS, EVERY_INTENT

EXIT_ACK = {**answers.V2_ACK, "clientOid": "sig-42-sl"}
ISOLATED = {"symbol": "BTCUSDT", "marginCoin": "USDT", "marginMode": "isolated"}
_V2 = [
    answers.V2_ACK, EXIT_ACK, answers.LISTED, answers.FAILED, answers.V2_INFO, {"result": "success"},
    {"symbol": "BTCUSDT"}, {"serverTime": "1700000000000"},
]  # fmt: skip
DATA: dict[BitgetDialect, list[Any]] = {
    V2_SPOT: [
        *_V2, [answers.V2_SPOT_ORDER], {"nextFlag": False, "orderList": [answers.V2_SPOT_PLAN]},
        [answers.V2_SPOT_ASSET], [answers.V2_SPOT_SYMBOL], [{"symbol": "BTCUSDT", "lastPr": "1"}],
    ],
    V2_MIX: [
        *_V2, answers.V2_MIX_ORDER, {"entrustedList": [answers.V2_MIX_ORDER]}, {"entrustedList": [answers.V2_MIX_PLAN]},
        [answers.V2_POSITION], [answers.V2_MIX_ACCOUNT], answers.V2_MIX_ACCOUNT, answers.V2_LEVERAGE,
        [answers.V2_CONTRACT], [{"symbol": "BTCUSDT", "lastPr": "1"}], {"posMode": "hedge_mode"},
        ISOLATED,
    ],
    V1_SPOT: [
        answers.V1_SPOT_ACK, [answers.V1_SPOT_ORDER], {"orderList": [answers.V1_PLAN]}, [answers.V1_SPOT_ASSET],
        [answers.V1_SPOT_SYMBOL], {"symbol": "BTCUSDT_SPBL", "close": "1"}, "1700000000000", "7", answers.V2_INFO,
        {**answers.V1_SPOT_ACK, "clientOrderId": "sig-42-sl"}, EXIT_ACK,
    ],
    V1_MIX: [
        answers.V2_ACK, EXIT_ACK, answers.V1_MIX_ORDER, [answers.V1_MIX_ORDER], [answers.V1_PLAN],
        {"list": [answers.V1_PLAN]}, [answers.V1_POSITION], [answers.V1_MIX_ACCOUNT], answers.V1_MIX_ACCOUNT,
        answers.V2_LEVERAGE, [answers.V1_CONTRACT], {"symbol": "BTCUSDT_UMCBL", "last": "1"},
        {"dualSidePosition": True}, {**ISOLATED, "marginMode": "fixed"}, "1700000000000", answers.V2_INFO,
        {"result": True, "fail_infos": [{"order_id": "1", "err_code": "43001", "err_msg": "No."}]},
    ],
}  # fmt: skip


def nothing_rests(intent: Intent, _: bytes) -> bool:
    return isinstance(intent, CancelAll)


FAILED = (b"40200", b"40308", b"40844", b"41114", b"43115", b"45043")
"""Maintenance, in Bitget's words."""
HEARINGS = [
    Hearing(
        f"bitget {name}", dialect, [intent for own, intent in EVERY_INTENT if own is dialect],
        [told(data) for data in DATA[dialect]],
        keys=("code", "msg", "data", "orderId", "clientOid", "status", "state", "baseVolume", "entrustedList",
              "feeDetail"),
        odd=("00000", "43012", 43012, "filled", "live", '{"BTC":[]}', '{"BTC":{"totalFee":1e400}}'),
        codes=frozenset({"code", "errorCode", "err_code"}), told=told, in_a_yes=b"00000",
        nothing_to_do=nothing_rests, failed=FAILED,
    )
    for name, dialect in DIALECTS.items()
]  # fmt: skip
