"""One instance, twelve followers, one signal a market: shared by the journeys that only look, or post another one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.journeys.cast import Role, cast
from tests.journeys.company import Company, gather
from tests.journeys.exchange import Row
from tests.journeys.fates import Fate, fates
from tests.journeys.instance import Instance, temporary_instance
from tests.journeys.signals import Posted, post, settled
from tests.support.waiting import wait_until

ROLES = cast(12)


@dataclass(frozen=True)
class Journey:
    """Everything after both signals are settled."""

    instance: Instance
    company: Company
    signals: list[Posted]
    fates: list[Fate]
    ledger: list[Row]

    def rows(self, role: Role) -> list[Row]:
        return [row for row in self.ledger if row["api_key"] == self.company.of(role).api_key]

    def messages(self, role: Role) -> list[str]:
        told = self.company.of(role).person.get("/auth/notifications")["notifications"]
        return [notice["message"] for notice in told if notice["delivery_id"] is not None]


@pytest.fixture(scope="package")
def journey() -> Iterator[Journey]:
    with temporary_instance() as instance:
        company = gather(instance, ROLES)
        signals = [post(company.provider, market) for market in ("spot", "futures")]
        wait_until(lambda: sum(settled(company.provider, each) for each in signals) == len(ROLES), 20, "both signals")
        yield Journey(instance, company, signals, fates(company.followers), instance.exchange.ledger())
        company.leave()
