import { spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { quoted } from '../../../src/cli/curl.js'
import { keyTable } from '../../../src/cli/key-text.js'
import { bodyText, exactJson } from '../../../src/cli/pretty.js'
import { harmless, jsonText, oneLine, withoutHidden } from '../../../src/cli/screen.js'
import { invoke } from '../../cli/invoke.js'
import { folder, listener } from './world.js'

const at = folder()
const SECRET = 'a "quoted" secret/of 32 bytes and more'
const env = { TOKEN: SECRET, LONG: `${SECRET}-longer` }
// CSI as one character and as two, the reset, an override, a tag, what ends a line elsewhere.
const MOVING = ['\u001b[2J', '\u009b2J', '\u001bc', '\u202e', '\u061c', '\u2028', '\u{e0041}', '\u0007', '\u206a']
const server = await listener(({ url, headers }) =>
  url.startsWith('/echo')
    ? { body: JSON.stringify({ seen: headers['x-token'], url: encodeURIComponent(String(headers['x-token'])) }) }
    : url.startsWith('/moving')
      ? { body: JSON.stringify({ text: MOVING.join('') }), headers: { 'x-moving': '\u009b2J' } }
      : { body: '{"id":12345678901234567890}' },
)
beforeAll(async () => {
  await invoke(['keygen', at('bot')])
})
const request = (path: string, more: string[], tty = false) =>
  invoke(['request', 'GET', `${server.origin}${path}`, '--key', `file:${at('bot.pem')}`, ...more], { env, tty })

test('a secret that a server sends back is not shown, in no form', async () => {
  for (const [argv, tty] of [
    [['X-Token:@env:TOKEN'], true],
    [['X-Token:@env:TOKEN', '--verbose'], false],
    [['X-Token:@env:TOKEN', '--json'], false],
    [['X-Token:@env:TOKEN', '--json', '--trace'], false],
  ] as const) {
    const { code, stdout, stderr } = await request('/echo', [...argv], tty)
    expect(code).toBe(0)
    expect(stdout).toContain('[secret]')
    for (const form of [SECRET, JSON.stringify(SECRET).slice(1, -1), encodeURIComponent(SECRET)])
      expect(stdout + stderr).not.toContain(form)
  }
})

test('of two secrets of which one begins with the other nothing is left', () => {
  const hidden = [
    { text: 'abcd', shell: '' },
    { text: 'abcd-efgh', shell: '' },
  ]
  expect(withoutHidden(hidden, 'x abcd-efgh abcd')).toBe('x [secret] [secret]')
  const short = [{ text: 'a', shell: '"$A"' }]
  expect(withoutHidden(short, 'a: a banana, "a" a-b=a')).toBe(
    '[secret]: [secret] banana, "[secret]" [secret]-b=[secret]',
  )
  expect(withoutHidden([{ text: 'abcd', shell: '' }], 'xabcdx')).toBe('x[secret]x')
  expect(quoted('PASS: a banana', short)).toBe(`'PASS: '"$A"' banana'`)
})

test('what a server sends moves nothing in a terminal, as text and as JSON', async () => {
  for (const argv of [[], ['--json'], ['--verbose']]) {
    const { code, stdout } = await request('/moving', argv, true)
    expect(code).toBe(0)
    for (const moving of MOVING) expect(stdout).not.toContain(moving)
  }
  const { stdout } = await request('/moving', ['--json'])
  expect(JSON.parse(stdout).json.text).toBe(MOVING.join(''))
})

test('the text that is signed and the verdict move nothing either', async () => {
  const hostile = 'GET /a HTTP/1.1\nHost: a.example\nX-A: \u009b2J\u001bc\n\n'
  const signed = await invoke(['sign', '--key', `file:${at('bot.pem')}`, '--trace'], {
    stdin: Buffer.from(hostile, 'latin1'),
  })
  for (const moving of ['\u009b', '\u001b']) expect(signed.stderr).not.toContain(moving)
  expect(oneLine('a\nb\tc\u001b[0m')).toBe('a\ufffdb\ufffdc\ufffd[0m')
  expect(harmless('a\nb\tc')).toBe('a\nb\tc')
})

test('an error repeats no escape sequence, as text and as JSON', async () => {
  for (const json of [[], ['--json']]) {
    const { code, stderr } = await invoke(['sign', '--key', 'file:\u001b[2J\u009b2Jx', ...json])
    expect(code).toBe(2)
    for (const moving of ['\u001b', '\u009b']) expect(stderr).not.toContain(moving)
  }
})

test('a name with a line break in it makes no row of its own in a table', () => {
  const key = { id: 'k1', state: 'active', owner: 'a\nk2  active  mallory', name: 'n', scopes: [] }
  expect(keyTable([key as never], 0).split('\n')).toHaveLength(3)
})

test('JSON escapes what a terminal acts on, and stays the same document', () => {
  const text = jsonText({ a: MOVING.join('') }, [])
  expect(JSON.parse(text)).toEqual({ a: MOVING.join('') })
  expect(text).toMatch(/^[ -~]*$/)
})

test('a number that a double cannot hold, a name that is there twice and a deep document stay as they came', async () => {
  expect(JSON.parse((await request('/exact', ['--json'])).stdout)).toMatchObject({
    text: '{"id":12345678901234567890}',
  })
  expect(exactJson('{"a":1,"a":2}')).toBeUndefined()
  expect(exactJson('{"a":[{"b":1}],"c":"x:y"}')?.value).toEqual({ a: [{ b: 1 }], c: 'x:y' })
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`
  expect(bodyText(Buffer.from(deep), (_colour, text) => text)).toBe(`${deep}\n`)
})

test('a text of megabytes in JSON is printed', () => {
  const long = JSON.stringify({ a: 'x\\"'.repeat(3_000_000) })
  expect(bodyText(Buffer.from(long), (_colour, text) => text)).toContain('x')
})

test('colours follow the stream that is written to', async () => {
  const traced = async (out: boolean, err: boolean) => {
    const { run } = await import('../../../src/cli/run.js')
    const chunks: string[] = []
    const write = (text: string | Uint8Array) => chunks.push(String(text))
    await run({
      argv: ['request', 'GET', 'https://a.example/', '--key', `file:${at('bot.pem')}`, '--print-curl', '--trace'],
      env: {},
      stdin: process.stdin,
      stdout: { isTTY: out, write: () => true },
      stderr: { isTTY: err, write },
    })
    return chunks.join('')
  }
  expect(await traced(true, false)).not.toContain('\u001b[')
  expect(await traced(false, true)).toContain('\u001b[1m')
})

/** A server that writes what it is given and goes on as it is told. */
const raw = async (script: (write: (text: string) => boolean, end: () => void) => void): Promise<string> => {
  const other = createServer((socket) => {
    socket
      .on('error', () => {})
      .once('data', () =>
        script(
          (text) => socket.write(text, 'latin1'),
          () => socket.end(),
        ),
      )
  })
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  afterAll(() => void other.close())
  return `http://127.0.0.1:${(other.address() as AddressInfo).port}/`
}
const ask = (url: string, ...more: string[]) =>
  invoke(['request', 'GET', url, '--key', `file:${at('bot.pem')}`, '--timeout', '60s', ...more])

test('an answer that is no HTTP is not decided', async () => {
  const url = await raw((write, end) => {
    write('SSH-2.0-OpenSSH_9.6\r\n')
    end()
  })
  expect(await ask(url)).toMatchObject({ code: 3, stderr: expect.stringContaining('gave an answer that is no HTTP') })
})

test('an answer that switches the protocol is not decided', async () => {
  const url = await raw((write) =>
    write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'),
  )
  expect(await ask(url)).toMatchObject({ code: 3, stderr: expect.stringContaining('switches to another protocol') })
})

test('a body without end is refused at 64 MiB', async () => {
  const url = await raw((write) => {
    write('HTTP/1.1 200 OK\r\n\r\n')
    const block = 'x'.repeat(1_048_576)
    for (let i = 0; i < 80; i++) write(block)
  })
  expect(await ask(url)).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('64 MiB'),
  })
}, 60_000)

test('a body that stops coming ends with the time that is allowed', async () => {
  const url = await raw((write) => write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nx'))
  const argv = ['request', 'GET', url, '--key', `file:${at('bot.pem')}`, '--timeout', '300ms']
  expect(await invoke(argv)).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('within 300 ms') })
})

test.runIf(existsSync('/dev/zero'))(
  'a file without end is refused in every place that reads one',
  async () => {
    const sign = ['sign', '--key', `file:${at('bot.pem')}`]
    for (const argv of [
      [...sign, '/dev/zero'],
      ['verify', '-P', '/dev/zero'],
      ['explain', '--refusal', '/dev/zero'],
      ['request', 'POST', 'https://a.example/', '@/dev/zero', '--key', `file:${at('bot.pem')}`],
      ['request', 'POST', 'https://a.example/', 'a=@/dev/zero', '--key', `file:${at('bot.pem')}`],
      ['request', 'POST', 'https://a.example/', 'X-A:@/dev/zero', '--key', `file:${at('bot.pem')}`],
      ['sign', '--key', 'file:/dev/zero'],
    ])
      expect([argv, await invoke(argv, { stdin: 'GET / HTTP/1.1\nHost: a\n\n' })]).toMatchObject([
        argv,
        { code: 2, stdout: '', stderr: expect.stringMatching(/must have at most|must be a regular file/) },
      ])
  },
  60_000,
)

test('standard input without end is refused as a mistake of the line', async () => {
  const stdin = Buffer.alloc(65 * 1_048_576, 65)
  expect(await invoke(['sign', '--key', `file:${at('bot.pem')}`], { stdin })).toMatchObject({
    code: 2,
    stderr: 'countersign: standard input must have at most 64 MiB\n',
  })
})

const hasPipes = spawnSync('mkfifo', [at('pipe')]).status === 0

test.runIf(hasPipes)('a pipe in place of a key file is refused at once, also by the doctor', async () => {
  expect(await invoke(['sign', '--key', `file:${at('pipe')}`])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('must be a regular file'),
  })
  const { code, stdout } = await invoke(['doctor', '--key', `file:${at('pipe')}`])
  expect(code).toBe(1)
  expect(stdout).toMatch(/^wrong +file .*no regular file/m)
})

test('bytes that are no text do not reach a terminal', async () => {
  writeFileSync(at('bytes'), Buffer.from('POST /a HTTP/1.1\nHost: a\nContent-Length: 4\n\n\u001b[2J', 'latin1'))
  const { code, stdout, stderr } = await invoke(['sign', '--key', `file:${at('bot.pem')}`, at('bytes')], { tty: true })
  expect(code).toBe(0)
  expect(stdout).not.toContain('\u001b[2J')
  expect(stderr).toContain('redirect it into a file')
})
