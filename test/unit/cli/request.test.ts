import { writeFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import { invoke } from '../../cli/invoke.js'
import { folder, listener } from './world.js'

const at = folder()
const server = await listener(({ url }) => {
  if (url.startsWith('/refused')) return { status: 401, body: '{"title":"Unauthorized"}' }
  if (url.startsWith('/explained')) return { status: 401, body: '{"status":401,"code":"KEY_UNKNOWN"}' }
  if (url.startsWith('/other-host')) return { status: 421, body: '{"status":421,"code":"HOST_MISMATCH"}' }
  if (url.startsWith('/bytes')) return { headers: { 'content-type': 'image/png' }, body: new Uint8Array([0, 255, 1]) }
  if (url.startsWith('/moves')) return { status: 302, headers: { location: 'https://elsewhere.example/' }, body: '' }
  if (url.startsWith('/exact')) return { body: '{"id":12345678901234567890,"qty":1.10}' }
  if (url.startsWith('/hostile')) return { headers: { 'x-a': '\u009b2Jx' }, body: '\u001b[2J\u202egone' }
  return {}
})

beforeAll(async () => {
  await invoke(['keygen', at('bot')])
})

const request = (...argv: string[]) => invoke(['request', ...argv, '--key', `file:${at('bot.pem')}`])
const last = () => server.received.at(-1)

test('what arrives verifies: method, fields, JSON of the items in their order', async () => {
  const url = `${server.origin}/v1/orders`
  const { code } = await request('PUT', url, 'X-Account:a1', 'side=buy', 'qty:=0.50', 'tags:=["a"]', 'day==2026 01')
  expect(code).toBe(0)
  const { method, url: target, headers, body, rawHeaders } = last() ?? expect.unreachable()
  expect([method, target, body]).toEqual(['PUT', '/v1/orders?day=2026%2001', '{"side":"buy","qty":0.5,"tags":["a"]}'])
  expect(headers).toMatchObject({ 'x-account': 'a1', 'content-type': 'application/json' })
  const fields = rawHeaders.map((text, i) => (i % 2 ? `${text}\n` : `${text}: `)).join('')
  const raw = `${method} ${target} HTTP/1.1\n${fields}\n${body}`
  const verified = await invoke(['verify', '-P', at('bot.pub.pem'), '--scheme', 'http'], { stdin: raw })
  expect(verified).toMatchObject({ code: 0 })
})

test('the method may be left out: GET, or POST where there is something to send', async () => {
  await request(`${server.origin}/a`)
  expect(last()).toMatchObject({ method: 'GET', url: '/a', body: '' })
  await request(`${server.origin}/a`, 'x=1')
  expect(last()).toMatchObject({ method: 'POST', body: '{"x":"1"}' })
  await request(`:${server.port}/short`)
  expect(last()).toMatchObject({ method: 'GET', url: '/short' })
})

test('@file is the body, byte for byte, and --form writes the fields as a form', async () => {
  writeFileSync(at('body.txt'), 'a\r\nb\0\n')
  await request('POST', `${server.origin}/a`, `@${at('body.txt')}`, 'Content-Type:text/plain')
  expect(last()?.body).toBe('a\r\nb\0\n')
  await request('POST', `${server.origin}/a`, '--form', 'x=1 2', 'y:=3')
  expect(last()).toMatchObject({ body: 'x=1+2&y=3' })
  expect(last()?.headers['content-type']).toBe('application/x-www-form-urlencoded')
})

test('files may stand in fields and headers, and a backslash takes the meaning of a separator away', async () => {
  writeFileSync(at('note'), 'text\n')
  writeFileSync(at('list.json'), '[1,2]')
  await request(
    'POST',
    `${server.origin}/a`,
    `note=@${at('note')}`,
    `list:=@${at('list.json')}`,
    `X-Note:@${at('note')}`,
    'a\\=b=c',
  )
  expect(last()).toMatchObject({ body: '{"note":"text\\n","list":[1,2],"a=b":"c"}', headers: { 'x-note': 'text' } })
})

test('a secret header is read from its place', async () => {
  const argv = ['request', 'GET', `${server.origin}/a`, 'Authorization:@env:TOKEN', '--key', `file:${at('bot.pem')}`]
  const { code, stdout, stderr } = await invoke(argv, { env: { TOKEN: 'Bearer abc' } })
  expect(code).toBe(0)
  expect(last()?.headers.authorization).toBe('Bearer abc')
  expect(stdout + stderr).not.toContain('abc')
})

test.each([
  ['/refused', true],
  ['/other-host', true],
  ['/explained', false],
])('after the refusal %s the other name of this machine is named: %s', async (path, isNamed) => {
  const { stderr } = await request('GET', `${server.origin}${path}`)
  expect(/it was signed (?:as "[^"]+" )?for 127\.0\.0\.1/.test(stderr)).toBe(isNamed)
})

test('a refusal ends with 1, no answer with 3, a plain connection to another machine with 2', async () => {
  expect((await request('GET', `${server.origin}/refused`)).code).toBe(1)
  const away = await request('GET', 'http://127.0.0.1:9/')
  expect(away).toMatchObject({ code: 3, stderr: 'countersign: 127.0.0.1:9 cannot be reached: ECONNREFUSED\n' })
  const count = server.received.length
  expect(await request('GET', 'http://api.example.com/')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('must be https'),
  })
  expect(server.received).toHaveLength(count)
})

test('a redirect is shown and not followed', async () => {
  const { code, stdout } = await request('GET', `${server.origin}/moves`, '--print', 'h')
  expect(code).toBe(0)
  expect(stdout).toMatch(/^HTTP\/1\.1 302 Found\nlocation: https:\/\/elsewhere\.example\//)
})

test('redirected output is the body alone, byte for byte; on a terminal it is pretty', async () => {
  expect((await request('GET', `${server.origin}/a`)).stdout).toBe('{"ok":true}')
  const pretty = await invoke(['request', 'GET', `${server.origin}/a`, '--key', `file:${at('bot.pem')}`], {
    tty: true,
    env: { NO_COLOR: '1' },
  })
  expect(pretty.stdout).toMatch(/^HTTP\/1\.1 200 OK\ncontent-type: application\/json\n[^{]*\n\{\n {2}"ok": true\n\}\n$/)
})

test('numbers that a double cannot hold are printed as they came', async () => {
  const { stdout } = await request('GET', `${server.origin}/exact`, '--print', 'hb')
  expect(stdout).toContain('{"id":12345678901234567890,"qty":1.10}')
})

test('what a server sends moves no cursor', async () => {
  const { stdout } = await invoke(['request', 'GET', `${server.origin}/hostile`, '--key', `file:${at('bot.pem')}`], {
    tty: true,
  })
  for (const moving of ['\u001b[2J', '\u009b', '\u202e']) expect(stdout).not.toContain(moving)
})

test('--json is one document with the answer in it', async () => {
  const { stdout } = await request('GET', `${server.origin}/a`, '--json')
  expect(JSON.parse(stdout)).toMatchObject({
    request: { method: 'GET', url: `${server.origin}/a` },
    status: 200,
    json: { ok: true },
  })
  expect(JSON.parse((await request('GET', `${server.origin}/bytes`, '--json')).stdout)).toMatchObject({
    base64: 'AP8B',
  })
})

test.each([
  ['no item', 'nothing', 'an item must be'],
  ['JSON that is none', 'a:={', 'must be followed by JSON'],
  ['no name', '=x', 'must have a name'],
  ['another host than the URL’s', 'Host:other.example', 'Host is made of the URL'],
  ['a length of its own', 'content-length:5', 'content-length is made of the URL'],
])('%s is refused before anything is sent', async (_what, item, says) => {
  const count = server.received.length
  expect(await request('POST', `${server.origin}/a`, item)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(says),
  })
  expect(server.received).toHaveLength(count)
})

test('a field that is given twice is refused in JSON, and sent twice in a form', async () => {
  const twice = ['POST', `${server.origin}/a`, 'x=1', 'x=2']
  expect(await request(...twice)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('the field x is there twice'),
  })
  await request(...twice, '--form')
  expect(last()?.body).toBe('x=1&x=2')
})
