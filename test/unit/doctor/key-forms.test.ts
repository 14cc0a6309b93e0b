import { createHmac, createPrivateKey, createPublicKey, sign, X509Certificate } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { base58 } from '../../../src/crypto/format/base58.js'
import { jwkThumbprint } from '../../../src/crypto/index.js'
import { type DiagnoseOptions, diagnose } from '../../../src/doctor/index.js'
import { EC_KEY, ED25519_KEY } from '../../doctor/keys.mjs'

const jwkOf = (pem: string) => createPublicKey(pem).export({ format: 'jwk' })
const ed25519 = jwkOf(ED25519_KEY) as { readonly kty: string; readonly x: string }
const raw = Buffer.from(ed25519.x, 'base64url')
const seed = Buffer.from(createPrivateKey(ED25519_KEY).export({ format: 'jwk' })['d'] as string, 'base64url')

const request = (pem: string, keyId: string) => {
  const params = `("@method" "@path");created=1700000000;keyid="${keyId}"`
  const base = `"@method": GET\n"@path": /a\n"@signature-params": ${params}`
  const hash = pem === EC_KEY ? 'sha256' : null
  const signature = sign(hash, Buffer.from(base), { key: pem, dsaEncoding: 'ieee-p1363' }).toString('base64')
  return `GET /a HTTP/1.1\r\nHost: api.example.com\r\nSignature-Input: sig1=${params}\r\nSignature: sig1=:${signature}:\r\n\r\n`
}
const judged = async (text: string, options: DiagnoseOptions) => {
  const { signature, findings } = await diagnose(text, { budgetMs: 20_000, ...options })
  return { signature, ids: findings.filter(({ certainty }) => certainty === 'proven').map(({ id }) => id) }
}
const FITS = { signature: 'fits', ids: [] }

describe('a public key is read in the text in which services and directories show it', () => {
  test.each([
    ['a JWK as JSON', JSON.stringify(ed25519)],
    ['base64', raw.toString('base64')],
    ['URL-safe base64', ed25519.x],
    ['hexadecimal', raw.toString('hex')],
    ['base58 with its prefix', `ed25519:${base58(raw)}`],
  ])('%s of Ed25519', async (_, publicKey) => {
    expect(await judged(request(ED25519_KEY, 'k1'), { publicKey })).toEqual(FITS)
  })

  test('a JWK of another curve as JSON', async () => {
    expect(await judged(request(EC_KEY, 'k1'), { publicKey: JSON.stringify(jwkOf(EC_KEY)) })).toEqual(FITS)
  })

  test.each([
    ['its id', { keys: [jwkOf(EC_KEY), { ...ed25519, kid: 'k2' }] }, 'k2'],
    ['its thumbprint', { keys: [jwkOf(EC_KEY), ed25519] }, jwkThumbprint(ed25519 as never)],
    ['nothing, where it is the only one', { keys: [ed25519] }, 'k3'],
  ])('the key of a set is found by %s', async (_, set, keyId) => {
    for (const publicKey of [set, JSON.stringify(set), JSON.stringify(set.keys)])
      expect(await judged(request(ED25519_KEY, keyId), { publicKey })).toEqual(FITS)
  })

  test('a set without the key id is named, and no key of it is tested', async () => {
    const publicKey = JSON.stringify({ keys: [jwkOf(EC_KEY), { ...ed25519, kid: 'k2' }] })
    expect(await judged(request(ED25519_KEY, 'k9'), { publicKey })).toEqual({
      signature: 'untested',
      ids: ['key-id-unknown'],
    })
  })

  test('the key of a certificate is the one that is tested', async () => {
    // openssl req -x509 -key key.pem -subj /CN=test, of the key above: what is signed of it is not looked at here.
    const spki = createPublicKey(ED25519_KEY).export({ type: 'spki', format: 'der' })
    const tlv = (tag: number, ...parts: readonly Uint8Array[]) => {
      const body = Buffer.concat(parts)
      return Buffer.concat([Buffer.from(body.length < 128 ? [tag, body.length] : [tag, 0x81, body.length]), body])
    }
    const algorithm = tlv(0x30, Buffer.from('06032b6570', 'hex'))
    const name = tlv(0x30, tlv(0x31, tlv(0x30, Buffer.from('06035504030c0474657374', 'hex'))))
    const times = tlv(0x30, ...['231114000000Z', '331114000000Z'].map((time) => tlv(0x17, Buffer.from(time))))
    for (const version of [tlv(0xa0, Buffer.from('020102', 'hex')), Buffer.alloc(0)]) {
      const content = tlv(0x30, version, Buffer.from('020101', 'hex'), algorithm, name, times, name, spki)
      const der = tlv(0x30, content, algorithm, tlv(0x03, Buffer.from([0]), sign(null, content, ED25519_KEY)))
      const pem = `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`
      expect(new X509Certificate(pem).subject).toBe('CN=test')
      for (const publicKey of [pem, pem.replaceAll('\n', '\\n')])
        expect(await judged(request(ED25519_KEY, 'k1'), { publicKey })).toEqual(FITS)
    }
  })

  test.each(['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', '{"kty":"OKP"}', '{', 'whsec_1234', '[]'])(
    'what is none is named: %s',
    async (publicKey) => {
      expect(await judged(request(ED25519_KEY, 'k1'), { publicKey })).toEqual({
        signature: 'untested',
        ids: ['public-key-form'],
      })
    },
  )
})

describe('a key of an exchange whose keys are pairs', () => {
  const body =
    '{"account":"","signature":"","timestamp":1700000000123,"expiry_window":5000,"symbol":"BTC","side":"bid"}'
  const pacifica = () => {
    const text =
      '{"data":{"side":"bid","symbol":"BTC"},"expiry_window":5000,"timestamp":1700000000123,"type":"create_order"}'
    const signed = body
      .replace('"account":""', `"account":"${base58(raw)}"`)
      .replace('"signature":""', `"signature":"${base58(sign(null, Buffer.from(text), ED25519_KEY))}"`)
    return `POST /api/v1/orders/create HTTP/1.1\r\nHost: api.pacifica.fi\r\nContent-Type: application/json\r\nContent-Length: ${signed.length}\r\n\r\n${signed}`
  }

  test('is the one of the request, or the account in base58', async () => {
    expect(await judged(pacifica(), {})).toEqual(FITS)
    expect(await judged(pacifica(), { publicKey: base58(raw) })).toEqual(FITS)
  })

  test.each([
    ['the seed in base58', base58(seed)],
    ['seed and public key in base58, as Solana keeps them', base58(Buffer.concat([seed, raw]))],
    ['both in base64', Buffer.concat([seed, raw]).toString('base64')],
  ])('is found by its private half: %s', async (_, secret) => {
    const found = await diagnose(pacifica(), { secret })
    expect(found.signature).toBe('fits')
    expect(JSON.stringify(found)).not.toContain(secret)
  })
})

test('the PEM of a private key that was the secret of an HMAC is named, and not the line break at its end', async () => {
  const query = 'recvWindow=5000&timestamp=1700000000123'
  const secret = `${ED25519_KEY}\n`
  const signature = createHmac('sha256', secret).update(query).digest('hex')
  const text = `GET /api/v3/account?${query}&signature=${signature} HTTP/1.1\r\nHost: api.binance.com\r\nX-MBX-APIKEY: k\r\n\r\n`
  expect(await judged(text, { secret })).toEqual({ signature: 'explained', ids: ['secret-is-private-key'] })
})
