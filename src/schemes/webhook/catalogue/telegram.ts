import { hash } from '#backend/hash'
import { utf8 } from '../../../crypto/encoding.js'
import { checkedSha256Key } from '../../../crypto/hmac-key.js'
import { fail, kindOf, type OptionNames } from '../../../errors.js'
import { type HttpRequest, withFields } from '../../../message/message.js'
import { SECONDS } from '../../scheme/times.js'
import { BASE64URL, type Codec, HEX } from '../codecs.js'
import { webhookOf } from '../define-webhook.js'
import { byText, inQuery, oneParameter, type Parameter, parametersOf, queryOf, timeInQuery } from '../parameters.js'
import { oneLine, signatureBytes } from '../places.js'
import { ed25519Form, publicKeys, type WebhookPublicKeyOptions } from '../public-keys.js'
import { secretKeys, type WebhookSecretOptions, windowOf } from '../secrets.js'
import type { SignaturePlace, TimePlace, Webhook, WebhookSpec } from '../webhook.js'

const FIELD = 'authorization'
const PREFIX = 'tma '
const TIME = 'auth_date'
const DAY_MS = 86_400_000

/** The text behind `tma`; `undefined` for every other credential. */
const dataOf = (request: HttpRequest): string | undefined => {
  const value = oneLine(request, FIELD)
  return value?.startsWith(PREFIX) ? value.slice(PREFIX.length) : undefined
}

const pairsOf = (request: HttpRequest): readonly Parameter[] => parametersOf(dataOf(request) ?? '', 'AUTH_MALFORMED')

/**
 * Each pair as a line, sorted. A pair that could be read as two, or as another one, is refused, and so is a name that stands twice:
 * programs that read the data take the first or the last one.
 */
function linesOf(all: readonly Parameter[], ...without: readonly string[]): readonly string[] {
  const names = new Set<string>()
  for (const [name, value] of all) {
    if (names.has(name)) fail('AUTH_DUPLICATE', 'a parameter stands twice')
    names.add(name)
    if (name.includes('=') || /\n/.test(name + value))
      fail('AUTH_MALFORMED', 'a parameter has a line feed, or an equals sign in its name')
  }
  const lines = all.filter(([name]) => !without.includes(name)).map(([name, value]) => `${name}=${value}`)
  return [lines.sort(byText).join('\n')]
}

/** The request with one more pair behind `tma`. */
function withPair(request: HttpRequest, name: string, value: string): HttpRequest {
  const data = dataOf(request)
  const fields = request.fields.filter((_, at, all) => (all[at - (at % 2)] as string).toLowerCase() !== FIELD)
  return withFields(request, [...fields, 'Authorization', `${PREFIX}${data ? `${data}&` : ''}${name}=${value}`])
}

const inData = (name: string, codec: Codec): SignaturePlace => ({
  codec,
  read: (request) => {
    if (dataOf(request) === undefined) return undefined
    const text = oneParameter(pairsOf(request), name)
    if (text === undefined) return fail('SIGNATURE_MALFORMED', `the data must have a "${name}"`)
    return { signatures: [signatureBytes(text, codec, `"${name}"`)] }
  },
  write: ([signature], { request }) => withPair(request, name, signature as string),
})

const TIME_IN_DATA: TimePlace = {
  read: (request) => oneParameter(pairsOf(request), TIME),
  write: (request, time) =>
    oneParameter(pairsOf(request), TIME) === undefined ? withPair(request, TIME, time) : request,
}

/** As data. */
export const TELEGRAM_MINI_APP: WebhookSpec = {
  id: 'telegram-mini-app',
  place: inData('hash', HEX),
  time: { place: TIME_IN_DATA, unit: SECONDS },
  base: ({ request }) => linesOf(pairsOf(request), 'hash'),
  covers: [`field:${FIELD}`],
  withoutBody: true,
  // What the libraries of Telegram Mini Apps use: the data is that of one launch, and comes with each request until the next.
  toleranceMs: DAY_MS,
  weaknesses: ['no-body', 'no-url', 'no-key-id'],
}

/** As data. */
export const TELEGRAM_LOGIN: WebhookSpec = {
  id: 'telegram-login',
  place: inQuery('hash', HEX),
  time: { place: timeInQuery(TIME), unit: SECONDS },
  base: ({ request }) => linesOf(queryOf(request), 'hash'),
  covers: ['query-parameters'],
  withoutBody: true,
  weaknesses: ['no-body', 'no-url', 'no-key-id'],
}

const thirdParty = (botId: string): WebhookSpec => ({
  ...TELEGRAM_MINI_APP,
  id: 'telegram-third-party',
  place: inData('signature', BASE64URL),
  base: ({ request }) => [`${botId}:WebAppData\n`, ...linesOf(pairsOf(request), 'hash', 'signature')],
})

/** As data, for a bot that is none. */
export const TELEGRAM_THIRD_PARTY: WebhookSpec = /* @__PURE__ */ thirdParty('0')

/**
 * The data of a Telegram Mini App, as its pages send it to a server: `Authorization: tma <initData>`. The secret is the bot's token. The
 * data may be a day old unless `toleranceMs` states less; it proves who opened the app, and nothing about the rest of the request.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant, `KEY_WEAK` for an empty or short token.
 * @see {@link https://core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app | Telegram: Mini Apps}
 * @example
 * ```ts
 * import { verifyWebhook } from 'countersign/webhook'
 * import { telegramMiniApp } from 'countersign/webhook/telegram'
 *
 * declare const token: string
 * const launch = telegramMiniApp({ secret: token, toleranceMs: 3_600_000 })
 *
 * export function userOf(initData: string) {
 *   const verdict = verifyWebhook(launch, { headers: { authorization: `tma ${initData}` }, body: null })
 *   return verdict.ok ? JSON.parse(new URLSearchParams(initData).get('user') ?? 'null') : undefined
 * }
 * ```
 */
export const telegramMiniApp = (options: WebhookSecretOptions): Webhook => {
  const { id } = TELEGRAM_MINI_APP
  const keys = secretKeys(id, options, {
    key: ({ keyId, secret }) => {
      const derived = checkedSha256Key({ keyId, secret: utf8('WebAppData') }).sign(secret)
      return checkedSha256Key({ keyId, secret: derived })
    },
  })
  return webhookOf(TELEGRAM_MINI_APP, keys, windowOf(id, options))
}

/**
 * The redirect of Telegram's login widget: its parameters in the query, all of them signed, so the URL that it leads to must have none of
 * its own. The secret is the bot's token.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant, `KEY_WEAK` for an empty or short token.
 * @see {@link https://core.telegram.org/widgets/login#checking-authorization | Telegram: login widget}
 * @example
 * ```ts
 * import { receiveWebhook } from 'countersign/webhook'
 * import { telegramLogin } from 'countersign/webhook/telegram'
 *
 * declare const token: string
 * const login = telegramLogin({ secret: token })
 * export const receive = (request: Request) => receiveWebhook(login, request)
 * ```
 */
export const telegramLogin = (options: WebhookSecretOptions): Webhook => {
  const { id } = TELEGRAM_LOGIN
  const keys = secretKeys(id, options, {
    key: ({ keyId, secret }) => checkedSha256Key({ keyId, secret: hash('sha256', secret) }),
  })
  return webhookOf(TELEGRAM_LOGIN, keys, windowOf(id, options))
}

/** Options of {@link telegramThirdParty}. */
export interface TelegramThirdPartyOptions extends WebhookPublicKeyOptions {
  /** The number before the colon of the bot's token. */
  readonly botId: string | number
  /** Whose public key it is, unless one is given. Default `production`. */
  readonly environment?: 'production' | 'test'
}

const MORE: OptionNames<Pick<TelegramThirdPartyOptions, 'botId' | 'environment'>> = { botId: 2, environment: 1 }
const PUBLIC_KEYS: Readonly<Record<'production' | 'test', string>> = {
  production: 'e7bf03a2fa4602af4580703d88dda5bb59f32ed8b02a56c187fe7d34caed242d',
  test: '40055058a4ee38156a06562e52eece92a771bcd8346a8c4615cb7376eddf72ec',
}

/**
 * {@link telegramMiniApp} for a service that has no bot token: Telegram signs the data with its own key as well (`signature`), for the
 * bot with this id.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant.
 * @see {@link https://core.telegram.org/bots/webapps#validating-data-for-third-party-use | Telegram: third parties}
 * @example
 * ```ts
 * import { receiveWebhook } from 'countersign/webhook'
 * import { telegramThirdParty } from 'countersign/webhook/telegram'
 *
 * const launch = telegramThirdParty({ botId: 7342037359 })
 * export const receive = (request: Request) => receiveWebhook(launch, request)
 * ```
 */
export function telegramThirdParty(options: TelegramThirdPartyOptions): Webhook {
  const { id } = TELEGRAM_THIRD_PARTY
  const { botId, environment = 'production', publicKey, privateKey, toleranceMs, ...others } = options ?? {}
  if (environment !== 'production' && environment !== 'test')
    fail('CONFIG_INVALID', `${id}: "environment" must be "production" or "test", got ${kindOf(environment)}`)
  const own = publicKey === undefined && privateKey === undefined ? PUBLIC_KEYS[environment] : publicKey
  const stated = { publicKey: own, privateKey, toleranceMs, ...others } as WebhookPublicKeyOptions
  const keys = publicKeys(id, stated, { ...ed25519Form('hex'), more: MORE })
  if (!/^[1-9]\d{0,19}$/.test(String(botId)))
    fail('CONFIG_INVALID', `${id}: "botId" must be the number of the bot, got ${kindOf(botId)}`)
  return webhookOf(thirdParty(String(botId)), keys, windowOf(id, options))
}
