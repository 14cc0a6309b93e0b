import { ALGORITHMS, type Algorithm, isAlgorithm } from '../crypto/algorithm.js'
import { utf8Decode } from '../crypto/encoding.js'
import { type ImportSigningKeyOptions, importSigningKey } from '../crypto/import.js'
import type { SigningKey } from '../crypto/key.js'
import { Secret } from '../crypto/secret.js'
import { EXCHANGES } from '../doctor/exchanges.js'
import { fail, isCountersignError } from '../errors.js'
import { importExchangeKey } from '../exchange/keys/import-key.js'
import type { ExchangeKeyType } from '../exchange/keys/key-types.js'
import type { Params } from '../exchange/spec/params.js'
import type { ExchangeSigner } from '../exchange/spec/signer-types.js'
import type { ExchangeSpec } from '../exchange/spec/spec.js'
import { cosmosKey } from '../exchange/wallet/cosmos-key.js'
import { solanaKey } from '../exchange/wallet/solana-key.js'
import { walletKey } from '../exchange/wallet/wallet-key.js'
import { type HttpRequest, httpRequest } from '../message/message.js'
import { rfc9421Signer } from '../schemes/rfc9421/custom-signer.js'
import { coverLess } from '../schemes/rfc9421/options.js'
import { rfc9421 } from '../schemes/rfc9421/signer.js'
import { type Prepared, type Signer, signPrepared } from '../schemes/scheme.js'
import { type BodyField, bodyFields, formPairs, twice } from './body-fields.js'
import { KEY_MAKERS, keyTypeOf, makerOf, type SignedParts } from './code.js'
import { problemOf } from './engine-check.js'
import type { Composed, Problem } from './engine-types.js'
import { isEncrypted, momentOf, type SignForm } from './forms.js'
import { badLines, headerLines } from './header-lines.js'

/** The canonical string of what is typed, and with a key the signed request. */
export async function compose(form: SignForm, nowMs: number): Promise<Composed | Problem> {
  const fields = form.bodyAs === 'text' ? [] : bodyFields(form.fields)
  if (fields === undefined) return { problem: 'A line must be name=value, or name:=json.', field: 'fields' }
  const name = form.bodyAs === 'form' && form.scheme === 'rfc9421' ? undefined : twice(fields)
  if (name !== undefined) return { problem: `The field ${name} is there twice.`, field: 'fields' }
  const [bad] = badLines(form.headers)
  if (bad !== undefined) return { problem: 'A line of the headers must be "Name: value".', field: 'headers' }
  const at = momentOf(form.created, nowMs) ?? nowMs
  if (Number.isNaN(at)) return { problem: 'The time must be "now", seconds, milliseconds or a date.', field: 'created' }
  if (!isAlgorithm(form.algorithm)) return { problem: 'The algorithm must be one of the list.', field: 'algorithm' }
  try {
    return form.scheme === 'rfc9421' ? await byRfc9421(form, at, fields) : await byExchange(form, at, fields)
  } catch (error) {
    return problemOf(error, isCountersignError(error, 'KEY_PASSPHRASE') ? 'keyPassphrase' : undefined)
  }
}

const partsOf = ({ method, scheme, authority, target, fields, body }: HttpRequest): SignedParts => ({
  method,
  url: `${scheme}://${authority}${target}`,
  headers: Array.from({ length: fields.length / 2 }, (_, i) => [fields[2 * i] ?? '', fields[2 * i + 1] ?? ''] as const),
  body: body instanceof Uint8Array ? (utf8Decode(body) ?? '') : '',
})

async function finished(
  prepared: Prepared<HttpRequest>,
  key: SigningKey | undefined,
  takesPassphrase = false,
): Promise<Composed> {
  const { base } = prepared.trace()
  if (key === undefined) return { base, takesPassphrase }
  return { base, takesPassphrase, signed: partsOf(await signPrepared(prepared, key)) }
}

/** Stands where no key is: the canonical string does not depend on it. */
const absentKey = (keyId: string, algorithm: Algorithm): SigningKey => ({
  keyId,
  algorithm,
  sign: () => new Uint8Array(),
})

/** The body: what is typed, or what the fields make. */
function bodyOf({ bodyAs, body }: SignForm, fields: readonly BodyField[]): string {
  if (bodyAs === 'text') return body
  if (fields.length === 0) return ''
  return bodyAs === 'form'
    ? new URLSearchParams(formPairs(fields)).toString()
    : JSON.stringify(Object.fromEntries(fields))
}

async function byRfc9421(form: SignForm, at: number, fields: readonly BodyField[]): Promise<Composed> {
  const algorithm = form.algorithm as Algorithm
  const key = await signingKeyOf(keyText(form), { keyId: form.keyId, algorithm, ...passphraseOf(form) })
  const signer = rfc9421SignerOf(form, key ?? absentKey(form.keyId, algorithm))
  const { method, url } = form
  const body = bodyOf(form, fields)
  const request = httpRequest({ method, url, headers: headersOf(form), ...(body !== '' && { body }) })
  const context = { keyId: form.keyId, algorithm, nowMs: at, nonce: form.nonce }
  return finished(signer.scheme.prepare(request, context), key)
}

/** The parser's error repeats what it could not read, which is the key. */
function jwkOf(text: string): object {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value
  } catch {
    // Said below.
  }
  return fail('KEY_MALFORMED', 'the key must be a JWK, PEM or a secret, got JSON that cannot be read')
}

/** What is typed as the key; none for one that still waits for its passphrase. */
const keyText = ({ key, keyPassphrase }: SignForm): string =>
  isEncrypted(key) && keyPassphrase === '' ? '' : key.trim()

const passphraseOf = ({ key, keyPassphrase }: SignForm): { passphrase?: string } =>
  isEncrypted(key) ? { passphrase: keyPassphrase } : {}

const exchangeKeyOf = (text: string, form: SignForm) =>
  importExchangeKey(text, {
    apiKey: form.keyId,
    type: keyTypeOf(form) as ExchangeKeyType,
    ...passphraseOf(form),
  })

/** A private key is PEM or JWK; any other text beside an HMAC is a secret, as its characters are. */
function signingKeyOf(text: string, options: ImportSigningKeyOptions): Promise<SigningKey> | undefined {
  if (text === '') return undefined
  if (text.startsWith('{')) return importSigningKey(jwkOf(text), options)
  return ALGORITHMS[options.algorithm].family === 'hmac'
    ? importSigningKey(Secret.fromText(text), options)
    : importSigningKey(text, options)
}

function rfc9421SignerOf({ components, tag }: SignForm, key: SigningKey): Signer {
  const names = components.split(/\s+/).filter((name) => name !== '')
  const more = tag === '' ? {} : { tag }
  return names.length === 0
    ? rfc9421({ key, ...more })
    : rfc9421Signer({ key, components: names, [coverLess]: true, ...more })
}

const headersOf = ({ headers }: SignForm): Array<[string, string]> =>
  headerLines(headers).map(([name, value]): [string, string] => [name, value])

// Base64 and long enough for every exchange; what it signs is not shown.
const NO_SECRET = 'bm90LWEtc2VjcmV0LWJ1dC1sb25nLWVub3VnaC1mb3ItYWxsLW9mLXRoZW0='

type Account =
  | { readonly apiKey: string; readonly secret: string; readonly standsIn?: false }
  | { readonly key: SigningKey; readonly standsIn?: boolean }

/** Keys that are called by their address, and what stands for one while none is given. */
const ADDRESSES: Readonly<Record<string, readonly [form: RegExp, standIn: string]>> = {
  walletKey: [/^0x[0-9a-f]{40}$/i, `0x${'0'.repeat(40)}`],
  solanaKey: [/^[1-9A-HJ-NP-Za-km-z]{32,44}$/, '1'.repeat(32)],
  starkKey: [/^0x[0-9a-f]{1,64}$/i, '0x1'],
}

const WALLET_KEYS: Readonly<Record<string, (options: { readonly privateKey: string }) => SigningKey>> = {
  walletKey,
  solanaKey,
  cosmosKey,
}

/** The account that signs: what is typed, or what stands for it. */
async function accountOf(text: string, form: SignForm, spec: ExchangeSpec): Promise<Account | Problem> {
  const { scheme, keyId } = form
  const maker = makerOf(form)
  const isPair = Object.hasOwn(KEY_MAKERS, scheme)
  if (text === '' && !isPair) return { apiKey: keyId, secret: NO_SECRET }
  if (text === '') {
    const [address, standIn] = ADDRESSES[maker ?? ''] ?? []
    const standsIn = standIn !== undefined && address?.test(keyId) === false
    const algorithms = Object.keys(spec.keys) as Algorithm[]
    const algorithm = algorithms.find((one) => one === form.algorithm) ?? (algorithms[0] as Algorithm)
    return { key: absentKey(standsIn ? standIn : keyId, algorithm), standsIn }
  }
  const make = WALLET_KEYS[maker ?? '']
  if (make !== undefined) return { key: make({ privateKey: text }) }
  if (maker === 'starkKey')
    return { problem: 'This page has no curve of Starknet: it shows what is signed.', field: 'key' }
  return isPair || text.includes('-----BEGIN')
    ? { key: await exchangeKeyOf(text, form) }
    : { apiKey: keyId, secret: text }
}

async function byExchange(form: SignForm, at: number, fields: readonly BodyField[]): Promise<Composed | Problem> {
  const factory = Object.hasOwn(EXCHANGES, form.scheme) ? EXCHANGES[form.scheme] : undefined
  if (factory === undefined) return { problem: 'The scheme must be one of the list.', field: 'scheme' }
  const { spec } = factory()
  const phrase = form.passphrase === '' ? '[passphrase]' : form.passphrase
  const more = spec.passphrase === undefined ? {} : { passphrase: phrase }
  const text = keyText(form)
  const account = await accountOf(text, form, spec)
  if ('problem' in account) return account
  const { standsIn = false, ...credentials } = account
  const signer = factory({ ...credentials, ...more } as Parameters<typeof factory>[0]) as ExchangeSigner
  const { url, method, body, bodyAs } = form
  // The exchange's rules write parameters: into the query, a form or JSON.
  const sent =
    bodyAs !== 'text' ? fields.length > 0 && { params: Object.fromEntries(fields) as Params } : body !== '' && { body }
  const built = signer.service.buildRequest(url, { method, headers: headersOf(form), ...sent })
  if (Array.isArray(built)) return { problem: 'This request cannot be written as text.' }
  const { keyId, algorithm } = signer.key
  const nonce = signer.service.nonces?.next(keyId) ?? form.nonce
  const { request } = built as Exclude<typeof built, unknown[]>
  // The curl command would send it there, and a link may have filled in the URL.
  signer.service.assertOwn?.(request)
  const prepared = signer.scheme.prepare(request, { keyId, algorithm, nowMs: at, nonce })
  const composed = await finished(prepared, text === '' ? undefined : signer.key, spec.passphrase !== undefined)
  return standsIn ? { ...composed, standsIn } : composed
}
