"""What a request over the socket is refused with: a code and a message in `error`."""


class Refused(Exception):
    def __init__(self, code: int, message: str) -> None:
        super().__init__(code, message)
        self.code, self.message = code, message


INVALID = Refused(6001, "invalid argument")
NOT_AUTHENTICATED = Refused(6012, "invalid login token")
