"""`POST /paper/accounts`: who trades on paper opens an account for themselves, as at an exchange. It controls nothing.

The caller makes up key and secret, so that asking again after a lost answer opens nothing twice.
"""

import re

import orjson

from simulator.control.accounts import open_account
from simulator.control.reading import Mistake, as_object, as_text, read_json
from simulator.wire.exchanged import Reply, Request
from simulator.world import World

BALANCES = {"USDT": "10000"}
MOST = 20_000
_MADE_UP = re.compile(r"[0-9A-Za-z]{32,64}", re.ASCII)


class Reception:
    def __init__(self, world: World) -> None:
        self._world = world

    def answer(self, request: Request) -> Reply:
        if request.method != b"POST":
            return _reply(405, {"error": "POST opens an account"})
        try:
            return self._opened(as_object(read_json(request.body)))
        except Mistake as mistake:
            return _reply(400, {"error": str(mistake)})

    def _opened(self, body: dict[str, object]) -> Reply:
        key, secret = as_text(body, "api_key"), as_text(body, "secret")
        if not (_MADE_UP.fullmatch(key) and _MADE_UP.fullmatch(secret)):
            raise Mistake("api_key and secret must be 32 to 64 letters and digits each")
        known = self._world.accounts.get(("binance", key))
        if known is not None and known.secret != secret:
            return _reply(409, {"error": "there is an account of this key"})
        if known is None and len(self._world.accounts) >= MOST:
            return _reply(503, {"error": "no more accounts are opened here"})
        if known is None:
            open_account(self._world, {"venue": "binance", "api_key": key, "secret": secret, "balances": BALANCES})
        return _reply(201, {"api_key": key})


def _reply(status: int, answer: object) -> Reply:
    return Reply(status, orjson.dumps(answer), content_type=b"application/json")
