import { createHash } from 'node:crypto'
import type { KeyRecord } from '../../../src/access/key-record.js'
import type { RateAnswer, RateLimiter } from '../../../src/access/rate-limit.js'
import type { VerifyingKey } from '../../../src/crypto/key.js'
import type { HttpRequest } from '../../../src/message/message.js'
import type { Coverage, UntrustedSignature, VerifyScheme } from '../../../src/schemes/scheme.js'
import type { AuditEvent } from '../../../src/server/audit-event.js'
import type { Policy } from '../../../src/server/policy/policy.js'
import { strictPolicy } from '../../../src/server/policy/strict-policy.js'
import { rateLimits } from '../../../src/server/rate-limits.js'
import { createVerifier, type VerifierOptions, type VerifyContext } from '../../../src/server/verifier.js'

export const NOW = 1_700_000_000_000
export const BODY = new TextEncoder().encode('body')
export const DIGEST = { hash: 'sha256' as const, digest: new Uint8Array(createHash('sha256').update('body').digest()) }

export const plain: HttpRequest = {
  method: 'POST',
  scheme: 'https',
  authority: 'api.example.com',
  target: '/v1',
  fields: [],
  body: null,
}

export async function* arriving(...chunks: ReadonlyArray<Uint8Array | Error>): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) {
    if (chunk instanceof Error) throw chunk
    yield chunk
  }
}

export const PLAIN: UntrustedSignature = {
  label: 'sig1',
  tag: 'orders',
  keyId: 'a',
  claimedAlgorithm: undefined,
  createdMs: NOW,
  expiresMs: undefined,
  nonce: 'a-nonce-of-16-or-more',
  covered: ['"@method"'],
  covers: new Set<Coverage>(['method']),
  base: 'the base',
  signature: new Uint8Array(32),
  bodyDigests: [],
}

export interface Parts {
  readonly signature?: Partial<UntrustedSignature>
  readonly record?: Partial<KeyRecord>
  /** What each step answers or does in place of passing. */
  readonly at?: Partial<Record<'peer' | 'parse' | 'get' | 'verify' | 'claim' | 'key' | 'owner', () => unknown>>
  readonly policy?: Partial<Policy>
  readonly scheme?: Partial<VerifyScheme>
  readonly options?: Partial<VerifierOptions>
}

/** A verifier all of whose parts note that they were asked, in order. */
export function pipeline({ signature, record, at = {}, policy, scheme, options }: Parts = {}) {
  const steps: string[] = []
  const events: AuditEvent[] = []
  const used: unknown[] = []
  let nowMs = NOW
  const step = <T>(name: keyof typeof at, answer: T): T => {
    steps.push(name)
    return at[name] === undefined ? answer : (at[name]() as T)
  }
  const limiter = (name: 'peer' | 'key' | 'owner'): RateLimiter => ({
    take: (bucket, cost, rule) => {
      steps.push(`${name} ${bucket} ${cost}${rule === undefined ? '' : ` ${rule.limit}`}`)
      const answer: RateAnswer = { ok: true, retryAfterMs: 0, give: () => void steps.push(`give ${name}`) }
      return at[name] === undefined ? answer : (at[name]() as RateAnswer)
    },
  })
  const key: VerifyingKey = {
    keyId: 'a',
    algorithm: 'hmac-sha256',
    verify: (base) => step('verify', base === 'the base'),
  }
  const verifier = createVerifier({
    schemes: [{ id: 'stub', parse: () => step('parse', [{ ...PLAIN, ...signature }]), ...scheme }],
    keys: {
      get: () => step('get', { key, ...record }),
      used: (...args: unknown[]) => void used.push(args),
    },
    policy: {
      ...strictPolicy({ authorities: ['api.example.com'] }),
      require: ['method'],
      requireWithBody: ['body'],
      ...policy,
    },
    replay: { claim: () => step('claim', 'claimed') },
    clock: { now: () => nowMs },
    audit: (event) => void events.push(event),
    limits: rateLimits({ peer: limiter('peer'), key: limiter('key'), owner: limiter('owner') }),
    storeTimeoutMs: 20,
    ...options,
  })
  return {
    ...{ verifier, steps, events, used, key },
    wait: (ms: number) => {
      nowMs += ms
    },
    /** The code, and where it is a refusal its status and detail. */
    judge: async (parts: Partial<HttpRequest> = {}, context?: VerifyContext): Promise<string> => {
      const verdict = await verifier.verify({ ...plain, ...parts }, context)
      return verdict.ok ? 'ok' : `${verdict.code} ${verdict.status}: ${verdict.detail}`
    },
  }
}

/** Does something, and then answers. */
export const doing =
  <T>(what: () => unknown, answer: T) =>
  (): T => {
    what()
    return answer
  }
