import { base64 } from '../../crypto/encoding.js'
import { isKeyId, type SigningKey } from '../../crypto/key.js'
import { assertOptions, fail, type OptionKind, type OptionNames } from '../../errors.js'
import { type HttpMessage, type HttpRequest, isRequest, withFields } from '../../message/message.js'
import { splitTarget } from '../../message/target.js'
import { dateOf, httpDate } from '../scheme/http-date.js'
import { untrusted } from '../scheme/untrusted.js'
import { type Coverage, type Prepared, type SignContext, type Signer, schemeDemands, signatureText } from '../scheme.js'
import { assertAzureKey } from './key.js'
import {
  type AzureScheme,
  credentialsOf,
  decoded,
  decodedPath,
  onlyValue,
  signatureOf,
  unsignedRequest,
} from './request.js'

/*
 * The primary key of Cosmos DB for NoSQL. Source:
 * https://learn.microsoft.com/rest/api/cosmos-db/access-control-on-cosmosdb-resources
 */

const ID = 'azure-cosmos'
const PREFIX = 'type=master&ver=1.0&sig='
const TYPE = /^[a-z]*$/

/** The type of the resource and its name: `docs` and `dbs/a/colls/b/docs/c`; of a list, the name of what it is in. */
function resourceOf({ target }: HttpRequest): readonly [type: string, id: string] {
  // Clients for Python end every path with a slash.
  const path = decodedPath(target).slice(1).replace(/\/$/, '')
  const segments = path === '' ? [] : path.split('/')
  // "%2F" in a name would be read as the end of a segment by one side and not by the other.
  const wire = splitTarget(target).path.slice(1).replace(/\/$/, '')
  const isPlain = segments.length === (wire === '' ? 0 : wire.split('/').length)
  if (segments.includes('') || !isPlain) fail('MESSAGE_MALFORMED', 'the path must be segments that are not empty')
  const isOne = segments.length % 2 === 0
  const type = (isOne ? segments.at(-2) : segments.at(-1)) ?? ''
  if (!TYPE.test(type)) fail('MESSAGE_MALFORMED', 'the path names no resource of Cosmos DB')
  const id = (isOne ? segments : segments.slice(0, -1)).join('/')
  // An offer is in nothing: its id is signed alone, so that a longer path would be another resource under the same signature.
  if (type === 'offers' && segments.length > 2) fail('MESSAGE_MALFORMED', 'the path must name an offer as /offers/id')
  // It is named by its resource id, which is lower-cased; names of one's own are not.
  return type === 'offers' && isOne ? [type, (segments.at(-1) ?? '').toLowerCase()] : [type, id]
}

function textOf(request: HttpRequest): string {
  const [type, id] = resourceOf(request)
  const time = onlyValue(request.fields, 'x-ms-date').toLowerCase()
  return `${request.method.toLowerCase()}\n${type}\n${id}\n${time}\n\n`
}

/** Options of {@link azureCosmos}. */
export interface AzureCosmosOptions<K extends SigningKey = SigningKey> {
  /** What signs: `azureKey()` with a primary or secondary key. */
  readonly key: K
}

const SIGNER: OptionNames<AzureCosmosOptions> = { key: 2 }

/**
 * The primary key of Cosmos DB for NoSQL. Signs the method, the resource that the path names, and the time: neither the host nor the
 * body. `x-ms-version`, which the service wants, is for the caller to set.
 *
 * @throws {CountersignError} `CONFIG_INVALID`; signing throws `MESSAGE_MALFORMED` for a request that cannot be signed.
 * @see {@link https://learn.microsoft.com/rest/api/cosmos-db/access-control-on-cosmosdb-resources | Cosmos DB, Access control}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { azureCosmos, azureKey } from 'countersign/azure'
 *
 * declare const primaryKey: string
 * const signer = azureCosmos({ key: azureKey({ account: 'my-cosmos', key: primaryKey }) })
 * const signedFetch = createSignedFetch(signer, { origins: ['https://my-cosmos.documents.azure.com'] })
 * ```
 */
export function azureCosmos<K extends SigningKey>(options: AzureCosmosOptions<K>): Signer<K> {
  assertOptions('azureCosmos', options, SIGNER, { masterKey: 'key: azureKey({ account, key })' })
  const { key } = options
  assertAzureKey('azureCosmos', key, isKeyId)
  const prepare = <M extends HttpMessage>(message: M, { nowMs }: SignContext): Prepared<M> => {
    const request = unsignedRequest('azureCosmos', message, 'Authorization', 'x-ms-date')
    const fields = [...request.fields, 'x-ms-date', httpDate(Math.floor(nowMs / 1000) * 1000)]
    const base = textOf(withFields(request, fields))
    return {
      base,
      encoding: 'base64',
      attach: (signature) => {
        const value = encodeURIComponent(PREFIX + signatureText(signature, base64))
        return withFields(message, [...fields, 'Authorization', value])
      },
      trace: () => ({ scheme: ID, base, covered: ['method', 'resource', 'x-ms-date'] }),
    }
  }
  return { scheme: { id: ID, prepare }, key }
}

/** Options of {@link azureCosmosVerifier}. */
export interface AzureCosmosVerifierOptions {
  /** The id of the key that requests are signed with: they do not name it. */
  readonly keyId: string
  /** Accepts bodies, which are not signed and can be changed on the way. Default `false`. */
  readonly unsignedPayload?: boolean
}

const KEY_ID: OptionKind = [isKeyId, 'a key id']
const VERIFIER: OptionNames<AzureCosmosVerifierOptions> = {
  keyId: [KEY_ID, 2],
  unsignedPayload: [(value) => typeof value === 'boolean', 'true or false'],
}

/**
 * The verifying side of {@link azureCosmos}. No body is signed, so requests with one are refused unless that is accepted.
 *
 * @throws {CountersignError} `CONFIG_INVALID`; `parse` throws verdict codes.
 * @example
 * ```ts
 * import { azureCosmosVerifier, azureKey } from 'countersign/azure'
 * import { createVerifier, memoryReplayStore, staticKeys, strictPolicy } from 'countersign/server'
 *
 * declare const primaryKey: string
 * const verifier = createVerifier({
 *   schemes: [azureCosmosVerifier({ keyId: 'my-cosmos' })],
 *   keys: staticKeys([{ key: azureKey({ account: 'my-cosmos', key: primaryKey }) }]),
 *   policy: strictPolicy({ authorities: ['cosmos.example.com'] }),
 *   replay: memoryReplayStore(),
 * })
 * ```
 */
export function azureCosmosVerifier(options: AzureCosmosVerifierOptions): AzureScheme {
  assertOptions('azureCosmosVerifier', options, VERIFIER, { account: 'keyId' })
  const { keyId, unsignedPayload = false } = options
  if (keyId === undefined) fail('CONFIG_INVALID', 'azureCosmosVerifier: "keyId" must be given')
  return {
    id: ID,
    weaknesses: ['no-nonce', 'no-body', 'no-query', 'no-authority', 'no-key-id'],
    demands: schemeDemands({
      require: ['method'],
      requireWithBody: unsignedPayload ? [] : ['body'],
      requireNonce: false,
      algorithms: ['hmac-sha256'],
    }),
    parse: (message) => {
      if (!isRequest(message)) return []
      // It is encoded as a whole, with capitals or without.
      const text = credentialsOf(message, 'type%3')
      if (text === undefined) return []
      const value = decoded(`type%3${text}`)
      if (!value.startsWith(PREFIX)) fail('AUTH_MALFORMED', 'Authorization must be of type "master" and version 1.0')
      return [
        untrusted({
          keyId,
          createdMs: dateOf('x-ms-date', onlyValue(message.fields, 'x-ms-date')),
          covered: ['method', 'resource', 'x-ms-date'],
          covers: coverage(message),
          signature: signatureOf(value.slice(PREFIX.length)),
          base: () => textOf(message),
        }),
      ]
    },
  }
}

/** Method and path, where they are signed as they are on the wire: in capitals, and without escapes or a slash at the end. */
function coverage(request: HttpRequest): readonly Coverage[] {
  const { method, target } = request
  const facts: Coverage[] = ['field:x-ms-date']
  if (method === method.toUpperCase()) facts.push('method')
  const { path } = splitTarget(target)
  if (!path.includes('%') && !path.startsWith('/offers') && (path === '/' || !path.endsWith('/'))) facts.push('path')
  return facts
}
