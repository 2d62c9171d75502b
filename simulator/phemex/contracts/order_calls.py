"""The calls about contract orders, the same for both APIs: place, amend, query, cancel, history."""

from decimal import Decimal
from types import ModuleType
from typing import Any

from simulator.phemex.contracts import drafts, rules
from simulator.phemex.contracts.book import Book
from simulator.phemex.contracts.records import Desk, Order
from simulator.phemex.contracts.spelling import Spelling
from simulator.phemex.contracts.states import STATES
from simulator.phemex.contracts.symbols import CONTRACTS, read_contract
from simulator.phemex.order_kinds import ENDED
from simulator.phemex.parameters import Parameters, client_id, flag, integer, text_or, words
from simulator.phemex.refusal import Refusal, missing
from simulator.wire.exchanged import Request

MOST_ROWS = 200


class OrderCalls:
    """`answers` is the module that words them: coin or linear."""

    def __init__(self, book: Book, spelling: Spelling, answers: ModuleType) -> None:
        self._book, self._spelling, self._answers = book, spelling, answers

    def place(self, desk: Desk, params: Parameters, request: Request) -> Any:
        draft = drafts.read_order(desk, params, self._spelling)
        return self._answers.acknowledged(self._book.place(desk, draft, request.received_ms, request.fraction))

    def amend(self, desk: Desk, params: Parameters, _: Request) -> Any:
        """Named by orderID or origClOrdID; clOrdID alone names the order too. What is not sent stays."""
        contract = read_contract(params, self._spelling.inverse)
        order = self._named(desk, params, "origClOrdID") or self._named(desk, params, "clOrdID")
        if order is None or not order.is_open:
            raise Refusal(10002)
        _check_mode(desk, params, order)
        price, stop = self._spelling.price(params, "price"), self._spelling.price(params, "stopPx")
        quantity = self._spelling.quantity(params, Decimal(0)) or order.quantity
        if price and not order.is_limit:
            raise Refusal(11067)
        for changed, name in ((price, "price"), (stop, "stopPx")):
            if changed < 0:
                raise Refusal(11055)
            drafts.check_tick(changed, name, contract)
        drafts.check_quantity(quantity, contract)
        if quantity <= order.filled:
            raise Refusal(11012)
        self._change(desk, order, quantity, price or order.price, stop or order.stop_price)
        return self._answers.ordered(order)

    def _change(self, desk: Desk, order: Order, quantity: Decimal, price: Decimal, stop: Decimal) -> None:
        """The old watch stays behind and is harmless: what is due goes by the order's numbers of that moment."""
        before = (order.quantity, order.price, order.stop_price)
        if before == (quantity, price, stop):
            raise Refusal(11065)
        book = self._book
        order.quantity, order.price, order.stop_price = quantity, price, stop
        order.updated_ms = book.shared.clock.now_ms()
        try:
            if order.waits:
                rules.check_trigger(order, book.prices.last[order.symbol])
            else:
                del desk.orders.open[order.id]  # so that it is not counted twice
                rules.check_opening(desk, order, price, book.prices.last)
        except Refusal:
            order.quantity, order.price, order.stop_price = before
            desk.orders.open[order.id] = order
            raise
        desk.orders.open[order.id] = order
        if order.waits:
            book.watch(order)
            book.save(order)
        else:
            book.match(desk, order)

    def cancel(self, desk: Desk, params: Parameters, _: Request) -> Any:
        """The answer has the old status: that the order is gone is told by the next query."""
        read_contract(params, self._spelling.inverse)
        order = self._named(desk, params, "clOrdID")
        if order is not None:
            _check_mode(desk, params, order)
        return self._cancelled(desk, order)

    def cancel_some(self, desk: Desk, params: Parameters, _: Request) -> Any:
        """Named by orderID or clOrdID; each is answered in its place, by its bizError where it is refused."""
        read_contract(params, self._spelling.inverse)
        reports = []
        for name, known in (("orderID", desk.orders), ("clOrdID", desk.orders.by_client_id)):
            for word in words(params, name):
                order = known.get(word)
                try:
                    reports.append(self._cancelled(desk, order))
                except Refusal as refusal:
                    reports.append({"bizError": refusal.code, name: word, "message": refusal.message})
        if not reports:
            raise Refusal(11111)
        return reports

    def cancel_all(self, desk: Desk, params: Parameters, _: Request) -> Any:
        """Active orders, or conditional ones where untriggered is true: two calls for all. Answers how many."""
        names = words(params, "symbol")
        if not names:
            raise missing("symbol")
        for name in names:
            read_contract({"symbol": name}, self._spelling.inverse)
        conditional = flag(params, "untriggered")
        many = 0
        for order in list(desk.orders.open.values()):
            if order.symbol in names and order.waits == conditional:
                self._book.finish(desk, order, "Canceled")
                many += 1
        return many

    def active(self, desk: Desk, params: Parameters, _: Request) -> Any:
        """No order at all is told as 10002, not as an empty list."""
        name, states = read_contract(params, self._spelling.inverse).name, words(params, "ordStatus")
        rows = [
            self._answers.ordered(order)
            for order in desk.orders.open.values()
            if order.symbol == name and (not states or order.state in states)
        ]
        if not rows:
            raise Refusal(10002)
        return {"rows": rows, "nextPageArg": ""}

    def query(self, desk: Desk, params: Parameters, _: Request) -> Any:
        """By comma lists of orderID or clOrdID; what is unknown is left out."""
        name = read_contract(params, self._spelling.inverse).name
        ids, client_ids = words(params, "orderID"), words(params, "clOrdID")
        if not (ids or client_ids):
            raise Refusal(11111)
        named = [desk.orders.get(word) for word in ids] + [desk.orders.by_client_id.get(word) for word in client_ids]
        found = {order.id: order for order in named if order is not None and order.symbol == name}
        return [self._answers.remembered(order) for order in found.values()]

    def history(self, desk: Desk, params: Parameters, _: Request) -> Any:
        """All orders of a symbol (or of the API), newest first."""
        return [self._answers.remembered(order) for order in self._page(self._orders(desk, params), params)]

    def ended(self, desk: Desk, params: Parameters, _: Request) -> Any:
        """Those that are over, unless ordStatus asks for others, by their words or numbers."""
        wanted = set(words(params, "ordStatus"))
        states = {state for state, number in STATES.items() if {state, str(number)} & wanted} if wanted else ENDED
        orders = [order for order in self._orders(desk, params) if order.state in states]
        rows = [self._answers.remembered(order) for order in self._page(orders, params)]
        return {"total": len(orders), "rows": rows}

    def fills(self, desk: Desk, params: Parameters, _: Request) -> Any:
        name = text_or(params, "symbol", "")
        start, end = integer(params, "start", 0), integer(params, "end", 0)
        found = [
            fill
            for fill in reversed(desk.fills)
            if name in ("", fill.symbol)
            and CONTRACTS[fill.symbol].inverse == self._spelling.inverse
            and fill.at_ms >= start
            and (not end or fill.at_ms <= end)
        ]
        rows = [self._answers.traded(fill) for fill in self._page(found, params)]
        return {"total": len(found), "rows": rows} if self._spelling.inverse else rows

    def _orders(self, desk: Desk, params: Parameters) -> list[Order]:
        name = read_contract(params, self._spelling.inverse).name if params.get("symbol") else ""
        start, end = integer(params, "start", 0), integer(params, "end", 0)
        return [
            order
            for order in reversed(desk.orders.values())
            if name in ("", order.symbol)
            and order.contract.inverse == self._spelling.inverse
            and order.accepted_ms >= start
            and (not end or order.accepted_ms <= end)
        ]

    def _page(self, found: list[Any], params: Parameters) -> list[Any]:
        offset = max(integer(params, "offset", 0), 0)
        limit = min(max(integer(params, "limit", integer(params, "pageSize", 50)), 0), MOST_ROWS)
        return found[offset : offset + limit]

    def _named(self, desk: Desk, params: Parameters, client_name: str) -> Order | None:
        if params.get("orderID"):
            order = desk.orders.get(str(params["orderID"]))
        elif params.get(client_name):
            order = desk.orders.by_client_id.get(client_id(params, client_name))
        elif client_name == "clOrdID":
            raise Refusal(11111)
        else:
            return None
        return order if order is not None and order.symbol == params.get("symbol") else None

    def _cancelled(self, desk: Desk, order: Order | None) -> dict[str, Any]:
        if order is None:
            raise Refusal(10002)
        if order.state == "Canceled":
            raise Refusal(11062)
        if not order.is_open:
            raise Refusal(11063)
        answer: dict[str, Any] = self._answers.ordered(order)
        self._book.finish(desk, order, "Canceled")
        return answer


def _check_mode(desk: Desk, params: Parameters, order: Order) -> None:
    """A side that is sent must be one of the symbol's mode, and the order's own."""
    sent = text_or(params, "posSide", "")
    if not sent or order.contract.inverse:
        return
    if sent not in desk.sides(order.symbol):
        raise Refusal(20004)
    if sent != order.position_side:
        raise Refusal(10002)
