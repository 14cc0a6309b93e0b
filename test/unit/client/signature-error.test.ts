import { describe, expect, test } from 'vitest'
import { createSignedFetch } from '../../../src/client/fetch/signed-fetch.js'
import { hmacKey } from '../../../src/crypto/index.js'
import { coverLess, negotiable, parseSignatureError } from '../../../src/schemes/rfc9421/index.js'

const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(3) })

/** What a server sees that refuses whatever comes for this reason. */
async function seen(error: string, status = 400): Promise<string[]> {
  const inputs: string[] = []
  const signedFetch = createSignedFetch(negotiable({ key, components: ['@method'], nonce: false, [coverLess]: true }), {
    origins: ['https://api.example.com'],
    fetch: async (_url, init) => {
      inputs.push(new Headers((init as RequestInit | undefined)?.headers).get('signature-input') ?? '')
      return new Response(null, { status, headers: { 'signature-error': error } })
    },
  })
  const { status: last } = await signedFetch('https://api.example.com/a')
  expect(last).toBe(status)
  return inputs.map((text) => text.replace(/;.*/, ''))
}

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
