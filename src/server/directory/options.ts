import type { Algorithm, PostQuantumAlgorithm } from '../../crypto/algorithm.js'
import { isKeyId } from '../../crypto/key.js'
import type { OtherKeys } from '../../crypto/other-keys.js'
import {
  alternatives,
  assertFlag,
  assertInteger,
  assertOptions,
  type CountersignError,
  fail,
  invalid,
  kindOf,
  type OptionKind,
  type OptionNames,
} from '../../errors.js'
import type { VerifyScheme } from '../../schemes/scheme.js'
import { type Clock, monotonicClock } from '../../sources/monotonic-clock.js'
import { CLOCK, FUNCTION, LIST } from '../../support/option-kinds.js'
import { allowedOrigins, type Location, locate } from './location.js'

/**
 * Allows `http` and loopback addresses, for tests and development on one machine.
 *
 * @deprecated To make it stand out: with it, a directory's name may lead back into the own machine.
 */
export const allowLoopback: unique symbol = Symbol('countersign.allowLoopback')

/** Options of {@link keyDirectory}. */
export interface KeyDirectoryOptions {
  /** Where the directory lies; an origin alone means its well-known path. */
  readonly url?: string
  /** Several directories, in place of `url`, at most 64. A key id that two of them hold is refused. */
  readonly urls?: readonly string[]
  /** The only origins that are fetched from, each `https://host[:port]`. Default: those of the URLs. */
  readonly allowOrigins?: readonly string[]
  /**
   * Key ids are URLs of the form `<directory>#<kid>` or `<origin>#<kid>`, and only those; the directory is one of `urls` or
   * the well-known one of an origin in `allowOrigins`. Nothing of a key id is ever fetched: it only chooses among these. Their URLs
   * must be of the characters of a key id, so without a query.
   */
  readonly keyIdIsUrl?: boolean
  /** Whose keys these are: identity in an accepted verdict. Default: the directory's origin. */
  readonly owner?: string | ((url: string) => string)
  /** The scopes of the keys. */
  readonly scopes?: readonly string[]
  /**
   * Algorithms a key may have, those of `otherKeys` with them. Default: all but the shared-secret ones, which are never taken from a
   * directory.
   */
  readonly algorithms?: ReadonlyArray<Algorithm | PostQuantumAlgorithm>
  /** Reads keys of a further type, such as `mlDsaKeys()` of `countersign/rfc9421/ml-dsa`. Default: they are left out. */
  readonly otherKeys?: OtherKeys
  /** How long a key is trusted without the directory confirming it, also while that is down. Default one hour. */
  readonly maxAgeMs?: number
  /** The shortest time between two fetches of one directory, whatever is asked or fails. Default 30 seconds. */
  readonly cooldownMs?: number
  /** Time for one fetch, from the name lookup to the last byte. Default 5 seconds. */
  readonly timeoutMs?: number
  /** Largest document. Default 64 KiB. */
  readonly maxBytes?: number
  /** Most keys in one document. Default 100. */
  readonly maxKeys?: number
  /** Default: the global `fetch`, looked up at each call. It must honour `redirect: 'manual'`. */
  readonly fetch?: FetchLike
  /**
   * The addresses of a host name, checked before each fetch: all must be public. On Node:
   * `async (host) => (await dns.lookup(host, { all: true })).map(({ address }) => address)`. The fetch asks the DNS again,
   * so where names are not yours, pass the `publicFetch` of `countersign/agents/node` as `fetch`, or one of your own whose lookup uses
   * {@link isPublicAddress}.
   */
  readonly lookup?: (hostname: string) => Promise<readonly string[]>
  /**
   * The scheme of the directory's signature, `rfc9421Verifier()`: only keys that have signed the answer are taken, one
   * signature per key with the tag `http-message-signatures-directory`, over `"@authority";req` and `content-digest`. Without
   * it TLS alone proves whose keys these are, which is enough for a directory that you fetch from its own origin.
   */
  readonly signature?: VerifyScheme
  /** Default: this machine's. */
  readonly clock?: Clock
  /** Called with keys that were left out and fetches that failed; the text holds nothing of the document. */
  readonly onProblem?: (problem: CountersignError, url: string) => void
  /** Allows a directory on this machine, over plain http: for tests. */
  readonly [allowLoopback]?: true
}

/** The description of {@link KeyDirectoryOptions.fetch} in messages. */
export type FetchLike = { call(url: string, init: RequestInit): Promise<Response> }['call']

/** Options, checked, every default filled in. */
export interface Settings {
  readonly locations: readonly Location[]
  readonly keyIdIsUrl: boolean
  readonly owner: (url: string) => string
  readonly scopes: readonly string[] | undefined
  readonly algorithms: ReadonlyArray<Algorithm | PostQuantumAlgorithm>
  readonly maxAgeMs: number
  readonly cooldownMs: number
  readonly timeoutMs: number
  readonly maxBytes: number
  readonly maxKeys: number
  readonly fetch: FetchLike
  readonly lookup: KeyDirectoryOptions['lookup']
  readonly loopback: boolean
  /** The media types of a document. Absent: those of key sets. */
  readonly mediaTypes?: readonly string[]
  /** Leaves out a key whose `kid` is not its thumbprint. */
  readonly kidIsThumbprint?: boolean
  readonly signature: VerifyScheme | undefined
  readonly otherKeys?: OtherKeys | undefined
  readonly clock: Clock
  readonly onProblem: (problem: CountersignError, url: string) => void
}

/** Of the option `otherKeys`. */
export const OTHER_KEYS: OptionKind = [
  (value) => typeof (value as Partial<OtherKeys> | null)?.read === 'function',
  'what mlDsaKeys() makes',
]
const KNOWN: OptionNames<KeyDirectoryOptions> = {
  url: 2,
  urls: 2,
  allowOrigins: 2,
  keyIdIsUrl: 1,
  owner: [(value) => typeof value === 'string' || typeof value === 'function', 'text or a function of the URL'],
  scopes: LIST,
  algorithms: LIST,
  maxAgeMs: 1,
  cooldownMs: 1,
  timeoutMs: 1,
  maxBytes: 1,
  maxKeys: 1,
  fetch: FUNCTION,
  lookup: FUNCTION,
  signature: 1,
  otherKeys: OTHER_KEYS,
  clock: CLOCK,
  onProblem: FUNCTION,
}
const DAY = 86_400_000
const MOST_DIRECTORIES = 64

/** Whether loopback addresses are allowed. @throws {CountersignError} `CONFIG_INVALID` for anything but `true`. */
export function allowsLoopback(
  where: string,
  { [allowLoopback]: allowed }: { readonly [allowLoopback]?: unknown },
): boolean {
  if (allowed !== undefined && allowed !== true)
    fail('CONFIG_INVALID', `${where}: [allowLoopback] must be true, got ${kindOf(allowed)}`)
  return allowed === true
}

/** The options with their defaults. @throws {CountersignError} `CONFIG_INVALID`, `DIRECTORY_REFUSED`. */
export function settings(options: KeyDirectoryOptions): Settings {
  assertOptions('keyDirectory', options, KNOWN, { ttlMs: 'maxAgeMs', origins: 'allowOrigins' })
  const { url, urls = url === undefined ? [] : [url], keyIdIsUrl = false, lookup, algorithms } = options
  const { maxAgeMs = 3_600_000, cooldownMs = 30_000, timeoutMs = 5_000, maxBytes = 65_536, maxKeys = 100 } = options
  const loopback = allowsLoopback('keyDirectory', options)
  const range = (name: string, value: number, from: number, to: number): void =>
    assertInteger(name, value, from, to, 'keyDirectory: ')
  assertFlag('keyIdIsUrl', options.keyIdIsUrl, 'keyDirectory: ')
  range('maxAgeMs', maxAgeMs, 1_000, 7 * DAY)
  range('cooldownMs', cooldownMs, 1_000, maxAgeMs)
  range('timeoutMs', timeoutMs, 1, 60_000)
  range('maxBytes', maxBytes, 1, 16_777_216)
  range('maxKeys', maxKeys, 1, 1_000)
  if (url !== undefined && options.urls !== undefined) invalid('keyDirectory', '"url" must not stand beside "urls"')
  const { allowOrigins = [] } = options
  if (!Array.isArray(urls) || !Array.isArray(allowOrigins))
    invalid('keyDirectory', '"urls" and "allowOrigins" must be lists')
  if (urls.length + (keyIdIsUrl ? allowOrigins.length : 0) === 0)
    invalid('keyDirectory', '"url", "urls" or "allowOrigins" must name at least one directory')
  if (urls.length > MOST_DIRECTORIES || allowOrigins.length > MOST_DIRECTORIES)
    invalid('keyDirectory', `"urls" and "allowOrigins" must be at most ${MOST_DIRECTORIES} each`)
  const all = options.otherKeys === undefined ? ASYMMETRIC : [...ASYMMETRIC, ...POST_QUANTUM]
  if (algorithms !== undefined && !(algorithms.length > 0 && algorithms.every((one) => all.includes(one))))
    invalid('keyDirectory', `"algorithms" must be names among ${alternatives(all)}`)
  const given = urls.map((text) => locate(text, loopback))
  const allowed = options.allowOrigins && allowedOrigins(allowOrigins, loopback)
  if (allowed !== undefined && !given.every(({ origin }) => allowed.has(origin)))
    fail('DIRECTORY_REFUSED', 'directory must have one of the origins in "allowOrigins"')
  const named = [...given, ...(keyIdIsUrl ? allowOrigins.map((text) => locate(text, loopback)) : [])]
  const locations = [...new Map(named.map((location) => [location.url, location])).values()]
  // A key id may not hold "?", for one: such a directory could never be named.
  if (keyIdIsUrl && !locations.every(({ url: at }) => isKeyId(`${at}#k`)))
    invalid(
      'keyDirectory',
      '"url" and "urls" must be of the characters and the length of a key id where "keyIdIsUrl" is set',
    )
  const { signature } = options
  if (signature !== undefined && typeof signature?.parse !== 'function')
    invalid('keyDirectory', '"signature" must be a scheme: write rfc9421Verifier()')
  const { owner = (at: string) => new URL(at).origin, onProblem } = options
  return {
    locations,
    keyIdIsUrl,
    owner: typeof owner === 'string' ? () => owner : owner,
    scopes: options.scopes,
    algorithms: algorithms ?? all,
    maxAgeMs,
    cooldownMs,
    timeoutMs,
    maxBytes,
    maxKeys,
    fetch: options.fetch ?? ((at, init) => globalThis.fetch(at, init)),
    lookup,
    loopback,
    signature,
    otherKeys: options.otherKeys,
    clock: options.clock ?? monotonicClock(),
    onProblem: (problem, at) => {
      try {
        onProblem?.(problem, at)
      } catch {
        // A broken log must neither accept nor refuse a request.
      }
    },
  }
}

const ASYMMETRIC: ReadonlyArray<Algorithm | PostQuantumAlgorithm> = [
  'ed25519',
  'ecdsa-p256-sha256',
  'ecdsa-p384-sha384',
  'ecdsa-p521-sha512',
  'rsa-pss-sha256',
  'rsa-pss-sha512',
  'rsa-v1_5-sha256',
  'rsa-v1_5-sha512',
]
const POST_QUANTUM: readonly PostQuantumAlgorithm[] = ['ml-dsa-44', 'ml-dsa-65', 'ml-dsa-87']
