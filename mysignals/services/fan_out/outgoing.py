"""A row on its way to its exchange. Where something is missing its questions, its plan and its orders are one
conversation: nobody waits for somebody else's answers.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from mysignals.domain.intents import Intent, ReadSymbolSettings
from mysignals.domain.market import SymbolRules
from mysignals.domain.outcomes import Balance, Balances, NotSent
from mysignals.domain.plan import Plan, Terms
from mysignals.exchanges.dialect import Call
from mysignals.exchanges.flows import open_position
from mysignals.exchanges.session import Report, Session
from mysignals.exchanges.wire import Reply

from .asking import Known, ask, ask_price, asking
from .claim import Claimed
from .planner import Planner
from .results import Result, failed_to_ask

PLENTY = Decimal(10) ** 12
"""More than anybody has, of any asset."""


@dataclass(slots=True)
class Outgoing:
    """`plan` is None until the `questions` are answered."""

    row: Claimed
    known: Known
    plan: Plan | None = None
    questions: Sequence[Intent] = ()
    may_change: bool = False
    """Whether leverage or margin mode may be set: a crash in between must not leave a memory that is wrong, so nothing
    may be remembered of them any more when the conversation begins.
    """


def asked_first(
    outgoing: Outgoing, planner: Planner, session_of: Callable[[Outgoing, Plan], Session]
) -> Generator[Call, Reply, Report | Result]:
    """The questions, the plan by what they told and by this moment, its orders. A result where nothing was sent."""
    row, known = outgoing.row, outgoing.known
    session = asking(row, planner.signal, known)
    yield from ask(session, outgoing.questions, known)
    price = planner.told.of(row)
    if known.failed is None and planner.told.is_old and session.dialect.abilities.tells_prices:
        price = yield from ask_price(session, planner.signal)
    plan = planner.plan(row, known, planner.terms(), price)
    if isinstance(plan, Result):
        return plan
    if will_change(known, plan) and not outgoing.may_change:
        # The price has moved so far meanwhile that another leverage is safe: the next turn knows it in advance.
        return failed_to_ask(row, planner.signal, NotSent("what is remembered of its settings would be wrong"))
    outgoing.plan = plan
    return (yield from open_position(session_of(outgoing, plan), plan))


def will_change(known: Known, plan: Plan) -> bool:
    """Whether leverage or margin mode will be set."""
    wanted = (plan.leverage, plan.margin_mode)
    return known.settings is not None and (known.settings.leverage, known.settings.margin_mode) != wanted


def may_change(row: Claimed, known: Known, questions: Sequence[Intent], planner: Planner, terms: Terms) -> bool:
    """Whether leverage or margin mode may be set by a plan that is still to come.

    Neither depends on what is asked for, but for the settings: they are those of a plan with plenty of money.
    """
    if any(isinstance(question, ReadSymbolSettings) for question in questions):
        return True
    rules = planner.rules_of(row)
    if known.settings is None or rules is None:
        return False
    plan = planner.plan(row, replace(known, balances=_plenty(rules)), terms, planner.told.of(row))
    return isinstance(plan, Result) or will_change(known, plan)


def _plenty(rules: SymbolRules) -> Balances:
    return Balances(tuple(Balance(asset, PLENTY, PLENTY) for asset in (rules.base, rules.quote)))
