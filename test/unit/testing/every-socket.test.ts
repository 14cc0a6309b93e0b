import { describe, expect, test } from 'vitest'
import type { Login } from '../../../src/exchange/spec/signer-types.js'
import { httpRequest } from '../../../src/message/message.js'
import { select } from '../../../src/support/selector.js'
import type { MockExchange } from '../../../src/testing/mock-exchange.js'
import type { MockExchangeOptions } from '../../../src/testing/options.js'
import type { ExchangeSample } from '../../exchange/sample.js'
import { accountOf, samples, send, signed } from './signed-samples.js'
import { start, talk, when } from './support.js'

const DAY = 86_400_000
// A challenge comes first at the one; at the other the host is signed, and a sample's signer is for the exchange's own.
const APART = ['kraken-futures', 'htx']

const open = (sample: ExchangeSample, options: Partial<MockExchangeOptions> = {}): Promise<MockExchange> =>
  start(sample.exchange, { accounts: [accountOf(sample)], ...options })

/** Logs in and waits until the mock has heard all of it. */
async function attempt(mock: MockExchange, path: string, { messages, query, headers }: Login): Promise<void> {
  const place = query?.startsWith('/') ? query : path + (query === undefined ? '' : `?${query}`)
  const before = mock.requests.length
  const socket = await talk(mock.socketUrl + place, headers)
  for (const message of messages) socket.say(message)
  for (let i = 0; i < 400 && mock.requests.length < before + messages.length + 1; i++)
    await new Promise((resolve) => setTimeout(resolve, 5))
  socket.close()
}

const logins = samples.filter(
  ({ exchange: { spec }, signer }) =>
    !APART.includes(spec.id) &&
    spec.messages?.['login']?.algorithms?.includes(signer.key.algorithm) !== false &&
    spec.messages?.['login'],
)
const tokens = samples.filter(({ exchange: { spec } }) => spec.token !== undefined)

describe.each(logins.map((one) => [one.name, one] as const))('the socket of a mock of %s', (_, sample) => {
  const { exchange, verifyingKey, signer, loginArgs } = sample
  const { time = exchange.spec.time, headers, query, path = '' } = exchange.spec.messages?.['login'] ?? {}
  const refused = async (mock: MockExchange, made: Login): Promise<void> => {
    if (headers === undefined && query === undefined) await attempt(mock, path, made)
    else await expect(attempt(mock, path, made)).rejects.toThrow('401')
  }

  test('accepts a login, and repeats no secret of it', async () => {
    const mock = await open(sample)
    await attempt(mock, path, signer.login(loginArgs))
    expect(mock.requests.at(-1)).toMatchObject({ via: 'socket', code: undefined, keyId: verifyingKey.keyId })
    expect(JSON.stringify(mock.requests)).not.toMatch(/secret-|phrase-/)
  })

  test('the socket refuses an unknown key', async () => {
    const mock = await open(sample, { accounts: [] })
    await refused(mock, signer.login(loginArgs))
    expect(mock.requests.at(-1)?.code).toBe('KEY_UNKNOWN')
  })

  when(time !== undefined)('refuses an old login', async () => {
    const mock = await open(sample)
    await refused(mock, signer.login(loginArgs, { clock: { now: () => Date.now() - DAY } }))
    expect(mock.requests.at(-1)?.code).toBe('TIMESTAMP_EXPIRED')
  })
})

describe.each(tokens.map((one) => [one.name, one] as const))('the socket of a mock of %s', (_, sample) => {
  test('takes the token that a signed request was given, and no other', async () => {
    const { exchange, verifyingKey, signer, loginArgs } = sample
    const { method = 'GET', path = '', query } = exchange.spec.token ?? {}
    const mock = await open(sample)
    const [status, answer] = await send(signed(sample, httpRequest({ method, url: mock.origin + path })))
    expect(status).toBe(200)
    const token = String(select(answer, exchange.spec.token?.token ?? ''))
    const { use } = signer.login(loginArgs)
    await attempt(mock, '/', use?.(answer) as Login)
    expect(mock.requests.at(-1)).toMatchObject({ via: 'socket', code: undefined, keyId: verifyingKey.keyId })
    expect(JSON.stringify(mock.requests)).not.toContain(token)
    const other = use?.(JSON.parse(JSON.stringify(answer).replaceAll(token, 'x'.repeat(22)))) as Login
    if (query === undefined) await attempt(mock, '/', other)
    else await expect(attempt(mock, '/', other)).rejects.toThrow('401')
    const { keyId, code, method: heard } = mock.requests.at(-1) ?? {}
    expect(keyId).toBeUndefined()
    // Where an exchange writes it into another text, a wrong one looks like any other message.
    expect(code ?? heard).toMatch(/^(?:KEY_UNKNOWN|AUTH_MISSING|message)$/)
  })
})
