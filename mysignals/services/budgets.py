"""What all workers together may still ask of an exchange: counted in Redis, in one script (docs/pacing.md)."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import orjson
from redis import Redis, RedisError

from mysignals.exchanges.limits import Budget, Scope
from mysignals.exchanges.sliding import Given
from mysignals.exchanges.transports.pacing import Away, Want, ceilings

log = logging.getLogger(__name__)
PREFIX = "mysignals:pace:"
SINCE = "mysignals:pacing:since"
"""When counting began, Unix ms: what was counted before is not known, so budgets are halved for one window; or until
GRACE_MS, where a process has told what it knew.
"""
LONG_AGO = 0
GRACE_MS = 3000
"""By then every process that used a budget has told it again: each asks at least every second (paced.REFRESHED_S)."""
SECONDS, REFUSALS, KNOWN = "mysignals:pacing:seconds", "mysignals:pacing:refusals", "mysignals:pacing:known"
ANSWER_S = 1
"""An exit does not wait long for Redis."""
TAKE = """
local asked = cjson.decode(ARGV[1])
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local since = tonumber(redis.call('GET', KEYS[1]))
if not since then
  since = now
  redis.call('SET', KEYS[1], string.format('%.0f', now))
end
local names = {}
for i, want in ipairs(asked.wants) do names[i] = ARGV[2] .. want[1] end
local values = redis.call('MGET', unpack(names))
local answer, kept = {}, {}
for i, want in ipairs(asked.wants) do
  local budget = asked.budgets[want[2]]
  local slice, slices = budget[1], budget[2]
  local number = math.floor(now / slice)
  local oldest, used, first, mine = number - slices, 0, nil, nil
  local numbers, counts, paused, many = {}, {}, 0, 0
  local value, before, is_known = values[i], nil, false
  local has_lost = want[9] and want[9] ~= '' and want[8] ~= since
  if value then
    paused = tonumber(string.match(value, '^%d+'))
    is_known = string.find(value, '+', 1, true) ~= nil
    for at, kind, count in string.gmatch(value, '(%d+)([:=])(%d+)') do
      at, count = tonumber(at), tonumber(count)
      if at >= oldest and count > 0 and kind == '=' then
        before = before or {}
        before[at] = count
      elseif at >= oldest and count > 0 then
        if at == want[5] and not has_lost then count = math.max(count - want[4], 0) end
        many = many + 1
        numbers[many], counts[many], used = at, count, used + count
        if at == number then mine = many end
      end
    end
  end
  if has_lost then
    local told = {}
    for at, count in string.gmatch(want[9], '(%d+)[:=](%d+)') do
      at = tonumber(at)
      if at >= oldest then told[at] = (told[at] or 0) + tonumber(count) end
    end
    before = before or {}
    if now - want[8] >= (slices + 1) * slice or string.find(want[9], '+', 1, true) then is_known = true end
    for at, count in pairs(told) do before[at] = math.max(before[at] or 0, count) end
    paused = math.max(paused, tonumber(string.match(want[9], '^%d+')))
  end
  for at, count in pairs(before or {}) do
    used = used + count
    if not first or at < first then first = at end
  end
  if not mine then
    many = many + 1
    numbers[many], counts[many], mine = number, 0, many
  end
  if want[6] and want[6] > used then
    counts[mine] = counts[mine] + want[6] - used
    used = want[6]
  end
  if want[7] and want[7] > 0 then paused = math.max(paused, now + want[7]) end
  local unknown = (slices + 1) * slice
  if is_known then unknown = math.min(unknown, tonumber(ARGV[3])) end
  local half = now - since < unknown
  local given, short = 0, false
  for tier, wished in ipairs(want[3]) do
    local top = budget[3 + tier]
    if half then top = math.max(math.floor(top / 2), 1) end
    local room = math.max(top - used - given, 0)
    if now < paused then room = 0 end
    given = given + math.min(wished, room)
    if room < wished then short = true end
  end
  counts[mine] = counts[mine] + given
  local parts = {string.format('%.0f', paused) .. (is_known and '+' or '')}
  for at, count in pairs(before or {}) do parts[#parts + 1] = string.format('%.0f=%d', at, count) end
  for at = 1, many do
    if counts[at] > 0 then
      parts[#parts + 1] = string.format('%.0f:%d', numbers[at], counts[at])
      if not first or numbers[at] < first then first = numbers[at] end
    end
  end
  local wait = 0
  if short and now < paused then wait = paused - now
  elseif short and first then wait = math.max((first + slices + 1) * slice - now, 1)
  elseif short then wait = slice end
  local keep = math.max(budget[3], paused - now)
  local written = table.concat(parts, ' ')
  redis.call('SET', names[i], written, 'PX', string.format('%.0f', keep))
  if want[8] then kept[#kept + 1] = written end
  local at = #answer
  answer[at + 1], answer[at + 2], answer[at + 3] = given, number, used + given
  answer[at + 4], answer[at + 5] = wait, math.max(paused - now, 0)
end
return cjson.encode({answer, since, kept})
"""
"""The same as exchanges.sliding.Sliding, for many budgets at once and by the clock of Redis.

A value is the end of a pause (Unix ms, 0 for none) and `slice:count` pairs. KEYS[1] is SINCE, ARGV[2] the prefix.

After a loss, processes bring the values along that they saw last. Of these each slice counts the most that one of them
has told, apart (`slice=count`) from what was given since, and a `+` behind the pause says that all of it is known: who
tells it has seen a whole window counted, or has it from one who had.
"""


class Budgets:
    """The counts behind Paced. Any thread may ask."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._take = redis.register_script(TAKE)
        self._known: set[tuple[str, int]] = set()

    def take(self, wants: Sequence[Want]) -> list[Given]:
        budgets: dict[Budget, int] = {}
        asked = [_asked(want, budgets) for want in wants]
        told = {"budgets": [_described(budget) for budget in budgets], "wants": asked}
        try:
            answer = self._take(keys=[SINCE], args=[orjson.dumps(told), PREFIX, GRACE_MS])
            figures, since, counts = orjson.loads(answer)
            self._note_addresses(wants, int(since))
        except RedisError:
            raise Away from None
        given = [_given(figures[at : at + 5]) for at in range(0, len(figures), 5)]
        kept = [number for number, want in enumerate(wants) if want.budget.is_kept]
        for number, written in zip(kept, counts, strict=True):
            given[number] = given[number]._replace(counts=written, epoch=int(since))
        return given

    def has_begun(self) -> bool:
        """Whether anybody counts; where Redis does not answer, nothing can be begun."""
        try:
            return bool(self._redis.exists(SINCE))
        except RedisError:
            return True

    def begin(self) -> None:
        """Nothing was used before: where nobody has begun to count, no budget is halved."""
        try:
            self._redis.set(SINCE, LONG_AGO, nx=True)
        except RedisError:
            return  # Then they are halved, which costs time and harms nobody.

    def tell(self, venue: str, waited_s: float, refusals: int) -> None:
        try:
            if waited_s:
                self._redis.hincrbyfloat(SECONDS, venue, round(waited_s, 3))
            if refusals:
                self._redis.hincrby(REFUSALS, venue, refusals)
        except RedisError:
            log.warning("Redis does not answer: %.1f s of waiting for %s were not counted", waited_s, venue)

    def _note_addresses(self, wants: Sequence[Want], since: int) -> None:
        """Their figures are computed when somebody looks; accounts are too many to be shown. After a loss once more."""
        for want in wants:
            if want.budget.scope is Scope.ADDRESS and (want.key, since) not in self._known:
                budget = want.budget
                shape = [budget.capacity, budget.slice_ms, budget.slices]
                self._redis.hset(KNOWN, want.key, orjson.dumps(shape))
                self._known.add((want.key, since))


def _asked(want: Want, budgets: dict[Budget, int]) -> list[Any]:
    """Trailing zeros are left out: most wants have nothing to give back or to tell, and accounts' nothing to keep."""
    number = budgets.setdefault(want.budget, len(budgets) + 1)
    asked: list[Any] = [want.key, number, list(want.tokens)]
    if want.back or want.told or want.pause_ms or want.budget.is_kept:
        asked += [want.back, want.back_slice, want.told, want.pause_ms]
    if want.budget.is_kept:
        asked += [want.epoch, want.counts]
    return asked


def _given(figures: Sequence[float]) -> Given:
    tokens, slice_number, used, wait_ms, paused_ms = map(int, figures)
    return Given(tokens, slice_number, used, wait_ms, paused_ms)


def _described(budget: Budget) -> list[int]:
    kept_ms = (budget.slices + 2) * budget.slice_ms
    return [budget.slice_ms, budget.slices, kept_ms, *ceilings(budget)]


def used_ratios(redis: Redis) -> dict[tuple[str, str], float]:
    """By venue (host and prefix) and budget, of all addresses together the fullest; empty while Redis is away."""
    found: dict[tuple[str, str], float] = {}
    try:
        seconds, micros = redis.time()
        now_ms = seconds * 1000 + micros // 1000
        known = redis.hgetall(KNOWN)
        values = redis.mget([PREFIX + _text(key) for key in known]) if known else []
    except RedisError:
        return {}
    for (key, shape), value in zip(known.items(), values, strict=True):
        base, _, budget = _text(key).split("|", 2)
        capacity, slice_ms, slices = orjson.loads(shape)
        where = base, budget
        found[where] = max(found.get(where, 0.0), _used(value, now_ms // slice_ms - slices) / capacity)
    return found


def used_of(redis: Redis, key: str, budget: Budget) -> int:
    """How much of one budget is in use now; 0 while Redis is away, for then nobody knows."""
    try:
        seconds, micros = redis.time()
        value = redis.get(PREFIX + key)
    except RedisError:
        return 0
    now_ms = seconds * 1000 + micros // 1000
    return _used(value, now_ms // budget.slice_ms - budget.slices)


def waited_seconds(redis: Redis) -> dict[str, float]:
    """How long calls have waited for their turn, by venue."""
    return {venue: float(seconds) for venue, seconds in _hash(redis, SECONDS).items()}


def refusals(redis: Redis) -> dict[str, int]:
    """How often the exchange said `too many`, by venue."""
    return {venue: int(many) for venue, many in _hash(redis, REFUSALS).items()}


def _hash(redis: Redis, name: str) -> dict[str, str]:
    try:
        return {_text(key): _text(value) for key, value in redis.hgetall(name).items()}
    except RedisError:
        return {}


def _used(value: bytes | str | None, oldest: int) -> int:
    pairs = (pair.replace("=", ":").split(":") for pair in _text(value or "").split()[1:])
    return sum(int(count) for number, count in pairs if int(number) >= oldest)


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
