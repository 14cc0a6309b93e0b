import { expect, test } from 'vitest'
import { doubleKnock } from '../../../src/client/index.js'
import { hmacKey } from '../../../src/crypto/index.js'
import { cavage } from '../../../src/schemes/legacy/cavage/index.js'
import { rfc9421 } from '../../../src/schemes/rfc9421/index.js'
import { codeOf } from '../../expect-code.js'

const key = hmacKey({
  keyId: 'https://a.example/u#main-key',
  algorithm: 'hmac-sha256',
  secret: new Uint8Array(32).fill(2),
})
const origins = ['https://old.example', 'https://new.example', 'https://none.example']

/** Servers by name: which scheme each takes. What was sent is noted as `host scheme`. */
function servers(status = 401) {
  const sent: string[] = []
  const takes = { 'old.example': 'cavage', 'new.example': 'rfc9421', 'none.example': '' } as Record<string, string>
  const fetch = async (url: string, init: object): Promise<Response> => {
    const names = (init as { headers: [string, string][] }).headers.flat().map((one) => String(one).toLowerCase())
    const scheme = names.includes('signature-input') ? 'rfc9421' : 'cavage'
    const { host } = new URL(url)
    sent.push(
      `${host} ${scheme} ${new TextDecoder().decode((init as { body?: Uint8Array }).body ?? new Uint8Array(0))}`.trim(),
    )
    return new Response(null, { status: takes[host] === scheme ? 202 : status })
  }
  return { sent, fetch }
}
const knock = (fetch: (url: string, init: object) => Promise<Response>, maxOrigins?: number) =>
  doubleKnock([rfc9421({ key }), cavage({ key })], {
    origins,
    fetch,
    ...(maxOrigins === undefined ? {} : { maxOrigins }),
  })
const delivery = { method: 'POST', body: '{}' }

test('the second scheme is tried where the first is refused, and is then the first for that origin', async () => {
  const { sent, fetch } = servers()
  const deliver = knock(fetch)
  expect((await deliver('https://old.example/inbox', delivery)).status).toBe(202)
  expect((await deliver('https://old.example/inbox', delivery)).status).toBe(202)
  expect((await deliver('https://new.example/inbox', delivery)).status).toBe(202)
  expect(sent).toEqual([
    'old.example rfc9421 {}',
    'old.example cavage {}',
    'old.example cavage {}',
    'new.example rfc9421 {}',
  ])
})

test('a server that refuses both is asked with both each time, and its answer is returned', async () => {
  const { sent, fetch } = servers(403)
  const deliver = knock(fetch)
  expect((await deliver('https://none.example/inbox', delivery)).status).toBe(403)
  expect((await deliver('https://none.example/inbox', delivery)).status).toBe(403)
  expect(sent.map((one) => one.split(' ')[1])).toEqual(['rfc9421', 'cavage', 'rfc9421', 'cavage'])
})

test('another failure than a refusal is returned at once', async () => {
  const { sent, fetch } = servers(500)
  expect((await knock(fetch)('https://old.example/inbox', delivery)).status).toBe(500)
  expect(sent).toHaveLength(1)
})

test('a Request is sent twice with its body, a stream once', async () => {
  const { sent, fetch } = servers()
  await knock(fetch)(new Request('https://old.example/inbox', delivery))
  expect(sent).toEqual(['old.example rfc9421 {}', 'old.example cavage {}'])
  sent.length = 0
  const body = new Blob(['{}']).stream()
  const answer = await knock(fetch)('https://old.example/inbox', {
    method: 'POST',
    body,
    duplex: 'half',
  } as RequestInit)
  expect(answer.status).toBe(401)
  expect(sent).toHaveLength(1)
})

test('no more origins are remembered than given', async () => {
  const { sent, fetch } = servers()
  const deliver = knock(fetch, 1)
  await deliver('https://old.example/inbox', delivery)
  await deliver('https://new.example/inbox', delivery)
  sent.length = 0
  await deliver('https://old.example/inbox', delivery)
  expect(sent).toHaveLength(2)
})

test('set-ups that cannot be meant are refused', () => {
  const { fetch } = servers()
  expect(codeOf(() => doubleKnock([rfc9421({ key })], { origins, fetch }))).toBe('CONFIG_INVALID')
  expect(codeOf(() => doubleKnock([rfc9421({ key }), cavage({ key })], { origins, refusedWith: [200] }))).toBe(
    'CONFIG_INVALID',
  )
  expect(codeOf(() => doubleKnock([rfc9421({ key }), cavage({ key })], { origins, maxOrigins: 0 }))).toBe(
    'CONFIG_INVALID',
  )
})
