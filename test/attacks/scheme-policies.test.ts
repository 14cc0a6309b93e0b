import { isCountersignError } from '../../src/errors.js'
import { binance } from '../../src/exchange/catalogue/binance.js'
import { okx } from '../../src/exchange/catalogue/okx.js'
import { exchangeVerifier } from '../../src/exchange/index.js'
import { type HttpRequest, httpRequest } from '../../src/message/message.js'
import { rfc9421Verifier } from '../../src/schemes/rfc9421/index.js'
import { signPrepared, type VerifyScheme } from '../../src/schemes/scheme.js'
import type { PolicyOptions } from '../../src/server/policy/policy.js'
import { noReplayProtection } from '../../src/server/policy/policy.js'
import { attack, attacks } from './attack.js'
import type { Outcome } from './catalogue.js'
import { forge } from './forge.js'
import { HOSTS, start } from './hosts.js'
import { bot, get, HOST, NOW, order, params, RECORDS, sign, type World, world } from './world.js'

const account = { apiKey: 'exchange-1', secret: 'a secret for tests, long enough' }
const signer = binance(account)
const other = okx({ ...account, apiKey: 'exchange-2', passphrase: 'phrase' })
const binanceScheme = exchangeVerifier(signer)
const okxScheme = exchangeVerifier(other)
const records = [...RECORDS, { key: signer.key }, { key: other.key, passphrase: 'phrase' }]

/** The ways in which the schemes can stand beside each other, and their demands be spread. */
const ORDERS: ReadonlyArray<readonly [string, readonly VerifyScheme[], Partial<PolicyOptions>]> = [
  ['no spread', [rfc9421Verifier(), binanceScheme, okxScheme], {}],
  ['one spread', [rfc9421Verifier(), binanceScheme], { ...binanceScheme.demands }],
  ['the exchange first', [binanceScheme, rfc9421Verifier()], { ...binanceScheme.demands }],
  ['two spread', [rfc9421Verifier(), okxScheme, binanceScheme], { ...okxScheme.demands, ...binanceScheme.demands }],
  [
    'the other order',
    [okxScheme, binanceScheme, rfc9421Verifier()],
    { ...binanceScheme.demands, ...okxScheme.demands },
  ],
]

const server = (schemes: readonly VerifyScheme[], policy: Partial<PolicyOptions>): World =>
  world({ records, schemes, policy })

/** A request signed as Binance wants it, for the service under test. */
const exchangeRequest = (path = '/api/v3/order'): Promise<HttpRequest> =>
  signPrepared(
    signer.scheme.prepare(httpRequest({ method: 'POST', url: `http://${HOST}${path}?symbol=BTC` }), {
      keyId: account.apiKey,
      algorithm: signer.key.algorithm,
      nowMs: NOW,
      nonce: '',
    }),
    signer.key,
  )

/** An RFC 9421 signature that is good, over too little. */
const little = (covered: readonly string[], nonce?: false): HttpRequest =>
  forge({
    request: get(),
    covered,
    params: nonce === false ? `;created=${NOW / 1000};keyid="bot-1"` : params(),
    key: bot,
  })

const configured = (call: () => unknown): Outcome => {
  try {
    call()
    return 'ok'
  } catch (error) {
    return isCountersignError(error) ? (error.code as Outcome) : 'host'
  }
}

attacks('scheme-policies', () => {
  for (const [how, schemes, policy] of ORDERS) {
    attack(105, `a signature over the query alone, with ${how}`, async (shows) => {
      const { judge } = server(schemes, policy)
      shows(await judge(little(['"@query"'], false)), 'COMPONENT_MISSING')
      const all = ['"@method"', '"@authority"', '"@path"', '"@query"']
      for (const left of all)
        shows(await judge(little(all.filter((one) => one !== left))), 'COMPONENT_MISSING', `without ${left}`)
      shows(await judge(little(all, false)), 'NONCE_MALFORMED')
      shows(await judge(little(all)), 'ok')
    })

    attack(105, `the method and path of a signed request exchanged, with ${how}`, async (shows) => {
      const { judge } = server(schemes, policy)
      const signed = await sign(order())
      shows(await judge({ ...signed, method: 'PUT' }), 'SIGNATURE_INVALID')
      shows(await judge({ ...signed, target: '/v1/withdraw?dry=1&symbol=BTC' }), 'SIGNATURE_INVALID')
      shows(await judge(signed), 'ok')
    })

    attack(105, `an exchange's own request is served beside it, once, with ${how}`, async (shows) => {
      const { judge } = server(schemes, policy)
      const signed = await exchangeRequest()
      shows(await judge(signed), 'ok')
      shows(await judge(signed), 'REPLAY')
    })
  }

  attack(105, 'a stricter word of the caller holds for every scheme, or is refused at once', async (shows) => {
    const schemes = [rfc9421Verifier(), binanceScheme]
    shows(
      configured(() => server(schemes, { require: ['field:x-tenant'] })),
      'CONFIG_INVALID',
    )
    shows(
      configured(() => server(schemes, { algorithms: ['ecdsa-p256-sha256'] })),
      'CONFIG_INVALID',
    )
    const { judge } = server(schemes, {
      require: ['field:x-tenant'],
      perScheme: { 'exchange/binance': { require: binanceScheme.demands.require } },
    })
    shows(await judge(await sign(get())), 'COMPONENT_MISSING')
    shows(await judge(await exchangeRequest()), 'ok')
  })

  attack(105, 'a policy names a scheme that is not there, and a scheme hands out demands that spread', (shows) => {
    shows(
      configured(() => server([rfc9421Verifier()], { perScheme: { rfc9412: { requireNonce: false } } })),
      'CONFIG_INVALID',
    )
    const demands = { require: ['query'], requireWithBody: [], requireNonce: false } as const
    shows(
      configured(() => server([{ ...rfc9421Verifier(), id: 'mine', demands }], {})),
      'CONFIG_INVALID',
    )
  })

  attack(105, 'a scheme without a time, and no word about replays', async (shows) => {
    const timeless: VerifyScheme = {
      ...binanceScheme,
      parse: (message) =>
        binanceScheme.parse(message).map((one) => ({
          ...one,
          createdMs: undefined,
          get base() {
            return one.base
          },
        })),
    }
    const untimed = (how: Partial<PolicyOptions>): World => server([rfc9421Verifier(), timeless], how)
    const signed = await exchangeRequest()
    shows(await untimed({}).judge(signed), 'TIMESTAMP_MALFORMED')
    const seen = new Set<string>()
    const claim = (keyId: string, nonce: string): boolean => seen.size < seen.add(`${keyId} ${nonce}`).size
    const once = untimed({ perScheme: { 'exchange/binance': { untimed: { claim } } } })
    shows(await once.judge(signed), 'ok')
    shows(await once.judge(signed), 'REPLAY')
    const often = untimed({ perScheme: { 'exchange/binance': { untimed: noReplayProtection } } })
    shows(await often.judge(signed), 'ok')
    shows(await often.judge(signed), 'ok')
  })

  for (const host of HOSTS) {
    attack(105, `the query alone is signed, the rest exchanged, at ${host}`, async (shows) => {
      const { send, reached } = await start(host, {
        records,
        schemes: [rfc9421Verifier(), binanceScheme],
        policy: { ...binanceScheme.demands },
      })
      shows((await send(little(['"@query"'], false))).code, 'COMPONENT_MISSING')
      shows((await send(await exchangeRequest())).code, 'ok')
      shows((await send(await sign(get()))).code, 'ok')
      if (reached() !== 2) throw new Error(`the handler ran ${reached()} times`)
    })
  }
})
