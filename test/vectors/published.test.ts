import { readFileSync, writeFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { ed25519PrivateKey, hmacKey, type SyncSigningKey } from '../../src/crypto/index.js'
import { rfc9421, rfc9421Verifier } from '../../src/schemes/rfc9421/index.js'
import { signPreparedSync } from '../../src/schemes/scheme.js'
import { staticKeys } from '../../src/server/key-source.js'
import { memoryReplayStore } from '../../src/server/replay/memory.js'
import { createVerifier, type Verifier } from '../../src/server/verifier.js'
import { type PublishedVectors, readRequest, type WrittenRequest, writtenRequest } from './published/build/format.js'
import { RECORDS } from './published/build/keys.js'
import { POLICY, publishedVectors, textOf } from './published/build/vectors.js'

const FILE = new URL('published/vectors.json', import.meta.url)
// `npm run vectors` writes the file anew.
if (process.env['WRITE_VECTORS'] === '1') writeFileSync(FILE, textOf(await publishedVectors()))
const vectors = JSON.parse(readFileSync(FILE, 'utf8')) as PublishedVectors

/** As another implementation has it: from the file alone. */
function keyOf(keyId: string): SyncSigningKey {
  const { secret, seed } = vectors.keys.find((one) => one.keyId === keyId) ?? {}
  const bytes = new Uint8Array(Buffer.from(secret ?? seed ?? '', 'base64'))
  return secret === undefined
    ? ed25519PrivateKey({ keyId, seed: bytes })
    : hmacKey({ keyId, algorithm: 'hmac-sha256', secret: bytes })
}

/** A separate server for every vector. */
const server = (nowMs: number): Verifier =>
  createVerifier({
    schemes: [rfc9421Verifier()],
    keys: staticKeys(RECORDS),
    policy: POLICY,
    replay: memoryReplayStore({ restartBarrier: false }),
    clock: { now: () => nowMs },
  })

async function judged(verifier: Verifier, request: WrittenRequest): Promise<string> {
  const verdict = await verifier.verify(readRequest(request))
  return verdict.ok ? `ok ${verdict.keyId}` : verdict.code
}

const baseOf = (request: WrittenRequest): unknown => rfc9421Verifier().parse(readRequest(request))[0]?.base

test('the published file is what the code makes', async () => {
  expect(readFileSync(FILE, 'utf8')).toBe(textOf(await publishedVectors()))
})

test('the file has the form that its schema states', () => {
  const schema = JSON.parse(readFileSync(new URL('published/schema.json', import.meta.url), 'utf8')) as object
  const validate = new Ajv2020({ strict: false }).compile(schema)
  expect([validate(vectors), validate.errors]).toEqual([true, null])
  expect(validate({ ...vectors, extra: 1 })).toBe(false)
})

test('every vector has a separate name', () => {
  for (const list of [vectors.sign, vectors.verify, vectors.refuse])
    expect(new Set(list.map(({ name }) => name)).size).toBe(list.length)
})

describe('sign', () => {
  test.each(vectors.sign.map((one) => [one.name, one] as const))(
    'the vector is signed as it is published: %s',
    async (_, { request, added, created, nonce, options, ...one }) => {
      const signed = { ...request, fields: [...request.fields, ...added] }
      const { expires, ...own } = options
      const key = keyOf(one.keyId)
      const { scheme } = rfc9421({ ...own, key, ...(expires && { expiresInMs: (expires - created) * 1000 }) })
      const context = { keyId: key.keyId, algorithm: key.algorithm, nowMs: created * 1000, nonce }
      expect(writtenRequest(signPreparedSync(scheme.prepare(readRequest(request), context), key))).toEqual(signed)
      expect(baseOf(signed)).toBe(one.base)
      expect(await judged(server(created * 1000), signed)).toBe(`ok ${one.keyId}`)
    },
  )
})

describe('verify', () => {
  test.each(vectors.verify.map((one) => [one.name, one] as const))('the vector is verified: %s', async (_, one) => {
    const verifier = server(one.nowMs)
    for (const before of one.before ?? []) expect(await judged(verifier, before)).toMatch(/^ok /)
    expect(baseOf(one.request)).toBe(one.base)
    expect(await judged(verifier, one.request)).toBe(`ok ${one.keyId}`)
  })
})

describe('refuse', () => {
  test.each(vectors.refuse.map((one) => [one.name, one] as const))('the vector is refused: %s', async (_, one) => {
    const verifier = server(one.nowMs)
    for (const before of one.before ?? []) expect(await judged(verifier, before)).toMatch(/^ok /)
    expect(await judged(verifier, one.request)).toBe(one.code)
  })
})
