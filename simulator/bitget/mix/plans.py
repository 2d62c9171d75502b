"""Plan orders and exits of mix: bind no margin, wait for a price, and then become orders (EXCHANGES 5.6).

An exit closes at most what is open when it triggers; with nothing open it becomes fail_trigger, as does an entry
for which there is no margin. When a position becomes flat its exits are cancelled (mix/book.py). A position has
one stop and one target for the whole of it: another one of the same kind takes the place of the first.
"""

from decimal import Decimal

from simulator.bitget.changes import VENUE
from simulator.bitget.mix import rules
from simulator.bitget.mix.book import Book
from simulator.bitget.mix.margin import opens
from simulator.bitget.mix.records import NET, WHOLE, Draft, MixDesk, Order, Plan
from simulator.bitget.refusal import Refusal
from simulator.bitget.symbols import SYMBOLS

MOST_CALLBACK = Decimal(10)  # percent


def place_exit(book: Book, desk: MixDesk, plan: Plan) -> Plan:
    """`plan` comes without ids."""
    if not desk.held_on(plan.symbol, plan.hold):
        raise rules.NO_POSITION
    check_exit_prices(book, plan)
    if plan.plan_type not in WHOLE:
        rules.check_quantity(plan.quantity, SYMBOLS[plan.symbol], at_market=False)
    _check_room(desk, plan.client_id)
    if plan.plan_type in WHOLE:
        _make_room(book, desk, plan)
    _admit(book, desk, plan)
    book.shared.ledger.enter(VENUE, plan)
    return plan


def check_exit_prices(book: Book, plan: Plan) -> None:
    symbol, last = SYMBOLS[plan.symbol], book.prices.last[plan.symbol]
    rules.check_price(plan.trigger_price, symbol)
    rules.check_price(plan.execute_price, symbol)
    if plan.plan_type != "moving_plan":
        rules.check_exit(plan.hold, plan.is_stop, plan.trigger_price, last)


def place_entry(book: Book, desk: MixDesk, plan: Plan) -> Plan:
    """A plan order may open or close; its margin is asked for when it triggers."""
    symbol, last = SYMBOLS[plan.symbol], book.prices.last[plan.symbol]
    rules.check_quantity(plan.quantity, symbol, plan.type == "market")
    rules.check_price(plan.trigger_price, symbol)
    rules.check_price(plan.execute_price, symbol)
    against = plan.execute_price or plan.trigger_price
    if not plan.closes:
        rules.check_value(plan.quantity, against, symbol)
        hold = opens(plan.position, plan.direction)
        rules.check_exit(hold, True, plan.stop, against)
        rules.check_exit(hold, False, plan.target, against)
    _check_room(desk, plan.client_id)
    plan.triggers_above = plan.trigger_price > last
    _admit(book, desk, plan)
    book.shared.ledger.enter(VENUE, plan)
    return plan


def _check_room(desk: MixDesk, client_id: str) -> None:
    known = desk.plans.by_client_id.get(client_id)
    if client_id and known is not None and known.is_open:
        raise Refusal("40786", "Duplicate clientOid")
    if len(desk.plans.open) >= rules.MOST_PLANS:
        raise Refusal("43002", "Pending order failed")


def _make_room(book: Book, desk: MixDesk, plan: Plan) -> None:
    for other in list(desk.plans.open.values()):
        if (other.symbol, other.plan_type, other.hold) == (plan.symbol, plan.plan_type, plan.hold):
            book.finish_plan(desk, other, "cancelled")


def _admit(book: Book, desk: MixDesk, plan: Plan) -> None:
    plan.id = book.numbers.next()
    plan.client_id = plan.client_id or str(book.numbers.next())
    desk.plans.enter(plan)
    book.watch(plan)
    book.save_plan(plan)


def trigger(book: Book, desk: MixDesk, plan: Plan) -> None:
    book.finish_plan(desk, plan, "executed")
    quantity = plan.quantity
    if plan.is_exit:
        held = desk.held_on(plan.symbol, plan.hold)
        quantity = min(quantity or held, held)
    draft = Draft(
        plan.symbol, plan.side, plan.direction, plan.position, plan.closes, plan.type, plan.force, quantity,
        plan.execute_price, "", plan.margin_mode, plan.stop, plan.stop_price, plan.target, plan.target_price,
        f"{plan.plan_type}_{plan.type}".replace("_plan", ""),
    )  # fmt: skip
    if plan.is_exit:
        order = book.take_in(desk, draft, plan.received_ms, plan.id) if quantity else None
    else:
        order = _born(book, desk, draft, plan)
    if order is None:
        book.finish_plan(desk, plan, "fail_trigger")
        return
    plan.order_id = order.id
    book.save_plan(plan)


def _born(book: Book, desk: MixDesk, draft: Draft, plan: Plan) -> Order | None:
    try:
        order = book.place(desk, draft, plan.received_ms)
    except Refusal as refusal:
        refusal.forget_frames()
        return None
    order.plan_id = plan.id
    book.save(order)
    return order


def attach_exits(book: Book) -> None:
    """For the entries that have ended with a fill: exits of exactly the size filled."""
    ended, book.ended = book.ended, []
    for desk, order in ended:
        hold = opens(order.position, order.direction)
        if not desk.held_on(order.symbol, hold):
            continue  # it has only closed the other side, or is gone already
        for plan_type, at, price in (
            ("loss_plan", order.stop, order.stop_price), ("profit_plan", order.target, order.target_price),
        ):  # fmt: skip
            if at:
                _admit(book, desk, _attached(book, order, plan_type, hold, at, price))


def _attached(book: Book, order: Order, plan_type: str, hold: str, at: Decimal, price: Decimal) -> Plan:
    now_ms, side = book.shared.clock.now_ms(), closing_side(order.position, hold)
    return Plan(
        0, order.api_key, "", order.symbol, plan_type, hold, side, closing_direction(hold), order.position, True,
        "limit" if price else "market", "gtc", order.filled, at, "mark_price", price,
        order.margin_mode, triggers_above(plan_type, hold), order.received_ms, now_ms, now_ms, attached=True,
    )  # fmt: skip


def closing_direction(hold: str) -> str:
    return "sell" if hold == "long" else "buy"


def closing_side(position: str, hold: str) -> str:
    """In hedge mode the side names the position."""
    return closing_direction(hold) if position == NET else "buy" if hold == "long" else "sell"


def triggers_above(plan_type: str, hold: str) -> bool:
    is_stop = plan_type in ("loss_plan", "pos_loss")
    return is_stop != (hold == "long")


def follow(book: Book, desk: MixDesk, plan: Plan, price: Decimal) -> bool:
    """Whether a trailing order is due: it follows once its trigger is reached, and fires when the price comes back."""
    if not plan.extreme:
        if not plan.is_reached(price):
            return False
        plan.extreme = price
    selling = plan.direction == "sell"
    plan.extreme = max(plan.extreme, price) if selling else min(plan.extreme, price)
    book.save_plan(plan)
    back = plan.callback / 100
    return price <= plan.extreme * (1 - back) if selling else price >= plan.extreme * (1 + back)
