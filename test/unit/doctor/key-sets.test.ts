import { generateKeyPairSync, sign } from 'node:crypto'
import { expect, test } from 'vitest'
import { diagnose } from '../../../src/doctor/index.js'

const pair = () => generateKeyPairSync('ed25519')
const jwk = (one: ReturnType<typeof pair>, kid: string) => ({ ...one.publicKey.export({ format: 'jwk' }), kid })
const [first, second] = [pair(), pair()]

const PARAMS = '("@method" "@authority" "@path");created=1700000000;keyid="second"'
const BASE = `"@method": GET\n"@authority": api.example.com\n"@path": /me\n"@signature-params": ${PARAMS}`
const requestOf = (params = PARAMS) =>
  `GET /me HTTP/1.1\r\nHost: api.example.com\r\nSignature-Input: a=${params}\r\nSignature: a=:${sign(null, Buffer.from(BASE), second.privateKey).toString('base64')}:\r\n\r\n`

test('a JWK is read as text as it is as an object', async () => {
  for (const publicKey of [jwk(second, 'second'), JSON.stringify(jwk(second, 'second'))])
    expect((await diagnose(requestOf(), { publicKey })).verified).toBe(true)
})

test('of a set of keys the one that the signature names is taken, and else the first', async () => {
  const both = { keys: [jwk(first, 'first'), jwk(second, 'second')] }
  for (const publicKey of [both, JSON.stringify(both), { keys: [jwk(second, 'another')] }])
    expect((await diagnose(requestOf(), { publicKey })).verified).toBe(true)
})

test('a JWK of another name that does not verify is said to be another key', async () => {
  const { findings } = await diagnose(requestOf(), { publicKey: JSON.stringify(jwk(first, 'first')) })
  expect(findings[0]).toMatchObject({ id: 'key-other', certainty: 'likely' })
  expect(findings[0]?.evidence).toContain('"first"')
})

test('JSON that holds no key is called so, and a set without keys as well', async () => {
  for (const publicKey of ['{"a":1}', '[]', '{"keys":[]}', '{"keys":[null]}'])
    expect((await diagnose(requestOf(), { publicKey })).findings[0]?.id).toBe('public-key-form')
})

test('a field that is spelt in another way than it is signed is named, and one that is spelt as it is signed is not', async () => {
  const publicKey = jwk(second, 'second')
  const spelt = await diagnose(requestOf(PARAMS.replaceAll(';', '; ')), { publicKey })
  expect(spelt.findings[0]).toMatchObject({ id: 'signature-input-spelt', certainty: 'possible' })
  expect(spelt.verified).toBe(true)
  expect((await diagnose(requestOf(), { publicKey })).findings).toEqual([])
})
