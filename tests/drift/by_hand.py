"""What an owner does on the exchange's own pages, and the time that passes between two audits."""

from __future__ import annotations

from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy import text

from mysignals import clock
from mysignals.domain.abilities import ExitStyle
from mysignals.domain.intents import (
    CloseTrade,
    Intent,
    OpenTrade,
    PlaceOrder,
    ReadOpenOrders,
    ReadPositions,
    ReadTrades,
)
from mysignals.domain.market import EntryType, MarginMode, Market, Side
from mysignals.domain.outcomes import Accepted, OpenOrders, Outcome, Positions, Trades
from mysignals.exchanges.auditing import AsSet, as_set
from mysignals.exchanges.market_data import ask
from mysignals.exchanges.registry import dialect_for
from mysignals.exchanges.session import Session
from mysignals.extensions import db
from mysignals.models import ExchangeAccount
from mysignals.services import drift, fan_out
from mysignals.services.keys import open_key
from mysignals.services.venues import blocking_transport
from tests.fan_out.conftest import Scene
from tests.fan_out.test_every_exchange import Case, queued

NUMBERS = count(1)
AGED = """
    UPDATE deliveries SET updated_at = now() - interval '1 minute', claimed_at = now() - interval '1 minute',
           acknowledged_at = now() - interval '1 minute', followed_at = now();
    UPDATE orders SET created_at = now() - interval '1 minute', updated_at = now() - interval '1 minute';
    UPDATE drifts SET first_seen_at = first_seen_at - interval '1 minute' WHERE state = 'seen';
    UPDATE account_audits SET begun_at = begun_at - interval '10 minutes'
"""
DRIFTS = "SELECT * FROM drifts WHERE account_id = :account ORDER BY id"


class Owner:
    """Of the first account of a scene."""

    def __init__(self, scene: Scene, case: Case) -> None:
        self.scene, self.case = scene, case
        self.market, self.symbol = Market(case.market), case.symbol
        self.account_id, self.user_id = scene.people.account_ids[0], scene.people.user_ids[0]
        account = db.session.get(ExchangeAccount, self.account_id)
        assert account is not None
        self.key = open_key(bytes(account.sealed_credentials))
        db.session.rollback()
        self.dialect = dialect_for(case.at.exchange, self.market, case.at.version)
        self.hedged = case.at.position_mode == "hedge"

    def ask(self, intent: Intent) -> Outcome:
        return blocking_transport().run(ask(self.dialect, intent, self.key, "paper"))

    def trade(self, side: Side, quantity: Decimal, *, reduce: bool = False, price: Decimal | None = None,
              client_id: str = "") -> None:  # fmt: skip
        """At the market, or a limit order at `price`. At Magnr a trade is opened."""
        if self.dialect.abilities.exits is ExitStyle.WITHIN_TRADE:
            intent: Intent = OpenTrade(self.symbol, side, quantity, 10, Decimal(1000), Decimal(1000))
        else:
            intent = PlaceOrder(
                self.market, self.symbol, side, EntryType.LIMIT if price else EntryType.MARKET, quantity, price,
                client_id or f"byhand{next(NUMBERS)}", reduce_only=reduce, hedge=self.hedged,
                margin_mode=self._margin_mode(),
            )  # fmt: skip
        done = self.ask(intent)
        assert isinstance(done, Accepted), done

    def close_all(self) -> None:
        """What is open on the symbol."""
        if self.dialect.abilities.exits is ExitStyle.WITHIN_TRADE:
            told = self.ask(ReadTrades())
            assert isinstance(told, Trades)
            for trade in told.items:
                self.ask(CloseTrade(trade.exchange_id))
            return
        for amount in self.positions().values():
            self.trade(Side.SELL if amount > 0 else Side.BUY, abs(amount), reduce=True)
        assert not self.positions()

    def positions(self) -> dict[str, Decimal]:
        """By side."""
        if self.dialect.abilities.exits is ExitStyle.WITHIN_TRADE:
            told = self.ask(ReadTrades())
            assert isinstance(told, Trades)
            return {"long": sum((trade.quantity for trade in told.items if trade.closing is None), Decimal(0))}
        read = self.ask(ReadPositions(self.symbol))
        assert isinstance(read, Positions), read
        return {position.side: position.amount for position in read.items if position.symbol == self.symbol}

    def open(self) -> Decimal:
        return sum(self.positions().values(), Decimal(0))

    def resting(self) -> list[str]:
        """The client ids of what rests on the symbol."""
        found = []
        for conditional in (False, True):
            told = self.ask(ReadOpenOrders(self.market, self.symbol, conditional))
            assert isinstance(told, OpenOrders), told
            found += [order.report.client_id for order in told.items]
        return sorted(set(found))

    def _margin_mode(self) -> MarginMode:
        session = Session(self.dialect, self.key, "paper", "", clock.now_ms)
        known = blocking_transport().run(as_set(session, self.market, self.symbol))
        assert isinstance(known, AsSet)
        return known.margin_mode

    def copied(self) -> list[int]:
        """The deliveries of a signal that was followed by the owner and one more."""
        ids = queued(self.scene, self.case)
        fan_out.deliver(ids)
        return ids

    def drifts(self) -> list[Any]:
        return self.scene.rows(DRIFTS, account=self.account_id)

    def told(self, kind: str) -> list[str]:
        statement = "SELECT message FROM notifications WHERE user_id = :user AND kind = :kind ORDER BY id"
        return [row[0] for row in self.scene.rows(statement, user=self.user_id, kind=kind)]

    def approve(self) -> int:
        """The one open drift; its repair is left to the caller."""
        (row,) = (row for row in self.drifts() if row.state == "open")
        self.scene.run("UPDATE drifts SET state = 'approved', decided_at = now() WHERE id = :id", id=row.id)
        return int(row.id)


def time_passes(scene: Scene) -> None:
    """Everything that is was so for a minute, and every copy was looked up just now."""
    for statement in AGED.split(";"):
        db.session.execute(text(statement))
    db.session.commit()


def audited(scene: Scene, times: int = 1) -> None:
    for _ in range(times):
        time_passes(scene)
        drift.audit_due()
