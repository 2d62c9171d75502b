"""Who has to be asked something before the plan: nobody else waits for it, and the plan is of the moment it is made."""

from __future__ import annotations

import sys
import threading
from functools import partial
from typing import Any

import pytest

from mysignals.services import fan_out
from tests.fan_out.conftest import Scene
from tests.fan_out.test_deliver import move_price, price_questions
from tests.fan_out.test_slow_accounts import HELD, NOTICES, WITHIN_S, meanwhile, of_slow, tallied
from tests.support.waiting import wait_until

planner = sys.modules["mysignals.services.fan_out.planner"]
SILENT_MS = 4000
"""Longer than a question waits; two of them come to six seconds."""
PLACED_WITHIN_S = 2
BALANCE = "/fapi/v3/balance"
SENT_AFTER = "SELECT extract(epoch FROM sent_at - claimed_at) FROM deliveries WHERE id = ANY (:ids)"
MEMORY = "SELECT leverage FROM account_symbol_settings WHERE account_id = :id"


@pytest.fixture
def asked(scene: Scene) -> Scene:
    """The first two of four followers size by their balance; the others need not be asked anything."""
    sized = "UPDATE followings SET sizing_mode = 'percent', sizing_value = 1 WHERE account_id = ANY (:ids)"
    scene.run(sized, ids=list(scene.people.account_ids[:2]))
    return scene


def silent(scene: Scene, **fault: Any) -> None:
    """The first follower's exchange does not tell the balance in time: `count` times, or never."""
    scene.fault(kind="delay", path=BALANCE, delay_ms=SILENT_MS, api_key=scene.people.api_keys[0], **fault)


def balances_asked(scene: Scene) -> int:
    counted = scene.simulator.control("GET", "/_control/requests?venue=binance-futures")
    assert isinstance(counted, dict)
    return sum(row["count"] for row in counted["requests"] if BALANCE in row["path"])


def of_first(scene: Scene, column: str, last: int) -> Any:
    return scene.rows(f"SELECT {column} FROM deliveries WHERE id = :id", id=last)[0][0]  # noqa: S608 - a test's own words.


def test_the_others_are_placed_at_once_while_one_account_is_silent_and_it_waits_in_the_queue(asked: Scene) -> None:
    _, ids = asked.signal()
    last, others = of_slow(asked, ids)
    silent(asked)
    with meanwhile(asked, partial(fan_out.deliver, ids)) as worker:
        wait_until(lambda: asked.states(others) == {"filled"}, WITHIN_S, "the others' end")
        assert tallied(asked, NOTICES, ids) == {"filled": 3}
        assert asked.states([last]) == {"sending"} and not worker.done()
    assert max(after for (after,) in asked.rows(SENT_AFTER, ids=others)) < PLACED_WITHIN_S
    assert asked.states([last]) == {"queued"}, "both questions were lost"
    assert tallied(asked, NOTICES, ids) == {"filled": 3}
    assert len(asked.entries(ids)) == 3 and asked.rows(HELD) == []


def test_who_is_answered_late_is_placed_in_the_same_turn_by_a_price_of_that_moment(asked: Scene) -> None:
    _, ids = asked.signal()
    last, _ = of_slow(asked, ids)
    before = price_questions(asked)
    silent(asked, count=1)
    fan_out.deliver(ids)
    assert asked.states(ids) == {"filled"}
    assert of_first(asked, "attempts", last) == 1
    assert of_first(asked, "extract(epoch FROM sent_at - claimed_at) > 2.5", last)
    assert price_questions(asked) == before + 2
    assert sorted(asked.entries(ids)) == sorted(set(asked.entries(ids)))


def test_a_market_entry_is_skipped_when_the_price_has_run_away_while_its_account_was_asked(asked: Scene) -> None:
    _, ids = asked.signal(entry_type="MARKET")
    last, others = of_slow(asked, ids)
    silent(asked, count=1)
    with meanwhile(asked, partial(fan_out.deliver, ids)):
        wait_until(lambda: asked.states(others) == {"filled"}, WITHIN_S, "the others' end")
        move_price(asked, "50500")
    move_price(asked, "50000")
    assert (of_first(asked, "state", last), of_first(asked, "reason", last)) == ("skipped", "price_moved")


def test_a_signal_that_is_too_old_when_its_account_has_answered_expires(asked: Scene) -> None:
    _, ids = asked.signal(age=57.5)
    last, others = of_slow(asked, ids)
    silent(asked, count=1)
    fan_out.deliver(ids)
    assert (asked.states(others), asked.states([last])) == ({"filled"}, {"expired"})
    assert len(asked.entries(ids)) == 3


def test_of_a_signal_that_is_too_old_nothing_is_asked(asked: Scene) -> None:
    _, ids = asked.signal(age=61)
    before = balances_asked(asked)
    fan_out.deliver(ids)
    assert asked.states(ids) == {"expired"} and balances_asked(asked) == before


def test_a_refused_question_is_told_while_another_account_is_silent(asked: Scene) -> None:
    _, ids = asked.signal()
    refusal = {"code": -2015, "msg": "Invalid API-key, IP, or permissions for action."}
    asked.fault(kind="reject", path=BALANCE, api_key=asked.people.api_keys[1], status=401, body=refusal)
    silent(asked)
    with meanwhile(asked, partial(fan_out.deliver, ids)) as worker:
        wait_until(lambda: tallied(asked, NOTICES, ids) == {"filled": 2, "refused": 1}, WITHIN_S, "the refusal")
        assert not worker.done()
    assert tallied(asked, NOTICES, ids) == {"filled": 2, "refused": 1}


def test_settings_that_will_change_are_forgotten_before_anything_is_asked_and_all_others_are_kept(asked: Scene) -> None:
    """A worker that dies at any time after leaves no memory that is wrong."""
    first, second, *_ = asked.people.account_ids
    asked.run("UPDATE followings SET max_leverage = 5 WHERE account_id = :id", id=first)
    _, ids = asked.signal()
    _, others = of_slow(asked, ids)
    silent(asked, count=1)
    with meanwhile(asked, partial(fan_out.deliver, ids)) as worker:
        wait_until(lambda: asked.rows(MEMORY, id=first) == [], WITHIN_S, "the memory to go")
        assert asked.rows(MEMORY, id=second) == [(20,)]
        wait_until(lambda: asked.states(others) == {"filled"}, WITHIN_S, "the others' end")
        assert asked.rows(MEMORY, id=first) == [] and not worker.done()
    assert asked.states(ids) == {"filled"}
    assert asked.rows(MEMORY, id=first) == [(5,)] and asked.rows(MEMORY, id=second) == [(20,)]


def test_leverage_that_nobody_foresaw_is_not_set_while_another_is_remembered(asked: Scene) -> None:
    """The price moves while the account is asked, and with it the most leverage that is safe: the next turn sets it."""
    first = asked.people.account_ids[0]
    asked.run("UPDATE followings SET margin_mode = 'isolated', max_leverage = 125, max_deviation_bps = 5000")
    asked.run("UPDATE account_symbol_settings SET leverage = 9, margin_mode = 'isolated'")
    signal_id, ids = asked.signal(entry_type="MARKET")
    asked.run("UPDATE signals SET stop = 45000 WHERE id = :id", id=signal_id)
    last, others = of_slow(asked, ids)
    silent(asked, count=1)
    with meanwhile(asked, partial(fan_out.deliver, ids)):
        wait_until(lambda: asked.states(others) == {"filled"}, WITHIN_S, "the others' end")
        move_price(asked, "49000")
    assert asked.states([last]) == {"queued"} and asked.rows(MEMORY, id=first) == [(9,)]
    fan_out.deliver([last])
    move_price(asked, "50000")
    # 1 / (4000/49000 + 0.005 + 0.002) is 11.3.
    assert asked.states([last]) == {"filled"} and asked.rows(MEMORY, id=first) == [(11,)]


@pytest.mark.parametrize(("bug", "state"), [(ZeroDivisionError, "rejected"), (TypeError, "queued")])
def test_a_bug_in_a_plan_that_comes_late_costs_only_its_row(
    asked: Scene, monkeypatch: pytest.MonkeyPatch, bug: type[Exception], state: str
) -> None:
    """What was certainly not sent may be tried again; what cannot be planned is told."""
    _, ids = asked.signal()
    last, others = of_slow(asked, ids)
    real = planner.plan_one

    def poisoned(row: Any, *rest: Any) -> Any:
        if row.id == last and threading.current_thread().name == "exchanges":
            raise bug
        return real(row, *rest)

    monkeypatch.setattr(planner, "plan_one", poisoned)
    fan_out.deliver(ids)
    assert (asked.states([last]), asked.states(others)) == ({state}, {"filled"})
    assert len(asked.entries(ids)) == 3
