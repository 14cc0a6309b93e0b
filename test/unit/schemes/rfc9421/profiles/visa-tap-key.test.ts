import crypto from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { exportPublicKey, isSyncKey } from '../../../../../src/crypto/index.js'
import { httpRequest } from '../../../../../src/message/message.js'
import { visaTapVerifier, visaTapVerifyingKey } from '../../../../../src/schemes/rfc9421/profiles/index.js'
import {
  createVerifier,
  importVerifyingKey,
  memoryReplayStore,
  staticKeys,
  strictPolicy,
} from '../../../../../src/server/index.js'
import { verdictCode, withCode } from '../../../../expect-code.js'
import { keyFile } from '../../../crypto/key-files.js'

const { privateKey, publicKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 })
const pem = publicKey.export({ format: 'pem', type: 'spki' }) as string
const KEY = { keyId: 'agent-1' }
const NOW = 1_800_000_000_000
const created = NOW / 1000
const clock = { now: () => NOW }
const {
  RSA_PKCS1_PSS_PADDING: padding,
  RSA_PSS_SALTLEN_MAX_SIGN: LONGEST,
  RSA_PSS_SALTLEN_DIGEST: DIGEST,
} = crypto.constants

/** Of rsa.pem, by OpenSSL with the longest salt: one signature in 256 begins so. */
const BEGINS_WITH_ZERO =
  'APScPAwUHJ+0A4lNk/7AxPdXOKu1874fa4hawiLdcIuvgNu8SUqUyZbE7chdlHgjr1TKj+/fGyrpdF4b4OJOTmgboRTXrPnP5vjGyncLOixSDQqk+/SJgNd3p8j3Tk4xArN07sT21PMRw0ivvN0mHbjyy7D0rXW1cIX9oc2u9EcFobt1gZeX8aXamRMuBunWGiGdrMIfEOmZp0R8pPSW3Xq+CM/chm/HgIQEzZiZ7G0tP+6/X5rzgCmyI/dRpniu8cruyMxS2VhunRokvDdk/FYDR/CBn9MXZHSD+c2UYUEdI3psWJklPQs+EZBNixAx1GALWB0fDWYMuee57ZWzCw=='

const signed = (base: string, saltLength: number) =>
  crypto.sign('sha256', Buffer.from(base), { key: privateKey, padding, saltLength }).toString('base64')

/** As tap-agent/agent_app.py of the sample writes a request, by OpenSSL. */
function request(saltLength: number, { tag = 'agent-payer-auth', path = '/cart', space = ' ' } = {}) {
  const nonce = 'kQ3vO8e1hVwV0cN2Yz7d5w'
  const name = space === ' ' ? 'keyId' : 'keyid'
  const params = [
    '("@authority" "@path")',
    `created=${created}`,
    `expires=${created + 300}`,
    `${name}="agent-1"`,
    'alg="rsa-pss-sha256"',
    `nonce="${nonce}"`,
    `tag="${tag}"`,
  ].join(`;${space}`)
  const base = `"@authority": shop.example\n"@path": /cart\n"@signature-params": ${params}`
  return httpRequest({
    url: `https://shop.example${path}`,
    headers: { 'signature-input': `sig2=${params}`, signature: `sig2=:${signed(base, saltLength)}:` },
  })
}

type Key = Awaited<ReturnType<typeof visaTapVerifyingKey>>
async function judged(key: Key, message: ReturnType<typeof request>): Promise<string> {
  const { verify } = createVerifier({
    schemes: [visaTapVerifier()],
    keys: staticKeys([{ key, owner: 'agent' }]),
    policy: strictPolicy({
      authorities: ['shop.example'],
      maxAgeMs: 480_000,
    }),
    replay: memoryReplayStore({ clock, maxAgeMs: 480_000, restartBarrier: false }),
    clock,
    storeTimeoutMs: 20_000,
  })
  const verdict = await verify(message)
  return verdictCode(verdict)
}

describe('an RSA key of an agent of Visa', () => {
  it('takes the longest salt, as the sample signs, and one as long as the hash', async () => {
    const key = await visaTapVerifyingKey(pem, KEY)
    for (const space of [' ', ''])
      for (const saltLength of [LONGEST, DIGEST]) expect(await judged(key, request(saltLength, { space }))).toBe('ok')
    for (const tag of ['agent-browser-auth', 'agent-payer-auth'])
      expect(await judged(key, request(LONGEST, { tag }))).toBe('ok')
  })

  it('takes no other length, and nothing that was not signed', async () => {
    const key = await visaTapVerifyingKey(pem, KEY)
    for (const saltLength of [0, 20, 31, 33, 221])
      expect(await judged(key, request(saltLength))).toBe('SIGNATURE_INVALID')
    expect(await judged(key, request(LONGEST, { path: '/pay' }))).toBe('SIGNATURE_INVALID')
    const other = crypto
      .generateKeyPairSync('rsa', { modulusLength: 2048 })
      .publicKey.export({ format: 'pem', type: 'spki' })
    expect(await judged(await visaTapVerifyingKey(other as string, KEY), request(LONGEST))).toBe('SIGNATURE_INVALID')
  })

  it('is what it takes: any other key keeps to the length of the hash', async () => {
    const key = await importVerifyingKey(pem, { ...KEY, algorithm: 'rsa-pss-sha256' })
    expect(await judged(key, request(LONGEST))).toBe('SIGNATURE_INVALID')
    expect(await judged(key, request(DIGEST))).toBe('ok')
  })

  it('allows nothing more to signatures of another tag, nor to a tag that stands in a string', async () => {
    const key = await visaTapVerifyingKey(pem, KEY)
    for (const tag of ['web-bot-auth', 'x-agent-payer-auth', 'agent-payer-auth-2']) {
      const base = `"@signature-params": ();tag="${tag}"`
      expect(await key.verify(base, Buffer.from(signed(base, LONGEST), 'base64'))).toBe(false)
      expect(await key.verify(base, Buffer.from(signed(base, DIGEST), 'base64'))).toBe(true)
    }
    for (const base of [
      '"@signature-params": ();nonce=";tag=\\"agent-payer-auth\\"";tag="other"',
      '"x": 1;tag="agent-payer-auth"\n"@signature-params": ();tag="other"',
      '"x": 1;tag="agent-payer-auth";\n"@signature-params": ();tag="other"',
      ';tag="agent-payer-auth"\n',
    ])
      expect(await key.verify(base, Buffer.from(signed(base, LONGEST), 'base64'))).toBe(false)
  })

  it('verifies text and its bytes at once where the backend does, and can be exported', async () => {
    const key = await visaTapVerifyingKey(pem, KEY)
    const usual = await importVerifyingKey(pem, { ...KEY, algorithm: 'rsa-pss-sha256' })
    const base = '"@path": /a\n"@signature-params": ();tag="agent-browser-auth"'
    const signature = Buffer.from(signed(base, LONGEST), 'base64')
    for (const one of [base, new TextEncoder().encode(base)]) {
      expect(await key.verify(one, signature)).toBe(true)
      expect(typeof key.verify(one, signature)).toBe(typeof usual.verify(one, signature))
    }
    expect(await key.verify(Buffer.from([0xff]), signature)).toBe(false)
    expect(await key.verify(base, signature.subarray(1))).toBe(false)
    expect(exportPublicKey(key, 'jwk')).toEqual(exportPublicKey(usual, 'jwk'))
    expect(isSyncKey(key)).toBe(isSyncKey(usual))
  })

  it('takes a signature as it was made, and not without the zero that it begins with, which OpenSSL would take', async () => {
    const key = await visaTapVerifyingKey(keyFile('rsa-public'), KEY)
    const base = '"@signature-params": ();tag="agent-browser-auth"'
    const signature = Buffer.from(BEGINS_WITH_ZERO, 'base64')
    expect(signature[0]).toBe(0)
    expect(await key.verify(base, signature)).toBe(true)
    expect(await key.verify(base, signature.subarray(1))).toBe(false)
    expect(await key.verify(base, Buffer.concat([Buffer.of(0), signature]))).toBe(false)
  })

  it('is a public key of RSA, and nothing else', async () => {
    const refused = (material: unknown) =>
      expect(visaTapVerifyingKey(material as string, KEY)).rejects.toThrow(withCode('KEY_MALFORMED'))
    await refused(privateKey.export({ format: 'pem', type: 'pkcs8' }))
    await refused(crypto.generateKeyPairSync('ed25519').publicKey.export({ format: 'pem', type: 'spki' }))
  })

  it.each([2048, 2049, 2304])('takes the longest salt of a modulus of %i bits', async (modulusLength) => {
    const pair = crypto.generateKeyPairSync('rsa', { modulusLength })
    const key = await visaTapVerifyingKey(pair.publicKey.export({ format: 'pem', type: 'spki' }) as string, KEY)
    const base = '"@signature-params": ();tag="agent-browser-auth"'
    const signature = crypto.sign('sha256', Buffer.from(base), { key: pair.privateKey, padding, saltLength: LONGEST })
    expect(await key.verify(base, signature)).toBe(true)
    expect(await key.verify(`${base} `, signature)).toBe(false)
  })
})
