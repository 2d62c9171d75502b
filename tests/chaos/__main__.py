"""`make chaos`: storms over the whole system, one after the other, and the judge's line for each."""

from __future__ import annotations

import shutil
import signal
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace

from tests.chaos import calm, ours, report, theirs
from tests.chaos.company import gather
from tests.chaos.judge import Fault, judge
from tests.chaos.log import Log
from tests.chaos.options import Options, parse
from tests.chaos.ours import Ours
from tests.chaos.repeater import Repeater
from tests.chaos.report import Storm
from tests.chaos.stage import Stage, standing_stage
from tests.chaos.storm import Control, blow
from tests.chaos.story import story
from tests.chaos.weather import forecast

_STORIES = 3
"""What is told in full of each kind on each market of an exchange: one cause may have a hundred faults, and must not
bury the others.
"""


def main(argv: Sequence[str]) -> int:
    """0 when no storm has found a fault and all were settled in time."""
    options = parse(argv)
    # Told to stop, it stops what it started: exits run the clean-ups, a bare SIGTERM would not.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    storms = []
    for seed in options.seeds:
        storms.append(_one(replace(options, seeds=(seed,)), seed))
        print(storms[-1].last_line, flush=True)
    if options.report is not None:
        report.write(options.report, storms)
    bad = [storm for storm in storms if storm.verdict.faults or storm.settled_s > calm.PROMISED_S]
    if len(storms) > 1:
        print(f"{len(storms) - len(bad)} of {len(storms)} storms without a fault")
    return 1 if bad else 0


def _one(options: Options, seed: int) -> Storm:
    log = Log()
    with standing_stage(log) as stage:
        stage.start(options.workers, options.sabotage)
        company = gather(stage, options.followers)
        control = Control(stage.simulator_url, log)
        try:
            events = forecast(seed, options.seconds, options.signals, options.workers)
            with closing(Repeater(stage.dsn, stage.redis.url(), log)) as repeater:
                published = blow(stage, company, control, repeater, events, options.seconds)
                settled_s, late = calm.settle(stage, control, repeater)
            here, there = ours.read(stage.dsn, company.api_keys), theirs.read(stage.state)
            verdict = judge(here, there, late)
            verdict.faults += [Fault("lost", text) for text in theirs.differences(there, control.ledger())]
            for fault in _worth_a_story(verdict.faults):
                print(*story(fault, here, there, log), sep="\n", flush=True)
            _tell(verdict.faults, log)
            print(_summary(here, log, published), flush=True)
            _keep(stage, options, failed=bool(verdict.faults))
            return Storm(seed, options, published, here, verdict, settled_s, log)
        finally:
            control.close()


def _worth_a_story(faults: Sequence[Fault]) -> Iterator[Fault]:
    told = Counter[tuple[str, str]]()
    for fault in faults:
        alike = fault.kind, fault.delivery.book if fault.delivery else ""
        told[alike] += 1
        if told[alike] <= _STORIES:
            yield fault


def _tell(faults: Sequence[Fault], log: Log) -> None:
    """Every fault in a line, and the storm's whole journal."""
    for fault in faults:
        print(f"{fault.kind}: delivery {fault.delivery.id if fault.delivery else '-'}, {fault.sentence}")
    if faults:
        print("the storm:", *log.entries, sep="\n", flush=True)


def _summary(here: Ours, log: Log, published: int) -> str:
    """One line about what there was to be judged."""
    states = Counter(" ".join((one.state, one.row["reason"] or "")).strip() for one in here.deliveries)
    told = ", ".join(f"{many} {state}" for state, many in states.most_common())
    kills, faults = log.counts("kill").total(), log.counts("fault").total()
    return f"{published} signals, {kills} kills, {faults} faults: {told}"


def _keep(stage: Stage, options: Options, *, failed: bool) -> None:
    if failed and options.keep is not None:
        shutil.copytree(stage.logs, options.keep / f"seed-{options.seeds[0]}", dirs_exist_ok=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
