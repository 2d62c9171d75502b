"""Kinds of values in requests. Text is text, a boolean is no number, and money is exact."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any
from unicodedata import category

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints
from pydantic_core import PydanticCustomError

from mysignals.services import wallets


class Form(BaseModel):
    """Fields nobody asked for are passed over."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


class ExactForm(BaseModel):
    """Fields nobody asked for are faults: a misspelt limit must not be taken for none."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


_NUMBER = re.compile(r"[+-]?(\d{1,60}(\.\d{0,60})?|\.\d{1,60})([eE][+-]?\d{1,3})?", re.ASCII)
_WHOLE_DIGITS = 16
_FRACTION_DIGITS = 12
"""What NUMERIC(28, 12) holds."""


def fault(sentence: str) -> PydanticCustomError:
    # The sentence is ours and holds no braces to fill in.
    return PydanticCustomError("rule", sentence)


def decimal(value: Any) -> Decimal:
    """A JSON number or numeric string, digit for digit."""
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        value = Decimal(value)
    if isinstance(value, int) and not isinstance(value, bool):
        value = Decimal(value)
    if not isinstance(value, Decimal) or not value.is_finite():
        raise fault("Must be a number.")
    return value


def _money(value: Any) -> Decimal:
    number = decimal(value)
    if number <= 0:
        raise fault("Must be more than 0.")
    # Exponents first: spelling 1E+999999999 out would fill the memory.
    if not -_FRACTION_DIGITS <= number.adjusted() < _WHOLE_DIGITS:
        raise fault(f"Must have at most {_WHOLE_DIGITS} digits before the point and {_FRACTION_DIGITS} after it.")
    if number != round(number, _FRACTION_DIGITS):
        raise fault(f"Must have at most {_FRACTION_DIGITS} digits after the point.")
    return number


def whole(least: int, most: int) -> BeforeValidator:
    """A whole number in a range, as JSON number or numeric string."""

    def check(value: Any) -> int:
        number = decimal(value)
        # Compared before converting, for the same reason as above.
        if not least <= number <= most or number != int(number):
            raise fault(f"Must be a whole number from {least} to {most}.")
        return int(number)

    return BeforeValidator(check)


def _without_controls(value: str) -> str:
    # Not `isprintable`: it refuses what joins emoji and writes right to left.
    if any(category(character) == "Cc" for character in value):
        raise fault("Must not hold control characters.")
    return value


def text(least: int = 0, most: int = 256) -> tuple[Any, ...]:
    """What a text of a length must satisfy; use as `Annotated[str, *text(1, 64)]`."""
    return (StringConstraints(strict=True, min_length=least, max_length=most), AfterValidator(_without_controls))


def lines(least: int, most: int) -> tuple[Any, ...]:
    """A text of several lines, without the blanks around it; use as `Annotated[str, *lines(10, 300)]`."""

    def check(value: str) -> str:
        found = "\n".join(value.splitlines()).strip()
        _without_controls(found.replace("\n", "").replace("\t", ""))
        if len(found) < least:
            raise fault(f"Must have at least {least} characters.")
        if len(found) > most:
            raise fault(f"Must have at most {most} characters.")
        return found

    # Its length is what is left of it; a bound of any size makes sure that it is text at all.
    return (StringConstraints(strict=True, max_length=100_000), AfterValidator(check))


def _matching(pattern: str, sentence: str) -> AfterValidator:
    compiled = re.compile(pattern, re.ASCII)

    def check(value: str) -> str:
        if not compiled.fullmatch(value):
            raise fault(sentence)
        return value

    return AfterValidator(check)


def _email(value: str) -> str:
    try:
        found = validate_email(
            value, check_deliverability=False, allow_smtputf8=False, globally_deliverable=False
        ).normalized
    except EmailNotValidError:
        raise fault("Must be an e-mail address.") from None
    if "." not in found.rpartition("@")[2]:
        raise fault("Must be an e-mail address.")
    return found


def _wallet(value: str) -> str:
    found = wallets.checksummed(value)
    if found is None:
        raise fault("Must be a wallet address: 0x and 40 hex digits, all lower-case or with a right checksum.")
    if not int(found, 16):
        raise fault("Must be a wallet of somebody's: the zero address is nobody's.")
    return found


def nothing_is(absent: Any) -> Callable[[Any], Any]:
    """What is empty or null is taken for `absent`."""

    def check(value: Any) -> Any:
        return absent if value in ("", None) else value

    return check


Money = Annotated[Decimal, BeforeValidator(_money)]
OptionalMoney = Annotated[Money | None, BeforeValidator(nothing_is(None))]
Email = Annotated[str, *text(3, 254), AfterValidator(_email)]
UserName = Annotated[
    str, *text(1, 64), _matching(r"[A-Za-z0-9_]{1,64}", "May hold letters, digits and underscores only.")
]
Wallet = Annotated[str, *text(1, 64), AfterValidator(_wallet)]
Password = Annotated[str, *text(8, 128)]
Symbol = Annotated[str, *text(1, 32), AfterValidator(str.upper), _matching(r"\S{1,32}", "Must not hold spaces.")]
ShortText = Annotated[str, *text(0, 100), BeforeValidator(nothing_is(""))]
Credential = Annotated[
    str, *text(1, 256), _matching(r"[!-~]{1,256}", "May hold plain characters only, without spaces.")
]
Passphrase = Annotated[
    str, *text(0, 256), _matching(r"[!-~]{0,256}", "May hold plain characters only, without spaces.")
]
RowId = Annotated[int, whole(1, 2**63 - 1)]
