"""A proxy as some offices have: it hands an answer on when it has all of it, so no event of a stream comes through."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


@contextmanager
def holding_proxy(url: str) -> Iterator[str]:
    """Its own address, in front of `url`."""
    there = urlsplit(url)

    class Held(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *said: object) -> None:
            """Nothing to standard error."""

        def do_GET(self) -> None:
            self._pass_on()

        do_POST = do_GET  # noqa: N815 - the library's name

        def _pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            upstream = http.client.HTTPConnection(there.hostname or "", there.port, timeout=60)
            try:
                upstream.request(self.command, self.path, body, dict(self.headers))
                answer = upstream.getresponse()
                whole = answer.read()
                self.send_response(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in ("transfer-encoding", "content-length", "connection", "date", "server"):
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(whole)))
                self.end_headers()
                self.wfile.write(whole)
            except (OSError, http.client.HTTPException):
                self.close_connection = True
            finally:
                upstream.close()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Held)
    server.daemon_threads, server.block_on_close = True, False
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
