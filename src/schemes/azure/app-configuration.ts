import { hashText } from '#backend/hash'
import { base64, base64Decode } from '../../crypto/encoding.js'
import { isKeyId, type SigningKey } from '../../crypto/key.js'
import { assertOptions, fail, type OptionKind, type OptionNames } from '../../errors.js'
import { trimOws } from '../../message/fields.js'
import { type HttpMessage, type HttpRequest, isRequest, isStream, withFields } from '../../message/message.js'
import { FLAG } from '../../support/option-kinds.js'
import { dateOf, httpDate } from '../scheme/http-date.js'
import { untrusted } from '../scheme/untrusted.js'
import { type Prepared, type SignContext, type Signer, schemeDemands, signatureText } from '../scheme.js'
import { assertAzureKey } from './key.js'
import { type AzureScheme, credentialsOf, fieldText, onlyValue, signatureOf, unsignedRequest } from './request.js'

/*
 * HMAC-SHA256 as App Configuration and Communication Services have it: method, path and query, and the values of three fields.
 * Sources: https://learn.microsoft.com/azure/azure-app-configuration/rest-api-authentication-hmac and
 * https://learn.microsoft.com/rest/api/communication/authentication
 */

const ID = 'azure-hmac'
const LABEL = 'HMAC-SHA256 '
const SIGNED = ['x-ms-date', 'host', 'x-ms-content-sha256']
const HASH = 'x-ms-content-sha256'

/** Options of {@link azureHmac}. */
export interface AzureHmacOptions<K extends SigningKey = SigningKey> {
  /** What signs: `azureKey()` with the id of the access key as its account. */
  readonly key: K
  /** States the id of the key, as App Configuration wants it; `false` for Communication Services. Default `true`. */
  readonly credential?: boolean
}

const SIGNER: OptionNames<AzureHmacOptions> = { key: 2, credential: FLAG }

/** The values in the order of their names. None of them can hold a semicolon. */
function textOf(request: HttpRequest, signed: readonly string[]): string {
  const { method, target, authority, fields } = request
  const values = signed.map((name) => (name === 'host' ? fieldText('host', authority) : onlyValue(fields, name)))
  if (values.some((value) => value.includes(';'))) fail('AUTH_MALFORMED', 'a signed value must not hold a semicolon')
  return `${method}\n${target}\n${values.join(';')}`
}

/**
 * The signature of App Configuration and, with `credential: false`, of Communication Services. Signs the method, the target, the host,
 * the time and the body.
 *
 * @throws {CountersignError} `CONFIG_INVALID`; signing throws `MESSAGE_MALFORMED` for a request that cannot be signed.
 * @see {@link https://learn.microsoft.com/azure/azure-app-configuration/rest-api-authentication-hmac | App Configuration, HMAC authentication}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { azureHmac, azureKey } from 'countersign/azure'
 *
 * declare const secret: string
 * const signer = azureHmac({ key: azureKey({ account: 'id-of-the-access-key', key: secret }) })
 * const signedFetch = createSignedFetch(signer, { origins: ['https://myconfig.azconfig.io'] })
 * ```
 */
export function azureHmac<K extends SigningKey>(options: AzureHmacOptions<K>): Signer<K> {
  assertOptions('azureHmac', options, SIGNER, { id: 'key: azureKey({ account, key })' })
  const { key, credential = true } = options
  assertAzureKey('azureHmac', key, isKeyId)
  const prepare = <M extends HttpMessage>(message: M, { keyId, nowMs }: SignContext): Prepared<M> => {
    const request = unsignedRequest('azureHmac', message, 'Authorization', 'x-ms-date', HASH)
    const { body } = request
    if (isStream(body)) return fail('MESSAGE_MALFORMED', 'a body that is a stream cannot be signed: read it first')
    const time = httpDate(Math.floor(nowMs / 1000) * 1000)
    const hash = hashText('sha256', body ?? '', 'base64')
    const fields = [...request.fields, 'x-ms-date', time, HASH, hash]
    const base = textOf(withFields(request, fields), SIGNED)
    return {
      base,
      encoding: 'base64',
      attach: (signature) => {
        const who = credential ? `Credential=${keyId}&` : ''
        const value = `${LABEL}${who}SignedHeaders=${SIGNED.join(';')}&Signature=${signatureText(signature, base64)}`
        return withFields(message, [...fields, 'Authorization', value])
      },
      trace: () => ({ scheme: ID, base, covered: SIGNED }),
    }
  }
  return { scheme: { id: ID, prepare }, key }
}

/** Options of {@link azureHmacVerifier}. */
export interface AzureHmacVerifierOptions {
  /** The id of the key that is meant by requests that name none, as those for Communication Services. Default: they are refused. */
  readonly keyId?: string
}

const KEY_ID: OptionKind = [isKeyId, 'a key id']
const VERIFIER: OptionNames<AzureHmacVerifierOptions> = { keyId: KEY_ID }

/**
 * The verifying side of {@link azureHmac}.
 *
 * @throws {CountersignError} `CONFIG_INVALID`; `parse` throws verdict codes.
 * @example
 * ```ts
 * import { azureHmacVerifier, azureKey } from 'countersign/azure'
 * import { createVerifier, memoryReplayStore, staticKeys, strictPolicy } from 'countersign/server'
 *
 * declare const secret: string
 * const verifier = createVerifier({
 *   schemes: [azureHmacVerifier()],
 *   keys: staticKeys([{ key: azureKey({ account: 'id-of-the-access-key', key: secret }) }]),
 *   policy: strictPolicy({ authorities: ['config.example.com'] }),
 *   replay: memoryReplayStore(),
 * })
 * ```
 */
export function azureHmacVerifier(options: AzureHmacVerifierOptions = {}): AzureScheme {
  assertOptions('azureHmacVerifier', options, VERIFIER, { account: 'keyId' })
  return {
    id: ID,
    weaknesses: options.keyId === undefined ? ['no-nonce'] : ['no-nonce', 'no-key-id'],
    demands: schemeDemands({
      require: ['method', 'authority', 'path', 'query'],
      requireWithBody: ['body'],
      requireNonce: false,
      algorithms: ['hmac-sha256'],
    }),
    parse: (message) => {
      if (!isRequest(message)) return []
      const text = credentialsOf(message, LABEL)
      if (text === undefined) return []
      const members = membersOf(text)
      const signed = (members.get('SignedHeaders') ?? fail('AUTH_MALFORMED', 'SignedHeaders is missing'))
        .toLowerCase()
        .split(';')
      // .NET signs Date in place of x-ms-date, and Java has another order.
      const date = signed.includes('x-ms-date') ? 'x-ms-date' : 'date'
      if (signed.length !== 3 || ![date, 'host', HASH].every((name) => signed.includes(name)))
        fail('COMPONENT_MISSING', 'signed must be the date, the host and the hash of the body, each once')
      const digest = base64Decode(onlyValue(message.fields, HASH))
      if (digest?.length !== 32) return fail('AUTH_MALFORMED', `field "${HASH}" must be a SHA-256 in base64`)
      return [
        untrusted({
          keyId: members.get('Credential') ?? options.keyId,
          createdMs: timeOf(date, onlyValue(message.fields, date)),
          covered: signed,
          covers: ['method', 'path', 'query', 'authority', 'body', `field:${date}`, `field:${HASH}`],
          signature: signatureOf(members.get('Signature') ?? ''),
          base: () => textOf(message, signed),
          bodyDigests: () => [{ hash: 'sha256', digest }],
        }),
      ]
    },
  }
}

const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec'
const OF_PYTHON = /^([A-Z][a-z]{2}), (\d\d) (\d{4}) (\d\d:\d\d:\d\d)\.\d{6} GMT$/

/** Milliseconds of a date, or of what the package `azure-appconfiguration` sends: `Nov, 29 2026 13:19:30.430490 GMT`. */
function timeOf(name: string, text: string): number {
  const found = OF_PYTHON.exec(text)
  if (found === null) return dateOf(name, text)
  const [, month = '', day, year, time] = found
  const at = MONTHS.indexOf(month)
  const iso = `${year}-${String(at / 3 + 1).padStart(2, '0')}-${day}T${time}Z`
  const ms = at % 3 === 0 ? Date.parse(iso) : Number.NaN
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(iso.slice(0, 19))
    ? ms
    : fail('TIMESTAMP_MALFORMED', `${name} must be a date such as Sun, 06 Nov 1994 08:49:37 GMT`)
}

const MEMBERS: ReadonlySet<string> = /* @__PURE__ */ new Set(['Credential', 'SignedHeaders', 'Signature'])

/** `Credential=…&SignedHeaders=…&Signature=…`, each once. @throws {CountersignError} `AUTH_DUPLICATE`, `AUTH_MALFORMED`. */
function membersOf(text: string): ReadonlyMap<string, string> {
  const out = new Map<string, string>()
  for (const part of text.split('&')) {
    const equals = part.indexOf('=')
    const name = trimOws(part.slice(0, Math.max(0, equals)))
    if (!MEMBERS.has(name)) fail('AUTH_MALFORMED', 'Authorization must be Credential, SignedHeaders and Signature')
    if (out.has(name)) fail('AUTH_DUPLICATE', 'Authorization states a member twice')
    out.set(name, trimOws(part.slice(equals + 1)))
  }
  return out
}
