"""The v2 calls about the key itself and about the spot wallet."""

from typing import Any

from simulator.bitget.desk import Desk
from simulator.bitget.parameters import Parameters, choice, optional
from simulator.bitget.spot import answers
from simulator.wallet import Wallet
from simulator.wire.exchanged import Request

WORDS = {"read": "readonly", "trade": "trade", "withdraw": "withdraw"}


def info(desk: Desk, _: Parameters, __: Request) -> Any:
    """Addresses are not bound: `ips` is empty."""
    return {
        "userId": desk.user_id, "inviterId": "0", "ips": "", "authorities": authorities(desk), "parentId": 0,
        "traderType": "trader", "channelCode": "", "channel": "", "regisTime": str(desk.created_ms),
    }  # fmt: skip


def authorities(desk: Desk) -> list[str]:
    return [WORDS[permission] for permission in desk.permissions]


def assets(desk: Desk, params: Parameters, _: Request) -> Any:
    """`hold_only`, the default, leaves out what is empty."""
    held_only = choice(params, "assetType", ("hold_only", "all"), "hold_only") == "hold_only"
    return [answers.asset(wallet) for wallet in wallets(desk, optional(params, "coin"), held_only)]


def wallets(desk: Desk, coin: str, held_only: bool) -> list[Wallet]:
    """A coin that is asked for by name is answered even where it is empty."""
    if coin:
        return [desk.spot.wallets.get(coin.upper()) or Wallet(desk.api_key, coin.upper())]
    found = desk.spot.wallets.values()
    return [wallet for wallet in found if not held_only or wallet.free or wallet.locked]
