"""Who takes part: followers of one market each, sized in every way, and four whose accounts are special."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import cycle, islice

SYMBOLS = {"spot": "ETHUSDT", "futures": "BTCUSDT"}
"""A follower copies one market alone, by the symbol on the allow-list."""
SIZINGS = (("quote", "100"), ("percent", "4"), ("risk", "1"), ("multiplier", "0.5"))
TARGETS = ("first", "last", "ladder")


@dataclass(frozen=True, slots=True)
class Role:
    """One follower as planned. `refusal` holds the reasons that may be given when nothing can be placed."""

    name: str
    market: str
    sizing: tuple[str, str] = ("quote", "100")
    targets: str = "first"
    balance: str = "10000"
    right_secret: bool = True
    position_mode: str = "one_way"
    refusal: tuple[str, ...] = ()

    @property
    def symbol(self) -> str:
        return SYMBOLS[self.market]


NO_MONEY = Role("spot_no_money", "spot", balance="3", refusal=("funds",))
TOO_SMALL = Role("spot_too_small", "spot", sizing=("quote", "1"), refusal=("minimum",))
WRONG_SECRET = Role("futures_bad_key", "futures", right_secret=False, refusal=("auth",))
HEDGED = Role("futures_hedge", "futures", targets="ladder", position_mode="hedge")
SPECIAL = (NO_MONEY, TOO_SMALL, WRONG_SECRET, HEDGED)


def cast(followers: int) -> list[Role]:
    """Half copy spot, half futures, the special ones among them."""
    return [role for market in SYMBOLS for role in _of_market(market, followers // 2)]


def _of_market(market: str, many: int) -> list[Role]:
    special = [role for role in SPECIAL if role.market == market]
    choices = zip(cycle(SIZINGS), cycle(TARGETS), strict=False)
    usual = [
        Role(f"{market}_{number:02}", market, sizing, targets)
        for number, (sizing, targets) in enumerate(islice(choices, many - len(special)), 1)
    ]
    return [*usual, *special]
