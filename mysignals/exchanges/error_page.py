"""`python -m mysignals.exchanges.error_page`: writes docs/errors.md out of the tables of codes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mysignals.domain.market import Market
from mysignals.domain.outcomes import Reason
from mysignals.domain.reasons import AT_EXCHANGE, DISPLAY_NAMES, WORDS

from .binance import codes as binance
from .bitget import codes as bitget
from .magnr import codes as magnr
from .phemex import codes as phemex

PAGE = Path(__file__).parents[2] / "docs" / "errors.md"
INTRODUCTION = """\
# What exchanges refuse, and what to do

This page is written by `make pages` out of the tables by which answers are read; do not change it by hand.

An exchange has three answers. **Yes**: the order is there. **No**: it documents that nothing happened; the refusal has
one of the reasons below, and is final. **Nobody knows**: a lost answer, a 5xx without more, an unreadable body, a code
that says so, or a code that stands in no table. Such an order is looked up by its id and never sent again blindly, and
a refusal for an id that exists already means that an earlier request has arrived. Codes that stand in no table are
logged with exchange and code and counted in `mysignals_unmapped_codes` at `/metrics`.
"""
Code = int | str


@dataclass(frozen=True, slots=True)
class Table:
    """The codes of one exchange, or of one of its markets."""

    title: str
    reasons: Mapping[int, Reason] | Mapping[str, Reason]
    ambiguous: Collection[Code]
    duplicates: Collection[Code]
    besides: Collection[str] = ()
    """What a table of codes cannot say, a sentence each."""
    words: Mapping[str, Mapping[str, Reason]] = field(default_factory=dict)
    """What a code says in words: by code, parts of the message."""


TABLES = (
    Table(
        "Binance spot", binance.REASONS[Market.SPOT], binance.AMBIGUOUS, ("-2010 “Duplicate order sent.”",),
        ("-2010 in words that stand nowhere below: nobody knows.", "-2011 to a cancel of all: nothing rests."),
        {"-2010": binance.MESSAGES, "-1013 Filter failure:": binance.FILTERS},
    ),
    Table(
        "Binance USDT-M futures", binance.REASONS[Market.FUTURES], binance.AMBIGUOUS, binance.DUPLICATES,
        ("-4046 and -4059 to a setting: it is as wanted already.",),
    ),
    Table(
        "Bitget, v2 and v1", bitget.REASONS, bitget.AMBIGUOUS, bitget.DUPLICATES,
        (f"{bitget.SCALE_OR_BURST} without `{bitget.SCALE_WORDS}` in its words, to an order: nobody knows.",),
    ),
    Table(
        "Phemex, all three APIs", phemex.REASONS[Market.FUTURES], phemex.AMBIGUOUS, phemex.DUPLICATES,
        ("10002 to a cancel of all, or to a list: nothing rests.",),
        {"10500 and HTTP 401": phemex.WORDS},
    ),
    Table(
        "Magnr (HTTP statuses)", magnr.REASONS[Market.FUTURES], magnr.AMBIGUOUS, magnr.DUPLICATES,
        ("409 to a trade that is to be opened: `mode`, the account as a whole is in the way.",),
        {str(status): words for status, words in magnr.WORDS.items()},
    ),
)  # fmt: skip


def main() -> None:
    PAGE.write_text(page())


def page() -> str:
    """The whole page, in Markdown."""
    parts = [INTRODUCTION, *_reasons(), *_special()]
    for table in TABLES:
        parts += _codes(table)
    return "\n".join(parts)


def _reasons() -> Iterator[str]:
    yield "## Reasons\n"
    yield "| reason | what happened | what to do |\n|---|---|---|"
    for reason in Reason:
        cause, advice = WORDS[reason]
        told = cause.format(exchange="the exchange")
        yield f"| `{reason}` | {told[0].upper()}{told[1:]} | {advice} |"
    yield ""


def _special() -> Iterator[str]:
    yield "Where an exchange needs words of its own:\n"
    yield "| exchange | reason | what happened | what to do |\n|---|---|---|---|"
    for (reason, exchange), (cause, advice) in AT_EXCHANGE.items():
        name = DISPLAY_NAMES[exchange]
        yield f"| {name} | `{reason}` | {cause.format(exchange=name)} | {advice} |"
    yield ""


def _codes(table: Table) -> Iterator[str]:
    yield f"## {table.title}\n"
    yield "| outcome | codes |\n|---|---|"
    for reason in Reason:
        codes = [code for code, found in table.reasons.items() if found is reason]
        if codes:
            yield f"| `{reason}` | {_listed(codes)} |"
    yield f"| nobody knows: looked up | {_listed(table.ambiguous)}, and every code that stands in no table |"
    if table.duplicates:
        yield f"| an earlier request arrived: looked up | {_listed(table.duplicates)} |"
    yield ""
    yield from (f"{sentence}\n" for sentence in table.besides)
    for code, words in table.words.items():
        yield f"{code} is told apart by its words:\n"
        yield "| words | reason |\n|---|---|"
        yield from (f"| {part} | `{reason}` |" for part, reason in words.items())
        yield ""


def _listed(codes: Collection[Code]) -> str:
    return ", ".join(str(code) for code in sorted(codes, key=_in_order))


def _in_order(code: Code) -> tuple[int, str]:
    digits = str(code).lstrip("-")
    return (int(digits) if digits.isdigit() else 0, str(code))


if __name__ == "__main__":
    main()
