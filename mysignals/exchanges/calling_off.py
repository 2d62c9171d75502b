"""Calling off what somebody has traded: the entry first, then its exits; what had filled is kept, or closed.

Every step may be repeated by a later turn: nothing is sent twice, and nothing counts as over that is not certain.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field, replace
from decimal import Decimal

from mysignals.domain.abilities import ExitStyle
from mysignals.domain.intents import CloseTrade, Leg
from mysignals.domain.market import Market
from mysignals.domain.outcomes import Accepted, OrderState, Outcome, Reason, Rejected
from mysignals.domain.plan import Plan, least_quantity, protected_quantity

from . import standing
from .clearing import unknown_are_gone
from .closes import next_close, unseen_close
from .dialect import Call
from .landing import has_landed, land
from .look_up import is_absent
from .looking import end, look
from .positions import is_held
from .resting import still_resting
from .seen import Ending, Seen, as_known, known_of, note_cancelled
from .session import LegReport, Report, Session
from .standing import EXITS, ZERO, Legs
from .taking_back import close, is_cancelled
from .trade_turn import look_at_trade
from .wire import Reply

PASSING = (Reason.TIME, Reason.RATE, Reason.MAINTENANCE)


@dataclass(slots=True)
class CalledOff:
    """What calling off came to. Quantities in base, on inverse contracts in contracts."""

    legs: Legs
    """The orders as they are now, as far as they were told."""
    seen: Seen = field(default_factory=Seen)
    placed: list[LegReport] = field(default_factory=list)
    """Orders that our books may not have yet."""
    is_over: bool = False
    """Nothing of it rests any more, certainly; and what was to be closed is closed, or cannot be."""
    is_reduced: bool = False
    """Of a close of a part: that part is closed, and what is left goes on with its exits."""
    refused: Rejected | None = None
    """Why what had filled could not be closed: on futures its exits stay then, and it is not over."""

    @property
    def left(self) -> Decimal:
        """What had filled, and neither exits nor a close have ended."""
        return standing.still_open(self.legs)


CallingOff = Generator[Call, Reply, CalledOff]
Step = Generator[Call, Reply, None]


def call_off(session: Session, plan: Plan, legs: Legs, *, closes: bool) -> CallingOff:
    """`legs` are the delivery's orders as our books have them; `closes` whether what had filled is closed too."""
    done = CalledOff(dict(legs))
    if session.dialect.abilities.exits is ExitStyle.WITHIN_TRADE:
        yield from _end_trade(session, done, closes=closes)
        return done
    yield from _stop_entry(session, plan, done)
    if not done.legs[Leg.ENTRY].has_ended:
        return done
    named = yield from _landed(session, plan, done)
    if named is None:
        return done
    if Leg.CLOSE in done.legs and not done.legs[Leg.CLOSE].has_ended:
        yield from look(named, plan, Leg.CLOSE, done.legs, done.seen)
    # A position keeps its exits until it is closed; on spot they lock what is to be sold.
    closes_first = closes and plan.market is Market.FUTURES
    if closes_first and not (yield from _exits_are_told(named, plan, done)):
        return done
    if closes_first and not (yield from _is_closed(named, plan, done)):
        return done
    if not (yield from _nothing_rests(named, plan, done)):
        return done
    if closes and not closes_first and not (yield from _is_closed(named, plan, done)) and done.refused is None:
        return done
    done.is_over = True
    return done


def _end_trade(session: Session, done: CalledOff, *, closes: bool) -> Step:
    """A trade that holds its exits inside ends as a whole, or not at all."""
    yield from look_at_trade(session, done.legs, done.seen)
    if done.seen.ending is None and closes and done.seen.orders:
        yield from session.ask(CloseTrade(session.exchange_ids.get(Leg.ENTRY, "")))
        yield from look_at_trade(session, done.legs, done.seen)
    for leg, report in done.seen.orders.items():
        done.legs[leg] = replace(done.legs[leg], state=report.state, filled=report.filled)
    done.is_over = done.seen.ending is not None


def _stop_entry(session: Session, plan: Plan, done: CalledOff) -> Step:
    """One that the exchange has not known for a minute is over, where nothing says that it bought more than we know."""
    if done.legs[Leg.ENTRY].has_ended and standing.bought(done.legs):
        # Some tell what it had paid only now.
        yield from look(session, plan, Leg.ENTRY, done.legs, done.seen)
        return
    yield from end(session, plan, Leg.ENTRY, done.legs, done.seen)
    if not done.seen.entry_is_gone or done.legs[Leg.ENTRY].has_ended:
        return
    asks = plan.market is Market.FUTURES and not standing.bought(done.legs)
    if asks and (yield from is_held(session, plan)) is not False:
        return
    note_cancelled(as_known(session, Leg.ENTRY, done.legs), Leg.ENTRY, done.legs, done.seen)


def _landed(session: Session, plan: Plan, done: CalledOff) -> Generator[Call, Reply, Session | None]:
    """The session that knows the exits which had ridden on the entry by name; None where they could not be read."""
    if not has_landed(session, plan, done.legs):
        return session
    # Nothing is closed here because a stop is missing: what becomes of the position is its owner's choice.
    yield from land(replace(session, close_unprotected=False), plan, done.legs, done.seen)
    if done.seen.exits is None:
        return session if done.seen.ending is not None else None
    done.placed += done.seen.exits.legs
    done.seen.exits, done.seen.ending = None, None
    done.legs |= {leg.leg: known_of(leg) for leg in done.placed}
    names = {leg.leg: leg.order.exchange_id for leg in done.placed if leg.order is not None and leg.order.exchange_id}
    return replace(session, exchange_ids={**session.exchange_ids, **names})


def _nothing_rests(session: Session, plan: Plan, done: CalledOff) -> Generator[Call, Reply, bool]:
    for leg in EXITS:
        if leg in done.legs:
            yield from end(session, plan, leg, done.legs, done.seen)
    if not all(known.has_ended for leg, known in done.legs.items() if leg is not Leg.CLOSE):
        return False
    if plan.market is Market.SPOT:
        for rung in plan.exits:
            for leg in (rung.leg, rung.stop_leg):
                # A turn that died may have placed it, and left no row.
                if leg not in done.legs and not (yield from is_cancelled(session, plan, leg)):
                    return False
    return (yield from unknown_are_gone(session, plan, done.legs))


def _exits_are_told(session: Session, plan: Plan, done: CalledOff) -> Generator[Call, Reply, bool]:
    """What an exit has just closed is not closed again: that would close what others have open on the symbol. One that
    sells at this moment is waited for.
    """
    if not standing.bought(done.legs):
        return True
    resting = yield from still_resting(session, plan, done.legs)
    if resting is None:
        return False
    for leg in EXITS:
        if leg not in done.legs or done.legs[leg].has_ended or leg in resting:
            continue
        before = done.legs[leg]
        outcome = yield from look(session, plan, leg, done.legs, done.seen)
        if is_absent(outcome):  # It has closed nothing; what its absence means is asked when it is ended.
            done.legs[leg] = before
            done.seen.orders.pop(leg, None)
        elif leg not in done.seen.orders or done.legs[leg].state is OrderState.TRIGGERED:
            return False
    return True


def _is_closed(session: Session, plan: Plan, done: CalledOff) -> Generator[Call, Reply, bool]:
    """Whether what had filled is certainly closed, or is too little to be; where it never will be, `done.refused`."""
    quantity = _closable(plan, done)
    if not quantity:
        return True
    if standing.is_closing(done.legs):
        return False
    if next_close(session, done.legs) is None:
        done.refused = Rejected(Reason.UNKNOWN, "", "it was closed several times, and never in full")
        return False
    unseen = yield from unseen_close(replace(session, close_unprotected=True), plan, done.legs)
    if unseen is not None and not (isinstance(unseen, Accepted) and unseen.orders):
        return False  # Whether a turn that died has closed it nobody told.
    report = Report(entry=Accepted())
    found = unseen if isinstance(unseen, Accepted) else None
    is_done = yield from close(session, plan, report, quantity, done.legs, found)
    done.placed += report.legs
    done.legs |= {leg.leg: known_of(leg) for leg in report.legs if not isinstance(leg.outcome, Rejected)}
    if is_done:
        return True
    return (yield from _is_gone_or_refused(session, plan, done, report.legs[-1].outcome if report.legs else None))


def _is_gone_or_refused(
    session: Session, plan: Plan, done: CalledOff, outcome: Outcome | None
) -> Generator[Call, Reply, bool]:
    """A close that finds nothing to reduce has found a position that others had closed."""
    if not isinstance(outcome, Rejected) or outcome.reason in PASSING:
        return False
    if plan.market is Market.FUTURES and (yield from is_held(session, plan)) is False:
        done.seen.ending = Ending.CLOSED_THERE
        return True
    done.refused = outcome
    return False


def _closable(plan: Plan, done: CalledOff) -> Decimal:
    """On spot without the commission, and nothing where it is less than the exchange sells."""
    if plan.market is Market.FUTURES:
        return done.left
    held = protected_quantity(plan.market, plan.side, standing.bought(done.legs), plan.rules)
    left = held - standing.sold(done.legs)
    return left if left >= least_quantity(plan.rules, plan.reference) else ZERO
