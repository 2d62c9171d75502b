"""How v1 spells a symbol with its product, read back (EXCHANGES 4.2)."""

from typing import Any

import pytest

from mysignals.domain.intents import QueryOrder, ReadOpenOrders, ReadPositions, ReadPrice
from mysignals.domain.outcomes import OpenOrders, Positions, PriceRead
from mysignals.exchanges.bitget import V1_MIX, V1_SPOT

from . import answers
from .asking import F, S, answer, asked, d

SPELLED = [
    ("BTCUSDT", "BTCUSDT_UMCBL"),
    ("BTCUSD", "BTCUSD_DMCBL"),
    ("BTCPERP", "BTCPERP_CMCBL"),
    ("SBTCSUSDT", "SBTCSUSDT_SUMCBL"),
    ("SBTCSUSD", "SBTCSUSD_SDMCBL"),
    ("SBTCSPERP", "SBTCSPERP_SCMCBL"),
    ("SATSUSDT", "SATSUSDT_UMCBL"),
    ("SOLUSD", "SOLUSD_DMCBL"),
]


def positions(symbol: str, told: str) -> list[str]:
    outcome = V1_MIX.decode(ReadPositions(symbol), answer([{**answers.V1_POSITION, "symbol": told}]))
    assert isinstance(outcome, Positions)
    return [position.symbol for position in outcome.items]


@pytest.mark.parametrize(("ours", "theirs"), SPELLED)
def test_a_contract_is_asked_for_with_its_product_and_told_without(ours: str, theirs: str) -> None:
    assert asked(V1_MIX, QueryOrder(F, ours, "x"))["symbol"] == theirs
    assert asked(V1_MIX, ReadPrice(F, ours))["symbol"] == theirs
    assert V1_MIX.decode(ReadPrice(F, ours), answer({"symbol": theirs, "last": "7"})) == PriceRead(d("7"))
    assert positions(ours, theirs) == [ours]
    row: dict[str, Any] = {**answers.V1_MIX_ORDER, "symbol": theirs}
    resting = V1_MIX.decode(ReadOpenOrders(F, ours), answer([row]))
    assert isinstance(resting, OpenOrders)
    assert [order.symbol for order in resting.items] == [ours]


def test_a_pair_is_asked_for_as_spot_and_told_without() -> None:
    assert asked(V1_SPOT, ReadPrice(S, "BTCUSDT")) == {"symbol": "BTCUSDT_SPBL"}
    told = answer({"symbol": "BTCUSDT_SPBL", "close": "7"})
    assert V1_SPOT.decode(ReadPrice(S, "BTCUSDT"), told) == PriceRead(d("7"))


@pytest.mark.parametrize("told", ["BTCUSD_DMCBL_230630", "BTCUSD_ODD", "BTCUSD_"])
def test_a_contract_with_a_date_is_not_the_one_without(told: str) -> None:
    assert positions("BTCUSD", told) != ["BTCUSD"]
