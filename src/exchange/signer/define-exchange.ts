import type { Algorithm } from '../../crypto/algorithm.js'
import type { Bytes, SyncSigningKey } from '../../crypto/key.js'
import { assertOptions, fail, type OptionNames, urlKind } from '../../errors.js'
import { fieldLines, hasField } from '../../message/fields.js'
import { upperMethod } from '../../message/method.js'
import { isSecure } from '../../message/secure-origin.js'
import { assertPart, timeOf } from '../../support/asked.js'
import { watchedArgs } from '../spec/arguments.js'
import { compose } from '../spec/compose.js'
import {
  type Credentials,
  type ExchangeOptions,
  keyOf,
  missingCredentials,
  passphraseOf,
  windowOf,
} from '../spec/credentials.js'
import { type Draft, emptyDraft, setTarget, targetOf } from '../spec/draft.js'
import { fillForm, formText } from '../spec/form.js'
import type { Output } from '../spec/outputs.js'
import { isNamed } from '../spec/params.js'
import { percentEncoded } from '../spec/percent.js'
import type { PlaceList } from '../spec/places.js'
import { type Account, close, eachHeader, exchangeScheme, identify, open, outputOf } from '../spec/sign.js'
import type {
  Exchange,
  ExchangeFactory,
  ExchangeRequest,
  ExchangeSigner,
  Login,
  SignedRequest,
  SignOptions,
} from '../spec/signer-types.js'
import type { ExchangeRules, ExchangeSpec, Header, MessageArgs, MessageSpec, TokenSpec } from '../spec/spec.js'
import { textOf } from '../spec/text-of.js'
import { assertRequest, assertSignOptions, bodyText } from './assert-request.js'
import { fetchArguments } from './fetch-arguments.js'
import { homeOf } from './home.js'
import { learningClock } from './learning-clock.js'
import { type Chosen, choose, LIVE, ownOptions } from './options.js'

export type {
  Answer,
  AnyOptions,
  Exchange,
  ExchangeFactory,
  ExchangeRequest,
  ExchangeSigner,
  Login,
  SignedRequest,
  SignOptions,
} from '../spec/signer-types.js'

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
    uncovered: 1,
  },
  ...{ body: 1, params: 1, read: 1, clock: 1, messages: 1, token: 1 },
}

/**
 * An exchange of your own, from data; all exchanges of this package are made by it.
 *
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
  variants: Readonly<Record<string, ExchangeSpec>> = {},
): ExchangeFactory<O> {
  for (const rules of [spec, ...Object.values(variants)]) {
    assertOptions('defineExchange', rules, SPEC)
    assertOrigins(rules)
  }
  const make = (options?: Partial<Credentials>): Exchange => {
    const chosen = choose(spec, variants, options ?? {})
    const names = Object.entries(options ?? {}).flatMap(([name, value]) => (value === undefined ? [] : [name]))
    // Without an account it is the exchange alone. A member of an account that is there with no value got lost on its way.
    return names.some((name) => ACCOUNT.has(name)) || CREDENTIALS.some((name) => name in Object(options))
      ? exchangeSigner(chosen, options as Credentials)
      : withoutKey(chosen.spec, ownOptions(chosen.spec, options ?? {}))
  }
  const login = (credentials: Credentials, args?: Readonly<Record<string, unknown>>): unknown =>
    (make(credentials) as ExchangeSigner).login(args)
  return Object.assign(make, {
    login,
    variants: Object.keys(variants),
    environments: [LIVE, ...Object.keys(spec.environments ?? {})],
  }) as unknown as ExchangeFactory<O>
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

const CREDENTIALS = ['apiKey', 'secret', 'key']
const ACCOUNT: ReadonlySet<string> = /* @__PURE__ */ new Set([
  ...CREDENTIALS,
  'passphrase',
  'recvWindow',
  'nonces',
  'origin',
  'baseUrl',
])

/** The exchange alone. What only a signer can do says so, where a program without types calls it. */
function withoutKey(spec: ExchangeSpec, options: Readonly<Record<string, unknown>>): Exchange {
  const refuse = (): never => fail('CONFIG_INVALID', missingCredentials(spec))
  return Object.defineProperties(
    { spec },
    // An option may hold a secret (a partner's key): there, and not printed.
    { options: { value: options }, sign: { value: refuse }, login: { value: refuse }, signMessage: { value: refuse } },
  )
}

/** An exchange whose rules stand apart, so that a bundle can have them alone. A spread where it is called would keep the rest. */
export const ruledExchange = <O = ExchangeOptions>(
  rules: ExchangeRules,
  rest: Omit<ExchangeSpec, keyof ExchangeRules>,
): ExchangeFactory<O> => defineExchange({ ...rules, ...rest })

function exchangeSigner(chosen: Chosen, credentials: Credentials): ExchangeSigner {
  const { spec } = chosen
  const key = keyOf(spec, credentials)
  const { passphrase, recvWindow, nonces: given } = credentials
  const account: Account = {
    passphrase: passphraseOf(spec, key, passphrase),
    window: windowOf(spec, recvWindow),
    // Rules see the exchange's own options, and no secret.
    extra: ownOptions(spec, credentials),
  }
  const home = homeOf(chosen, credentials)
  const { clock, isClockError } = learningClock(spec)
  const { keyId, algorithm } = key
  const output = outputOf(spec, algorithm)

  assertPart(spec.name, 'nonces', given)
  const nowOf = (when: SignOptions | undefined): number => timeOf(when?.clock ?? clock)
  const nonces = spec.nonce && (given ?? spec.nonce.nonces)
  const nonceOf = (when: SignOptions | undefined, form = spec.nonce): string =>
    (when?.nonces ?? (form === spec.nonce ? nonces : form?.nonces))?.next(keyId) ?? ''
  /** One key call between two pure halves. */
  const withSignature = <T>(
    base: Bytes,
    { encoding }: Output,
    then: (signature: Uint8Array | string) => T,
  ): T | Promise<T> => {
    const { signText: write } = key as SyncSigningKey
    const signature = write === undefined ? key.sign(base) : write.call(key, base, encoding)
    return signature instanceof Promise ? signature.then(then) : then(signature)
  }

  const finished = (draft: Draft, signature: Uint8Array | string): SignedRequest => {
    close(spec, draft, output, signature)
    const { method, scheme, host, body } = draft
    const at = host === home.authority && scheme === home.scheme ? home.baseUrl : `${scheme}://${host}`
    const url = at + targetOf(draft)
    const headers = recordOf(draft, spec.headers)
    return body === '' ? { method, url, headers } : { method, url, headers, body }
  }

  const sign = (request: ExchangeRequest, when?: SignOptions): SignedRequest | Promise<SignedRequest> => {
    assertRequest(request)
    assertSignOptions('sign', when)
    const { path, headers, params, json } = request
    const method = request.method === undefined ? 'GET' : upperMethod(request.method)
    const body = bodyText(request.body)
    const { scheme, authority, target } = home.seen(path)
    const draft = emptyDraft()
    draft.method = method
    draft.scheme = scheme
    draft.host = authority
    const hasBody = body !== undefined
    const type = compose(spec, draft, { method, path: target, params, json, hasBody })
    if (body !== undefined) draft.body = body
    draft.fields = fieldsOf(headers, body === undefined ? type : '')
    if (headers !== undefined) home.assertHost(draft)
    identify(spec, account, key, nowOf(when), nonceOf(when), draft)
    const base = open(spec, draft, body === undefined && !path.includes('?') && isNamed(params) ? params : undefined)
    const { signText: write } = key as SyncSigningKey
    // As below, without a closure: this is what a bot does with every order.
    return write === undefined
      ? withSignature(base, output, (signature) => finished(draft, signature))
      : finished(draft, write.call(key, base, output.encoding))
  }

  const say = <T>(
    one: MessageSpec,
    name: string,
    given: MessageArgs,
    when: SignOptions | undefined,
    then: (draft: Draft, nowMs: number) => T,
  ) => {
    const watched = watchedArgs(`${spec.id} ${name}`, given, { ...account.extra, ...argsOf(one, algorithm) })
    const { extra } = watched
    // One set of arguments may serve several messages of an exchange, but each login says all it is given.
    const assertUsed = (): void =>
      watched.assertUsed(() => {
        if (name !== 'login')
          for (const other of Object.values(spec.messages ?? {})) fillForm(other.form, { ...draft, extra })
      })
    if (one.algorithms?.includes(algorithm) === false)
      fail('CONFIG_INVALID', `"key" must be one of ${one.algorithms} for "${name}" at ${spec.name}, got ${algorithm}`)
    const draft = emptyDraft()
    const nowMs = nowOf(when)
    identify({ ...spec, ...one }, { ...account, extra }, key, nowMs, nonceOf(when, one.nonce), draft)
    draft.method = 'GET'
    draft.scheme = home.scheme
    draft.host = home.authority
    setTarget(draft, one.path ?? '/')
    const base = baseOf(one, draft, assertUsed)
    if (typeof base === 'string') draft.payload = base
    return withSignature(base, one.output ?? output, (signature) => {
      close({}, draft, one.output ?? output, signature)
      const made = then(draft, nowMs)
      assertUsed()
      return made
    })
  }

  const login = (args: Readonly<Record<string, unknown>> = {}, when?: SignOptions): Login | Promise<Login> => {
    const made = loginOf(args, when)
    return made instanceof Promise ? made.then(placed) : placed(made)
  }
  /** The login, with where it may be said. */
  const placed = (one: Login): Login => Object.defineProperty(one, 'assertSocket', { value: home.assertSocket })
  const loginOf = (args: Readonly<Record<string, unknown>>, when: SignOptions | undefined): Login | Promise<Login> => {
    assertSignOptions('login', when)
    const { messages, token } = spec
    const one = messages?.['login']
    if (one !== undefined) {
      return say(one, 'login', args, when, (draft, nowMs) => {
        const time = one.time ?? spec.time
        const lifeMs = time?.lifeMs ?? one.lifeMs
        return {
          messages: one.form === undefined ? [] : [formText(one.form, draft)],
          ...(one.headers === undefined ? {} : { headers: recordOf(draft, one.headers) }),
          ...(one.query === undefined ? {} : { query: queryOf(draft, one.query) }),
          expiresAtMs: lifeMs === undefined ? undefined : Math.floor(nowMs + lifeMs),
        }
      })
    }
    if (token === undefined) return fail('CONFIG_INVALID', `${spec.name} has no login on a socket`)
    const messagesOf = (found: string): readonly string[] => {
      const { extra, assertUsed } = watchedArgs(`${spec.id} login`, args, {}, { token: found })
      const draft = emptyDraft()
      draft.extra = extra
      const messages = token.form === undefined ? [] : [formText(formOf(token, extra), draft)]
      assertUsed()
      return messages
    }
    // What cannot be said is refused before anything is asked for.
    messagesOf('a token')
    const use = (answer: unknown): Login => {
      const found = tokenOf(spec, answer)
      return placed({
        messages: messagesOf(found),
        ...(token.query === undefined ? {} : { query: token.query(found) }),
        expiresAtMs: token.lifeMs === undefined ? undefined : Math.floor(nowOf(when) + token.lifeMs),
      })
    }
    const request = sign({ method: token.method, path: token.path }, when)
    const wrap = (ready: SignedRequest): Login => ({ messages: [], expiresAtMs: undefined, request: ready, use })
    return request instanceof Promise ? request.then(wrap) : wrap(request)
  }

  const signer = {
    spec,
    environment: chosen.environment,
    key,
    scheme: home.bound(exchangeScheme(spec, account)),
    // Where bare paths go is no option of a client, which may be given the rest as its own.
    service: Object.defineProperties(
      {
        origins: home.origins,
        clock,
        ...(nonces && { nonces }),
        buildRequest: fetchArguments(spec, home.baseUrl),
        isClockError,
      },
      { baseUrl: { value: home.baseUrl }, assertOwn: { value: home.assertOwn } },
    ),
    sign,
    login,
    socketUrl: () => {
      const { origin, baseUrl } = credentials
      if (
        spec.socketUrl !== undefined &&
        baseUrl === undefined &&
        (origin === undefined || spec.origins.includes(origin))
      )
        return spec.socketUrl
      return fail(
        'CONFIG_INVALID',
        spec.socketUrl === undefined
          ? `${spec.name} has no one socket for every login: state its URL, as its page names it`
          : `the socket beside ${origin === undefined ? '"baseUrl"' : '"origin"'} is not known: state its URL`,
      )
    },
    signMessage: (name: string, args: Readonly<Record<string, unknown>> = {}, when?: SignOptions) => {
      assertSignOptions('signMessage', when)
      const one = Object.hasOwn(spec.messages ?? {}, name) ? spec.messages?.[name] : undefined
      return one === undefined
        ? fail('CONFIG_INVALID', `"${name}" must be a message of ${spec.name}: ${Object.keys(spec.messages ?? {})}`)
        : say(one, name, args, when, (draft) => formText(one.form, draft))
    },
  }
  // The account's secrets are in closures; what is printed or copied of a signer shows none.
  return Object.defineProperty(signer, 'options', { value: account.extra }) as ExchangeSigner
}

/** What a message signs. An error for what is missing is one for the name it was given under, where there is one. */
function baseOf(one: MessageSpec, draft: Draft, assertUsed: () => void): Bytes {
  try {
    return one.base(draft)
  } catch (error) {
    // What stands in the form is asked for by it.
    fillForm(one.form, draft)
    assertUsed()
    throw error
  }
}

const argsOf = ({ args }: MessageSpec, algorithm: Algorithm): MessageArgs | undefined =>
  typeof args === 'function' ? args(algorithm) : args

const formOf = ({ form }: TokenSpec, args: MessageArgs): unknown => (typeof form === 'function' ? form(args) : form)

function tokenOf({ name, token }: ExchangeSpec, answer: unknown): string {
  let found: unknown
  try {
    found = token?.token(answer as never)
  } catch {
    // Asked for below.
  }
  return typeof found === 'string' && found !== ''
    ? found
    : fail('CONFIG_INVALID', `the answer of ${name} must hold a token for the socket, got none`)
}

function fieldsOf(headers: ExchangeRequest['headers'], type: string): readonly string[] {
  if (headers === undefined) return type === '' ? [] : ['Content-Type', type]
  const fields = fieldLines(headers)
  return type === '' || hasField(fields, 'content-type') ? fields : [...fields, 'Content-Type', type]
}

const queryOf = (draft: Draft, list: PlaceList): string =>
  list.map(([name, value]) => `${name}=${percentEncoded(textOf(draft, value))}`).join('&')

/** All fields of a request, those of authentication behind the others. */
function recordOf(draft: Draft, headers: readonly Header[] = []): Record<string, string> {
  const out: Record<string, string> = {}
  const { fields } = draft
  for (let i = 0; i < fields.length; i += 2) out[fields[i] as string] = fields[i + 1] as string
  eachHeader(draft, headers, (name, text) => {
    out[name] = text
  })
  return out
}
