"""The app on real engines, and a program that may do everything."""

from __future__ import annotations

import pytest

from tests.public_v1.program import Program, program
from tests.support.served import House, house, served

__all__ = ["house", "served"]


@pytest.fixture
def bot(house: House) -> Program:
    return program(house, house.user("ann"))
