import { mustBe } from '../../errors.js'

/**
 * The atomic operations, as scripts. Redis does not undo a script that fails half-way, so each reads everything it will write
 * to before it writes: a key of a wrong type, a full memory and a read-only replica show before the first write.
 */

const PREFIX = /^[A-Za-z0-9_.:-]{1,64}$/

export const DEFAULT_PREFIX = 'countersign'

/** The channel on which a store of this prefix publishes what it wrote. */
export const channelOf = (prefix: string): string => `${prefix}:bus`

/** @throws {CountersignError} `CONFIG_INVALID` for what would change the hash slot, or is no plain name. */
export function assertPrefix(prefix: unknown): asserts prefix is string {
  mustBe(typeof prefix === 'string' && PREFIX.test(prefix), 'prefix', '1 to 64 of A-Za-z0-9_.:-', prefix)
}

/**
 * Where everything of a store lies. The braces put all of it into one hash slot of a cluster, which a script needs.
 *
 * - `keys` hash: id → `<rev> <status> <token> <owner as JSON> <secret hash or ->`, a line feed, the record as it was written
 * - `index` sorted by lex: `i <id>`, `o <owner as JSON> <id>`, `h <secret hash> <id>`
 * - `changes` sorted by number: id
 * - `meta` hash: `number` of the last change, `epoch` of the numbering
 * - `usage` hash: `<id> <field>` → text
 */
export const keysOf = (prefix: string): RedisKeys => ({
  keys: `{${prefix}}:keys`,
  index: `{${prefix}}:index`,
  changes: `{${prefix}}:changes`,
  meta: `{${prefix}}:meta`,
  usage: `{${prefix}}:usage`,
})

export interface RedisKeys {
  readonly keys: string
  readonly index: string
  readonly changes: string
  readonly meta: string
  readonly usage: string
}

/**
 * KEYS: keys, index, changes, meta. ARGV: channel, a token of this write, then six texts per change: id, expected rev, rev, status, owner
 * and hash, record. Answers 0, or the place of the change that does not fit.
 *
 * A client that reconnects sends a command again whose answer it did not get (ioredis does). What was done is known by its
 * token, so that no write conflicts with itself.
 */
export const WRITE = `
local held = {}
for i = 3, #ARGV, 6 do
  local value = redis.call('HGET', KEYS[1], ARGV[i])
  local rev, status, names, token = 0, '', nil, nil
  if value then
    rev, status, token, names = string.match(value, '^(%d+) (%a+) (%S+) ([^\\n]*)\\n')
    if token == ARGV[2] then return 0 end
    if not rev then return redis.error_reply('WRONGTYPE a record that does not parse') end
  end
  if tostring(rev) ~= ARGV[i + 1] or (status == 'revoked' and ARGV[i + 3] ~= 'revoked') then return (i + 3) / 6 end
  held[i] = names
end
redis.call('ZCARD', KEYS[2])
redis.call('ZCARD', KEYS[3])
if not redis.call('HGET', KEYS[4], 'epoch') then redis.call('HSET', KEYS[4], 'epoch', ARGV[2], 'number', 0) end
if not tonumber(redis.call('HGET', KEYS[4], 'number') or '') then return redis.error_reply('WRONGTYPE no number') end
local function members(names, id)
  local owner, hash = string.match(names, '^(.*) (%S+)$')
  local out = { 'i ' .. id, 'o ' .. owner .. ' ' .. id }
  if hash ~= '-' then out[3] = 'h ' .. hash .. ' ' .. id end
  return out
end
for i = 3, #ARGV, 6 do
  local id, rev, status, names = ARGV[i], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4]
  if held[i] and held[i] ~= names then redis.call('ZREM', KEYS[2], unpack(members(held[i], id))) end
  for _, member in ipairs(members(names, id)) do redis.call('ZADD', KEYS[2], 0, member) end
  redis.call('HSET', KEYS[1], id, rev .. ' ' .. status .. ' ' .. ARGV[2] .. ' ' .. names .. '\\n' .. ARGV[i + 5])
  redis.call('ZADD', KEYS[3], redis.call('HINCRBY', KEYS[4], 'number', 1), id)
end
-- Where publishing is not allowed, the write still counts: polling finds it.
for i = 3, #ARGV, 6 do
  redis.pcall('PUBLISH', ARGV[1], string.format('{"type":"change","id":"%s","rev":%s,"status":"%s"}', ARGV[i], ARGV[i + 2], ARGV[i + 3]))
end
return 0
`

/** KEYS: keys, changes. ARGV: number, limit. Answers id, number, rev, status of each, flat. */
export const CHANGES = `
local found = redis.call('ZRANGEBYSCORE', KEYS[2], '(' .. ARGV[1], '+inf', 'WITHSCORES', 'LIMIT', 0, ARGV[2])
local out = {}
for i = 1, #found, 2 do
  local rev, status = string.match(redis.call('HGET', KEYS[1], found[i]) or '', '^(%d+) (%a+) ')
  for _, one in ipairs({ found[i], found[i + 1], rev or '', status or '' }) do out[#out + 1] = one end
end
return out
`

/**
 * KEYS: keys, usage. ARGV: seven texts a report: id, first, last, address, agent, count, failures; '' for what is absent.
 * Sums are added by HINCRBY, because numbers of Lua are exact to 2^53 only and are printed with 14 digits.
 */
export const ADD_USAGE = `
redis.call('HLEN', KEYS[1])
redis.call('HLEN', KEYS[2])
local function at(id, field) return tonumber(redis.call('HGET', KEYS[2], id .. ' ' .. field) or '') end
local function put(id, field, text)
  if text == '' then redis.call('HDEL', KEYS[2], id .. ' ' .. field) else redis.call('HSET', KEYS[2], id .. ' ' .. field, text) end
end
for i = 1, #ARGV, 7 do
  local id, first, last = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  if redis.call('HEXISTS', KEYS[1], id) == 1 then
    local known = at(id, 'first')
    if first ~= '' and (not known or tonumber(first) < known) then put(id, 'first', first) end
    known = at(id, 'last')
    if last ~= '' and (not known or tonumber(last) >= known) then
      put(id, 'last', last)
      put(id, 'ip', ARGV[i + 3])
      put(id, 'agent', ARGV[i + 4])
    end
    redis.call('HINCRBY', KEYS[2], id .. ' count', ARGV[i + 5])
    redis.call('HINCRBY', KEYS[2], id .. ' failures', ARGV[i + 6])
  end
end
return 0
`
