"""What holdings are worth in USDT, and what cannot be told.

Balance: all that is on spot and in futures wallets, without the profit of positions that are open. Every asset is
converted at its last price against USDT at the same exchange; one that has none is named in the warnings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import text

from mysignals.domain.market import Market, Side
from mysignals.domain.outcomes import NotSent, Outcome, Reason, Rejected, Unknown
from mysignals.exchanges.dialect import Dialect
from mysignals.exchanges.holdings import Holding, Holdings
from mysignals.extensions import db
from mysignals.services import prices

from .kept import Figures, Open

USDT = "USDT"
SETTLED_IN = (USDT, "USDC", "FDUSD", "BUSD")
FRESH_S = 10.0
MOST_ASSETS = 60
"""Converted of one account."""
_LISTED = text("""
    SELECT exchange, environment, symbol, market FROM symbol_rules
    WHERE exchange = ANY (:exchanges) AND symbol = ANY (:symbols) AND trading ORDER BY market
""")
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Asset:
    """Something held at an exchange."""

    exchange: str
    environment: str
    version: str
    name: str


def assets(told: Mapping[Market, Holdings], others: Iterable[tuple[str, str]]) -> list[str]:
    """What has to be converted, each once."""
    held = [balance.asset for holdings in told.values() for balance in holdings.balances or () if balance.total]
    settled = [_settles(one, dict(others)) for holdings in told.values() for one in holdings.positions or ()]
    return sorted({asset for asset in (*held, *settled) if asset and asset != USDT})[:MOST_ASSETS]


def in_usdt(wanted: Sequence[Asset]) -> dict[Asset, Decimal]:
    """The price of each that has one, asked for all at once."""
    listed = _listed(wanted)
    quotes = {
        asset: prices.Quote(asset.exchange, asset.environment, asset.version, market, asset.name + USDT)
        for asset in wanted
        if (market := listed.get((asset.exchange, asset.environment, asset.name + USDT)))
    }
    board = prices.board()
    for quote in quotes.values():
        board.expect(quote, FRESH_S)
    found = {asset: board.of(quote, FRESH_S) for asset, quote in quotes.items()}
    return {asset: price for asset, price in found.items() if price is not None}


def figures(
    account_id: int,
    at_ms: int,
    told: Mapping[Market, Holdings],
    settles: Mapping[str, str],
    prices_by_asset: Mapping[str, Decimal],
    dialects: Mapping[Market, Dialect],
) -> tuple[Figures, bool]:
    """One account, and whether its exchange answered everything."""
    known = {USDT: Decimal(1), **prices_by_asset}
    balance = available = profit = ZERO
    positions: list[Open] = []
    uncounted: set[str] = set()
    for market, holdings in told.items():
        for held in holdings.balances or ():
            price = known.get(held.asset)
            if price is None:
                uncounted |= {held.asset} if held.total else set()
                continue
            balance += held.total * price
            available += held.free * price
        gained = ZERO
        for one in holdings.positions or ():
            price = known.get(_settles(one, settles))
            worth = None if one.profit is None or price is None else one.profit * price
            gained += worth or ZERO
            positions.append(_open(one, worth))
        profit += gained
        if holdings.balances and dialects[market].abilities.balance_has_profit:
            balance -= gained
    warnings = [*_silence(told, dialects), *_untold(positions), *_unconverted(uncounted)]
    markets = tuple(market.value for market, one in told.items() if _is_told(market, one))
    is_whole = all((market.value in markets and not one.failed) or _is_closed(one) for market, one in told.items())
    found = Figures(account_id, at_ms, balance, available, profit, tuple(positions), tuple(warnings), markets)
    return found, bool(markets) and is_whole


def silent(account_id: int, at_ms: int, why: str) -> Figures:
    """An account that could not be asked."""
    return Figures(account_id, at_ms, ZERO, ZERO, ZERO, (), (why,), ())


def _is_told(market: Market, one: Holdings) -> bool:
    """Spot has no positions to tell: only its balances say that it answered."""
    return one.balances is not None or (market is Market.FUTURES and one.positions is not None)


def _is_closed(one: Holdings) -> bool:
    """Whether the key is not for this market: many are for spot or futures alone."""
    refused = [outcome.reason for outcome in one.failed if isinstance(outcome, Rejected)]
    return bool(refused) and len(refused) == len(one.failed) and set(refused) <= {Reason.AUTH, Reason.PERMISSION}


def _settles(one: Holding, settles: Mapping[str, str]) -> str:
    """The asset that the position's profit is in; empty where it is not known."""
    found = settles.get(one.symbol)
    return found or next((asset for asset in SETTLED_IN if one.symbol.endswith(asset)), "")


def _open(one: Holding, profit: Decimal | None) -> Open:
    side = "long" if one.side is Side.BUY else "short"
    return Open(
        one.symbol, side, one.quantity, one.entry_price, one.mark_price, profit, one.liquidation_price, one.leverage
    )


def _silence(told: Mapping[Market, Holdings], dialects: Mapping[Market, Dialect]) -> Iterator[str]:
    reads_another = any(_is_told(market, one) for market, one in told.items())
    for market, holdings in told.items():
        if market is Market.SPOT and _is_closed(holdings) and reads_another:
            continue  # `markets` says so. That positions may be missing is worth a warning every time.
        if not holdings.failed and holdings.positions is None:
            yield f"its {market} account could not be read."
        for outcome in holdings.failed:
            yield f"its {market} account was not told: {_why(outcome)}"
        if not dialects[market].abilities.tells_balances:
            yield "it tells no balance, so none is counted."


def _why(outcome: Outcome) -> str:
    match outcome:
        case Rejected():
            return f"{outcome.message or outcome.reason.value} ({outcome.code or outcome.reason.value})"[:200]
        case Unknown() | NotSent():
            return f"no answer ({outcome.cause})"[:200]
        case _:
            return "the answer cannot be read"


def _untold(positions: Sequence[Open]) -> Iterator[str]:
    untold = sorted({one.symbol for one in positions if one.profit is None})
    if untold:
        yield f"the profit of {', '.join(untold)} is not told, and not counted."


def _unconverted(uncounted: set[str]) -> Iterator[str]:
    if uncounted:
        shown = sorted(uncounted)
        more = f" and {len(shown) - 20} more" if len(shown) > 20 else ""
        yield f"not counted, because no price in USDT is known: {', '.join(shown[:20])}{more}."


def _listed(wanted: Sequence[Asset]) -> dict[tuple[str, str, str], Market]:
    """Where its price is told, spot before futures."""
    if not wanted:
        return {}
    names = {
        "exchanges": sorted({one.exchange for one in wanted}),
        "symbols": sorted({one.name + USDT for one in wanted}),
    }
    rows = db.session.execute(_LISTED, names).all()
    db.session.rollback()
    # In the order of markets' names futures come first, so spot replaces them.
    return {(row.exchange, row.environment, row.symbol): Market(row.market) for row in rows}
