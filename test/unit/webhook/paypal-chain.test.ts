import { sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { readCertificates } from '../../../src/crypto/format/certificate.js'
import { checkedCertificate } from '../../../src/webhook/paypal/chain.js'
import { outcomeOf, withCode } from '../../expect-code.js'
import { type CertificateParts, certificate, FROM, KEYS, NAME, UNTIL } from './paypal-certificates.js'

const NOW = Date.UTC(2026, 0, 1)

/** `ok`, or the code of what it is refused with. */
const judged = async (texts: readonly string[], authorities?: readonly string[], nowMs = NOW): Promise<unknown> => {
  const trusted = authorities?.flatMap((text) => readCertificates(text, 8))
  const outcome = await outcomeOf(() => checkedCertificate(texts.join(''), NAME, trusted, nowMs))
  return typeof outcome === 'string' ? outcome : 'ok'
}
const leaf = (parts: CertificateParts = {}) => certificate(parts)
const authority = (subject: string, issuer: string, parts: CertificateParts = {}) =>
  certificate({ subject, issuer, below: 'any', dnsNames: [], ...parts })
const root = (parts: CertificateParts = {}) => authority('root', 'root', parts)

describe('the certificate', () => {
  test('gives its key and its time', async () => {
    const found = await checkedCertificate(leaf(), NAME, undefined, NOW)
    expect(found).toMatchObject({ notBeforeMs: FROM, notAfterMs: UNTIL, key: { keyId: 'paypal' } })
    const data = new TextEncoder().encode('data')
    expect(await found.key.verify(data, new Uint8Array(sign('sha256', data, KEYS.own)))).toBe(true)
    expect(await found.key.verify(data, new Uint8Array(sign('sha256', data, KEYS.other)))).toBe(false)
  })

  test('must have the name, among others', async () => {
    expect(await judged([leaf({ dnsNames: ['a.example', NAME] })])).toBe('ok')
    await expect(checkedCertificate(leaf({ dnsNames: [`x.${NAME}`] }), NAME, undefined, NOW)).rejects.toThrow(
      withCode('KEY_UNKNOWN', `the certificate must be that of ${NAME}`),
    )
  })

  test('is valid from its first moment to its last', async () => {
    for (const nowMs of [FROM, UNTIL]) expect(await judged([leaf()], undefined, nowMs)).toBe('ok')
    for (const nowMs of [FROM - 1, UNTIL + 1])
      await expect(checkedCertificate(leaf(), NAME, undefined, nowMs)).rejects.toThrow(
        withCode('KEY_UNKNOWN', 'the certificate has expired, or is not yet valid'),
      )
  })

  test('is the first of a text, of at most eight', async () => {
    expect(await judged([root(), leaf()])).toBe('KEY_UNKNOWN')
    expect(await judged(Array<string>(8).fill(leaf()))).toBe('ok')
    await expect(checkedCertificate(leaf().repeat(9), NAME, undefined, NOW)).rejects.toThrow(
      withCode('KEY_UNKNOWN', 'the certificate could not be read'),
    )
  })
})

describe('the chain to an authority', () => {
  test('may be of the certificate alone', async () => {
    expect(await judged([leaf()], [root()])).toBe('ok')
    await expect(checkedCertificate(leaf(), NAME, [], NOW)).rejects.toThrow(
      withCode('KEY_UNKNOWN', 'no trusted authority has issued the certificate'),
    )
  })

  test('may end at any of the authorities', async () => {
    expect(await judged([leaf()], [root({ key: KEYS.other }), authority('x', 'x'), root()])).toBe('ok')
  })

  test.each<[string, CertificateParts]>([
    ['that may issue none', { below: undefined as never }],
    ['of another name', { subject: 'another' }],
    ['with another key', { key: KEYS.other }],
    ['with a key of another kind', { key: KEYS.elliptic }],
    ['that has expired', { untilMs: NOW - 1_000 }],
    ['that is not yet valid', { fromMs: NOW + 1_000 }],
  ])('ends at no authority %s', async (_, parts) => {
    expect(await judged([leaf()], [root(parts)])).toBe('KEY_UNKNOWN')
  })

  test('has signatures of SHA-256 with RSA alone', async () => {
    // What it states is SHA-384, and what has signed it is not.
    expect(await judged([leaf({ algorithm: '2a864886f70d01010c' })], [root()])).toBe('KEY_UNKNOWN')
    expect(await judged([leaf({ signedBy: KEYS.other })], [root()])).toBe('KEY_UNKNOWN')
  })

  const upper = (parts: CertificateParts = {}) => authority('upper', 'root', parts)
  const lower = (parts: CertificateParts = {}) => authority('lower', 'upper', parts)
  const issued = (by: string) => leaf({ issuer: by })

  test('may lead over certificates beside it, in any order', async () => {
    expect(await judged([issued('upper'), upper()], [root()])).toBe('ok')
    expect(await judged([issued('lower'), lower(), upper()], [root()])).toBe('ok')
    expect(await judged([issued('lower'), authority('x', 'y'), upper(), lower()], [root()])).toBe('ok')
    expect(await judged([issued('lower'), lower()], [root()])).toBe('KEY_UNKNOWN')
    expect(await judged([issued('lower'), upper()], [root()])).toBe('KEY_UNKNOWN')
  })

  test('takes that of two certificates with one name that has signed', async () => {
    expect(await judged([issued('upper'), upper({ key: KEYS.other }), upper()], [root()])).toBe('ok')
    expect(await judged([issued('upper'), upper({ key: KEYS.other })], [root()])).toBe('KEY_UNKNOWN')
  })

  test.each<[string, CertificateParts]>([
    ['that has expired', { untilMs: NOW - 1_000 }],
    ['that is not yet valid', { fromMs: NOW + 1_000 }],
    ['that may issue none', { below: undefined as never }],
    ['of another name', { subject: 'another' }],
    ['that another key has signed', { signedBy: KEYS.other }],
  ])('does not lead over one %s', async (_, parts) => {
    expect(await judged([issued('upper'), upper(parts)], [root()])).toBe('KEY_UNKNOWN')
  })

  test('is no longer than each authority in it allows', async () => {
    expect(await judged([issued('upper'), upper()], [root({ below: 1 })])).toBe('ok')
    expect(await judged([issued('upper'), upper()], [root({ below: 0 })])).toBe('KEY_UNKNOWN')
    expect(await judged([leaf()], [root({ below: 0 })])).toBe('ok')
    expect(await judged([issued('lower'), lower({ below: 0 }), upper({ below: 1 })], [root({ below: 2 })])).toBe('ok')
    expect(await judged([issued('lower'), lower(), upper({ below: 0 })], [root()])).toBe('KEY_UNKNOWN')
    expect(await judged([issued('lower'), lower(), upper()], [root({ below: 1 })])).toBe('KEY_UNKNOWN')
  })

  test('that leads in a circle ends', async () => {
    const circle = [authority('a', 'b'), authority('b', 'a')]
    expect(await judged([leaf({ issuer: 'a' }), ...circle], [root()])).toBe('KEY_UNKNOWN')
  })
})
