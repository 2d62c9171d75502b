"""Opens an account: one key with its balances.

A key opened for `binance` works on spot and on USDT-M, as a real one does, with the given balances in each of
the two wallets; one opened for `binance-futures` works there alone. An existing key may be opened again: its
secret and permissions are replaced and the named balances set (free amount; what orders lock stays locked).
"""

from decimal import Decimal
from typing import Any

from simulator.accounts import Account, made_up
from simulator.control.reading import Mistake, as_decimal, as_text
from simulator.world import World

WITH_PASSPHRASE = frozenset({"bitget"})  # where a key is nothing without one, it is made up as the secret is
TOGETHER = {"binance": ["binance", "binance-futures"]}
PERMISSIONS = frozenset({"read", "trade", "withdraw"})
POSITION_MODES = frozenset({"one_way", "hedge"})


def open_account(world: World, body: dict[str, Any]) -> dict[str, str]:
    venue = as_text(body, "venue")
    if venue not in world.venues:
        raise Mistake(f"unknown venue {venue}; there are {', '.join(world.venues)}")
    mode = as_text(body, "position_mode", "one_way")
    if mode not in POSITION_MODES:
        raise Mistake("position_mode must be one_way or hedge")
    account = Account(
        as_text(body, "api_key", "") or _unused_key(world, venue),
        as_text(body, "secret", "") or made_up(world.dice, 64), _passphrase(world, venue, body),
        TOGETHER.get(venue, [venue]), _permissions(body), world.clock.now_ms(),
    )  # fmt: skip
    balances = _balances(body)
    for name in account.venues:
        if name in world.venues:
            world.venues[name].open(account, balances, mode)
    world.open_account(account)
    return {"api_key": account.api_key, "secret": account.secret, "passphrase": account.passphrase}


def _passphrase(world: World, venue: str, body: dict[str, Any]) -> str:
    given = as_text(body, "passphrase", "")
    return given if given or venue not in WITH_PASSPHRASE else made_up(world.dice, 16)


def _unused_key(world: World, venue: str) -> str:
    while True:
        key = made_up(world.dice, 64)
        if (venue, key) not in world.accounts:
            return key


def _permissions(body: dict[str, Any]) -> list[str]:
    wanted = body.get("permissions", ["read", "trade"])
    if not isinstance(wanted, list) or not PERMISSIONS.issuperset(map(str, wanted)):
        raise Mistake("permissions must be a list of read, trade, withdraw")
    return [str(each) for each in wanted]


def _balances(body: dict[str, Any]) -> dict[str, Decimal]:
    given = body.get("balances", {})
    if not isinstance(given, dict):
        raise Mistake("balances must be an object of asset and amount")
    balances = {asset: as_decimal(amount, f"balance of {asset}") for asset, amount in given.items()}
    if any(amount < 0 for amount in balances.values()):
        raise Mistake("balances must not be negative")
    return balances
