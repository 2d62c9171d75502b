"""Linear contracts in the words of the g-API: real values as text (EXCHANGES 6.7)."""

from decimal import Decimal
from typing import Any

from simulator.phemex.contracts import exits, margin, worth
from simulator.phemex.contracts.records import ZERO, Desk, Fill, Order, Position
from simulator.phemex.contracts.spelling import plain
from simulator.phemex.contracts.states import (
    DIRECTIONS,
    POSITION_SIDES,
    SIDES,
    STATES,
    TRIGGERS,
    TYPES,
)
from simulator.phemex.contracts.symbols import CONTRACTS, CURRENCY_CODES, MAINTENANCE, MAKER
from simulator.phemex.identity import NS, account_number, user_number


def acknowledged(order: Order) -> dict[str, Any]:
    """That it was received: nothing has filled yet, whatever has happened since."""
    answer = ordered(order)
    left = ZERO if order.is_conditional else order.quantity
    answer.update(
        ordStatus="Untriggered" if order.is_conditional else "Created",
        execStatus="Registered" if order.is_conditional else "PendingNew",
        displayQtyRq="0", closedPnlRv="0", closedSizeRq="0", cumQtyRq="0", cumValueRv="0", leavesQtyRq=plain(left),
        leavesValueRv=plain(worth.value(order.contract, left, order.price)),
    )  # fmt: skip
    if order.is_conditional:
        answer["timeInForce"] = order.time_in_force if order.is_limit else "ImmediateOrCancel"
    return answer


def ordered(order: Order) -> dict[str, Any]:
    """As it is now: in the list of active orders and after a cancel."""
    left = order.remaining if order.is_open else ZERO
    return {
        "bizError": order.biz_error, "orderID": order.id, "clOrdID": order.client_id, "symbol": order.symbol,
        "side": order.side, "posSide": order.position_side, "actionTimeNs": order.accepted_ms * NS,
        "transactTimeNs": order.updated_ms * NS, "orderType": order.type, "priceRp": plain(order.price),
        "orderQtyRq": plain(order.quantity), "displayQtyRq": plain(left), "timeInForce": order.time_in_force,
        "reduceOnly": order.reduce_only, "closedPnlRv": plain(order.closed_profit),
        "closedSizeRq": plain(order.closed), "cumQtyRq": plain(order.filled), "cumValueRv": plain(order.value_filled),
        "leavesQtyRq": plain(left), "leavesValueRv": plain(worth.value(order.contract, left, order.price)),
        "stopDirection": order.stop_direction, "stopPxRp": plain(order.stop_price), "trigger": order.trigger,
        "pegOffsetValueRp": "0", "pegOffsetProportionRr": "0", "execStatus": order.exec_status,
        "pegPriceType": "UNSPECIFIED", "ordStatus": order.state, "execInst": _instruction(order),
        "takeProfitRp": plain(order.take_profit), "stopLossRp": plain(order.stop_loss),
        "slPxRp": plain(order.stop_loss_limit), "tpPxRp": plain(order.take_profit_limit),
    }  # fmt: skip


def remembered(order: Order) -> dict[str, Any]:
    """A row of the history: numbers for words, and `orderId`, `clOrdId`."""
    left = order.remaining if order.is_open else ZERO
    average = order.value_filled / order.filled if order.filled else ZERO
    return {
        "createdAt": order.accepted_ms, "updatedAt": order.updated_ms, "actionTimeNs": order.accepted_ms * NS,
        "transactTimeNs": order.updated_ms * NS, "symbol": order.symbol, "orderQtyRq": plain(order.quantity),
        "side": SIDES[order.side], "posSide": POSITION_SIDES[order.position_side], "priceRp": plain(order.price),
        "execQtyRq": plain(order.filled), "cumQtyRq": plain(order.filled), "leavesQtyRq": plain(left),
        "execPriceRp": plain(average), "avgTransactPriceRp": plain(average),
        "orderValueRv": plain(order.value_filled), "cumValueRv": plain(order.value_filled),
        "leavesValueRv": plain(worth.value(order.contract, left, order.price)),
        "stopDirection": DIRECTIONS[order.stop_direction], "stopPxRp": plain(order.stop_price),
        "trigger": TRIGGERS[order.trigger], "actionBy": 1, "execFeeRv": plain(order.fees),
        "ordType": TYPES[order.type], "ordStatus": STATES[order.state], "execStatus": STATES[order.state],
        "clOrdId": order.client_id, "orderId": order.id, "bizError": order.biz_error,
        "timeInForce": order.time_in_force, "reduceOnly": order.reduce_only,
        "closedPnlRv": plain(order.closed_profit), "closedSizeRq": plain(order.closed),
        "totalPnlRv": plain(order.closed_profit), "takeProfitRp": plain(order.take_profit),
        "stopLossRp": plain(order.stop_loss), "tradeType": 0, "cxlRejReason": order.reject_reason,
    }  # fmt: skip


def traded(fill: Fill) -> dict[str, Any]:
    rate = MAKER if fill.is_maker else CONTRACTS[fill.symbol].taker
    return {
        "createdAt": fill.at_ms, "transactTimeNs": fill.at_ms * NS, "symbol": fill.symbol, "currency": "USDT",
        "action": 1, "tradeType": 1, "execQtyRq": plain(fill.quantity), "execPriceRp": plain(fill.price),
        "side": SIDES[fill.side], "posSide": POSITION_SIDES[fill.position_side],
        "orderQtyRq": plain(fill.order_quantity), "priceRp": plain(fill.order_price),
        "execValueRv": plain(fill.value), "feeRateRr": plain(rate), "execFeeRv": plain(fill.fee),
        "closedPnlRv": plain(fill.realised), "ordType": TYPES[fill.order_type], "execId": fill.execution,
        "execID": fill.execution, "orderID": fill.order_id, "clOrdID": fill.client_id, "execStatus": 7 - fill.is_maker,
    }  # fmt: skip


def account(desk: Desk, currency: str, marks: margin.Marks) -> dict[str, Any]:
    return {
        "userID": user_number(desk.api_key), "accountId": account_number(desk.api_key, CURRENCY_CODES[currency]),
        "currency": currency, "accountBalanceRv": plain(desk.wallet(currency).balance),
        "totalUsedBalanceRv": plain(margin.used(desk, currency, marks)), "bonusBalanceRv": "0",
    }  # fmt: skip


def positioned(desk: Desk, position: Position, marks: margin.Marks, size_name: str = "size") -> dict[str, Any]:
    """`size_name` is `sizeRq` in the costlier of the two calls."""
    mark, own = marks[position.symbol], margin.position_margin(position)
    return {
        "userID": user_number(desk.api_key), "accountID": account_number(desk.api_key, CURRENCY_CODES["USDT"]),
        "symbol": position.symbol, "currency": "USDT", "side": position.held_side, "positionStatus": "Normal",
        "posSide": position.side, "posMode": "OneWay" if position.side == "Merged" else "Hedged",
        "crossMargin": not position.is_isolated, "leverageRr": plain(position.leverage),
        "initMarginReqRr": plain(1 / position.effective_leverage), "maintMarginReqRr": plain(MAINTENANCE),
        size_name: plain(abs(position.amount)), "valueRv": plain(margin.entry_value(position)),
        "avgEntryPriceRp": plain(position.entry_price), "posCostRv": plain(own), "assignedPosBalanceRv": plain(own),
        "positionMarginRv": plain(own), "usedBalanceRv": plain(own),
        "liquidationPriceRp": plain(margin.liquidation_price(desk, position, marks)), "markPriceRp": plain(mark),
        "unRealisedPnlRv": plain(margin.unrealised(position, mark)),
        "takeProfitRp": plain(exits.level(desk, position, of_stop=False)),
        "stopLossRp": plain(exits.level(desk, position, of_stop=True)),
        "cumClosedPnlRv": plain(position.realised), "curTermRealisedPnlRv": plain(_realised(position)),
        "cumTransactFeeRv": plain(position.fees), "transactTimeNs": position.updated_ms * NS,
        "term": position.term, "execSeq": position.updated_ms,
    }  # fmt: skip


def _realised(position: Position) -> Decimal:
    return position.realised if position.amount else ZERO


def _instruction(order: Order) -> str:
    if order.close_on_trigger:
        return "CloseOnTrigger"
    return "ReduceOnly" if order.reduce_only else "None"
