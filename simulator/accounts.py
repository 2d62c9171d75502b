"""Who may trade: the keys of every venue, and what each key is allowed to do."""

from dataclasses import dataclass
from random import Random
from typing import Any

KEY_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789"


@dataclass(slots=True)
class Account:
    """One key as its owner made it. `venues` are those on which the key works."""

    api_key: str
    secret: str
    passphrase: str
    venues: list[str]
    permissions: list[str]
    created_ms: int


@dataclass(slots=True)
class Member:
    """An account at the door of one venue: what authentication needs, and the desk it trades at."""

    account: Account
    secret: bytes
    may_read: bool
    may_trade: bool
    desk: Any


def made_up(dice: Random, length: int) -> str:
    return "".join(dice.choices(KEY_LETTERS, k=length))
