"""Who takes part: followers of one market each, on one or all exchanges, sized in every way, some of them special."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, islice

SYMBOLS = {"spot": "ETHUSDT", "futures": "BTCUSDT", "coin": "BTCUSD"}
"""A follower copies one market alone, by the symbol on the allow-list. `coin` are futures settled in it."""
SIZINGS = (("quote", "100"), ("percent", "4"), ("risk", "1"), ("multiplier", "0.5"))
TARGETS = ("first", "last", "ladder")


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a follower trades. `venue` is the simulator's name of it."""

    exchange: str
    venue: str
    version: str = ""
    tells_balances: bool = True


BINANCE, MAGNR = Desk("binance", "binance"), Desk("magnr", "magnr", tells_balances=False)
BITGET, BITGET_V1, PHEMEX = Desk("bitget", "bitget"), Desk("bitget", "bitget", "v1"), Desk("phemex", "phemex")
EVERY_DESK = {
    "spot": (BINANCE, BITGET, PHEMEX, BITGET_V1),
    "futures": (BINANCE, BITGET, PHEMEX, BITGET_V1),
    "coin": (PHEMEX, MAGNR),
}
"""By market, all exchanges that have its symbol."""


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
    desk: Desk = BINANCE

    @property
    def symbol(self) -> str:
        return SYMBOLS[self.market]

    @property
    def balances(self) -> dict[str, str]:
        """What the simulator gives the account."""
        return {"BTC": "1"} if self.market == "coin" else {"USDT": self.balance}


NO_MONEY = Role("spot_no_money", "spot", balance="3", refusal=("funds",))
TOO_SMALL = Role("spot_too_small", "spot", sizing=("quote", "1"), refusal=("minimum",))
WRONG_SECRET = Role("futures_bad_key", "futures", right_secret=False, refusal=("auth",))
HEDGED = Role("futures_hedge", "futures", targets="ladder", position_mode="hedge")
SPECIAL = (NO_MONEY, TOO_SMALL, WRONG_SECRET, HEDGED)


def cast(followers: int) -> list[Role]:
    """On Binance: half copy spot, half futures, the special ones among them."""
    return [role for market in ("spot", "futures") for role in _of_market(market, followers // 2, (BINANCE,))]


def cast_everywhere(followers: int) -> list[Role]:
    """Spread over all exchanges and markets, the special ones among them."""
    coins = followers // 8
    half = (followers - coins) // 2
    shares = {"spot": half, "futures": followers - coins - half, "coin": coins}
    return [role for market, many in shares.items() for role in _of_market(market, many, EVERY_DESK[market])]


def _of_market(market: str, many: int, desks: Sequence[Desk]) -> list[Role]:
    special = [role for role in SPECIAL if role.market == market]
    return [*islice(_usual(market, desks), many - len(special)), *special]


def _usual(market: str, desks: Sequence[Desk]) -> Iterator[Role]:
    """On one desk after the other; where they are as many as ways of sizing, each round begins with the next way."""
    for number in count():
        desk, later = desks[number % len(desks)], number // len(desks) if len(desks) == len(SIZINGS) else 0
        sizing = SIZINGS[(number + later) % len(SIZINGS)]
        # A trade at Magnr is at least a hundredth of a bitcoin.
        fitting = sizing if desk.tells_balances else ("quote", "300")
        yield Role(f"{market}_{number + 1:02}", market, fitting, TARGETS[number % len(TARGETS)], desk=desk)
