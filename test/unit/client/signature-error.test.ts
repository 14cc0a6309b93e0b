import { describe, expect, test } from 'vitest'
import { createSignedFetch } from '../../../src/client/fetch/signed-fetch.js'
import { generateKeyPair, hmacKey, type SigningKey } from '../../../src/crypto/index.js'
import { httpRequest } from '../../../src/message/index.js'
import { coverLess, negotiable, parseSignatureError, rfc9421Verifier } from '../../../src/schemes/rfc9421/index.js'
import {
  createVerifier,
  memoryReplayStore,
  type PolicyOptions,
  signatureErrors,
  staticKeys,
  strictPolicy,
} from '../../../src/server/index.js'
import { withSignature } from '../../../src/server/middleware/fetch.js'
import { withCode } from '../../expect-code.js'

const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(3) })

/** What a server sees that refuses whatever comes for this reason. */
async function seen(error: string, status = 400, otherKeys: readonly SigningKey[] = []): Promise<string[]> {
  const inputs: string[] = []
  const signer = negotiable<SigningKey>({ key, otherKeys, components: ['@method'], nonce: false, [coverLess]: true })
  const signedFetch = createSignedFetch(signer, {
    origins: ['https://api.example.com'],
    fetch: async (_url, init) => {
      inputs.push(new Headers((init as RequestInit | undefined)?.headers).get('signature-input') ?? '')
      return new Response(null, { status, headers: { 'signature-error': error } })
    },
  })
  const { status: last } = await signedFetch('https://api.example.com/a')
  expect(last).toBe(status)
  return inputs.map((text) => text.replace(/;created.*keyid="bot-1"/, ''))
}

test.each([5, '', {}, 'two\r\nx: lines', 'né'])(
  'a signatureError that returns %j is refused, or nothing',
  async (value) => {
    const verifier = createVerifier({
      schemes: [rfc9421Verifier()],
      keys: staticKeys([]),
      policy: strictPolicy({ authorities: ['api.example.com'] }),
      replay: memoryReplayStore({ restartBarrier: false }),
      signatureError: () => value as string,
    })
    const verdict = verifier.verify(httpRequest({ url: 'https://api.example.com/' }))
    if (value === '') expect(await verdict).toMatchObject({ ok: false, code: 'AUTH_MISSING' })
    else
      await expect(verdict).rejects.toThrow(withCode('CONFIG_INVALID', '"signatureError" must return a line of ASCII'))
  },
)

describe('Signature-Error', () => {
  test.each([400, 401])(
    'with %i is answered once, by a signature that covers what is required besides',
    async (status) => {
      expect(await seen('error=invalid_input, required_input=("@authority" "@path")', status)).toEqual([
        'sig1=("@method")',
        'sig1=("@method" "@authority" "@path")',
      ])
    },
  )

  test.each([
    'error=invalid_input',
    'error=unsupported_algorithm, supported_algorithms=("ed25519")',
    'error=invalid_input, required_input=("x-not-a-component";odd)',
    'error=(',
    `error=invalid_input, required_input=("${'a'.repeat(5000)}")`,
  ])('is left alone where there is nothing to change: %.60s', async (error) => {
    expect(await seen(error)).toHaveLength(1)
  })

  test('that names other algorithms is answered by the first key that has one of them', async () => {
    const error = 'error=unsupported_algorithm, supported_algorithms=("rsa-pss-sha512" "ed25519")'
    const other = { keyId: 'p256', algorithm: 'ecdsa-p256-sha256', sign: () => new Uint8Array(64) } as const
    const ed = { keyId: 'ed', algorithm: 'ed25519', sign: () => new Uint8Array(64) } as const
    const [first, second, third] = await seen(error, 401, [other, ed])
    expect([first, third]).toEqual(['sig1=("@method")', undefined])
    expect(second).toMatch(/;keyid="ed"$/)
    expect(await seen(error, 401, [other])).toHaveLength(1)
    // Refused for an algorithm that it supports: another key is no answer to that.
    const odd = 'error=unsupported_algorithm, supported_algorithms=("hmac-sha256" "ed25519")'
    expect(await seen(odd, 401, [ed])).toHaveLength(1)
    for (const [otherKeys, got] of [
      [[{}], 'an object'],
      [[ed, 'p256'], 'a string'],
      [[undefined], 'an array'],
      [null, 'null'],
      ['p256', 'a string'],
    ] as const) {
      expect(() => negotiable({ key, otherKeys: otherKeys as never })).toThrow(
        `negotiable: "otherKeys" must be a list of signing keys, got ${got}`,
      )
    }
  })

  test('with another status is none', async () => {
    expect(await seen('error=invalid_input, required_input=("@path")', 403)).toHaveLength(1)
  })

  test('is read with the algorithms that are supported', () => {
    expect(
      parseSignatureError('error=unsupported_algorithm, supported_algorithms=("ed25519" "rsa-pss-sha512")'),
    ).toEqual({
      error: 'unsupported_algorithm',
      requiredInput: [],
      supportedAlgorithms: ['ed25519', 'rsa-pss-sha512'],
    })
  })
})

describe('Signature-Error of a server', async () => {
  const { signingKey, verifyingKey } = await generateKeyPair('ed25519', { keyId: 'bot-2' })
  /** What a client gets, and the fields of the refusals before. */
  const exchange = async (
    policy: Partial<PolicyOptions>,
    signer: ReturnType<typeof negotiable<SigningKey>>,
    offers = true,
  ): Promise<readonly unknown[]> => {
    const verifier = createVerifier({
      schemes: [rfc9421Verifier()],
      keys: staticKeys([{ key }, { key: verifyingKey }]),
      policy: strictPolicy({ authorities: ['api.example.com'], ...policy }),
      replay: memoryReplayStore({ restartBarrier: false }),
      ...(offers && { signatureError: signatureErrors }),
    })
    const handler = withSignature(verifier, (_request: Request, { keyId }: { keyId: string }) => new Response(keyId), {
      publicOrigin: 'https://api.example.com',
    })
    const errors: unknown[] = []
    const signedFetch = createSignedFetch(signer, {
      origins: ['https://api.example.com'],
      fetch: async (url, init) => {
        const response = await handler(new Request(url, init))
        if (!response.ok) errors.push(response.headers.get('signature-error'))
        return response
      },
    })
    const response = await signedFetch('https://api.example.com/a', { headers: { 'x-account': '7' } })
    return [...errors, response.ok ? await response.text() : response.status]
  }

  test('is never there by default', async () => {
    expect(await exchange({ algorithms: ['ed25519'] }, negotiable<SigningKey>({ key, alg: true }), false)).toEqual([
      null,
      401,
    ])
  })

  test('names the algorithms, and a client with another key gets through', async () => {
    const signer = negotiable<SigningKey>({ key, alg: true, otherKeys: [signingKey] })
    expect(await exchange({ algorithms: ['ed25519'] }, signer)).toEqual([
      'error=unsupported_algorithm, supported_algorithms=("ed25519")',
      'bot-2',
    ])
  })

  test('names the input, of this very request', async () => {
    const policy = { require: ['field:x-account'], requireWhenPresent: ['field:x-other'] } as const
    expect(await exchange(policy, negotiable<SigningKey>({ key }))).toEqual([
      'error=invalid_input, required_input=("@method" "@authority" "@path" "@query" "x-account")',
      'bot-1',
    ])
  })

  test('is one word for a key that is unknown, of another algorithm, and one that has not signed', async () => {
    const secret = new Uint8Array(32).fill(4)
    const wrong = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret })
    const unknown = hmacKey({ keyId: 'bot-9', algorithm: 'hmac-sha256', secret })
    const other = hmacKey({ keyId: 'bot-2', algorithm: 'hmac-sha256', secret })
    for (const one of [wrong, unknown, other])
      for (const alg of [true, false])
        expect((await exchange({}, negotiable<SigningKey>({ key: one, alg })))[0]).toBe('error=invalid_signature')
  })
})
