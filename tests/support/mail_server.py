"""A mail server that keeps every mail it takes, speaks just enough SMTP, and can be told to misbehave."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_ANSWERS = {"EHLO": "250 here", "DATA": "354 go on", "QUIT": "221 bye"}
DROP = "drop"
HANG = "hang"
DRIP = "drip"


class _Conversation(socketserver.StreamRequestHandler):
    """The steps are commands, and besides `greeting` and `mail`: the answer to the dot that ends a mail."""

    server: MailServer

    def handle(self) -> None:
        if not self._answers("greeting", "220 ready"):
            return
        for line in self.rfile:
            step = line[:4].decode().strip().upper()
            if not self._answers(step, _ANSWERS.get(step, "250 ok")) or step == "QUIT":
                return
            if step == "DATA" and step not in self.server.manners:
                self.server.mails.append(b"".join(iter(self.rfile.readline, b".\r\n")))
                if not self._answers("mail", "250 kept"):
                    return

    def _answers(self, step: str, usual: str) -> bool:
        """Whether the conversation goes on."""
        said = self.server.manners.get(step, usual)
        self.server.steps.append(step)
        if said == HANG:
            self.server.over.wait(30)
        if said == DRIP:
            while not self.server.over.wait(0.2):
                self.wfile.write(b"2")
        if said in (DROP, HANG, DRIP):
            return False
        self.wfile.write(f"{said}\r\n".encode())
        return True


class MailServer(socketserver.ThreadingTCPServer):
    """`port`, what has arrived (`mails`), what was said to it (`steps`).

    `manners` is what it answers at a step instead of the usual: a line, or DROP, HANG, DRIP.
    """

    daemon_threads = True
    block_on_close = False

    def __init__(self, manners: dict[str, str]) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.port: int = self.server_address[1]
        self.manners = manners
        self.mails: list[bytes] = []
        self.steps: list[str] = []
        self.over = threading.Event()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that was cut off, or killed, is what some tests are about."""


@contextmanager
def running_mail_server(**manners: str) -> Iterator[MailServer]:
    with MailServer(manners) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.over.set()
        server.shutdown()
        thread.join()
