"""Where to go next, told by a form or a query: a page of ours or nowhere."""

from __future__ import annotations

import re

from flask import current_app
from werkzeug.exceptions import HTTPException

_LOCAL = re.compile(r"/(?![/\\])[!-~]{0,500}")


def local_path(given: str | None, otherwise: str) -> str:
    """`given` where it is a path of this site, else `otherwise`: nobody is led to another one."""
    return given if given is not None and _LOCAL.fullmatch(given) and "\\" not in given else otherwise


def page_at(path: str, otherwise: str) -> str:
    """`path`, or the nearest above it that is a page: a form that was refused stands at the address it was sent to."""
    routes = current_app.url_map.bind("localhost")
    while path:
        try:
            routes.match(path, method="GET")
        except HTTPException:
            path = path.rpartition("/")[0]
        else:
            return path
    return otherwise
