"""A real worker finishes purchases, and one that is killed while it asks the chain leaves them to the next."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mysignals import dispatch
from mysignals.settings import Settings
from tests.purchases.conftest import FINALITY, Shop
from tests.support.environment import environment_for_tests
from tests.support.live_chain import CHAIN_ID
from tests.support.waiting import wait_until
from tests.support.worker_process import WorkerProcess


@pytest.fixture
def worker(shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorkerProcess]:
    settings: Settings = shop.house.app.extensions["settings"]
    env = environment_for_tests(settings.database_url, settings.redis_url) | {
        "MYSIGNALS_INSTANCE": str(settings.instance),
        "CHAIN_RPC_URL": shop.chain.url,
        "CHAIN_ID": str(CHAIN_ID),
        "PAYMENT_CONTRACT": shop.chain.contract.address,
        "PAYMENT_FINALITY": str(FINALITY),
    }
    process = WorkerProcess(env, tmp_path_factory.mktemp("worker"))
    process.start()
    yield process
    process.end()


def finished(shop: Shop) -> bool:
    """As beat does: the task again and again, until there is nothing left to do."""
    dispatch.send("payments.follow")
    return shop.states() == ["bought"]


def test_a_worker_finishes_what_waits_for_blocks(shop: Shop, worker: WorkerProcess) -> None:
    assert shop.show(shop.pay()).status_code == 202
    shop.chain.mine(2)
    wait_until(lambda: finished(shop), 20, "a purchase", every=0.5)
    assert shop.show().status_code == 200
    shop.chain.mine(FINALITY)
    wait_until(lambda: finished(shop) and shop.rows()[0].final_at, 20, "a final purchase", every=0.5)
    assert [len(shop.told(person)) for person in (shop.ann, shop.paul, shop.rita)] == [1, 1, 1]


def test_a_killed_worker_leaves_a_payment_to_the_next(shop: Shop, worker: WorkerProcess) -> None:
    assert shop.show(shop.pay()).status_code == 202
    shop.chain.mine(2)
    with shop.chain.evm._lock:  # The node answers nobody meanwhile.
        dispatch.send("payments.follow")
        wait_until(lambda: shop.rows()[0].checked_at, 20, "a claimed payment")
        worker.kill()
    assert shop.states() == ["confirming"]
    worker.start()
    wait_until(lambda: finished(shop), 20, "a purchase", every=0.5)
    assert [len(shop.told(person)) for person in (shop.ann, shop.paul, shop.rita)] == [1, 1, 1]
