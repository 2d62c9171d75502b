"""Why an exchange said no, in plain words: what happened, and what to do about it."""

from __future__ import annotations

from .outcomes import Reason

WORDS: dict[Reason, tuple[str, str]] = {
    Reason.AUTH: (
        "{exchange} does not accept this API key.",
        "Create a new key on the exchange, allow reading and trading, and save it under Accounts.",
    ),
    Reason.PERMISSION: (
        "{exchange} does not let this key or account do that.",
        "Allow trading on this market for the key on the exchange, then check the account again.",
    ),
    Reason.IP: (
        "{exchange} refuses requests from our address.",
        "Bind the key to the address shown under Accounts, or lift the key's address restriction.",
    ),
    Reason.TIME: (
        "{exchange} received the request outside its time window.",
        "Nothing was placed. Try again; if it happens twice, tell the operator to check the server's clock.",
    ),
    Reason.RATE: (
        "{exchange} accepts no more requests at the moment.",
        "Nothing was placed. Wait a minute before trying again.",
    ),
    Reason.FUNDS: (
        "The balance at {exchange} is too small for this order.",
        "Add funds to the account, or lower the amount per signal.",
    ),
    Reason.MINIMUM: (
        "The order is smaller than {exchange} allows for this symbol.",
        "Raise the amount per signal above the symbol's minimum.",
    ),
    Reason.PRECISION: (
        "{exchange} refuses the quantity or price: it does not fit the symbol's step, tick or limits.",
        "The symbol's rules may have changed. Try again after the next hourly update of the rules.",
    ),
    Reason.SYMBOL: (
        "{exchange} does not trade this symbol for this account at the moment.",
        "Check on the exchange that the symbol is open to your account.",
    ),
    Reason.MODE: (
        "The position or margin mode at {exchange} does not allow this order.",
        "Close positions and orders of the symbol, or set the mode on the exchange, then check the account again.",
    ),
    Reason.LEVERAGE: (
        "{exchange} does not allow this leverage for this position.",
        "Lower the leverage or the amount per signal.",
    ),
    Reason.DUPLICATE: (
        "{exchange} already has an order with this id.",
        "Nothing to do: the first order is looked up and counted.",
    ),
    Reason.NOT_FOUND: (
        "{exchange} does not know this order.",
        "Compare the open orders on the exchange with those shown here.",
    ),
    Reason.TOO_LATE: (
        "The order at {exchange} was filled or cancelled before this request arrived.",
        "Nothing to do: its final state is looked up.",
    ),
    Reason.TRIGGER: (
        "The price at {exchange} has already passed the price of this order.",
        "Nothing was placed. Check the position's stop and target.",
    ),
    Reason.REDUCE_ONLY: (
        "{exchange} has no position left that this order could reduce.",
        "Check the position on the exchange; it was probably closed.",
    ),
    Reason.TOO_MANY: (
        "{exchange} takes no more open orders of this symbol on your account.",
        "Close positions or cancel orders of the symbol on the exchange, or let fewer copies be open at once.",
    ),
    Reason.MAINTENANCE: (
        "{exchange} is under maintenance or overloaded.",
        "Nothing was placed. Try again when the exchange is back.",
    ),
    Reason.RETIRED: (
        "{exchange} no longer offers this kind of request.",
        "Tell the operator: MySignals must be updated.",
    ),
    Reason.PARAMETER: (
        "{exchange} refuses the order as it was asked.",
        "If the exchange's own words do not help, tell the operator.",
    ),
    Reason.UNKNOWN: (
        "{exchange} refused for a reason that we do not know.",
        "If the exchange's own words do not help, tell the operator.",
    ),
}
"""Reason -> (cause, advice); `{exchange}` is the exchange's name as people write it."""

AT_EXCHANGE: dict[tuple[Reason, str], tuple[str, str]] = {
    (Reason.RETIRED, "bitget"): (
        "{exchange} has retired version 1 of its API.",
        "Save the account again with `api_version` v2; its key, secret and passphrase stay the same.",
    ),
    (Reason.PERMISSION, "bitget"): (
        WORDS[Reason.PERMISSION][0],
        "Allow trading on this market for the key on the exchange. A unified account has to be made a classic one.",
    ),
}
"""As WORDS, where one exchange gives a reason a meaning of its own."""

DISPLAY_NAMES = {"binance": "Binance", "bitget": "Bitget", "phemex": "Phemex", "magnr": "Magnr"}


def display_name(exchange: str) -> str:
    """As people write it; our own name of one that nobody offers here any more."""
    return DISPLAY_NAMES.get(exchange, exchange)


def cause(reason: Reason, exchange: str) -> str:
    """What happened, in one sentence. `exchange` is our name of it, such as `binance`."""
    words = AT_EXCHANGE.get((reason, exchange), WORDS[reason])
    return words[0].format(exchange=DISPLAY_NAMES.get(exchange, exchange))


def advice(reason: Reason, exchange: str = "") -> str:
    """What the owner of the account can do about it. `exchange` as for `cause`, where it is known."""
    return AT_EXCHANGE.get((reason, exchange), WORDS[reason])[1]
