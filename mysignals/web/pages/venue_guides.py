"""Where a key is made at each exchange, which permissions to tick, and which never.

Words on buttons as the exchanges have them; what each asks of a key as their documents say it: Binance's Wallet and
Link-and-Trade APIs (trading needs trusted addresses, at most 30; a key older than the futures account cannot trade
futures), Bitget's sub-account key API (passphrase of 8 to 32 letters and digits; 30 addresses, IPv4; permissions by
name), Phemex's API management page. Magnr's site is gone, and no document of its key page is left.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Guide:
    """`where` is a path of clicks on the exchange's own site; `bind` where our address goes, before what to enter."""

    where: tuple[str, ...]
    tick: tuple[str, ...]
    never: tuple[str, ...]
    bind: str
    mind: tuple[str, ...] = ()


_UNTOLD = "{} does not tell what a key may do: make sure yourself that it may not withdraw."
_BITGET_ASKS = (
    "Bitget asks you to choose a passphrase of 8 to 32 letters and digits: it is typed here, too, and Bitget never "
    "shows it again."
)
_OTHERS = Guide(
    ("Log in to the exchange", "API management", "Create a key"),
    ("Reading", "Trading, on spot or futures or both"),
    ("Withdrawals", "Transfers between accounts or users"),
    "Where the exchange asks which addresses the key is for,",
)
_GUIDES = {
    "binance": Guide(
        (
            "Log in at Binance",
            "Profile",
            "Account",
            "API Management",
            "Create API",
            "System generated",
            "Edit restrictions",
        ),
        ("Enable Reading", "Enable Spot & Margin Trading", "Enable Futures"),
        (
            "Enable Withdrawals",
            "Permits Universal Transfer",
            "Enable Internal Transfer",
            "Enable Margin Loan, Repay & Transfer",
        ),
        "Under “IP access restrictions” choose “Restrict access to trusted IPs only” and",
        (
            "Without a trusted address Binance offers no trading for the key. Enter the address first, then tick.",
            "Choose “System generated”: a key of the kind Ed25519 or RSA signs in another way than we do.",
            "Open your futures account first: a key that is older than it cannot trade futures.",
            "With Portfolio Margin switched on, Binance takes “Enable Futures” from every key.",
        ),
    ),
    "bitget": Guide(
        ("Log in at Bitget", "Profile", "API keys", "Create API key", "System-generated API key"),
        ("Read-write", "Spot: trade", "Futures: orders", "Futures: holdings"),
        ("Wallet: withdraw", "Wallet: transfer"),
        "In the field for linked IP addresses,",
        (
            _BITGET_ASKS,
            "Orders and holdings of futures are two boxes, and both are needed.",
            "A unified account has to be made a classic one.",
        ),
    ),
    "phemex": Guide(
        ("Log in at Phemex", "Account", "API Management", "Create New API Key"),
        ("Read & Write for contracts", "Read & Write for spot"),
        ("Withdrawal",),
        "Where Phemex asks which IP addresses the key is bound to,",
        (_UNTOLD.format("Phemex"), "The same page is at phemex.com/account/api-management."),
    ),
    "magnr": Guide(
        ("Log in at Magnr", "Settings", "API", "Create a key"),
        ("Trading",),
        ("Withdrawals",),
        "Where Magnr asks for addresses, if it does,",
        (
            "Magnr has closed: its keys are of use only where somebody runs its API for you. Paper needs none of this.",
            _UNTOLD.format("Magnr"),
        ),
    ),
}


def guide_to(exchange: str) -> Guide:
    """A general one where nobody has described it."""
    return _GUIDES.get(exchange, _OTHERS)
