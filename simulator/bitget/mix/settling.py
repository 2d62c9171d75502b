"""What a new price does: fills resting orders, triggers plan orders, liquidates who has no margin left."""

from simulator.bitget.mix import margin, plans
from simulator.bitget.mix.book import Book
from simulator.bitget.mix.records import ZERO, Draft, MixDesk, MixPosition, Plan


def settle(book: Book, symbol: str) -> None:
    """Until nothing more follows from the price: an attached exit may be due as soon as it is made."""
    price = book.prices.last[symbol]
    while woken := book.watches[symbol].reached(price):
        for waiting in woken:
            desk = book.desks.get(waiting.api_key)
            if desk is None or not waiting.is_open:
                continue
            if isinstance(waiting, Plan):
                if waiting.is_reached(price):
                    plans.trigger(book, desk, waiting)
            else:
                book.fill(desk, waiting, waiting.remaining, waiting.price, is_maker=True)
        plans.attach_exits(book)
    for plan in list(book.trailing[symbol].values()):
        desk = book.desks[plan.api_key]
        if plan.is_open and plans.follow(book, desk, plan, price):
            plans.trigger(book, desk, plan)
    plans.attach_exits(book)
    for desk in list(book.holders[symbol].values()):
        for position in desk.held(symbol):
            if position.amount and margin.is_liquid(desk, position, book.prices.last):
                _liquidate(book, desk, position)


def _liquidate(book: Book, desk: MixDesk, position: MixPosition) -> None:
    """Isolated: this position. Crossed: every crossed position, since they share their margin.

    The insurance fund pays what a wallet cannot.
    """
    isolated = desk.setting(position.symbol).isolated
    fallen = [position] if isolated else [p for p in desk.held() if not desk.setting(p.symbol).isolated]
    symbols = {each.symbol for each in fallen}
    for order in list(desk.orders.open.values()):
        if order.symbol in symbols:
            book.finish(desk, order, "canceled", "liquidation")
    for each in fallen:
        _close(book, desk, each)
    wallet = desk.wallet()
    wallet.balance = max(wallet.balance, ZERO)
    book.changes.note("bitget-mix-wallet", f"{desk.api_key}/USDT", "balance", wallet)


def _close(book: Book, desk: MixDesk, position: MixPosition) -> None:
    """With an order of the venue's own, which no client sent and the ledger leaves out."""
    draft = closing_draft(position, desk.setting(position.symbol).margin_mode)
    draft.source = "liquidation"
    book.take_in(desk, draft, book.shared.clock.now_ms())


def closing_draft(position: MixPosition, margin_mode: str) -> Draft:
    """The whole position, at the market."""
    hold = position.hold
    return Draft(
        position.symbol, plans.closing_side(position.side, hold), plans.closing_direction(hold), position.side, True,
        "market", "gtc", abs(position.amount), ZERO, "", margin_mode,
    )  # fmt: skip
