"""What a storm is told: `python -m tests.chaos --seeds 1-20 --followers 60 --signals 6 --seconds 30`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SABOTAGES = ("no_claim", "no_fence", "no_look_up")


@dataclass(frozen=True, slots=True)
class Options:
    """`seconds` is how long it storms; the calm comes after. `sabotage` names what the workers are robbed of."""

    seeds: tuple[int, ...] = (1,)
    followers: int = 60
    signals: int = 6
    seconds: float = 30
    workers: int = 2
    sabotage: str = ""
    report: Path | None = None
    keep: Path | None = None
    """Where the logs of all processes are copied to when a storm was not survived."""


def parse(argv: Sequence[str]) -> Options:
    """Ends the program with a sentence where it cannot read them."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seeds", type=_seeds, default=(1,), help="one, or a range like 1-20")
    parser.add_argument("--followers", type=_count, default=60)
    parser.add_argument("--signals", type=_count, default=6)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--workers", type=_count, default=2)
    parser.add_argument("--sabotage", choices=SABOTAGES, default="")
    parser.add_argument("--report", type=Path)
    parser.add_argument("--keep", type=Path)
    return Options(**vars(parser.parse_args(argv)))


def _seeds(text: str) -> tuple[int, ...]:
    first, _, last = text.partition("-")
    return tuple(range(int(first), int(last or first) + 1))


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is less than 1")
    return number
