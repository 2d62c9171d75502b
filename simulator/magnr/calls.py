"""What each call does: place, list, get and liquidate trades."""

from typing import Any

from simulator.magnr.book import Book
from simulator.magnr.drafts import read_draft
from simulator.magnr.money import DAILY_RATE, TRADE_RATE
from simulator.magnr.records import Desk, Trade
from simulator.magnr.refusal import Refusal
from simulator.wire.exchanged import Request

LONGEST_ID = 18


class Calls:
    """Deeds return what becomes JSON; they refuse by raising."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def place(self, desk: Desk, request: Request) -> Any:
        draft = read_draft(request.body)
        trade = self._book.place(desk, draft, request.received_ms, at_once=request.fraction is None)
        return {"id": trade.id}

    def list_all(self, desk: Desk, _: Request) -> Any:
        return {"trades": [_described(trade) for trade in desk.trades.values()]}

    def get(self, desk: Desk, request: Request) -> Any:
        return {"trade": _described(_asked_for(desk, request))}

    def liquidate(self, desk: Desk, request: Request) -> Any:
        trade = _asked_for(desk, request)
        self._book.close(desk, trade, "user", at_once=request.fraction is None)
        return {"id": trade.id}


def _asked_for(desk: Desk, request: Request) -> Trade:
    """By the last part of the path. The trade of another key is unknown, too."""
    sent = request.path[:-1].rpartition(b"/")[2]
    trade = desk.trades.get(int(sent)) if sent.isdigit() and len(sent) <= LONGEST_ID else None
    if trade is None:
        raise Refusal(404, "Trade not found")
    return trade


def _described(trade: Trade) -> dict[str, Any]:
    """Times in seconds. Prices, closing and profit are null until they are known; no trade trails its stop."""
    settled = trade.status == "settled"
    return {
        "id": trade.id, "side": trade.side, "leverage": trade.leverage, "size": float(trade.size),
        "deposit": float(trade.deposit), "exchange": trade.exchange, "created_at": trade.accepted_ms // 1000,
        "closed_at": trade.closed_ms // 1000 if trade.closed_ms else None,
        "open_price": float(trade.open_price) if trade.open_price else None,
        "close_price": float(trade.close_price) if trade.close_price else None,
        "closed_reason": trade.closed_reason or None, "trade_rate": float(TRADE_RATE),
        "daily_rate": float(DAILY_RATE), "trade_fees": float(trade.trade_fees),
        "daily_fees": float(trade.daily_fees),
        "stop_margin": float(trade.stop_margin or trade.stop_wanted) or None, "trail_margin": None,
        "sell_limit": float(trade.take) or None, "status": trade.status,
        "profit": float(trade.profit) if settled else None,
    }  # fmt: skip
