"""Sent a hundred times, or with a worker that dies at the worst moment: one entry."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest

from mysignals.models import Delivery, Instruction, Signal
from tests.instructions.conftest import Bot
from tests.support.waiting import wait_until
from tests.trading.conftest import FUTURES, Desk, Floor

ORDER = {"symbol": "BTCUSDT", "side": "buy", "quantity": 0.01}
SIGNAL = {"symbol": "BTCUSDT", "action": "open_long", "quantity": 0.01}


def entries(desk: Desk) -> list[str]:
    return [order["client_id"] for order in desk.simulator.ledger(FUTURES) if order["client_id"].endswith("-e")]


@pytest.mark.parametrize(("path", "body"), [("/v1/orders", ORDER), ("/v1/signal", SIGNAL)])
def test_a_hundred_times_the_same_request_at_once_is_carried_out_once(
    bot: Bot, desk: Desk, path: str, body: dict[str, Any]
) -> None:
    account, written = desk.account(), json.dumps(body)
    headers = bot.program.headers("POST", path, written)

    def send(_: int) -> Any:
        for _again in range(20):
            answer = desk.house.app.test_client().post(path, data=written, headers=headers)
            # What the first one waits for takes longer than its repeats wait for it, on a busy machine.
            if answer.status_code != 409:
                break
        return answer

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(send, range(100)))
    assert {one.status_code for one in answers} == {200}
    assert len({one.data for one in answers}) == 1
    assert [one.headers.get("Idempotent-Replayed") for one in answers].count(None) == 1
    bot.opened(answers[0])
    assert desk.house.count(Instruction) == desk.house.count(Signal) == desk.house.count(Delivery) == 1
    assert len(entries(desk)) == 1
    assert desk.position(account) == Decimal("0.01")


@pytest.fixture
def mortal(floor: Floor) -> Iterator[Floor]:
    """Whose worker lives again for the next test."""
    yield floor
    floor.worker.kill()
    floor.worker.start()


def test_what_was_asked_while_no_worker_lived_is_done_once_by_the_next(bot: Bot, desk: Desk, mortal: Floor) -> None:
    account = desk.account()
    mortal.worker.kill()
    assert bot.order(quantity="0.01").status_code == 200
    desk.run("UPDATE deliveries SET created_at = created_at - interval '6 seconds'")
    mortal.worker.start()
    (delivery_id,) = bot.deliveries()
    desk.wait_for(delivery_id, "filled", task="upkeep.sweep")
    assert len(entries(desk)) == 1
    assert desk.position(account) == Decimal("0.01")


@pytest.mark.parametrize("kind", ["delay", "lost_answer"])
def test_a_worker_that_dies_after_its_claim_leaves_one_entry_with_its_stop(
    bot: Bot, desk: Desk, mortal: Floor, kind: str
) -> None:
    """Whether the order had gone out when it died, or had not: it is looked for, and not sent again while in doubt."""
    account = desk.account()
    desk.fault(kind, on="order", delay_ms=1500, count=1)
    assert bot.order(quantity="0.01").status_code == 200
    (delivery_id,) = bot.deliveries()
    wait_until(lambda: desk.state(delivery_id) != "queued", 10, "the claim", every=0.005)
    mortal.worker.kill()
    mortal.worker.start()
    desk.wait_for(delivery_id, "filled", "expired", task="upkeep.reconcile", seconds=90)
    sent = entries(desk)
    assert len(sent) == len(set(sent)) <= 1
    if desk.state(delivery_id) == "filled":
        wait_until(lambda: desk.orders(delivery_id).get("stop") == "new", 20, "the stop")
        assert desk.position(account) == Decimal("0.01")
    else:
        assert not sent
