"""The state of a delivery, an order or an account in one word, one shape and one tone: the same everywhere."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask

from mysignals.domain.lifecycle import State


@dataclass(frozen=True, slots=True)
class Badge:
    """`shape` names an icon of parts/icons.html, `tone` a colour of css/parts.css."""

    word: str
    shape: str
    tone: str


_DELIVERIES = {
    State.QUEUED: Badge("queued", "dots", ""),
    State.SENDING: Badge("sending", "half", "busy"),
    State.UNKNOWN: Badge("unknown", "question", "warn"),
    State.ACCEPTED: Badge("resting", "ring", "busy"),
    State.PARTIALLY_FILLED: Badge("part filled", "half", "busy"),
    State.FILLED: Badge("filled", "disc", "good"),
    State.REJECTED: Badge("refused", "cross", "bad"),
    State.SKIPPED: Badge("skipped", "slash", ""),
    State.EXPIRED: Badge("expired", "clock", ""),
    State.CANCELLED: Badge("cancelled", "slash", ""),
    State.CLOSED: Badge("closed", "square", ""),
}
_OTHERS = {
    # Signals
    "active": Badge("active", "disc", "good"),
    "ended": Badge("ended", "square", ""),
    "open": Badge("open", "ring", "busy"),
    # Keys, the second factor, browsers
    "on": Badge("on", "disc", "good"),
    "off": Badge("off", "ring", "warn"),
    "this one": Badge("this one", "disc", "good"),
    "revoked": Badge("revoked", "cross", ""),
    "blocked": Badge("blocked", "slash", "bad"),
    "bought": Badge("bought", "disc", "good"),
    # Orders, besides what they share with deliveries
    "new": Badge("resting", "ring", "busy"),
    "pending": Badge("waiting", "dots", ""),
    "triggered": Badge("triggered", "half", "busy"),
    # What is asked to be closed
    "closing": Badge("closing", "half", "busy"),
    "unprotected": Badge("no stop", "cross", "bad"),
    "done": Badge("done", "disc", "good"),
    # Accounts
    "checking": Badge("checking", "half", "busy"),
    "ready": Badge("ready", "disc", "good"),
    "refused": Badge("refused", "cross", "bad"),
    "disabled": Badge("switched off", "slash", ""),
    "paused": Badge("paused", "slash", "warn"),
    # Environments
    "live": Badge("live", "disc", "good"),
    "testnet": Badge("testnet", "ring", ""),
    "paper": Badge("paper", "ring", ""),
}
TABLE = {state.value: badge for state, badge in _DELIVERIES.items()} | _OTHERS


def bind(app: Flask) -> None:
    app.jinja_env.globals["badge_of"] = badge_of


def badge_of(state: str) -> Badge:
    """A state that nobody has described is shown by its own name."""
    return TABLE.get(state, Badge(state.replace("_", " "), "ring", ""))
