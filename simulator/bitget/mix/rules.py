"""May this order be placed on this contract, by this account? (EXCHANGES 5.3, 5.5, 5.7)"""

from decimal import Decimal

from simulator.bitget.mix import margin
from simulator.bitget.mix.positions import commission
from simulator.bitget.mix.records import ZERO, Draft, MixDesk
from simulator.bitget.parameters import places
from simulator.bitget.refusal import Refusal
from simulator.bitget.symbols import Symbol

NO_POSITION = Refusal("22002", "No position to close")
# By the position's side, and whether it is the stop.
WRONG_SIDE = {("long", True): "40917", ("long", False): "40915", ("short", True): "45122", ("short", False): "40832"}
MOST_ORDERS, MOST_PLANS = 400, 200  # open at once on an account


def check_client_id(desk: MixDesk, client_id: str) -> None:
    """Unique among pending orders only; plan orders are a row of their own."""
    known = desk.orders.by_client_id.get(client_id)
    if client_id and known is not None and known.is_open:
        raise Refusal("40786", "Duplicate clientOid")


def check_quantity(quantity: Decimal, symbol: Symbol, at_market: bool) -> None:
    rules = symbol.mix
    if quantity % rules.step:
        if quantity < rules.step:
            raise Refusal("45111", f"less than the minimum order quantity {rules.step:f}")
        raise _scale("size", quantity, rules.volume_place)
    if quantity > (rules.most_at_market if at_market else rules.most):
        raise Refusal("45114", "more than the maximum order quantity")


def check_price(price: Decimal, symbol: Symbol) -> None:
    if places(price) > symbol.mix.price_place:
        raise _scale("price", price, symbol.mix.price_place)
    if price % symbol.mix.tick:
        raise Refusal("45115", f"The price you enter should be a multiple of {symbol.mix.tick:f}")


def _scale(name: str, value: Decimal, allowed: int) -> Refusal:
    message = f"Parameter verification exception {name} checkBDScale error value={value:f} checkScale={allowed}"
    return Refusal("40808", message)


def check_value(quantity: Decimal, price: Decimal, symbol: Symbol) -> None:
    least = symbol.mix.least_value
    if quantity * price < least:
        raise Refusal("45110", f"less than the minimum amount {least:f} USDT")


def check_exit(hold: str, is_stop: bool, price: Decimal, against: Decimal) -> None:
    """The stop of a long is below the price and its target above; mirrored for a short."""
    if not price:
        return
    below = is_stop == (hold == "long")
    if price < against if below else price > against:
        return
    what, sign = "stop loss" if is_stop else "take profit", "<" if below else ">"
    code = WRONG_SIDE[hold, is_stop]
    raise Refusal(code, f"{hold.capitalize()} position {what} price please {sign} mark price {against:f}")


def check_attached(draft: Draft, symbol: Symbol, last: Decimal) -> None:
    """Measured by the price at which the entry is meant to be."""
    hold, against = margin.opens(draft.position, draft.direction), draft.price or last
    for price in (draft.stop, draft.stop_price, draft.target, draft.target_price):
        check_price(price, symbol)
    check_exit(hold, True, draft.stop, against)
    check_exit(hold, False, draft.target, against)


def check_margin(desk: MixDesk, draft: Draft, price: Decimal, marks: margin.Marks) -> None:
    setting = desk.setting(draft.symbol)
    leverage = setting.leverage(margin.opens(draft.position, draft.direction))
    held = desk.position(draft.symbol, draft.position).amount
    signed = draft.quantity if draft.direction == "buy" else -draft.quantity
    increase, freed = draft.quantity, ZERO
    if held and (held > 0) != (signed > 0):
        # What is closed gives its margin back before the other direction needs it.
        increase = max(draft.quantity - abs(held), ZERO)
        freed = abs(held) * price / leverage
    cost = increase * price / leverage + commission(draft.quantity, price, is_maker=False) - freed
    if increase and cost > margin.totals(desk, marks).available:
        raise Refusal("40762", "The order amount exceeds the balance")
