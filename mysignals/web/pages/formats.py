"""Numbers and times as people read them: rounded by the market's tick, signed, with their unit; moments relative."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal

from flask import Flask
from markupsafe import Markup

from mysignals import clock

MINUS = "\u2212"
NARROW = "\u202f"
"""A thin space that does not break: between a number and its percent sign."""
_UNITS = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))


def bind(app: Flask) -> None:
    for name, made in (
        ("number", number), ("money", money), ("percent", percent), ("signed", signed), ("ago", ago),
        ("moment", moment), ("duration", duration), ("plural", plural),
    ):  # fmt: skip
        app.jinja_env.filters[name] = made


def number(value: Decimal | int | None, tick: Decimal | None = None, places: int | None = None) -> str:
    """`1,204.5`: thousands separated, with the places of `tick`, or `places`, or its own. None is a dash."""
    if value is None:
        return "\u2013"
    exact = Decimal(value)
    if tick is not None and tick:
        exact = exact.quantize(Decimal(1).scaleb(-decimals(tick)), ROUND_HALF_EVEN)
    elif places is not None:
        exact = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)
    else:
        exact = round(exact, decimals(exact))
    return f"{exact:,f}".replace("-", MINUS)


def money(value: Decimal | int | None, unit: str, places: int = 2) -> Markup:
    """`1,204.50 USDT`."""
    return Markup('<span class="num">{}<span class="unit">{}</span></span>').format(number(value, places=places), unit)


def percent(value: Decimal | None, places: int = 1) -> str:
    """`12.3 %` of a value in percent."""
    return f"{number(value, places=places)}{NARROW}%" if value is not None else "\u2013"


def signed(value: Decimal | None, unit: str = "%", places: int = 2) -> Markup:
    """`+1.20 %` with its arrow and colour; a figure that rounds to nothing has none of these."""
    if value is None:
        return Markup('<span class="flat">\u2013</span>')
    rounded = round(Decimal(value), places)
    tone, sign = ("gain", "+") if rounded > 0 else ("loss", MINUS) if rounded < 0 else ("flat", "")
    shown = f"{abs(rounded):,.{places}f}"
    return Markup('<span class="{}">{}{}{}{}</span>').format(tone, sign, shown, NARROW, unit)


def ago(then: datetime | None, now: datetime | None = None) -> Markup:
    """`3 min ago`, with the exact moment on hover; the script keeps it true while the page is open."""
    if then is None:
        return Markup('<span class="quiet">never</span>')
    seconds = ((now or clock.now()) - then).total_seconds()
    words = (
        "just now" if abs(seconds) < 5 else f"{_largest(seconds)} ago" if seconds > 0 else f"in {_largest(-seconds)}"
    )
    return _time(then, words, relative=True)


def moment(then: datetime | None) -> Markup:
    """`2026-01-15 17:46 UTC`."""
    if then is None:
        return Markup("\u2013")
    return _time(then, then.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC"), relative=False)


def duration(seconds: float | Decimal | None) -> str:
    """`2 d 4 h`, `3 h 12 min`, `40 s`: the two largest units."""
    if seconds is None:
        return "\u2013"
    left, parts = int(seconds), list[str]()
    for size, name in _UNITS:
        many, left = divmod(left, size)
        if many or parts:
            parts.append(f"{many}{NARROW}{name}" if many else "")
        if len(parts) == 2:
            break
    return " ".join(part for part in parts if part) or f"0{NARROW}s"


def plural(many: int, one: str, several: str = "") -> str:
    """`1 signal`, `1,204 signals`."""
    return f"{many:,} {one if many == 1 else several or one + 's'}"


def _largest(seconds: float) -> str:
    size, name = next((unit for unit in _UNITS if seconds >= unit[0]), _UNITS[-1])
    return f"{int(seconds // size)}{NARROW}{name}"


def _time(then: datetime, words: str, *, relative: bool) -> Markup:
    exact = then.astimezone(UTC)
    return Markup('<time datetime="{}" title="{}"{}>{}</time>').format(
        exact.isoformat(timespec="seconds"),
        exact.strftime("%Y-%m-%d %H:%M:%S UTC"),
        Markup(" data-relative") if relative else "",
        words,
    )


def decimals(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
