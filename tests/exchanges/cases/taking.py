"""Orders that are taken, and what becomes of them: they fill, rest, close, and keep to the grid."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from mysignals.domain.intents import ExitKind
from mysignals.domain.market import MarginMode, Side
from mysignals.domain.money import is_multiple
from mysignals.domain.outcomes import Accepted, Outcome
from mysignals.domain.plan import Choices, Plan, Terms, least_quantity, make_plan
from mysignals.domain.sizing import Sizing, SizingMode

from .trial import PRICE, Order, Trial, first

Closes = Callable[[Trial], tuple[bool, list[Decimal]]]


def placed(trial: Trial, order: Order) -> Outcome:
    """Taken, and what its look-up tells then."""
    taken = trial.ask(order)
    return trial.look(order) if isinstance(taken, Accepted) else taken


def market(trial: Trial) -> Outcome:
    return placed(trial, trial.entry())


def limit(trial: Trial) -> Outcome:
    return placed(trial, trial.limit())


def limit_reached(trial: Trial) -> Outcome:
    order = trial.limit()
    trial.ask(order)
    trial.move_price("39000")
    return trial.look(order)


def limit_cancelled(trial: Trial) -> Outcome:
    order = trial.limit()
    trial.ask(order)
    cancelled = trial.cancel(order)
    return trial.look(order) if isinstance(cancelled, Accepted) else cancelled


def by_its_own_id(trial: Trial) -> Outcome:
    order = trial.limit()
    return trial.query(first(trial.ask(order)).exchange_id, order.client_id)


def half_filled(trial: Trial) -> Outcome:
    trial.upset("partial", "order", fraction="0.5")
    order = trial.entry() if trial.is_within_trade else trial.limit(PRICE)
    return placed(trial, order)


def half_filled_and_cancelled(trial: Trial) -> Outcome:
    trial.upset("partial", "order", fraction="0.5")
    order = trial.limit(PRICE)
    trial.ask(order)
    cancelled = trial.cancel(order)
    return trial.look(order) if isinstance(cancelled, Accepted) else cancelled


def on_the_grid(trial: Trial) -> Outcome:
    """One tick and one step beside round numbers, which are multiples of more than one."""
    rules = trial.rules
    return trial.ask(trial.limit(40_000 + rules.tick, quantity=trial.size + rules.step))


def odd_plan(trial: Trial) -> tuple[bool, bool]:
    """Whether every figure of a plan from odd prices and an odd budget is on the grid, and whether it is taken."""
    plan, rules = _plan_of_odd_figures(trial), trial.rules
    prices = [plan.price, plan.stop, *(rung.price for rung in plan.exits)]
    quantities = [plan.quantity, *(rung.quantity for rung in plan.exits)]
    is_on_grid = all(is_multiple(price, rules.tick) for price in prices) and all(
        is_multiple(quantity, rules.step) for quantity in quantities
    )
    report = trial.open(plan)
    return is_on_grid, isinstance(report.entry, Accepted) and not report.unprotected


def _plan_of_odd_figures(trial: Trial) -> Plan:
    usual = trial.plan(targets="first" if trial.is_within_trade else "ladder")
    targets = (Decimal("51012.3456789"), Decimal("52098.7654321"), Decimal("53001.0000001"))
    terms = Terms(
        usual.market, usual.symbol, Side.BUY, usual.entry_type, Decimal("0.01234567"), Decimal("49999.9876543"),
        Decimal("48765.4321098"), targets, usual.leverage, 1, 60,
    )  # fmt: skip
    choices = Choices(
        Sizing(SizingMode.QUOTE, Decimal("1234.5678")), 10, 10, 0, 1000,
        "first" if trial.is_within_trade else "ladder", MarginMode.CROSS,
    )  # fmt: skip
    made = make_plan(terms, choices, trial.rules, PRICE, trial.place.abilities)
    assert isinstance(made, Plan), made
    return made


def smallest(trial: Trial) -> Outcome:
    price = Decimal(40_000)
    return trial.ask(trial.limit(price, quantity=least_quantity(trial.rules, price)))


def long_and_closed(trial: Trial) -> list[Decimal]:
    first(trial.ask(trial.entry()))
    opened = trial.held()
    first(trial.closing())
    return [*(amount / trial.size for amount in opened), *trial.held()]


def short_and_closed(trial: Trial) -> list[Decimal]:
    first(trial.ask(trial.entry(side=Side.SELL, **({} if trial.is_within_trade else {"price": None}))))
    opened = trial.held()
    first(trial.closing(Side.BUY))
    return [*(amount / trial.size for amount in opened), *trial.held()]


def both_ways(trial: Trial) -> list[Decimal]:
    first(trial.ask(trial.entry()))
    first(trial.ask(trial.entry(side=Side.SELL, quantity=2 * trial.size)))
    return sorted(amount / trial.size for amount in trial.held())


def bought_and_sold(trial: Trial) -> Outcome:
    first(trial.ask(trial.entry()))
    sale = trial.entry(side=Side.SELL, price=None)
    return placed(trial, sale)


def stop_rests(trial: Trial) -> Outcome:
    first(trial.ask(trial.entry()))
    return placed(trial, trial.stop())


def stop_cancelled(trial: Trial) -> Outcome:
    first(trial.ask(trial.entry()))
    stop = trial.stop()
    first(trial.ask(stop))
    cancelled = trial.cancel(stop)
    return trial.look(stop) if isinstance(cancelled, Accepted) else cancelled


def exit_closes(kind: ExitKind, side: Side, moved: int) -> Closes:
    """Whether anything rests, and what is held after the price went through the exit of such a position."""

    def deed(trial: Trial) -> tuple[bool, list[Decimal]]:
        is_sale = side is Side.SELL
        first(trial.ask(trial.entry(side=side, **({"price": None} if is_sale else {}))))
        between = 50_000 + (moved - 50_000) // 2
        first(trial.ask(trial.exit(kind, between, side.opposite)))
        trial.move_price(str(moved))
        return bool(trial.everything_resting()), trial.held()

    return deed


def closed_by_too_much(trial: Trial) -> list[Decimal]:
    """What is held after an order that only reduces was twice as large as the position."""
    first(trial.ask(trial.entry()))
    first(trial.closing(quantity=2 * trial.size))
    return trial.held()
