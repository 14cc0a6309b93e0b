import { describe, expect, it } from 'vitest'
import type { Jwk } from '../../../../src/crypto/format/jwk.js'
import { generateKeyPair } from '../../../../src/crypto/generate.js'
import { hmacKey } from '../../../../src/crypto/hmac-key.js'
import { jwkThumbprint } from '../../../../src/crypto/thumbprint.js'
import { directoryDocument } from '../../../../src/server/directory/directory.js'
import { answer, directoryOf, failure, host, jwk } from './host.js'

const good = await jwk('good')
const p256 = await jwk('p256', 'ecdsa-p256-sha256')
const rsa = { kty: 'RSA', e: 'AQAB', n: Buffer.alloc(256, 0xff).toString('base64url') }

describe('a document that is refused whole', () => {
  it.each([
    ['garbage', '<html>you are not welcome, hunter2</html>'],
    ['nothing', ''],
    ['no object', '"hunter2"'],
    ['null', 'null'],
    ['an array', '[]'],
    ['no keys', { jwks: [good] }],
    ['keys that are no array', { keys: { 0: good, length: 1 } }],
    ['keys by prototype only', '{"__proto__":{"keys":[]}}'],
    ['a private key', { keys: [good, { ...good, kid: 'other', d: 'hunter2' }] }],
    ['a private key of another kind', { keys: [good, { kty: 'RSA', e: 'AQAB', n: 'AQAB', p: 'hunter2' }] }],
    ['a shared secret', { keys: [good, { kty: 'oct', kid: 'shared' }] }],
    ['a shared secret in disguise', { keys: [good, { kty: 'OKP', k: 'hunter2' }] }],
    ['a key id twice', { keys: [good, { ...p256, kid: 'good' }] }],
    ['a key id twice, once of a key that is left out', { keys: [good, { kty: 'hunter2', kid: 'good' }] }],
    ['a key named like another', { keys: [good, { ...p256, kid: jwkThumbprint(good) }] }],
    ['too many keys', { keys: Array.from({ length: 11 }, () => ({})) }],
  ])('the document is refused: %s', async (_name, body) => {
    const at = await host(answer(body))
    const { directory } = directoryOf(at, { maxKeys: 10 })
    const { code, text } = await failure(() => directory.refresh())
    expect(code).toBe('DIRECTORY_REFUSED')
    expect(text).not.toContain('hunter2')
    expect(await failure(() => directory.get('good'))).toMatchObject({
      code: 'STORE_UNAVAILABLE',
      cause: 'DIRECTORY_REFUSED',
    })
  })

  it('text that is not UTF-8', async () => {
    const at = await host((_request, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(Buffer.from([0x7b, 0xff, 0x7d])),
    )
    expect((await failure(() => directoryOf(at).directory.refresh())).code).toBe('DIRECTORY_REFUSED')
  })

  it.each(['text/html', 'text/plain; charset=utf-8', 'application/json5', 'application/jsonp', ''])(
    'a document of type "%s" is refused',
    async (type) => {
      const at = await host(answer({ keys: [good] }, { 'content-type': type }))
      expect((await failure(() => directoryOf(at).directory.refresh())).code).toBe('DIRECTORY_REFUSED')
    },
  )

  it.each(['application/json', 'Application/JWK-Set+JSON; charset=utf-8'])(
    'a document of type %s is taken',
    async (type) => {
      const { directory } = directoryOf(await host(answer({ keys: [good] }, { 'content-type': type })))
      expect((await directory.get('good'))?.key.keyId).toBe('good')
    },
  )

  it('one that is too large, whether it says so or not, before all of it has arrived', async () => {
    const announced = await host((_request, response) =>
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1001' }).flushHeaders(),
    )
    const announcing = directoryOf(announced, { maxBytes: 1_000 }).directory
    expect((await failure(() => announcing.refresh())).code).toBe('DIRECTORY_REFUSED')
    let sent = 0
    const endless = await host((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const more = (): void => {
        while (!response.destroyed && response.write(' '.repeat(10_000))) sent += 10_000
        if (!response.destroyed) response.once('drain', more)
      }
      more()
    })
    expect((await failure(() => directoryOf(endless, { maxBytes: 100_000 }).directory.refresh())).code).toBe(
      'DIRECTORY_REFUSED',
    )
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(sent).toBeLessThan(50_000_000)
  })

  it('one that has as many bytes as it may is taken, with blanks around its type', async () => {
    const body = JSON.stringify({ keys: [good] })
    const at = await host((_request, response) =>
      response
        .writeHead(200, { 'content-type': 'application/json ; charset=utf-8', 'content-length': `${body.length}` })
        .end(body),
    )
    expect((await directoryOf(at, { maxBytes: body.length }).directory.get('good'))?.key.keyId).toBe('good')
  })

  it('one that was fine before: the keys it had are trusted no longer than maxAgeMs', async () => {
    const at = await host(answer({ keys: [good] }, { 'cache-control': 'no-cache' }))
    const { directory, clock, problems } = directoryOf(at, { cooldownMs: 1_000, maxAgeMs: 5_000 })
    await directory.get('good')
    at.handler = answer({ keys: [{ ...good, d: 'AAAA' }] })
    clock.nowMs += 4_999
    expect((await directory.get('good'))?.key.keyId).toBe('good')
    clock.nowMs += 1
    expect((await failure(() => directory.get('good'))).code).toBe('STORE_UNAVAILABLE')
    expect(problems[0]?.code).toBe('DIRECTORY_REFUSED')
  })
})

describe('a key that is left out', () => {
  it.each([
    ['an unknown kind', { kty: 'AKP', alg: 'ML-DSA-44', kid: 'odd', pub: 'AAAA' }, 'KEY_UNSUPPORTED'],
    ['an unknown curve', { ...good, kid: 'odd', crv: 'Ed448' }, 'KEY_UNSUPPORTED'],
    ['a key for agreement', { ...good, kid: 'odd', crv: 'X25519' }, 'KEY_UNSUPPORTED'],
    ['a curve of another kind', { ...good, kid: 'odd', kty: 'EC' }, 'KEY_UNSUPPORTED'],
    ['an algorithm of another kind', { ...good, kid: 'odd', alg: 'ES256' }, 'KEY_UNSUPPORTED'],
    ['an algorithm of another curve', { ...p256, kid: 'odd', alg: 'ES384' }, 'KEY_UNSUPPORTED'],
    ['a shared-secret algorithm', { ...good, kid: 'odd', alg: 'HS256' }, 'KEY_UNSUPPORTED'],
    ['no signature at all', { ...good, kid: 'odd', alg: 'none' }, 'KEY_UNSUPPORTED'],
    ['members that only look like text', { ...good, kid: 'odd', alg: ['EdDSA'] }, 'KEY_UNSUPPORTED'],
    ['RSA without an algorithm', { ...rsa, kid: 'odd' }, 'KEY_UNSUPPORTED'],
    ['RSA with an unknown hash', { ...rsa, kid: 'odd', alg: 'RS1' }, 'KEY_UNSUPPORTED'],
    ['a key for encryption', { ...good, kid: 'odd', use: 'enc' }, 'KEY_MALFORMED'],
    ['a key that may not verify', { ...good, kid: 'odd', key_ops: ['sign'] }, 'KEY_MALFORMED'],
    ['no point', { ...good, kid: 'odd', x: undefined }, 'KEY_MALFORMED'],
    ['a point that is too short', { ...good, kid: 'odd', x: 'AAAA' }, 'KEY_MALFORMED'],
    ['a point of small order', { ...good, kid: 'odd', x: Buffer.alloc(32).toString('base64url') }, 'KEY_WEAK'],
    ['a point off the curve', { ...p256, kid: 'odd', x: p256.y }, 'KEY_WEAK'],
    [
      'RSA with a small modulus',
      { ...rsa, kid: 'odd', alg: 'PS512', n: Buffer.alloc(128, 0xff).toString('base64url') },
      'KEY_WEAK',
    ],
    ['RSA with a small exponent', { ...rsa, kid: 'odd', alg: 'PS512', e: 'Aw' }, 'KEY_WEAK'],
    ['an end in milliseconds', { ...good, kid: 'odd', exp: 1_790_000_000_000 }, 'KEY_MALFORMED'],
    ['an end that is text', { ...good, kid: 'odd', exp: '1790000000' }, 'KEY_MALFORMED'],
    ['a beginning that is no whole number', { ...good, kid: 'odd', nbf: 1.5 }, 'KEY_MALFORMED'],
    ['null', null, 'KEY_UNSUPPORTED'],
    ['a number', 1, 'KEY_UNSUPPORTED'],
  ])('a key is left out that is %s', async (_name, odd, code) => {
    const at = await host(answer({ keys: [odd, p256] }))
    const { directory, problems } = directoryOf(at)
    expect(await directory.get('odd')).toBeUndefined()
    expect((await directory.get('p256'))?.key.algorithm).toBe('ecdsa-p256-sha256')
    expect(problems.map((problem) => problem.code)).toEqual([code])
    expect(problems[0]?.message).toMatch(/^key 0 left out: /)
  })

  it('one of an algorithm that is not wanted', async () => {
    const { directory, problems } = directoryOf(await host(answer({ keys: [good, p256] })), { algorithms: ['ed25519'] })
    expect(await directory.get('p256')).toBeUndefined()
    expect((await directory.get('good'))?.key.algorithm).toBe('ed25519')
    expect(problems.map(({ code }) => code)).toEqual(['KEY_UNSUPPORTED'])
  })

  it('one that is no longer for signatures, though its numbers were fine before', async () => {
    const at = await host(answer({ keys: [good] }))
    const { directory, problems } = directoryOf(at)
    expect((await directory.get('good'))?.key.keyId).toBe('good')
    at.handler = answer({ keys: [{ ...good, use: 'enc' }] })
    await directory.refresh()
    expect(await directory.get('good')).toBeUndefined()
    expect(problems.map(({ code }) => code)).toEqual(['KEY_MALFORMED'])
  })
})

describe('a document that is taken', () => {
  it('has as many keys as it may, and keys without an id', async () => {
    const [nameless, unnamed] = [good, p256].map(({ kid: _, ...rest }) => rest) as [Jwk, Jwk]
    const { directory, problems } = directoryOf(await host(answer({ keys: [nameless, unnamed] })), { maxKeys: 2 })
    for (const key of [nameless, unnamed]) expect(await directory.get(jwkThumbprint(key))).toHaveProperty('key')
    expect(problems).toEqual([])
  })

  it('has a key that is named by its own thumbprint', async () => {
    const kid = jwkThumbprint(good)
    const { directory } = directoryOf(await host(answer({ keys: [{ ...good, kid }] })))
    expect((await directory.get(kid))?.key.algorithm).toBe('ed25519')
  })

  it('has an RSA key with a curve, which RSA has no use for', async () => {
    const { directory } = directoryOf(
      await host(answer({ keys: [{ ...rsa, kid: 'rsa', alg: 'PS512', crv: 'P-256' }] })),
    )
    expect((await directory.get('rsa'))?.key.algorithm).toBe('rsa-pss-sha512')
  })

  it('is checked for keys that an earlier one did not have', async () => {
    const at = await host(answer({ keys: [good] }))
    const { directory, problems } = directoryOf(at)
    await directory.refresh()
    at.handler = answer({ keys: [good, { ...rsa, kid: 'weak', alg: 'PS512', e: 'Aw' }] })
    await directory.refresh()
    expect(await directory.get('weak')).toBeUndefined()
    expect(problems.map(({ code }) => code)).toEqual(['KEY_WEAK'])
  })

  it('is JSON, and one that is not is called so', async () => {
    const { directory } = directoryOf(await host(answer('{"keys":[')))
    expect((await failure(() => directory.refresh())).text).toContain('directory must be JSON')
  })
})

describe('many keys', () => {
  it('are checked in pieces, so that other work goes on', async () => {
    const keys = await Promise.all(Array.from({ length: 40 }, (_, i) => jwk(`k${i}`)))
    const body = JSON.stringify({ keys })
    const type = { 'content-type': 'application/json' }
    const { directory } = directoryOf('https://keys.example.com', {
      fetch: async () => new Response(body, { headers: type }),
    })
    const turnsOf = async (work: Promise<void>): Promise<number> => {
      let turns = 0
      const timer = setInterval(() => turns++, 0)
      await work
      clearInterval(timer)
      return turns
    }
    expect(await turnsOf(directory.refresh())).toBeGreaterThanOrEqual(8)
    // The dear part is done once for each key.
    expect(await turnsOf(directory.refresh())).toBeLessThan(8)
    expect((await directory.get('k39'))?.key.keyId).toBe('k39')
  })
})

describe('key ids', () => {
  it('may be names that objects have', async () => {
    const keys = [
      { ...good, kid: '__proto__' },
      { ...p256, kid: 'constructor' },
    ]
    const { directory } = directoryOf(await host(answer(JSON.stringify({ keys }))))
    expect((await directory.get('__proto__'))?.key.algorithm).toBe('ed25519')
    expect((await directory.get('constructor'))?.key.algorithm).toBe('ecdsa-p256-sha256')
    for (const name of ['toString', 'hasOwnProperty', 'valueOf']) expect(await directory.get(name)).toBeUndefined()
  })

  it('may begin as base64url begins', async () => {
    const keys = [
      { ...good, kid: '-dash' },
      { ...p256, kid: '_line' },
    ]
    const { directory } = directoryOf(await host(answer({ keys })))
    expect((await directory.get('-dash'))?.key.algorithm).toBe('ed25519')
    expect((await directory.get('_line'))?.key.algorithm).toBe('ecdsa-p256-sha256')
  })

  it('take nothing from a polluted prototype', async () => {
    const { kid: _kid, ...nameless } = good
    Object.assign(Object.prototype, { kid: 'polluted', d: 'AAAA' })
    try {
      const { directory } = directoryOf(await host(answer({ keys: [nameless] })))
      expect(await directory.get('polluted')).toBeUndefined()
      expect((await directory.get(jwkThumbprint(nameless)))?.key.algorithm).toBe('ed25519')
    } finally {
      for (const name of ['kid', 'd']) Reflect.deleteProperty(Object.prototype, name)
    }
  })

  it('that cannot be one leave the thumbprint', async () => {
    const { directory } = directoryOf(await host(answer({ keys: [{ ...good, kid: 'a key' }] })))
    expect(await directory.get('a key')).toBeUndefined()
    expect((await directory.get(jwkThumbprint(good)))?.key.algorithm).toBe('ed25519')
  })

  it('name an RSA key for two algorithms, its thumbprint neither', async () => {
    const keys = [
      { ...rsa, alg: 'PS512', kid: 'pss' },
      { ...rsa, alg: 'RS256', kid: 'pkcs1' },
    ]
    const { directory } = directoryOf(await host(answer({ keys })))
    expect((await directory.get('pss'))?.key.algorithm).toBe('rsa-pss-sha512')
    expect((await directory.get('pkcs1'))?.key.algorithm).toBe('rsa-v1_5-sha256')
    expect(await directory.get(jwkThumbprint(rsa))).toBeUndefined()
  })
})

describe('the document to serve', () => {
  it('holds the public half only', async () => {
    const { signingKey } = await generateKeyPair('ed25519', { keyId: 'bot-1' })
    const { body, mediaType, path } = directoryDocument([signingKey])
    expect(mediaType).toBe('application/http-message-signatures-directory+json')
    expect(path).toBe('/.well-known/http-message-signatures-directory')
    const { keys } = JSON.parse(body)
    expect(Object.keys(keys[0]).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x'])
    expect(keys[0]).toMatchObject({ kty: 'OKP', crv: 'Ed25519', kid: 'bot-1' })
  })

  it('refuses secrets, key ids that are there twice, and times that are none', async () => {
    const secret = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(1) })
    expect((await failure(() => directoryDocument([secret]))).code).toBe('KEY_UNSUPPORTED')
    const { verifyingKey: key } = await generateKeyPair('ed25519', { keyId: 'bot-1' })
    expect((await failure(() => directoryDocument([key, { key }]))).code).toBe('CONFIG_INVALID')
    expect((await failure(() => directoryDocument([{ key, expiresAtMs: Number.NaN }]))).code).toBe('CONFIG_INVALID')
  })

  it('takes times from the epoch to the last one of a Date, and names any other', async () => {
    const { verifyingKey: key } = await generateKeyPair('ed25519', { keyId: 'bot-1' })
    const published = (times: object) => JSON.parse(directoryDocument([{ key, ...times }]).body).keys[0]
    expect(published({ notBeforeMs: 0, expiresAtMs: 8.64e15 })).toMatchObject({ nbf: 0, exp: 8.64e12 })
    expect(published({})).not.toHaveProperty('nbf')
    const text = (times: object) =>
      failure(() => directoryDocument([{ key, ...times } as never])).then((one) => one.text)
    expect(await text({ notBeforeMs: -1 })).toContain('"notBeforeMs" must be milliseconds since the epoch, got -1')
    expect(await text({ expiresAtMs: 8.64e15 + 1 })).toContain(
      '"expiresAtMs" must be milliseconds since the epoch, got 8640000000000001',
    )
    expect(await text({ expiresAtMs: '2030' })).toContain(
      '"expiresAtMs" must be milliseconds since the epoch, got a string',
    )
    expect(await text({ nbf: 5 })).toContain('did you mean "notBeforeMs"')
    expect((await failure(() => directoryDocument({} as never))).text).toContain(
      '"keys" must be a list of keys, got an object',
    )
  })
})
