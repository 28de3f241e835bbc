"""Where subscriptions lie in Redis, and the atomic steps of their life cycle.

Every key has the same hash tag, so that all of them share one slot of a cluster. Each script takes
the keys of `keys(id)` in their order, then `id` and its own arguments; each may run twice.
"""

PREFIX = "findme:{feeds}:"

# Work of both kinds waits in a sorted set (id by due time) or is held (id by the lease's end).
DUE_POLL, HELD_POLL = f"{PREFIX}due:poll", f"{PREFIX}held:poll"
DUE_DELIVER, HELD_DELIVER = f"{PREFIX}due:deliver", f"{PREFIX}held:deliver"
WORK = (DUE_POLL, HELD_POLL, DUE_DELIVER, HELD_DELIVER)
ALL = PREFIX + "all"

_PARTS = ("state", "names", "outbox", "attempts", "dead")


def subscription(sub: str) -> str:
    """Of a subscription: its hash. The fences in it count the claims of each kind."""
    return f"{PREFIX}sub:{sub}"


def topic(name: str) -> str:
    """The set of subscriptions that a hint about `name` is for."""
    return f"{PREFIX}topic:{name}"


def keys(sub: str) -> list[str]:
    """The hash, then: state (name → bytes), names (the same names in byte order), outbox (a stream
    of events), attempts (id in the stream → "count next_at") and dead (a list of JSON)."""
    own = subscription(sub)
    return [*WORK, ALL, own, *(f"{own}:{part}" for part in _PARTS)]


HEAD = """
local due_poll, held_poll, due_deliver, held_deliver, all,
  sub, state, names, outbox, attempts, dead = unpack(KEYS)
local id = ARGV[1]
local function stop()
  for i = 1, 4 do redis.call('ZREM', KEYS[i], id) end
end
-- Whoever holds it may write no more.
local function fence()
  redis.call('HINCRBY', sub, 'poll_fence', 1)
  redis.call('HINCRBY', sub, 'deliver_fence', 1)
end
local function start(now)
  stop()
  redis.call('ZADD', due_poll, now, id)
  if redis.call('XLEN', outbox) > 0 then redis.call('ZADD', due_deliver, now, id) end
end
local function pause(reason)
  stop()
  fence()
  redis.call('HSET', sub, 'state', 'paused', 'reason', reason)
end
local function leave_topic()
  local topic = redis.call('HGET', sub, 'topic')
  if topic and topic ~= '' then redis.call('SREM', topic, id) end
end
local function join_topic(topic)
  redis.call('HSET', sub, 'topic', topic)
  if topic ~= '' then redis.call('SADD', topic, id) end
end
"""

_KNOWN = f"{HEAD}\nif redis.call('EXISTS', sub) == 0 then return 0 end\n"

# now, topic's key, generation, then fields and values
CREATE = f"""{HEAD}
if redis.call('HGET', sub, 'generation') == ARGV[4] then return 1 end
leave_topic()
redis.call('DEL', sub, state, names, outbox, attempts, dead)
redis.call('HSET', sub, 'state', 'active', 'created', ARGV[2], 'generation', ARGV[4],
  'poll_fence', 0, 'deliver_fence', 0, unpack(ARGV, 5))
join_topic(ARGV[3])
redis.call('SADD', all, id)
start(ARGV[2])
return 1
"""

# now, topic's key, 1 to keep the state, 1 to retry the dead letters, then fields and values → 0:
# there is no such subscription
UPDATE = f"""{_KNOWN}
leave_topic()
fence()
join_topic(ARGV[3])
redis.call('HSET', sub, unpack(ARGV, 6))
if ARGV[4] ~= '1' then
  redis.call('DEL', state, names)
  redis.call('HDEL', sub, 'cursor')
end
while ARGV[5] == '1' do
  local letter = redis.call('LPOP', dead)
  if not letter then break end
  letter = cjson.decode(letter)
  redis.call('XADD', outbox, '*', 'id', letter.id, 'key', letter.key, 'kind', letter.kind,
    'payload', letter.payload)
end
if redis.call('HGET', sub, 'state') == 'active' then start(ARGV[2]) end
return 1
"""

# reason → 0: there is no such subscription
PAUSE = f"""{_KNOWN}
pause(ARGV[2])
return 1
"""

# now → 0: there is no such subscription
UNPAUSE = f"""{_KNOWN}
if redis.call('HGET', sub, 'state') == 'paused' then
  redis.call('HSET', sub, 'state', 'active')
  redis.call('HDEL', sub, 'reason', 'poll_error', 'poll_failures', 'deliver_error',
    'deliver_failures', 'backoff')
  redis.call('DEL', attempts)
  start(ARGV[2])
end
return 1
"""

# → 0: there was no such subscription
DELETE = f"""{HEAD}
stop()
leave_topic()
redis.call('SREM', all, id)
return redis.call('DEL', sub, state, names, outbox, attempts, dead) > 0 and 1 or 0
"""

# now, least seconds between two hints' polls. A poll under way is followed by another.
HINT = f"""{_KNOWN}
local now, last = tonumber(ARGV[2]), tonumber(redis.call('HGET', sub, 'hinted') or 0)
local at = last > now and last or math.max(now, last + tonumber(ARGV[3]))
if redis.call('HGET', sub, 'state') ~= 'active' then return 0 end
if redis.call('ZSCORE', held_poll, id) then
  redis.call('HSET', sub, 'again', at)
elseif not redis.call('ZSCORE', due_poll, id) then
  return 0
else
  redis.call('ZADD', due_poll, 'LT', at, id)
end
redis.call('HSET', sub, 'hinted', at)
return 1
"""

# the sealed secrets as they were, and as they shall be
RESEAL = f"""{_KNOWN}
if redis.call('HGET', sub, 'sealed') ~= ARGV[2] then return 0 end
redis.call('HSET', sub, 'sealed', ARGV[3])
return 1
"""
