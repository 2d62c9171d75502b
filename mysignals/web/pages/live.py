"""`/app/events`: names of what has changed, as server-sent events; pages read what it is themselves.

A page carries the place in the news at which it was made (`live_place` in its template), and its stream begins with
what has changed since. Each stream has a thread of the web process, so they are bounded: who finds the house full looks
every few seconds instead (docs/decisions/0016-live-pages.md).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from flask import Blueprint, Flask, Response, current_app, g, render_template, request
from redis import RedisError

from mysignals.services.live import Hub, Listener, place
from mysignals.web.configured import settings
from mysignals.web.errors import wants_html
from mysignals.web.guards import active, member

live = Blueprint("live", __name__)
BEAT_S = 5
_INSIDE = ("/app", "/provide", "/desk")
LASTS_S = 300
"""Then the browser comes again by itself, and who it is is looked up anew."""


def bind(app: Flask) -> None:
    app.jinja_env.globals["live_place"] = lambda: g.get("live_place", "")
    app.before_request(_note_place)


def _note_place() -> None:
    """Before anything is read for a page: what is told behind this place it may not hold."""
    is_part = "HX-Request" in request.headers  # The page around it has a place.
    if request.path.startswith(_INSIDE) and wants_html() and not is_part:
        try:
            g.live_place = place(current_app.extensions["redis"])
        except RedisError:
            return  # Without one the page looks at everything once.


@live.get("/app/events")
@active
def events() -> Response:
    listener = _hub().join(member().id)
    if listener is None:
        return Response(status=204)  # So is a browser told not to come again by itself; the script does.
    if "since" in request.args:
        listener.tell(listener.missed(request.args["since"]), "")
    response = Response(_told(listener), mimetype="text/event-stream", headers={"X-Accel-Buffering": "no"})
    response.call_on_close(listener.leave)
    return response


@live.get("/app/bell")
@active
def bell() -> str:
    return render_template("parts/bell.html")


def _told(listener: Listener) -> Iterator[str]:
    until = time.monotonic() + LASTS_S
    news, at = listener.wait(0)
    yield _event("hello", "", at) + _changed(news, at)
    while time.monotonic() < until and not listener.is_over:
        news, at = listener.wait(BEAT_S)
        yield _changed(news, at) or _event("beat", "", at)


def _changed(news: Sequence[str], at: str) -> str:
    return "".join(_event("changed", about, at) for about in news)


def _event(name: str, about: str, at: str) -> str:
    """`at` is the place that the page knows of from now on."""
    return f"event: {name}\nid: {at}\ndata: {about}\n\n"


def _hub() -> Hub:
    found: Hub = current_app.extensions.setdefault(
        "live", Hub(current_app.extensions["redis"], settings().live_streams)
    )
    return found
