import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { signRequestSync } from '../../../../src/client/index.js'
import { ed25519PrivateKey } from '../../../../src/crypto/ed25519-key.js'
import { base64, base64url } from '../../../../src/crypto/encoding.js'
import { exportPublicKey } from '../../../../src/crypto/export.js'
import { hold, isSyncKey } from '../../../../src/crypto/held.js'
import type { Bytes, SyncSigningKey } from '../../../../src/crypto/key.js'
import type { RegistrableKeys } from '../../../../src/crypto/other-keys.js'
import { jwkThumbprint } from '../../../../src/crypto/thumbprint.js'
import { type HttpRequest, httpRequest } from '../../../../src/message/message.js'
import { together } from '../../../../src/schemes/rfc9421/hybrid/hybrid-verifier.js'
import {
  hybrid,
  hybridAgentKey,
  hybridAgents,
  hybridKeys,
  hybridVerifier,
  hybridVerifyingKey,
} from '../../../../src/schemes/rfc9421/hybrid/index.js'
import { coverLess, rfc9421Signer } from '../../../../src/schemes/rfc9421/index.js'
import { webBotAuth } from '../../../../src/schemes/rfc9421/profiles/web-bot-auth.js'
import { webBotAuthVerifier } from '../../../../src/schemes/rfc9421/profiles/web-bot-auth-verifier.js'
import { type SchemeDemands, schemeDemands, type UntrustedSignature } from '../../../../src/schemes/scheme.js'
import { codeOf, withCode } from '../../../expect-code.js'

// A key of ML-DSA costs milliseconds, and none of this depends on what one of them signs.
const NOW = 1_800_000_000_000
const AGENT = 'https://bot.example'
const THUMBPRINT = 'x'.repeat(43)
const classical = ed25519PrivateKey({ keyId: 'bot-1', seed: new Uint8Array(32).fill(1) })
const postOf = (keyId: string): SyncSigningKey => ({
  keyId,
  algorithm: 'ml-dsa-44' as never,
  sign: () => new Uint8Array(2420).fill(7),
})
const postQuantum = postOf('bot-1-pq')
const context = { keyId: 'bot-1', algorithm: 'ed25519+ml-dsa-44' as const, nowMs: NOW, nonce: 'nonce-0123456789abcdef' }
const get = httpRequest({ url: 'https://shop.example/prices' })
const clock = { now: () => NOW }

describe('a signer of pairs', () => {
  const prepared = hybrid({ classical, postQuantum }).scheme.prepare(get, context)

  test('shows both bases and what they cover, without a key or a signature', () => {
    const { scheme, base, covered } = prepared.trace()
    expect(scheme).toBe('rfc9421/hybrid')
    expect(base).toBe(prepared.base)
    expect(base.split('\0').map((one) => one.includes('"@path": /prices'))).toEqual([true, true])
    expect(covered).toEqual(['"@method"', '"@authority"', '"@path"', '"@query"'])
  })

  test('takes a signature as bytes and as their base64, which make one message, and no other text', () => {
    const bytes = new Uint8Array(64 + 2420).fill(5)
    expect(prepared.attach(base64(bytes)).fields).toEqual(prepared.attach(bytes).fields)
    const none = prepared.attach(new Uint8Array(0)).fields
    expect(prepared.attach('no base64!').fields).toEqual(none)
  })
})

describe('a verifier of pairs', () => {
  const signed = signRequestSync(get, hybrid({ classical, postQuantum }) as never, { clock }) as HttpRequest

  test('finds one signature under the first label, and none under that of another', () => {
    const scheme = hybridVerifier()
    expect(scheme.parse(signed)).toHaveLength(1)
    expect(scheme.parse(signed, { label: 'sig1' })).toHaveLength(1)
    for (const label of ['sig1-pq', 'other']) expect(scheme.parse(signed, { label })).toEqual([])
    expect(scheme.parse(get)).toEqual([])
  })

  test('names the one that is missing', () => {
    const without = (label: string): HttpRequest => ({
      ...signed,
      fields: signed.fields.filter(
        (_, at, all) => !/^[sS]/.test(all[at - (at % 2)] ?? '') || !all[at - (at % 2) + 1]?.startsWith(`${label}=`),
      ),
    })
    for (const label of ['sig1', 'sig1-pq'])
      expect(() => hybridVerifier().parse(without(label))).toThrow(
        withCode('AUTH_MISSING', `the signature "${label}" is missing`),
      )
  })

  test('takes two labels, and asks for them where one is given', () => {
    expect(() => hybridVerifier({ label: 'sig1' } as never)).toThrow(
      withCode('CONFIG_INVALID', 'did you mean "labels"'),
    )
    expect(() => hybrid({ classical, postQuantum, label: 'sig1' } as never)).toThrow(
      withCode('CONFIG_INVALID', 'did you mean "labels"'),
    )
  })

  test('asks for both with a nonce and without an end, where nothing else is known of the policy', () => {
    const challenge = hybridVerifier().challenge?.(new Set(['method', 'path'] as const))
    const parts = challenge?.value.split(', ') ?? []
    expect(parts.map((one) => one.slice(0, one.indexOf('=')))).toEqual(['sig1', 'sig1-pq'])
    for (const part of parts) {
      expect(part).toContain('nonce')
      expect(part).not.toContain('expires')
    }
    const asked = hybridVerifier().challenge?.(new Set(['method'] as const), {
      nonce: false,
      expires: true,
      select: { tag: 'orders' },
    })
    for (const part of asked?.value.split(', ') ?? []) {
      expect(part).not.toContain('nonce')
      expect(part).toContain('expires')
      expect(part).toContain('tag="orders"')
    }
  })
})

describe('two signatures', () => {
  const claim = (more: object = {}): UntrustedSignature =>
    ({
      ...{ label: 'sig1', tag: 'orders', keyId: 'a', createdMs: 1, expiresMs: 2, nonce: 'n', covered: ['"@method"'] },
      ...{ signature: new Uint8Array(64), base: '"@method": GET\n"@signature-params": ("@method");keyid="a"', ...more },
    }) as unknown as UntrustedSignature
  const other = (more: object = {}): UntrustedSignature =>
    claim({ keyId: 'b', base: '"@method": GET\n"@signature-params": ("@method");keyid="b"', ...more })

  test('become one where they agree, with the claims of the first and no algorithm', () => {
    const one = together(claim({ claimedAlgorithm: 'ed25519' }), other({ signature: new Uint8Array(3) }))
    expect(one).toMatchObject({ label: 'sig1', keyId: 'a', nonce: 'n', claimedAlgorithm: undefined })
    expect(one.signature).toHaveLength(67)
  })

  test.each<readonly [string, object, object, string, string]>([
    ['cover more', {}, { covered: ['"@method"', '"@path"'] }, 'COMPONENT_MISSING', 'the same components'],
    ['cover less', {}, { covered: [] }, 'COMPONENT_MISSING', 'the same components'],
    ['cover something else', {}, { covered: ['"@path"'] }, 'COMPONENT_MISSING', 'the same components'],
    ['are of two times', {}, { createdMs: 3 }, 'AUTH_MALFORMED', 'the same createdMs'],
    ['end at two times', {}, { expiresMs: undefined }, 'AUTH_MALFORMED', 'the same expiresMs'],
    ['have two nonces', {}, { nonce: 'm' }, 'AUTH_MALFORMED', 'the same nonce'],
    ['have two tags', {}, { tag: 'other' }, 'AUTH_MALFORMED', 'the same tag'],
    ['state an algorithm of the first', { claimedAlgorithm: 'rsa' }, {}, 'ALG_MISMATCH', 'another algorithm'],
    ['state an algorithm of the second', {}, { claimedAlgorithm: 'ed25519' }, 'ALG_MISMATCH', 'that of ML-DSA none'],
    ['are of one key', {}, { keyId: 'a' }, 'AUTH_MALFORMED', 'must name two keys'],
    ['have 63 bytes', { signature: new Uint8Array(63) }, {}, 'SIGNATURE_MALFORMED', 'must have 64 bytes'],
  ])('are refused that %s', (_, first, second, code, text) => {
    expect(() => together(claim(first), other(second))).toThrow(withCode(code, text))
  })

  test('may have two tags where those are two, and nothing else that differs', () => {
    const tags = ['orders', 'orders-pq'] as const
    const tagged = (one: UntrustedSignature, tag: string): UntrustedSignature =>
      ({ ...one, tag, base: `${one.base};tag="${tag}"` }) as UntrustedSignature
    const [first, second] = [tagged(claim(), tags[0]), tagged(other(), tags[1])]
    expect(together(first, second, tags).base).toBe(`${first.base}\0${second.base}`)
    expect(() => together(first, { ...second, createdMs: 3 }, tags)).toThrow(
      withCode('AUTH_MALFORMED', 'the same createdMs'),
    )
    const odd = { ...second, base: `${second.base};zone="eu"` }
    expect(() => together(first, odd, tags).base).toThrow(withCode('AUTH_MALFORMED', 'the same parameters'))
  })

  test('have lines that are compared as they are, though one reads as a parameter', () => {
    const [first, second] = ['a', 'b'].map((id) => `"x": ;keyid="a"\n"@signature-params": ("x");keyid="${id}"`)
    expect(together(claim({ base: first }), other({ base: second })).base).toBe(`${first}\0${second}`)
  })

  test('have one base of both, in which a line of the second may not differ either', () => {
    expect(together(claim(), other()).base).toBe(`${claim().base}\0${other().base}`)
    const lines = other({ base: '"@method": PUT\n"@signature-params": ("@method");keyid="b"' })
    expect(() => together(claim(), lines).base).toThrow(withCode('AUTH_MALFORMED', 'the same parameters'))
  })
})

describe('a key of two', () => {
  const yes = { verify: () => true }
  const one = { keyId: 'bot-1', algorithm: 'ed25519' as const, ...yes }
  const two = { keyId: 'bot-1-pq', algorithm: 'ml-dsa-44' as never, ...yes }
  const base = (first: string, second: string): string => `${first}\0${second}`
  const bytes = new Uint8Array(64 + 2420)

  test('counts a key id that the parameters state, and none that stands in a covered line', () => {
    const key = hybridVerifyingKey({ classical: one, postQuantum: two })
    const own = '"x": 1\n"@signature-params": ();keyid="bot-1"'
    const other = own.replace('bot-1', 'bot-1-pq')
    expect(key.verify(base(own, other), bytes)).toBe(true)
    for (const text of [
      base('"x": ;keyid="bot-1"\n"@signature-params": ();keyid="bot-2"', other),
      base(own, '"x": ;keyid="bot-1-pq"\n"@signature-params": ();keyid="bot-2-pq"'),
      base(own, own),
      base(other, other),
    ])
      expect(key.verify(text, bytes)).toBe(false)
  })

  test('has two key ids that can be some', () => {
    for (const keyId of ['a key', '', 5])
      for (const pair of [
        { classical: { ...one, keyId: keyId as string }, postQuantum: two },
        { classical: one, postQuantum: { ...two, keyId: keyId as string } },
      ])
        expect(() => hybridVerifyingKey(pair)).toThrow('"keyId"')
  })

  test('reads a base of bytes as its text, and no bytes that are no text', () => {
    const key = hybridVerifyingKey({ classical: one, postQuantum: two })
    const text = base('\n();keyid="bot-1"', '\n();keyid="bot-1-pq"')
    expect(key.verify(new TextEncoder().encode(text), bytes)).toBe(true)
    expect(key.verify(new Uint8Array([0xff, 0, 0xff]), bytes)).toBe(false)
  })

  test('gives each key its part of the signature and of the base, and asks both whatever the first answers', () => {
    const seen: [Bytes, number][] = []
    const asked = (answer: unknown) => ({
      verify: (text: Bytes, signature: Uint8Array): boolean => {
        seen.push([text, signature.length])
        return answer as boolean
      },
    })
    const [first, second] = ['\n();keyid="bot-1"', '\n();keyid="bot-1-pq"'] as const
    for (const [a, b, result] of [
      [true, true, true],
      [false, true, false],
      [true, false, false],
      // Only `true` is true.
      [1, true, false],
      [true, 'yes', false],
    ] as const) {
      const pair = { classical: { ...one, ...asked(a) }, postQuantum: { ...two, ...asked(b) } }
      expect(hybridVerifyingKey(pair).verify(base(first, second), bytes)).toBe(result)
      expect(seen.splice(0)).toEqual([
        [first, 64],
        [second, 2420],
      ])
    }
  })

  test('fails with the error of the second key where the first has answered', () => {
    const broken = (): never => {
      throw new Error('at once')
    }
    expect(() => hybrid({ classical, postQuantum: { ...postQuantum, sign: broken } }).key.sign('a\0b')).toThrow(
      'at once',
    )
    const key = hybridVerifyingKey({ classical: one, postQuantum: { ...two, verify: broken } })
    expect(() => key.verify(base('\n;keyid="bot-1"', '\n;keyid="bot-1-pq"'), bytes)).toThrow('at once')
  })

  test('answers at once where both of its keys do, for a keyring and for a directory of agents', () => {
    const [quick, alsoQuick] = [hold({ ...one }, { sync: true }), hold({ ...two }, { sync: true })]
    for (const [a, b, sync] of [
      [quick, alsoQuick, true],
      [quick, two, false],
      [one, alsoQuick, false],
      [one, two, false],
    ] as const) {
      expect(isSyncKey(hybridVerifyingKey({ classical: a, postQuantum: b }))).toBe(sync)
      const named = hybridAgents().key('https://bot.example#a.b', a, b)
      expect([isSyncKey(named), named.keyId, named.algorithm]).toEqual([
        sync,
        'https://bot.example#a.b',
        'ed25519+ml-dsa-44',
      ])
    }
  })

  test('has a signature of the length that its algorithm has, of either key', () => {
    const short = { ...classical, sign: () => new Uint8Array(63) }
    for (const pair of [
      { classical: short, postQuantum },
      { classical, postQuantum: { ...postQuantum, sign: () => new Uint8Array(2419) } },
    ])
      expect(codeOf(() => hybrid(pair).key.sign('a\0b'))).toBe('KEY_MALFORMED')
    expect(hybrid({ classical, postQuantum }).key.sign('a\0b')).toHaveLength(64 + 2420)
  })
})

describe('an agent with a pair of keys', () => {
  const publicJwk = { kty: 'AKP', alg: 'ML-DSA-44', pub: base64url(new Uint8Array(1312)) }
  const own = () => hybridAgentKey({ classical, postQuantum: { ...postQuantum, publicJwk } as SyncSigningKey })

  test('has both keys to be published, and signs nothing but requests', () => {
    expect(own().parts.map(({ keyId, algorithm }) => `${keyId} ${algorithm}`)).toEqual([
      'bot-1 ed25519',
      'bot-1-pq ml-dsa-44',
    ])
    expect(() => own().sign('text')).toThrow(withCode('KEY_UNSUPPORTED', 'no other text'))
    expect(() => hybridAgentKey({ classical } as never)).toThrow(withCode('CONFIG_INVALID', '"postQuantum" must be'))
  })

  test('covers the digest of a body with both of its signatures', () => {
    const order = httpRequest({
      method: 'POST',
      url: 'https://shop.example/orders',
      headers: { 'content-digest': 'sha-256=:AAAA:' },
      body: '{}',
    })
    const { base } = own().agentSigner({ agent: AGENT }).scheme.prepare(order, context).trace()
    expect(base.split('\0').map((one) => one.includes('"content-digest": sha-256=:AAAA:'))).toEqual([true, true])
  })

  test('signs for five minutes with a nonce under two labels, unless it is asked for something else', () => {
    const params = (options: object): string[] =>
      own()
        .agentSigner({ agent: AGENT, ...options })
        .scheme.prepare(get, context)
        .trace()
        .base.split('\0')
        .map((one) => one.slice(one.lastIndexOf('\n')))
    for (const one of params({})) {
      expect(one).toContain(`;expires=${NOW / 1000 + 300}`)
      expect(one).toContain(';nonce="nonce-0123456789abcdef"')
    }
    for (const one of params({ expiresInMs: 60_000, nonce: false })) {
      expect(one).toContain(`;expires=${NOW / 1000 + 60}`)
      expect(one).not.toContain('nonce')
    }
    const labels = (options: object): string[] =>
      own()
        .agentSigner({ agent: AGENT, ...options })
        .scheme.prepare(get, context)
        .attach(new Uint8Array(2484))
        .fields.filter((_, at, all) => all[at - 1] === 'Signature')
        .map((one) => one.slice(0, one.indexOf('=')))
    expect(labels({})).toEqual(['sig1', 'sig1-pq'])
    expect(labels({ label: 'bot' })).toEqual(['bot', 'bot-pq'])
  })
})

describe('a verifier of agents with pairs', () => {
  const single = webBotAuthVerifier({ algorithms: ['ed25519', 'ml-dsa-44'] })
  const parsedBy = (singles: readonly Partial<UntrustedSignature>[], message: HttpRequest, required?: string[]) =>
    hybridAgents(required && { required })
      .scheme({ ...single, parse: () => singles as UntrustedSignature[] })
      .parse(message)
  const found = { keyId: `${AGENT}#${THUMBPRINT}`, expiresMs: NOW } as const
  const second = (label: string, keyId: string, message: HttpRequest): HttpRequest =>
    signRequestSync(
      message,
      rfc9421Signer({
        key: postOf(keyId),
        label,
        tag: 'web-bot-auth-pq',
        components: ['@authority'],
        whenPresent: [],
        [coverLess]: true,
      }) as never,
      { clock },
    ) as HttpRequest
  const first = signRequestSync(get, webBotAuth({ key: classical, agent: AGENT }) as never, { clock }) as HttpRequest

  test('demands what the one for single keys does, with the pairs of its algorithms', () => {
    const shown = ({ demands }: { readonly demands?: SchemeDemands }) => {
      const { require, requireWithBody, requireNonce, algorithms, maxLifetimeMs, untilExpires } = demands ?? {}
      return { require, requireWithBody, requireNonce, algorithms, maxLifetimeMs, untilExpires }
    }
    for (const requireNonce of [true, false]) {
      const scheme = webBotAuthVerifier({ requireNonce, algorithms: ['ed25519', 'ml-dsa-44', 'ml-dsa-87'] })
      expect(shown(hybridAgents().scheme(scheme))).toEqual({
        ...shown(scheme),
        algorithms: ['ed25519', 'ml-dsa-44', 'ml-dsa-87', 'ed25519+ml-dsa-44', 'ed25519+ml-dsa-87'],
      })
    }
    const bare = schemeDemands({
      require: [],
      requireWithBody: [],
      requireNonce: true,
      algorithms: ['ed25519', 'ml-dsa-65'],
    })
    const { maxLifetimeMs, requireNonce } = hybridAgents().scheme({ ...single, demands: bare }).demands ?? {}
    expect([maxLifetimeMs, requireNonce]).toEqual([undefined, true])
    const { demands: _, ...undemanding } = single
    expect(() => hybridAgents().scheme(undemanding)).toThrow(withCode('CONFIG_INVALID', '"algorithms"'))
  })

  test('leaves no signature, and several, to the verifier that chooses among them', () => {
    const several = [found, found]
    for (const singles of [[], several]) expect(parsedBy(singles, second('pq', THUMBPRINT, first))).toBe(singles)
  })

  test('requires both of the agents that are named, by their origin', () => {
    expect(() => parsedBy([found], first)).toThrow('sign with ML-DSA as well')
    for (const keyId of [found.keyId, `${AGENT}/.well-known/http-message-signatures-directory#${THUMBPRINT}`])
      expect(() => parsedBy([{ ...found, keyId }], first, [AGENT])).toThrow('sign with ML-DSA as well')
    const singles = [found]
    expect(parsedBy(singles, first, ['https://other.example'])).toBe(singles)
  })

  test('refuses several second signatures, and one whose key is not named by its thumbprint', () => {
    const several = second('b', THUMBPRINT, second('a', THUMBPRINT, first))
    expect(codeOf(() => parsedBy([found], several))).toBe('AUTH_DUPLICATE')
    expect(() => parsedBy([found], second('a', 'a-key', first))).toThrow('the key id is not a SHA-256 thumbprint')
  })
})

describe('the replay store of agents with pairs', () => {
  const store = () => {
    const claims: string[] = []
    return { claims, store: { claim: ({ keyId }: { readonly keyId: string }) => claims.push(keyId) } }
  }

  test('remembers a pair by its first key, and a single key by its own id', () => {
    const { claims, store: kept } = store()
    const replay = hybridAgents().replay(kept)
    for (const keyId of [
      `${AGENT}#${THUMBPRINT}.${THUMBPRINT}`,
      `${AGENT}#${THUMBPRINT}`,
      `${AGENT}#a.${'b'.repeat(42)}`,
    ])
      replay.claim({ keyId })
    expect(claims).toEqual([`${AGENT}#${THUMBPRINT}`, `${AGENT}#${THUMBPRINT}`, `${AGENT}#a.${'b'.repeat(42)}`])
  })

  test('has the window and the barrier of the store, as far as that has them', () => {
    const state = { barrierMs: 5 as number | undefined }
    const replay = hybridAgents().replay({
      ...store().store,
      maxAgeMs: 60_000,
      maxFutureMs: 1_000,
      get barrierMs() {
        return state.barrierMs
      },
    })
    expect(replay).toMatchObject({ maxAgeMs: 60_000, maxFutureMs: 1_000, barrierMs: 5 })
    state.barrierMs = 9
    expect(replay.barrierMs).toBe(9)
    const plain = hybridAgents().replay(store().store)
    expect(Object.keys(plain).sort()).toEqual(['barrierMs', 'claim'])
    expect(plain.barrierMs).toBeUndefined()
  })

  test('leaves what is no store to the check of stores', () => {
    for (const one of [undefined, null, {}]) expect(hybridAgents().replay(one as never)).toBe(one)
  })
})

describe('pairs in a keyring', () => {
  const opened: unknown[] = []
  const single: RegistrableKeys = {
    algorithms: ['ml-dsa-44'],
    register: async (_, { algorithm }) => ({ spki: Uint8Array.of(1, 2), thumbprint: `thumbprint of ${algorithm}` }),
    open: async (spki, { algorithm, keyId }) => {
      opened.push([[...spki], algorithm, keyId])
      return { keyId, algorithm, verify: () => true }
    },
  }
  const publicJwk = exportPublicKey(classical.verifyingKey, 'jwk')
  const pair = { classical: publicJwk, postQuantum: Uint8Array.of(9) }

  test('are of the algorithms of the second key, beside those', () => {
    expect(hybridKeys(single).algorithms).toEqual(['ml-dsa-44', 'ed25519+ml-dsa-44'])
  })

  test('are made over what registers and opens second keys, and over nothing less', () => {
    const { register, open, algorithms } = single
    for (const one of [{ register, algorithms }, { open, algorithms }, {}, undefined, null])
      expect(() => hybridKeys(one as never)).toThrow(
        withCode('CONFIG_INVALID', 'hybridKeys: the argument must be what mlDsaKeys() makes, got '),
      )
    expect(() => hybridKeys(single)).not.toThrow()
  })

  test('are stored as one, which is opened as both under two key ids', async () => {
    const keys = hybridKeys(single)
    const { spki, thumbprint } = await keys.register(pair as never, { algorithm: 'ed25519+ml-dsa-44' })
    expect(spki.subarray(0, 44)).toEqual(exportPublicKey(classical.verifyingKey, 'der'))
    expect([...spki.subarray(44)]).toEqual([1, 2])
    const both = `${jwkThumbprint(publicJwk)}.thumbprint of ml-dsa-44`
    expect(thumbprint).toBe(createHash('sha256').update(both).digest('base64url'))
    const key = await keys.open(spki, { algorithm: 'ed25519+ml-dsa-44', keyId: 'bot-1' })
    expect([key.keyId, key.algorithm]).toEqual(['bot-1', 'ed25519+ml-dsa-44'])
    expect(opened.splice(0)).toEqual([[[1, 2], 'ml-dsa-44', 'bot-1-pq']])
    const [first, second] = ['x\n;keyid="bot-1"', 'x\n;keyid="bot-1-pq"']
    const signature = new Uint8Array([...classical.sign(first as string), 7])
    expect(await key.verify(`${first}\0${second}`, signature)).toBe(true)
    expect(await key.verify(`${first}y\0${second}`, signature)).toBe(false)
  })

  test('leave a second key alone to what registers and opens it', async () => {
    const keys = hybridKeys(single)
    expect(await keys.register(Uint8Array.of(9) as never, { algorithm: 'ml-dsa-44', format: 'raw' })).toEqual({
      spki: Uint8Array.of(1, 2),
      thumbprint: 'thumbprint of ml-dsa-44',
    })
    await keys.open(Uint8Array.of(3), { algorithm: 'ml-dsa-44', keyId: 'k' })
    expect(opened.splice(0)).toEqual([[[3], 'ml-dsa-44', 'k']])
  })

  test('are two public keys without a form of both', async () => {
    const register = (publicKey: unknown, more: object = {}) =>
      hybridKeys(single).register(publicKey as never, { algorithm: 'ed25519+ml-dsa-44', ...more })
    await expect(register(pair, { format: 'der' })).rejects.toThrow(
      withCode('ARGUMENT_INVALID', '"format" must be left out'),
    )
    for (const one of [{ ...pair, third: 1 }, undefined])
      await expect(register(one)).rejects.toThrow(
        withCode('KEY_MALFORMED', '"publicKey" must be { classical, postQuantum }, the two public keys of the pair'),
      )
  })
})
