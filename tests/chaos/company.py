"""The people of a storm: three providers, and followers of every style on every exchange."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from itertools import cycle

import psycopg2

from tests.chaos.stage import TOKEN, Stage
from tests.support.environment import VAULT_PUBLIC_KEY
from tests.support.population import At, populate

RICH = (("USDT", "100000"),)
COINS = (("BTC", "10"),)
_STYLES = (("first", "close"), ("ladder", "close"), ("last", "notify"), ("ladder", "notify"), ("first", "close"))
"""Targets, and what is to be done with a position that has no stop."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where some of a market's followers trade. `provider` names whom they copy."""

    provider: str
    market: str
    at: At


def _desks() -> tuple[Desk, ...]:
    spot = [
        At("binance", "binance", "", "one_way", RICH),
        At("bitget", "bitget", "v2", "one_way", RICH),
        At("bitget", "bitget", "v1", "one_way", RICH),
        At("phemex", "phemex", "", "one_way", RICH),
    ]
    futures = [
        At("binance", "binance-futures", "", "one_way", RICH),
        At("bitget", "bitget", "v2", "one_way", RICH),
        At("phemex", "phemex", "", "one_way", RICH),
        At("binance", "binance-futures", "", "hedge", RICH),
        At("bitget", "bitget", "v2", "hedge", RICH),
        At("phemex", "phemex", "", "hedge", RICH),
        At("bitget", "bitget", "v1", "one_way", RICH),
        At("bitget", "bitget", "v1", "hedge", RICH),
    ]
    coin = [At("phemex", "phemex", "", "one_way", COINS), At("magnr", "magnr", "", None, COINS)]
    return (
        *(Desk("futures", "futures", at) for at in futures),
        *(Desk("spot", "spot", at) for at in spot),
        *(Desk("coin", "futures", at) for at in coin),
    )


DESKS = _desks()
SYMBOLS = {"spot": ["ETHUSDT"], "futures": ["BTCUSDT", "ETHUSDT"], "coin": ["BTCUSD"]}
"""What the followers of each provider copy."""


@dataclass(frozen=True, slots=True)
class Company:
    """`providers`: user names by what they publish. `api_keys` by account id."""

    providers: Mapping[str, str]
    api_keys: Mapping[int, str]


def gather(stage: Stage, followers: int) -> Company:
    """`followers` people, spread over all desks as evenly as it goes, in changing styles."""
    providers: dict[str, tuple[int, str]] = {}
    keys: dict[int, str] = {}
    for number, desk in enumerate(DESKS):
        many = followers // len(DESKS) + (number < followers % len(DESKS))
        if not many and desk.provider in providers:
            continue
        crowd = populate(
            stage.dsn, (stage.simulator_url, TOKEN), followers=max(many, 1), market=desk.market,
            vault_public_key=VAULT_PUBLIC_KEY, symbol=SYMBOLS[desk.provider][0], sizing=_sizing(desk), at=desk.at,
        )  # fmt: skip
        providers.setdefault(desk.provider, (crowd.provider_id, crowd.provider_name))
        keys |= zip(crowd.account_ids, crowd.api_keys, strict=True)
        _style(stage.dsn, crowd.account_ids, providers[desk.provider][0], SYMBOLS[desk.provider])
    return Company({name: user_name for name, (_, user_name) in providers.items()}, keys)


def _sizing(desk: Desk) -> tuple[str, str]:
    """A trade at Magnr is at least a hundredth of a bitcoin."""
    return "quote", "300" if desk.provider == "coin" else "100"


_SET = """
    UPDATE followings SET provider_id = %s, targets = %s, on_unprotected = %s, symbols = %s WHERE account_id = %s
"""
_FORGET = "UPDATE exchange_accounts SET position_mode = NULL WHERE exchange IN ('phemex', 'magnr')"
"""Each symbol has a mode of its own at Phemex: what an account is said to have must not count."""


def _style(dsn: str, accounts: object, provider_id: int, symbols: list[str]) -> None:
    assert isinstance(accounts, list)
    with closing(psycopg2.connect(dsn)) as connection, connection, connection.cursor() as cursor:
        for account_id, (targets, on_unprotected) in zip(accounts, cycle(_STYLES), strict=False):
            cursor.execute(_SET, (provider_id, targets, on_unprotected, symbols, account_id))
        cursor.execute(_FORGET)
