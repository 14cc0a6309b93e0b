import * as mlDsa from '@noble/post-quantum/ml-dsa.js'
import { describe, expect, test } from 'vitest'
import { createResponseVerifier, signRequest, signRequestSync } from '../../../../src/client/index.js'
import { ed25519PrivateKey } from '../../../../src/crypto/ed25519-key.js'
import { isSyncKey } from '../../../../src/crypto/held.js'
import type { SigningKey } from '../../../../src/crypto/key.js'
import { mlDsaKey } from '../../../../src/crypto/ml-dsa.js'
import { type HttpRequest, httpRequest, httpResponse } from '../../../../src/message/message.js'
import { hybrid, hybridVerifier, hybridVerifyingKey } from '../../../../src/schemes/rfc9421/hybrid/index.js'
import { coverLess, rfc9421, rfc9421Signer, rfc9421Verifier } from '../../../../src/schemes/rfc9421/index.js'
import { signPrepared } from '../../../../src/schemes/scheme.js'
import {
  createVerifier,
  memoryReplayStore,
  staticKeys,
  strictPolicy,
  type VerifyScheme,
} from '../../../../src/server/index.js'
import { codeOf, textOf, verdictCode } from '../../../expect-code.js'

const NOW = 1_790_000_000_000
const clock = { now: () => NOW }
const ed25519 = (id: string, fill: number) => ed25519PrivateKey({ keyId: id, seed: new Uint8Array(32).fill(fill) })
const post = (id: string, fill: number) =>
  mlDsaKey({ keyId: id, algorithm: 'ml-dsa-44', seed: new Uint8Array(32).fill(fill), mlDsa })

const classical = ed25519('bot-1', 1)
const postQuantum = post('bot-1-pq', 2)
const other = { classical: ed25519('bot-2', 3), postQuantum: post('bot-2-pq', 4) }
const signer = hybrid({ classical, postQuantum })
const pairOf = (a: typeof classical, b: typeof postQuantum) =>
  hybridVerifyingKey({ classical: a.verifyingKey, postQuantum: b.verifyingKey })
const pair = pairOf(classical, postQuantum)

const order = httpRequest({
  method: 'POST',
  url: 'https://api.example.com/orders?dry=1',
  headers: { 'content-type': 'application/json' },
  body: '{"symbol":"BTC"}',
})
const signed = (by: { readonly scheme: unknown; readonly key: SigningKey } = signer, message = order): HttpRequest =>
  signRequestSync(message, by as never, { clock })

const verifierOf = (schemes: readonly VerifyScheme[] = [hybridVerifier()], more: object = {}) =>
  createVerifier({
    schemes,
    keys: staticKeys([
      { key: pair, owner: 'alice' },
      { key: pairOf(other.classical, other.postQuantum), owner: 'bob' },
    ]),
    policy: strictPolicy({ authorities: ['api.example.com'], algorithms: ['ed25519+ml-dsa-44'], ...more }),
    replay: memoryReplayStore({ restartBarrier: false, clock }),
    clock,
  })
const judged = async (message: HttpRequest, verifier = verifierOf()) => verdictCode(await verifier.verify(message))

/** The lines of both signatures, by field and label. */
function lines(message: HttpRequest): Record<string, string> {
  const found: Record<string, string> = {}
  for (let at = 0; at < message.fields.length; at += 2) {
    const [name, value] = [message.fields[at] as string, message.fields[at + 1] as string]
    if (/^signature/i.test(name)) found[`${name.toLowerCase()} ${value.slice(0, value.indexOf('='))}`] = value
  }
  return found
}

/** The same message with these lines in place of its signatures. */
function withLines(message: HttpRequest, values: Readonly<Record<string, string>>): HttpRequest {
  const rest = message.fields.filter((_, at) => !/^signature/i.test(message.fields[at - (at % 2)] as string))
  const more = Object.entries(values).flatMap(([name, value]) => [name.split(' ')[0] as string, value])
  return { ...message, fields: [...rest, ...more] }
}
const sent = signed()
const own = lines(sent)
const changed = (values: Readonly<Record<string, string>>) => withLines(sent, { ...own, ...values })

describe('Ed25519 and ML-DSA together', () => {
  test('sign once for both, under two labels, and are accepted together and once', async () => {
    expect(Object.keys(own)).toEqual([
      'signature-input sig1',
      'signature sig1',
      'signature-input sig1-pq',
      'signature sig1-pq',
    ])
    const verifier = verifierOf()
    const verdict = await verifier.verify(sent)
    expect(verdict).toMatchObject({ ok: true, keyId: 'bot-1', owner: 'alice', scheme: 'rfc9421/hybrid', label: 'sig1' })
    expect(await judged(sent, verifier)).toBe('REPLAY')
    expect(await judged(signed(hybrid({ ...other })))).toBe('ok')
    expect(isSyncKey(pair)).toBe(true)
    expect(own['signature-input sig1']).not.toContain('alg=')
  })

  test('take one clock and one nonce, with keys that have to be awaited as well', async () => {
    const remote = { ...classical, sign: async (base: string | Uint8Array) => classical.sign(base) }
    const message = await signRequest(
      order,
      hybrid({ classical: remote, postQuantum, tag: 'orders', expiresInMs: 9_000 }),
      {
        clock,
      },
    )
    const [first, second] = [lines(message)['signature-input sig1'], lines(message)['signature-input sig1-pq']]
    expect(second?.replace('sig1-pq=', 'sig1=').replace('bot-1-pq', 'bot-1')).toBe(first)
    expect(await judged(message, verifierOf([hybridVerifier()], { select: { tag: 'orders' } }))).toBe('ok')
    expect(await judged(message, verifierOf([hybridVerifier()], { select: { tag: 'other' } }))).toBe('AUTH_MISSING')
  })

  test('sign responses, which a client verifies', async () => {
    const request = { ...order, fields: [] }
    const prepared = signer.scheme.prepare(httpResponse({ status: 200, body: 'done', request }), {
      keyId: 'bot-1',
      algorithm: signer.key.algorithm,
      nowMs: NOW,
      nonce: 'nonce-0123456789abcdef',
    })
    const response = await signPrepared(prepared, signer.key)
    const verifier = createResponseVerifier({ scheme: hybridVerifier(), keys: [pair], clock })
    expect(await verifier.verify(response)).toMatchObject({ ok: true, keyId: 'bot-1' })
    const stripped = { ...response, fields: response.fields.slice(0, -4) }
    expect(await verifier.verify(stripped)).toMatchObject({ ok: false, code: 'AUTH_MISSING' })
  })

  test('let a verifier without ML-DSA verify the first alone', async () => {
    const plain = createVerifier({
      schemes: [rfc9421Verifier()],
      keys: staticKeys([{ key: classical.verifyingKey, owner: 'alice' }]),
      policy: strictPolicy({ authorities: ['api.example.com'], select: { label: 'sig1' } }),
      replay: memoryReplayStore({ restartBarrier: false, clock }),
      clock,
    })
    expect(await judged(sent, plain)).toBe('ok')
  })

  test('are asked for together', () => {
    const [challenge] = verifierOf().challenges
    expect(challenge?.field).toBe('Accept-Signature')
    expect(challenge?.value).toMatch(/^sig1=\(.*\).*, sig1-pq=\(.*\)/)
  })
})

describe('an attacker who can break one of the two', () => {
  test.each(['sig1', 'sig1-pq'])('and leaves out %s is refused', async (label) => {
    const rest = Object.fromEntries(Object.entries(own).filter(([name]) => !name.endsWith(` ${label}`)))
    expect(await judged(withLines(sent, rest))).toBe('AUTH_MISSING')
    const half = Object.fromEntries(Object.entries(own).filter(([name]) => name !== `signature ${label}`))
    expect(await judged(withLines(sent, half))).toBe('AUTH_MALFORMED')
  })

  test('and signs with Ed25519 alone is refused, by this scheme and by that of plain signatures', async () => {
    const alone = signed(rfc9421({ key: classical }))
    expect(await judged(alone)).toBe('AUTH_MISSING')
    expect(await judged(alone, verifierOf([rfc9421Verifier()]))).toBe('SIGNATURE_MALFORMED')
    const only = strictPolicy({ authorities: ['api.example.com'] })
    const lax = createVerifier({
      schemes: [hybridVerifier(), rfc9421Verifier()],
      keys: staticKeys([{ key: pair }]),
      policy: only,
      replay: memoryReplayStore({ restartBarrier: false, clock }),
      clock,
    })
    expect(await judged(alone, lax)).toBe('AUTH_MISSING')
    // A policy has to name the pair.
    expect(await judged(sent, verifierOf([hybridVerifier()], { algorithms: undefined }))).toBe('ALG_MISMATCH')
  })

  test.each(['sig1', 'sig1-pq'])('and lets %s cover less is refused', async (label) => {
    const key = label === 'sig1' ? classical : postQuantum
    const less = rfc9421Signer({ key, label, components: ['@method', '@authority'], [coverLess]: true })
    const fewer = lines(signed(less))
    expect(await judged(changed(fewer))).toBe('COMPONENT_MISSING')
    const turned = rfc9421Signer({ key, label, components: ['@authority', '@method', '@path', '@query'] })
    expect(await judged(changed(lines(signed(turned))))).toBe('COMPONENT_MISSING')
  })

  test('and takes the other one from another message is refused', async () => {
    const later = lines(signRequestSync(order, signer as never, { clock: { now: () => NOW + 1_000 } }) as HttpRequest)
    const same = lines(signed())
    for (const from of [later, same]) {
      for (const label of ['sig1', 'sig1-pq']) {
        const taken = { [`signature-input ${label}`]: from[`signature-input ${label}`] as string }
        const both = { ...taken, [`signature ${label}`]: from[`signature ${label}`] as string }
        expect(await judged(changed(both))).toBe('AUTH_MALFORMED')
        expect(await judged(changed({ [`signature ${label}`]: both[`signature ${label}`] as string }))).toBe(
          'SIGNATURE_INVALID',
        )
      }
    }
  })

  test('and pairs keys of two parties is refused', async () => {
    expect(await judged(signed(hybrid({ classical, postQuantum: other.postQuantum })))).toBe('SIGNATURE_INVALID')
    expect(await judged(signed(hybrid({ classical: other.classical, postQuantum })))).toBe('SIGNATURE_INVALID')
    // Right keys, but the second is named as another: what is named is what is proven.
    const misnamed = { ...postQuantum, keyId: 'bot-2-pq' }
    expect(await judged(signed(hybrid({ classical, postQuantum: misnamed })))).toBe('SIGNATURE_INVALID')
    const spoof = { ...postQuantum, keyId: 'bot-3-pq' }
    const parameters = ';zone="\\";keyid=\\"bot-1-pq\\""'
    const verifier = verifierOf([hybridVerifier({ parameters: ['zone'] })])
    expect(await judged(signed(hybrid({ classical, postQuantum: spoof, parameters })), verifier)).toBe(
      'SIGNATURE_INVALID',
    )
    expect(await judged(signed(hybrid({ classical, postQuantum, parameters })), verifier)).toBe('ok')
  })

  test('and swaps the labels is refused', async () => {
    const swapped = {
      'signature-input sig1': `sig1=${own['signature-input sig1-pq']?.slice('sig1-pq='.length)}`,
      'signature sig1': `sig1=${own['signature sig1-pq']?.slice('sig1-pq='.length)}`,
      'signature-input sig1-pq': `sig1-pq=${own['signature-input sig1']?.slice('sig1='.length)}`,
      'signature sig1-pq': `sig1-pq=${own['signature sig1']?.slice('sig1='.length)}`,
    }
    expect(await judged(withLines(sent, swapped))).toBe('SIGNATURE_MALFORMED')
    const names = { 'signature-input sig1-pq': `sig1-pq=${own['signature-input sig1']?.slice('sig1='.length)}` }
    expect(await judged(changed(names))).toBe('AUTH_MALFORMED')
  })

  test('and changes one byte of either, or moves bytes between them, is refused', async () => {
    for (const label of ['sig1', 'sig1-pq']) {
      const text = own[`signature ${label}`] as string
      const at = text.indexOf(':') + 8
      const flipped = text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1)
      expect(await judged(changed({ [`signature ${label}`]: flipped }))).toBe('SIGNATURE_INVALID')
    }
    const bytes = (label: string) =>
      Buffer.from((own[`signature ${label}`] as string).split(':')[1] as string, 'base64')
    const all = Buffer.concat([bytes('sig1'), bytes('sig1-pq')])
    const moved = {
      'signature sig1': `sig1=:${all.subarray(0, 65).toString('base64')}:`,
      'signature sig1-pq': `sig1-pq=:${all.subarray(65).toString('base64')}:`,
    }
    expect(await judged(changed(moved))).toBe('SIGNATURE_MALFORMED')
    const short = { 'signature sig1-pq': `sig1-pq=:${bytes('sig1-pq').subarray(1).toString('base64')}:` }
    expect(await judged(changed(short))).toBe('SIGNATURE_MALFORMED')
  })

  test('and states other parameters in one of them is refused', async () => {
    const input = own['signature-input sig1-pq'] as string
    const stated: ReadonlyArray<readonly [text: string, code: string]> = [
      [`${input};tag="other"`, 'AUTH_MALFORMED'],
      [`${input};expires=1790000009`, 'AUTH_MALFORMED'],
      [input.replace(/;nonce="[^"]*"/, ''), 'AUTH_MALFORMED'],
      [`${input};alg="ed25519"`, 'ALG_MISMATCH'],
      [`${input};alg="ml-dsa-44"`, 'ALG_UNSUPPORTED'],
      [`${input};zone="eu"`, 'AUTH_MALFORMED'],
      [input.replace(/(;nonce="[^"]*")(;keyid="[^"]*")/, '$2$1'), 'SIGNATURE_INVALID'],
    ]
    for (const [text, code] of stated) expect(await judged(changed({ 'signature-input sig1-pq': text }))).toBe(code)
    const verifier = verifierOf([hybridVerifier({ parameters: ['zone'] })])
    expect(await judged(changed({ 'signature-input sig1-pq': `${input};zone="eu"` }), verifier)).toBe('AUTH_MALFORMED')
    const alg = { 'signature-input sig1': `${own['signature-input sig1']};alg="ed25519"` }
    expect(await judged(changed(alg))).toBe('SIGNATURE_INVALID')
  })
})

describe('keys and labels of two signatures', () => {
  test('must be two of the right kinds', () => {
    const { verifyingKey: a } = classical
    const { verifyingKey: b } = postQuantum
    const wrong: readonly object[] = [
      { classical: a, postQuantum: a },
      { classical: b, postQuantum: b },
      { classical: b, postQuantum: a },
      { classical, postQuantum },
      { classical: a },
      { classical: a, postQuantum: { ...b, keyId: 'bot-1' } },
    ]
    for (const one of wrong) expect(codeOf(() => hybridVerifyingKey(one as never))).toBe('CONFIG_INVALID')
    expect(textOf(() => hybrid({ classical: postQuantum as never, postQuantum }))).toContain(
      'hybrid: "classical" must be a signing key of ed25519, got a signing key of ml-dsa-44',
    )
    expect(textOf(() => hybrid({ classical, postQuantum: { ...postQuantum, keyId: 'bot-1' } }))).toContain(
      'two key ids',
    )
    expect(textOf(() => hybrid({ classical, postQuantum: classical as never }))).toContain(
      '"postQuantum" must be a signing key of ml-dsa-44, -65 or -87, got a signing key of ed25519',
    )
    expect(textOf(() => hybrid({ classical, postQuantum: undefined as never }))).toMatch(/got nothing$/)
    for (const labels of [['a'], ['a', 'a'], ['A', 'b'], 'ab', ['a', 'b', 'c'], [1, 2]]) {
      expect(codeOf(() => hybrid({ classical, postQuantum, labels: labels as never }))).toBe('CONFIG_INVALID')
      expect(codeOf(() => hybridVerifier({ labels: labels as never }))).toBe('CONFIG_INVALID')
    }
  })

  test('of ML-DSA are never given as "alg", which no verifier takes', () => {
    for (const make of [rfc9421, rfc9421Signer])
      expect(textOf(() => make({ key: postQuantum, alg: true }))).toBe(
        'CONFIG_INVALID "alg" must be left out: ml-dsa-44 is not registered',
      )
    expect(rfc9421({ key: postQuantum, alg: false }).key).toBe(postQuantum)
  })

  test('can be others, and a label that is taken is refused', async () => {
    const labels = ['ed', 'pq'] as const
    const message = signed(hybrid({ classical, postQuantum, labels }))
    expect(await judged(message, verifierOf([hybridVerifier({ labels })]))).toBe('ok')
    expect(await judged(message)).toBe('AUTH_MISSING')
    // Beside a signature of another party, which nothing is read of.
    const proxied = signed(rfc9421({ key: other.classical, label: 'proxy' }), message)
    expect(await judged(proxied, verifierOf([hybridVerifier({ labels })]))).toBe('ok')
    expect(codeOf(() => signed(signer, sent))).toBe('MESSAGE_MALFORMED')
  })

  test('a key that fails at once leaves no rejection of the other one behind, in either order', async () => {
    const left: unknown[] = []
    const note = (reason: unknown): void => void left.push(reason)
    process.on('unhandledRejection', note)
    const now = (): never => {
      throw new Error('at once')
    }
    const later = async (): Promise<never> => {
      throw new Error('later')
    }
    const [a, b] = [classical.verifyingKey, postQuantum.verifyingKey]
    const base = 'x\n;keyid="bot-1"\0x\n;keyid="bot-1-pq"'
    for (const [first, second, why] of [
      [later, now, 'at once'],
      [now, later, 'at once'],
      [later, later, 'later'],
    ] as const) {
      const signing = hybrid({
        classical: { ...classical, sign: first },
        postQuantum: { ...postQuantum, sign: second },
      })
      await expect(signRequest(order, signing, { clock })).rejects.toThrow(why)
      const verifying = hybridVerifyingKey({
        classical: { ...a, verify: first },
        postQuantum: { ...b, verify: second },
      })
      await expect((async () => verifying.verify(base, new Uint8Array(2484)))()).rejects.toThrow(why)
    }
    // Node reports what nothing has handled when the microtasks are done.
    await new Promise((done) => setTimeout(done, 0))
    process.off('unhandledRejection', note)
    expect(left).toEqual([])
  })

  test('a key that signs with another length, and a base of another scheme, are errors', () => {
    const broken = { ...postQuantum, sign: () => new Uint8Array(3) }
    expect(codeOf(() => signed(hybrid({ classical, postQuantum: broken })))).toBe('KEY_MALFORMED')
    expect(codeOf(() => signer.key.sign('a text'))).toBe('KEY_UNSUPPORTED')
    expect(pair.verify('a text', new Uint8Array(2484))).toBe(false)
    expect(pair.verify('a\0b\0c', new Uint8Array(2484))).toBe(false)
  })
})
