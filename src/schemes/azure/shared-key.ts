import { base64 } from '../../crypto/encoding.js'
import type { SigningKey } from '../../crypto/key.js'
import { assertOptions, fail, type OptionNames } from '../../errors.js'
import { hasField } from '../../message/fields.js'
import { type HttpMessage, isRequest, isStream, withFields } from '../../message/message.js'
import { FLAG, oneOf } from '../../support/option-kinds.js'
import { dateOf, httpDate } from '../scheme/http-date.js'
import { untrusted } from '../scheme/untrusted.js'
import { type Coverage, type Prepared, type SignContext, type Signer, schemeDemands, signatureText } from '../scheme.js'
import { assertAzureKey, isAccount } from './key.js'
import {
  type AzureScheme,
  assertAccountHost,
  credentialsOf,
  onlyValue,
  queryPairs,
  signatureOf,
  unsignedRequest,
} from './request.js'
import {
  assertContentMd5,
  contentMd5,
  FORMS,
  type SharedKeyService,
  sharedKeyBase,
  sharedKeyCovers,
} from './shared-key-form.js'

/** Options of {@link azureSharedKey}. */
export interface AzureSharedKeyOptions<K extends SigningKey = SigningKey> {
  /** What signs: `azureKey()`, or an object of your own whose key id is the name of the account. */
  readonly key: K
  /**
   * `storage` for blobs, queues and files, `table` for tables, `table-lite` for what `@azure/data-tables` sends. Default `storage`.
   */
  readonly service?: SharedKeyService
  /** Adds `Content-MD5`, through which alone a body is signed. Default `true`. */
  readonly contentMd5?: boolean
}

const SERVICE = /* @__PURE__ */ oneOf('storage', 'table', 'table-lite')
const SIGNER: OptionNames<AzureSharedKeyOptions> = { key: 2, service: SERVICE, contentMd5: FLAG }
const HINTS = { account: 'key: azureKey({ account, key })', accountKey: 'key: azureKey({ account, key })' }

/**
 * Shared Key of Azure Storage. Adds `x-ms-date` and, for a body, `Content-MD5`. Signs the method, the path, the parameters and the
 * fields of the service; `x-ms-version`, which the service wants, is for the caller to set.
 *
 * @throws {CountersignError} `CONFIG_INVALID`; signing throws `MESSAGE_MALFORMED` for a request that cannot be signed.
 * @see {@link https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key | Azure, Authorize with Shared Key}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { azureKey, azureSharedKey } from 'countersign/azure'
 *
 * declare const accountKey: string
 * const signer = azureSharedKey({ key: azureKey({ account: 'myaccount', key: accountKey }) })
 * const signedFetch = createSignedFetch(signer, { origins: ['https://myaccount.blob.core.windows.net'] })
 * ```
 */
export function azureSharedKey<K extends SigningKey>(options: AzureSharedKeyOptions<K>): Signer<K> {
  assertOptions('azureSharedKey', options, SIGNER, HINTS)
  const { key, service = 'storage', contentMd5: addsMd5 = true } = options
  assertAzureKey('azureSharedKey', key, isAccount)
  const form = FORMS[service]
  const prepare = <M extends HttpMessage>(message: M, { keyId, nowMs }: SignContext): Prepared<M> => {
    const request = unsignedRequest('azureSharedKey', message, 'Authorization', 'x-ms-date')
    assertAccountHost('azureSharedKey', request, keyId)
    const { body } = request
    const fields = [...request.fields, 'x-ms-date', httpDate(Math.floor(nowMs / 1000) * 1000)]
    const signsMd5 = addsMd5 && form.lines.includes('content-md5') && !hasField(fields, 'content-md5')
    if (signsMd5 && body !== null && !isStream(body) && body.length > 0) fields.push('Content-MD5', contentMd5(body))
    if (isStream(body) && !hasField(fields, 'content-length') && form.lines.includes('content-length'))
      fail('MESSAGE_MALFORMED', 'a body that is a stream needs a field Content-Length to be signed with Shared Key')
    const ready = withFields(request, fields)
    const base = sharedKeyBase(form, keyId, ready, true)
    return {
      base,
      encoding: 'base64',
      attach: (signature) => {
        const value = `${form.label}${keyId}:${signatureText(signature, base64)}`
        return withFields(message, [...fields, 'Authorization', value])
      },
      trace: () => ({ scheme: form.id, base, covered: [...sharedKeyCovers(form, ready)] }),
    }
  }
  return { scheme: { id: form.id, prepare }, key }
}

/** Options of {@link azureSharedKeyVerifier}. */
export interface AzureSharedKeyVerifierOptions {
  /** As of {@link AzureSharedKeyOptions}: a server takes one form. Default `storage`. */
  readonly service?: SharedKeyService
  /**
   * Accepts bodies without `Content-MD5`, as the official packages send them, and bodies that are not read before the request is
   * judged. They can then be changed on the way. Default `false`.
   */
  readonly unsignedPayload?: boolean
  /**
   * Accepts several parameters of one name. They are signed as one value with commas in it, so either can be sent in place of the
   * other. Default `false`.
   */
  readonly repeatedParameters?: boolean
}

const VERIFIER: OptionNames<AzureSharedKeyVerifierOptions> = {
  service: SERVICE,
  unsignedPayload: FLAG,
  repeatedParameters: FLAG,
}

/**
 * The verifying side of Shared Key. The time has to be in the window of the policy, and a body has to be that of `Content-MD5`,
 * unless unsigned ones are taken. The host is not signed, the account is.
 *
 * @throws {CountersignError} `CONFIG_INVALID`; `parse` throws verdict codes.
 * @example
 * ```ts
 * import { azureKey, azureSharedKeyVerifier } from 'countersign/azure'
 * import { createVerifier, memoryReplayStore, staticKeys, strictPolicy } from 'countersign/server'
 *
 * declare const accountKey: string
 * const verifier = createVerifier({
 *   schemes: [azureSharedKeyVerifier()],
 *   keys: staticKeys([{ key: azureKey({ account: 'myaccount', key: accountKey }) }]),
 *   policy: strictPolicy({ authorities: ['myaccount.blob.example.com'], maxAgeMs: 900_000 }),
 *   replay: memoryReplayStore(),
 * })
 * ```
 */
export function azureSharedKeyVerifier(options: AzureSharedKeyVerifierOptions = {}): AzureScheme {
  assertOptions('azureSharedKeyVerifier', options, VERIFIER, { maxAgeMs: 'policy: maxAgeMs' })
  const { service = 'storage', unsignedPayload = false, repeatedParameters = false } = options
  const form = FORMS[service]
  const require: Coverage[] = ['path']
  if (form.signsMethod) require.push('method')
  if (form.signsQuery) require.push('query-parameters')
  return {
    id: form.id,
    weaknesses: [
      // Either a hash that is weak, or none.
      ...form.weaknesses.filter((one) => one !== 'weak-body' || !unsignedPayload),
      ...(unsignedPayload && form.weaknesses.includes('weak-body') ? (['no-body'] as const) : []),
      ...(repeatedParameters ? (['ambiguous-text'] as const) : []),
    ],
    readsBody: !unsignedPayload,
    demands: schemeDemands({
      require,
      requireWithBody: unsignedPayload ? [] : ['body'],
      requireNonce: false,
      algorithms: ['hmac-sha256'],
    }),
    parse: (message) => {
      if (!isRequest(message)) return []
      const text = credentialsOf(message, form.label)
      if (text === undefined) return []
      // Two readers could take one each.
      if (queryPairs(message.target).some(([name]) => name === 'sig'))
        fail('AUTH_DUPLICATE', 'the request has credentials in a field and in the URL')
      const colon = text.indexOf(':')
      const account = text.slice(0, Math.max(0, colon))
      if (!isAccount(account)) fail('AUTH_MALFORMED', 'Authorization must be the name of an account, and a signature')
      const facts = sharedKeyCovers(form, message)
      // The body is not waited for where it may be unsigned; one that is there is still held to its hash.
      const covers = unsignedPayload ? new Set([...facts].filter((fact) => fact !== 'body')) : facts
      return [
        untrusted({
          keyId: account,
          createdMs: dateOf('x-ms-date', onlyValue(message.fields, 'x-ms-date') || onlyValue(message.fields, 'date')),
          covered: [...covers],
          covers,
          signature: signatureOf(text.slice(colon + 1)),
          base: () => {
            assertContentMd5(message)
            return sharedKeyBase(form, account, message, repeatedParameters)
          },
        }),
      ]
    },
  }
}
