"""Where a key is made at each exchange, which permissions to tick, and which never."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Guide:
    """`where` is a path of clicks on the exchange's own site."""

    where: tuple[str, ...]
    tick: tuple[str, ...]
    never: tuple[str, ...]
    mind: tuple[str, ...] = ()


_BITGET_ASKS = "Bitget asks you to choose a passphrase: it is typed here, too, and Bitget never shows it again."
_OTHERS = Guide(
    ("Log in to the exchange", "API management", "Create a key"),
    ("Reading", "Trading, on spot or futures or both"),
    ("Withdrawals", "Transfers between accounts or users"),
)
_GUIDES = {
    "binance": Guide(
        ("Log in at Binance", "Profile", "API Management", "Create API", "System generated"),
        ("Enable Reading", "Enable Spot & Margin Trading", "Enable Futures"),
        ("Enable Withdrawals", "Permits Universal Transfer", "Enable Internal Transfer"),
        (
            "Binance lets you tick trading only when the key is restricted to trusted IP addresses.",
            "Open your futures account first: a key that is older than it cannot trade futures.",
        ),
    ),
    "bitget": Guide(
        ("Log in at Bitget", "Profile", "API Keys", "Create API key", "System-generated"),
        ("Read-write", "Spot: trade", "Futures: orders and holdings"),
        ("Withdraw", "Transfer"),
        (_BITGET_ASKS, "A unified account has to be made a classic one."),
    ),
    "phemex": Guide(
        ("Log in at Phemex", "Account", "API Management", "Create New API Key"),
        ("Read & Write for contracts", "Read & Write for spot"),
        ("Withdrawal",),
    ),
    "magnr": Guide(
        ("Log in at Magnr", "Settings", "API", "Create a key"),
        ("Trading",),
        ("Withdrawals",),
        ("Magnr does not tell what a key may do: make sure yourself that it may not withdraw.",),
    ),
}


def guide_to(exchange: str) -> Guide:
    """A general one where nobody has described it."""
    return _GUIDES.get(exchange, _OTHERS)
