"""`make chaos-sees`: would the storm notice? Workers robbed of one guarantee must be found within three seeds."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

from tests.chaos.options import SABOTAGES
from tests.support.house import ROOT

SEEDS = (1, 2, 3)
_LINE = "chaos seed "
_LONGEST_S = 300


def main(wanted: Sequence[str]) -> int:
    """0 when each was found."""
    blind = [name for name in wanted or SABOTAGES if not any(_found(name, seed) for seed in SEEDS)]
    for name in blind:
        print(f"{name} was not found by any of seeds {SEEDS}")
    return 1 if blind else 0


def _found(name: str, seed: int) -> bool:
    last = last_line("--seeds", str(seed), "--sabotage", name)
    print(f"{name}: {last}", flush=True)
    return "0 duplicate, 0 lost" not in last


def last_line(*arguments: str, seconds: int = _LONGEST_S) -> str:
    """Of a storm in a process of its own; raises RuntimeError where it did not come to its judgement."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.chaos", *arguments],
        cwd=ROOT, capture_output=True, text=True, timeout=seconds, check=False,
    )  # fmt: skip
    last = done.stdout.strip().rpartition("\n")[2]
    if not last.startswith(_LINE):
        raise RuntimeError(f"the storm broke off: {done.stdout[-2000:]}{done.stderr[-3000:]}")
    return last


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
