"""Figures of accounts in Redis: who asks for them, who is reading them, and what they were a moment ago."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

import orjson
from flask import current_app
from redis import Redis

from mysignals import clock, dispatch

KEPT_MS, FAILED_MS = 10_000, 2_000
"""How old figures may be, by when they were asked for; how long it is told that an exchange did not answer."""
ASKED_MS, READING_MS = 2_000, 30_000
"""For so long nobody asks again for the same: until a worker has taken it, and until it has read it."""
_WAITING = "mysignals:portfolio:waiting"


@dataclass(frozen=True, slots=True)
class Open:
    """A position. `side` is `long` or `short`, quantity in base (on inverse contracts in contracts), profit in USDT."""

    symbol: str
    side: str
    quantity: Decimal
    entry_price: Decimal | None
    mark_price: Decimal | None
    profit: Decimal | None
    liquidation_price: Decimal | None
    leverage: int | None


@dataclass(frozen=True, slots=True)
class Figures:
    """One account, in USDT. `at_ms` is Unix ms of the question."""

    account_id: int
    at_ms: int
    balance: Decimal
    available: Decimal
    profit: Decimal
    positions: tuple[Open, ...]
    warnings: tuple[str, ...]
    markets: tuple[str, ...]
    """Those that were told; none where the exchange did not answer."""


def find(ids: Sequence[int], beside: Mapping[str, bytes | None] | None = None) -> dict[int, Figures]:
    """Those that are known now; `beside` is what was read just now by the names of `names`. Raises RedisError."""
    wanted = names(ids)
    if beside is not None and beside.keys() >= set(wanted):
        packed: Sequence[bytes | str | None] = [beside[name] for name in wanted]
    else:
        packed = _redis().mget(wanted) if wanted else []
    return {account_id: _unpacked(told) for account_id, told in zip(ids, packed, strict=True) if told}


def names(ids: Iterable[int]) -> list[str]:
    """What Redis has the figures of these accounts under."""
    return [_name(account_id) for account_id in ids]


def keep(figures: Figures, *, is_whole: bool) -> None:
    """`is_whole` where the exchange answered everything."""
    left = figures.at_ms + KEPT_MS - clock.now_ms()
    with _redis().pipeline() as pipe:
        # Who waits gets them even where reading took long.
        pipe.set(
            _name(figures.account_id),
            orjson.dumps(asdict(figures), default=str),
            px=max(left, 1000) if is_whole else FAILED_MS,
        )
        pipe.delete(_mark(figures.account_id))
        pipe.execute()


def ask(ids: Iterable[int]) -> None:
    """Have them read, unless somebody has asked already. Returns at once; raises RedisError."""
    redis, wanted = _redis(), list(ids)
    with redis.pipeline() as pipe:
        for account_id in wanted:
            pipe.set(_mark(account_id), "1", nx=True, px=ASKED_MS)
        fresh = [account_id for account_id, is_set in zip(wanted, pipe.execute(), strict=True) if is_set]
    if fresh:
        redis.sadd(_WAITING, *fresh)
        dispatch.send("portfolio.read")


def take(most: int) -> list[int]:
    """Accounts that wait, each given to one worker."""
    redis = _redis()
    ids = sorted(int(one) for one in redis.spop(_WAITING, most) or ())
    if ids:
        with redis.pipeline() as pipe:
            for account_id in ids:
                pipe.set(_mark(account_id), "1", px=READING_MS)
            pipe.execute()
    return ids


def _unpacked(packed: bytes | str) -> Figures:
    told: dict[str, Any] = orjson.loads(packed)
    money = {name: Decimal(told[name]) for name in ("balance", "available", "profit")}
    positions = tuple(Open(**{name: _number(name, value) for name, value in one.items()}) for one in told["positions"])
    return Figures(
        **told | money | {"positions": positions} | {name: tuple(told[name]) for name in ("warnings", "markets")}
    )


def _number(name: str, value: Any) -> Any:
    return value if value is None or name in ("symbol", "side", "leverage") else Decimal(value)


def _redis() -> Redis:
    redis: Redis = current_app.extensions["redis"]
    return redis


def _name(account_id: int) -> str:
    return f"mysignals:portfolio:{account_id}"


def _mark(account_id: int) -> str:
    return f"mysignals:portfolio:asked:{account_id}"
