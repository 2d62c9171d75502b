"""`/app/events`: names of what has changed, as server-sent events; pages read what it is themselves.

Each stream has a thread of the web process, so they are bounded: who finds the house full looks every few seconds
instead (docs/decisions/0016-live-pages.md).
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from flask import Blueprint, Response, current_app, render_template

from mysignals.services.live import Hub, Listener
from mysignals.web.configured import settings
from mysignals.web.guards import active, member

live = Blueprint("live", __name__)
BEAT_S = 5
LASTS_S = 300
"""Then the browser comes again by itself, and who it is is looked up anew."""


@live.get("/app/events")
@active
def events() -> Response:
    listener = _hub().join(member().id)
    if listener is None:
        return Response(status=204)  # So is a browser told not to come again by itself; the script does.
    response = Response(_told(listener), mimetype="text/event-stream", headers={"X-Accel-Buffering": "no"})
    response.call_on_close(listener.leave)
    return response


@live.get("/app/bell")
@active
def bell() -> str:
    return render_template("parts/bell.html")


def _told(listener: Listener) -> Iterator[str]:
    until = time.monotonic() + LASTS_S
    yield "retry: 2000\nevent: hello\ndata: \n\n"
    while time.monotonic() < until and not listener.is_over:
        news = listener.wait(BEAT_S)
        yield "".join(f"event: changed\ndata: {about}\n\n" for about in news) or ": still here\n\n"


def _hub() -> Hub:
    found: Hub = current_app.extensions.setdefault(
        "live", Hub(current_app.extensions["redis"], settings().live_streams)
    )
    return found
