import { writeFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import { EXCHANGES } from '../../../src/cli/exchanges.js'
import { invoke } from '../../cli/invoke.js'
import { folder } from './world.js'

const at = folder()
const REQUEST = 'POST /v1/orders?dry=1 HTTP/1.1\nHost: api.example.com\nContent-Length: 9\n\n{"qty":1}'
const RESPONSE = 'HTTP/1.1 201 Created\nContent-Type: application/json\n\n{"id":7}'
const env = { KEY: 'api-key-1', SECRET: 'an-exchange-secret-1', PASS: 'the-phrase-1', OTHER: 'an-exchange-secret-2' }

beforeAll(async () => {
  await invoke(['keygen', at('bot')])
  writeFileSync(at('request'), REQUEST)
  writeFileSync(at('head'), REQUEST.replace('POST', 'HEAD').replace('Content-Length: 9\n\n{"qty":1}', '\n'))
  writeFileSync(at('other'), REQUEST.replace('dry=1', 'dry=0'))
})
const sign = (stdin: string, ...argv: string[]) =>
  invoke(['sign', '--key', `file:${at('bot.pem')}`, ...argv], { stdin })
const verify = (stdin: string, ...argv: string[]) => invoke(['verify', '-P', at('bot.pub.pem'), ...argv], { stdin })

test('a response is signed with what it answers, and verified with it', async () => {
  const signed = await sign(RESPONSE, '--request', at('request'))
  expect(signed).toMatchObject({ code: 0, stderr: '' })
  expect(signed.stdout).toMatch(/^HTTP\/1\.1 201 Created\nContent-Type: application\/json\n/)
  expect(signed.stdout).toContain('sig1=("@status" "@method";req "@authority";req "@path";req "@query";req')
  const verified = await verify(signed.stdout, '--request', at('request'), '--trace')
  expect(verified).toMatchObject({ code: 0, stderr: '' })
  expect(verified.stdout).toMatch(/^verified: key ".*, created /)
  expect(verified.stdout).toContain('| "@query";req: ?dry=1')
  expect(await verify(signed.stdout, '--request', at('other'))).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('SIGNATURE_INVALID'),
  })
  expect(await verify(signed.stdout.replace('"id":7', '"id":8'), '--request', at('request'))).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('DIGEST_MISMATCH'),
  })
})

test('a response alone proves its status and its body', async () => {
  const { stdout } = await sign(RESPONSE)
  expect(await verify(stdout)).toMatchObject({ code: 0, stderr: '' })
  expect(await verify(stdout.replace('201', '200'))).toMatchObject({ code: 1 })
  // Beside a request it has to be bound to it.
  expect(await verify(stdout, '--request', at('request'))).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('COMPONENT_MISSING'),
  })
  expect(await verify(stdout, '--require', 'status', '--require', 'field:etag')).toMatchObject({ code: 1 })
})

test('an answer to HEAD has the length of a body that is not there', async () => {
  const answer = 'HTTP/1.1 200 OK\nContent-Length: 500\n\n'
  const signed = await sign(answer, '--request', at('head'))
  expect(signed).toMatchObject({ code: 0, stderr: '' })
  expect((await verify(signed.stdout, '--request', at('head'))).code).toBe(0)
})

test('--json judges a response in the document of a request', async () => {
  const { stdout } = await sign(RESPONSE, '--request', at('request'))
  const found = JSON.parse((await verify(stdout, '--request', at('request'), '--json')).stdout)
  expect(found).toMatchObject({ ok: true, label: 'sig1', covered: expect.arrayContaining(['"@status"']) })
  const refused = JSON.parse((await verify(stdout, '--request', at('other'), '--json')).stdout)
  expect(refused).toMatchObject({ ok: false, code: 'SIGNATURE_INVALID', page: 'docs/errors.md#signature_invalid' })
})

test.each([
  ['a request beside a request', REQUEST, ['--request', 'request'], '--request is for a response'],
  ['a response as the request', RESPONSE, ['--request', 'answer'], 'got the status line of a response'],
  ['a nonce that no response needs', RESPONSE, ['--without-nonce'], '--without-nonce must be left out for a response'],
])('%s is refused in words', async (_what, stdin, [name = '', file], says) => {
  writeFileSync(at('answer'), RESPONSE)
  const { code, stderr } = await verify(stdin, name, ...(file === undefined ? [] : [at(file)]))
  expect(code).toBe(2)
  expect(stderr).toContain(says)
})

const ACCOUNT = ['--secret', 'env:SECRET']
/** A request of an exchange, signed from its raw text. */
const signedFor = async (name: string, raw: string, more: string[]) =>
  invoke(['sign', '-x', name, '--api-key', 'env:KEY', ...ACCOUNT, ...more], { stdin: raw, env })

test.each([
  ['okx', 'www.okx.com', ['--passphrase', 'env:PASS'], 'GET /api/v5/account/balance?ccy=BTC', ''],
  ['okx', 'www.okx.com', ['--passphrase', 'env:PASS'], 'POST /api/v5/trade/order', '{"instId":"BTC-USDT"}'],
  ['binance', 'api.binance.com', [], 'POST /api/v3/order?symbol=BTCUSDT', ''],
  ['bybit', 'api.bybit.com', [], 'GET /v5/account/wallet-balance?accountType=UNIFIED', ''],
])('%s: a raw request at %s is signed, and judged as the exchange would', async (name, host, more, line, body) => {
  const type = body === '' ? '' : `Content-Type: application/json\nContent-Length: ${body.length}\n`
  const { code, stdout, stderr } = await signedFor(name, `${line} HTTP/1.1\nHost: ${host}\n${type}\n${body}`, more)
  expect([code, stderr]).toEqual([0, ''])
  for (const argv of [[], ['--api-key', 'env:KEY']]) {
    const verified = await invoke(['verify', '-x', name, ...ACCOUNT, ...more, ...argv], { stdin: stdout, env })
    expect(verified).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringMatching(/^verified: key "(?:api-key-1|\[secret\])"/),
    })
  }
  const wrong = ['verify', '-x', name, '--secret', 'env:OTHER', ...more]
  expect(await invoke(wrong, { stdin: stdout, env })).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('SIGNATURE_INVALID'),
  })
  const traced = await invoke(['verify', '-x', name, ...ACCOUNT, ...more, '--trace', '--json'], { stdin: stdout, env })
  expect(JSON.parse(traced.stdout)).toMatchObject({ ok: true, base: expect.any(String) })
  for (const secret of [env.SECRET, env.OTHER]) expect(traced.stdout + stdout).not.toContain(secret)
})

test('a form that the rules write into gets its new length', async () => {
  const body = 'pair=XBTUSD'
  const raw = `POST /0/private/AddOrder HTTP/1.1\nHost: api.kraken.com\nContent-Type: application/x-www-form-urlencoded\nContent-Length: ${body.length}\n\n${body}`
  const made = await invoke(['sign', '-x', 'kraken', '--api-key', 'k', '--secret', 'env:K64'], {
    stdin: raw,
    env: { K64: Buffer.alloc(64, 7).toString('base64') },
  })
  const [head = '', rest = ''] = made.stdout.split('\n\n')
  expect(rest).toMatch(/^nonce=\d+&pair=XBTUSD$/)
  expect(head).toContain(`\nContent-Length: ${rest.length}\n`)
})

test('a key pair of an exchange verifies by its public half and given type', async () => {
  const raw = 'GET /api/v3/account HTTP/1.1\nHost: api.binance.com\n\n'
  const key = ['--key', `file:${at('bot.pem')}`, '--key-type', 'ed25519']
  const signed = await invoke(['sign', '-x', 'binance', '--api-key', 'k1', ...key], { stdin: raw })
  expect(signed).toMatchObject({ code: 0, stderr: '' })
  const half = ['verify', '-x', 'binance', '-P', at('bot.pub.pem')]
  expect(await invoke([...half, '--key-type', 'ed25519'], { stdin: signed.stdout })).toMatchObject({ code: 0 })
  expect(await invoke(half, { stdin: signed.stdout })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--key-type is missing'),
  })
})

test('what is missing of an account is said by the option that states it, at every exchange', async () => {
  for (const [name, factory] of Object.entries(EXCHANGES)) {
    const { spec } = factory()
    const { code, stderr } = await invoke(['verify', '-x', name], { stdin: REQUEST })
    expect([name, code]).toEqual([name, 2])
    expect(stderr, name).toMatch(/--(?:secret|passphrase) is missing/)
    if (spec.passphrase === undefined) {
      const more = await invoke(['verify', '-x', name, ...ACCOUNT, '--passphrase', 'env:PASS'], { stdin: REQUEST, env })
      expect([name, more.code]).toEqual([name, 2])
    }
  }
})

test('a response is signed by no exchange', async () => {
  expect(await signedFor('bybit', RESPONSE, [])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('no exchange signs its responses'),
  })
})
