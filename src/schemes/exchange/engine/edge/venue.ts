import type { Algorithm } from '../../../../crypto/algorithm.js'
import type { Bytes, SyncSigningKey } from '../../../../crypto/key.js'
import { assertOptions, CountersignError, kindOf, type OptionNames } from '../../../../errors.js'
import { fieldLines, hasField } from '../../../../message/fields.js'
import { upperMethod } from '../../../../message/method.js'
import { parseUrl } from '../../../../message/target.js'
import { isWellFormed } from '../../../../message/values.js'
import { watchedArgs } from '../arguments.js'
import { compose } from '../compose.js'
import {
  type Credentials,
  type KeyCredentials,
  keyOf,
  passphraseOf,
  type SecretCredentials,
  type VenueOptions,
  windowOf,
} from '../credentials.js'
import { type Draft, emptyDraft, setTarget, targetOf } from '../draft.js'
import { fillForm, formText } from '../form.js'
import type { Output } from '../outputs.js'
import { isNamed } from '../params.js'
import { percentEncoded } from '../percent.js'
import type { PlaceList } from '../places.js'
import { REQUEST_HINTS } from '../request-names.js'
import { type Account, close, eachHeader, identify, open, outputOf, venueScheme } from '../sign.js'
import type { Header, MessageArgs, MessageSpec, TokenSpec, VenueRules, VenueSpec } from '../spec.js'
import { textOf } from '../text-of.js'
import type { Login, SignedRequest, Venue, VenueFactory, VenueRequest, VenueSigner, When } from '../venue-types.js'
import { fetchArguments } from './fetch-arguments.js'
import { learningClock } from './learning-clock.js'

export type {
  Answer,
  Login,
  SignedRequest,
  Venue,
  VenueFactory,
  VenueRequest,
  VenueSigner,
  When,
} from '../venue-types.js'

const invalid = (text: string): never => {
  throw new CountersignError('CONFIG_INVALID', text)
}

/**
 * A venue of your own, from data; all venues of this package are made by it.
 *
 * @throws {CountersignError} what is made throws `CONFIG_INVALID`, `KEY_MALFORMED` and `ARGUMENT_INVALID` for credentials
 *   that cannot be right; a secret is never repeated.
 * @example
 * ```ts
 * import { hmacSha256Key } from 'countersign/crypto'
 * import { defineVenue, hex, milliseconds, targetOf } from 'countersign/exchange'
 *
 * const acme = defineVenue({
 *   id: 'acme',
 *   name: 'Acme',
 *   docs: 'https://docs.acme.example/auth',
 *   origins: ['https://api.acme.example'],
 *   keys: { 'hmac-sha256': hex },
 *   secretKey: hmacSha256Key,
 *   time: milliseconds,
 *   headers: [['X-Key', 'key'], ['X-Time', 'time'], ['X-Sign', 'sign']],
 *   base: (draft) => draft.time + draft.method + targetOf(draft) + draft.body,
 *   covers: ['method', 'path', 'query', 'body'],
 * })
 * const signed = acme({ apiKey: 'bot-1', secret: 'a secret' }).sign({ path: '/v1/balance' })
 * ```
 */
export function defineVenue(spec: VenueSpec, variants: Readonly<Record<string, VenueSpec>> = {}): VenueFactory {
  const make = (options: Partial<Credentials> & VenueOptions = {}): Venue => {
    const { variant } = options
    const own =
      variant === undefined
        ? spec
        : Object.hasOwn(variants, variant)
          ? (variants[variant] as VenueSpec)
          : invalid(`"variant" expected one of ${Object.keys(variants)} at ${spec.name}`)
    return 'key' in options || 'secret' in options || 'apiKey' in options
      ? venueSigner(own, options as Credentials)
      : { spec: own }
  }
  const login = (credentials: Credentials, args?: Readonly<Record<string, unknown>>): unknown =>
    (make(credentials) as VenueSigner).login(args)
  return Object.assign(make, { login, variants: Object.keys(variants) }) as unknown as VenueFactory
}

/** A venue whose rules stand apart, so that a bundle can have them alone. A spread where it is called would keep the rest. */
export const ruledVenue = (rules: VenueRules, rest: Omit<VenueSpec, keyof VenueRules>): VenueFactory =>
  defineVenue({ ...rules, ...rest })

function venueSigner(spec: VenueSpec, credentials: Credentials): VenueSigner {
  const key = keyOf(spec, credentials)
  // Rules see the venue's own options, and no secret.
  const {
    passphrase,
    recvWindow,
    origin,
    nonces: given,
    secret: _,
    key: __,
    ...extra
  } = credentials as SecretCredentials & KeyCredentials
  const account: Account = {
    passphrase: passphraseOf(spec, key, passphrase),
    window: windowOf(spec, recvWindow),
    extra: { ...extra },
  }
  const origins = origin === undefined ? spec.origins : [origin]
  const { clock, blamesClock } = learningClock(spec)
  const { keyId, algorithm } = key
  const output = outputOf(spec, algorithm)
  const home = { ...parseUrl(origins[0] as string), origin: new URL(origins[0] as string).origin }

  const nowOf = (when: When | undefined): number => (when?.clock ?? clock).now()
  const nonces = spec.nonce && (given ?? spec.nonce.nonces)
  const nonceOf = (when: When | undefined, form = spec.nonce): string =>
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
    const url =
      (host === home.authority && scheme === home.scheme ? home.origin : `${scheme}://${host}`) + targetOf(draft)
    const headers = recordOf(draft, spec.headers)
    return body === '' ? { method, url, headers } : { method, url, headers, body }
  }

  const sign = (request: VenueRequest, when?: When): SignedRequest | Promise<SignedRequest> => {
    for (const name in request)
      if (!Object.hasOwn(REQUEST, name)) assertOptions('sign', request, REQUEST, REQUEST_HINTS, 'ARGUMENT_INVALID')
    const { path, headers, params, json } = request
    const method = request.method === undefined ? 'GET' : upperMethod(request.method)
    const body = bodyText(request.body)
    const bare = path.charCodeAt(0) === 0x2f
    const { scheme, authority, target } = bare ? home : parseUrl(path)
    const draft = emptyDraft()
    draft.method = method
    draft.scheme = scheme
    draft.host = authority
    const hasBody = body !== undefined
    const type = compose(spec, draft, { method, path: bare ? path : target, params, json, hasBody })
    if (body !== undefined) draft.body = body
    draft.fields = fieldsOf(headers, body === undefined ? type : '')
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
    when: When | undefined,
    then: (draft: Draft, nowMs: number) => T,
  ) => {
    const { extra, assertUsed } = watchedArgs(`${spec.id} ${name}`, given, {
      ...account.extra,
      ...argsOf(one, algorithm),
    })
    if (one.algorithms?.includes(algorithm) === false)
      invalid(`this message expected a key of ${one.algorithms} at ${spec.name}, got ${algorithm}`)
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

  const login = (args: Readonly<Record<string, unknown>> = {}, when?: When): Login | Promise<Login> => {
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
    if (token === undefined) return invalid(`${spec.name} has no login on a socket`)
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
      return {
        messages: messagesOf(found),
        ...(token.query === undefined ? {} : { query: token.query(found) }),
        expiresAtMs: token.lifeMs === undefined ? undefined : Math.floor(nowOf(when) + token.lifeMs),
      }
    }
    const request = sign({ method: token.method, path: token.path }, when)
    const wrap = (ready: SignedRequest): Login => ({ messages: [], expiresAtMs: undefined, request: ready, use })
    return request instanceof Promise ? request.then(wrap) : wrap(request)
  }

  const signer = {
    spec,
    key,
    scheme: venueScheme(spec, account),
    service: {
      origins,
      clock,
      ...(nonces && { nonces }),
      write: fetchArguments(spec, home.origin),
      blamesClock,
    },
    sign,
    login,
    message: (name: string, args: Readonly<Record<string, unknown>> = {}, when?: When) => {
      const one = Object.hasOwn(spec.messages ?? {}, name) ? spec.messages?.[name] : undefined
      return one === undefined
        ? invalid(`"${name}" expected a message of ${spec.name}: ${Object.keys(spec.messages ?? {})}`)
        : say(one, name, args, when, (draft) => formText(one.form, draft))
    },
  }
  // The account's secrets are in closures; what is printed or copied of a signer shows none.
  return signer as VenueSigner
}

const REQUEST: OptionNames<VenueRequest> = { method: 1, path: 1, params: 1, json: 1, body: 1, headers: 1 }

/** The body of a request that is text already. */
function bodyText(body: unknown): string | undefined {
  if (body === undefined || body === null) return undefined
  if (typeof body === 'string' && isWellFormed(body)) return body
  const got = typeof body === 'string' ? 'a lone surrogate' : `${kindOf(body)}: pass it as "params" or "json"`
  throw new CountersignError('ARGUMENT_INVALID', `"body" must be well-formed text, got ${got}`)
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

function tokenOf({ name, token }: VenueSpec, answer: unknown): string {
  let found: unknown
  try {
    found = token?.token(answer as never)
  } catch {
    // Asked for below.
  }
  return typeof found === 'string' && found !== ''
    ? found
    : invalid(`the answer of ${name} expected a token for the socket, got none`)
}

function fieldsOf(headers: VenueRequest['headers'], type: string): readonly string[] {
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
