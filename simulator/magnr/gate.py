"""Magnr's gate: key, tonce, signature and permission, then the deed, then the answer."""

from collections.abc import Callable
from typing import Any

import orjson

from simulator.accounts import Member, Members
from simulator.clock import Clock
from simulator.journal import Journal, NoJournal
from simulator.magnr.records import Desk
from simulator.magnr.refusal import Refusal
from simulator.magnr.signature import check_signature, check_window, invalid_tonce, read_authorization, read_tonce
from simulator.wire.exchanged import Reply, Request

Deed = Callable[[Any, Request], Any]


class Gate:
    def __init__(self, clock: Clock, journal: Journal | NoJournal) -> None:
        self._clock, self._journal = clock, journal
        self.members = Members()

    def signed(self, deed: Deed, trades: bool, status: int = 200) -> Callable[[Request], Reply]:
        def answer(request: Request) -> Reply:
            try:
                member, _ = self._enter(request, trades)
                return _reply(status, deed(member.desk, request))
            except Refusal as refusal:
                return refusal.reply()

        return answer

    def deferred(self, deed: Deed, trades: bool, status: int = 200) -> Callable[[Request], Callable[[], Reply]]:
        """The request comes in now, which uses its tonce up, and is executed later if its window is still open."""

        def take_in(request: Request) -> Callable[[], Reply]:
            try:
                member, tonce = self._enter(request, trades)
            except Refusal as refusal:
                return refusal.reply

            def execute() -> Reply:
                try:
                    check_window(tonce, self._clock.now_ms())
                    if self.members.get(member.account.api_key.encode()) is not member:
                        raise _unknown_key()  # the books were emptied meanwhile
                    return _reply(status, deed(member.desk, request))
                except Refusal as refusal:
                    return refusal.reply()

            return execute

        return take_in

    def _enter(self, request: Request, trades: bool) -> tuple[Member, int]:
        """The member and the tonce. Only a genuine request uses its tonce up; then each later one must be higher."""
        key, signature = read_authorization(request)
        member = self.members.get(key)
        if member is None:
            raise _unknown_key()
        tonce = read_tonce(request, self._clock.now_ms())
        check_signature(member.secret, key, signature, request)
        desk: Desk = member.desk
        if tonce <= desk.tonce.last:
            raise invalid_tonce()
        desk.tonce.last = tonce
        self._journal.note("magnr-tonce", desk.api_key, desk.tonce)
        if not member.may(trades):
            raise Refusal(403, "This key may not trade" if trades else "This key may not read")
        return member, tonce


def key_of(request: Request) -> str:
    """What faults for one key compare; empty where there is none."""
    try:
        return read_authorization(request)[0].decode("latin-1")
    except Refusal:
        return ""


def _unknown_key() -> Refusal:
    return Refusal(401, "Invalid API key")


def _reply(status: int, answer: Any) -> Reply:
    return Reply(status, orjson.dumps(answer), content_type=b"application/json")
