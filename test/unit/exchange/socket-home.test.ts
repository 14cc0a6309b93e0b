import { expect, test } from 'vitest'
import { bybit } from '../../../src/exchange/catalogue/bybit.js'
import { dydx } from '../../../src/exchange/catalogue/dydx.js'
import { okx } from '../../../src/exchange/catalogue/okx.js'
import { cosmosKey } from '../../../src/exchange/wallet/index.js'
import { codeOf, textOf } from '../../expect-code.js'

const account = { apiKey: 'key', secret: 'c2VjcmV0LW9mLWFuLWV4YW1wbGU=', passphrase: 'p' }
/** The rule of a signer's logins, asked directly, as what opens a socket asks it. */
const ruleOf = async (signer: { login(): unknown }): Promise<(url: string) => void> =>
  ((await signer.login()) as { assertSocket(url: string): void }).assertSocket

const SIGNERS = {
  live: okx(account),
  other: bybit({ apiKey: 'key', secret: account.secret }),
  beside: okx({ ...account, baseUrl: 'http://127.0.0.1:8080' }),
  behindTls: okx({ ...account, baseUrl: 'https://proxy.example:8443/okx' }),
  stated: okx({ ...account, origin: 'https://mine.example:444' }),
}

test.each([
  ['live', 'wss://ws.okx.com:8443/ws/v5/private', true],
  ['live', 'wss://ws.okx.com/ws/v5/private', true],
  ['live', 'WSS://WS.OKX.COM:443/', true],
  ['live', 'ws://ws.okx.com:8443/ws/v5/private', false],
  ['live', 'http://ws.okx.com/', false],
  ['live', 'wss://ws.okx.com:1/ws/v5/private', false],
  ['live', 'wss://user:pass@ws.okx.com:8443/', false],
  ['live', 'wss://user@ws.okx.com:8443/', false],
  ['live', 'wss://okx.com.evil.example/', false],
  ['live', 'wss://ws.okx.com:8443@evil.example/', false],
  ['live', 'file:///ws.okx.com', false],
  ['live', '//ws.okx.com:8443/', false],
  ['live', '', false],
  ['other', 'wss://stream.bybit.com/v5/private', true],
  ['other', 'wss://stream.bybit.com:9443/v5/private', true],
  ['other', 'wss://stream.bybit.com:9444/v5/private', false],
  ['other', 'ws://stream.bybit.com/v5/private', false],
  // A stand-in: its sockets may have a separate port, and plain ones where it is plain itself.
  ['beside', 'ws://127.0.0.1:9999/', true],
  ['beside', 'wss://127.0.0.1:9999/', true],
  ['beside', 'ws://127.0.0.2:8080/', false],
  ['behindTls', 'wss://proxy.example:9999/', true],
  ['behindTls', 'ws://proxy.example:8443/', false],
  ['behindTls', 'wss://sub.proxy.example:8443/', false],
  ['stated', 'wss://mine.example:444/ws', true],
  ['stated', 'wss://mine.example/ws', false],
  ['stated', 'ws://mine.example:444/ws', false],
] as const)('a socket is compared by scheme, host and port (%s: %s)', async (signer, url, allowed) => {
  const rule = await ruleOf(SIGNERS[signer])
  if (allowed) expect(() => rule(url)).not.toThrow()
  else expect(codeOf(() => rule(url))).toBe('ORIGIN_REFUSED')
})

test('a host that is a node of another company stands for itself alone', () => {
  const key = cosmosKey({ privateKey: '01'.repeat(32) })
  const rule = (options: object) => Object(dydx({ key, accountNumber: 1, ...options }).service).assertSocket
  const refused = (options: object, url: string) => codeOf(() => rule(options)(url))
  expect(() => rule({})('wss://dydx-ops-rpc.kingnodes.com/websocket')).not.toThrow()
  expect(refused({}, 'wss://another-customer.kingnodes.com/websocket')).toBe('ORIGIN_REFUSED')
  expect(refused({}, 'wss://dydx-ops-rpc.kingnodes.com:8443/websocket')).toBe('ORIGIN_REFUSED')
  expect(refused({}, 'wss://test-dydx-rpc.kingnodes.com/websocket')).toBe('ORIGIN_REFUSED')
  expect(() => rule({ environment: 'testnet' })('wss://test-dydx-rpc.kingnodes.com/websocket')).not.toThrow()
  expect(refused({ environment: 'testnet' }, 'wss://dydx-ops-rpc.kingnodes.com/websocket')).toBe('ORIGIN_REFUSED')
  const own = { origin: 'https://node.mine.example:26657' }
  expect(() => rule(own)('wss://node.mine.example:26657/websocket')).not.toThrow()
  expect(refused(own, 'wss://mine.example:26657/websocket')).toBe('ORIGIN_REFUSED')
  expect(refused(own, 'wss://dydx-ops-rpc.kingnodes.com/websocket')).toBe('ORIGIN_REFUSED')
})

test('what is refused is named without anything that may be a secret', async () => {
  const rule = await ruleOf(SIGNERS.live)
  expect(textOf(() => rule('ws://ws.okx.com:8443/ws/v5/private?token=hunter2'))).toBe(
    'ORIGIN_REFUSED a login of OKX is not said to ws://ws.okx.com:8443: the socket must be one of wss://okx.com, or stand behind a given "origin" or "baseUrl"',
  )
  expect(textOf(() => rule('wss://hunter2@ws.okx.com:8443/'))).not.toContain('hunter2')
})
