"""What became of each follower's deliveries, as the follower is told."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.journeys.company import Follower
from tests.journeys.signals import Posted

LIVE = ("accepted", "partially_filled", "filled")
REFUSED = ("rejected", "skipped")


@dataclass(frozen=True, slots=True)
class Fate:
    """One follower with all deliveries they have, each with its orders, newest first."""

    follower: Follower
    deliveries: list[dict[str, Any]]

    @property
    def first(self) -> dict[str, Any]:
        """The only delivery, where all is well."""
        return self.deliveries[0] if self.deliveries else {"state": "missing", "orders": [], "reason": None}

    @property
    def is_delivered(self) -> bool:
        return self.first["state"] in LIVE

    @property
    def is_refused(self) -> bool:
        return self.first["state"] in REFUSED

    def orders(self, *legs: str) -> list[dict[str, Any]]:
        """Orders of the first delivery whose leg begins with one of `legs`."""
        return [order for order in self.first["orders"] if order["leg"].startswith(legs)]

    def milliseconds(self, signals: Sequence[Posted]) -> int | None:
        """From just before the provider's post to the exchange's answer to the entry."""
        moment = self.first.get("times", {}).get("acknowledged")
        posted = next((signal for signal in signals if signal.id == self.first.get("signal_id")), None)
        if moment is None or posted is None:
            return None
        return round((datetime.fromisoformat(moment).timestamp() - posted.at) * 1000)


def fates(followers: Sequence[Follower]) -> list[Fate]:
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(_fate, followers))


def _fate(follower: Follower) -> Fate:
    listed = follower.person.get("/deliveries")["deliveries"]
    whole = [follower.person.get(f"/deliveries/{delivery['id']}")["delivery"] for delivery in listed]
    return Fate(follower, whole)
