"""What a storm was and what came of it, as a page: docs/chaos-report.md."""

from __future__ import annotations

import os
import platform
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.chaos.judge import Verdict, line
from tests.chaos.log import Log
from tests.chaos.options import Options
from tests.chaos.ours import Delivery, Ours


@dataclass(frozen=True, slots=True)
class Storm:
    """One storm that is over."""

    seed: int
    options: Options
    published: int
    ours: Ours
    verdict: Verdict
    settled_s: float
    log: Log

    @property
    def last_line(self) -> str:
        return line(self.verdict, self.seed, self.settled_s)


def write(path: Path, storms: Sequence[Storm]) -> None:
    path.write_text("\n".join(_page(storms)) + "\n")


def _page(storms: Sequence[Storm]) -> Iterator[str]:
    yield "# A storm, and what came of it"
    yield ""
    yield f"Written by `python -m tests.chaos --report` (chaos.md says how to read it). {_machine()}"
    for storm in storms:
        yield from _section(storm)


def _section(storm: Storm) -> Iterator[str]:
    options, deliveries = storm.options, storm.ours.deliveries
    robbed = f", workers robbed by `{options.sabotage}`" if options.sabotage else ""
    yield f"\n## Seed {storm.seed}{robbed}\n"
    yield (
        f"{options.followers} followers, {storm.published} of {options.signals} signals published, "
        f"{options.seconds:g} s of storm, {options.workers} workers.\n"
    )
    yield f"```\n{storm.last_line}\n```\n"
    yield from _counts("state and reason", Counter(f"{d.state} {d.row['reason'] or ''}".strip() for d in deliveries))
    yield from _counts("kill", storm.log.counts("kill"))
    yield from _counts("fault", storm.log.counts("fault"))
    yield from _unprotected(deliveries)
    yield from _slowest(deliveries)


def _counts(name: str, counts: Mapping[str, int]) -> Iterator[str]:
    yield f"| {name} | |\n|---|---|"
    for what, many in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        yield f"| {what} | {many} |"
    yield ""


def _unprotected(deliveries: Sequence[Delivery]) -> Iterator[str]:
    seconds = sorted(d.row["unprotected_ms"] / 1000 for d in deliveries if d.row.get("unprotected_ms"))
    if not seconds:
        yield "No delivery was without a stop for a measurable time.\n"
        return
    share = {name: seconds[min(len(seconds) - 1, int(len(seconds) * part))] for name, part in
             (("median", 0.5), ("p95", 0.95), ("most", 1))}  # fmt: skip
    told = ", ".join(f"{name} {value:.1f} s" for name, value in share.items())
    yield f"{len(seconds)} of {len(deliveries)} deliveries were without a stop for a time: {told}.\n"


def _slowest(deliveries: Sequence[Delivery]) -> Iterator[str]:
    acked = [d for d in deliveries if d.row["acknowledged_at"]]
    acked.sort(key=lambda d: d.row["acknowledged_at"] - d.row["created_at"], reverse=True)
    yield "| slowest delivery | exchange | state | attempts | seconds to the answer |\n|---|---|---|---|---|"
    for d in acked[:5]:
        took = (d.row["acknowledged_at"] - d.row["created_at"]).total_seconds()
        yield f"| {d.id} | {d.row['exchange']} | {d.state} | {d.row['attempts']} | {took:.1f} |"


def _machine() -> str:
    memory = psutil.virtual_memory().total / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}."
