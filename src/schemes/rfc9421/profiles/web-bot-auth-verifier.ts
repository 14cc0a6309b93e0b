import type { Algorithm, PostQuantumAlgorithm } from '../../../crypto/algorithm.js'
import { assertOptions, isCountersignError, type OptionKind, type OptionNames } from '../../../errors.js'
import type { HttpMessage } from '../../../message/message.js'
import { isRequest } from '../../../message/message.js'
import { schemeDemands, type UntrustedSignature, type VerifyScheme } from '../../scheme.js'
import { rfc9421Verifier } from '../verifier.js'
import { assertChained } from './chain.js'
import { type AgentPairReader, agentFault, agentPairReader, type WebBotAuthDraft } from './signature-agent.js'
import { THUMBPRINT, WEB_BOT_AUTH_TAG } from './web-bot-auth.js'

/**
 * Accepts the published test keys, and the signatures of published vectors, which live for a century.
 *
 * @deprecated To make it stand out: anyone can sign with these keys.
 */
export const allowTestKeys: unique symbol = Symbol('countersign.allowTestKeys')

/** Options of {@link webBotAuthVerifier}. */
export interface WebBotAuthVerifierOptions {
  /** The revisions that are read. Default: all of them. */
  readonly drafts?: readonly WebBotAuthDraft[]
  /**
   * Refuses a signature without a nonce. Default `false`: the draft leaves the nonce to the agent, so one signature may
   * come with several requests until it expires. A nonce that is there is claimed in either case.
   */
  readonly requireNonce?: boolean
  /**
   * The algorithms that keys may have. Default: those that are registered for HTTP signatures, without shared secrets. ML-DSA
   * (experimental) only where it is listed here.
   */
  readonly algorithms?: readonly AgentAlgorithm[]
  /** Accepts the keys of RFC 9421 appendix B.1, which everyone has: for published vectors. */
  readonly [allowTestKeys]?: true
}

const DRAFTS: readonly WebBotAuthDraft[] = ['legacy', 'ietf-00', 'ietf-01']
const SOME_DRAFTS: OptionKind = [
  (value) => Array.isArray(value) && value.length > 0 && value.every((one) => DRAFTS.includes(one)),
  'a list of "legacy", "ietf-00", "ietf-01"',
]
/** What a key of an agent can be of. */
export type AgentAlgorithm = Exclude<Algorithm, `hmac-${string}`> | PostQuantumAlgorithm

/** RFC 9421 6.2.2, without shared secrets. */
export const AGENT_ALGORITHMS: readonly AgentAlgorithm[] = [
  'ed25519',
  'ecdsa-p256-sha256',
  'ecdsa-p384-sha384',
  'rsa-pss-sha512',
  'rsa-v1_5-sha256',
]
/** FIPS 204. */
export const POST_QUANTUM: readonly AgentAlgorithm[] = ['ml-dsa-44', 'ml-dsa-65', 'ml-dsa-87']
const ALL: readonly unknown[] = [...AGENT_ALGORITHMS, 'ecdsa-p521-sha512', 'rsa-pss-sha256', ...POST_QUANTUM]
/** Of the option `algorithms`. */
export const SOME_ALGORITHMS: OptionKind = [
  (value) => Array.isArray(value) && value.length > 0 && value.every((one) => ALL.includes(one)),
  'a list of algorithms of public keys such as "ed25519" and "ml-dsa-65"',
]
const KNOWN: OptionNames<WebBotAuthVerifierOptions> = {
  drafts: SOME_DRAFTS,
  requireNonce: 1,
  algorithms: SOME_ALGORITHMS,
}

/** RFC 9421 B.1.1 to B.1.4, by thumbprint: the private halves are in the document. */
const TEST_KEYS: ReadonlySet<string> = /* @__PURE__ */ new Set([
  'BHj8s0GPnMEQtkaULIM-PLgEhLBbuGUQ1vMxmBWZzEo',
  'oD0HwocPBSfpNy5W3bpJeyFGY_IQ_YpqxSjQ3Yd-CLA',
  'ydQXMtvbsOsZyFir-Y7A8t7fKEM1gbKPvyFkdpu4fvI',
  'poqkLGiymh_W0uP6PZFw-dvez3QJT5SolqXBCW38r0U',
])

const DAY = 86_400_000

/**
 * Accepts requests of agents. The key id of what it finds is the pair of the key set's URL and the thumbprint, `<url>#<thumbprint>`,
 * so no key source can attribute a key of one agent to another. Use {@link verifyAgents}, which brings such a source.
 *
 * @see {@link https://datatracker.ietf.org/doc/draft-ietf-webbotauth-httpsig-protocol/ | Web Bot Auth}
 * @example
 * ```ts
 * import { webBotAuthVerifier } from 'countersign/agents'
 * import { createVerifier, memoryReplayStore, strictPolicy } from 'countersign/server'
 * import { keyDirectory } from 'countersign/server/directory'
 *
 * const verifier = createVerifier({
 *   schemes: [webBotAuthVerifier()],
 *   keys: keyDirectory({ url: 'https://bot.example.com', keyIdIsUrl: true }),
 *   policy: strictPolicy({ authorities: ['shop.example.com'] }),
 *   replay: memoryReplayStore({ maxAgeMs: 300_000 }),
 * })
 * ```
 */
export function webBotAuthVerifier(options: WebBotAuthVerifierOptions = {}): VerifyScheme {
  assertOptions('webBotAuthVerifier', options, KNOWN)
  const { drafts = DRAFTS, requireNonce = false, algorithms = AGENT_ALGORITHMS } = options
  const pairOf = agentPairReader(new Set(drafts))
  const vectors = options[allowTestKeys] === true
  const base = rfc9421Verifier()
  return {
    id: 'rfc9421/web-bot-auth',
    demands: schemeDemands({
      require: ['authority'],
      requireWithBody: [],
      requireNonce,
      algorithms,
      maxLifetimeMs: DAY,
      untilExpires: true,
    }),
    parse: (message, select) => {
      if (!isRequest(message) || (select?.tag !== undefined && select.tag !== WEB_BOT_AUTH_TAG)) return []
      return base
        .parse(message, { ...select, tag: WEB_BOT_AUTH_TAG })
        .map((one) => ofAgent(one, message, pairOf, vectors))
    },
  }
}

function ofAgent(
  found: UntrustedSignature,
  message: HttpMessage,
  pairOf: AgentPairReader,
  vectors: boolean,
): UntrustedSignature {
  const { keyId, createdMs, expiresMs, covers, covered } = found
  if (createdMs === undefined || expiresMs === undefined || keyId === undefined) throw agentFault('missing-fields')
  if (!THUMBPRINT.test(keyId)) throw agentFault('keyid-not-thumbprint')
  if (TEST_KEYS.has(keyId) && !vectors) throw agentFault('test-key')
  if (!covers.has('authority')) throw agentFault('target-not-covered')
  if (!isChained(found, message)) throw agentFault('chain-not-covered')
  const pair = pairOf(covered, message, keyId)
  return new AgentSignature(found, pair, vectors ? Math.min(expiresMs, createdMs + DAY) : expiresMs)
}

/** A pair of signatures under the key id of an agent and both thumbprints, once the first of them has passed as one alone. */
export const ofPair = (joined: UntrustedSignature, keyId: string, expiresMs: number): UntrustedSignature =>
  new AgentSignature(joined, keyId, expiresMs)

/**
 * What was found under the key id of an agent. A class and not an object with `found` as its prototype: a prototype of its own for
 * each request would make every later access to it a slow one. The base is computed when it is asked for.
 */
class AgentSignature implements UntrustedSignature {
  private readonly found: UntrustedSignature
  readonly label: string
  readonly tag: string | undefined
  readonly keyId: string
  readonly claimedAlgorithm: string | undefined
  readonly createdMs: number | undefined
  readonly expiresMs: number
  readonly nonce: string | undefined
  readonly signature: Uint8Array
  readonly reusable: boolean

  constructor(found: UntrustedSignature, keyId: string, expiresMs: number) {
    this.found = found
    this.label = found.label
    this.tag = found.tag
    this.keyId = keyId
    this.claimedAlgorithm = found.claimedAlgorithm
    this.createdMs = found.createdMs
    this.expiresMs = expiresMs
    this.nonce = found.nonce
    this.signature = found.signature
    this.reusable = found.nonce === undefined
  }

  get covered(): UntrustedSignature['covered'] {
    return this.found.covered
  }

  get covers(): UntrustedSignature['covers'] {
    return this.found.covers
  }

  get base(): UntrustedSignature['base'] {
    return this.found.base
  }

  get bodyDigests(): UntrustedSignature['bodyDigests'] {
    return this.found.bodyDigests
  }
}

function isChained(found: UntrustedSignature, message: HttpMessage): boolean {
  try {
    assertChained(found, message)
    return true
  } catch (error) {
    if (!isCountersignError(error)) throw error
    return false
  }
}
