"""The events of a futures account's stream in Binance's own words (EXCHANGES 3.8)."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from simulator.binance.usdm import margin
from simulator.binance.usdm.answers import price_text, quantity_text
from simulator.binance.usdm.records import AlgoOrder, Desk, Fill, Order, Setting
from simulator.position import Position
from simulator.wallet import MarginWallet

EXECUTIONS = {"PARTIALLY_FILLED": "TRADE", "FILLED": "TRADE"}


def order_update(desk: Desk, order: Order, now_ms: int, is_change: bool = False) -> dict[str, Any]:
    execution = "AMENDMENT" if is_change else EXECUTIONS.get(order.state, order.state)
    fill = desk.fills[-1] if execution == "TRADE" else None
    if fill is not None and order.type == "LIQUIDATION":
        execution = "CALCULATED"
    average = order.quote_filled / order.filled if order.filled else Decimal(0)
    name = order.symbol
    return {
        "e": "ORDER_TRADE_UPDATE", "T": order.updated_ms, "E": now_ms,
        "o": {
            "s": name, "c": order.client_id, "S": order.side, "o": order.type, "f": order.time_in_force,
            "q": quantity_text(name, order.quantity), "p": price_text(name, order.price), "ap": f"{average:.5f}",
            "sp": "0", "x": execution, "X": order.state, "i": order.id,
            "l": quantity_text(name, fill.quantity if fill else Decimal(0)),
            "z": quantity_text(name, order.filled), "L": price_text(name, fill.price if fill else Decimal(0)),
            "n": f"{fill.commission:.8f}" if fill else "0", "N": "USDT", "T": order.updated_ms,
            "t": fill.id if fill else 0, "b": "0", "a": "0", "m": fill.is_maker if fill else False,
            "R": order.reduce_only, "wt": "CONTRACT_PRICE", "ot": order.orig_type, "ps": order.position_side,
            "cp": order.close_position, "rp": f"{fill.realised:.8f}" if fill else "0", "pP": False, "si": 0,
            "ss": 0, "V": "EXPIRE_MAKER", "pm": "NONE", "gtd": order.good_till_ms,
        },
    }  # fmt: skip


def trade_lite(order: Order, fill: Fill, now_ms: int) -> dict[str, Any]:
    """The quick one about a fill; it comes besides ORDER_TRADE_UPDATE."""
    name = order.symbol
    return {
        "e": "TRADE_LITE", "E": now_ms, "T": fill.at_ms, "s": name, "q": quantity_text(name, order.quantity),
        "p": price_text(name, order.price), "m": fill.is_maker, "c": order.client_id, "S": order.side,
        "L": price_text(name, fill.price), "l": quantity_text(name, fill.quantity), "t": fill.id, "i": order.id,
    }  # fmt: skip


def algo_update(algo: AlgoOrder, order: Order | None, now_ms: int) -> dict[str, Any]:
    """`ai` is the order in the book, `ap` and `aq` are what that has filled."""
    average = order.quote_filled / order.filled if order is not None and order.filled else Decimal(0)
    name = algo.symbol
    return {
        "e": "ALGO_UPDATE", "T": algo.updated_ms, "E": now_ms,
        "o": {
            "caid": algo.client_id, "aid": algo.id, "at": "CONDITIONAL", "o": algo.type, "s": name, "S": algo.side,
            "ps": algo.position_side, "f": algo.time_in_force, "q": quantity_text(name, algo.quantity),
            "X": algo.state, "ai": str(algo.order_id or ""), "ap": f"{average:.5f}",
            "aq": quantity_text(name, order.filled if order is not None else Decimal(0)),
            "act": order.type if order is not None else "0", "tp": price_text(name, algo.trigger_price),
            "p": price_text(name, algo.price), "V": "EXPIRE_MAKER", "wt": algo.working_type, "pm": "NONE",
            "cp": algo.close_position, "pP": algo.price_protect, "R": algo.reduce_only, "tt": algo.triggered_ms,
            "gtd": algo.good_till_ms, "rm": algo.failure,
        },
    }  # fmt: skip


def account_update(
    desk: Desk, reason: str, wallets: Iterable[tuple[MarginWallet, Decimal]], positions: Iterable[Position],
    marks: margin.Marks, now_ms: int,
) -> dict[str, Any]:  # fmt: skip
    """`wallets` with the part of their change that is neither profit nor fee."""
    cross = margin.totals(desk, marks).cross_wallet
    return {
        "e": "ACCOUNT_UPDATE", "T": now_ms, "E": now_ms,
        "a": {
            "m": reason,
            "B": [_balance(wallet, cross, change) for wallet, change in wallets],
            "P": [_position(desk, position, marks) for position in positions],
        },
    }  # fmt: skip


def _balance(wallet: MarginWallet, cross: Decimal, change: Decimal) -> dict[str, Any]:
    return {
        "a": wallet.asset, "wb": f"{wallet.balance:.8f}",
        "cw": f"{cross if wallet.asset == 'USDT' else wallet.balance:.8f}", "bc": f"{change:.8f}",
    }  # fmt: skip


def _position(desk: Desk, position: Position, marks: margin.Marks) -> dict[str, Any]:
    isolated = desk.setting(position.symbol).isolated
    profit = position.unrealised(marks[position.symbol]) if position.amount else Decimal(0)
    even = position.entry_price + (position.fees / position.amount if position.amount else Decimal(0))
    return {
        "s": position.symbol, "pa": quantity_text(position.symbol, position.amount), "ep": f"{position.entry_price:f}",
        "bep": f"{even:.8f}", "cr": f"{position.realised:.8f}", "up": f"{profit:.8f}",
        "mt": "isolated" if isolated else "cross", "iw": f"{position.isolated if isolated else 0:.8f}",
        "ps": position.side,
    }  # fmt: skip


def leverage_update(setting: Setting, now_ms: int) -> dict[str, Any]:
    chosen = {"s": setting.symbol, "l": setting.leverage}
    return {"e": "ACCOUNT_CONFIG_UPDATE", "T": now_ms, "E": now_ms, "ac": chosen}


def listen_key_expired(key: str, now_ms: int) -> dict[str, Any]:
    return {"e": "listenKeyExpired", "E": now_ms, "listenKey": key}
