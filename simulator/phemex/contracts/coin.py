"""Inverse contracts in the words of the old API: scaled integers, and floats for display (EXCHANGES 6.6)."""

from decimal import Decimal
from typing import Any

from simulator.phemex.contracts import exits, margin, worth
from simulator.phemex.contracts.records import ZERO, Desk, Fill, Order, Position
from simulator.phemex.contracts.spelling import PRICE_SCALE, RATIO_SCALE, VALUE_SCALE, scaled
from simulator.phemex.contracts.symbols import CONTRACTS, CURRENCY_CODES, MAINTENANCE, MAKER
from simulator.phemex.identity import NS, account_number, user_number


def price_ep(price: Decimal) -> int:
    return scaled(price, PRICE_SCALE)


def value_ev(value: Decimal) -> int:
    return scaled(value, VALUE_SCALE)


def ratio_er(ratio: Decimal) -> int:
    return scaled(ratio, RATIO_SCALE)


def acknowledged(order: Order) -> dict[str, Any]:
    """That it was received: nothing has filled yet, whatever has happened since."""
    answer = ordered(order)
    answer["ordStatus"] = "Untriggered" if order.is_conditional else "Created"
    answer["execStatus"] = "Registered" if order.is_conditional else "PendingNew"
    left = ZERO if order.is_conditional else order.quantity
    value = worth.in_smallest(worth.value(order.contract, left, order.price)) if order.price else ZERO
    answer.update(
        transactTimeNs=0, displayQty=int(left), closedPnlEv=0, closedPnl=0, closedSize=0, cumQty=0, cumValueEv=0,
        cumValue=0, leavesQty=int(left), leavesValueEv=value_ev(value), leavesValue=float(value),
    )  # fmt: skip
    return answer


def ordered(order: Order) -> dict[str, Any]:
    """As it is now: in the list of active orders, in the history, and after a cancel."""
    left = order.remaining if order.is_open else ZERO
    value = worth.in_smallest(worth.value(order.contract, left, order.price)) if order.price else ZERO
    return {
        "bizError": order.biz_error, "orderID": order.id, "clOrdID": order.client_id, "symbol": order.symbol,
        "side": order.side, "actionTimeNs": order.accepted_ms * NS, "transactTimeNs": order.updated_ms * NS,
        "orderType": order.type, "priceEp": price_ep(order.price), "price": float(order.price),
        "orderQty": int(order.quantity), "displayQty": int(left), "timeInForce": order.time_in_force,
        "reduceOnly": order.reduce_only, "closedPnlEv": value_ev(order.closed_profit),
        "closedPnl": float(order.closed_profit), "closedSize": int(order.closed), "cumQty": int(order.filled),
        "cumValueEv": value_ev(order.value_filled), "cumValue": float(order.value_filled), "leavesQty": int(left),
        "leavesValueEv": value_ev(value), "leavesValue": float(value), "stopDirection": order.stop_direction,
        "stopPxEp": price_ep(order.stop_price), "stopPx": float(order.stop_price), "trigger": order.trigger,
        "pegOffsetValueEp": 0, "execStatus": order.exec_status, "pegPriceType": "UNSPECIFIED",
        "ordStatus": order.state, "execInst": _instruction(order), "takeProfitEp": price_ep(order.take_profit),
        "stopLossEp": price_ep(order.stop_loss), "cxlRejReason": order.reject_reason,
    }  # fmt: skip


def remembered(order: Order) -> dict[str, Any]:
    """A row of the history: the old API keeps its words there."""
    return ordered(order)


def traded(fill: Fill) -> dict[str, Any]:
    rate = MAKER if fill.is_maker else CONTRACTS[fill.symbol].taker
    return {
        "transactTimeNs": fill.at_ms * NS, "symbol": fill.symbol, "currency": CONTRACTS[fill.symbol].settle,
        "action": "New", "side": fill.side, "tradeType": "Trade", "execQty": int(fill.quantity),
        "execPriceEp": price_ep(fill.price), "orderQty": int(fill.order_quantity),
        "priceEp": price_ep(fill.order_price), "execValueEv": value_ev(fill.value), "feeRateEr": ratio_er(rate),
        "execFeeEv": value_ev(fill.fee), "closedPnlEv": value_ev(fill.realised), "ordType": fill.order_type,
        "execID": fill.execution, "orderID": fill.order_id, "clOrdID": fill.client_id,
        "execStatus": "MakerFill" if fill.is_maker else "TakerFill",
    }  # fmt: skip


def account(desk: Desk, currency: str, marks: margin.Marks) -> dict[str, Any]:
    return {
        "userID": user_number(desk.api_key), "accountId": account_number(desk.api_key, CURRENCY_CODES[currency]),
        "currency": currency, "accountBalanceEv": value_ev(desk.wallet(currency).balance),
        "totalUsedBalanceEv": value_ev(margin.used(desk, currency, marks)), "bonusBalanceEv": 0,
    }  # fmt: skip


def positioned(desk: Desk, position: Position, marks: margin.Marks) -> dict[str, Any]:
    contract, mark = position.contract, marks[position.symbol]
    value, own = margin.entry_value(position), margin.position_margin(position)
    liquidation, profit = margin.liquidation_price(desk, position, marks), margin.unrealised(position, mark)
    entry, initial = position.entry_price, 1 / position.effective_leverage
    profit_at, loss_at = exits.level(desk, position, of_stop=False), exits.level(desk, position, of_stop=True)
    return {
        "userID": user_number(desk.api_key),
        "accountID": account_number(desk.api_key, CURRENCY_CODES[contract.settle]), "symbol": position.symbol,
        "currency": contract.settle, "side": position.held_side, "positionStatus": "Normal",
        "crossMargin": not position.is_isolated, "leverageEr": ratio_er(position.leverage),
        "leverage": float(position.leverage), "initMarginReqEr": ratio_er(initial), "initMarginReq": float(initial),
        "maintMarginReqEr": ratio_er(MAINTENANCE), "maintMarginReq": float(MAINTENANCE),
        "size": int(abs(position.amount)), "value": float(value), "valueEv": value_ev(value),
        "avgEntryPriceEp": price_ep(entry), "avgEntryPrice": float(entry), "posCostEv": value_ev(own),
        "posCost": float(own), "assignedPosBalanceEv": value_ev(own), "assignedPosBalance": float(own),
        "positionMarginEv": value_ev(own), "positionMargin": float(own), "usedBalanceEv": value_ev(own),
        "usedBalance": float(own), "liquidationPriceEp": price_ep(liquidation),
        "liquidationPrice": float(liquidation), "markPriceEp": price_ep(mark), "markPrice": float(mark),
        "unRealisedPnlEv": value_ev(profit), "unRealisedPnl": float(profit),
        "unRealisedPosLossEv": value_ev(max(-profit, ZERO)),
        "takeProfitEp": price_ep(profit_at), "stopLossEp": price_ep(loss_at),
        "cumClosedPnlEv": value_ev(position.realised), "realisedPnlEv": value_ev(position.realised),
        "cumTransactFeeEv": value_ev(position.fees), "transactTimeNs": position.updated_ms * NS,
        "term": position.term, "execSeq": position.updated_ms,
    }  # fmt: skip


def _instruction(order: Order) -> str:
    if order.close_on_trigger:
        return "CloseOnTrigger"
    return "ReduceOnly" if order.reduce_only else "None"
