"""What came of handing a mail over: three answers and not two, as with orders."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Taken:
    """The mail server has it."""


@dataclass(frozen=True, slots=True)
class NotTaken:
    """It certainly has it not, and may take it later. `server_is_away`: it would take no other mail now either."""

    why: str
    server_is_away: bool = True


@dataclass(frozen=True, slots=True)
class Refused:
    """It will never take this one."""

    why: str


@dataclass(frozen=True, slots=True)
class Doubtful:
    """All of it was handed over, and nobody said what became of it."""

    why: str


Outcome = Taken | NotTaken | Refused | Doubtful
