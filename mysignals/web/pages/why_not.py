"""Why copies did not come about, for the provider of a signal: counted, and never whose."""

from __future__ import annotations

from mysignals.domain.outcomes import Reason
from mysignals.domain.plan import SkipReason
from mysignals.domain.reasons import cause, display_name

_OURS = {
    SkipReason.TOO_OLD: "The signal was too old when its turn came.",
    SkipReason.NOT_LISTED: "{exchange} does not list the pair.",
    SkipReason.MINIMUM: "The follower's size is below the smallest order at {exchange}.",
    SkipReason.FUNDS: "The balance at {exchange} was too small.",
    SkipReason.MAX_OPEN: "The follower has as many copies open as they allow.",
    SkipReason.NOT_OFFERED: "{exchange} does not offer this kind of trade here.",
    SkipReason.OPPOSED: "The follower has the opposite position open.",
    SkipReason.PRICE_MOVED: "The price had moved farther than the follower allows.",
    SkipReason.STOP: "The stop would have triggered at once, or lies behind the liquidation.",
    SkipReason.TARGET: "The target would have triggered at once.",
    SkipReason.ACCOUNT: "The follower's account was not ready.",
    SkipReason.ENDED: "The signal was ended before their turn came.",
}
_IN_DOUBT = "The answer of {exchange} was lost; it is looked up, and nothing is sent twice."
_UNTOLD = "Nobody told why."


def sentence(state: str, reason: str | None, exchange: str) -> str:
    """What happened, in one sentence."""
    name = display_name(exchange)
    if state == "unknown":
        return _IN_DOUBT.format(exchange=name)
    if state in ("skipped", "expired") and reason in set(SkipReason):
        return _OURS[SkipReason(reason)].format(exchange=name)
    if reason in set(Reason):
        return cause(Reason(reason), exchange)
    return _UNTOLD
