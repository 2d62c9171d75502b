"""What counts as a number in an exchange's answer, and what does not."""

from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mysignals.exchanges.reading import Unreadable, number

READ = [
    ("0.002", "0.002"), ("50000.0000000000000000", "50000.0000000000000000"), ("-1.5", "-1.5"), ("1e-8", "1e-8"),
    ("9" * 31, "9" * 31), ("0", "0"), ("1E+30", "1E+30"), ("0." + "0" * 29 + "1", "1E-30"), (" 7 ", "7"),
    (0, "0"), (-3, "-3"), (38429.5, "38429.5"), (0.1, "0.1"), (1e-7, "1E-7"), (1 << 62, str(1 << 62)),
]  # fmt: skip
NOT_READ = [
    None, True, False, "", "x", "NaN", "sNaN", "Infinity", "-Infinity", "0x10", "1e31", "1e-31", "0E+999999",
    "9" * 32, "1" * 49, "1" * 5000, "1.2.3", "1,5", [], {}, [1], {"a": 1}, float("nan"), float("inf"), 1e308, 5e-324,
]  # fmt: skip


@pytest.mark.parametrize(("told", "meant"), READ, ids=repr)
def test_a_number_is_read_from_text_and_from_json(told: Any, meant: str) -> None:
    assert number({"a": told}, "a") == Decimal(meant)


def test_trailing_zeros_are_kept() -> None:
    assert str(number({"a": "1.500"}, "a")) == "1.500"


@pytest.mark.parametrize("told", NOT_READ, ids=lambda told: repr(told)[:20])
def test_what_is_no_finite_number_of_bearable_size_is_unreadable(told: Any) -> None:
    with pytest.raises(Unreadable, match="no number in a"):
        number({"a": told}, "a")


def test_what_is_absent_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="no number in a"):
        number({}, "a")


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20, places=12))
def test_every_number_of_money_is_read_as_it_is_written(money: Decimal) -> None:
    assert number({"a": f"{money:f}"}, "a") == money


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e20, max_value=1e20))
def test_a_json_number_is_read_as_its_shortest_digits(told: float) -> None:
    if 0 < abs(told) < 1e-30:
        return
    assert number(orjson.loads(orjson.dumps({"a": told})), "a") == Decimal(repr(told))
