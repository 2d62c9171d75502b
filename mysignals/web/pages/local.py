"""Where to go next, told by a form or a query: a page of ours or nowhere."""

from __future__ import annotations

import re

_LOCAL = re.compile(r"/(?![/\\])[!-~]{0,500}")


def local_path(given: str | None, otherwise: str) -> str:
    """`given` where it is a path of this site, else `otherwise`: nobody is led to another one."""
    return given if given is not None and _LOCAL.fullmatch(given) and "\\" not in given else otherwise
