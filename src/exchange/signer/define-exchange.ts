import { isMembers, mustBe } from '../../errors.js'
import { defined } from '../../support/defined.js'
import type { ExchangeOptions } from '../spec/credentials.js'
import { passphraseOf } from '../spec/passphrase.js'
import { windowOf } from '../spec/receive-window.js'
import { secretKeyOf } from '../spec/shared-secret.js'
import type { ExchangeFactory } from '../spec/signer-types.js'
import type { ExchangeSpec, ExchangeVariant } from '../spec/spec.js'
import { assertSpec } from './assert-spec.js'
import { factoryOf } from './exchange-factory.js'
import { learningClock } from './learning-clock.js'
import { messageSigner } from './messages.js'
import { variantOf } from './options.js'
import { tokenLogin } from './tokens.js'

/**
 * An exchange of your own, from data: the same that all exchanges of this package are made of.
 *
 * @param variants other ways to sign, by name: each states only what differs
 * @throws {CountersignError} `CONFIG_INVALID` for a member that is unknown or cannot be right; what is made throws `CONFIG_INVALID`, `KEY_MALFORMED` and `ARGUMENT_INVALID` for credentials
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
  mustBe(
    isMembers(variants),
    'variants',
    'an object of variants by their names',
    variants,
    'CONFIG_INVALID',
    'defineExchange: ',
  )
  // What one variant states another may leave out: a header that shows it is not sent then.
  const sources = Object.assign({}, ...[...Object.values(variants), spec].map((one) => defined({ ...one })))
  for (const own of [{}, ...Object.values(variants)]) assertSpec(variantOf(spec, own), sources)
  return factoryOf(spec, variants, {
    messages: messageSigner,
    tokens: tokenLogin,
    secrets: secretKeyOf,
    readers: { passphraseOf, windowOf, learningClock },
  })
}
