"""`python -m mysignals.exchanges.abilities_page`: writes docs/exchanges.md out of what each dialect says it can do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mysignals.domain.abilities import Abilities, ExitStyle
from mysignals.domain.reasons import DISPLAY_NAMES

from .registry import EXCHANGES, needs_passphrase, shortcomings_of

PAGE = Path(__file__).parents[2] / "docs" / "exchanges.md"
INTRODUCTION = """\
# The exchanges, and what each can do

This page is written by `make pages` out of `Abilities`; do not change it by hand. What a market cannot do is never
found out by an order: it decides what is asked and how exits are placed, and the owner of an account reads it as
sentences with the account (`limits` in `GET /accounts`) before the first signal.
"""
STYLES = {
    ExitStyle.ORDER_LIST: "stop and target in one list of the exchange; they ride on a limit entry",
    ExitStyle.SEPARATE: "conditional orders with ids of ours; the one that is left is cancelled by us",
    ExitStyle.ATTACHED: "stop and a single target ride on the entry; a ladder is unfolded after the fill",
    ExitStyle.WITHIN_TRADE: "one stop and one target inside the trade, as distances from its opening price",
}
EXPLAINED = """\
**Exits on futures** reduce only. Where they are orders of their own, a stop stands behind the entry at once, sized to
it. Bitget's ride on the entry, so that no moment is without them, and become orders of Bitget's own when it fills: we
find them by kind, price and size. Phemex could attach them too, but closes the whole position with them, also what
another signal has opened, so there they are orders of their own (decision 7). **On spot** a sale needs what was bought:
exits follow the fill, but for Binance's lists.
"""


def main() -> None:
    PAGE.write_text(page())


def page() -> str:
    """The whole page, in Markdown."""
    titles = ("exchange", "market", "exits", "our order ids", "position mode", "leverage", "tells", "a request lives")
    head = f"| {' | '.join(titles)} | an order shows within |"
    lines = [INTRODUCTION, head, "|---|---|---|---|---|---|---|---|---|", *_rows(), "", EXPLAINED, *_limits()]
    return "\n".join(lines)


def _rows() -> Iterator[str]:
    for exchange, offered in EXCHANGES.items():
        for version, dialects in offered.dialects.items():
            for market, dialect in dialects.items():
                name = f"{DISPLAY_NAMES[exchange]} {version}".rstrip()
                yield f"| {name} | {market} | {_cells(dialect.abilities)} |"


def _cells(can: Abilities) -> str:
    modes = "one-way, hedge" + (", a symbol each" if can.mode_per_symbol else "") if can.hedge_mode else "one-way"
    offered = ", ".join(str(leverage) for leverage in can.leverages)
    told = {
        "permissions": can.tells_permissions, "balances": can.tells_balances, "prices": can.tells_prices,
        "candles": can.tells_candles,
        "time": can.tells_time, "fills at once": can.answers_with_fill,
    }  # fmt: skip
    cells = (
        STYLES[can.exits],
        "yes" if can.client_ids else "none",
        modes,
        offered or ("by symbol" if can.leverage else "-"),
        ", ".join(what for what, is_told in told.items() if is_told) or "nothing before a trade",
        f"{can.lifetime_ms // 1000} s" if can.lifetime_ms else "as long as it says",
        f"{can.look_up_delay_ms / 1000:g} s",
    )
    return " | ".join(cells)


def _limits() -> Iterator[str]:
    yield "## What is told to the owner of an account\n"
    for exchange in EXCHANGES:
        passphrase = ["A key has a passphrase besides its secret."] if needs_passphrase(exchange) else []
        sentences = [*passphrase, *shortcomings_of(exchange)]
        yield f"**{DISPLAY_NAMES[exchange]}.** {' '.join(sentences) or 'Nothing: it can do all that a copy needs.'}\n"


if __name__ == "__main__":
    main()
