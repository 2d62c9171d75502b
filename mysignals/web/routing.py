"""Numbers in paths: what no column can hold is simply not there (404)."""

from __future__ import annotations

from werkzeug.routing import IntegerConverter, Map


class Id(IntegerConverter):
    """`<id:name>`: a positive number that fits a BIGINT."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, min=1, max=2**63 - 1)
