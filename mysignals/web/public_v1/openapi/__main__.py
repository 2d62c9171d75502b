"""`python -m mysignals.web.public_v1.openapi` writes docs/openapi.json, or the file that is named; `--check` writes
nothing and ends with 1 where that is not true.
"""

from __future__ import annotations

import sys
from pathlib import Path

from flask import Flask

from mysignals.web import public_v1, routing

from .document import document, written

_PLACE = Path(__file__).parents[4] / "docs" / "openapi.json"


def main(argv: list[str]) -> int:
    """Needs no settings, database or Redis: views are looked at, not called."""
    place = next((Path(name) for name in argv if name != "--check"), _PLACE)
    now = written(document(_bare()))
    if "--check" not in argv:
        place.write_bytes(now)
    elif not place.exists() or place.read_bytes() != now:
        print(f"{place.name} is not what the views of /v1 say: run make pages", file=sys.stderr)
        return 1
    return 0


def _bare() -> Flask:
    app = Flask("mysignals")
    app.url_map.converters["id"] = routing.Id
    public_v1.register(app)
    return app


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
