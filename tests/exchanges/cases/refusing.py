"""Orders, cancels and settings that an exchange refuses, for what they ask or for who asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from mysignals.domain.intents import CancelOrder, CloseTrade, OpenTrade, SetLeverage, SetPositionMode
from mysignals.domain.market import PositionMode, Side
from mysignals.domain.outcomes import Outcome
from mysignals.domain.plan import least_quantity
from mysignals.exchanges.market_data import ask
from tests.exchanges.one_by_one import a_transport_like

from .trial import Trial, first

UNKNOWN_NAME, UNKNOWN_NUMBER = "case-never-sent", "1234567890"
Deed = Callable[[Trial], Outcome]


def with_key(**changes: str) -> Deed:
    """The market order with another key, secret or passphrase than the account's."""

    def deed(trial: Trial) -> Outcome:
        key = replace(trial.credentials, **changes)
        return trial.run(ask(trial.place.dialect, trial.entry(), key, "paper"))

    return deed


def at_another_hour(hours: int) -> Deed:
    """By a transport of its own: what it learns of the clock is wrong for everybody after this."""

    def deed(trial: Trial) -> Outcome:
        flow = ask(trial.place.dialect, trial.entry(), trial.credentials, "paper")
        trial.turn_clock(hours)
        with a_transport_like(trial.loop, trial.simulator.url) as runs:
            return runs.run_flows([flow])[0]

    return deed


def just_under_the_smallest(trial: Trial) -> Outcome:
    price = Decimal(40_000)
    return trial.ask(trial.limit(price, quantity=least_quantity(trial.rules, price) - trial.rules.step))


def off_the_tick(trial: Trial) -> Outcome:
    return trial.ask(trial.limit(40_000 + trial.rules.tick / 2))


def off_the_step(trial: Trial) -> Outcome:
    return trial.ask(trial.limit(quantity=trial.size + trial.rules.step / 2))


def unlisted(trial: Trial) -> Outcome:
    ending = "USD" if trial.place.symbol.endswith("USD") else "USDT"
    return trial.ask(replace(trial.entry(), symbol="NOPE" + ending))


def in_the_other_mode(trial: Trial) -> Outcome:
    return trial.ask(trial.entry(hedge=not trial.is_hedged))


def mode_with_a_position(trial: Trial) -> Outcome:
    first(trial.ask(trial.entry()))
    other = PositionMode.ONE_WAY if trial.is_hedged else PositionMode.HEDGE
    return trial.ask(SetPositionMode(other, trial.place.symbol if trial.place.abilities.mode_per_symbol else None))


def leverage_above_all(trial: Trial) -> Outcome:
    """One more than the rules say; of a trade, one that is not offered."""
    if trial.is_within_trade:
        return trial.ask(trial.entry(leverage=3))
    most = trial.rules.max_leverage
    return trial.ask(SetLeverage(trial.place.symbol, most + 1, hedge=trial.is_hedged))


def stop_on_the_wrong_side(trial: Trial) -> Outcome:
    first(trial.ask(trial.entry()))
    return trial.ask(trial.stop(55_000))


def nothing_to_reduce(trial: Trial) -> Outcome:
    return trial.closing()


def never_sent(trial: Trial) -> Outcome:
    return trial.query(UNKNOWN_NUMBER if trial.is_within_trade else "", UNKNOWN_NAME)


def never_sent_among_the_old(trial: Trial) -> Outcome:
    return trial.query("", UNKNOWN_NAME, history=True)


def never_sent_cancelled(trial: Trial) -> Outcome:
    if trial.is_within_trade:
        return trial.ask(CloseTrade(UNKNOWN_NUMBER))
    place = trial.place
    return trial.ask(CancelOrder(place.market, place.symbol, UNKNOWN_NAME, position=Side.BUY, hedge=trial.is_hedged))


def filled_and_cancelled(trial: Trial) -> Outcome:
    """A trade is over when it has been liquidated, an order when it has filled."""
    order = trial.entry()
    first(trial.ask(order))
    if not isinstance(order, OpenTrade):
        return trial.cancel(order)
    number = first(trial.look(order)).exchange_id
    trial.ask(CloseTrade(number))
    return trial.ask(CloseTrade(number))


def nonsense(trial: Trial) -> Outcome:
    """An id longer than any exchange takes; of a trade, which has none, a size of nothing."""
    if trial.is_within_trade:
        return trial.ask(trial.entry(quantity=Decimal(0)))
    return trial.ask(trial.entry(client_id="x" * 64))


def cancelled_twice(trial: Trial) -> Outcome:
    order = trial.limit()
    first(trial.ask(order))
    first(trial.cancel(order))
    return trial.cancel(order)


def sold_without_owning(trial: Trial) -> Outcome:
    return trial.ask(trial.entry(side=Side.SELL, price=None))
