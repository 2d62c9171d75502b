"""Accounts, orders and positions as the `aop` channels tell them: quantities without a suffix, `_p` in text."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from simulator.phemex.contracts import margin, worth
from simulator.phemex.contracts.records import ZERO, Desk, Fill, Order, Position
from simulator.phemex.contracts.spelling import PRICE_SCALE, RATIO_SCALE, VALUE_SCALE, plain, scaled
from simulator.phemex.contracts.symbols import CURRENCY_CODES, MAINTENANCE, MAKER
from simulator.phemex.identity import NS, account_number, user_number

NO_EXECUTION = "00000000-0000-0000-0000-000000000000"
RISK_LIMIT = Decimal(1_000_000)


@dataclass(slots=True, frozen=True)
class Words:
    """How one of the two channels spells names and numbers: suffixes of values, prices and ratios."""

    in_text: bool
    v: str
    p: str
    r: str
    value: Callable[[Decimal], Any]
    price: Callable[[Decimal], Any]
    ratio: Callable[[Decimal], Any]
    size: Callable[[Decimal], Any]


INTEGERS = Words(
    False, "Ev", "Ep", "Er", lambda value: scaled(value, VALUE_SCALE), lambda price: scaled(price, PRICE_SCALE),
    lambda ratio: scaled(ratio, RATIO_SCALE), int,
)  # fmt: skip
TEXT = Words(True, "Rv", "Rp", "Rr", plain, plain, plain, plain)


def account(desk: Desk, currency: str, marks: margin.Marks, words: Words) -> dict[str, Any]:
    v = words.v
    return {
        f"accountBalance{v}": words.value(desk.wallet(currency).balance),
        "accountID": account_number(desk.api_key, CURRENCY_CODES[currency]), f"bonusBalance{v}": words.value(ZERO),
        "currency": currency, f"totalUsedBalance{v}": words.value(margin.used(desk, currency, marks)),
        "userID": user_number(desk.api_key),
    }  # fmt: skip


def order(desk: Desk, order: Order, fill: Fill | None, action: str, sequence: int, words: Words) -> dict[str, Any]:
    """`action`: New, Replace or Cancel. `fill` is the execution that is told, where it is one."""
    v, p, contract = words.v, words.p, order.contract
    left = order.remaining if order.is_open else ZERO
    row = {
        "accountID": account_number(desk.api_key, CURRENCY_CODES[contract.settle]), "action": action,
        "actionBy": "BySystem" if order.by_venue else "ByUser", "actionTimeNs": order.accepted_ms * NS,
        "addedSeq": order.number, f"bonusChangedAmount{v}": words.value(ZERO), "clOrdID": order.client_id,
        f"closedPnl{v}": words.value(order.closed_profit), "closedSize": words.size(order.closed),
        "code": order.biz_error, "cumQty": words.size(order.filled), f"cumValue{v}": words.value(order.value_filled),
        "currency": contract.settle, "cxlRejReason": order.reject_reason, "displayQty": words.size(left),
        **_execution(order, fill, words), "execSeq": sequence,
        "execStatus": "Replaced" if action == "Replace" else _status(order, fill), "leavesQty": words.size(left),
        f"leavesValue{v}": words.value(_value(order, left)), "message": "No error", "ordStatus": order.state,
        "ordType": order.type, "orderID": order.id, "orderQty": words.size(order.quantity),
        f"pegOffsetValue{p}": words.price(ZERO), f"price{p}": words.price(order.price), "relatedReqNum": order.number,
        "side": order.side, "slTrigger": order.stop_loss_trigger, f"stopLoss{p}": words.price(order.stop_loss),
        "stopDirection": order.stop_direction, f"stopPx{p}": words.price(order.stop_price), "symbol": order.symbol,
        f"takeProfit{p}": words.price(order.take_profit), "timeInForce": order.time_in_force,
        "tpTrigger": order.take_profit_trigger, "transactTimeNs": order.updated_ms * NS, "trigger": order.trigger,
        "userID": user_number(desk.api_key), **_position_now(desk, order, words),
    }  # fmt: skip
    if words.in_text:
        row["posSide"] = order.position_side
    return row


def _status(order: Order, fill: Fill | None) -> str:
    if fill is None:
        return order.exec_status
    return "MakerFill" if fill.is_maker else "TakerFill"


def _value(order: Order, quantity: Decimal) -> Decimal:
    return worth.in_smallest(worth.value(order.contract, quantity, order.price)) if order.price else ZERO


def _execution(order: Order, fill: Fill | None, words: Words) -> dict[str, Any]:
    if fill is None:
        return {
            f"execFee{words.v}": words.value(ZERO), "execID": NO_EXECUTION, f"execPrice{words.p}": words.price(ZERO),
            "execQty": words.size(ZERO), f"execValue{words.v}": words.value(ZERO),
            f"feeRate{words.r}": words.ratio(ZERO),
        }  # fmt: skip
    return {
        f"execFee{words.v}": words.value(fill.fee), "execID": fill.execution,
        f"execPrice{words.p}": words.price(fill.price), "execQty": words.size(fill.quantity),
        f"execValue{words.v}": words.value(fill.value),
        f"feeRate{words.r}": words.ratio(MAKER if fill.is_maker else order.contract.taker), "tradeType": "Trade",
        "lastLiquidityInd": "AddedLiquidity" if fill.is_maker else "RemovedLiquidity",
    }  # fmt: skip


def _position_now(desk: Desk, order: Order, words: Words) -> dict[str, Any]:
    """The position at the moment of the event, beside it."""
    held = desk.position(order.symbol, order.position_side)
    return {
        f"curAccBalance{words.v}": words.value(desk.wallet(order.contract.settle).balance),
        f"curAssignedPosBalance{words.v}": words.value(held.isolated), f"curBonusBalance{words.v}": words.value(ZERO),
        f"curLeverage{words.r}": words.ratio(held.leverage), "curPosSide": held.held_side,
        "curPosSize": words.size(abs(held.amount)), "curPosTerm": held.term,
        f"curPosValue{words.v}": words.value(margin.entry_value(held)),
        f"curRiskLimit{words.v}": words.value(RISK_LIMIT), "relatedPosTerm": held.term,
    }  # fmt: skip


def position(desk: Desk, held: Position, marks: margin.Marks, sequence: int, words: Words) -> dict[str, Any]:
    v, p, r, mark, own = words.v, words.p, words.r, marks[held.symbol], margin.position_margin(held)
    currency = held.contract.settle
    row = {
        "accountID": account_number(desk.api_key, CURRENCY_CODES[currency]),
        f"assignedPosBalance{v}": words.value(own), f"avgEntryPrice{p}": words.price(held.entry_price),
        f"cumClosedPnl{v}": words.value(held.realised), f"cumFundingFee{v}": words.value(ZERO),
        f"cumTransactFee{v}": words.value(held.fees), "currency": currency, "dataVer": held.term, "execSeq": sequence,
        f"initMarginReq{r}": words.ratio(1 / held.effective_leverage), f"leverage{r}": words.ratio(held.leverage),
        f"liquidationPrice{p}": words.price(margin.liquidation_price(desk, held, marks)),
        f"maintMarginReq{r}": words.ratio(MAINTENANCE), f"markPrice{p}": words.price(mark),
        f"posCost{v}": words.value(own), f"positionMargin{v}": words.value(own), "positionStatus": "Normal",
        f"riskLimit{v}": words.value(RISK_LIMIT), "side": held.held_side, "size": words.size(abs(held.amount)),
        "symbol": held.symbol, "term": held.term, "transactTimeNs": held.updated_ms * NS,
        f"unrealisedPnl{v}": words.value(margin.unrealised(held, mark)), f"usedBalance{v}": words.value(own),
        "userID": user_number(desk.api_key), f"value{v}": words.value(margin.entry_value(held)),
        "crossMargin": not held.is_isolated,
    }  # fmt: skip
    if words.in_text:
        row.update(posSide=held.side, posMode="OneWay" if held.side == "Merged" else "Hedged")
    return row
