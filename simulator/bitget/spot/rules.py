"""May this order be placed on this market? Precisions, minimum value, price band (EXCHANGES 5.3, 5.7)."""

from decimal import Decimal

from simulator.bitget.parameters import places
from simulator.bitget.refusal import Refusal
from simulator.bitget.spot.records import Draft, SpotDesk
from simulator.bitget.symbols import Symbol

MOST_ORDERS, MOST_PLANS = 400, 200  # open at once on an account


def check_draft(draft: Draft, symbol: Symbol, last: Decimal) -> None:
    check_size(draft.size, symbol, draft.is_in_quote)
    for price in (draft.price, draft.target, draft.target_price, draft.stop, draft.stop_price):
        check_price(price, symbol)
    if draft.price:
        _check_band(draft, symbol, last)
    check_value(draft.size, symbol, draft.is_in_quote, draft.price or last)
    _check_exits(draft, last)


def check_size(size: Decimal, symbol: Symbol, in_quote: bool) -> None:
    allowed = symbol.spot.quote_places if in_quote else symbol.spot.quantity_places
    if places(size) > allowed:
        raise scale("quantity", size, allowed)


def check_price(price: Decimal, symbol: Symbol) -> None:
    if price and places(price) > symbol.spot.price_places:
        raise scale("price", price, symbol.spot.price_places)


def check_value(size: Decimal, symbol: Symbol, in_quote: bool, price: Decimal) -> None:
    least = symbol.spot.least_value
    if (size if in_quote else size * price) < least:
        raise Refusal("45110", f"less than the minimum amount {least:f} {symbol.quote}")


def scale(name: str, value: Decimal, allowed: int) -> Refusal:
    message = f"Parameter verification exception {name} checkBDScale error value={value:f} checkScale={allowed}"
    return Refusal("40808", message)


def _check_band(draft: Draft, symbol: Symbol, last: Decimal) -> None:
    band = symbol.spot.band
    if draft.side == "buy" and draft.price > last * (1 + band):
        raise Refusal("43009", f"The current order price cannot be higher than {last * (1 + band):f}")
    if draft.side == "sell" and draft.price < last * (1 - band):
        raise Refusal("43008", f"The current order price cannot be less than {last * (1 - band):f}")


def _check_exits(draft: Draft, last: Decimal) -> None:
    """An attached target is beyond the price, an attached stop before it."""
    price, up = draft.price or last, draft.side == "buy"
    if draft.target and (draft.target <= price if up else draft.target >= price):
        raise Refusal("43013", "The take profit price is on the wrong side of the order price")
    if draft.stop and (draft.stop >= price if up else draft.stop <= price):
        raise Refusal("43014", "The stop loss price is on the wrong side of the order price")


def check_room(desk: SpotDesk, client_id: str) -> None:
    """Client ids are unique among pending orders only."""
    known = desk.orders.by_client_id.get(client_id)
    if client_id and known is not None and known.is_open:
        raise Refusal("43118", "clientOrderId duplicate")
    if len(desk.orders.open) >= MOST_ORDERS:
        raise Refusal("43002", "Pending order failed")
