"""What we tell a follower: first the fact, then the cause, then what to do (PAGES, Words)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from mysignals.domain.lifecycle import State
from mysignals.domain.market import EntryType
from mysignals.domain.money import plain
from mysignals.domain.outcomes import Accepted, OrderReport, OrderState, Trade
from mysignals.domain.plan import STOPS, TARGETS, Plan
from mysignals.domain.reasons import display_name
from mysignals.exchanges.session import LegReport
from mysignals.models import Delivery, Notification, Signal

MOST_TRADES = 4
IN_TIME = "If that takes some seconds, the rest of the entry is cancelled, and they are placed over what it has bought."
LEFTOVERS = "Whether all of its exits are cancelled was not confirmed yet; they are cancelled again until it is."


def title(signal: Signal) -> str:
    """A signal of nobody's has a number that its owner has never seen."""
    whose = "by your program" if signal.is_private else f"signal {signal.id}"
    return f"{signal.side} {signal.symbol} {signal.market} ({whose})"


def placed(
    signal: Signal,
    exchange: str,
    plan: Plan,
    entry: OrderReport | None,
    state: State,
    legs: Sequence[LegReport] | None = None,
) -> str:
    """`legs` are those of the answer; without them the plan's exits are taken as placed."""
    filled = entry.filled if entry else Decimal(0)
    base, wanted, where = plan.rules.unit, plain(plan.quantity), display_name(exchange)
    if state is State.FILLED:
        fact = f"Filled on {where}: {title(signal)}, {plain(filled or plan.quantity)} {base} at {_paid(plan, entry)}."
    elif filled:
        fact = f"Partly filled on {where}: {title(signal)}, {plain(filled)} of {wanted} {base}."
        if _waits_for_its_stop(legs):
            return f"{fact} {_later(plan)} {IN_TIME}"
    else:
        fact = f"Placed on {where}: {title(signal)}, {wanted} {base} at {_asked(plan)}, waiting to fill."
    return f"{fact} {_exits(plan, legs)}"


def _waits_for_its_stop(legs: Sequence[LegReport] | None) -> bool:
    """Also where one rides on the entry: it becomes an order only when that is over."""
    stops = [leg for leg in legs or () if leg.leg in STOPS]
    return legs is not None and all(leg.order is not None and leg.order.state is OrderState.PENDING for leg in stops)


def _later(plan: Plan) -> str:
    return f"Its stop {plain(plan.stop)} and its target follow as soon as it has filled."


def _exits(plan: Plan, legs: Sequence[LegReport] | None) -> str:
    """Only what the exchange has; what it refused is named as such."""
    if legs is not None and not any(leg.leg in STOPS for leg in legs):
        return _later(plan)
    missing = {leg.leg for leg in legs or () if leg.leg in TARGETS and not isinstance(leg.outcome, Accepted)}
    there = ", ".join(plain(rung.price) for rung in plan.exits if rung.leg not in missing)
    gone = ", ".join(plain(rung.price) for rung in plan.exits if rung.leg in missing)
    text = f"Stop {plain(plan.stop)}" + (f", target {there}." if there else ".")
    return text + (f" The target {gone} was not taken by the exchange; the stop is in place." if gone else "")


def cut_short(plan: Plan, wanted: Decimal, *, by_us: bool) -> str:
    """Behind the fill of an entry that has bought a part, the plan's quantity, of what was `wanted`."""
    rest = f"The other {plain(wanted - plan.quantity)} {plan.rules.unit} of the entry were cancelled"
    why = ": as long as they waited, what it had bought had no stop" if by_us else " or have expired there"
    return f"{rest}{why}."


def _paid(plan: Plan, entry: OrderReport | None) -> str:
    """Binance futures answers a filled order without its price; the signal's would be a guess."""
    if entry and entry.average_price:
        return plain(entry.average_price)
    return _asked(plan) if plan.entry_type is EntryType.MARKET else f"{plain(plan.price)} or better"


def _asked(plan: Plan) -> str:
    return "the market price" if plan.entry_type is EntryType.MARKET else plain(plan.price)


def not_placed(signal: Signal, exchange: str, sentence: str) -> str:
    return f"Not placed on {display_name(exchange)}: {title(signal)}. {sentence}"


def in_doubt(signal: Signal, exchange: str, why: str) -> str:
    return (
        f"Unknown on {display_name(exchange)}: {title(signal)}. Whether the order arrived is not known: {why}. "
        "It is looked for, and it will not be sent again unless it certainly never arrived. "
        "Look at your open orders and positions on the exchange."
    )


def undecided(signal: Signal, exchange: str, trades: Sequence[Trade]) -> str:
    """Each trade that may be the copy, for its owner to tell."""
    told = "; ".join(_trade(trade) for trade in trades[:MOST_TRADES])
    more = f" and {len(trades) - MOST_TRADES} more" if len(trades) > MOST_TRADES else ""
    which = f"These trades may be it: {told}{more}." if trades else "Nothing there can be told to be it."
    return (
        f"Unknown on {display_name(exchange)}: {title(signal)}. Its answer was lost, and it carries no id of ours. "
        f"{which} It is not sent again and not looked for any more. Look at them, and close what you do not want."
    )


def _trade(trade: Trade) -> str:
    opened = datetime.fromtimestamp(trade.created_ms / 1000, UTC).strftime("%d %b %H:%M:%S UTC")
    price = plain(trade.open_price) if trade.open_price else "a price not told yet"
    return f"{trade.exchange_id} ({trade.side} {plain(trade.quantity)} at {price}, {opened})"


def found(signal: Signal, exchange: str, placed_there: str) -> str:
    """`placed_there` are the words of `placed`."""
    return f"{placed_there} The answer had been lost; it was found on {display_name(exchange)} afterwards."


def found_over(signal: Signal, exchange: str) -> str:
    sentence = "Its answer was lost. It had arrived, and ended unfilled. Nothing is open; nothing is to be done."
    return not_placed(signal, exchange, sentence)


def never_arrived(signal: Signal, exchange: str, *, among_trades: bool) -> str:
    where = "All trades of the account were read" if among_trades else "It was looked for by its id"
    sentence = (
        f"Its answer was lost. {where} until the exchange would not have taken it any more, and there is none: it "
        "never arrived. It is not sent any more. Nothing is open from this signal; nothing is to be done."
    )
    return not_placed(signal, exchange, sentence)


def unprotected(signal: Signal, exchange: str, plan: Plan, why: str) -> str:
    return (
        f"Without a stop on {display_name(exchange)}: {title(signal)}, {plain(plan.quantity)} "
        f"{plan.rules.unit}: {why}. "
        f"Place a stop at {plain(plan.stop)} on the exchange now, or close the position."
    )


def taken_back(signal: Signal, exchange: str, why: str, *, by_hand: bool = False) -> str:
    """Who trades by hand, or by a program, has chosen nothing for this: what cannot be protected is closed then."""
    rule = "a trade of your own without a stop is closed" if by_hand else (
        "you chose to close a position that cannot be protected"
    )  # fmt: skip
    return (
        f"Closed on {display_name(exchange)}: {title(signal)}. The entry had been placed but {why}, and {rule}. "
        "Nothing is open from this signal."
    )


def notice(delivery: Delivery, kind: str) -> Notification:
    """The delivery's own message, as a notification to its owner."""
    return Notification(user_id=delivery.user_id, delivery_id=delivery.id, kind=kind, message=delivery.message)


def closed(signal: Signal, exchange: str) -> str:
    return f"Closed on {display_name(exchange)}: {title(signal)}. Its stop or its targets have filled; nothing rests."


def closed_there(signal: Signal, exchange: str) -> str:
    return (
        f"Closed on {display_name(exchange)}: {title(signal)}. The exchange closed it otherwise than by its stop or "
        "target: by hand, or because the margin was used up. Nothing is open from this signal."
    )


def abandoned(signal: Signal, exchange: str) -> str:
    return (
        f"Without a stop on {display_name(exchange)}: {title(signal)}. No stop and no target of it rests on the "
        "exchange any more, and it is not closed by them. If the position is still open, it has no stop: place one, "
        "or close it."
    )


def sold_twice(signal: Signal, exchange: str, plan: Plan, quantity: Decimal) -> str:
    return (
        f"Sold twice on {display_name(exchange)}: {title(signal)}. Its stop and its target both filled before one "
        f"could end the other: {plain(quantity)} {plan.rules.unit} more than the copy had bought were sold. "
        "Compare your balance, and buy that much back if it was yours."
    )


def entry_unknown_there(signal: Signal, exchange: str) -> str:
    return (
        f"Cancelled on {display_name(exchange)}: {title(signal)}. The entry is gone from the exchange: for a minute "
        "it has not known the order, and it had told of no fill. Look at your orders and positions there."
    )


def missed(signal: Signal, exchange: str) -> str:
    return (
        f"Cancelled on {display_name(exchange)}: {title(signal)}. The price was at its target or its stop before it "
        "came to the entry, which would have filled without it. Nothing is open from this signal."
    )


def entry_gone(signal: Signal, exchange: str) -> str:
    return (
        f"Cancelled on {display_name(exchange)}: {title(signal)}. The entry was cancelled or expired there "
        f"before it filled. "
        "Nothing is open from this signal."
    )
