"""JSON-RPC over HTTP, on the loopback only: whoever reaches it owns every wallet on it."""

from __future__ import annotations

import json
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from .evm import Evm, Refused

_MOST_BODY = 4 * 1024 * 1024


class ChainServer(ThreadingHTTPServer):
    """Serves one EVM. Port 0 takes a free one; `url` says which."""

    daemon_threads = True

    def __init__(self, evm: Evm, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.evm = evm

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30
    # Head and body in one packet: sent apart, the second waits 40 ms for the client to confirm the first.
    wbufsize = -1
    disable_nagle_algorithm = True
    server: ChainServer

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > _MOST_BODY:
            self.send_error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return
        try:
            asked = json.loads(self.rfile.read(length))
        except ValueError:
            self.send_error(HTTPStatus.BAD_REQUEST)
            return
        if isinstance(asked, list):
            self._tell([self._answer(each) for each in asked])
        else:
            self._tell(self._answer(asked))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing: a log of every question helps nobody."""

    def _answer(self, asked: Any) -> dict[str, Any]:
        if not isinstance(asked, dict) or not isinstance(asked.get("method"), str):
            return {"jsonrpc": "2.0", "id": None, "error": {"code": -32600, "message": "not a JSON-RPC request"}}
        envelope = {"jsonrpc": "2.0", "id": asked.get("id")}
        try:
            return envelope | {"result": self.server.evm.answer(asked["method"], asked.get("params") or [])}
        except Refused as refusal:
            return envelope | {"error": refusal.as_json()}

    def _tell(self, answer: Any) -> None:
        body = json.dumps(answer).encode()
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
