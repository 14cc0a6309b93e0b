import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { allowTestKeys, webBotAuth, webBotAuthVerifier } from '../../src/agents/index.js'
import { signRequest } from '../../src/client/sign-request.js'
import { ed25519PrivateKey, importVerifyingKey, jwkThumbprint } from '../../src/crypto/index.js'
import { httpRequest } from '../../src/message/message.js'
import { rfc9421Verifier } from '../../src/schemes/rfc9421/index.js'
import { createVerifier, memoryReplayStore, strictPolicy } from '../../src/server/index.js'
import { CREATED, DRAFT_VECTORS, type DraftVector, ED25519_KEYID, RSA_KEYID, WITHOUT_AGENT } from './agents/draft.js'
import { NEGATIVE_VECTORS } from './agents/negative.js'
import { judged } from './agents/run.js'
import type { PublishedKey } from './rfc9421/data.js'

const URL_OF_KEYS = 'https://signature-agent.test/.well-known/http-message-signatures-directory'
const { keys } = JSON.parse(readFileSync(new URL('./rfc9421/keys.json', import.meta.url), 'utf8')) as {
  keys: PublishedKey[]
}
const published = async (name: string, keyId: string) => {
  const key = keys.find((one) => one.keyId === name) as PublishedKey
  return importVerifyingKey((key.publicPem ?? key.jwk) as never, { keyId, algorithm: key.algorithm })
}

const verifierFor = (options = {}, nowMs = (CREATED + 60) * 1000) => {
  const clock = { now: () => nowMs }
  return createVerifier({
    schemes: [webBotAuthVerifier(options)],
    keys: {
      get: async (keyId) => {
        const names: Record<string, string> = { [ED25519_KEYID]: 'test-key-ed25519', [RSA_KEYID]: 'test-key-rsa-pss' }
        const [url, thumbprint = ''] = keyId.split('#')
        const name = url === URL_OF_KEYS ? names[thumbprint] : undefined
        return name === undefined ? undefined : { key: await published(name, keyId) }
      },
    },
    policy: strictPolicy({ authorities: ['example.com'] }),
    replay: memoryReplayStore({ restartBarrier: false, clock }),
    clock,
    storeTimeoutMs: 5_000,
  })
}

const requestOf = ({ agent, input, signature }: DraftVector) =>
  httpRequest({
    url: 'https://example.com/path/to/resource',
    headers: { 'Signature-Agent': agent, 'Signature-Input': input, Signature: `sig2=:${signature}:` },
  })

describe('the vectors of the Web Bot Auth drafts', () => {
  for (const vector of DRAFT_VECTORS) {
    it(`${vector.name} is verified as it is printed`, async () => {
      const verdict = await verifierFor({ [allowTestKeys]: true }).verify(requestOf(vector))
      expect(verdict).toMatchObject({ ok: true, keyId: `${URL_OF_KEYS}#${vector.keyid}` })
    })

    it(`refuses ${vector.name} by default, because everyone has the key`, async () => {
      expect(await verifierFor().verify(requestOf(vector))).toMatchObject({ ok: false, code: 'KEY_UNKNOWN' })
    })
  }

  for (const { name, keyid, input, signature } of WITHOUT_AGENT) {
    it(`verifies ${name} without an agent, by its key alone, and attributes it to no agent`, async () => {
      const headers = { 'Signature-Input': input, Signature: `sig1=:${signature}:` }
      const request = httpRequest({ url: 'https://example.com/path/to/resource', headers })
      const [found] = rfc9421Verifier().parse(request)
      const key = await published(keyid === RSA_KEYID ? 'test-key-rsa-pss' : 'test-key-ed25519', keyid)
      expect(found?.keyId).toBe(keyid)
      expect(found !== undefined && (await Promise.resolve(key.verify(found.base, found.signature)))).toBe(true)
      expect(await verifierFor({ [allowTestKeys]: true }).verify(request)).toMatchObject({
        ok: false,
        detail: 'the signature covers no Signature-Agent member',
      })
    })
  }

  it('refuses all four test keys of RFC 9421 B.1', async () => {
    for (const name of ['test-key-rsa', 'test-key-rsa-pss', 'test-key-ecc-p256', 'test-key-ed25519']) {
      const vector = DRAFT_VECTORS[0] as DraftVector
      const input = vector.input.replace(ED25519_KEYID, jwkThumbprint(await published(name, 'k')))
      const verdict = await verifierFor().verify(requestOf({ ...vector, input }))
      expect(verdict).toMatchObject({ ok: false, detail: 'the key is a published test key' })
    }
  })
})

describe('webBotAuth', () => {
  const key = ed25519PrivateKey({ keyId: 'bot', seed: new Uint8Array(32).fill(7) })
  const urls: Record<string, string> = {
    legacy: '"https://signature-agent.test"',
    'ietf-00': 'sig1="https://signature-agent.test"',
    'ietf-01': 'sig1="https://signature-agent.test/.well-known/http-message-signatures-directory"',
  }
  for (const draft of ['legacy', 'ietf-00', 'ietf-01'] as const) {
    it(`signs ${draft} in its own form, and every form is read`, async () => {
      const nowMs = (CREATED + 1) * 1000
      const signed = await signRequest(
        httpRequest({ method: 'POST', url: 'https://example.com/a?b=1', body: '{}' }),
        webBotAuth({ key, agent: 'https://signature-agent.test', draft }),
        { clock: { now: () => nowMs } },
      )
      expect(signed.fields[signed.fields.indexOf('Signature-Agent') + 1]).toBe(urls[draft])
      const verifier = createVerifier({
        schemes: [webBotAuthVerifier()],
        keys: {
          get: async (keyId) =>
            keyId === `${URL_OF_KEYS}#${jwkThumbprint(key)}`
              ? { key: { ...key.verifyingKey, keyId, verify: (a, b) => key.verifyingKey.verify(a, b) } }
              : undefined,
        },
        policy: strictPolicy({ authorities: ['example.com'] }),
        replay: memoryReplayStore({ restartBarrier: false, clock: { now: () => nowMs } }),
        clock: { now: () => nowMs },
      })
      expect(await verifier.verify(signed)).toMatchObject({ ok: true })
      expect(await verifier.verify(signed)).toMatchObject({ ok: false, code: 'REPLAY' })
    })
  }
})

describe('the published negative vectors of Web Bot Auth', () => {
  it('are restated with the same signatures', () => {
    const [first, second] = NEGATIVE_VECTORS
    expect(first?.request.headers['Signature']).toBe(
      'sig1=:OfqFF7JEZnSAkthXM22HF3Ghlrslj4CHN1ZO9HMaOlf4rCCCSHcaQT82AtaWrXV0avoXjS4A7LJUMkdamFXLCg==:',
    )
    expect(second?.request.headers['Signature']).toBe(
      'sig1=:vwMiAiACovfQ9Cnj5b145eU183Ce2YGO02p+H5n/86NQiOeaZPLmiA1Cry2TUqmj+uAqzw5pHvLu33Q4dRS1CQ==:',
    )
  })

  for (const vector of NEGATIVE_VECTORS) {
    it(`${vector.id} is judged as it is published: ${vector.title}`, async () => {
      // The set is of a revision in which a directory is always an origin.
      const agent = await judged(vector, { drafts: ['legacy', 'ietf-00'] })
      // That a path was signed in another form shows in nothing but the signature.
      const reason = vector.id === 'NV-07' ? 'bad-signature' : vector.expected.reason
      expect(agent).toMatchObject({ ...vector.expected, reason })
    })
  }
})
