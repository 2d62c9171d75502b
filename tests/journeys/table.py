"""A table of every follower's fate, as wide as the terminal."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator, Sequence

from tests.journeys.fates import Fate
from tests.journeys.signals import Posted

HEAD = ("follower", "exchange", "market", "state", "quantity", "price", "stop", "targets", "ms")
_RIGHT = ("quantity", "price", "stop", "ms")


def table(fates: Sequence[Fate], signals: Sequence[Posted]) -> Iterator[str]:
    """Lines to print: a row each, and under a refused one its reason."""
    rows = [_row(fate, signals) for fate in fates]
    widths = [max(map(len, column)) for column in zip(HEAD, *rows, strict=True)]
    columns = shutil.get_terminal_size().columns
    gap = "  " if sum(widths) + 2 * len(widths) <= columns else " "
    yield _line(HEAD, widths, gap)
    yield gap.join("-" * width for width in widths)
    for fate, row in zip(fates, rows, strict=True):
        yield _line(row, widths, gap)
        if not fate.is_delivered:
            yield from _reason(fate, columns)


def _row(fate: Fate, signals: Sequence[Posted]) -> tuple[str, ...]:
    first, milliseconds = fate.first, fate.milliseconds(signals)
    entry = next(iter(fate.orders("entry")), {})
    return (
        fate.follower.role.name,
        f"{fate.follower.role.desk.exchange} {fate.follower.role.desk.version}".rstrip(),
        fate.follower.role.market,
        first["state"],
        _text(entry.get("quantity")),
        _text(entry.get("average_price") or entry.get("price")),
        " ".join(sorted({_text(order["trigger_price"]) for order in fate.orders("stop")})) or "-",
        " ".join(_text(order["price"] or order["trigger_price"]) for order in fate.orders("target")) or "-",
        _text(milliseconds),
    )


def _text(value: object) -> str:
    return "-" if value is None else str(value)


def _line(cells: Sequence[str], widths: Sequence[int], gap: str) -> str:
    placed = (
        cell.rjust(width) if name in _RIGHT else cell.ljust(width)
        for name, cell, width in zip(HEAD, cells, widths, strict=True)
    )
    return gap.join(placed).rstrip()


def _reason(fate: Fate, columns: int) -> Iterator[str]:
    width = max(40, columns - 1)
    yield from textwrap.wrap(fate.first.get("message", ""), width, initial_indent="    ", subsequent_indent="    ")
