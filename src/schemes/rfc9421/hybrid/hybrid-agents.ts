import type { HybridAlgorithm } from '../../../crypto/algorithm.js'
import { hold, isSyncKey } from '../../../crypto/held.js'
import type { SigningKey, VerifyingKey } from '../../../crypto/key.js'
import { assertOptions, fail } from '../../../errors.js'
import { withFields } from '../../../message/message.js'
import { LIST } from '../../../support/option-kinds.js'
import {
  type Signer,
  type SignScheme,
  schemeDemands,
  type UntrustedSignature,
  type VerifyScheme,
} from '../../scheme.js'
import { rfc9421Signer } from '../custom-signer.js'
import { coverLess } from '../options.js'
import { agentFault } from '../profiles/signature-agent.js'
import {
  agentOrigin,
  agentShape,
  THUMBPRINT,
  thumbprintKey,
  WEB_BOT_AUTH_TAG,
  type WebBotAuthOptions,
  webBotAuth,
} from '../profiles/web-bot-auth.js'
import { ofPair } from '../profiles/web-bot-auth-verifier.js'
import { rfc9421Verifier } from '../verifier.js'
import { pairSigner } from './hybrid.js'
import { hybridAlgorithm, hybridVerifyingKey } from './hybrid-key.js'
import { together } from './hybrid-verifier.js'

/**
 * The tag of the second signature. It is one of this package: with two of `web-bot-auth` a site that knows no pairs would have to
 * choose among them.
 */
const POST_QUANTUM_TAG = 'web-bot-auth-pq'
const TAGS = [WEB_BOT_AUTH_TAG, POST_QUANTUM_TAG] as const
const BETWEEN = '.'

/** The two private keys of an agent as one, for `createAgent({ key })`. Made by {@link hybridAgentKey}. */
export interface HybridAgentKey extends SigningKey {
  /** The two algorithms of the pair. */
  readonly algorithm: HybridAlgorithm
  /** Both, as they are published. */
  readonly parts: readonly [SigningKey, SigningKey]
  /** A signer of requests with both. */
  agentSigner(options: Omit<WebBotAuthOptions, 'key'>): Signer
}

/**
 * Ed25519 and ML-DSA for an agent: `createAgent` publishes both keys, and signs with both. A site that knows no pairs verifies the
 * first; one with `verifyAgents({ hybrid: hybridAgents() })` requires both. The second signature has the tag `web-bot-auth-pq`, which
 * no draft has. Experimental.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for keys of other algorithms.
 * @example
 * ```ts
 * import type { SigningKey } from 'countersign'
 * import { createAgent } from 'countersign/agents'
 * import { hybridAgentKey } from 'countersign/rfc9421/hybrid'
 *
 * declare const ed25519: SigningKey
 * declare const mlDsa: SigningKey
 * const key = hybridAgentKey({ classical: ed25519, postQuantum: mlDsa })
 * const agent = createAgent({ name: 'Example Bot', key, directory: 'https://bot.example.com' })
 * ```
 */
export function hybridAgentKey(options: {
  /** The key of Ed25519. */
  readonly classical: SigningKey
  /** The key of ML-DSA. */
  readonly postQuantum: SigningKey
}): HybridAgentKey {
  const where = 'hybridAgentKey'
  assertOptions(where, options, { classical: 2, postQuantum: 2 })
  const { classical, postQuantum } = options
  hybridAlgorithm(where, 'sign', classical, { ...postQuantum, keyId: `${postQuantum?.keyId}-pq` })
  const [first, second] = [thumbprintKey(where, classical), thumbprintKey(where, postQuantum)]
  const algorithm = hybridAlgorithm(where, 'sign', first, second)
  return {
    keyId: first.keyId,
    algorithm,
    parts: [classical, postQuantum],
    sign: () => fail('KEY_UNSUPPORTED', 'a pair of keys signs requests of agents, no other text'),
    agentSigner: (asked) => {
      const { label = 'sig1', nonce = true, expiresInMs = 300_000 } = asked
      const { value, components } = agentShape(asked)
      const other = rfc9421Signer({
        key: second,
        label: `${label}-pq`,
        tag: POST_QUANTUM_TAG,
        expiresInMs,
        nonce,
        components,
        whenPresent: ['content-digest'],
        [coverLess]: true,
      }).scheme
      const schemes: readonly [SignScheme, SignScheme] = [
        webBotAuth({ ...asked, key: first }).scheme,
        {
          id: other.id,
          prepare: (message, context) =>
            other.prepare(withFields(message, [...message.fields, 'Signature-Agent', value]), context),
        },
      ]
      return pairSigner(first, second, algorithm, schemes)
    },
  }
}

/** What `verifyAgents({ hybrid })` needs; made by {@link hybridAgents}. */
export interface HybridAgents {
  /** The origins of the agents that must send both signatures; absent: all must. */
  readonly required?: readonly string[]
  /** The scheme for pairs, over that for single signatures. */
  scheme(single: VerifyScheme): VerifyScheme
  /** Two keys of a directory as one. @throws {CountersignError} `CONFIG_INVALID` for two that are no pair. */
  key(keyId: string, classical: VerifyingKey, postQuantum: VerifyingKey): VerifyingKey
  /** The store, which remembers a nonce of a pair as one of its first key: without its second signature it is the same request. */
  replay<C extends { readonly keyId: string }, A>(store: Remembering<C, A>): Remembering<C, A>
}

/** What is used of a replay store. */
export interface Remembering<C, A> {
  claim(claim: C): A
  readonly maxAgeMs?: number
  readonly maxFutureMs?: number
  readonly barrierMs?: number | undefined
}

/** What a pair has behind the thumbprint of its first key. */
const SECOND = /\.[A-Za-z0-9_-]{43}$/

const PAIRS: readonly HybridAlgorithm[] = ['ed25519+ml-dsa-44', 'ed25519+ml-dsa-65', 'ed25519+ml-dsa-87']

/**
 * Agents that sign with Ed25519 and ML-DSA, for `verifyAgents({ hybrid })`: both signatures have to match. `required` has the origins
 * of the agents that must send both, so that nothing that was stripped of one is verified. Default: all agents. Experimental.
 *
 * @throws {CountersignError} `CONFIG_INVALID`.
 * @example
 * ```ts
 * import { verifyAgents } from 'countersign/agents'
 * import { hybridAgents } from 'countersign/rfc9421/hybrid'
 * import { type MlDsaModule, mlDsaKeys } from 'countersign/rfc9421/ml-dsa'
 *
 * // import * as mlDsa from '@noble/post-quantum/ml-dsa.js'
 * declare const mlDsa: MlDsaModule
 * const agents = verifyAgents({
 *   allow: ['https://bot.example.com', 'https://chatgpt.com'],
 *   authorities: ['shop.example.com'],
 *   otherKeys: mlDsaKeys({ mlDsa }),
 *   hybrid: hybridAgents({ required: ['https://bot.example.com'] }),
 * })
 * ```
 */
export function hybridAgents(options: { readonly required?: readonly string[] } = {}): HybridAgents {
  assertOptions('hybridAgents', options, { required: LIST })
  const required = options.required && new Set(options.required.map((one) => agentOrigin(one, 'required')))
  if (required?.size === 0)
    fail('CONFIG_INVALID', 'hybridAgents: "required" must have an agent; left out, all must send both signatures')
  const base = rfc9421Verifier()
  return {
    ...(required && { required: [...required] }),
    scheme: (single) => {
      const { requireNonce = false, algorithms = [], maxLifetimeMs } = single.demands ?? {}
      // What is left out for one key is left out for one of two.
      const pairs = PAIRS.filter((pair) => pair.split('+').every((one) => algorithms.some((other) => other === one)))
      if (pairs.length === 0)
        fail('CONFIG_INVALID', 'hybridAgents: "algorithms" must have ed25519 and one of ML-DSA, which pairs are of')
      return {
        id: single.id,
        demands: schemeDemands({
          require: ['authority'],
          requireWithBody: [],
          requireNonce,
          algorithms: [...algorithms, ...pairs],
          ...(maxLifetimeMs !== undefined && { maxLifetimeMs }),
          untilExpires: true,
        }),
        parse: (message, select) => {
          const singles = single.parse(message, select)
          const [one] = singles
          // None, or several, which are refused as ever.
          if (one === undefined || singles.length > 1) return singles
          const seconds = base.parse(message, { tag: POST_QUANTUM_TAG })
          const [second] = seconds
          const pair = one.keyId as string
          if (second === undefined) {
            if (required === undefined || required.has(new URL(pair).origin)) throw agentFault('post-quantum-missing')
            return singles
          }
          if (seconds.length > 1) fail('AUTH_DUPLICATE', 'the request carries several second signatures of an agent')
          if (!THUMBPRINT.test(second.keyId ?? '')) throw agentFault('keyid-not-thumbprint')
          // The first one as it was found, under the key id that it names.
          const [first] = base.parse(message, { ...select, tag: WEB_BOT_AUTH_TAG }) as [UntrustedSignature]
          const keyId = pair + BETWEEN + second.keyId
          return [ofPair(together(first, second, TAGS), keyId, one.expiresMs as number)]
        },
      }
    },
    key: (keyId, classical, postQuantum) => {
      const { algorithm, verify } = hybridVerifyingKey({ classical, postQuantum })
      return hold({ keyId, algorithm, verify }, { sync: isSyncKey(classical) && isSyncKey(postQuantum) })
    },
    replay: (store) => {
      // What is no store is refused where the others are.
      if (typeof store?.claim !== 'function') return store
      const { maxAgeMs, maxFutureMs } = store
      return {
        claim: (claim) => store.claim({ ...claim, keyId: claim.keyId.replace(SECOND, '') }),
        ...(maxAgeMs !== undefined && { maxAgeMs }),
        ...(maxFutureMs !== undefined && { maxFutureMs }),
        get barrierMs() {
          return store.barrierMs
        },
      }
    },
  }
}
