import { utf8, utf8Decode } from '../../crypto/encoding.js'
import type { Bytes, SigningKey } from '../../crypto/key.js'
import { assertOptions, fail, mustBe, type OptionNames } from '../../errors.js'
import { type HttpMessage, isRequest } from '../../message/message.js'
import { type Prepared, type SignContext, type SignScheme, signatureText } from '../../schemes/scheme.js'
import { type Draft, emptyDraft, setTarget, targetOf, textOf } from './draft.js'
import type { Output } from './outputs.js'
import type { NamedParams } from './params.js'
import type { ExchangeRules, Header } from './spec.js'

/** What belongs to the account besides its key, as the text that is sent. */
export interface Account {
  /** The passphrase as it is sent; '' for none. */
  readonly passphrase: string
  /** The receive window as text; '' for none. */
  readonly window: string
  /** Options of the exchange of its own. */
  readonly options: Readonly<Record<string, unknown>>
}

const ACCOUNT: OptionNames<Partial<Account>> = { passphrase: 1, window: 1, options: 1 }

/** Puts time, nonce and account into a draft. @throws {CountersignError} `ARGUMENT_INVALID` for a nonce of another form. */
export function fillCredentials(
  spec: Pick<ExchangeRules, 'name' | 'time' | 'nonce'>,
  account: Account,
  key: Pick<SigningKey, 'keyId' | 'algorithm'>,
  nowMs: number,
  nonce: string,
  draft: Draft,
): void {
  draft.key = key.keyId
  draft.algorithm = key.algorithm
  draft.time = spec.time?.write(nowMs) ?? ''
  if (spec.nonce) {
    if (!spec.nonce.pattern.test(nonce)) fail('ARGUMENT_INVALID', `"nonce" must be one as ${spec.name} takes them`)
    draft.nonce = nonce
  }
  draft.window = account.window
  draft.passphrase = account.passphrase
  draft.options = account.options
}

/**
 * Puts the credentials in their place, and returns the signature base of what came of it.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` for a JSON body where the exchange takes none.
 */
export function placeAndBase(spec: ExchangeRules, draft: Draft, params?: NamedParams): Bytes {
  // A form starts with the name of a parameter, in which a bracket is encoded.
  if (spec.onlyForms && /^\s*[[{]/.test(draft.body))
    fail('ARGUMENT_INVALID', `"body" must be a form, got JSON: ${spec.name} takes none, pass "params"`)
  spec.place?.put(draft, params)
  const base = spec.base(draft)
  assertBodyHas(spec, draft)
  if (typeof base === 'string') draft.payload = base
  else assertBase(base)
  return base
}

/** What an exchange of your own signs. @throws {CountersignError} `CONFIG_INVALID` for neither text nor bytes. */
export function assertBase(base: unknown): void {
  mustBe(typeof base === 'string' || base instanceof Uint8Array, 'base()', 'text or bytes', base)
}

/** No client sends a body with GET. @throws {CountersignError} `ARGUMENT_INVALID`, with the method that the exchange takes. */
export function assertBodyHas({ name, place }: Pick<ExchangeRules, 'name' | 'place'>, { method, body }: Draft): void {
  if (body !== '' && (method === 'GET' || method === 'HEAD'))
    fail(
      'ARGUMENT_INVALID',
      place?.list[0] && !place.parts.includes('query')
        ? `${name} signs a body: state method: 'POST'`
        : `"method" must be one with a body, got ${method} beside "body"`,
    )
}

/** Writes the signature, and puts it in its place. */
export function placeSignature(
  { place }: Pick<ExchangeRules, 'place'>,
  draft: Draft,
  output: Output,
  signature: Uint8Array | string,
): void {
  const text = signatureText(signature, output.encode)
  draft.sign = output.finish?.(text) ?? text
  place?.putSign(draft, output.encoding === 'hex' && !output.finish)
}

/** Names and texts of the fields of authentication. @throws {CountersignError} `MESSAGE_MALFORMED` where one is there already. */
export function eachHeader(
  draft: Draft,
  headers: readonly Header[],
  visit: (name: string, text: string) => void,
): void {
  const given = draft.fields
  for (let i = 0; i < headers.length; i++) {
    const header = headers[i] as Header
    const name = header[0]
    const text = textOf(draft, header[1])
    if (text === '') continue
    for (let k = 0; k < given.length; k += 2) {
      const other = given[k] as string
      // Length first: hardly any two are equally long.
      if (other.length === name.length && other.toLowerCase() === name.toLowerCase())
        fail('MESSAGE_MALFORMED', `the request has a "${name}" already`)
    }
    visit(name, text)
  }
}

/** The fields with those of authentication. */
function withHeaders(draft: Draft, headers: readonly Header[]): readonly string[] {
  const fields = draft.fields.slice()
  eachHeader(draft, headers, (name, text) => fields.push(name, text))
  return fields
}

/** The output of a key's algorithm, which was checked when the signer was made. */
export const outputOf = ({ keys }: ExchangeRules, algorithm: string): Output =>
  keys[algorithm as keyof typeof keys] as Output

/** A draft of a request that is there already. @throws {CountersignError} `MESSAGE_MALFORMED` for a body that is no text. */
export function draftOf(request: HttpMessage): Draft {
  if (!isRequest(request)) fail('MESSAGE_MALFORMED', 'the message must be a request')
  const { method, scheme, authority, target, fields, body } = request
  const draft = emptyDraft()
  draft.method = method
  draft.scheme = scheme
  draft.host = authority
  draft.fields = fields
  setTarget(draft, target)
  if (body !== null) {
    draft.body =
      (body instanceof Uint8Array ? utf8Decode(body) : undefined) ??
      fail('MESSAGE_MALFORMED', '"body" must be UTF-8 text')
  }
  return draft
}

/**
 * The scheme of an exchange and nothing else: no clock, no sockets, no way to read credentials. For bundles that count every byte;
 * other callers use the exchange's factory. What the account holds besides its key is given as the text that is sent.
 *
 * @throws {CountersignError} `prepare` throws `MESSAGE_MALFORMED` for a request that holds authentication already or whose body
 *   is no text, `ARGUMENT_INVALID` for a nonce of another form.
 * @example
 * ```ts
 * import { httpRequest } from 'countersign'
 * import { hmacSha256Key } from 'countersign/crypto'
 * import { signPreparedSync } from 'countersign/scheme'
 * import { exchangeScheme } from 'countersign/exchange'
 * import { okxRules } from 'countersign/exchange/okx'
 *
 * const key = hmacSha256Key({ keyId: 'the-api-key', secret: new TextEncoder().encode('the-secret') })
 * const scheme = exchangeScheme(okxRules, { passphrase: 'phrase' })
 * const request = httpRequest({ url: 'https://www.okx.com/api/v5/account/balance' })
 * const context = { keyId: key.keyId, algorithm: key.algorithm, nowMs: Date.now(), nonce: '' }
 * const signed = signPreparedSync(scheme.prepare(request, context), key)
 * ```
 */
export function exchangeScheme(spec: ExchangeRules, stated: Partial<Account> = {}): SignScheme {
  assertOptions('exchangeScheme', stated, ACCOUNT)
  mustBe(typeof spec?.base === 'function', 'spec', 'the rules of an exchange, such as okxRules', spec)
  const account: Account = { passphrase: '', window: '', options: {}, ...stated }
  const id = `exchange/${spec.id}`
  return {
    id,
    prepare: <M extends HttpMessage>(message: M, context: SignContext): Prepared<M> => {
      const draft = draftOf(message)
      const { body } = draft
      fillCredentials(spec, account, context, context.nowMs, context.nonce, draft)
      const base = placeAndBase(spec, draft)
      const output = outputOf(spec, context.algorithm)
      return {
        base,
        encoding: output.encoding,
        attach: (signature) => {
          // A copy: a signature can be attached again, or another one.
          const signed = { ...draft }
          placeSignature(spec, signed, output, signature)
          return {
            ...message,
            target: targetOf(signed),
            fields: withHeaders(signed, spec.headers ?? []),
            ...(signed.body !== body && { body: signed.body === '' ? null : utf8(signed.body) }),
          }
        },
        trace: () => ({
          scheme: id,
          base:
            typeof base === 'string' ? base : Array.from(base, (byte) => byte.toString(16).padStart(2, '0')).join(''),
          covered: spec.covers.filter((fact) => !spec.notCovered?.(draft).includes(fact)),
        }),
      }
    },
  }
}
