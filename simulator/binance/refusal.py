"""A refusal in Binance's own words: HTTP status, code, message (EXCHANGES 2.7 and 3.6)."""

import orjson

from simulator.wire.exchanged import Reply


class Refusal(Exception):
    """Raised anywhere below a route; answered as {"code", "msg"}. The order did not happen."""

    def __init__(self, code: int, message: str, status: int = 400, headers: bytes = b"") -> None:
        super().__init__(code, message)
        self.code, self.message, self.status, self.headers = code, message, status, headers

    def reply(self, headers: bytes = b"") -> Reply:
        self.__traceback__ = None  # some refusals are raised again and again: each raising would add its frames
        body = orjson.dumps({"code": self.code, "msg": self.message})
        return Reply(self.status, body, headers + self.headers, str(self.code))


def missing(name: str) -> Refusal:
    return Refusal(-1102, f"Mandatory parameter '{name}' was not sent, was empty/null, or malformed.")


def unwanted(name: str) -> Refusal:
    return Refusal(-1106, f"Parameter '{name}' sent when not required.")


def filter_failure(name: str) -> Refusal:
    return Refusal(-1013, f"Filter failure: {name}")


def rejected(message: str) -> Refusal:
    return Refusal(-2010, message)
