"""Where an exchange and our books differ: how it may have come about, and what may be done about it. Pure."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum


class Kind(StrEnum):
    POSITION = "position"
    ORDER = "order"


class Cause(StrEnum):
    """The likely one: an exchange tells what there is, not who did it."""

    CLOSED_BY_HAND = "closed_by_hand"
    """Less is open than was copied; a liquidation looks alike."""
    OPENED_BY_HAND = "opened_by_hand"
    UNEXPLAINED = "unexplained"
    """It may be left over from a copy that our books call over."""
    ORPHAN_EXIT = "orphan_exit"
    """A stop or target of a copy that is over."""
    UNKNOWN_ENTRY = "unknown_entry"
    """An entry of a copy that is over."""
    FOREIGN_ORDER = "foreign_order"
    """It has an id of the form of ours, and no copy of ours has that id."""


class Repair(StrEnum):
    ADOPT = "adopt"
    """Our books follow the exchange: copies whose position is gone are ended, and their exits cancelled."""
    CLOSE = "close"
    """What is too much is closed at the market."""
    CANCEL = "cancel"
    NONE = "none"


class State(StrEnum):
    SEEN = "seen"
    """Met once. A second audit confirms it, or it was only late news."""
    OPEN = "open"
    """Confirmed; its owner was told and decides."""
    APPROVED = "approved"
    REPAIRED = "repaired"
    DISMISSED = "dismissed"
    """Its owner says that it is as it should be; told again only when the difference changes."""
    GONE = "gone"
    """It went away by itself."""
    FAILED = "failed"


UNDECIDED = (State.SEEN, State.OPEN, State.APPROVED)
ENDS = (State.REPAIRED, State.GONE, State.FAILED)


def position_cause(expected: Decimal, actual: Decimal, *, has_leftovers: bool) -> Cause:
    """Both negative when short. `has_leftovers` where a copy of this side ended without having been closed in full."""
    if expected == 0:
        return Cause.UNEXPLAINED if has_leftovers else Cause.OPENED_BY_HAND
    shrunk = abs(actual) < abs(expected) and actual * expected >= 0
    return Cause.CLOSED_BY_HAND if shrunk else Cause.OPENED_BY_HAND


def position_repair(expected: Decimal, actual: Decimal) -> Repair:
    """Nothing is offered that would open something, or leave a copy with more exits than position."""
    if actual == 0:
        return Repair.ADOPT if expected else Repair.NONE
    is_too_much = abs(actual) > abs(expected) and actual * expected >= 0
    return Repair.CLOSE if is_too_much else Repair.NONE
