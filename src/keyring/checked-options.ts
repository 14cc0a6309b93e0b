import {
  assertInteger,
  assertOptions,
  fail,
  isCountersignError,
  isMembers,
  mustBe,
  type OptionNames,
} from '../errors.js'
import { assertUnit } from '../support/asked.js'
import { defined } from '../support/defined.js'
import { MOST_NODES } from './cache/nodes.js'
import { MAX_TTL_MS } from './cache/watch.js'
import { readOptions } from './change/read-options.js'
import { type KeyringOptions, unboundRecords } from './keyring-options.js'
import { assertPrefix } from './record/key-format.js'

const OPTION_NAMES: OptionNames<KeyringOptions> = {
  store: 2,
  prefix: 2,
  environment: 1,
  sealing: 1,
  otherKeys: 1,
  integrity: 1,
  revocations: 1,
  bus: 1,
  otherNodes: 1,
  clock: 1,
  audit: 1,
  onError: 1,
  cache: 1,
  usage: 1,
  storeTimeoutMs: 1,
}
const CACHE_NAMES: OptionNames<NonNullable<KeyringOptions['cache']>> = {
  ttlMs: 1,
  negativeTtlMs: 1,
  disconnectedTtlMs: 1,
  maxEntries: 1,
  pollMs: 1,
}
const USAGE_NAMES: OptionNames<Exclude<KeyringOptions['usage'], false | undefined>> = { flushMs: 1, maxKeys: 1 }

/** The methods that each part of a keyring must have. */
const METHODS: ReadonlyArray<readonly [keyof KeyringOptions & string, readonly string[], string]> = [
  ['store', ['get', 'write', 'list', 'changes', 'addUsage', 'usage'], 'a key store, for example memoryKeyStore()'],
  ['sealing', ['seal', 'open', 'hashesOf'], 'what createSealing() makes'],
  ['otherKeys', ['register', 'open'], 'what mlDsaKeys() makes'],
  ['integrity', ['bind', 'isBound'], 'what createIntegrity() makes'],
  ['revocations', ['marked', 'mark'], 'marks, for example fileRevocations()'],
  ['bus', ['publish', 'subscribe'], 'a key bus, for example redisBus()'],
  ['clock', ['now'], 'a clock with now()'],
  ['audit', ['record'], 'an audit log with record()'],
]

/** The options in a copy, each member read once. */
export function checkedOptions(options: KeyringOptions): KeyringOptions {
  try {
    if (!isMembers(options)) assertOptions('createKeyring', options, OPTION_NAMES)
    const read = readOptions(options)
    assertOptions('createKeyring', read, OPTION_NAMES)
    const { prefix, environment = 'live', cache = {}, usage = {}, onError, storeTimeoutMs = 5_000 } = read
    const { otherNodes = 1 } = read
    for (const [name, methods, expected] of METHODS) {
      const part = read[name] as unknown as Record<string, unknown> | null | undefined
      if (part === undefined && name !== 'store') continue
      mustBe(
        methods.every((method) => typeof part?.[method] === 'function'),
        name,
        expected,
        part,
      )
    }
    assertUnit('createKeyring: ', read.clock)
    assertPrefix(prefix)
    mustBe(environment === 'live' || environment === 'test', 'environment', 'live or test', environment)
    mustBe(onError === undefined || typeof onError === 'function', 'onError', 'a function', onError)
    mustBe(typeof cache === 'object' && cache !== null, 'cache', 'an object', cache)
    mustBe(usage === false || (typeof usage === 'object' && usage !== null), 'usage', 'an object or false', usage)
    assertInteger('otherNodes', otherNodes, 0, MOST_NODES)
    const unbound: unknown = read[unboundRecords]
    mustBe(unbound === undefined || typeof unbound === 'boolean', 'unboundRecords', 'true', unbound)
    assertOptions('createKeyring: "cache"', cache, CACHE_NAMES)
    if (usage !== false) assertOptions('createKeyring: "usage"', usage, USAGE_NAMES)
    const limits: Record<string, unknown> = defined(cache)
    for (const [name, value] of Object.entries({ storeTimeoutMs, ...limits })) {
      const most = name === 'maxEntries' ? 1e7 : /^(?:poll|store)/.test(name) ? 60_000 : MAX_TTL_MS
      assertInteger(name, value, /^(?:poll|negative)/.test(name) ? 0 : 1, most)
    }
    return { ...read, cache: limits, usage: usage === false ? usage : { ...usage } }
  } catch (error) {
    if (isCountersignError(error, 'CONFIG_INVALID')) throw error
    return fail('CONFIG_INVALID', 'createKeyring: options must be an object with members that can be read')
  }
}
