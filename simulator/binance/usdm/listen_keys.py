"""Listen keys: one an account, good for an hour, and good again for an hour each time it is asked for."""

import hashlib
from typing import Any

from simulator.binance.parameters import Parameters
from simulator.binance.refusal import Refusal
from simulator.binance.usdm.book import Book
from simulator.binance.usdm.records import Desk
from simulator.wire.exchanged import Request

VALID_MS = 3_600_000
NO_SUCH_KEY = Refusal(-1125, "This listenKey does not exist.")


class ListenKeys:
    def __init__(self, book: Book) -> None:
        self.book = book

    def listen(self, desk: Desk, _: Parameters, __: Request) -> Any:
        """The same key again while it lives, as the real one answers."""
        self.expire(desk)
        mode = desk.mode
        if not mode.listen_key:
            mode.listen_keys += 1
            mode.listen_key = hashlib.sha256(f"{desk.api_key}/{mode.listen_keys}".encode()).hexdigest()
        return self._extend(desk)

    def keep_listening(self, desk: Desk, _: Parameters, __: Request) -> Any:
        self.expire(desk)
        if not desk.mode.listen_key:
            raise NO_SUCH_KEY
        return self._extend(desk)

    def stop_listening(self, desk: Desk, _: Parameters, __: Request) -> Any:
        self._end(desk, "listenKeyClosed")
        return {}

    def find(self, key: str) -> Desk | None:
        for desk in self.book.desks.values():
            if desk.mode.listen_key == key != "":
                self.expire(desk)
                return desk if desk.mode.listen_key else None
        return None

    def expire(self, desk: Desk) -> None:
        if desk.mode.listen_key and self.book.shared.clock.now_ms() >= desk.mode.listen_until_ms:
            self._end(desk, "listenKeyExpired")

    def _extend(self, desk: Desk) -> Any:
        desk.mode.listen_until_ms = self.book.shared.clock.now_ms() + VALID_MS
        self.book.shared.journal.note("usdm-mode", desk.api_key, desk.mode)
        return {"listenKey": desk.mode.listen_key}

    def _end(self, desk: Desk, how: str) -> None:
        key, desk.mode.listen_key = desk.mode.listen_key, ""
        self.book.shared.journal.note("usdm-mode", desk.api_key, desk.mode)
        self.book.shared.streams.publish("binance-futures", desk.api_key, how, key)
