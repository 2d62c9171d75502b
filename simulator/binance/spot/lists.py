"""Places OCO, OTO and OTOCO lists (EXCHANGES 2.6)."""

from collections.abc import Callable
from decimal import Decimal

from simulator.binance.parameters import Parameters
from simulator.binance.refusal import Refusal, rejected
from simulator.binance.spot import drafts, exits, wallets
from simulator.binance.spot.book import Book
from simulator.binance.spot.records import Desk, Draft, OrderList
from simulator.binance.spot.rules import check_duplicate, check_entry, check_filters, check_room
from simulator.binance.symbols import Symbol, read_symbol

TAKE_PROFITS = frozenset({"LIMIT_MAKER", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT"})
STOPS = frozenset({"STOP_LOSS", "STOP_LOSS_LIMIT"})
WORKING_TYPES = frozenset({"LIMIT", "LIMIT_MAKER"})
RELATION = "The relationship of the prices for the orders is not correct."


class Lists:
    def __init__(self, book: Book) -> None:
        self._book = book

    def place_oco(self, desk: Desk, params: Parameters, received_ms: int) -> OrderList:
        symbol = read_symbol(self._book.symbols, params)
        side = drafts.read_side(params)
        above = drafts.read_draft(params, symbol.name, side, drafts.ABOVE)
        below = drafts.read_draft(params, symbol.name, side, drafts.BELOW)
        check_pair(side, above, below)
        last = self._book.prices.last[symbol.name]
        if not _level(above) > last > _level(below):
            raise rejected(RELATION)
        legs = [below, above]
        self._check(desk, symbol, legs, last)
        self._check_money(desk, symbol, legs, last)
        orders = self._admit(desk, params, "OCO", None, legs, received_ms)
        exits.lock_exits(self._book, desk, orders)
        for order_id in orders.order_ids:
            self._book.start(desk, desk.orders[order_id])
        return orders

    def place_oto(self, desk: Desk, params: Parameters, received_ms: int, fraction: Decimal | None) -> OrderList:
        return self._place_entry(desk, params, received_ms, fraction, "OTO", self._read_single)

    def place_otoco(self, desk: Desk, params: Parameters, received_ms: int, fraction: Decimal | None) -> OrderList:
        return self._place_entry(desk, params, received_ms, fraction, "OTO", self._read_pair)

    def _place_entry(
        self, desk: Desk, params: Parameters, received_ms: int, fraction: Decimal | None, contingency: str,
        read_exits: Callable[[Parameters, Symbol], list[Draft]],
    ) -> OrderList:  # fmt: skip
        symbol = read_symbol(self._book.symbols, params)
        working_side = drafts.read_side(params, "workingSide")
        working = drafts.read_draft(params, symbol.name, working_side, drafts.WORKING)
        if working.type not in WORKING_TYPES:
            raise Refusal(-1014, "Unsupported order combination.")
        pending = read_exits(params, symbol)
        last = self._book.prices.last[symbol.name]
        self._check(desk, symbol, [working, *pending], last, entering=[working])
        self._check_money(desk, symbol, [working], last)
        orders = self._admit(desk, params, contingency, working, pending, received_ms)
        entry = desk.orders[orders.working_id]
        asset = wallets.paid_asset(entry.side, symbol)
        entry.locked = wallets.needed(entry, entry.quantity, last)
        wallets.lock(desk, asset, entry.locked)
        self._book.start(desk, entry, fraction)
        self._book.save(desk, entry)
        return orders

    def _read_single(self, params: Parameters, symbol: Symbol) -> list[Draft]:
        return [drafts.read_draft(params, symbol.name, drafts.read_side(params, "pendingSide"), drafts.PENDING)]

    def _read_pair(self, params: Parameters, symbol: Symbol) -> list[Draft]:
        side = drafts.read_side(params, "pendingSide")
        above = drafts.read_draft(params, symbol.name, side, drafts.PENDING_ABOVE)
        below = drafts.read_draft(params, symbol.name, side, drafts.PENDING_BELOW)
        check_pair(side, above, below)
        if not _level(above) > _level(below):
            raise rejected(RELATION)
        return [below, above]

    def _check(
        self, desk: Desk, symbol: Symbol, legs: list[Draft], last: Decimal, entering: list[Draft] | None = None
    ) -> None:
        """`entering` are those that work at once; pending legs meet the market later."""
        for leg in legs:
            check_filters(leg, symbol, last)
            check_duplicate(desk, leg.client_id)
        named = [leg.client_id for leg in legs if leg.client_id]
        if len(set(named)) != len(named):
            raise rejected("Duplicate order sent.")
        check_room(desk, symbol.name, legs)
        for leg in legs if entering is None else entering:
            check_entry(leg, last)

    def _check_money(self, desk: Desk, symbol: Symbol, legs: list[Draft], last: Decimal) -> None:
        need = max(wallets.needed(leg, leg.quantity, last) for leg in legs)
        if desk.wallet(wallets.paid_asset(legs[0].side, symbol)).free < need:
            raise rejected(wallets.INSUFFICIENT)

    def _admit(
        self, desk: Desk, params: Parameters, contingency: str, working: Draft | None, legs: list[Draft],
        received_ms: int,
    ) -> OrderList:  # fmt: skip
        """All orders of the list into the books, the entry first; exits of an entry are PENDING_NEW."""
        book = self._book
        list_client_id = drafts.read_client_id(params, "listClientOrderId")
        if list_client_id and any(
            known.client_id == list_client_id and known.state == "EXECUTING" for known in desk.lists.values()
        ):
            raise rejected("Duplicate order sent.")
        book.last_list += 1
        number = book.last_list
        orders = OrderList(
            number, desk.api_key, list_client_id or f"simlist{number:014d}", legs[0].symbol, contingency, [], 0,
            book.shared.clock.now_ms(),
        )  # fmt: skip
        desk.lists[number] = orders
        if working is not None:
            orders.working_id = book.admit(desk, working, received_ms, number).id
            orders.order_ids.append(orders.working_id)
        state = "NEW" if working is None else "PENDING_NEW"
        for leg in legs:
            orders.order_ids.append(book.admit(desk, leg, received_ms, number, state).id)
        book.save_list(orders)
        book.report_list(orders)
        return orders


def check_pair(side: str, above: Draft, below: Draft) -> None:
    """One leg takes profit, the other stops; a limit leg lies on the side where it takes profit."""
    for leg in (above, below):
        if leg.type not in TAKE_PROFITS and leg.type not in STOPS:
            raise Refusal(-1158, "Order type not supported in OCO.")
    if above.type == below.type == "LIMIT_MAKER":
        raise Refusal(-1168, "At least one OCO order must be contingent.")
    if side == "BUY" and above.type == "LIMIT_MAKER":
        raise Refusal(-1165, "A limit order in a buy OCO must be below.")
    if side == "SELL" and below.type == "LIMIT_MAKER":
        raise Refusal(-1166, "A limit order in a sell OCO must be above.")
    profit, stop = (above, below) if side == "SELL" else (below, above)
    if profit.type not in TAKE_PROFITS or stop.type not in STOPS:
        raise Refusal(-1158, "Order type not supported in OCO.")


def _level(leg: Draft) -> Decimal:
    return leg.stop_price or leg.price
