"""Their side: what the exchanges have in their books on disk, brought to one form for all of them.

Read from the simulator's state file and from its ledger: nothing of ours, no dialect, no signature, no parser of an
answer, stands between the judge and what an exchange really did. The two are compared with each other first.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

Record = dict[str, Any]
ZERO = Decimal(0)
ENTRY, STOP, TARGET, CLOSE = "entry", "stop", "target", "close"


@dataclass(frozen=True, slots=True)
class Placed:
    """An order in an exchange's books. `filled` has what an order born from it filled.

    `sign` is 1 for a purchase. `hold` is long, short or empty where there is one position a symbol. `resting`: it may
    still act. `riding`: it will only once its entry has filled. `whole`: it closes whatever is open.
    `sent`: by a client, and not made by the exchange.
    """

    book: str
    api_key: str
    symbol: str
    id: str
    client_id: str
    kind: str
    sign: int
    quantity: Decimal
    filled: Decimal
    state: str
    at_ms: int
    hold: str = ""
    resting: bool = False
    riding: bool = False
    whole: bool = False
    trigger: Decimal = ZERO
    sent: bool = True

    @property
    def left(self) -> Decimal:
        return self.quantity - self.filled


@dataclass(frozen=True, slots=True)
class Holding:
    """A futures position that is not flat. `amount` is negative when short."""

    book: str
    api_key: str
    symbol: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Books:
    orders: list[Placed] = field(default_factory=list)
    positions: list[Holding] = field(default_factory=list)
    prices: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)
    """By the simulator's venue and symbol."""


def read(state: Path) -> Books:
    """While the simulator runs, too."""
    with closing(sqlite3.connect(f"file:{state}?mode=ro", uri=True, timeout=10)) as file:

        def records(kind: str) -> list[Record]:
            found = file.execute("SELECT body FROM records WHERE kind = ? ORDER BY place", (kind,))
            return [json.loads(body) for (body,) in found]

        orders = [order for reader in _READERS for order in reader(records)]
        prices = {tuple(record["symbol"].split("/")): Decimal(record["price"]) for record in records("price")}
        return Books(sorted(orders, key=lambda order: order.at_ms), list(_positions(records)), prices)


def differences(books: Books, ledger: list[Record]) -> Iterator[str]:
    """What the ledger has and the state file has not, or the other way: then there is nothing to judge by."""
    known = Counter(order.id for order in books.orders if order.sent)
    told = Counter(str(row["order_id"]) for row in ledger)
    for name in sorted((told - known) | (known - told)):
        yield f"order {name} is in {told[name]} lines of the ledger and {known[name]} times in the books"


Records = Callable[[str], list[Record]]


def _binance_spot(records: Records) -> Iterator[Placed]:
    for one in records("spot-order"):
        sign = _sign(one)
        kind = ENTRY if sign > 0 else STOP if one["type"].startswith("STOP") else TARGET
        kind = CLOSE if sign < 0 and one["type"] == "MARKET" else kind
        placed = _placed("binance", one, kind, sign, trigger=Decimal(one["stop_price"]))
        yield replace(placed, resting=one["state"] in ("NEW", "PARTIALLY_FILLED"), riding=one["state"] == "PENDING_NEW")


def _binance_futures(records: Records) -> Iterator[Placed]:
    born = {one["algo_id"]: one for one in records("usdm-order") if one["algo_id"]}
    for one in records("usdm-order"):
        if one["algo_id"] or one["client_id"].startswith("autoclose"):
            continue
        hold = _hold(one["position_side"])
        closes = one["reduce_only"] or one["close_position"] or _closes(hold, _sign(one))
        placed = _placed("binance-futures", one, CLOSE if closes else ENTRY, _sign(one), hold=hold)
        yield replace(placed, resting=one["state"] in ("NEW", "PARTIALLY_FILLED"))
    for one in records("usdm-algo"):
        child = born.get(one["id"], {})
        kind = STOP if one["type"].startswith("STOP") else TARGET
        closes = one["reduce_only"] or one["close_position"] or _closes(_hold(one["position_side"]), _sign(one))
        placed = _placed(
            "binance-futures", one | {"filled": child.get("filled", 0)}, kind if closes else ENTRY, _sign(one),
            hold=_hold(one["position_side"]), trigger=Decimal(one["trigger_price"]),
        )  # fmt: skip
        resting = one["state"] == "NEW" or child.get("state") in ("NEW", "PARTIALLY_FILLED")
        yield replace(placed, resting=resting, whole=one["close_position"])


def _bitget_spot(records: Records) -> Iterator[Placed]:
    born = {one["plan_id"]: one for one in records("bitget-spot-order") if one["plan_id"]}
    for one in records("bitget-spot-order"):
        if not one["plan_id"]:
            placed = _placed("bitget-spot", one, ENTRY if _sign(one) > 0 else CLOSE, _sign(one))
            yield replace(placed, resting=one["state"] in ("live", "partially_filled"))
    for one in records("bitget-spot-plan"):
        child = born.get(one["id"], {})
        kind = ENTRY if _sign(one) > 0 else TARGET if one["triggers_above"] else STOP
        whole = one | {"quantity": one["size"], "filled": child.get("filled", 0)}
        placed = _placed("bitget-spot", whole, kind, _sign(one), trigger=Decimal(one["trigger_price"]))
        resting = one["state"] == "live" or child.get("state") in ("live", "partially_filled")
        yield replace(placed, resting=resting, sent=not one["attached"])


def _bitget_mix(records: Records) -> Iterator[Placed]:
    born = {one["plan_id"]: one for one in records("bitget-mix-order") if one["plan_id"]}
    for one in records("bitget-mix-order"):
        if one["source"] == "normal":
            sign = 1 if one["direction"] == "buy" else -1
            hold = _hold(one["position"])
            placed = _placed("bitget-mix", one, CLOSE if one["closes"] else ENTRY, sign, hold=hold)
            yield replace(placed, resting=one["state"] in ("live", "partially_filled"))
    for one in records("bitget-mix-plan"):
        child = born.get(one["id"], {})
        sign = 1 if one["direction"] == "buy" else -1
        kind = STOP if one["plan_type"] in ("loss_plan", "pos_loss") else TARGET
        kind = kind if one["hold"] else CLOSE if one["closes"] else ENTRY
        placed = _placed(
            "bitget-mix", one | {"filled": child.get("filled", 0)}, kind, sign, hold=_hold(one["position"]),
            trigger=Decimal(one["trigger_price"]),
        )  # fmt: skip
        resting = one["state"] == "live" or child.get("state") in ("live", "partially_filled")
        yield replace(placed, resting=resting, whole=not Decimal(one["quantity"]), sent=not one["attached"])


def _phemex(records: Records) -> Iterator[Placed]:
    for one in records("phemex-order"):
        sign, hold = _sign(one), _hold(one["position_side"])
        closes = one["reduce_only"] or one["close_on_trigger"] or _closes(hold, sign)
        placed = _placed(
            "phemex", one, _phemex_kind(one["type"], closes=closes), sign, hold=hold, trigger=Decimal(one["stop_price"])
        )
        resting = one["state"] in ("New", "PartiallyFilled", "Untriggered")
        yield replace(placed, resting=resting, whole=one["closes_all"], sent=not one["by_venue"])


def _phemex_spot(records: Records) -> Iterator[Placed]:
    for one in records("phemex-spot-order"):
        kind = _phemex_kind(one["type"], closes=_sign(one) < 0)
        spelled = one | {"symbol": one["symbol"].removeprefix("s")}
        placed = _placed("phemex-spot", spelled, kind, _sign(one), trigger=Decimal(one["stop_price"]))
        yield replace(placed, resting=one["state"] in ("New", "PartiallyFilled", "Untriggered"))


def _magnr(records: Records) -> Iterator[Placed]:
    """A trade is its own position: open until the exchange says that it is closed."""
    for one in records("magnr-trade"):
        whole = one | {
            "quantity": one["size"], "state": one["status"], "client_id": "", "symbol": "BTCUSD",
            "filled": 0 if one["status"] == "pending" else one["size"],
        }  # fmt: skip
        placed = _placed("magnr", whole, ENTRY, _sign(one), trigger=Decimal(one["stop_wanted"]))
        yield replace(placed, resting=one["status"] == "pending")


_READERS = (_binance_spot, _binance_futures, _bitget_spot, _bitget_mix, _phemex, _phemex_spot, _magnr)


def _positions(records: Records) -> Iterator[Holding]:
    for book, kind in (
        ("binance-futures", "usdm-position"), ("bitget-mix", "bitget-mix-position"), ("phemex", "phemex-position"),
    ):  # fmt: skip
        for one in records(kind):
            if amount := Decimal(one["amount"]):
                yield Holding(book, one["api_key"], one["symbol"], amount)


def _placed(book: str, one: Record, kind: str, sign: int, hold: str = "", trigger: Decimal = ZERO) -> Placed:
    return Placed(
        book, one["api_key"], one["symbol"], str(one["id"]), one["client_id"], kind, sign,
        Decimal(one["quantity"]), Decimal(one["filled"]), one["state"], one["accepted_ms"], hold, trigger=trigger,
    )  # fmt: skip


def _sign(one: Record) -> int:
    return 1 if one["side"].lower() == "buy" else -1


def _hold(words: str) -> str:
    return {"LONG": "long", "SHORT": "short"}.get(words.upper(), "")


def _closes(hold: str, sign: int) -> bool:
    return (hold, sign) in (("long", -1), ("short", 1))


def _phemex_kind(type_: str, *, closes: bool) -> str:
    if not closes:
        return ENTRY
    return STOP if type_.startswith("Stop") else TARGET if type_.endswith("IfTouched") else CLOSE
