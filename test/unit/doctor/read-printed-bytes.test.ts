import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { read } from './read.js'

const BODY = '{"a":"é","b":1}'
const HEADERS = "{'Host': 'a.example', 'X-Hub-Signature-256': 'sha256=00', 'Content-Type': 'application/json'}"
const python = `b'${BODY.replace('é', '\\xc3\\xa9')}'`

describe('a body as languages print it', () => {
  test.each([
    ['bytes of Python below the fields', `${HEADERS}\n${python}\nSignatures did not match!`],
    ['bytes of Python behind a name', `headers: ${HEADERS}\nbody: ${python}`],
    ['bytes of a session of Python', `>>> request.headers\n${HEADERS}\n>>> request.body\n${python}`],
    ['a text of Rust or Elixir', `headers = ${HEADERS.replaceAll("'", '"')}\nbody = ${JSON.stringify(BODY)}`],
    [
      'a Buffer of Node',
      `headers: ${inspect({ host: 'a.example', 'x-hub-signature-256': 'sha256=00' })}\nrawBody: ${inspect(Buffer.from(BODY))}`,
    ],
    [
      'a Buffer of Node in JSON',
      JSON.stringify({ url: 'https://a.example/', headers: { 'x-a': '1' }, body: Buffer.from(BODY) }),
    ],
    [
      'a Buffer of Node in a log of JSON',
      JSON.stringify({
        level: 30,
        req: {
          method: 'POST',
          url: '/',
          headers: { host: 'a.example', 'x-hub-signature-256': 'sha256=00' },
          body: Buffer.from(BODY),
        },
      }),
    ],
    [
      'a text behind an environment',
      `{"REQUEST_METHOD"=>"POST", "PATH_INFO"=>"/", "HTTP_HOST"=>"a.example", "HTTP_X_HUB_SIGNATURE_256"=>"sha256=00"}\npayload_body: ${BODY}`,
    ],
  ])('%s is read as its characters', (_, text) => {
    expect(read(text)).toMatchObject({ body: BODY })
  })

  test('a Buffer that is cut off is a body that is not shown', () => {
    const text = `headers: ${inspect({ host: 'a.example', 'x-hub-signature-256': 'sha256=00' })}\nrawBody: ${inspect(Buffer.from(`{"a":"${'b'.repeat(99)}"}`))}`
    const found = read(text)
    expect(found).not.toHaveProperty('body')
    expect(found).toMatchObject({ unread: expect.arrayContaining(['body']) })
  })

  test('bytes that are no text stay as they are printed', () => {
    expect(read(`headers: ${HEADERS}\nbody: b'\\xff\\xfe'`)).toMatchObject({ headers: { host: 'a.example' } })
  })
})

describe('a test of a server', () => {
  const fields = { 'x-hub-signature-256': 'sha256=00', 'content-type': 'application/json' }
  test.each([
    [
      'supertest',
      `await request(app)\n  .post('/hook')\n  .set('X-Hub-Signature-256', 'sha256=00')\n  .set('Content-Type', 'application/json')\n  .send('${BODY}')`,
    ],
    [
      'inject of Fastify',
      `await app.inject({ method: 'POST', url: '/hook', headers: { 'x-hub-signature-256': 'sha256=00', 'content-type': 'application/json' }, payload: '${BODY}' })`,
    ],
    [
      'httptest of Go',
      `req := httptest.NewRequest("POST", "/hook", strings.NewReader(\`${BODY}\`))\nreq.Header.Set("X-Hub-Signature-256", "sha256=00")\nreq.Header.Set("Content-Type", "application/json")`,
    ],
    [
      'MockMvc of Spring',
      `mockMvc.perform(post("/hook").header("X-Hub-Signature-256", "sha256=00").header("Content-Type", "application/json").content(${JSON.stringify(BODY)}))`,
    ],
    [
      'a client of Flask',
      `client.post("/hook", data='${BODY}', headers={"X-Hub-Signature-256": "sha256=00", "Content-Type": "application/json"})`,
    ],
    [
      'fetch of a path',
      `fetch("/hook", { method: "POST", headers: ${JSON.stringify(fields)}, body: ${JSON.stringify(BODY)} })`,
    ],
  ])('%s is read with the path that it calls', (_, text) => {
    expect(read(text)).toMatchObject({
      method: 'POST',
      url: 'https://unknown.invalid/hook',
      headers: fields,
      body: BODY,
    })
  })
})

test('fields with their names come before a signature alone', () => {
  const text = `Jun 01 12:00:00.13 svix-id: msg_1\nJun 01 12:00:00.13 svix-timestamp: 1700000000\nJun 01 12:00:00.13 svix-signature: v1,${'A'.repeat(43)}=\nJun 01 12:00:00.14 payload: ${BODY}`
  expect(read(text)).toMatchObject({ headers: { 'svix-id': 'msg_1', 'svix-timestamp': '1700000000' }, body: BODY })
})
