"""From a request to its answer, through whatever fault strikes it.

A delay is the network's, after the venue: the request is processed on arrival and its answer held back.
`refuse` resets the connection once the request is known to be the one aimed at; nothing of it is processed.
"""

import asyncio
import contextlib
from functools import partial
from typing import TYPE_CHECKING, Any

from simulator.faults import Fault, Strike
from simulator.wire.exchanged import Reply, Request, Route
from simulator.wire.socket import Socket
from simulator.wire.upgrade import upgrade

if TYPE_CHECKING:
    from simulator.wire.connection import Slot
    from simulator.world import World

DEFAULT_LATE_MS = 1000


class Delivery:
    """Answers leave at once, or after the journal has committed the turn's changes."""

    def __init__(self, world: "World", loop: asyncio.AbstractEventLoop, durable: bool) -> None:
        self._world, self._loop, self._durable = world, loop, durable
        self._outbox: list[tuple[Slot, Reply]] = []

    def deliver(self, request: Request, slot: "Slot") -> None:
        route = self._world.routes.get((request.method, request.path))
        if route is None:
            route = self._world.route_with_id(request.method, request.path)
        if route is None:
            self._send(slot, self._world.answer_elsewhere(request, slot.connection.is_local))
            return
        request.received_ms = self._world.clock.now_ms()
        self._world.traffic.arrive(route.venue)
        if not self._world.faults.rules:
            self._finish(route, slot, route.answer(request))
            return
        strike = self._world.faults.strike(route.venue, route.about, route.key_of(request), route.path)
        request.fraction = strike.fraction
        self._suffer(route, request, slot, strike)

    def upgrade(self, request: Request, transport: Any) -> Socket | Reply | None:
        return upgrade(self._world, request, transport)

    def _suffer(self, route: Route, request: Request, slot: "Slot", strike: Strike) -> None:
        fault = strike.decisive
        reply: Reply | None
        if fault is None:
            reply = route.answer(request)
        elif fault.kind == "late_execute":
            self._execute_late(route, request, fault)
            return
        else:
            reply = self._struck(route, request, fault)
        if strike.delay_ms:
            self._loop.call_later(strike.delay_ms / 1000, self._finish, route, slot, reply, fault)
        else:
            self._finish(route, slot, reply, fault)

    def _struck(self, route: Route, request: Request, fault: Fault) -> Reply | None:
        """The answer, or None where the connection is reset instead."""
        if fault.kind == "refuse":
            return None
        if fault.kind == "lost_answer":
            route.answer(request)
            return None
        if fault.kind == "garbage":
            whole = route.answer(request)
            body = fault.body if fault.body is not None else whole.body[: len(whole.body) // 2]
            return whole._replace(status=fault.status or 200, body=body)
        if fault.kind == "error_after_execute":
            route.answer(request)
        assert route.trouble is not None
        return route.trouble(fault.kind, fault.status, fault.body, fault.delay_ms)

    def _execute_late(self, route: Route, request: Request, fault: Fault) -> None:
        """Answers nothing, ever. Its own deadline is checked again when its time has come, as a venue would."""
        answer = route.take_in(request) if route.take_in else partial(route.answer, request)

        def execute() -> None:
            reply = answer()
            self._world.traffic.leave(route.venue, route.path, 0, f"late_execute {reply.reason or 'executed'}")
            self._world.journal.commit()

        delay_ms = DEFAULT_LATE_MS if fault.delay_ms is None else fault.delay_ms
        self._world.clock.call_later(delay_ms, execute, self._loop)

    def _finish(self, route: Route, slot: "Slot", reply: Reply | None, fault: Fault | None = None) -> None:
        if reply is None:
            self._world.traffic.leave(route.venue, route.path, 0, fault.kind if fault else "")
            self._world.journal.commit()  # an executed order whose answer is lost is still an executed order
            slot.reset()
            return
        reason = f"{fault.kind} {reply.reason}".rstrip() if fault else reply.reason
        self._world.traffic.leave(route.venue, route.path, reply.status, reason)
        self._send(slot, reply)

    def _send(self, slot: "Slot", reply: Reply) -> None:
        if not self._durable:
            slot.fill(reply)
            return
        if not self._outbox:
            self._loop.call_soon(self._commit_and_send)
        self._outbox.append((slot, reply))

    def _commit_and_send(self) -> None:
        self._world.journal.commit()
        outbox, self._outbox = self._outbox, []
        for slot, reply in outbox:
            with contextlib.suppress(ConnectionError):
                slot.fill(reply)
