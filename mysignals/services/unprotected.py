"""How long a copy was open without a stop: from the answer that told of a fill to the one that told of a stop.

Exits that ride on their entry are there from the first moment. A delivery that ends closes its stretch.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from mysignals.domain.lifecycle import LIVE, State
from mysignals.domain.outcomes import OrderState
from mysignals.domain.plan import STOPS, Plan
from mysignals.domain.value import value
from mysignals.exchanges.moments import Moments
from mysignals.exchanges.seen import Seen
from mysignals.exchanges.session import Report
from mysignals.exchanges.standing import Legs, bought
from mysignals.exchanges.uncovered import is_bare, stands_over_all, with_answers, with_reports


@value
class Stretch:
    """What a turn adds to what the books have. Unix ms.

    `bare_from` is when a stretch began, if the books have none yet; None where none did. `bare_until` is when the
    stretch, whether of this turn or of an earlier one, was over; None while it lasts.
    """

    bare_from: int | None
    bare_until: int | None

    @property
    def lasts(self) -> bool:
        return self.bare_until is None


def of_entry(plan: Plan, report: Report, moments: Moments, state: State, now_ms: int) -> Stretch:
    """Of the conversation that sent the entry; `state` is what became of the delivery."""
    since = moments.filled_ms
    if since is None:
        return Stretch(None, now_ms)
    if state in LIVE and not report.taken_back and _is_bare(plan, report):
        return Stretch(since, None)
    # A ladder's own stops follow one that rode on the entry and stood over everything until then.
    rode = moments.carried and (moments.safe_ms is None or len(plan.exits) > 1)
    return Stretch(since, since if rode and not report.taken_back else moments.safe_ms or since)


def _is_bare(plan: Plan, report: Report) -> bool:
    # Nearly always the first tells, for a sixth of what the second costs.
    return not stands_over_all(plan, report.legs) and is_bare(plan, with_reports({}, report.legs))


def of_turn(
    plan: Plan, known: Legs, seen: Seen, moments: Moments, state: State, acknowledged_at: datetime | None, now_ms: int
) -> Stretch:
    """Of one look at a live delivery: `known` are its orders as our books had them, `state` is its new one."""
    looked = with_answers(known, seen.orders)
    after = with_reports(looked, seen.exits.legs if seen.exits is not None else ())
    since = _begun(known, moments, acknowledged_at, now_ms) if is_bare(plan, looked) else None
    if state in LIVE and is_bare(plan, after):
        return Stretch(since, None)
    return Stretch(since, now_ms if moments.safe_ms is None else moments.safe_ms)


def _begun(known: Legs, moments: Moments, acknowledged_at: datetime | None, now_ms: int) -> int:
    """The look that told of the fill; where the fill is older, the acknowledgement; where a stop went, now."""
    if not bought(known):
        return moments.filled_ms or now_ms
    had_a_stop = any(leg in known and known[leg].state is not OrderState.REJECTED for leg in STOPS)
    if had_a_stop or acknowledged_at is None:
        return now_ms
    return int(acknowledged_at.timestamp() * 1000)


def columns(stretches: list[Stretch | None]) -> dict[str, list[Any]]:
    """For the arrays of a statement: `bare_from` and `bare_until`, Unix ms. None changes nothing that is over."""
    return {
        "bare_from": [stretch.bare_from if stretch else None for stretch in stretches],
        "bare_until": [stretch.bare_until if stretch else None for stretch in stretches],
    }
