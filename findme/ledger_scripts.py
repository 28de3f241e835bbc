"""The ledger's atomic steps, as Redis scripts.

Each takes the keys of `keys(job)` in their order. A job without its hash has gone: the answer is
then nil and nothing is written. Every key lives exactly as long as the job's hash.
"""

from findme.store import PREFIX

_PARTS = ("photos", "results", "found", "matched", "leases", "offers", "contents")


def keys(job: str) -> dict[str, str]:
    """The job's hash, then: photos (id → JSON), results (id → "state JSON"; none while queued),
    found and matched (lists of ids in order), leases (sorted set, id by expiry), offers (id →
    count) and contents (digest → id of the photo that came with it first)."""
    # The braces keep all keys of a job on one node of a Redis cluster, as its scripts need.
    key = f"{PREFIX}job:{{{job}}}"
    return {"job": key} | {part: f"{key}:{part}" for part in _PARTS}


def gone_key(job: str) -> str:
    """The mark of a deleted job: a random id, that tells nothing about whose it was."""
    return f"{PREFIX}gone:{{{job}}}"


_HEAD = """
local job, photos, results, found, matched, leases, offers, contents = unpack(KEYS)
if redis.call('EXISTS', job) == 0 then return nil end
local function settle(id, state, details, code)
  redis.call('HSET', results, id, state .. ' ' .. details)
  redis.call('ZREM', leases, id)
  redis.call('HDEL', offers, id)
  redis.call('HINCRBY', job, 'count:' .. state, 1)
  if state == 'failed' then redis.call('HINCRBY', job, 'why:' .. code, 1) end
  if state == 'matched' then redis.call('RPUSH', matched, id) end
end
local function keep()
  local expires = math.ceil(tonumber(redis.call('HGET', job, 'expires')))
  for i = 1, #KEYS do redis.call('EXPIREAT', KEYS[i], expires) end
end
"""

# lease, then (id, JSON) for each photo → the ids that are new
DISCOVER = f"""{_HEAD}
local new = {{}}
for i = 2, #ARGV, 2 do
  local id = ARGV[i]
  if redis.call('HSETNX', photos, id, ARGV[i + 1]) == 1 then
    redis.call('RPUSH', found, id)
    redis.call('ZADD', leases, ARGV[1], id)
    redis.call('HINCRBY', job, 'count:found', 1)
    new[#new + 1] = id
  end
end
keep()
return new
"""

# until, then ids → those still queued
CLAIM = f"""{_HEAD}
local waiting = {{}}
for i = 2, #ARGV do
  if redis.call('ZSCORE', leases, ARGV[i]) then
    redis.call('ZADD', leases, ARGV[1], ARGV[i])
    waiting[#waiting + 1] = ARGV[i]
  end
end
return waiting
"""

# digest, id → the id that the content belongs to
CLAIM_CONTENT = f"""{_HEAD}
redis.call('HSETNX', contents, ARGV[1], ARGV[2])
keep()
return redis.call('HGET', contents, ARGV[1])
"""

# (id, state, JSON, reason code) for each photo → the ids settled by this call
SETTLE = f"""{_HEAD}
local settled = {{}}
for i = 1, #ARGV, 4 do
  local id = ARGV[i]
  if redis.call('ZSCORE', leases, id) then
    settle(id, ARGV[i + 1], ARGV[i + 2], ARGV[i + 3])
    settled[#settled + 1] = id
  end
end
keep()
return settled
"""

# before, new lease, most offers, reason code, reason JSON → photo JSON, its offers, …
OVERDUE = f"""{_HEAD}
local again = {{}}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', leases, '-inf', ARGV[1])) do
  local count = redis.call('HINCRBY', offers, id, 1)
  if count > tonumber(ARGV[3]) then
    settle(id, 'failed', ARGV[5], ARGV[4])
  else
    redis.call('ZADD', leases, ARGV[2], id)
    again[#again + 1] = redis.call('HGET', photos, id)
    again[#again + 1] = tostring(count)
  end
end
keep()
return again
"""

# now, new lease, most offers, reason code, message → 1 when the search must be fired again
SEARCH_OVERDUE = f"""{_HEAD}
if redis.call('HEXISTS', job, 'exhausted') == 1 or redis.call('HEXISTS', job, 'failure') == 1 then
  return 0
end
if tonumber(redis.call('HGET', job, 'search_lease')) > tonumber(ARGV[1]) then return 0 end
redis.call('HSET', job, 'search_lease', ARGV[2])
if redis.call('HINCRBY', job, 'search_offers', 1) <= tonumber(ARGV[3]) then return 1 end
redis.call('HSET', job, 'failure', ARGV[4], 'failure_message', ARGV[5])
return 0
"""

# cursor (empty: exhausted), new lease
ADVANCE = f"""{_HEAD}
if ARGV[1] == '' then
  redis.call('HSET', job, 'exhausted', 1)
else
  redis.call('HSET', job, 'cursor', ARGV[1], 'search_lease', ARGV[2])
end
redis.call('HDEL', job, 'search_offers')
return 1
"""

# The source tells of what is new by itself: until the deadline nobody has to ask again.
FOLLOW = f"""{_HEAD}
redis.call('HSET', job, 'search_lease', redis.call('HGET', job, 'deadline'))
redis.call('HDEL', job, 'search_offers', 'cursor')
return 1
"""

# code, message
FAIL = f"""{_HEAD}
if redis.call('HSETNX', job, 'failure', ARGV[1]) == 1 then
  redis.call('HSET', job, 'failure_message', ARGV[2])
end
return 1
"""

# job, gone mark; expiry, then (field, value) … of the hash → nil when the job was deleted meanwhile
CREATE = """
if redis.call('EXISTS', KEYS[2]) == 1 then return nil end
redis.call('HSET', KEYS[1], unpack(ARGV, 2))
return redis.call('EXPIREAT', KEYS[1], ARGV[1])
"""

# all keys of a job, gone mark; how long the mark stays → whether there was a job, its photos
FORGET = """
local gone = table.remove(KEYS)
redis.call('SET', gone, 1, 'EX', ARGV[1])
local found = redis.call('HGET', KEYS[1], 'count:found')
local existed = redis.call('DEL', KEYS[1])
redis.call('DEL', unpack(KEYS))
return {existed, tonumber(found) or 0}
"""

# Of a person's list of jobs (sorted set, id by expiry), which lives as long as the last of them:
# id, its expiry, now
LIST = """
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[3])
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
local last = redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')
return redis.call('EXPIREAT', KEYS[1], math.ceil(tonumber(last[2])))
"""
