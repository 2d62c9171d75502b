"""A delivery's story from its rows: what a person needs to see where it went wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from tests.chaos.judge import Fault
from tests.chaos.log import Log
from tests.chaos.ours import Ours
from tests.chaos.theirs import Books, Placed

_SILENT = ("sealed_credentials", "held_by")


def story(fault: Fault, ours: Ours, theirs: Books, log: Log) -> Iterator[str]:
    """Lines."""
    delivery = fault.delivery
    api_key = delivery.api_key if delivery else fault.api_key
    yield f"{fault.kind}: delivery {delivery.id if delivery else '-'}, {fault.sentence}"
    if delivery is not None:
        yield f"  signal    {_row(delivery.signal)}"
        yield f"  account   {_row(delivery.account)} on_unprotected={delivery.on_unprotected}"
        yield f"  delivery  {_row(delivery.row)}"
        yield from (f"  order     {_row(order)}" for order in delivery.orders.values())
        yield from (f"  notice    {_row(notice)}" for notice in delivery.notices)
        account_id = delivery.row["account_id"]
        yield from (f"  drift     {_row(row)}" for row in ours.drift if row.get("account_id") == account_id)
    yield from (f"  position  {at.book} {at.symbol} {at.amount}" for at in theirs.positions if at.api_key == api_key)
    yield from (f"  there     {_placed(order)}" for order in theirs.orders if order.api_key == api_key)
    if delivery is not None:
        moment = delivery.row["claimed_at"] or delivery.row["created_at"]
        yield from (f"  storm     {entry}" for entry in log.around(moment))


def _row(row: Mapping[str, Any]) -> str:
    return " ".join(
        f"{name}={_value(value)}" for name, value in row.items() if value is not None and name not in _SILENT
    )


def _value(value: Any) -> str:
    return f"{value.astimezone(UTC):%H:%M:%S.%f}"[:-3] if isinstance(value, datetime) else str(value)


def _placed(order: Placed) -> str:
    at = f"{datetime.fromtimestamp(order.at_ms / 1000, UTC):%H:%M:%S.%f}"[:-3]
    rests = (
        " resting" * order.resting
        + " riding" * order.riding
        + " whole" * order.whole
        + " made there" * (not order.sent)
    )
    return (
        f"{at} {order.book} {order.symbol} {order.kind} {order.client_id or order.id} sign={order.sign} "
        f"{order.filled}/{order.quantity} trigger={order.trigger} {order.state}{rests}"
    )
