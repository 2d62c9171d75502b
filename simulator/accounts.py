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

    def may(self, trades: bool) -> bool:
        return self.may_trade if trades else self.may_read


class Members(dict[bytes, Member]):
    """All of one venue, by their keys as they stand in a header."""

    def admit(self, account: Account, desk: Any) -> None:
        may_read, may_trade = ("read" in account.permissions), ("trade" in account.permissions)
        self[account.api_key.encode()] = Member(account, account.secret.encode(), may_read, may_trade, desk)


def made_up(dice: Random, length: int) -> str:
    return "".join(dice.choices(KEY_LETTERS, k=length))
