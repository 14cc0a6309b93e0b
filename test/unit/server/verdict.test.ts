import { describe, expect, test } from 'vitest'
import type { Algorithm } from '../../../src/crypto/algorithm.js'
import type { VerifyingKey } from '../../../src/crypto/key.js'
import type { UntrustedSignature, VerifyScheme } from '../../../src/schemes/scheme.js'
import type { AuditFacts, AuditSink } from '../../../src/server/audit-event.js'
import { explainer } from '../../../src/server/explain.js'
import type { Accepted, Verdict } from '../../../src/server/verdict.js'

import { doing, NOW, PLAIN, pipeline, plain } from './pipeline.js'

describe('what a verdict says', () => {
  test('everything that was proven', async () => {
    const { verifier, key } = pipeline({ record: { owner: 'alice' }, signature: { expiresMs: NOW + 5_000 } })
    const verdict = await verifier.verify(plain, { clientIp: '192.0.2.1' })
    expect(verdict).toEqual({
      ok: true,
      keyId: 'a',
      owner: 'alice',
      record: { key, owner: 'alice' },
      scheme: 'stub',
      label: 'sig1',
      tag: 'orders',
      createdMs: NOW,
      expiresMs: NOW + 5_000,
      nonce: PLAIN.nonce,
      covered: ['"@method"'],
      body: null,
      bodyStream: undefined,
      request: plain,
      clientIp: '192.0.2.1',
    } satisfies Verdict)
  })

  test('to the source of the key that was found, whatever the verdict, and to no other', async () => {
    const ok = pipeline()
    await ok.verifier.verify(plain)
    expect(ok.used).toEqual([['a', expect.objectContaining({ ok: true }), NOW]])
    const denied = pipeline({ at: { verify: () => false } })
    await denied.verifier.verify(plain)
    expect(denied.used).toEqual([['a', expect.objectContaining({ code: 'SIGNATURE_INVALID' }), NOW]])
    // A record that is not this key's is no record.
    for (const get of [() => undefined, () => ({}), () => ({ key: { ...ok.key, keyId: 'b' } })]) {
      const { verifier, used, events } = pipeline({ at: { get } })
      await verifier.verify(plain)
      expect(used).toEqual([])
      expect(events).toMatchObject([{ keyId: 'a', proven: false }])
    }
  })

  test('to a trail with the facts that it was made of', async () => {
    const told: AuditFacts[] = []
    const audit: AuditSink = (_, __, facts) => void told.push(facts as AuditFacts)
    const before = performance.now()
    const context = { clientIp: '192.0.2.1' }
    const { verifier } = pipeline({ options: { audit } })
    await verifier.verify(plain, context)
    expect(told).toMatchObject([{ context, record: { key: { keyId: 'a' } }, signature: { nonce: PLAIN.nonce } }])
    expect(told[0]?.startedMs).toBeGreaterThanOrEqual(before)
    expect(told[0]?.startedMs).toBeLessThanOrEqual(performance.now())
  })

  test('to a source and a trail that may fail, and need not be there', async () => {
    const failing = () => {
      throw new Error('full disk')
    }
    const { key } = pipeline()
    for (const used of [failing, undefined]) {
      const keys = { get: () => ({ key }), ...(used === undefined ? {} : { used }) }
      for (const audit of [failing, undefined]) {
        const { judge } = pipeline({ options: { keys, ...(audit === undefined ? {} : { audit }) } })
        expect(await judge()).toBe('ok')
      }
    }
  })

  test('of an accepted request is neither explained nor given a Signature-Error', async () => {
    const asked: string[] = []
    const explain = explainer({
      allows: () => asked.push('explain') > 0,
      finding: async () => undefined,
    })
    const signatureError = () => {
      asked.push('signatureError')
      return 'error=invalid_signature'
    }
    const options = { explain, signatureError }
    const verdict = await pipeline({ options }).verifier.verify(plain)
    expect([verdict.ok, 'signatureError' in verdict, 'explanation' in verdict, asked]).toEqual([true, false, false, []])
    const refused = await pipeline({ options, at: { verify: () => false } }).verifier.verify(plain)
    expect(refused).toMatchObject({
      signatureError: 'error=invalid_signature',
      explanation: { code: 'SIGNATURE_INVALID' },
    })
    expect(asked).toEqual(['signatureError', 'explain'])
  })

  test('of a request that a route refuses, as if the verifier had done it', async () => {
    const { verifier, events, used } = pipeline({ record: { owner: 'alice' } })
    const context = { clientIp: '192.0.2.1', scope: 'a:b' }
    const unknown = verifier.refuse(plain, 'SCOPE_DENIED', 'no such right', context)
    expect(unknown).toMatchObject({ ok: false, code: 'SCOPE_DENIED', status: 403, detail: 'no such right' })
    expect(unknown).toMatchObject({ claimedKeyId: undefined, clientIp: '192.0.2.1', request: plain })
    expect(used).toEqual([])
    const accepted = (await pipeline({ record: { owner: 'alice' } }).verifier.verify(plain)) as Accepted
    expect(verifier.refuse(plain, 'SCOPE_DENIED', 'no such right', context, accepted)).toMatchObject({
      claimedKeyId: 'a',
    })
    expect(events).toMatchObject([
      { code: 'SCOPE_DENIED', keyId: undefined, owner: undefined },
      { code: 'SCOPE_DENIED', keyId: 'a', owner: 'alice', tsSkewMs: 0 },
    ])
    expect(used).toMatchObject([['a', { code: 'SCOPE_DENIED' }, NOW]])
  })
})

describe('a key that is not known costs what it would have cost', () => {
  test('with the keys that the source offers, and with those that were found', async () => {
    const asked: string[] = []
    const rsa: VerifyingKey = {
      keyId: 'rsa',
      algorithm: 'rsa-v1_5-sha256',
      verify: doing(() => asked.push('rsa'), true),
    }
    const ed: VerifyingKey = { keyId: 'ed', algorithm: 'ed25519', verify: doing(() => asked.push('ed'), true) }
    const keys = { get: (keyId: string) => (keyId === 'rsa' ? { key: rsa } : undefined), samples: () => [ed] }
    const parse = (keyId: string, length: number, claimedAlgorithm?: string) => () => [
      { ...PLAIN, keyId, claimedAlgorithm, signature: new Uint8Array(length) },
    ]
    let next = parse('x', 64)
    const { judge } = pipeline({ options: { keys }, scheme: { parse: () => next() } })
    expect(await judge()).toMatch(/^KEY_UNKNOWN 401/)
    expect(asked.splice(0)).toEqual(['ed'])
    next = parse('rsa', 256)
    expect(await judge()).toBe('ok')
    expect(asked.splice(0)).toEqual(['rsa'])
    next = parse('x', 256)
    expect(await judge()).toMatch(/^KEY_UNKNOWN 401/)
    expect(asked.splice(0)).toEqual(['rsa'])
    // A key that cannot have made the signature is verified against, too, and what it says is thrown away.
    next = parse('rsa', 64, 'ed25519')
    expect(await judge()).toMatch(/^ALG_MISMATCH 401/)
    expect(asked.splice(0)).toEqual(['ed'])
  })

  test('by the size of RSA keys that have signed, and by the last key that was found of any other algorithm', async () => {
    const asked: string[] = []
    const key = (keyId: string, algorithm: Algorithm): VerifyingKey => ({
      keyId,
      algorithm,
      verify: () => {
        asked.push(keyId)
        return keyId !== 'ed-other'
      },
    })
    const all = [
      key('rsa-2048', 'rsa-v1_5-sha256'),
      key('rsa-4096', 'rsa-v1_5-sha256'),
      key('ed-own', 'ed25519'),
      key('ed-other', 'ed25519'),
    ]
    const keys = { get: (id: string) => all.filter(({ keyId }) => keyId === id).map((one) => ({ key: one }))[0] }
    const parse = ({ target }: { readonly target?: string }): UntrustedSignature[] => {
      const [, keyId, claimedAlgorithm, length] = (target as string).split('/')
      return [{ ...PLAIN, keyId, claimedAlgorithm, signature: new Uint8Array(Number(length)) }]
    }
    const { judge } = pipeline({ options: { keys }, scheme: { parse: parse as VerifyScheme['parse'] } })
    const askedFor = async (keyId: string, algorithm: Algorithm, length: number) => {
      asked.length = 0
      await judge({ target: `/${keyId}/${algorithm}/${length}` })
      return asked.join()
    }
    const rsa = 'rsa-v1_5-sha256'
    expect([await askedFor('rsa-2048', rsa, 256), await askedFor('rsa-4096', rsa, 512)]).toEqual([
      'rsa-2048',
      'rsa-4096',
    ])
    expect([await askedFor('x', rsa, 256), await askedFor('x', rsa, 512)]).toEqual(['rsa-2048', 'rsa-4096'])
    expect([await askedFor('ed-own', 'ed25519', 64), await askedFor('ed-other', 'ed25519', 64)]).toEqual([
      'ed-own',
      'ed-other',
    ])
    expect(await askedFor('x', 'ed25519', 64)).toBe('ed-other')
  })
})
