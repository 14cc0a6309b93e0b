import { akpAlgorithm, akpMembers, akpThumbprint } from '../crypto/akp.js'
import type { OtherKeys } from '../crypto/other-keys.js'
import {
  assertFlag,
  assertInteger,
  assertOptions,
  type CountersignError,
  fail,
  kindOf,
  type OptionNames,
} from '../errors.js'
import type { HybridAgents } from '../schemes/rfc9421/hybrid/hybrid-agents.js'
import {
  allowTestKeys,
  POST_QUANTUM,
  SOME_ALGORITHMS,
  type WebBotAuthVerifierOptions,
} from '../schemes/rfc9421/profiles/web-bot-auth-verifier.js'
import { type FetchLike, type KeyDirectoryOptions, OTHER_KEYS, settings } from '../server/directory/options.js'
import { PUBLIC_URL_HINTS, PUBLIC_URL_OPTIONS, type PublicUrlOptions } from '../server/middleware/public-url.js'
import type { ReplayStore } from '../server/replay/replay-store.js'
import type { Clock } from '../sources/monotonic-clock.js'
import { defined } from '../support/defined.js'
import { CLOCK, FUNCTION } from '../support/option-kinds.js'
import { keysUrl } from './agent-keys.js'
import type { NewAgentsRule } from './new-agents.js'
import type { AgentOutcome } from './outcome.js'
import { inOwnName } from './own-name.js'

/**
 * In place of a list: every agent whose keys can be fetched. It is then known who an agent is, not that it is welcome.
 */
export const anyAgent: unique symbol = Symbol('countersign.anyAgent')

/** Options of {@link verifyAgents}. */
export interface VerifyAgentsOptions extends PublicUrlOptions {
  /**
   * The agents whose keys are fetched: origins (`https://chatgpt.com`) or the URLs of key sets. {@link anyAgent} for all, which
   * needs `lookup`.
   */
  readonly allow: readonly string[] | typeof anyAgent
  /** The host names of this site. A request that was signed for another one is not verified. */
  readonly authorities: readonly string[]
  /** What happens to a request whose claim is false. Default `refuse`, with 403. */
  readonly onInvalid?: 'refuse' | 'pass'
  /** What happens to a request that claims nothing, or whose keys cannot be had. Default `pass`: people do not sign. */
  readonly onUnverified?: 'refuse' | 'pass'
  /** Called with every outcome. What it throws is ignored. */
  readonly onOutcome?: (outcome: AgentOutcome) => void
  /** As in {@link WebBotAuthVerifierOptions}. */
  readonly drafts?: WebBotAuthVerifierOptions['drafts']
  /** As in {@link WebBotAuthVerifierOptions}. */
  readonly requireNonce?: boolean
  /**
   * As in {@link WebBotAuthVerifierOptions}. Default: those that are registered, and ML-DSA where `otherKeys` reads it. A key of
   * another one is `unverified`, `algorithm-not-accepted`.
   */
  readonly algorithms?: WebBotAuthVerifierOptions['algorithms']
  /** Reads keys of ML-DSA in directories: `mlDsaKeys()` of `countersign/rfc9421/ml-dsa`, experimental. Default: none are read. */
  readonly otherKeys?: OtherKeys
  /**
   * Takes agents that sign with Ed25519 and ML-DSA together, and requires both: `hybridAgents()` of `countersign/rfc9421/hybrid`,
   * experimental. Needs `otherKeys`.
   */
  readonly hybrid?: HybridAgents
  /**
   * Where nonces are remembered. Default: in the memory of this process, which forgets them when it starts anew; several
   * processes need a store that they share.
   */
  readonly replay?: ReplayStore
  /**
   * The addresses of a host name, checked before each fetch: all must be public. On Node:
   * `async (host) => (await dns.lookup(host, { all: true })).map(({ address }) => address)`. `false` states that no private
   * network can be reached from here, as on Workers and with `publicFetch`. The fetch asks the DNS again: `fetch: publicFetch()` of
   * `countersign/agents/node` checks the address that it connects to.
   */
  readonly lookup?: KeyDirectoryOptions['lookup'] | false
  /** Default: the global `fetch`. */
  readonly fetch?: FetchLike
  /** How long a key is trusted without its directory confirming it, not shorter than `cooldownMs`. Default one hour. */
  readonly maxAgeMs?: number
  /** The shortest time between two fetches of one directory, also after a failure; five minutes at most. Default 30 seconds. */
  readonly cooldownMs?: number
  /** Time for one fetch, which the first request of an agent waits for. Default 3 seconds. */
  readonly timeoutMs?: number
  /**
   * How many agents that were not seen before may have their keys fetched, where `allow` is {@link anyAgent}: 10 in a minute for one
   * client, 120 for all, and 4 of one origin beside its well-known place. What is over is `unverified`, `too-many-agents`, and its
   * client waits for its turn, one agent each; an agent that is known is not counted. The client's address is that of the host,
   * behind a proxy what `trustedProxies` makes of it; where there is none, as on Workers, only the bounds for all hold.
   */
  readonly newAgents?: NewAgentsRule
  /** Largest body that is read to compare its digest. Default 1 MiB. */
  readonly maxBodyBytes?: number
  /** Default: this machine's. */
  readonly clock?: Clock
  /** Called with keys that were left out and fetches that failed. */
  readonly onProblem?: (problem: CountersignError, url: string) => void
  /** As in {@link WebBotAuthVerifierOptions}. */
  readonly [allowTestKeys]?: true
}

export const VERIFY_AGENTS_OPTIONS: OptionNames<VerifyAgentsOptions> = {
  ...PUBLIC_URL_OPTIONS,
  allow: 2,
  authorities: 2,
  onInvalid: 1,
  onUnverified: 1,
  onOutcome: FUNCTION,
  drafts: 1,
  requireNonce: 1,
  algorithms: SOME_ALGORITHMS,
  otherKeys: OTHER_KEYS,
  hybrid: [
    (value) => typeof (value as Partial<HybridAgents> | null)?.scheme === 'function',
    'what hybridAgents() makes',
  ],
  replay: 1,
  lookup: [(value) => value === false || typeof value === 'function', 'a function, or false'],
  fetch: FUNCTION,
  maxAgeMs: 1,
  cooldownMs: 1,
  timeoutMs: 1,
  newAgents: 1,
  maxBodyBytes: 1,
  clock: CLOCK,
  onProblem: FUNCTION,
}
const HINTS = { ...PUBLIC_URL_HINTS, agents: 'allow', allowlist: 'allow', hosts: 'authorities', host: 'authorities' }

/** The list of an `allow` option, and the question whether a URL is in it. */
export interface Allowed {
  readonly listed: readonly string[]
  readonly allows: (url: string) => boolean
}

/** A word that came in place of one of the two is shown; anything else may be a secret. */
function assertAction(name: string, value: unknown): void {
  if (value === undefined || value === 'refuse' || value === 'pass') return
  const came = typeof value === 'string' && /^[a-z]{1,16}$/i.test(value) ? `"${value}"` : kindOf(value)
  fail('CONFIG_INVALID', `verifyAgents: "${name}" must be "refuse" or "pass", got ${came}`)
}

/** The URL of the keys of an entry, whose errors name it by its place. */
function listedUrl(entry: unknown, at: number): string {
  const name = `"allow[${at}]"`
  if (entry === '*')
    fail(
      'CONFIG_INVALID',
      `verifyAgents: ${name} is "*", and no patterns are read: for every agent pass anyAgent in place of the list`,
    )
  return inOwnName(
    'verifyAgents',
    () => keysUrl(entry, false),
    (text) => `${name} ${text.replace(/^directory /, '')}`,
  )
}

/** Checks options. @throws {CountersignError} `CONFIG_INVALID`, `DIRECTORY_REFUSED`. */
export function agentSettings(options: VerifyAgentsOptions): { allowed: Allowed; keys: ReturnType<typeof settings> } {
  assertOptions('verifyAgents', options, VERIFY_AGENTS_OPTIONS, HINTS)
  const { allow, lookup, maxAgeMs, cooldownMs = 30_000, timeoutMs = 3_000 } = options
  for (const name of ['onInvalid', 'onUnverified'] as const) assertAction(name, options[name])
  assertFlag('requireNonce', options.requireNonce, 'verifyAgents: ')
  assertInteger('cooldownMs', cooldownMs, 1_000, 300_000, 'verifyAgents: ')
  assertInteger('timeoutMs', timeoutMs, 1, 60_000, 'verifyAgents: ')
  if (maxAgeMs !== undefined) assertInteger('maxAgeMs', maxAgeMs, cooldownMs, 604_800_000, 'verifyAgents: ')
  if (allow !== anyAgent && !(Array.isArray(allow) && allow.length > 0))
    fail(
      'CONFIG_INVALID',
      `verifyAgents: "allow" must be a list of agents such as ["https://chatgpt.com"], got ${Array.isArray(allow) ? 'an empty one' : kindOf(allow)}`,
    )
  if (allow === anyAgent && lookup === undefined)
    fail(
      'CONFIG_INVALID',
      'verifyAgents: "allow: anyAgent" needs "lookup", because requests then choose what is fetched; false where no private network can be reached',
    )
  if (options.hybrid !== undefined && options.otherKeys === undefined)
    fail('CONFIG_INVALID', 'verifyAgents: "hybrid" needs "otherKeys", which reads the keys of ML-DSA: mlDsaKeys()')
  // Without what reads such keys none of their signatures would fit, and honest agents would be refused as false ones.
  if (options.otherKeys === undefined && options.algorithms?.some((one) => POST_QUANTUM.includes(one)))
    fail('CONFIG_INVALID', 'verifyAgents: "algorithms" has ML-DSA, which needs "otherKeys": mlDsaKeys()')
  // Array.from: a place of the list that holds nothing is an entry as well.
  const listed = allow === anyAgent ? [] : [...new Set(Array.from(allow, listedUrl))]
  const set = new Set(listed)
  // A misspelt one would let an agent through that was stripped of its second signature.
  const origins = new Set(listed.map((one) => new URL(one).origin))
  const unlisted = allow === anyAgent ? undefined : options.hybrid?.required?.find((one) => !origins.has(one))
  if (unlisted !== undefined)
    fail('CONFIG_INVALID', `verifyAgents: "hybrid" requires both signatures of ${unlisted}, which is not in "allow"`)
  const { fetch, clock, onProblem } = options
  const keys = settings(
    defined({
      url: 'https://agents.invalid',
      cooldownMs,
      timeoutMs,
      otherKeys: options.otherKeys ?? unreadKeys,
      maxAgeMs,
      fetch,
      ...(clock && { clock }),
      ...(onProblem && { onProblem }),
      ...(typeof lookup === 'function' && { lookup }),
    }),
  )
  return { allowed: { listed, allows: allow === anyAgent ? () => true : (url) => set.has(url) }, keys }
}

/**
 * Keys of ML-DSA for a site that has not asked for them: they are known by name, so that a refusal can state the reason, and verify
 * nothing. The algorithm is refused before one is asked.
 */
const unreadKeys: OtherKeys = {
  read: (jwk) => {
    const members = akpMembers(jwk)
    if (members === undefined) return undefined
    const algorithm = akpAlgorithm(members)
    return {
      algorithm,
      thumbprint: akpThumbprint(members),
      named: (keyId) => ({ keyId, algorithm, verify: () => false }),
    }
  },
}
