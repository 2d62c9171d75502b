"""A refusal in Phemex's words: a code and its name, with HTTP 200 unless the door itself is shut (EXCHANGES 6.9)."""

import orjson

from simulator.wire.exchanged import Reply

NAMES = {
    10002: "OM_ORDER_NOT_FOUND",
    11001: "TE_NO_ENOUGH_AVAILABLE_BALANCE",
    11004: "TE_INVALID_LEVERAGE",
    11005: "TE_NO_ENOUGH_BALANCE_FOR_NEW_LEVERAGE",
    11006: "TE_CANNOT_CHANGE_POSITION_MARGIN_WITHOUT_POSITION",
    11007: "TE_CANNOT_CHANGE_POSITION_MARGIN_FOR_CROSS_MARGIN",
    11008: "TE_CANNOT_REMOVE_POSITION_MARGIN_MORE_THAN_ADDED",
    11010: "TE_CANNOT_ADD_POSITION_MARGIN_DUE_TO_NO_ENOUGH_AVAILABLE_BALANCE",
    11011: "TE_REDUCE_ONLY_ABORT",
    11012: "TE_REPLACE_TO_INVALID_QTY",
    11013: "TE_CONDITIONAL_NO_POSITION",
    11014: "TE_CONDITIONAL_CLOSE_POSITION_WRONG_SIDE",
    11027: "TE_SYMBOL_INVALID",
    11028: "TE_CURRENCY_INVALID",
    11031: "TE_SO_NUM_EXCEEDS",
    11032: "TE_AO_NUM_EXCEEDS",
    11034: "TE_SIDE_INVALID",
    11035: "TE_ORD_TYPE_INVALID",
    11036: "TE_TIME_IN_FORCE_INVALID",
    11038: "TE_TRIGGER_INVALID",
    11043: "TE_RISING_TRIGGER_DIRECTLY",
    11044: "TE_FALLING_TRIGGER_DIRECTLY",
    11045: "TE_TRIGGER_PRICE_TOO_LARGE",
    11046: "TE_TRIGGER_PRICE_TOO_SMALL",
    11047: "TE_BUY_TP_SHOULD_GT_BASE",
    11048: "TE_BUY_SL_SHOULD_LT_BASE",
    11050: "TE_SELL_TP_SHOULD_LT_BASE",
    11052: "TE_SELL_SL_SHOULD_GT_BASE",
    11053: "TE_PRICE_TOO_LARGE",
    11055: "TE_PRICE_TOO_SMALL",
    11056: "TE_QTY_TOO_LARGE",
    11057: "TE_QTY_NOT_MATCH_REDUCE_ONLY",
    11058: "TE_QTY_TOO_SMALL",
    11062: "TE_ORD_ALREADY_CANCELED",
    11063: "TE_ORD_STATUS_CANNOT_CANCEL",
    11065: "TE_ORD_REPLACE_NOT_MODIFIED",
    11066: "TE_ORD_STATUS_CANNOT_REPLACE",
    11067: "TE_CANNOT_REPLACE_PRICE",
    11074: "TE_CANNOT_ATTACH_TP_SL",
    11077: "TE_TP_TRIGGER_INVALID",
    11080: "TE_SL_TRIGGER_INVALID",
    11085: "TE_CL_ORD_ID_DUPLICATE",
    11096: "TE_CLOSE_ORDER_CANNOT_ATTACH_TP_SL",
    11105: "TE_PLACE_ORDER_INSUFFICIENT_BASE_BALANCE",
    11106: "TE_PLACE_ORDER_INSUFFICIENT_QUOTE_BALANCE",
    11111: "TE_MISSING_ORDER_ID",
    11112: "TE_QTY_TYPE_INVALID",
    11114: "TE_ORDER_VALUE_TOO_LARGE",
    11115: "TE_ORDER_VALUE_TOO_SMALL",
    20004: "TE_ERR_INCONSISTENT_POS_MODE",
    20005: "TE_ERR_CANNOT_SWITCH_POS_MODE",
}


class Refusal(Exception):
    """Raised anywhere below a route; answered as {"code", "msg", "data": null}. The order did not happen."""

    def __init__(self, code: int, message: str = "", status: int = 200, headers: bytes = b"") -> None:
        self.code, self.message = code, message or NAMES[code]
        super().__init__(code, self.message)
        self.status, self.headers = status, headers

    def reply(self, headers: bytes = b"") -> Reply:
        body = orjson.dumps({"code": self.code, "msg": self.message, "data": None})
        return Reply(self.status, body, headers + self.headers, str(self.code))


def missing(name: str) -> Refusal:
    return Refusal(412, f"Missing parameter - {name}")


def malformed(name: str) -> Refusal:
    return Refusal(6001, f"invalid argument - {name}")
