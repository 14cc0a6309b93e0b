import { createHash, createPublicKey, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { jwkThumbprint } from '../../../src/crypto/index.js'
import { type DiagnoseOptions, diagnose } from '../../../src/doctor/index.js'
import { ED25519_KEY, RSA_KEY } from '../../doctor/keys.mjs'

const jwk = createPublicKey(ED25519_KEY).export({ format: 'jwk' }) as { readonly x: string }
const thumbprint = jwkThumbprint(jwk as never)
const digest = (body: string) => `sha-256=:${createHash('sha256').update(body).digest('base64')}:`

/** A request with its components by name: what is sent, and what was signed where that is another value. */
const request = (
  fields: ReadonlyArray<readonly [name: string, sent: string, signed?: string, id?: string]>,
  params: string,
  body = '',
) => {
  const ids = ['"@authority"', ...fields.map(([name, , , id]) => id ?? `"${name.toLowerCase()}"`)]
  const text = `(${ids.join(' ')});created=1700000000${params}`
  const lines = ['shop.example.com', ...fields.map(([, sent, signed = sent]) => signed)].map(
    (one, at) => `${ids[at]}: ${one}`,
  )
  const signature = sign(null, Buffer.from(`${lines.join('\n')}\n"@signature-params": ${text}`), ED25519_KEY)
  const sent = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  return `${body === '' ? 'GET' : 'POST'} /a HTTP/1.1\r\nHost: shop.example.com\r\n${sent}Signature-Input: sig1=${text}\r\nSignature: sig1=:${signature.toString('base64')}:\r\n${body === '' ? '' : `Content-Length: ${body.length}\r\n`}\r\n${body}`
}
const agent = (signed?: string, keyId = thumbprint) =>
  request(
    [
      [
        'Signature-Agent',
        'sig1="https://bot.example"',
        signed ?? '"https://bot.example"',
        '"signature-agent";key="sig1"',
      ],
    ],
    `;expires=1700000060;keyid="${keyId}";tag="web-bot-auth"`,
  )
const judged = async (text: string, options: DiagnoseOptions = { publicKey: jwk }) => {
  const { signature, verified, findings } = await diagnose(text, { budgetMs: 20_000, ...options })
  return { signature, verified, id: findings[0]?.id, certainty: findings[0]?.certainty }
}

describe('the key id of Web Bot Auth', () => {
  test('is right where it is the thumbprint of the key', async () => {
    expect(await judged(agent())).toMatchObject({ signature: 'fits', verified: true })
  })

  test.each([
    ['members in another order', createHash('sha256').update(JSON.stringify(jwk)).digest('base64url')],
    ['another key', jwkThumbprint(createPublicKey(RSA_KEY).export({ format: 'jwk' }) as never)],
  ])('is named where it is the hash of %s', async (_, keyId) => {
    expect(await judged(agent(undefined, keyId))).toEqual({
      ...{ signature: 'fits', verified: false },
      ...{ id: 'key-id-other', certainty: 'proven' },
    })
  })

  test('is not judged by a key that has not signed', async () => {
    const publicKey = createPublicKey(RSA_KEY).export({ format: 'jwk' })
    expect((await judged(agent(), { publicKey })).id).not.toBe('key-id-other')
  })
})

test.each([
  ['without quotation marks', 'https://bot.example'],
  ['with the name of the member', 'sig1="https://bot.example"'],
  ['with a slash at its end', '"https://bot.example/"'],
  ['with a type', '"https://bot.example";type=directory'],
])('an agent that was signed %s is named', async (_, signed) => {
  expect(await judged(agent(signed))).toMatchObject({ id: 'signature-agent-form', signature: 'explained' })
})

describe('Authorization', () => {
  const gnap = (sent: string, signed: string) => request([['Authorization', sent, signed]], ';keyid="k"')

  test.each([
    ['GNAP token-1', 'token-1'],
    ['GNAP token-1', 'Bearer token-1'],
    ['DPoP token-1', 'dpop token-1'],
  ])('%s is named where "%s" was signed', async (sent, signed) => {
    expect(await judged(gnap(sent, signed))).toMatchObject({ id: 'authorization-scheme', signature: 'explained' })
  })
})

describe('what a profile asks of a field or nonce', () => {
  const body = '{"a":1}'
  const signed = ['Content-Digest', digest(body)] as const
  const type = ['Content-Type', 'application/json'] as const

  test.each([
    [
      'GNAP takes no Bearer token',
      [['Authorization', 'Bearer t'], signed],
      ';keyid="k";tag="gnap"',
      'authorization-form',
    ],
    [
      'a short nonce of AdCP',
      [type, signed],
      ';expires=1700000060;nonce="abc";keyid="k";alg="ed25519";tag="adcp/request-signing/v1"',
      'profile-nonce',
    ],
    [
      'an agent of UCP without quotation marks',
      [['UCP-Agent', 'profile=https://a.example/.well-known/ucp'], ['Idempotency-Key', 'i'], signed, type],
      ';keyid="k"',
      'ucp-agent-form',
    ],
  ] as const)('%s', async (_, fields, params, id) => {
    const { findings } = await diagnose(request([...fields], params, body), { publicKey: jwk })
    expect(findings.filter(({ certainty }) => certainty === 'proven').map((one) => one.id)).toContain(id)
  })

  test('what is in its form is not named', async () => {
    const nonce = Buffer.alloc(16).toString('base64url')
    for (const [fields, params] of [
      [[['Authorization', 'GNAP t'], signed], ';keyid="k";tag="gnap"'],
      [[type, signed], `;expires=1700000060;nonce="${nonce}";keyid="k";alg="ed25519";tag="adcp/request-signing/v1"`],
      [[['UCP-Agent', 'version="1", profile="https://a.example/.well-known/ucp"'], signed, type], ';keyid="k"'],
    ] as const) {
      const { findings } = await diagnose(request([...fields], params, body), { publicKey: jwk })
      expect(findings.map(({ id }) => id).filter((id) => /-form$|^profile-nonce$/.test(id))).toEqual([])
    }
  })
})
