"""The door of the control API: loopback, token, then one of the calls of SIMULATOR.md."""

import hmac
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import orjson

from simulator.control.calls import Calls
from simulator.control.reading import Mistake, as_object, read_json
from simulator.wire.exchanged import Reply, Request
from simulator.world import World

JSON = b"application/json"


class Door:
    def __init__(self, world: World, token: str) -> None:
        self._token = token.encode()
        calls = Calls(world)
        self._posts: dict[bytes, Callable[[Any], tuple[int, Any]]] = {
            b"/_control/accounts": calls.open_accounts,
            b"/_control/prices": calls.set_price,
            b"/_control/clock": calls.set_clock,
            b"/_control/faults": calls.add_fault,
            b"/_control/limits": calls.set_limits,
            b"/_control/reset": calls.reset,
        }
        self._gets: dict[bytes, Callable[[dict[str, str]], tuple[int, Any]]] = {
            b"/_control/ledger": calls.ledger,
            b"/_control/requests": calls.requests,
            b"/_control/prices": calls.prices,
            b"/_control/clock": calls.clock,
            b"/_control/faults": calls.faults,
        }
        self._clear_faults = calls.clear_faults

    def answer(self, request: Request, is_local: bool) -> Reply:
        if not is_local:
            return _reply(403, {"error": "control is for loopback only"})
        if not hmac.compare_digest(request.headers.get(b"x-control-token", b""), self._token):
            return _reply(401, {"error": "X-Control-Token is missing or wrong"})
        try:
            return _reply(*self._do(request))
        except Mistake as mistake:
            return _reply(400, {"error": str(mistake)})

    def _do(self, request: Request) -> tuple[int, Any]:
        path = request.path
        if request.method == b"GET" and path in self._gets:
            asked = {name: values[-1] for name, values in parse_qs(request.query.decode("latin-1")).items()}
            return self._gets[path](asked)
        if request.method == b"DELETE" and path == b"/_control/faults":
            return self._clear_faults()
        if request.method == b"POST" and path in self._posts:
            body = read_json(request.body)
            return self._posts[path](body if path == b"/_control/accounts" else as_object(body))
        return 404, {"error": "no such control call"}


def _reply(status: int, answer: Any) -> Reply:
    body = answer if isinstance(answer, bytes) else orjson.dumps(answer, default=str)
    return Reply(status, body, content_type=JSON)
