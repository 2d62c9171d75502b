"""A refusal in Magnr's own words: an HTTP status and {"errors": [...]} (EXCHANGES 7)."""

import orjson

from simulator.wire.exchanged import Reply


class Refusal(Exception):
    """Raised anywhere below a route. Nothing happened."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(status, message)
        self.status, self.message = status, message

    def reply(self) -> Reply:
        return worded(self.status, self.message)


def worded(status: int, message: str, headers: bytes = b"") -> Reply:
    return Reply(status, orjson.dumps({"errors": [message]}), headers, message, content_type=b"application/json")
