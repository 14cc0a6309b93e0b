import { constants, createPublicKey, publicEncrypt } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { Secret } from '../../../../src/crypto/index.js'
import type { SigningKey } from '../../../../src/crypto/key.js'
import { httpRequest } from '../../../../src/message/message.js'
import { ibkrAccessTokenSecret, ibkrSession, ibkrSessionAnswer } from '../../../../src/schemes/legacy/ibkr/index.js'
import { codeOf, textOf, withCode } from '../../../expect-code.js'
import VECTORS from '../../../vectors/legacy/ibkr.json' with { type: 'json' }
import { NOW } from './judge.js'

const encryptionKey = `-----BEGIN PRIVATE KEY-----\n${VECTORS.encryptionKey}\n-----END PRIVATE KEY-----\n`

describe('the secret of an access token', () => {
  const key = createPublicKey(encryptionKey)
  const length = (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8
  const sealed = (bytes: Uint8Array, padding: number = constants.RSA_PKCS1_PADDING): string =>
    publicEncrypt({ key, padding }, bytes).toString('base64')
  /** The text behind a padding of one's own. */
  const block = (start: readonly number[], filled: number, end: readonly number[]): string => {
    const out = new Uint8Array(length)
    out.set(start)
    out.fill(7, start.length, start.length + filled)
    out.set(end, start.length + filled)
    return sealed(out, constants.RSA_NO_PADDING)
  }
  const opened = async (accessTokenSecret: string, pem: string | Secret = encryptionKey): Promise<number[]> => [
    ...(await ibkrAccessTokenSecret({ encryptionKey: pem, accessTokenSecret })).reveal(),
  ]

  test('is what was encrypted for the key, in base64 with or without line breaks', async () => {
    const text = sealed(Uint8Array.of(1, 2, 3))
    expect(await opened(text)).toEqual([1, 2, 3])
    expect(await opened(` ${text.slice(0, 50)}\n${text.slice(50)}\n`)).toEqual([1, 2, 3])
    expect(await opened(text, Secret.fromText(encryptionKey))).toEqual([1, 2, 3])
    expect(await opened(block([0, 2], length - 4, [0, 9]))).toEqual([9])
    expect(await opened(block([0, 2], 8, [0, ...new Array<number>(length - 11).fill(9)]))).toHaveLength(length - 11)
  })

  test('is none where the padding is another, or too short', async () => {
    for (const text of [
      block([0, 1], length - 4, [0, 9]),
      block([1, 2], length - 4, [0, 9]),
      block([0, 2], 7, [0, ...new Array<number>(length - 10).fill(9)]),
      block([0, 2], length - 2, []),
      block([0, 2], length - 3, [0]),
      block([0, 0, 2], length - 5, [0, 9]),
    ])
      expect(await codeOf(opened(text))).toBe('CONFIG_INVALID')
  })

  test('is none where the text is no number of the key', async () => {
    const bytes = Buffer.from(sealed(Uint8Array.of(1)), 'base64')
    const modulus = BigInt(`0x${Buffer.from(key.export({ format: 'jwk' }).n as string, 'base64url').toString('hex')}`)
    // A number and its sum with the modulus decrypt to the same.
    const over = [...new Array(64).keys()]
      .map((at) => BigInt(`0x${Buffer.from(block([0, 2], length - 4, [0, at]), 'base64').toString('hex')}`) + modulus)
      .find((sum) => sum.toString(16).length === 2 * length) as bigint
    for (const text of [
      Buffer.from(over.toString(16), 'hex').toString('base64'),
      '!',
      bytes.subarray(1).toString('base64'),
      Buffer.concat([Buffer.of(0), bytes]).toString('base64'),
      Buffer.alloc(length, 0xff).toString('base64'),
    ])
      await expect(opened(text)).rejects.toThrow(
        withCode('CONFIG_INVALID', '"accessTokenSecret" must be base64 of what is encrypted for "encryptionKey"'),
      )
  })

  test('needs both options by their names', async () => {
    for (const [options, text] of [
      [{ encryptionKey }, '"accessTokenSecret"'],
      [{ accessTokenSecret: 'AAAA' }, '"encryptionKey"'],
      [{ privateKey: 'x', accessTokenSecret: 'AAAA' }, 'did you mean "encryptionKey"'],
    ] as const)
      await expect(ibkrAccessTokenSecret(options as never)).rejects.toThrow(withCode('CONFIG_INVALID', text))
  })
})

describe('a session that is asked for', () => {
  const prime = `8${'0'.repeat(510)}1`
  const signatureKey = { keyId: 'x', algorithm: 'rsa-v1_5-sha256', sign: () => new Uint8Array(256) } as SigningKey
  const party = {
    ...{ consumerKey: 'CONS', accessToken: 'tok', prime },
    accessTokenSecret: new Secret(new Uint8Array(16).fill(1)),
  }
  const asked = { ...party, signatureKey, exponent: new Uint8Array(32).fill(9) }
  const answered = { ...party, expiresMs: NOW, exponent: new Uint8Array(32).fill(8) }
  const challengeOf = (session: ReturnType<typeof ibkrSession>): string => {
    const context = { keyId: '', algorithm: 'rsa-v1_5-sha256', nowMs: NOW, nonce: 'n' } as const
    const request = httpRequest({ method: 'POST', url: 'https://api.ibkr.com/a' })
    const line = session.signer.scheme.prepare(request, context).attach(new Uint8Array(256)).fields.at(-1)
    return /^OAuth realm="limited_poa", diffie_hellman_challenge="([0-9a-f]+)"/.exec(line as string)?.[1] as string
  }

  test('gives both sides the same key, by the generator that they have', () => {
    const bases = [undefined, 5].map((generator) => {
      const more = generator === undefined ? {} : { generator }
      const session = ibkrSession({ ...asked, ...more })
      const challenge = challengeOf(session)
      const { answer, key } = ibkrSessionAnswer({ ...answered, ...more, challenge })
      expect(answer.live_session_token_expiration).toBe(NOW)
      const own = session.key(answer)
      expect([own.keyId, own.algorithm, own.sign('base')]).toEqual(['CONS:tok', 'hmac-sha256', key.sign('base')])
      const upper = { ...answer, live_session_token_signature: answer.live_session_token_signature.toUpperCase() }
      expect(session.key(upper).sign('base')).toEqual(key.sign('base'))
      for (const proof of [undefined, '', 'x', answer.live_session_token_signature.slice(2), 5])
        expect(() => session.key({ ...answer, live_session_token_signature: proof as string })).toThrow(
          withCode('SIGNATURE_INVALID', 'the answer is not of the party that knows the access token'),
        )
      for (const none of [undefined, null, {}])
        expect(() => session.key(none as never)).toThrow(withCode('AUTH_MALFORMED'))
      return challenge
    })
    expect(bases[0]).not.toBe(bases[1])
  })

  test('needs what both sides know, and an exponent of 32 bytes', () => {
    for (const [change, code, text] of [
      [{ exponent: new Uint8Array(31) }, 'CONFIG_INVALID', '"exponent" must be at least 32 random bytes'],
      [{ exponent: 'x'.repeat(32) }, 'CONFIG_INVALID', '"exponent" must be at least 32 random bytes'],
      [
        { accessTokenSecret: new Secret(new Uint8Array(15)) },
        'KEY_WEAK',
        '"accessTokenSecret" must have at least 16 bytes, got 15',
      ],
      [{ accessToken: 'a-b' }, 'CONFIG_INVALID', '"consumerKey" and "accessToken" must be letters and digits'],
      [{ prime: 'ff' }, 'KEY_WEAK', '"prime" must have at least 2048 bits'],
      [{ generator: 1 }, 'CONFIG_INVALID', '"generator" must be'],
      [{ consumerKey: undefined }, 'CONFIG_INVALID', '"consumerKey"'],
      [{ dhPrime: prime }, 'CONFIG_INVALID', 'did you mean "prime"'],
      [{ accessTokenSecret: 'x' }, 'CONFIG_INVALID', '"accessTokenSecret" must be a Secret'],
    ] as const) {
      const [first, second] = [
        { ...asked, ...change },
        { ...answered, challenge: '2', ...change },
      ] as never[]
      for (const message of [
        textOf(() => ibkrSession(first as never)),
        textOf(() => ibkrSessionAnswer(second as never)),
      ]) {
        expect(message).toContain(text)
        expect(message).toMatch(new RegExp(`^${code} `))
      }
    }
    expect(textOf(() => ibkrSession({ ...asked, signatureKey: {} as never }))).toContain(
      '"signatureKey" must be an RSA',
    )
    expect(textOf(() => ibkrSession({ ...asked, realm: 'a"b' }))).toContain('ibkrSession: "realm"')
    expect(textOf(() => ibkrSession({ ...asked, key: 'x' } as never))).toContain('did you mean "signatureKey"')
    for (const challenge of ['0', '1', 'x', prime])
      expect(codeOf(() => ibkrSessionAnswer({ ...answered, challenge }))).toBe('AUTH_MALFORMED')
  })
})
