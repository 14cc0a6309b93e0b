import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { hex, hexDecode, utf8 } from '../../../src/crypto/encoding.js'
import { base58, base58Decode } from '../../../src/crypto/format/base58.js'
import { pacifica } from '../../../src/exchange/catalogue/pacifica.js'
import { exchangeVerifier, readMessage } from '../../../src/exchange/index.js'
import { solanaKey } from '../../../src/exchange/wallet/index.js'
import { httpRequest } from '../../../src/message/message.js'
import { createVerifier, memoryReplayStore, staticKeys, tradingPolicy } from '../../../src/server/index.js'
import { verdictCode, withCode } from '../../expect-code.js'

const vectors = JSON.parse(readFileSync(new URL('../../vectors/wallet/pacifica.json', import.meta.url), 'utf8'))
const seed = hexDecode(vectors.seed) as Uint8Array
const key = solanaKey({ privateKey: seed })
const account = solanaKey({ privateKey: new Uint8Array(32).fill(2) }).address
const at = { clock: { now: () => vectors.timestamp as number } }
const signer = pacifica({ key })
const agent = pacifica({ key, account })
const { data } = vectors
const PATH = '/api/v1/orders/create'
const sign = (json: object, path = PATH, exchange = signer) =>
  exchange.sign({ method: 'POST', path, json }, at) as { body: string }
const bodyOf = (json: object, path = PATH, exchange = signer) => JSON.parse(sign(json, path, exchange).body)
const received = (body: string, path = PATH) =>
  httpRequest({
    method: 'POST',
    url: `https://api.pacifica.fi${path}`,
    headers: { 'content-type': 'application/json' },
    body: utf8(body),
  })
const verify = (body: string, path = PATH, nowMs = vectors.timestamp as number) =>
  createVerifier({
    schemes: [exchangeVerifier(pacifica())],
    keys: staticKeys([{ key: key.verifyingKey }]),
    policy: tradingPolicy({ authorities: ['api.pacifica.fi'] }),
    replay: memoryReplayStore({ restartBarrier: false }),
    clock: { now: () => nowMs },
  }).verify(received(body, path))

describe('an operation', () => {
  test('is signed as the pages describe it (a vector of our own)', () => {
    expect(key.address).toBe(vectors.address)
    const { signature, ...rest } = bodyOf(data)
    expect(rest).toEqual({ account: key.address, timestamp: vectors.timestamp, expiry_window: 5000, ...data })
    expect(hex(base58Decode(signature) as Uint8Array)).toBe(vectors.signature)
    expect(key.verifyingKey.verify(vectors.message, hexDecode(vectors.signature) as Uint8Array)).toBe(true)
  })

  test('names are sorted at every depth, whatever order they were written in', () => {
    const one = { symbol: 'BTC', take_profit: { stop_price: '2', limit_price: '1' }, list: [{ b: 1, a: null }] }
    const other = { list: [{ a: null, b: 1 }], take_profit: { limit_price: '1', stop_price: '2' }, symbol: 'BTC' }
    expect(bodyOf(one).signature).toBe(bodyOf(other).signature)
  })

  test('of an agent names account and agent, and is signed alike', () => {
    expect(bodyOf(data, PATH, agent)).toEqual({ ...bodyOf(data), account, agent_wallet: key.address })
  })

  test('that binds an agent names it among what is signed', () => {
    const path = '/api/v1/agent/bind'
    const bound = bodyOf({ agent_wallet: account }, path)
    expect(bound).toMatchObject({ account: key.address, agent_wallet: account })
    expect(bound.signature).not.toBe(bodyOf({ agent_wallet: key.address }, path).signature)
    expect(() => sign({ agent_wallet: key.address }, path, agent)).toThrow(withCode('ARGUMENT_INVALID', '"account"'))
  })

  test('without parameters has a body all the same, and another window is signed', () => {
    const signed = pacifica({ key, recvWindow: 30_000 }).sign({ method: 'POST', path: '/api/v1/account/api_keys' }, at)
    expect(JSON.parse((signed as { body: string }).body)).toMatchObject({ expiry_window: 30_000 })
  })

  test('an endpoint of later days is named by the caller', () => {
    const own = pacifica({ key, operations: { '/api/v1/lake/create': 'create_lake' } })
    expect(bodyOf({}, '/api/v1/lake/create', own).signature).toBeTypeOf('string')
  })

  test.each<[name: string, call: () => unknown, code: string, text: string]>([
    ['a batch', () => sign({}, '/api/v1/orders/batch'), 'ARGUMENT_INVALID', 'signMessage()'],
    ['an unknown endpoint', () => sign({}, '/api/v1/x'), 'ARGUMENT_INVALID', '"operations"'],
    ['a name of every object', () => sign({}, '/constructor'), 'ARGUMENT_INVALID', '"operations"'],
    ['a fraction', () => sign({ ...data, amount: 0.1 }), 'ARGUMENT_INVALID', 'must be text'],
    [
      'an exponent',
      () => signer.sign({ method: 'POST', path: PATH, body: '{"a":1e2}' }, at),
      'ARGUMENT_INVALID',
      'text',
    ],
    ['other letters', () => sign({ ...data, note: 'é' }), 'ARGUMENT_INVALID', 'ASCII'],
    ['what is added', () => sign({ ...data, timestamp: 1 }), 'MESSAGE_MALFORMED', '"timestamp" already'],
    ['an agent', () => sign({ ...data, agent_wallet: account }), 'MESSAGE_MALFORMED', '"agent_wallet" already'],
    ['a read', () => signer.sign({ path: '/api/v1/info' }, at), 'ARGUMENT_INVALID', 'POST'],
    ['no address', () => sign(data, PATH, pacifica({ key, account: '0x1' })), 'ARGUMENT_INVALID', '"account"'],
    ['a misspelt network', () => pacifica({ key, environment: 'tesnet' as never }), 'CONFIG_INVALID', 'environment'],
  ])('%s is refused by name', (_, call, code, text) => {
    expect(call).toThrow(withCode(code as never, text))
  })
})

describe('received', () => {
  test('its account is found, or the agent', async () => {
    expect(await verify(sign(data).body)).toMatchObject({ ok: true, keyId: key.address })
    expect(await verify(sign(data, PATH, agent).body)).toMatchObject({ ok: true, keyId: key.address })
    const bind = '/api/v1/agent/bind'
    expect(await verify(sign({ agent_wallet: account }, bind).body, bind)).toMatchObject({ ok: true })
    // As the official examples send it.
    const withNull = sign(data).body.replace('"timestamp"', '"agent_wallet":null,"timestamp"')
    expect(await verify(withNull)).toMatchObject({ ok: true })
  })

  test('it ends when its sender said', async () => {
    const { body } = sign(data)
    expect(await verify(body, PATH, vectors.timestamp + 4_999)).toMatchObject({ ok: true })
    expect(verdictCode(await verify(body, PATH, vectors.timestamp + 5_000))).toBe('TIMESTAMP_EXPIRED')
  })

  test.each<[name: string, change: (body: string) => string, code: string, path?: string]>([
    ['another amount', (body) => body.replace('"0.1"', '"0.2"'), 'SIGNATURE_INVALID'],
    ['a member more', (body) => body.replace('"symbol"', '"x":1,"symbol"'), 'SIGNATURE_INVALID'],
    ['another time', (body) => body.replace('1700000000000', '1700000000001'), 'SIGNATURE_INVALID'],
    ['another window', (body) => body.replace('5000', '6000'), 'SIGNATURE_INVALID'],
    ['another operation', (body) => body, 'SIGNATURE_INVALID', '/api/v1/orders/cancel'],
    ['an unknown operation', (body) => body, 'AUTH_MALFORMED', '/api/v1/x'],
    ['another account', (body) => body.replace(key.address, account), 'KEY_UNKNOWN'],
    ['a fraction', (body) => body.replace('"0.1"', '0.1'), 'AUTH_MALFORMED'],
    ['no window', (body) => body.replace('"expiry_window":5000,', ''), 'AUTH_MALFORMED'],
    ['a window of two spellings', (body) => body.replace(':5000', ':5000.0'), 'AUTH_MALFORMED'],
    ['a member twice', (body) => body.replace('"symbol"', '"symbol":"ETH","symbol"'), 'AUTH_MALFORMED'],
    ['a signature that is none', (body) => body.replace(/"signature":"./, '"signature":"0'), 'SIGNATURE_MALFORMED'],
  ])('a request with %s is refused', async (_, change, code, path) => {
    expect(verdictCode(await verify(change(sign(data).body), path))).toBe(code)
  })
})

describe('on the socket', () => {
  test('an operation has its request as parameters, and reads back', () => {
    const message = JSON.parse(signer.signMessage('create_order', { id: '7', data }, at) as string)
    expect(message).toEqual({ id: '7', params: { create_order: bodyOf(data) } })
    const read = readMessage(pacifica().spec, 'create_order', message)
    expect(read?.draft.key).toBe(key.address)
    expect(read?.signature.base).toBe(vectors.message)
    expect(readMessage(pacifica().spec, 'cancel_order', message)).toBeUndefined()
  })

  test('an agent stands beside the account', () => {
    const message = JSON.parse(agent.signMessage('create_order', { id: '7', data }, at) as string)
    expect(message.params.create_order).toEqual(bodyOf(data, PATH, agent))
    expect(readMessage(pacifica().spec, 'create_order', message)?.draft.key).toBe(key.address)
  })

  test('what it cannot carry is refused', () => {
    const of = (args: object) => () => signer.signMessage('create_order', args as never, at)
    expect(of({ id: '7' })).toThrow(withCode('ARGUMENT_INVALID', '"data"'))
    expect(of({ id: '7', data: { ...data, account } })).toThrow(withCode('ARGUMENT_INVALID', '"account"'))
    expect(of({ id: '7', data, symbol: 'BTC' })).toThrow(withCode('ARGUMENT_INVALID', '"symbol"'))
    expect(of({ id: '7', data: { ...data, amount: 0.5 } })).toThrow(withCode('ARGUMENT_INVALID', 'text'))
  })
})

describe('the key of a Solana account', () => {
  const both = new Uint8Array([...seed, ...(base58Decode(key.address) as Uint8Array)])

  test.each<[name: string, privateKey: string | Uint8Array | readonly number[]]>([
    ['base58 of 64 bytes', base58(both)],
    ['bytes', both],
    ['the list of a key file', `[${both.join(', ')}]`],
    ['the numbers of a key file', [...both]],
    ['the seed in base58', base58(seed)],
  ])('is read from %s', (_, privateKey) => {
    expect(solanaKey({ privateKey }).address).toBe(key.address)
  })

  test.each<[name: string, privateKey: unknown]>([
    ['another half', base58(new Uint8Array([...seed, ...seed]))],
    ['an address with a wrong length', base58(both.subarray(0, 40))],
    ['hexadecimal', hex(both)],
    ['numbers that are no bytes', `[${Array(64).fill(256).join()}]`],
    ['63 numbers', [...both].slice(1)],
    ['65 numbers', [...both, 0]],
    ['the seed as numbers', [...seed]],
    ['a number past a byte', [...both].with(7, (both[7] as number) + 256)],
    ['a number below zero', [...both].with(7, -1)],
    ['a fraction', [...both].with(7, 0.5)],
    ['a number as text', [...both].map(String)],
    ['a list with a hole', Object.assign([...both], { length: 63 }, { length: 64 })],
    ['a list with a list', [...both].map((one) => [one])],
    ['nothing', undefined],
  ])('%s is none, and no message repeats it', (_, privateKey) => {
    const call = () => solanaKey({ privateKey: privateKey as string })
    expect(call).toThrow(withCode('KEY_MALFORMED', '"privateKey"'))
    expect(call).not.toThrow(String(privateKey ?? '\0'))
  })

  test.each(['1'.repeat(64), '1'.repeat(128), `0x${'1a'.repeat(32)}`])(
    'hexadecimal is never read as base58 (%#)',
    (text) => {
      expect(() => solanaKey({ privateKey: text })).toThrow(withCode('KEY_MALFORMED', 'got hexadecimal digits'))
    },
  )

  test('base58 keeps zeros at the start', () => {
    for (const bytes of [[], [0], [0, 0, 1], [255, 0], [0, 57, 58]])
      expect([...(base58Decode(base58(Uint8Array.from(bytes)) || '1') ?? [])]).toEqual(bytes.length === 0 ? [0] : bytes)
  })
})
