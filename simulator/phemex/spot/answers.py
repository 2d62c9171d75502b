"""Spot orders, fills and wallets in Phemex's own words: integers, all scaled by 1e8 (EXCHANGES 6.8)."""

from decimal import Decimal
from typing import Any

from simulator.phemex.identity import NS
from simulator.phemex.spot.records import ZERO, Fill, Order
from simulator.phemex.spot.symbols import FEE, PAIRS, SCALE
from simulator.wallet import Wallet


def scaled(amount: Decimal) -> int:
    return int(amount * SCALE)


def acknowledged(order: Order) -> dict[str, Any]:
    """That it was received: nothing has filled yet, whatever has happened since."""
    return {
        **ordered(order), "ordStatus": "Untriggered" if order.is_conditional else "Created",
        "execStatus": "Registered" if order.is_conditional else "PendingNew", "cumFeeEv": 0, "cumBaseQtyEv": 0,
        "cumQuoteQtyEv": 0, "cumBaseAmountEv": 0, "cumQuoteAmountEv": 0, "cumBaseValueEv": 0, "cumQuoteValueEv": 0,
        "avgPriceEp": 0, "leavesBaseQtyEv": scaled(order.quantity), "leavesQuoteQtyEv": 0, "transactTimeNs": 0,
    }  # fmt: skip


def ordered(order: Order) -> dict[str, Any]:
    """As it is now. By quote, the base quantity that was sent is none."""
    by_quote, filled, quote = bool(order.quote_quantity), scaled(order.filled), scaled(order.quote_filled)
    left = order.remaining if order.is_open else ZERO
    average = order.quote_filled / order.filled if order.filled else ZERO
    return {
        "orderID": order.id, "clOrdID": order.client_id, "priceEp": scaled(order.price), "action": "New",
        "trigger": order.trigger, "pegPriceType": "UNSPECIFIED", "stopDirection": order.stop_direction, "bizError": 0,
        "symbol": order.symbol, "side": order.side, "baseQtyEv": 0 if by_quote else scaled(order.quantity),
        "ordType": order.type, "timeInForce": order.time_in_force, "ordStatus": order.state,
        "execStatus": order.exec_status, "cumFeeEv": scaled(order.fees), "feeCurrency": order.fee_currency,
        "cumBaseQtyEv": filled, "cumQuoteQtyEv": quote, "cumBaseAmountEv": filled, "cumQuoteAmountEv": quote,
        "cumBaseValueEv": filled, "cumQuoteValueEv": quote, "leavesBaseQtyEv": scaled(left),
        "leavesQuoteQtyEv": scaled(order.quote_quantity - order.quote_filled) if by_quote and order.is_open else 0,
        "avgPriceEp": scaled(average), "quoteQtyEv": scaled(order.quote_quantity),
        "qtyType": "ByQuote" if by_quote else "ByBase", "stopPxEp": scaled(order.stop_price), "pegOffsetValueEp": 0,
        "actionTimeNs": order.accepted_ms * NS, "createTimeNs": order.accepted_ms * NS,
        "transactTimeNs": order.updated_ms * NS, "cxlRejReason": order.reject_reason,
    }  # fmt: skip


def traded(fill: Fill) -> dict[str, Any]:
    pair = PAIRS[fill.symbol]
    return {
        "transactTimeNs": fill.at_ms * NS, "clOrdID": fill.client_id, "orderID": fill.order_id, "symbol": fill.symbol,
        "side": fill.side, "action": "New", "execStatus": "MakerFill" if fill.is_maker else "TakerFill",
        "ordType": fill.order_type, "tradeType": "Trade", "execId": fill.execution,
        "execPriceEp": scaled(fill.price), "execBaseQtyEv": scaled(fill.quantity),
        "execQuoteQtyEv": scaled(fill.quote), "execFeeEv": scaled(fill.fee), "feeRateEr": scaled(FEE),
        "baseCurrency": pair.base, "quoteCurrency": pair.quote,
        "feeCurrency": pair.base if fill.side == "Buy" else pair.quote,
    }  # fmt: skip


def walleted(wallet: Wallet) -> dict[str, Any]:
    return {
        "currency": wallet.asset, "balanceEv": scaled(wallet.balance),
        "lockedTradingBalanceEv": scaled(wallet.locked), "lockedWithdrawEv": 0,
        "lastUpdateTimeNs": wallet.updated_ms * NS, "walletVid": 0,
    }  # fmt: skip
