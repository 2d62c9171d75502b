"""One account on one market over one transport, and the words in which the cases tell it what to do."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import count
from typing import Any

from mysignals.domain.abilities import ExitStyle
from mysignals.domain.intents import (
    CancelAll,
    CancelOrder,
    CloseTrade,
    ExitKind,
    OpenTrade,
    PlaceExit,
    PlaceOco,
    PlaceOrder,
    QueryOrder,
    ReadOpenOrders,
    ReadPositions,
    ReadTrade,
    ReadTrades,
)
from mysignals.domain.market import EntryType, Market, PositionMode, Side, SymbolRules
from mysignals.domain.outcomes import (
    Accepted,
    OpenOrders,
    OrderReport,
    Outcome,
    Positions,
    Reason,
    Rejected,
    Trade,
    Trades,
)
from mysignals.exchanges.trades import entry_of
from tests.exchanges.trading import Place, Trader

from .facts import cancels_conditional_singly, is_inverse

Order = PlaceOrder | PlaceExit | PlaceOco | OpenTrade
PRICE = Decimal(50_000)
NUMBERS = count(1)
RULES: dict[Place, SymbolRules] = {}


class Trial(Trader):
    """Everything is a long of `size`, unless a case says otherwise. The price is 50,000 when it begins."""

    has_moved_price = False
    has_turned_clock = False

    @property
    def is_within_trade(self) -> bool:
        return self.place.abilities.exits is ExitStyle.WITHIN_TRADE

    @property
    def is_hedged(self) -> bool:
        return self.place.mode is PositionMode.HEDGE

    @property
    def size(self) -> Decimal:
        """In what the market counts: some hundreds of quote everywhere, 100 contracts of one dollar on an inverse."""
        if is_inverse(self.place):
            return Decimal(100)
        return Decimal("0.2") if self.is_within_trade else Decimal("0.01")

    @property
    def rules(self) -> SymbolRules:
        """Read once a market: they do not change."""
        if self.place not in RULES:
            RULES[self.place] = super().rules
        return RULES[self.place]

    def entry(self, **changes: Any) -> PlaceOrder | OpenTrade:
        """At the market. A purchase that is told in quote says the price (Abilities.buys_in_quote)."""
        if self.is_within_trade:
            return replace(
                OpenTrade(self.place.symbol, Side.BUY, self.size, 10, Decimal(500), Decimal(1000)), **changes
            )
        price = PRICE if self.place.abilities.buys_in_quote else None
        order = PlaceOrder(
            self.place.market, self.place.symbol, Side.BUY, EntryType.MARKET, self.size, price, self.name(),
            hedge=self.is_hedged,
        )  # fmt: skip
        return replace(order, **changes)

    def limit(self, price: Decimal | int = 40_000, **changes: Any) -> PlaceOrder:
        made = self.entry(type=EntryType.LIMIT, price=Decimal(price), **changes)
        assert isinstance(made, PlaceOrder)
        return made

    def stop(self, price: int = 45_000) -> PlaceExit | PlaceOco:
        """Of a long; on a market that knows stops in pairs only, with a target beside it."""
        if self.place.market is Market.SPOT and self.place.abilities.exits is ExitStyle.ORDER_LIST:
            name = self.name()
            return PlaceOco(
                self.place.symbol, Side.SELL, self.size, Decimal(60_000), Decimal(price), None, name + "l", name + "t",
                name,
            )  # fmt: skip
        return self.exit(ExitKind.STOP, price)

    def exit(self, kind: ExitKind, price: int, side: Side = Side.SELL) -> PlaceExit:
        return PlaceExit(
            self.place.market, self.place.symbol, side, kind, self.size, Decimal(price), self.name(),
            hedge=self.is_hedged,
        )  # fmt: skip

    def name(self) -> str:
        return f"case-{next(NUMBERS)}"

    def look(self, placed: Order, *, history: bool = True) -> Outcome:
        """Among the live ones, then where those are that are over; a trade without an id of ours in the list."""
        if isinstance(placed, OpenTrade):
            return self._looked_for(placed)
        query = self._query(placed)
        outcome = self.ask(query)
        is_gone = isinstance(outcome, Rejected) and outcome.reason is Reason.NOT_FOUND
        if is_gone and history and self.place.abilities.has_history:
            return self.ask(replace(query, history=True))
        return outcome

    def _looked_for(self, placed: OpenTrade) -> Outcome:
        told = self.ask(ReadTrades())
        if not isinstance(told, Trades):
            return told
        found = [trade for trade in told.items if trade.quantity == placed.quantity]
        assert len(found) < 2, found
        return self._told(found[0]) if found else Rejected(Reason.NOT_FOUND, "", "not in the list")

    def _told(self, trade: Trade) -> Accepted:
        return Accepted((entry_of(self.session(), trade),))

    def query(self, exchange_id: str = "", client_id: str = "", **changes: Any) -> Outcome:
        """One order or trade by whatever it is called."""
        if self.is_within_trade:
            told = self.ask(ReadTrade(exchange_id))
            return self._told(told) if isinstance(told, Trade) else told
        asked = QueryOrder(
            self.place.market, self.place.symbol, client_id, exchange_id=exchange_id, position=Side.BUY,
            hedge=self.is_hedged,
        )  # fmt: skip
        return self.ask(replace(asked, **changes))

    def _query(self, placed: Order) -> QueryOrder:
        assert not isinstance(placed, OpenTrade)
        name = placed.stop_id if isinstance(placed, PlaceOco) else placed.client_id
        waits = isinstance(placed, PlaceExit)
        return QueryOrder(
            self.place.market, self.place.symbol, name, waits, position=Side.BUY, hedge=self.is_hedged,
            kind=placed.kind if isinstance(placed, PlaceExit) else None,
        )  # fmt: skip

    def cancel(self, placed: Order) -> Outcome:
        """A trade has nothing to cancel: it is liquidated."""
        if isinstance(placed, OpenTrade):
            return self.ask(CloseTrade(first(self.look(placed)).exchange_id))
        asked = self._query(placed)
        return self.ask(
            CancelOrder(
                asked.market, asked.symbol, asked.client_id, asked.conditional, position=Side.BUY,
                hedge=asked.hedge, kind=asked.kind,
            )
        )  # fmt: skip

    def closing(self, side: Side = Side.SELL, quantity: Decimal | None = None) -> Outcome:
        """What closes a position of `size`; on spot a plain sale."""
        if self.is_within_trade:
            (trade,) = self.trades()
            return self.ask(CloseTrade(trade.exchange_id))
        is_futures = self.place.market is Market.FUTURES
        return self.ask(self.entry(side=side, quantity=quantity or self.size, reduce_only=is_futures, price=None))

    def trades(self) -> list[Trade]:
        told = self.ask(ReadTrades())
        assert isinstance(told, Trades), told
        return [trade for trade in told.items if trade.closing is None]

    def held(self) -> list[Decimal]:
        """What is open, a short below zero."""
        if self.is_within_trade:
            return [trade.quantity if trade.side is Side.BUY else -trade.quantity for trade in self.trades()]
        told = self.ask(ReadPositions(self.place.symbol))
        assert isinstance(told, Positions), told
        return [position.amount for position in told.items]

    def resting(self, *, conditional: bool) -> OpenOrders:
        told = self.ask(ReadOpenOrders(self.place.market, self.place.symbol, conditional))
        assert isinstance(told, OpenOrders), told
        return told

    def everything_resting(self) -> set[str]:
        """Client ids. Where conditional orders are not kept apart, both lists tell the same."""
        both = (*self.resting(conditional=False).items, *self.resting(conditional=True).items)
        return {order.report.client_id for order in both}

    def cancel_all(self) -> Outcome:
        """Plain and conditional ones; the first outcome that is no yes."""
        plain = self.ask(CancelAll(self.place.market, self.place.symbol))
        if not isinstance(plain, Accepted):
            return plain
        if cancels_conditional_singly(self.place):
            singly = [
                self.ask(
                    CancelOrder(
                        self.place.market, self.place.symbol, "", True, order.report.exchange_id, kind=order.kind
                    )
                )
                for order in self.resting(conditional=True).items
            ]
            return next((outcome for outcome in singly if not isinstance(outcome, Accepted)), Accepted())
        return self.ask(CancelAll(self.place.market, self.place.symbol, conditional=True))

    def upset(self, kind: str, on: str = "any", **more: Any) -> None:
        """One fault for this account alone: one that never strikes harms nobody else."""
        self.fault(kind=kind, on=on, api_key=self.account["api_key"], count=1, **more)

    def move_price(self, price: str) -> None:
        self.has_moved_price = True
        super().move_price(price)

    def turn_clock(self, hours: int) -> None:
        """The exchange's, which then stands still."""
        self.has_turned_clock = True
        now_ms = self.simulator.control("GET", "/_control/clock")["now_ms"]
        self.simulator.control("POST", "/_control/clock", {"now_ms": now_ms + hours * 3_600_000})

    def put_right(self) -> None:
        """What all accounts share."""
        if self.has_turned_clock:
            self.simulator.control("POST", "/_control/clock", {"real": True})
        if self.has_moved_price:
            super().move_price(str(PRICE))

    def taken(self) -> int:
        """How many orders the exchange has ever taken from this account."""
        return len(self.ledger())

    def ledger(self) -> list[dict[str, str]]:
        asked = f"/_control/ledger?venue={self.place.venue}&api_key={self.account['api_key']}"
        rows: list[dict[str, str]] = self.simulator.control("GET", asked)
        return rows


def first(outcome: Outcome) -> OrderReport:
    assert isinstance(outcome, Accepted), outcome
    return outcome.orders[0]
