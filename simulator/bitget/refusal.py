"""A refusal in Bitget's own words: code and message, mostly with HTTP 400 (EXCHANGES 5.7)."""


class Refusal(Exception):
    """Raised anywhere below a route; answered as an envelope without data. The order did not happen."""

    def __init__(self, code: str, message: str, status: int = 400, headers: bytes = b"") -> None:
        super().__init__(code, message)
        self.code, self.message, self.status, self.headers = code, message, status, headers

    def forget_frames(self) -> None:
        """Some refusals are raised again and again: each raising would add its frames."""
        self.__traceback__ = None


def empty(name: str) -> Refusal:
    return Refusal("40019", f"Parameter {name} cannot be empty")


def wrong(name: str) -> Refusal:
    return Refusal("40020", f"Parameter {name} error")


def unknown(value: str) -> Refusal:
    return Refusal("40034", f"Parameter {value} does not exist")
