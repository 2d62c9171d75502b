"""Copies of one account and symbol that are looked at in one turn: their questions are the same, and asked once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest

from mysignals.services import follow
from mysignals.services.follow.due import ALONG_S, give_back, take_due
from mysignals.services.follow.load import load
from mysignals.services.follow.session import boards
from mysignals.services.holds import Hold
from tests.fan_out.conftest import Scene
from tests.fan_out.test_follow import cancelled_by_hand, filled, legs, price, resting

SIGNALS, ACCOUNTS = 4, 4


@pytest.fixture(autouse=True)
def _prices(scene: Scene) -> None:
    price(scene, "50000")


@pytest.fixture
def copies(scene: Scene) -> list[int]:
    """Of every account as many as there are signals, all filled and of one symbol."""
    return [one for _ in range(SIGNALS) for one in filled(scene)]


def looked_at(scene: Scene, ids: Sequence[int], seconds: int = 60) -> None:
    """So long ago."""
    statement = "UPDATE deliveries SET followed_at = now() - :ago * interval '1 second' WHERE id = ANY (:ids)"
    scene.run(statement, ids=list(ids), ago=seconds)


def asked(scene: Scene) -> Counter[str]:
    """Requests of a turn of everybody, by the last part of their path."""
    before = requests(scene)
    looked_at(scene, [row[0] for row in scene.rows("SELECT id FROM deliveries")])
    follow.follow()
    return requests(scene) - before


def requests(scene: Scene) -> Counter[str]:
    told = scene.simulator.control("GET", "/_control/requests?venue=binance-futures")
    assert isinstance(told, dict)
    found = Counter[str]()
    for row in told["requests"]:
        found[row["path"].rsplit("/", 1)[-1]] += row["count"]
    return found


def test_all_copies_of_an_account_and_symbol_cost_one_list_and_one_position(scene: Scene, copies: list[int]) -> None:
    found = asked(scene)
    assert (found["openAlgoOrders"], found["positionRisk"]) == (ACCOUNTS, ACCOUNTS)
    assert found["algoOrder"] == 0 and scene.states(copies) == {"filled"}


def test_an_exit_that_is_gone_is_found_for_its_copy_alone(scene: Scene, copies: list[int]) -> None:
    cancelled_by_hand(scene, copies[0], "-s")
    asked(scene)
    assert [legs(scene, one)["stop"] for one in copies] == ["cancelled"] + ["new"] * (len(copies) - 1)


def test_targets_that_have_sold_close_every_copy(scene: Scene, copies: list[int]) -> None:
    price(scene, "51100")
    asked(scene)
    asked(scene)
    assert scene.states(copies) == {"closed"}


def test_what_is_open_without_a_stop_waits_for_no_question_of_the_others(scene: Scene, copies: list[int]) -> None:
    scene.run("UPDATE deliveries SET unprotected_since = now() WHERE id = :id", id=copies[0])
    items = load(copies)
    found = {item.delivery.id: board for item, board in zip(items, boards(items), strict=True)}
    of_account = [item.delivery.id for item in items if item.account.id == items[0].account.id]
    assert copies[0] in of_account and found[copies[0]].copies == 1
    assert len({id(found[one]) for one in of_account if one != copies[0]}) == 1


def test_a_copy_that_is_alone_shares_with_nobody(scene: Scene) -> None:
    found = boards(load(filled(scene)))
    assert [board.copies for board in found] == [1] * ACCOUNTS and len({id(board) for board in found}) == ACCOUNTS


def turn_of(scene: Scene) -> list[int]:
    hold = Hold()
    taken = take_due(hold)
    give_back(hold, taken)
    return sorted(taken)


def test_whoever_is_nearly_due_goes_along_with_one_of_its_account_and_symbol(scene: Scene, copies: list[int]) -> None:
    of_first = [one.delivery.id for one in load(copies) if one.account.id == load(copies[:1])[0].account.id]
    looked_at(scene, copies, 30 - ALONG_S + 3)
    assert turn_of(scene) == []
    looked_at(scene, of_first[:1], 31)
    assert turn_of(scene) == sorted(of_first)


@pytest.mark.parametrize(
    "changed",
    [
        "UPDATE deliveries SET followed_at = now() - interval '5 seconds' WHERE id = :id",
        "UPDATE deliveries SET held_by = 'another', held_until = now() + interval '1 minute' WHERE id = :id",
        "UPDATE deliveries SET cancel_asked_at = now() WHERE id = :id",
        "UPDATE deliveries SET unprotected_since = now() - interval '1 hour' WHERE id = :id",
        "UPDATE signals SET symbol = 'ETHUSDT' WHERE id = (SELECT signal_id FROM deliveries WHERE id = :id)",
    ],
)
def test_nobody_goes_along_who_was_just_looked_at_or_is_anothers(scene: Scene, copies: list[int], changed: str) -> None:
    account = load(copies[:1])[0].account.id
    first, second, *_ = [one.delivery.id for one in load(copies) if one.account.id == account]
    looked_at(scene, copies, 30 - ALONG_S + 3)
    scene.run(changed, id=second)
    looked_at(scene, [first], 31)
    assert second not in turn_of(scene)


def test_an_entry_that_rests_takes_nobody_along(scene: Scene, copies: list[int]) -> None:
    entries = resting(scene)
    looked_at(scene, copies, 30 - ALONG_S + 3)
    looked_at(scene, entries, 31)
    assert turn_of(scene) == entries
