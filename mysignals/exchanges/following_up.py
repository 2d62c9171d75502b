"""Conversations about orders that rest: has the entry filled, has an exit closed the position?"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

from mysignals.domain.abilities import ExitStyle
from mysignals.domain.intents import Leg
from mysignals.domain.market import Market
from mysignals.domain.outcomes import Accepted, OrderState
from mysignals.domain.plan import Exit, Plan

from . import standing
from .clearing import clear, ends_siblings
from .closed_by_others import was_closed_by_others
from .closes import unseen_close
from .cutting_short import cut_short
from .dialect import Call
from .generations import generation
from .landing import has_landed, is_riding, land
from .looking import end, look, without_used_ids
from .missing_exits import Choice, as_gone, died_with_entry, is_missing, missing_exits, sellable
from .missing_stops import is_to_be_closed, missing_stops
from .missing_targets import missing_targets
from .passed import priced
from .positions import is_held
from .repairing import end_closed_there, finish_closing, place_targets, repair
from .resizing import resize
from .resting import NOT_ASKED, over_already, still_resting
from .seen import Ending, Seen, as_known, how
from .session import Report, Session
from .siblings import end_all
from .sold_early import doubt_untold, end_missed, not_counted, sold_early
from .spot_exits import place_spot_exits
from .standing import EXITS, Legs
from .taking_back import close
from .trade_turn import look_at_trade
from .wire import Reply

FollowUp = Generator[Call, Reply, Seen]
Step = Generator[Call, Reply, None]


def look_after(session: Session, plan: Plan, choice: Choice, legs: Legs) -> FollowUp:
    """Ask for every leg that has not ended; place what is missing; end the siblings of a closed position.

    `legs` are the delivery's orders as our books have them.
    """
    seen, now = Seen(), dict(legs)
    if session.dialect.abilities.exits is ExitStyle.WITHIN_TRADE:
        yield from look_at_trade(session, legs, seen)
        return seen
    if Leg.ENTRY in now and not now[Leg.ENTRY].has_ended:
        yield from look(session, plan, Leg.ENTRY, now, seen, is_first=True)
        yield from cut_short(session, plan, legs[Leg.ENTRY], now, seen)
    yield from _look_at_the_others(session, plan, now, seen)
    if seen.entry_is_gone:
        yield from _give_up_entry(session, plan, now, seen)
    if has_landed(session, plan, now):
        yield from land(session, plan, now, seen)
        return seen
    yield from end_missed(session, plan, now, seen)
    early = yield from sold_early(session, plan, legs, now, seen)
    not_counted(session, early, now, seen)
    doubt_untold(session, plan, legs, now, seen)
    session = without_used_ids(session, plan, now, seen)
    if plan.market is Market.SPOT:
        yield from _after_spot(session, plan, choice, now, seen)
    else:
        yield from _after_futures(session, plan, now, seen)
    return seen


def _look_at_the_others(session: Session, plan: Plan, now: Legs, seen: Seen) -> Step:
    """Exits that wait for an entry which has just told that it has bought nothing can wait for their own look, too;
    where one list tells of all, it has told of them.
    """
    is_told = session.is_thorough or session.dialect.abilities.live_in_one_list
    waits = Leg.ENTRY in seen.orders and standing.rests_untouched(now) and not is_told
    shown = NOT_ASKED if waits else (yield from still_resting(session, plan, now))
    if shown is None:
        return
    over = yield from over_already(session, plan, shown.missing)
    for leg, known in list(now.items()):
        if leg in shown.resting:
            seen.orders[leg] = shown.resting[leg]
        elif leg in over:
            seen.orders[leg] = over[leg]
            now[leg] = standing.told(known, over[leg], session.clock_ms())
        elif waits and known.state in standing.WAITING and leg in EXITS:
            seen.orders[leg] = as_known(session, leg, now)
        elif leg is not Leg.ENTRY and not known.has_ended and not is_riding(session, plan, leg, now):
            yield from look(session, plan, leg, now, seen, is_first=True, rests_no_more=leg in shown.missing)


def _after_futures(session: Session, plan: Plan, now: Legs, seen: Seen) -> Step:
    if (yield from resize(session, plan, now, seen)):
        return
    bare = missing_stops(plan, now, close_unprotected=session.close_unprotected)
    targets = missing_targets(plan, now)
    closes_on = session.close_unprotected and is_to_be_closed(plan, now)
    if bare or closes_on:
        yield from _protect_or_close(session, plan, bare, now, seen)
    elif targets:
        yield from place_targets(session, plan, targets, now, seen)
    elif not (yield from was_closed_by_others(session, plan, now, seen)):
        yield from _conclude(session, plan, now, seen)


def _protect_or_close(session: Session, plan: Plan, bare: tuple[Exit, ...], now: Legs, seen: Seen) -> Step:
    """The stop of what is open, or its close; a close that a dead turn has sent comes before both."""
    unseen = yield from unseen_close(session, plan, now)
    if isinstance(unseen, Accepted) and unseen.orders:
        yield from finish_closing(session, plan, now, seen, unseen)
    elif unseen is None and bare:
        yield from repair(session, plan, bare, now, seen)
    elif unseen is None:
        yield from finish_closing(session, plan, now, seen)


def _after_spot(session: Session, plan: Plan, choice: Choice, now: Legs, seen: Seen) -> Step:
    if not ends_siblings(session, plan):
        # Before anything else: until it is gone both may sell, and what was bought is there once.
        yield from end_all(session, plan, standing.overtaken(now), now, seen)
    dead = died_with_entry(plan, now) if ends_siblings(session, plan) else []
    dead = [leg for leg in dead if not generation(session, leg)]
    if dead:
        now |= as_gone(dead, now)
        session = without_used_ids(session, plan, now, seen)
    exits = missing_exits(plan, choice, now, close_unprotected=session.close_unprotected, now_ms=session.clock_ms())
    targets = () if ends_siblings(session, plan) else missing_targets(plan, now)
    if exits:
        yield from _place(session, replace(plan, exits=exits), now, seen)
    elif targets:
        yield from place_targets(session, plan, targets, now, seen)
    else:
        yield from _conclude(session, plan, now, seen)


def _give_up_entry(session: Session, plan: Plan, now: Legs, seen: Seen) -> Step:
    """An entry that is there no more is over, where nothing says that it bought more than we know."""
    if plan.market is Market.FUTURES:
        held = True if standing.bought(now) else (yield from is_held(session, plan))
        if held is not False:
            seen.entry_is_gone = False
            return
    entry = replace(as_known(session, Leg.ENTRY, now), state=OrderState.CANCELLED)
    seen.orders[Leg.ENTRY] = entry
    now[Leg.ENTRY] = standing.told(now[Leg.ENTRY], entry, session.clock_ms())


def _place(session: Session, plan: Plan, now: Legs, seen: Seen) -> Step:
    """Spot exits after the fill, or a close instead of them that a dead turn has sent."""
    entry = seen.orders.get(Leg.ENTRY) or as_known(session, Leg.ENTRY, now)
    live = frozenset(exit_.leg for exit_ in plan.exits if not is_missing(exit_, now))
    unseen = yield from unseen_close(session, plan, now)
    if unseen is not None and not (isinstance(unseen, Accepted) and unseen.orders):
        return  # Whether a turn that died has sold it already nobody told.
    session = yield from priced(session, plan)
    report = seen.exits = Report(entry=Accepted((entry,)))
    if isinstance(unseen, Accepted):
        report.unprotected = "it could not get its stop"
        yield from close(session, plan, report, standing.still_open(now), now, unseen)
        return
    yield from place_spot_exits(session, plan, report, entry, live, known=now)
    if report.postponed and not report.legs:
        seen.exits = None
        return
    for leg in report.legs:
        seen.orders.pop(leg.leg, None)  # Of one whose place it takes.
    if report.taken_back:
        seen.ending = Ending.CLOSED
        return
    if not report.legs:
        report.unprotected = "what was bought is too little to be sold with a stop and a target"
        if all(known.has_ended for known in now.values()):
            seen.ending = Ending.TOO_LITTLE


def _conclude(session: Session, plan: Plan, now: Legs, seen: Seen) -> Step:
    if any(known.state is OrderState.TRIGGERED for known in now.values()):
        return  # A market order is on its way; what it leads to is told once it is done.
    if Leg.ENTRY in now and how(plan, now) is not None:
        seen.ending = yield from clear(session, plan, now, seen)
        seen.sold_twice = standing.sold_twice(now) if seen.ending and plan.market is Market.SPOT else standing.ZERO
    elif standing.exits_are_gone(now):
        yield from _bare(session, plan, now, seen)
    elif not ends_siblings(session, plan):
        for leg in standing.outlived(now):
            yield from end(session, plan, leg, now, seen)
        seen.stop_is_gone = standing.stop_is_gone(now)


def _bare(session: Session, plan: Plan, now: Legs, seen: Seen) -> Step:
    """Nothing rests, and something is open by our books: over only where it certainly is open no more."""
    if plan.market is Market.FUTURES:
        if (yield from is_held(session, plan)) is False:
            yield from end_closed_there(session, plan, now, seen)
        else:
            seen.ending = Ending.ABANDONED
    elif sellable(plan, now):
        seen.ending = Ending.ABANDONED
    else:
        seen.ending = Ending.CLOSED if standing.still_open(now) < standing.bought(now) else Ending.TOO_LITTLE
