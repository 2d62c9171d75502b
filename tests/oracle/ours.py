"""Our own client on an account that ccxt reads too."""

from typing import Any

from mysignals.domain.intents import Intent, QueryOrder
from mysignals.domain.market import Market
from mysignals.domain.outcomes import Accepted, OrderReport, Outcome, Reason, Rejected
from mysignals.exchanges.market_data import ask
from mysignals.exchanges.registry import dialect_for
from mysignals.exchanges.transports.blocking import BlockingTransport
from mysignals.exchanges.wire import Credentials

from .account import Account


class Ours:
    def __init__(self, account: Account[Any], transport: BlockingTransport) -> None:
        keys = account.keys
        self.exchange = account.market.venue.removesuffix("-futures")
        self.market = Market.FUTURES if ":" in account.market.symbol else Market.SPOT
        self.symbol = account.market.native.removeprefix("s")
        self._credentials = Credentials(keys["api_key"], keys["secret"], keys.get("passphrase", ""))
        self._transport = transport

    def ask(self, intent: Intent) -> Outcome:
        dialect = dialect_for(self.exchange, self.market)
        return self._transport.run(ask(dialect, intent, self._credentials, "paper"))

    def order(self, client_id: str) -> OrderReport:
        """Live, or else over."""
        told: Outcome = Rejected(Reason.NOT_FOUND, "", "not asked yet")
        for history in (False, True):
            if isinstance(told, Rejected) and told.reason is Reason.NOT_FOUND:
                told = self.ask(QueryOrder(self.market, self.symbol, client_id, history=history))
        assert isinstance(told, Accepted), told
        return told.orders[0]

    def done(self, intent: Intent) -> OrderReport | None:
        """The first order of a yes; None where a yes has none."""
        outcome = self.ask(intent)
        assert isinstance(outcome, Accepted), outcome
        return outcome.orders[0] if outcome.orders else None
