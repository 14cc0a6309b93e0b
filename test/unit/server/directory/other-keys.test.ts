import * as mlDsa from '@noble/post-quantum/ml-dsa.js'
import { describe, expect, it } from 'vitest'
import { agentDirectory } from '../../../../src/agents/index.js'
import { signRequest } from '../../../../src/client/sign-request.js'
import { ed25519PrivateKey } from '../../../../src/crypto/index.js'
import { mlDsaKey, mlDsaKeys, mlDsaThumbprint } from '../../../../src/crypto/ml-dsa.js'
import type { CountersignError } from '../../../../src/errors.js'
import { httpRequest } from '../../../../src/message/message.js'
import { rfc9421Signer, rfc9421Verifier } from '../../../../src/schemes/rfc9421/index.js'
import {
  directoryDocument,
  type KeyDirectoryOptions,
  keyDirectory,
} from '../../../../src/server/directory/directory.js'
import { createVerifier, memoryReplayStore, strictPolicy } from '../../../../src/server/index.js'
import { withCode } from '../../../expect-code.js'

const URL_OF = 'https://bots.example'
const seed = new Uint8Array(32).fill(9)
const keyId = mlDsaThumbprint(mlDsaKey({ keyId: 'any', algorithm: 'ml-dsa-44', seed, mlDsa }).publicJwk)
const key = mlDsaKey({ keyId, algorithm: 'ml-dsa-44', seed, mlDsa })
const classic = ed25519PrivateKey({ keyId: 'classic', seed })
const { body, mediaType } = directoryDocument([key, classic])

const directoryOf = (text: string, otherKeys = true, algorithms?: KeyDirectoryOptions['algorithms']) => {
  const problems: CountersignError[] = []
  const keys = keyDirectory({
    url: URL_OF,
    ...(otherKeys && { otherKeys: mlDsaKeys({ mlDsa }) }),
    ...(algorithms && { algorithms }),
    fetch: async () => new Response(text, { headers: { 'content-type': mediaType } }),
    onProblem: (problem) => void problems.push(problem),
  })
  return { keys, problems }
}

describe('keys of ML-DSA in a directory', () => {
  it('are published as AKP without their seed, and verify requests', async () => {
    expect(JSON.parse(body).keys[0]).toEqual({ ...key.publicJwk, kid: keyId, use: 'sig' })
    const { keys, problems } = directoryOf(body)
    await keys.refresh()
    expect(problems).toEqual([])
    const verifier = createVerifier({
      schemes: [rfc9421Verifier()],
      keys,
      policy: strictPolicy({ authorities: ['shop.example'], algorithms: ['ml-dsa-44', 'ed25519'] }),
      replay: memoryReplayStore({ restartBarrier: false }),
    })
    const components = ['@method', '@authority', '@path', '@query'] as const
    for (const one of [key, classic]) {
      const request = httpRequest({ url: 'https://shop.example/prices' })
      const signed = await signRequest(request, rfc9421Signer({ key: one, alg: false, components }))
      const verdict = await verifier.verify(signed)
      expect(verdict).toMatchObject({ ok: true, keyId: one.keyId, owner: URL_OF })
    }
  })

  it('are left out where no reader of them is given, and the others are not', async () => {
    const { keys, problems } = directoryOf(body, false)
    await keys.refresh()
    expect(problems).toEqual([withCode('KEY_UNSUPPORTED', 'key 0 left out')])
    expect(await keys.get(keyId)).toBeUndefined()
    expect(await keys.get('classic')).toBeDefined()
  })

  it.each<[what: string, change: object, code: string, text: string]>([
    ['another parameter set', { alg: 'ML-DSA-65' }, 'KEY_MALFORMED', '"pub" of 1952 bytes'],
    ['no parameter set', { alg: undefined }, 'KEY_UNSUPPORTED', '"alg" of ML-DSA'],
    ['a name of every object', { alg: 'constructor' }, 'KEY_UNSUPPORTED', '"alg" of ML-DSA'],
    ['a short key', { pub: 'AAAA' }, 'KEY_MALFORMED', '"pub" of 1312 bytes'],
    ['a use that is none', { use: 'enc' }, 'KEY_MALFORMED', '"use"'],
    ['a time that is none', { exp: -1 }, 'KEY_MALFORMED', '"exp"'],
  ])('with %s are left out', async (_, change, code, text) => {
    const { keys, problems } = directoryOf(JSON.stringify({ keys: [{ ...key.publicJwk, ...change }] }))
    await keys.refresh()
    expect(problems).toEqual([withCode(code as never, text)])
  })

  it('with a private half refuse the whole document, read or not', async () => {
    const text = JSON.stringify({ keys: [{ ...key.publicJwk, priv: 'AAAA' }] })
    for (const read of [true, false])
      await expect(directoryOf(text, read).keys.refresh()).rejects.toThrow(withCode('DIRECTORY_REFUSED', 'a secret'))
  })

  it('are taken where "algorithms" names theirs alone, and may be named there where they are read', async () => {
    for (const [algorithms, taken, left] of [
      [['ed25519'], 'classic', keyId],
      [['ml-dsa-44'], keyId, 'classic'],
    ] as const) {
      const { keys, problems } = directoryOf(body, true, algorithms)
      await keys.refresh()
      expect(problems).toEqual([withCode('KEY_UNSUPPORTED', 'of an allowed algorithm')])
      expect(await keys.get(taken)).toBeDefined()
      expect(await keys.get(left)).toBeUndefined()
    }
    expect(() => directoryOf(body, false, ['ml-dsa-44'])).toThrow(withCode('CONFIG_INVALID', '"algorithms"'))
  })

  it('are not published with a private half, and with nothing else than theirs', () => {
    const publicJwk = { ...key.publicJwk, note: 'hunter2' }
    const noted = { ...key, publicJwk }
    expect(JSON.parse(directoryDocument([noted]).body)).toEqual(JSON.parse(directoryDocument([key]).body))
    for (const name of ['priv', 'd', 'k']) {
      const shown = { ...key, publicJwk: { ...publicJwk, [name]: 'hunter2' } }
      for (const one of [shown, { key: shown }])
        expect(() => directoryDocument([one])).toThrow(withCode('KEY_MALFORMED', 'its public half only'))
      expect(() => agentDirectory({ agent: 'https://bot.example', keys: [{ key: shown }] })).toThrow(
        withCode('KEY_MALFORMED', 'its public half only'),
      )
    }
  })

  it('are published by an agent, each with its proof', async () => {
    const documents = agentDirectory({ agent: 'https://bot.example', keys: [{ key: classic }, { key }] })
    const url = `https://bot.example${documents.path}`
    const keys = keyDirectory({
      url,
      otherKeys: mlDsaKeys({ mlDsa }),
      signature: rfc9421Verifier(),
      fetch: async (at, init) => (await documents.fetch(new Request(at, init))) as Response,
    })
    await keys.refresh()
    expect(await keys.get(keyId)).toMatchObject({ key: { algorithm: 'ml-dsa-44' } })
  })

  it('are read by what mlDsaKeys() makes', () => {
    expect(() => keyDirectory({ url: URL_OF, otherKeys: {} as never })).toThrow(
      withCode('CONFIG_INVALID', '"otherKeys" must be what mlDsaKeys() makes'),
    )
  })
})
