import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import { importSigningKey, jwkThumbprint } from '../../../src/crypto/index.js'
import { invoke } from '../../cli/invoke.js'
import { folder } from './world.js'

const at = folder()
const ORDER = `POST /v1/orders?dry=1 HTTP/1.1
Host: api.example.com
Content-Type: application/json

{"qty":1}`

beforeAll(async () => {
  expect(await invoke(['keygen', at('bot')])).toMatchObject({ code: 0, stderr: '' })
})

const sign = (...more: string[]) => invoke(['sign', '--key', `file:${at('bot.pem')}`, ...more], { stdin: ORDER })
const verify = (stdin: string, ...more: string[]) =>
  invoke(['verify', '--public-key', at('bot.pub.pem'), ...more], { stdin })

test('keygen writes the private key for its owner only and prints the public half, its JWK and thumbprint', async () => {
  const { stdout } = await invoke(['keygen', at('shown'), '--json'])
  const made = JSON.parse(stdout)
  const pem = readFileSync(at('shown.pem'), 'utf8')
  expect(statSync(at('shown.pem')).mode & 0o777).toBe(0o600)
  const key = await importSigningKey(pem, { keyId: 'x', algorithm: 'ed25519' })
  expect(made).toMatchObject({
    algorithm: 'ed25519',
    thumbprint: jwkThumbprint(key),
    keyId: jwkThumbprint(key),
    publicKey: readFileSync(at('shown.pub.pem'), 'utf8'),
    jwk: { kty: 'OKP', crv: 'Ed25519', kid: jwkThumbprint(key) },
  })
  expect(stdout).not.toContain(pem.split('\n')[1])
})

test('the command keygen overwrites no file', async () => {
  const before = readFileSync(at('bot.pem'), 'utf8')
  const { code, stderr } = await invoke(['keygen', at('bot')])
  expect(code).toBe(2)
  expect(stderr).toBe(`countersign: ${at('bot.pem')}: the file is there already\n`)
  expect(readFileSync(at('bot.pem'), 'utf8')).toBe(before)
})

test('keygen encrypts the private key with a passphrase from its place, and sign opens it with the same', async () => {
  const env = { PASS: 'correct horse battery staple' }
  expect((await invoke(['keygen', at('shut'), '--passphrase', 'env:PASS'], { env })).code).toBe(0)
  expect(readFileSync(at('shut.pem'), 'utf8')).toContain('ENCRYPTED PRIVATE KEY')
  const args = ['sign', '--key', `file:${at('shut.pem')}`]
  expect(await invoke(args, { stdin: ORDER })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('KEY_PASSPHRASE'),
  })
  expect((await invoke([...args, '--passphrase', 'env:PASS'], { stdin: ORDER, env })).code).toBe(0)
})

test.each(['ecdsa-p256-sha256', 'rsa-pss-sha512'])('a key of %s signs and verifies', async (algorithm) => {
  expect((await invoke(['keygen', at(algorithm), '--algorithm', algorithm])).code).toBe(0)
  const signed = await invoke(['sign', '--key', `file:${at(`${algorithm}.pem`)}`, '-a', algorithm], { stdin: ORDER })
  const verified = await invoke(['verify', '-P', at(`${algorithm}.pub.pem`), '-a', algorithm], { stdin: signed.stdout })
  expect(verified).toMatchObject({ code: 0, stdout: expect.stringMatching(/^verified: key /) })
})

test('a shared secret signs and verifies, and stands in no output', async () => {
  const made = await invoke(['keygen', at('shared'), '--algorithm', 'hmac-sha256'])
  const secret = readFileSync(at('shared.secret'), 'utf8').trim()
  expect(statSync(at('shared.secret')).mode & 0o777).toBe(0o600)
  const key = ['--algorithm', 'hmac-sha256', '--key', `file:${at('shared.secret')}`, '--trace']
  const signed = await invoke(['sign', '--key-id', 'shared', ...key], { stdin: ORDER })
  const verified = await invoke(['verify', ...key], { stdin: signed.stdout })
  expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining('key "shared"') })
  for (const { stdout, stderr } of [made, signed, verified]) expect(stdout + stderr).not.toContain(secret)
})

test('what is signed keeps the bytes of the message and gets the length of its body', async () => {
  const { code, stdout } = await sign()
  expect(code).toBe(0)
  expect(stdout).toMatch(
    /^POST \/v1\/orders\?dry=1 HTTP\/1\.1\nHost: api\.example\.com\nContent-Type: application\/json\nContent-Digest: .*\nSignature-Input: sig1=.*\nSignature: sig1=:.*:\nContent-Length: 9\n\n\{"qty":1\}$/,
  )
  const crlf = await invoke(['sign', '--key', `file:${at('bot.pem')}`], { stdin: ORDER.replaceAll('\n', '\r\n') })
  expect(crlf.stdout.split('\r\n')).toHaveLength(9)
  expect((await verify(crlf.stdout)).code).toBe(0)
})

test('a line break that an editor puts behind the body is no part of it', async () => {
  const { stdout } = await sign()
  expect(await verify(`${stdout}\n`)).toMatchObject({ code: 0 })
  expect(await verify(`${stdout}\n\n\n`)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('MESSAGE_MALFORMED'),
  })
})

test.each([
  ['the body', /"qty":1/, '"qty":9', 'DIGEST_MISMATCH'],
  ['the path', '/v1/orders', '/v1/withdraw', 'SIGNATURE_INVALID'],
  ['the host', 'api.example.com', 'api.example.org', 'SIGNATURE_INVALID'],
  ['the signature fields', /Signature.*\n/g, '', 'AUTH_MISSING'],
])('verify refuses a request after a change of %s, with exit code 1', async (_what, from, to, code) => {
  const { stdout } = await sign()
  const refused = await verify(stdout.replace(from, to))
  expect(refused).toMatchObject({ code: 1, stderr: '' })
  expect(refused.stdout).toContain(`${code}, see docs/errors.md#${code.toLowerCase()}`)
})

test('verify judges a request that was kept at the time that is given', async () => {
  const { stdout } = await sign()
  const later = new Date(Date.now() + 3_600_000).toISOString()
  expect((await verify(stdout, '--at', later)).stdout).toContain('TIMESTAMP_EXPIRED')
  expect((await verify(stdout, '--at', later, '--max-age', '2h')).code).toBe(0)
})

test('verify takes the components that are given in place of the preset', async () => {
  const { stdout } = await sign()
  expect((await verify(stdout, '--require', 'method', '--require', 'field:x-account')).stdout).toContain(
    'COMPONENT_MISSING',
  )
  expect((await verify(stdout, '--require', 'method')).code).toBe(0)
})

test('--trace shows the base on standard error of sign and in the answer of verify', async () => {
  const signed = await sign('--trace')
  expect(signed.stderr).toMatch(/^signature base \(\d+ bytes\)\n {2}\| "@method": POST\n/)
  const verified = await verify(signed.stdout, '--trace')
  expect(verified.stdout.slice(verified.stdout.indexOf('signature base'))).toBe(signed.stderr)
})

test('--json is one document', async () => {
  const signed = JSON.parse((await sign('--json', '--trace')).stdout)
  expect(signed).toMatchObject({ algorithm: 'ed25519', base: expect.stringContaining('"@path": /v1/orders') })
  const verified = await verify(signed.message, '--json')
  expect(JSON.parse(verified.stdout)).toMatchObject({ ok: true, keyId: signed.keyId, covered: expect.any(Array) })
  const refused = await verify(signed.message.replace('"qty":1', '"qty":2'), '--json')
  expect(JSON.parse(refused.stdout)).toMatchObject({
    ok: false,
    code: 'DIGEST_MISMATCH',
    page: 'docs/errors.md#digest_mismatch',
  })
  const failed = await verify('no message', '--json')
  expect(JSON.parse(failed.stderr)).toMatchObject({ error: { code: 'MESSAGE_MALFORMED' }, exit: 2 })
})

test.each([
  ['a status line without a status', 'HTTP/1.1 OK\n\n', 'status line'],
  ['no request line', 'Host: x\n\n', 'must begin with a line'],
  ['two hosts', 'GET / HTTP/1.1\nHost: a\nHost: b\n\n', 'one Host field, got 2'],
  ['a folded line', 'GET / HTTP/1.1\nHost: a\nX: 1\n  2\n\n', 'line 4 must be a field'],
  ['chunks', 'POST / HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\n\n0\n\n', 'Transfer-Encoding'],
  ['less than it states', 'POST / HTTP/1.1\nHost: a\nContent-Length: 5\n\n123', 'must have the 5 bytes'],
])('a message with %s is refused in words, without a stack', async (_what, stdin, says) => {
  const { code, stderr, stdout } = await verify(stdin)
  expect(code).toBe(2)
  expect(stdout).toBe('')
  expect(stderr).toContain(says)
  expect(stderr.split('\n')).toHaveLength(3)
})

test('colours are for terminals, and NO_COLOR is respected', async () => {
  const { stdout: stdin } = await sign()
  const args = ['verify', '--public-key', at('bot.pub.pem')]
  expect((await invoke(args, { stdin })).stdout).not.toContain('\x1b')
  expect((await invoke(args, { stdin, tty: true })).stdout).toContain('\x1b[32mverified')
  expect((await invoke(args, { stdin, tty: true, env: { NO_COLOR: '1' } })).stdout).not.toContain('\x1b')
})

test('a public key as JWK verifies as well', async () => {
  const { jwk } = JSON.parse((await invoke(['keygen', at('jwk'), '--json'])).stdout)
  writeFileSync(at('jwk.json'), JSON.stringify(jwk))
  const signed = await invoke(['sign', '--key', `file:${at('jwk.pem')}`], { stdin: ORDER })
  expect((await invoke(['verify', '-P', at('jwk.json')], { stdin: signed.stdout })).code).toBe(0)
})

test('a text secret without --algorithm is told what it needs, and is not shown', async () => {
  writeFileSync(at('shared.txt'), 'a-shared-secret-of-some-length-1234', { mode: 0o600 })
  const { code, stderr } = await invoke(['sign', '--key', `file:${at('shared.txt')}`], { stdin: ORDER })
  expect(code).toBe(2)
  expect(stderr).toContain(
    'the key is no private key (PEM) for ed25519: a shared secret needs --algorithm hmac-sha256 and --key-id',
  )
  expect(stderr).not.toContain('a-shared-secret')
})
