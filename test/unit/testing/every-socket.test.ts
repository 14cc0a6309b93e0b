import { describe, expect, test } from 'vitest'
import type { Login } from '../../../src/exchange/signer/venue.js'
import { httpRequest } from '../../../src/message/message.js'
import type { VenueDouble } from '../../../src/testing/double.js'
import type { VenueDoubleOptions } from '../../../src/testing/options.js'
import type { VenueSample } from '../../exchange/sample.js'
import { accountOf, samples, send, signed } from './signed-samples.js'
import { start, talk, when } from './support.js'

const DAY = 86_400_000
// A challenge comes first at the one; at the other the host is signed, and a sample's signer is for the venue's own.
const APART = ['kraken-futures', 'htx']

const open = (sample: VenueSample, options: Partial<VenueDoubleOptions> = {}): Promise<VenueDouble> =>
  start(sample.venue, { accounts: [accountOf(sample)], ...options })

/** Logs in and waits until the double has heard all of it. */
async function attempt(double: VenueDouble, path: string, { messages, query, headers }: Login): Promise<void> {
  const place = query?.startsWith('/') ? query : path + (query === undefined ? '' : `?${query}`)
  const before = double.requests.length
  const socket = await talk(double.socketUrl + place, headers)
  for (const message of messages) socket.say(message)
  for (let i = 0; i < 400 && double.requests.length < before + messages.length + 1; i++)
    await new Promise((resolve) => setTimeout(resolve, 5))
  socket.close()
}

const logins = samples.filter(
  ({ venue: { spec }, signer }) =>
    !APART.includes(spec.id) &&
    spec.messages?.['login']?.algorithms?.includes(signer.key.algorithm) !== false &&
    spec.messages?.['login'],
)
const tokens = samples.filter(({ venue: { spec } }) => spec.token !== undefined)

describe.each(logins.map((one) => [one.name, one] as const))('the socket of a double of %s', (_, sample) => {
  const { venue, verifyingKey, signer, loginArgs } = sample
  const { time = venue.spec.time, headers, query, path = '' } = venue.spec.messages?.['login'] ?? {}
  const refused = async (double: VenueDouble, made: Login): Promise<void> => {
    if (headers === undefined && query === undefined) await attempt(double, path, made)
    else await expect(attempt(double, path, made)).rejects.toThrow('401')
  }

  test('accepts a login, and repeats no secret of it', async () => {
    const double = await open(sample)
    await attempt(double, path, signer.login(loginArgs))
    expect(double.requests.at(-1)).toMatchObject({ via: 'socket', code: undefined, keyId: verifyingKey.keyId })
    expect(JSON.stringify(double.requests)).not.toMatch(/secret-|phrase-/)
  })

  test('refuses a stranger', async () => {
    const double = await open(sample, { accounts: [] })
    await refused(double, signer.login(loginArgs))
    expect(double.requests.at(-1)?.code).toBe('KEY_UNKNOWN')
  })

  when(time !== undefined)('refuses an old login', async () => {
    const double = await open(sample)
    await refused(double, signer.login(loginArgs, { clock: { now: () => Date.now() - DAY } }))
    expect(double.requests.at(-1)?.code).toBe('TIMESTAMP_EXPIRED')
  })
})

describe.each(tokens.map((one) => [one.name, one] as const))('the socket of a double of %s', (_, sample) => {
  test('takes the token that a signed request was given, and no other', async () => {
    const { venue, verifyingKey, signer, loginArgs } = sample
    const { method = 'GET', path = '', query } = venue.spec.token ?? {}
    const double = await open(sample)
    const [status, answer] = await send(signed(sample, httpRequest({ method, url: double.origin + path })))
    expect(status).toBe(200)
    const token = String(venue.spec.token?.token(answer as never))
    const { use } = signer.login(loginArgs)
    await attempt(double, '/', use?.(answer) as Login)
    expect(double.requests.at(-1)).toMatchObject({ via: 'socket', code: undefined, keyId: verifyingKey.keyId })
    expect(JSON.stringify(double.requests)).not.toContain(token)
    const other = use?.(JSON.parse(JSON.stringify(answer).replaceAll(token, 'x'.repeat(22)))) as Login
    if (query === undefined) await attempt(double, '/', other)
    else await expect(attempt(double, '/', other)).rejects.toThrow('401')
    const { keyId, code, method: heard } = double.requests.at(-1) ?? {}
    expect(keyId).toBeUndefined()
    // Where a venue writes it into another text, a wrong one cannot be told from any other message.
    expect(code ?? heard).toMatch(/^(?:KEY_UNKNOWN|AUTH_MISSING|message)$/)
  })
})
