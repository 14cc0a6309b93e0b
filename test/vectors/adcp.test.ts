import { describe, expect, test } from 'vitest'
import { utf8 } from '../../src/crypto/encoding.js'
import { ed25519PrivateKey, type Jwk, type VerifyingKey } from '../../src/crypto/index.js'
import type { HttpRequest } from '../../src/message/message.js'
import {
  type AdcpDigest,
  type AdcpUse,
  type AdcpVersion,
  adcp,
  adcpTarget,
  adcpVerifier,
  adcpVerifyingKey,
} from '../../src/schemes/rfc9421/profiles/index.js'
import { signPreparedSync, type UntrustedSignature } from '../../src/schemes/scheme.js'
import { type KeySource, staticKeys } from '../../src/server/key-source.js'
import { strictPolicy } from '../../src/server/policy/strict-policy.js'
import { memoryReplayStore } from '../../src/server/replay/memory.js'
import { createVerifier } from '../../src/server/verifier.js'
import { codeOf, outcomeOf, verdictCode } from '../expect-code.js'
import VECTORS from './profiles/adcp.json' with { type: 'json' }

interface Vector {
  readonly file: string
  readonly now: number
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
  readonly version?: string
  readonly digest?: string
  readonly keys: readonly unknown[]
  readonly base?: string
  readonly code?: string
}

const vectors = VECTORS.vectors as unknown as readonly Vector[]
const useOf = ({ file }: Vector): AdcpUse => (file.startsWith('request') ? 'request' : 'webhook')
const optionsOf = (vector: Vector) => ({
  use: useOf(vector),
  // Those of webhooks are from before 3.2.
  version: (vector.version === '3.2' ? '3.2' : '3.1') as AdcpVersion,
  digest: (vector.digest ?? 'required') as AdcpDigest,
})

/** The request as it is on the wire: nothing of the URL is normalised. */
function wire({ method, url, headers, body }: Vector): HttpRequest {
  const [, scheme, authority, target] = /^(\w+):\/\/([^/]*)(.*)$/.exec(url) as unknown as [
    string,
    string,
    string,
    string,
  ]
  return {
    method,
    scheme,
    authority,
    target,
    fields: Object.entries(headers).flat(),
    body: body === null ? null : utf8(body),
  }
}

const jwksOf = ({ keys }: Vector): Jwk[] =>
  keys.map((one) => (typeof one === 'string' ? VECTORS.keys.find(({ kid }) => kid === one) : one) as unknown as Jwk)

async function judge(
  vector: Vector,
  change: { keys?: KeySource; revoked?: boolean; times?: number; full?: boolean } = {},
) {
  const records: Array<{ key: VerifyingKey; status: 'active' | 'revoked' }> = []
  for (const jwk of jwksOf(vector)) {
    if (jwk === undefined) continue
    const key = await adcpVerifyingKey(jwk, useOf(vector))
    records.push({ key, status: change.revoked === true ? ('revoked' as const) : ('active' as const) })
  }
  const { authority } = wire(vector)
  const verifier = createVerifier({
    schemes: [adcpVerifier(optionsOf(vector))],
    keys: change.keys ?? staticKeys(records),
    policy: strictPolicy({
      authorities: /[^\0-\x7f]|\.\./.test(authority) ? ['seller.example.com'] : [authority.replace(/:(443|80)$/, '')],
      maxFutureMs: 60_000,
      maxAgeMs: 360_000,
    }),
    replay:
      change.full === true
        ? { claim: () => 'full' }
        : memoryReplayStore({ restartBarrier: false, maxAgeMs: 360_000, maxFutureMs: 60_000 }),
    clock: { now: () => vector.now * 1000 },
  })
  for (let time = 1; time < (change.times ?? 1); time++) await verifier.verify(wire(vector))
  return verdictCode(await verifier.verify(wire(vector)))
}

test('all vectors are here', () => {
  expect(vectors).toHaveLength(72)
  expect(vectors.filter(({ code }) => code !== undefined)).toHaveLength(51)
})

describe.each(vectors.filter(({ code }) => code === undefined).map((one) => [one.file, one] as const))(
  '%s',
  (_, vector) => {
    test('is accepted, with the base that is published', async () => {
      const [found] = adcpVerifier(optionsOf(vector)).parse(wire(vector)) as [UntrustedSignature]
      if (vector.base !== undefined) expect(found.base).toBe(vector.base)
      expect(await judge(vector)).toBe('ok')
    })
  },
)

/** What their reasons are here. */
const CODES: Readonly<Record<string, readonly string[]>> = {
  required: ['AUTH_MISSING'],
  tag_invalid: ['AUTH_MISSING'],
  window_invalid: ['TIMESTAMP_EXPIRED', 'TIMESTAMP_MALFORMED'],
  alg_not_allowed: ['ALG_UNSUPPORTED'],
  components_incomplete: ['COMPONENT_MISSING', 'DIGEST_MISSING'],
  components_unexpected: ['AUTH_MALFORMED'],
  key_unknown: ['KEY_UNKNOWN'],
  key_purpose_invalid: ['KEY_UNSUPPORTED'],
  digest_mismatch: ['DIGEST_MISMATCH'],
  header_malformed: ['AUTH_MALFORMED', 'AUTH_DUPLICATE', 'HEADER_DUPLICATE', 'SIGNATURE_MALFORMED', 'HOST_MISMATCH'],
  params_incomplete: ['TIMESTAMP_MALFORMED', 'NONCE_MALFORMED'],
  invalid: ['SIGNATURE_INVALID', 'SIGNATURE_MALFORMED'],
  replayed: ['REPLAY'],
  // One of the two has no signature that verifies: the state of a key is shown to its holder alone.
  key_revoked: ['KEY_REVOKED', 'SIGNATURE_INVALID'],
  target_uri_malformed: ['HOST_MISMATCH', 'TARGET_MALFORMED'],
  revocation_stale: ['KEY_SOURCE_FAILED', 'STORE_UNAVAILABLE'],
  // The cap is counted after the signature here, so that only its holder can reach it; that of requests does not verify.
  rate_abuse: ['REPLAY_STORE_FULL', 'SIGNATURE_INVALID'],
}

/** What the harness of the vectors does before. */
const STATE: Readonly<Record<string, Parameters<typeof judge>[1]>> = {
  replayed: { times: 2 },
  key_revoked: { revoked: true },
  rate_abuse: { full: true },
  revocation_stale: {
    keys: {
      get: () => {
        throw new Error('the list of revoked keys is too old')
      },
    },
  },
}

describe.each(vectors.filter(({ code }) => code !== undefined).map((one) => [one.file, one] as const))(
  '%s',
  (_, vector) => {
    test(`the request is refused: ${vector.code}`, async () => {
      const reason = (vector.code as string).replace(/^request_(?:signature_)?|^webhook_signature_/, '')
      const code = await outcomeOf(judge(vector, STATE[reason]))
      expect(CODES[reason]).toContain(code)
    })
  },
)

describe('the canonical target', () => {
  test.each(VECTORS.targets.map((one) => [one.rule, one.url, one] as const))(
    'the rule "%s" makes the target of %s',
    (_, url, one) => {
      if (one.targetUri === undefined) expect(codeOf(() => adcpTarget(url))).toBe('TARGET_MALFORMED')
      else expect(adcpTarget(url)).toEqual({ targetUri: one.targetUri, authority: one.authority })
    },
  )
})

test.each(['3.2', '3.1'] as const)('what we sign by %s is accepted, and sent as it was given', async (version) => {
  const key = ed25519PrivateKey({ keyId: 'buyer', seed: new Uint8Array(32).fill(5) })
  const request: HttpRequest = {
    method: 'POST',
    scheme: 'https',
    authority: 'Seller.example.com',
    target: '/a/./%7eb?y=2&x=1',
    fields: ['content-type', 'application/json'],
    body: utf8('{}'),
  }
  const context = {
    keyId: 'buyer',
    algorithm: key.algorithm,
    nowMs: 1_790_000_000_000,
    nonce: 'nonce-0123456789abcdef',
  }
  const signed = signPreparedSync(adcp({ key, version }).scheme.prepare(request, context), key)
  expect([signed.authority, signed.target]).toEqual([request.authority, request.target])
  const verifier = () =>
    createVerifier({
      schemes: [adcpVerifier({ version })],
      keys: staticKeys([{ key: key.verifyingKey }]),
      policy: strictPolicy({ authorities: ['seller.example.com'] }),
      replay: memoryReplayStore({ restartBarrier: false }),
      clock: { now: () => context.nowMs },
    })
  expect(verdictCode(await verifier().verify(signed))).toBe('ok')
  if (version === '3.2') return
  const last = signed.fields.length - 1
  const withSignature = (text: string) => ({
    ...signed,
    fields: signed.fields.map((one, at) => (at === last ? text : one)),
  })
  const text = signed.fields[last] as string
  const padded = text.replace(/:$/, '==:')
  expect(verdictCode(await verifier().verify(withSignature(padded)))).toBe('SIGNATURE_MALFORMED')
  const standard = padded.replaceAll('-', '+').replaceAll('_', '/')
  expect(verdictCode(await verifier().verify(withSignature(standard)))).toBe('SIGNATURE_MALFORMED')
})

describe('a URL that another parser reads otherwise', () => {
  test.each([
    'https://seller.example.com\\@evil.example/adcp',
    'https://seller.example.com/a\\..\\b',
    'https://seller.example.com/%2e%2e/b',
    'https://seller.example.com/a/%2E',
    'https://seller.example.com/a/.%2e/b',
    'https://seller.example.com/a\tb',
    'https://seller.example.com/a\n',
    'https://sel\rler.example.com/a',
    'https://seller.example.com/a b',
    'https://seller.example.com/a?b c',
    ' https://seller.example.com/a',
  ])('the URL %j is refused', (url) => {
    expect(() => adcpTarget(url)).toThrow(expect.objectContaining({ code: 'TARGET_MALFORMED' }))
  })

  test.each([
    'https://seller.example.com/a?b=\\',
    'https://seller.example.com/.well-known/a..b/...',
    'https://seller.example.com/a%2F..%2Fb',
  ])('is none where every parser agrees: %j', (url) => {
    expect(adcpTarget(url).targetUri).toBe(url)
  })
})
