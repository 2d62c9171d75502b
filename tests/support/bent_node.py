"""A node that answers as a test wants, at an address that holds a key."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "hush-hush-key"
Answer = Callable[[dict[str, Any]], tuple[int, bytes]]
"""The question as JSON -> status and body."""


@contextmanager
def node_that(answers: Answer) -> Iterator[str]:
    """The address of a node that answers so."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, body = answers(asked)
            self.send_response(status)
            self.send_header("Location", "http://127.0.0.1:1/")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v3/{KEY}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def result(value: object) -> tuple[int, bytes]:
    return 200, json.dumps({"jsonrpc": "2.0", "id": 0, "result": value}).encode()
