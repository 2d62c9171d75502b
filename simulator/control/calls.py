"""What each control call does (SIMULATOR.md, Control API)."""

from typing import Any

from simulator.control.accounts import open_account
from simulator.control.faults import read_fault
from simulator.control.reading import Mistake, as_decimal, as_flag, as_int, as_object, as_text
from simulator.venue import Venue
from simulator.world import World

Answer = tuple[int, Any]


class Calls:
    def __init__(self, world: World) -> None:
        self._world = world

    def open_accounts(self, body: Any) -> Answer:
        """One object, or a list of them: answered alike, in the same order."""
        if isinstance(body, list):
            return 201, [open_account(self._world, as_object(one)) for one in body]
        return 201, open_account(self._world, as_object(body))

    def set_price(self, body: dict[str, Any]) -> Answer:
        """`price` jumps there; `walk` starts or ends the random walk; both may be given."""
        venue, symbol = self._venue(body), as_text(body, "symbol")
        if symbol not in venue.prices.last:
            raise Mistake(f"{venue.name} has no symbol {symbol}")
        walk = as_flag(body, "walk")
        if walk is None and "price" not in body:
            raise Mistake("price or walk is needed")
        if walk is not None:
            (venue.prices.walking.add if walk else venue.prices.walking.discard)(symbol)
        if "price" in body:
            price = as_decimal(body["price"], "price")
            if price <= 0:
                raise Mistake("price must be above zero")
            self._world.move_price(venue, symbol, price)
        return 200, {"venue": venue.name, "symbol": symbol, "price": f"{venue.prices.last[symbol]:f}"}

    def prices(self, asked: dict[str, str]) -> Answer:
        return 200, {
            venue.name: {symbol: f"{price:f}" for symbol, price in venue.prices.last.items()}
            for venue in self._world.venues.values()
            if asked.get("venue") in (None, venue.name)
        }

    def set_clock(self, body: dict[str, Any]) -> Answer:
        """Walking prices take one step for each whole second that the clock is advanced, an hour's at most."""
        now_ms, advance_ms = as_int(body, "now_ms"), as_int(body, "advance_ms")
        clock = self._world.clock
        if now_ms is not None and now_ms >= 0:
            clock.set(now_ms)
        elif advance_ms is not None and advance_ms >= 0:
            for _ in range(min(advance_ms // 1000, 3600)):
                self._world.walk_prices()
            clock.advance(advance_ms)
        elif body.get("real") is True:
            clock.make_real()
        else:
            raise Mistake('one of now_ms, advance_ms (not negative) or "real": true is needed')
        self._world.sockets.tick()
        return self.clock({})

    def clock(self, _: dict[str, str]) -> Answer:
        return 200, {"now_ms": self._world.clock.now_ms(), "real": self._world.clock.is_real}

    def add_fault(self, body: dict[str, Any]) -> Answer:
        self._venue(body)
        fault = read_fault(body)
        self._world.faults.add(fault)
        self._world.sockets.strike(fault)
        return 201, {"id": fault.id}

    def faults(self, _: dict[str, str]) -> Answer:
        return 200, [
            {"id": fault.id, "venue": fault.venue, "kind": fault.kind, "on": fault.on, "left": fault.left}
            for fault in self._world.faults.rules
        ]

    def clear_faults(self) -> Answer:
        self._world.faults.clear()
        self._world.sockets.speak_again()
        return 200, {"ok": True}

    def set_limits(self, body: dict[str, Any]) -> Answer:
        """For one venue, or for all where none is named."""
        enforce = as_flag(body, "enforce")
        if enforce is None:
            raise Mistake("enforce must be true or false")
        venues = [self._venue(body)] if "venue" in body else list(self._world.venues.values())
        for venue in venues:
            venue.enforce_limits(enforce)
        return 200, {"enforce": enforce}

    def ledger(self, asked: dict[str, str]) -> Answer:
        since = asked.get("since", "0")
        if not since.isdecimal():
            raise Mistake("since must be milliseconds")
        return 200, self._world.ledger.as_json(asked.get("venue"), int(since), asked.get("api_key"))

    def requests(self, asked: dict[str, str]) -> Answer:
        """`sockets` is how many WebSockets are open now."""
        venue = asked.get("venue")
        return 200, {**self._world.traffic.report(venue), "sockets": self._world.sockets.many(venue)}

    def reset(self, _: dict[str, Any]) -> Answer:
        self._world.reset()
        return 200, {"ok": True}

    def _venue(self, body: dict[str, Any]) -> Venue:
        name = as_text(body, "venue")
        if name not in self._world.venues:
            raise Mistake(f"unknown venue {name}; there are {', '.join(self._world.venues)}")
        return self._world.venues[name]
