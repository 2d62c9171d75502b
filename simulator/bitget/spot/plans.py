"""Spot plan orders and exits: freeze nothing, wait for a price, and then become orders (EXCHANGES 5.3, 5.5).

A plan triggers when the price reaches it from the side on which it was when the plan was placed. An attached
exit sells (or buys back) what its order has really brought. With too little money at the trigger: fail_execute.
"""

from decimal import ROUND_DOWN, Decimal

from simulator.bitget.changes import VENUE
from simulator.bitget.refusal import Refusal
from simulator.bitget.spot.book import Book
from simulator.bitget.spot.records import ZERO, Draft, Order, Plan, SpotDesk
from simulator.bitget.spot.rules import MOST_PLANS, check_price, check_size, check_value
from simulator.bitget.symbols import SYMBOLS


def place_plan(book: Book, desk: SpotDesk, plan: Plan) -> Plan:
    """`plan` comes without ids and direction."""
    symbol, last = SYMBOLS[plan.symbol], book.prices.last[plan.symbol]
    check_size(plan.size, symbol, plan.plan_type == "total")
    check_price(plan.trigger_price, symbol)
    check_price(plan.execute_price, symbol)
    check_value(plan.size, symbol, plan.plan_type == "total", plan.execute_price or plan.trigger_price)
    known = desk.plans.by_client_id.get(plan.client_id)
    if plan.client_id and known is not None and known.is_open:
        raise Refusal("43118", "clientOrderId duplicate")
    if len(desk.plans.open) >= MOST_PLANS:
        raise Refusal("43002", "Pending order failed")
    plan.triggers_above = plan.trigger_price > last
    _admit(book, desk, plan)
    book.shared.ledger.enter(VENUE, plan)
    return plan


def _admit(book: Book, desk: SpotDesk, plan: Plan) -> None:
    plan.id = book.numbers.next()
    plan.client_id = plan.client_id or str(book.numbers.next())
    desk.plans.enter(plan)
    book.watch(plan)
    book.save_plan(plan)


def finish_plan(book: Book, desk: SpotDesk, plan: Plan, state: str) -> None:
    plan.state, plan.updated_ms = state, book.shared.clock.now_ms()
    desk.plans.end(plan)
    book.save_plan(plan)


def trigger(book: Book, desk: SpotDesk, plan: Plan) -> None:
    finish_plan(book, desk, plan, "executed")
    size = plan.size
    if plan.plan_type == "total" and plan.type == "limit":
        step = SYMBOLS[plan.symbol].spot.step
        size = (size / plan.execute_price).quantize(step, rounding=ROUND_DOWN)
    elif plan.plan_type != "total" and plan.type == "market" and plan.side == "buy":
        size *= book.prices.last[plan.symbol]  # a market buy is told its quote
    draft = Draft(plan.symbol, plan.side, plan.type, plan.force, size, plan.execute_price, "")
    try:
        order = book.place(desk, draft, plan.received_ms, plan_id=plan.id)
    except Refusal as refusal:
        refusal.forget_frames()
        finish_plan(book, desk, plan, "fail_execute")
        return
    plan.order_id = order.id
    book.save_plan(plan)


def settle(book: Book, symbol: str) -> None:
    """Fill and trigger what the last price has reached, until nothing more follows from it."""
    price = book.prices.last[symbol]
    while woken := book.watches[symbol].reached(price):
        for waiting in woken:
            desk = book.desks.get(waiting.api_key)
            if desk is None or not waiting.is_open:
                continue
            if isinstance(waiting, Plan):
                trigger(book, desk, waiting)
            else:
                book.fill(desk, waiting, waiting.remaining, waiting.price, is_maker=True)
        attach_exits(book)


def attach_exits(book: Book) -> None:
    """For the orders that have ended with a fill."""
    ended, book.ended = book.ended, []
    for desk, order in ended:
        step = SYMBOLS[order.symbol].spot.step
        got = order.filled - (order.fee if order.side == "buy" else ZERO)
        size = got.quantize(step, rounding=ROUND_DOWN)
        rising = order.side == "buy"
        if size and order.target:
            _attach(book, desk, order, size, order.target, order.target_price, above=rising)
        if size and order.stop:
            _attach(book, desk, order, size, order.stop, order.stop_price, above=not rising)


def _attach(
    book: Book, desk: SpotDesk, order: Order, size: Decimal, trigger_price: Decimal, price: Decimal, above: bool
) -> None:
    now_ms = book.shared.clock.now_ms()
    side = "sell" if order.side == "buy" else "buy"
    plan = Plan(
        0, desk.api_key, "", order.symbol, side, "limit" if price else "market", "tpsl", size, trigger_price, price,
        "fill_price", above, "gtc", order.received_ms, now_ms, now_ms, attached=True,
    )  # fmt: skip
    _admit(book, desk, plan)
