"""What a client may follow: orders and plan orders as they change, positions and accounts as they are.

Orders and plan orders have no snapshot: only what happens after the subscription is told, a message for each
change. Positions and accounts begin with one; later messages tell all positions, the whole mix account, and
those coins of spot whose balance has changed.
"""

from collections.abc import Callable, Hashable
from decimal import Decimal
from typing import Any, Protocol

from simulator.bitget.mix import margin
from simulator.bitget.mix import records as mix
from simulator.bitget.spot import records as spot
from simulator.wallet import Wallet

Row = dict[str, Any]
Tell = Callable[[list[Row]], None]
ZERO = Decimal(0)


class Channel(Protocol):
    """A listener that says its first words in `begin`, after the acknowledgement."""

    def begin(self) -> None: ...

    def hear(self, kind: str, record: Any) -> None: ...

    def conclude(self) -> None: ...


class Orders:
    """Of one market: `kinds` are its orders and fills. A fill is told with the order it belongs to."""

    def __init__(
        self,
        desk: Any,
        kinds: tuple[type[Any], type[Any]],
        symbol: str | None,
        describe: Callable[[Any, Any], Row],
        tell: Tell,
    ) -> None:
        self._desk, self._symbol, self._describe, self._tell = desk, symbol, describe, tell
        self._order, self._fill = kinds
        self._told: dict[int, tuple[Hashable, Decimal]] = {}
        self._rows: list[Row] = []

    def begin(self) -> None:
        self._told = {order.id: (_state(order), order.filled) for order in self._desk.orders.open.values()}

    def hear(self, kind: str, record: Any) -> None:
        if isinstance(record, self._fill):
            self._add(self._desk.orders[record.order_id], record)
        elif isinstance(record, self._order):
            state, filled = self._told.get(record.id, (None, ZERO))
            # What has filled is told with its fill, which comes next.
            if record.filled == filled and state != _state(record):
                self._add(record, None)

    def conclude(self) -> None:
        rows, self._rows = self._rows, []
        for row in rows:
            self._tell([row])

    def _add(self, order: Any, fill: Any) -> None:
        self._told[order.id] = _state(order), order.filled
        if self._symbol in (None, order.symbol):
            self._rows.append(self._describe(order, fill))


class Fills:
    """Of one market, and nothing but fills: `describe` gets each with its order."""

    def __init__(
        self, desk: Any, kind: type[Any], symbol: str | None, describe: Callable[[Any, Any], Row], tell: Tell
    ) -> None:
        self._desk, self._kind, self._symbol, self._describe, self._tell = desk, kind, symbol, describe, tell
        self._rows: list[Row] = []

    def begin(self) -> None: ...

    def hear(self, kind: str, record: Any) -> None:
        if isinstance(record, self._kind) and self._symbol in (None, record.symbol):
            self._rows.append(self._describe(record, self._desk.orders[record.order_id]))

    def conclude(self) -> None:
        rows, self._rows = self._rows, []
        for row in rows:
            self._tell([row])


class Plans:
    """Of one market: `kind` is its plan orders."""

    def __init__(
        self, desk: Any, kind: type[Any], symbol: str | None, describe: Callable[[Any], Row], tell: Tell
    ) -> None:
        self._desk, self._kind, self._symbol, self._describe, self._tell = desk, kind, symbol, describe, tell
        self._told: dict[int, Hashable] = {}
        self._rows: list[Row] = []

    def begin(self) -> None:
        self._told = {plan.id: _terms(plan) for plan in self._desk.plans.open.values()}

    def hear(self, kind: str, record: Any) -> None:
        """A triggered one is told once it is known what became of it: an order, or nothing."""
        if not isinstance(record, self._kind) or self._symbol not in (None, record.symbol):
            return
        is_half_way = record.state == "executed" and not record.order_id
        if not is_half_way and self._told.get(record.id) != _terms(record):
            self._told[record.id] = _terms(record)
            self._rows.append(self._describe(record))

    def conclude(self) -> None:
        rows, self._rows = self._rows, []
        for row in rows:
            self._tell([row])


class Positions:
    """All that are held, each time: a position that is gone is missing."""

    def __init__(
        self, desk: mix.MixDesk, symbol: str | None, marks: margin.Marks,
        describe: Callable[[mix.MixDesk, mix.MixPosition, margin.Marks], Row], tell: Tell,
    ) -> None:  # fmt: skip
        self._desk, self._symbol, self._marks, self._describe, self._tell = desk, symbol, marks, describe, tell
        self._told: list[Row] = []

    def begin(self) -> None:
        self._told = self._rows()
        self._tell(self._told)

    def hear(self, kind: str, record: Any) -> None: ...

    def conclude(self) -> None:
        rows = self._rows()
        if rows != self._told:
            self._told = rows
            self._tell(rows)

    def _rows(self) -> list[Row]:
        return [self._describe(self._desk, held, self._marks) for held in self._desk.held(self._symbol)]


class Account:
    """The mix account in USDT."""

    def __init__(
        self, desk: mix.MixDesk, marks: margin.Marks, describe: Callable[[mix.MixDesk, margin.Marks], Row], tell: Tell
    ) -> None:
        self._desk, self._marks, self._describe, self._tell = desk, marks, describe, tell
        self._told: Row = {}

    def begin(self) -> None:
        self._told = self._describe(self._desk, self._marks)
        self._tell([self._told])

    def hear(self, kind: str, record: Any) -> None: ...

    def conclude(self) -> None:
        row = self._describe(self._desk, self._marks)
        if row != self._told:
            self._told = row
            self._tell([row])


class Coins:
    """The spot account: all coins (or the one asked for), then those that have changed."""

    def __init__(self, desk: spot.SpotDesk, coin: str | None, describe: Callable[[Wallet], Row], tell: Tell) -> None:
        self._desk, self._coin, self._describe, self._tell = desk, coin, describe, tell
        self._told: dict[str, tuple[Decimal, Decimal]] = {}

    def begin(self) -> None:
        self._told = self._balances()
        self._tell([self._describe(self._desk.wallet(coin)) for coin in self._told])

    def hear(self, kind: str, record: Any) -> None: ...

    def conclude(self) -> None:
        now = self._balances()
        changed = [coin for coin, amounts in now.items() if self._told.get(coin) != amounts]
        self._told = now
        if changed:
            self._tell([self._describe(self._desk.wallet(coin)) for coin in changed])

    def _balances(self) -> dict[str, tuple[Decimal, Decimal]]:
        return {
            coin: (wallet.free, wallet.locked)
            for coin, wallet in self._desk.wallets.items()
            if self._coin in (None, coin)
        }


def _state(order: Any) -> Hashable:
    return order.state, order.price, order.quantity


def _terms(plan: Any) -> Hashable:
    """`quantity` on mix, `size` on spot."""
    size = plan.quantity if isinstance(plan, mix.Plan) else plan.size
    return plan.state, plan.trigger_price, plan.execute_price, size, plan.order_id
