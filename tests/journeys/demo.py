"""`make demo`: three signals on their way to fifty followers on every exchange, checked with the exchanges' books."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence

from tests.journeys.cast import SYMBOLS, cast_everywhere
from tests.journeys.company import Company, gather
from tests.journeys.fates import fates
from tests.journeys.instance import Instance, temporary_instance
from tests.journeys.progress import Progress
from tests.journeys.signals import Posted, post, settled
from tests.journeys.table import table
from tests.journeys.verdict import Verdict, judge
from tests.support.waiting import wait_until

FOLLOWERS = 50


def main() -> int:
    """0 when everything is as it must be, 1 when not, with a line for each thing that differs."""
    # Told to stop, it stops what it started: exits run the clean-ups, a bare SIGTERM would not.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    print("starting a temporary instance", flush=True)
    with temporary_instance() as instance:
        verdict = _play(instance)
    for fault in verdict.faults:
        print(f"differs: {fault}")
    print(verdict)
    return 1 if verdict.faults or verdict.duplicate or verdict.lost else 0


def _play(instance: Instance) -> Verdict:
    with Progress("followers", FOLLOWERS) as bar:
        company = gather(instance, cast_everywhere(FOLLOWERS), bar.one_more)
    try:
        signals = [post(company.provider, market) for market in SYMBOLS]
        _watch(company, signals)
        found = fates(company.followers)
        print(*table(found, signals), sep="\n")
        for signal in signals:
            print(f"the provider's {signal.market} post was answered in {signal.answered_ms:.0f} ms")
        return judge(found, signals, instance.exchange.ledger())
    finally:
        company.leave()


def _watch(company: Company, signals: Sequence[Posted]) -> None:
    """Until every delivery is settled, or half a minute has passed: what is missing then shows in the table."""
    with Progress("deliveries", FOLLOWERS) as bar:

        def all_settled() -> bool:
            done = sum(settled(company.provider, signal) for signal in signals)
            bar.reach(done)
            return done == FOLLOWERS

        try:
            wait_until(all_settled, 30)
        except TimeoutError as late:
            print(f"\n{late}")


if __name__ == "__main__":
    sys.exit(main())
