"""What the walk measured, page by page, as a table for readers."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from tests.browser.looking import SHOTS

_HEAD = """# Every page, measured

Written by `make browser SHOTS=1`, which follows every link: as a visitor without an account, a user, a provider and a
registrar, at 1440 and at 360 pixels, in dark and in light colours, with scripts and without. Each page has to answer
200, with nothing wrong in the console, no request that fails and none to another host; nothing that axe-core minds;
one heading of the first order; a link that skips to the content; a focus that is seen wherever Tab leads; nothing
wider than the window; under 200 KB (cold, as they go over the wire, uncompressed), first paint under 1 s, and a
layout shift under 0.1 after the late data came. Of pages that differ in a number two are opened; the row has the worst.

| page | seen by | pages | KB | first paint at 1440 / 360, ms | layout shift at 1440 / 360 |
|---|---|--:|--:|--:|--:|
"""


@dataclass
class Row:
    """The worst of all pages of one shape."""

    roles: list[str] = field(default_factory=list)
    pages: int = 0
    kilobytes: float = 0
    paint_ms: dict[str, float] = field(default_factory=dict)
    shift: dict[str, float] = field(default_factory=dict)


_ROWS: dict[str, Row] = {}


def note(shape: str, role: str, width: str, kilobytes: float, paint_ms: float, shift: float) -> None:
    row = _ROWS.setdefault(shape, Row())
    if role not in row.roles:
        row.roles.append(role)
    row.pages += width == "desk"
    row.kilobytes = max(row.kilobytes, kilobytes)
    row.paint_ms[width] = max(row.paint_ms.get(width, 0), paint_ms)
    row.shift[width] = max(row.shift.get(width, 0), shift)


def write() -> None:
    """Kept for the documentation where somebody asks for it."""
    if os.environ.get("SHOTS"):
        lines = [
            f"| `{shape}` | {', '.join(row.roles)} | {row.pages} | {row.kilobytes:.0f} "
            f"| {row.paint_ms['desk']:.0f} / {row.paint_ms['phone']:.0f} "
            f"| {row.shift['desk']:.3f} / {row.shift['phone']:.3f} |"
            for shape, row in sorted(_ROWS.items())
        ]
        (SHOTS / "README.md").write_text(_HEAD + "\n".join(lines) + "\n")
