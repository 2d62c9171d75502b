"""What a request over the socket is refused with: a code and a message in `error`."""


class Refused(Exception):
    def __init__(self, code: int, message: str) -> None:
        super().__init__(code, message)
        self.code, self.message = code, message


def invalid() -> Refused:
    return Refused(6001, "invalid argument")


def not_authenticated() -> Refused:
    return Refused(6012, "invalid login token")
