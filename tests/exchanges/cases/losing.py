"""Orders, cancels and questions whose answers say nothing, are cut off, or never come."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mysignals.domain.outcomes import Accepted, Outcome, Reason
from mysignals.exchanges.market_data import ask
from tests.exchanges.one_by_one import a_transport_like

from .answers import Meaning, said
from .refusing import UNKNOWN_NAME, UNKNOWN_NUMBER
from .trial import Trial, first

HTML = "<html><body><h1>502 Bad Gateway</h1></body></html>"
NOBODY_THERE = "http://127.0.0.1:9"
Deed = Callable[[Trial], Outcome]


def upset(kind: str, **more: Any) -> Deed:
    """The market order, struck by a fault."""

    def deed(trial: Trial) -> Outcome:
        trial.upset(kind, "order", **more)
        return trial.ask(trial.entry())

    return deed


def upset_and_looked_up(kind: str, **more: Any) -> Deed:
    """The market order, struck, and what its look-up tells."""

    def deed(trial: Trial) -> Outcome:
        trial.upset(kind, "order", **more)
        order = trial.entry()
        trial.ask(order)
        return trial.look(order)

    return deed


def answered(meaning: Meaning) -> Deed:
    """The market order, answered with the exchange's code of that meaning."""

    def deed(trial: Trial) -> Outcome:
        answer = said(trial.place, meaning)
        return upset("reject", status=answer.status, body=answer.body)(trial)

    return deed


def refused_with_a_server_error(trial: Trial) -> Outcome:
    """The order is executed; what comes back is a usual refusal under a status of 500."""
    return upset("error_after_execute", status=500, body=said(trial.place, Reason.FUNDS).body)(trial)


def question_answered(meaning: Meaning) -> Deed:
    def deed(trial: Trial) -> Outcome:
        answer = said(trial.place, meaning)
        trial.upset("reject", "query", status=answer.status, body=answer.body)
        return trial.query(UNKNOWN_NUMBER if trial.is_within_trade else "", UNKNOWN_NAME)

    return deed


def question_garbled(trial: Trial) -> Outcome:
    order = trial.entry()
    first(trial.ask(order))
    trial.upset("garbage", "query")
    return trial.look(order)


def nobody_listens(trial: Trial) -> Outcome:
    flow = ask(trial.place.dialect, trial.entry(), trial.credentials, "paper")
    with a_transport_like(trial.loop, NOBODY_THERE) as runs:
        return runs.run_flows([flow])[0]


def lost_and_followed(trial: Trial) -> tuple[bool, bool, int]:
    """A whole conversation: accepted, protected, and how many entries stand in the exchange's ledger."""
    plan = trial.plan()
    trial.upset("lost_answer", "order")
    report = trial.open(plan)
    return isinstance(report.entry, Accepted), not report.unprotected, entries(trial)


def entries(trial: Trial) -> int:
    names = [row["client_id"] for row in trial.ledger()]
    return names.count(f"{trial.root}-e") if trial.place.abilities.client_ids else len(names)


def lost_cancel(trial: Trial) -> Outcome:
    """Its answer is lost on the way; nobody knows."""
    order = trial.entry() if trial.is_within_trade else trial.limit()
    first(trial.ask(order))
    trial.upset("lost_answer", "cancel")
    return trial.cancel(order)


def lost_cancel_looked_up(trial: Trial) -> Outcome:
    order = trial.limit()
    first(trial.ask(order))
    trial.upset("lost_answer", "cancel")
    trial.cancel(order)
    return trial.look(order)


def twice_while_it_rests(trial: Trial) -> Outcome:
    order = trial.limit()
    first(trial.ask(order))
    return trial.ask(order)


def twice_after_it_filled(trial: Trial) -> Outcome:
    order = trial.entry()
    first(trial.ask(order))
    return trial.ask(order)
