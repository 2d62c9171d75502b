"""Programs open on every exchange and both markets; limit orders wait where the exchange has them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from mysignals.extensions import db
from mysignals.models import User
from mysignals.services import trading
from tests.fan_out.conftest import Scene, exchange, scene
from tests.fan_out.test_every_exchange import CASES, LIMITS, Case, everywhere, legs, move, said, there, turn
from tests.public_v1.program import program
from tests.support.served import House

__all__ = ["exchange", "scene", "there"]
QUANTITIES = {"magnr": "0.05"}


def ask(there: Scene, case: Case, **body: Any) -> tuple[Any, list[int]]:
    """As the first of the two people; the worker's turn follows."""
    user = db.session.get_one(User, there.people.user_ids[0])
    bot = program(House(there.app), user)
    answer = bot.post("/v1/orders", {"symbol": case.symbol, "side": "buy", "market": case.market} | body)
    assert answer.status_code == 200, answer.json
    ids = [row[0] for row in there.rows("SELECT id FROM deliveries ORDER BY id")]
    for one in ids:
        trading.deliver(one)
    return bot.get(f"/v1/orders/{answer.json['order_id']}").json, ids


@everywhere
def test_a_quantity_is_opened_with_a_stop_of_ours_and_ends_by_it(there: Scene, case: Case) -> None:
    leverage = {"leverage": 5} if case.market == "futures" else {}
    told, ids = ask(there, case, quantity=QUANTITIES.get(case.at.exchange, "0.01"), **leverage)
    assert told["status"] == "filled", told
    (one,) = ids
    assert legs(there, one) == {"entry": "filled", "stop": "new", "target1": "new"}
    assert (told["accounts"][0]["stop_loss"], told["accounts"][0]["take_profit"]) == (45000, 60000)
    # Whoever looks after it later has its plan from the rows alone.
    turn(there)
    assert legs(there, one) == {"entry": "filled", "stop": "new", "target1": "new"}, said(there, ids)
    move(there, case, "44900")
    turn(there)
    turn(there)
    assert there.states(ids) == {"closed"}, said(there, ids)


SHARES = [case for case in CASES if case.at.exchange != "magnr" and case.symbol == "BTCUSDT"]


@pytest.mark.parametrize("case", SHARES, ids=str)
def test_a_share_of_the_balance_is_opened(there: Scene, case: Case) -> None:
    balance = Decimal(dict(case.at.balances)["USDT"])
    told, ids = ask(there, case, risk_percent=10)
    assert told["status"] == "filled", told
    wanted = balance / 10 / 50000
    assert abs(Decimal(str(told["accounts"][0]["quantity"])) - wanted) <= Decimal("0.001")
    assert legs(there, ids[0]) == {"entry": "filled", "stop": "new", "target1": "new"}
    turn(there)
    assert there.states(ids) == {"filled"}, said(there, ids)


@pytest.mark.parametrize("case", LIMITS, ids=str)
def test_a_limit_order_rests_until_its_price_comes(there: Scene, case: Case) -> None:
    told, ids = ask(there, replace(case), type="limit", price=49500, quantity="0.01")
    assert (told["status"], told["accounts"][0]["filled_quantity"]) == ("open", 0), told
    move(there, case, "49400")
    turn(there)
    turn(there)
    assert there.states(ids) == {"filled"}, said(there, ids)
    assert {leg for leg, state in legs(there, ids[0]).items() if state == "new"} == {"stop", "target1"}


@pytest.mark.parametrize("case", [case for case in SHARES if case.market == "futures"], ids=str)
def test_a_short_is_opened_with_its_stop_above(there: Scene, case: Case) -> None:
    told, ids = ask(there, case, side="short", quantity="0.01", leverage=10)
    assert told["status"] == "filled", told
    assert told["accounts"][0]["stop_loss"] == 52500
    assert legs(there, ids[0]) == {"entry": "filled", "stop": "new", "target1": "new"}
