"""An exchange that takes an order and does not tell at what it filled is asked once afterwards, and results know."""

from __future__ import annotations

from decimal import Decimal

from mysignals.services import fan_out, fill_prices, follow, results
from tests.fan_out.conftest import Scene
from tests.fan_out.test_follow import price
from tests.fan_out.test_shared_looks import requests

AGED = "UPDATE orders SET created_at = now() - interval '20 seconds', updated_at = now() - interval '20 seconds'"
ENTRIES = "SELECT average_price FROM orders WHERE leg = 'entry'"
RESULT = "SELECT round(result, 2) FROM signal_results WHERE signal_id = :id"


def entered(scene: Scene) -> tuple[int, list[int]]:
    """Limits at 50000 that filled at once, at 49900."""
    price(scene, "49900")
    signal_id, ids = scene.signal()
    fan_out.deliver(ids)
    assert scene.states(ids) == {"filled"}
    return signal_id, ids


def test_the_price_of_a_fill_is_asked_for_once_and_not_while_entries_go_out(scene: Scene) -> None:
    _, ids = entered(scene)
    before = requests(scene)["order"]
    fill_prices.ask_due()
    assert requests(scene)["order"] == before and {row[0] for row in scene.rows(ENTRIES)} == {None}
    scene.run(AGED)
    fill_prices.ask_due()
    fill_prices.ask_due()
    assert {row[0] for row in scene.rows(ENTRIES)} == {Decimal(49900)}
    assert requests(scene)["order"] == before + len(ids)


def test_an_order_that_nobody_tells_the_price_of_is_not_asked_about_for_ever(scene: Scene) -> None:
    entered(scene)
    before = requests(scene)["order"]
    scene.run("UPDATE orders SET created_at = now() - interval '11 minutes', updated_at = NULL")
    fill_prices.ask_due()
    assert requests(scene)["order"] == before


def test_results_that_were_counted_without_the_price_are_counted_with_it(scene: Scene) -> None:
    signal_id, ids = entered(scene)
    price(scene, "51100")
    for _ in range(2):
        scene.run("UPDATE deliveries SET followed_at = now() - interval '1 hour'")
        follow.follow()
    assert scene.states(ids) == {"closed"}
    results.count_due()
    assert scene.rows(RESULT, id=signal_id) == [(Decimal("2.08"),)]
    scene.run(AGED)
    fill_prices.ask_due()
    assert scene.rows(RESULT, id=signal_id) == [(Decimal("2.28"),)]
