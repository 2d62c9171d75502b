"""What an exchange's market can and cannot do, as data, and the sentences that tell a user before it matters."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ExitStyle(StrEnum):
    """How stop and targets come to the exchange."""

    ORDER_LIST = "order_list"
    """Stop and target cancel each other there, and ride on a limit entry (Binance spot)."""
    SEPARATE = "separate"
    """Conditional orders of their own with our ids; on futures they may rest before the position exists."""
    ATTACHED = "attached"
    """Stop and a single target ride on the entry and become orders of the exchange's own when it fills."""
    WITHIN_TRADE = "within_trade"
    """Entry, stop and target are one thing with one id of the exchange's own (Magnr)."""


@dataclass(frozen=True, slots=True)
class Abilities:
    """One market of one exchange. Defaults are what most can do."""

    client_ids: bool = True
    """Orders carry our ids and are found by them."""
    exits: ExitStyle = ExitStyle.SEPARATE
    hedge_mode: bool = False
    mode_per_symbol: bool = False
    """The position mode is a setting of each symbol, told with its leverage, and none of the account."""
    leverage: bool = False
    """Leverage and margin mode of a symbol can be set."""
    leverage_by_side: bool = False
    """On isolated margin in hedge mode leverage can be set for one side of a symbol at a time only."""
    leverages: tuple[int, ...] = ()
    """The only ones there are, ascending; empty where every whole number up to the symbol's maximum is one."""
    tells_permissions: bool = False
    tells_balances: bool = True
    balance_has_profit: bool = False
    """The told total of a futures balance includes the profit of positions that are open."""
    tells_prices: bool = True
    tells_candles: bool = False
    """It is asked what a price did; the others' charts begin when somebody watches."""
    tells_time: bool = True
    limit_entries: bool = True
    buys_in_quote: bool = False
    """A spot market purchase is told in quote, so its size needs a price."""
    answers_with_fill: bool = True
    """The answer to an order tells what has filled; else it only acknowledges, and the order is asked for."""
    has_history: bool = False
    """Orders that are over are asked for at another address than live ones."""
    live_in_one_list: bool = False
    """A live order is told by the list of all of its symbol alone, and what is over elsewhere; an id is taken once, so
    that what arrives behind the list's back is not sent a second time.
    """
    history_in_one_list: bool = False
    """What is over is told by a list of its symbol, too: one question instead of one for each order."""
    cancels_in_vain: bool = False
    """An exit that triggers over nothing ends as cancelled, like one that somebody has cancelled."""
    cancels_all: bool = True
    """One call cancels every ordinary order of a symbol."""
    cancels_all_conditional: bool = True
    """One call cancels every conditional order of a symbol."""
    lifetime_ms: int = 0
    """How long the exchange would still take a request, where the request itself cannot say less; 0 where it can."""
    look_up_delay_ms: int = 1000
    """How late the exchange may show an order that it has executed: before that "not found" proves nothing."""
    is_scarce: bool = False
    """An address may ask so little in its window of minutes that what is open needs it more than what would be begun,
    and questions that most likely find nothing are asked less often.
    """
    one_at_a_time: bool = False
    """Requests of a key carry a number that must rise: never two conversations of one account at once."""


def shortcomings(abilities: Abilities) -> tuple[str, ...]:
    """What a follower should know before the first signal, one sentence each; `It` is the exchange."""
    *fewer, most = ("", *map(str, abilities.leverages))
    offered = f"{', '.join(fewer[1:])} or {most}"
    told = (
        (
            not abilities.client_ids,
            (
                "It knows no ids of ours: after a lost answer the trade is looked for in its list, and what stays in "
                "doubt is shown to you and never sent again."
            ),
        ),
        (not abilities.limit_entries, "It opens trades at the market only: signals that wait for a price are skipped."),
        (
            bool(abilities.leverages),
            f"Leverage is {offered}: the largest within your and the signal's is taken.",
        ),
        (
            not abilities.tells_permissions,
            "It does not tell what a key may do: make sure yours may not withdraw.",
        ),
        (not abilities.tells_balances, "It tells no balance: size by a fixed amount or the signal's quantity."),
        (not abilities.tells_prices, "It tells no price: your limit on a moved price is not checked."),
        (
            abilities.exits is ExitStyle.WITHIN_TRADE,
            "A trade has one stop and one target, as distances from its opening price.",
        ),
    )
    return tuple(sentence for is_so, sentence in told if is_so)
