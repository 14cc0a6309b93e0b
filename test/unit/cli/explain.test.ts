import { writeFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import { invoke } from '../../cli/invoke.js'
import { folder } from './world.js'

const at = folder()
const ORDER = 'POST /v1/orders HTTP/1.1\nHost: api.example.com\nContent-Type: application/json\n\n{"qty":1}'
let signed = ''

beforeAll(async () => {
  await invoke(['keygen', at('bot')])
  signed = (await invoke(['sign', '--key', `file:${at('bot.pem')}`], { stdin: ORDER })).stdout
})

const explain = (stdin: string, ...argv: string[]) => invoke(['explain', ...argv], { stdin })
const json = async (stdin: string, ...argv: string[]) => {
  const { code, stdout, stderr } = await explain(stdin, ...argv, '--json')
  return { code, stderr, found: JSON.parse(stdout || '{}') }
}

test('a request that verifies ends with 0, with the public key or the private one', async () => {
  for (const key of [
    ['--public-key', at('bot.pub.pem')],
    ['--key', `file:${at('bot.pem')}`],
  ]) {
    const { code, stderr, found } = await json(signed, ...key)
    expect({ code, stderr, verified: found.verified }).toEqual({ code: 0, stderr: '', verified: true })
  }
})

test('a body that was changed is proven to be the cause, and ends with 1', async () => {
  const changed = signed.replace('"qty":1', '"qty":9')
  const { code, found } = await json(changed, '--public-key', at('bot.pub.pem'))
  expect(code).toBe(1)
  expect(found.scheme).toBe('rfc9421')
  expect(found.findings[0]).toMatchObject({
    certainty: 'proven',
    cause: expect.stringContaining('digest'),
    fix: expect.any(String),
  })
  const text = await explain(changed, '--public-key', at('bot.pub.pem'))
  expect(text).toMatchObject({ code: 1, stderr: '' })
  expect(text.stdout).toContain(found.findings[0].cause)
})

test('what --print-curl prints is read, and a file as well as standard input', async () => {
  const argv = ['request', 'POST', 'https://api.example.com/v1/orders', "note=it's", '--key', `file:${at('bot.pem')}`]
  const { stdout } = await invoke([...argv, '--print-curl'])
  writeFileSync(at('curl.txt'), stdout)
  const { code, found } = await json('', at('curl.txt'), '--public-key', at('bot.pub.pem'))
  expect({ code, verified: found.verified }).toEqual({ code: 0, verified: true })
})

test('an exchange is found by its host, and no secret is in what is printed', async () => {
  const env = { SECRET: 'an-exchange-secret-1', WRONG: 'another-secret-12345', PASS: 'the-phrase-1' }
  const account = ['--exchange', 'okx', '--api-key', 'k1', '--secret', 'env:SECRET', '--passphrase', 'env:PASS']
  const { stdout } = await invoke(['request', '/api/v5/account/balance', ...account, '--print-curl'], { env })
  const curl = stdout.replace('"$PASS"', env.PASS)
  const right = await invoke(['explain', '--secret', 'env:SECRET', '--passphrase', 'env:PASS', '--json'], {
    stdin: curl,
    env,
  })
  expect(JSON.parse(right.stdout)).toMatchObject({ scheme: 'okx', verified: true })
  const wrong = await invoke(['explain', '--secret', 'env:WRONG', '--passphrase', 'env:PASS'], { stdin: curl, env })
  expect(wrong.code).not.toBe(0)
  for (const secret of Object.values(env)) expect(right.stdout + wrong.stdout + wrong.stderr).not.toContain(secret)
})

test('a text without a request in it is refused in words', async () => {
  expect(await explain('hello')).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('ARGUMENT_INVALID'),
  })
  expect(await explain('')).toMatchObject({ code: 2, stderr: expect.stringContaining('standard input is empty') })
})

test('a private key that is given as the public one is named as such, with the file to pass', async () => {
  const pem = await explain(signed, '--public-key', at('bot.pem'))
  expect(pem).toMatchObject({ code: 2, stdout: '' })
  expect(pem.stderr).toContain(
    'the file of --public-key holds a private key: pass its public half, the file that keygen wrote beside it',
  )
  writeFileSync(at('private.jwk'), JSON.stringify({ kty: 'OKP', crv: 'Ed25519', x: 'AA', d: 'hunter2' }))
  for (const command of ['explain', 'verify']) {
    const { code, stderr } = await invoke([command, '--public-key', at('private.jwk')], { stdin: signed })
    expect(code).toBe(2)
    expect(stderr).toContain('holds a private key')
    expect(stderr).not.toContain('hunter2')
  }
})

test('without a key the last line names the options that take one, and with a key there is no such line', async () => {
  const { stdout } = await explain(signed)
  expect(stdout.trimEnd().split('\n').at(-1)).toBe(
    'No key was passed: --secret file:… (a shared secret) or --public-key <file> (of a key pair) has the signature tested.',
  )
  expect((await explain(signed, '--public-key', at('bot.pub.pem'))).stdout).not.toContain('No key was passed')
})

test('where an answer blames the signature, the fix names the option of the secret', async () => {
  const text =
    'GET /api/v5/account/balance HTTP/1.1\nHost: www.okx.com\nOK-ACCESS-KEY: k\n\n' +
    'HTTP/1.1 401 Unauthorized\n\n{"msg":"Invalid Sign","code":"50113"}'
  const { stdout } = await explain(text)
  expect(stdout).toContain('Fix: Pass the secret with --secret file:…, which tests what may have been signed')
  expect(stdout).not.toContain('the doctor')
})

test('a fix names an option of this command where the library has one of its own', async () => {
  const { inOptions } = await import('../../../src/cli/commands/explain.js')
  const { KINDS } = await import('../../../src/doctor/refusals/kinds.js')
  const { OWN } = await import('../../../src/doctor/refusals/own.js')
  for (const fix of [...Object.values(KINDS).map((one) => one.fix), ...Object.values(OWN).map(([, one]) => one)])
    expect(inOptions(fix)).not.toMatch(/the doctor\b(?!,? which)|"scheme"|stringToSign|publicKey/)
  expect(inOptions(KINDS.signature.fix)).toContain('--secret')
})

test('--budget says how long is searched, and the fix of a search that was cut off names it', async () => {
  writeFileSync(at('other.secret'), 'another-secret-of-32-characters!', { mode: 0o600 })
  const body = JSON.stringify(Array.from({ length: 9_000 }, (_, id) => ({ id, name: `name ${id}` })))
  const request = [
    'POST /api/v5/trade/order HTTP/1.1',
    'Host: www.okx.com',
    'OK-ACCESS-KEY: k',
    'OK-ACCESS-SIGN: AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
    'OK-ACCESS-TIMESTAMP: 2023-11-14T22:13:20.123Z',
    'OK-ACCESS-PASSPHRASE: p',
    '',
    body,
  ].join('\r\n')
  const { found } = await json(request, '--secret', `file:${at('other.secret')}`, '--budget', '1ms')
  const last = found.findings.at(-1)
  expect(last).toMatchObject({ id: 'no-hypothesis', fix: expect.stringContaining('more time with --budget 10s') })
  expect((await explain(request, '--budget', 'soon')).stderr).toContain('--budget must be a duration')
})
