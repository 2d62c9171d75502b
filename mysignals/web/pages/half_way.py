"""Who has given the right password and not yet the code of the second factor: known to the session for five minutes."""

from __future__ import annotations

from flask import session

from mysignals import clock
from mysignals.services.logins import HalfWay

_NAME = "half way"
_LASTS_MS = 5 * 60 * 1000


def keep(half: HalfWay) -> None:
    session[_NAME] = {"user_id": half.user_id, "epoch": half.epoch, "at": clock.now_ms()}


def found() -> HalfWay | None:
    half = session.get(_NAME)
    if half is None or clock.now_ms() - half["at"] > _LASTS_MS:
        session.pop(_NAME, None)
        return None
    return HalfWay(half["user_id"], half["epoch"])
