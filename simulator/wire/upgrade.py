"""From an upgrade request to an open WebSocket: what a venue's door says, through whatever fault strikes it."""

from typing import TYPE_CHECKING, Any

from websockets.datastructures import Headers
from websockets.http11 import Request as Handshake
from websockets.server import ServerProtocol

from simulator.faults import Fault
from simulator.wire.exchanged import Reply, Request
from simulator.wire.socket import Socket

if TYPE_CHECKING:
    from simulator.world import World

RESETS = frozenset({"refuse", "lost_answer", "late_execute"})


def upgrade(world: "World", request: Request, transport: Any) -> Socket | Reply | None:
    """A socket, its 101 already written; the reply that refuses it; None where the connection is to be reset."""
    found = world.sockets.door(request.path.decode("latin-1"))
    if found is None:
        return Reply(404, b"")
    path, venue, opener = found
    fault = world.faults.strike(venue, "other", None).decisive if world.faults.rules else None
    if fault is not None and fault.kind != "garbage":
        return _struck(world, venue, path, fault)
    hands = ServerProtocol()
    target = request.path + (b"?" + request.query if request.query else b"")
    headers = Headers((name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.items())
    answer = hands.accept(Handshake(target.decode("latin-1"), headers))
    if answer.status_code != 101:
        return Reply(answer.status_code, bytes(answer.body or b""))
    request.received_ms = world.clock.now_ms()
    socket = Socket(transport, venue, path, world.sockets)
    conversation = opener(socket, request)
    if isinstance(conversation, Reply):
        world.traffic.count(venue, path, conversation.status, conversation.reason)
        return conversation
    hands.send_response(answer)
    transport.write(b"".join(hands.data_to_send()))
    socket.conversation = conversation
    world.sockets.admit(socket)
    world.traffic.count(venue, path, 101, "")
    return socket


def _struck(world: "World", venue: str, path: str, fault: Fault) -> Reply | None:
    if fault.kind in RESETS:
        world.traffic.count(venue, path, 0, fault.kind)
        return None
    trouble = next(route.trouble for route in world.routes.values() if route.venue == venue and route.trouble)
    reply = trouble(fault.kind, fault.status, fault.body, fault.delay_ms)
    world.traffic.count(venue, path, reply.status, fault.kind)
    return reply
