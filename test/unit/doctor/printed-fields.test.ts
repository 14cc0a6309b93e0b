import { expect, test } from 'vitest'
import { readCapture } from '../../../src/doctor/index.js'
import { read } from './read.js'

const SIGN = 'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA='
const FIELDS = `{'X-Api-Key': 'k-1', 'X-Sign': '${SIGN}'}`
const WHOLE = {
  method: 'POST',
  url: 'https://api.example.com/v1/orders',
  headers: { 'x-api-key': 'k-1', 'x-sign': SIGN },
}

test.each([
  [
    'above the call, with a label',
    `signed headers: ${FIELDS}\nhost = 'https://api.example.com'\nurl = '/orders'\nres = requests.post(host + "/v1" + url, headers=signed, data=None)`,
  ],
  [
    'below the call, with its answer',
    `base = "https://api.example.com"\nres = requests.post(base + "/v1/orders", headers=make_headers())\nrequest headers = ${FIELDS}\n`,
  ],
])('fields whose name a call takes are those that were printed: %s', (_, text) => {
  expect(read(text)).toMatchObject(WHOLE)
  expect(readCapture(text).unread.map(({ part }) => part)).not.toContain('headers')
})

test.each([
  ['joined', `host = 'https://api.example.com'\nrequests.post(host + '/v1' + "/orders", headers=${FIELDS})`],
  ['of format()', `requests.post('https://{}/v1/{name}'.format('api.example.com', name='orders'), headers=${FIELDS})`],
  [
    'of format() with numbers',
    `requests.post('{1}/v{0}/orders'.format(1, 'https://api.example.com'), headers=${FIELDS})`,
  ],
  ['of %', `host = 'api.example.com'\nrequests.post('https://%s/v%d/orders' % (host, 1), headers=${FIELDS})`],
  ['of one %', `path = 'orders'\nrequests.post('https://api.example.com/v1/%s' % path, headers=${FIELDS})`],
  ['of str()', `version = 1\nrequests.post('https://api.example.com/v' + str(version) + '/orders', headers=${FIELDS})`],
])('a URL of Python is read where its text is made of others: %s', (_, text) => {
  expect(read(text)).toMatchObject(WHOLE)
})

test('a text that is made of what is not known is not known', () => {
  const { unread } = readCapture(`requests.post('https://api.example.com/v1', data='%s' % secret(), headers=${FIELDS})`)
  expect(unread.map(({ part }) => part)).toContain('data')
})

test('what json= is sent as depends on the client', () => {
  const call = `.post('https://api.example.com', json={'a': 1, 'b': 'é'}, headers={'X-Sign': '${SIGN}'})`
  expect(read(`requests${call}`)['body']).toBe('{"a": 1, "b": "\\u00e9"}')
  expect(read(`httpx${call}`)['body']).toBe('{"a":1,"b":"é"}')
  expect(read(`import httpx\nclient = httpx.Client()\nr = client${call}`)['body']).toBe('{"a":1,"b":"é"}')
})

test('a session is read with the program that stands before its first prompt', () => {
  const text = `headers = ${FIELDS}\nr = requests.post('https://api.example.com/v1/orders', headers=headers)\n>>> r.status_code\n401\n>>> r.text\n'{"msg":"Invalid sign"}'\n`
  expect(read(text)).toMatchObject({ ...WHOLE, refusal: { body: expect.stringContaining('Invalid sign') } })
})

test('a log whose signature is a member of the JSON is a request, and that member is none of its fields', () => {
  const body = '{"action":{"type":"cancel"},"nonce":1700000000123,"signature":{"r":"0x1","s":"0x2","v":27}}'
  const text = `why is it refused?\n\nurl: https://api.example.com/exchange\npayload: ${body}\nresponse: {'status': 'err', 'response': 'no such wallet'}\n`
  expect(read(text)).toMatchObject({
    ...{ method: 'POST', url: 'https://api.example.com/exchange', body, headers: {} },
    refusal: { body: expect.stringContaining('no such wallet') },
  })
})
