import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { diagnose } from '../../../../src/doctor/index.js'

const SECRET = 'canary-secret-5d41402abc4b2a76'
const BODY = '{"sys":{"id":"1"}}'
const NAMES = 'x-contentful-signed-headers,x-contentful-timestamp'
const FIELDS = `x-contentful-signed-headers:${NAMES};x-contentful-timestamp:1700000000123`

const first = async (signed: { path?: string; body?: string; fields?: string }, drop = '') => {
  const { path = '/entry?a=1', body = BODY, fields = FIELDS } = signed
  const signature = createHmac('sha256', SECRET).update(['POST', path, fields, body].join('\n')).digest('hex')
  const text = `POST /entry?a=1 HTTP/1.1\nHost: app.example.com\nX-Contentful-Signature: ${signature}\nX-Contentful-Signed-Headers: ${NAMES}\nX-Contentful-Timestamp: 1700000000123\nContent-Length: ${BODY.length}\n\n${BODY}`
  const { scheme, findings } = await diagnose(text.replace(drop, ''), { secret: SECRET, budgetMs: 20_000 })
  return { scheme, id: findings[0]?.id }
}

test('a delivery of Contentful fits', async () => {
  expect(await first({})).toEqual({ scheme: 'contentful', id: undefined })
})

test.each([
  ['a body that was written anew', { body: '{"sys": {"id": "1"}}' }, 'body-json-spaces'],
  ['a query that was lost', { path: '/entry' }, 'query-left-out'],
  ['a prefix that a gateway took off', { path: '/api/entry?a=1' }, 'path-extra-prefix'],
])('the finding names %s', async (_, signed, id) => {
  expect(await first(signed)).toEqual({ scheme: 'contentful', id })
})

test('a signed header that did not arrive is named without a key', async () => {
  expect(await first({}, 'X-Contentful-Timestamp: 1700000000123\n')).toEqual({
    scheme: 'contentful',
    id: 'header-missing',
  })
})
