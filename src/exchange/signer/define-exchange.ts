import { assertOptions, fail, type OptionKind, type OptionNames, urlKind } from '../../errors.js'
import { isSecure } from '../../message/target.js'
import type { ExchangeOptions } from '../spec/credentials.js'
import type { ExchangeFactory } from '../spec/signer-types.js'
import type { ClockSpec, ExchangeSpec, ExchangeVariant, TokenSpec } from '../spec/spec.js'
import { exchangeFactory } from './exchange-factory.js'
import { variantOf } from './options.js'

const SPEC: OptionNames<ExchangeSpec> = {
  ...{
    id: 1,
    name: 1,
    docs: 1,
    origins: 1,
    socketUrl: 1,
    environments: 1,
    options: 1,
    keys: 1,
    secretKey: 1,
    secret: 1,
  },
  ...{
    time: 1,
    nonce: 1,
    window: 1,
    passphrase: 1,
    headers: 1,
    place: 1,
    base: 1,
    covers: 1,
    onlyForms: 1,
    notCovered: 1,
  },
  ...{ body: 1, params: 1, read: 1, clock: 1, messages: 1, token: 1 },
}

const TEXT: OptionKind = [(value) => typeof value === 'string', 'text']
const SELECTOR: OptionKind = [TEXT[0], 'the path to it in the answer, such as "data.0.ts"']
const CLOCK: OptionNames<ClockSpec> = { path: 1, time: SELECTOR, unit: 1, error: 1, status200: 1 }
const TOKEN: OptionNames<TokenSpec> = { method: 1, path: 1, token: SELECTOR, template: 1, query: TEXT, lifeMs: 1 }
const PARAMS: OptionNames<NonNullable<ExchangeSpec['params']>> = {
  lists: 1,
  objects: 1,
  sorted: 1,
  into: [(value) => typeof value !== 'function', 'a word or a table by method'],
  postInQuery: 1,
  plus: 1,
  wrap: 1,
}

/**
 * An exchange of your own, from data: the same that all exchanges of this package are made of.
 *
 * @param variants other ways to sign, by name: each states only what differs
 * @throws {CountersignError} what is made throws `CONFIG_INVALID`, `KEY_MALFORMED` and `ARGUMENT_INVALID` for credentials
 *   that cannot be right; a secret is never repeated.
 * @example
 * ```ts
 * import { hmacSha256Key } from 'countersign/crypto'
 * import { defineExchange, encoding, targetOf, timestamp } from 'countersign/exchange'
 *
 * const acme = defineExchange({
 *   id: 'acme',
 *   name: 'Acme',
 *   docs: 'https://docs.acme.example/auth',
 *   origins: ['https://api.acme.example'],
 *   keys: { 'hmac-sha256': encoding.hex },
 *   secretKey: hmacSha256Key,
 *   time: timestamp.milliseconds,
 *   headers: [['X-Key', 'key'], ['X-Time', 'time'], ['X-Sign', 'sign']],
 *   base: (draft) => draft.time + draft.method + targetOf(draft) + draft.body,
 *   covers: ['method', 'path', 'query', 'body'],
 * })
 * const signed = acme({ apiKey: 'bot-1', secret: 'a secret' }).sign({ path: '/v1/balance' })
 * ```
 */
export function defineExchange<O = ExchangeOptions>(
  spec: ExchangeSpec,
  variants: Readonly<Record<string, ExchangeVariant>> = {},
): ExchangeFactory<O> {
  for (const own of [{}, ...Object.values(variants)]) {
    const rules = variantOf(spec, own)
    assertOptions('defineExchange', rules, SPEC)
    assertOptions('defineExchange: "clock"', rules.clock, CLOCK, { read: 'time', hidden: 'status200' })
    assertOptions('defineExchange: "token"', rules.token, TOKEN, { form: 'template' })
    assertOptions('defineExchange: "params"', rules.params, PARAMS)
    assertOrigins(rules)
  }
  return exchangeFactory(spec, variants)
}

/** An origin is signed for as it stands there: as everywhere, what is not encrypted does not leave the machine. */
function assertOrigins({ origins, environments = {} }: ExchangeSpec): void {
  for (const list of [origins, ...Object.values(environments).map((one) => one.origins)]) {
    if (!Array.isArray(list) || list.length === 0)
      fail('CONFIG_INVALID', 'defineExchange: "origins" must be a list of https://host[:port]')
    for (const one of list as readonly unknown[])
      if (typeof one !== 'string' || !isSecure(one, {}))
        fail(
          'CONFIG_INVALID',
          `defineExchange: "origins" must be https://host[:port] each, got ${
            typeof one === 'string' && /^http:/.test(one) ? 'plain http to another machine' : urlKind(one)
          }`,
        )
  }
}
