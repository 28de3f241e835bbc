"""The atomic steps of work that is shared: claims, and what their holders write.

A claim is held under the subscription's generation and a fence, a number that every claim raises.
Whoever comes with an older one changes nothing and is answered 0 (or nil).
"""

from feeds.provider.scripts import HEAD, PREFIX

# KEYS: due and held of both kinds. now, lease's end, most of each kind → kind, id and hash of each;
# in the hash is also how many events wait.
CLAIM = f"""
local claims = {{}}
local function claim(kind, due, held, most)
  for _, from in ipairs({{held, due}}) do
    local ids = redis.call('ZRANGEBYSCORE', from, '-inf', ARGV[1], 'LIMIT', 0, most)
    for _, id in ipairs(ids) do
      local sub = '{PREFIX}sub:' .. id
      redis.call('ZREM', from, id)
      redis.call('ZADD', held, ARGV[2], id)
      redis.call('HINCRBY', sub, kind .. '_fence', 1)
      local fields = redis.call('HGETALL', sub)
      fields[#fields + 1] = 'waiting'
      fields[#fields + 1] = tostring(redis.call('XLEN', sub .. ':outbox'))
      claims[#claims + 1] = {{kind, id, fields}}
    end
    most = most - #ids
  end
end
claim('poll', KEYS[1], KEYS[2], tonumber(ARGV[3]))
claim('deliver', KEYS[3], KEYS[4], tonumber(ARGV[4]))
return claims
"""

# KEYS: due and held of both kinds. lease's end, then kind, id, generation and fence of each → those
# that are lost, counted from 0
RENEW = f"""
local lost = {{}}
for i = 2, #ARGV, 4 do
  local kind, id, generation, fence = unpack(ARGV, i, i + 3)
  local own = redis.call('HMGET', '{PREFIX}sub:' .. id, 'generation', kind .. '_fence')
  if own[1] == generation and own[2] == fence then
    redis.call('ZADD', kind == 'poll' and KEYS[2] or KEYS[4], 'XX', ARGV[1], id)
  else
    lost[#lost + 1] = (i - 2) / 4
  end
end
return lost
"""

# Every script below takes id, kind, generation, fence, now, then its own.
_HELD = f"""{HEAD}
local kind, now = ARGV[2], tonumber(ARGV[5])
local held = kind == 'poll' and held_poll or held_deliver
local due = kind == 'poll' and due_poll or due_deliver
local generation = redis.call('HGET', sub, 'generation')
if generation ~= ARGV[3] then return 0 end
local fenced = redis.call('HGET', sub, kind .. '_fence') ~= ARGV[4]
local function wake()
  if redis.call('ZSCORE', held_deliver, id) then return end
  local at = math.max(now, tonumber(redis.call('HGET', sub, 'backoff') or 0))
  redis.call('ZADD', due_deliver, 'LT', at, id)
end
local function deliver_later(at)
  if redis.call('XLEN', outbox) > 0 then redis.call('ZADD', due_deliver, at, id) end
end
"""
_FENCED = f"{_HELD}\nif fenced then return 0 end\n"

# number of the step in this claim, lease's end, cursor ('': as it is), number of events, of names
# to put, then id, key, kind and payload of each event, name and value to put, names to delete. The
# second run of one step is answered like the first.
COMMIT = f"""{_FENCED}
local step = ARGV[4] .. ':' .. ARGV[6]
if redis.call('HGET', sub, 'step') == step then return 1 end
redis.call('HSET', sub, 'step', step)
redis.call('ZADD', held_poll, 'XX', ARGV[7], id)
if ARGV[8] ~= '' then redis.call('HSET', sub, 'cursor', ARGV[8]) end
local at = 11
for _ = 1, tonumber(ARGV[9]) do
  redis.call('XADD', outbox, '*', 'id', ARGV[at], 'key', ARGV[at + 1], 'kind', ARGV[at + 2],
    'payload', ARGV[at + 3])
  redis.call('HINCRBY', sub, 'events:' .. ARGV[at + 2], 1)
  at = at + 4
end
for _ = 1, tonumber(ARGV[10]) do
  redis.call('HSET', state, ARGV[at], ARGV[at + 1])
  redis.call('ZADD', names, 0, ARGV[at])
  at = at + 2
end
for i = at, #ARGV do
  redis.call('HDEL', state, ARGV[i])
  redis.call('ZREM', names, ARGV[i])
end
if tonumber(ARGV[9]) > 0 then wake() end
return 1
"""

# next poll ('': none), error ('': none). What a hint asked for meanwhile comes first.
POLLED = f"""{_FENCED}
if redis.call('ZREM', held_poll, id) == 0 then return 1 end
local following = tonumber(ARGV[6])
local again = tonumber(redis.call('HGET', sub, 'again'))
if again then following = math.min(following or again, math.max(again, now)) end
if following then redis.call('ZADD', due_poll, following, id) end
redis.call('HDEL', sub, 'again')
if ARGV[7] == '' then
  redis.call('HSET', sub, 'last_poll', now)
  redis.call('HDEL', sub, 'poll_error', 'poll_failures')
else
  redis.call('HSET', sub, 'poll_error', ARGV[7])
  redis.call('HINCRBY', sub, 'poll_failures', 1)
end
return 1
"""

# when: the work is for whoever claims it then
HAND_BACK = f"""{_FENCED}
redis.call('HINCRBY', sub, kind .. '_fence', 1)
if redis.call('ZREM', held, id) == 0 then return 1 end
if kind == 'poll' then redis.call('ZADD', due_poll, ARGV[6], id) else deliver_later(ARGV[6]) end
return 1
"""

# reason. What a source says stops its polls: events that wait are true, and are delivered.
SUSPEND = f"""{_FENCED}
if kind == 'deliver' then
  pause(ARGV[6])
else
  redis.call('ZREM', held_poll, id)
  redis.call('HINCRBY', sub, 'poll_fence', 1)
  redis.call('HSET', sub, 'state', 'paused', 'reason', ARGV[6])
end
return 1
"""

# ids in the outbox that were delivered: they go, also where the claim is lost meanwhile
DELIVERED = f"""{_HELD}
local gone = redis.call('XDEL', outbox, unpack(ARGV, 6))
redis.call('HDEL', attempts, unpack(ARGV, 6))
redis.call('HINCRBY', sub, 'delivered', gone)
redis.call('HSET', sub, 'last_delivery', now)
if fenced then return 0 end
redis.call('HDEL', sub, 'deliver_failures', 'deliver_error', 'failing', 'backoff')
return 1
"""

# id in the outbox, attempts and time of the next one, error, most failures in a row → 2: so many
FAILED = f"""{_FENCED}
redis.call('HSET', attempts, ARGV[6], ARGV[7])
redis.call('HSET', sub, 'deliver_error', ARGV[8])
if redis.call('HINCRBY', sub, 'failing', 1) < tonumber(ARGV[9]) then return 1 end
redis.call('HDEL', sub, 'failing')
return 2
"""

# id in the outbox, letter → 1 + the number of dead letters
BURY = f"""{_FENCED}
if redis.call('XDEL', outbox, ARGV[6]) == 1 then
  redis.call('HDEL', attempts, ARGV[6])
  redis.call('RPUSH', dead, ARGV[7])
end
return 1 + redis.call('LLEN', dead)
"""

# last id read from the outbox ('-': none), time of the next attempt ('': nothing waits for one)
DRAINED = f"""{_FENCED}
if redis.call('ZREM', held_deliver, id) == 0 then return 1 end
local after = ARGV[6] == '-' and '-' or '(' .. ARGV[6]
if #redis.call('XRANGE', outbox, after, '+', 'COUNT', 1) > 0 then
  deliver_later(now)
elseif ARGV[7] ~= '' then
  deliver_later(ARGV[7])
end
return 1
"""

# when to try again, error: the platform is out of reach
BACK_OFF = f"""{_FENCED}
if redis.call('ZREM', held_deliver, id) == 0 then return 1 end
redis.call('HSET', sub, 'backoff', ARGV[6], 'deliver_error', ARGV[7])
redis.call('HINCRBY', sub, 'deliver_failures', 1)
deliver_later(ARGV[6])
return 1
"""
