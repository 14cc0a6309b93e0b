import { base64 } from '../../../crypto/encoding.js'
import type { SigningKey } from '../../../crypto/key.js'
import { assertOptions, fail, type OptionNames } from '../../../errors.js'
import { hasField } from '../../../message/fields.js'
import { type HttpMessage, withFields } from '../../../message/message.js'
import { LIST, oneOf } from '../../../support/option-kinds.js'
import { type Prepared, type SignContext, type Signer, signatureText } from '../../scheme.js'
import { digestLine } from '../digest-field.js'
import { assertSigningKey, assertUnsignedRequest } from '../signing.js'
import { httpDate } from '../times.js'
import { APISIX, type Dialect, GATEWAY_ALGORITHMS, gatewayBase, KONG, LISTED } from './dialect.js'

/** Options of {@link kong} and {@link apisix}. */
export interface GatewayOptions<K extends SigningKey = SigningKey> {
  /** The consumer's secret, whose id is the user name or key id: `hmac-sha256`, `-sha384` or `-sha512`. */
  readonly key: K
  /**
   * What is signed, in this order: field names, `@request-target`, and `request-line` of Kong. Default: `date`, `host`,
   * `@request-target`, and `digest` where the request has a body.
   */
  readonly headers?: readonly string[]
  /** The version of HTTP that `request-line` of Kong ends with. Default `1.1`. */
  readonly httpVersion?: '1.0' | '1.1' | '2.0'
}

const KNOWN: OptionNames<GatewayOptions> = { key: 2, headers: LIST, httpVersion: oneOf('1.0', '1.1', '2.0') }
const HINTS = { username: 'key: hmacKey({ keyId })', secret: 'key: hmacKey({ secret })' }

/**
 * Requests for Kong's `hmac-auth` plugin. Adds `Date` and, for a body, `Digest`; both are signed.
 *
 * @throws {CountersignError} `CONFIG_INVALID`; signing throws `COMPONENT_MISSING` and `MESSAGE_MALFORMED`.
 * @see {@link https://docs.konghq.com/hub/kong-inc/hmac-auth/ | Kong, HMAC Authentication}
 * @example
 * ```ts
 * import { createSignedFetch, hmacKey, randomBytes } from 'countersign'
 * import { kong } from 'countersign/legacy/kong'
 *
 * const key = hmacKey({ keyId: 'alice123', algorithm: 'hmac-sha256', secret: randomBytes(32) })
 * const signedFetch = createSignedFetch(kong({ key }), { origins: ['https://gateway.example.com'] })
 * ```
 */
export const kong = <K extends SigningKey>(options: GatewayOptions<K>): Signer<K> => gateway(KONG, options)

/**
 * Requests for the `hmac-auth` plugin of APISIX 3. Adds `Date` and, for a body, `Digest`; both are signed.
 *
 * @throws {CountersignError} as {@link kong}.
 * @see {@link https://apisix.apache.org/docs/apisix/plugins/hmac-auth/ | APISIX, hmac-auth}
 * @example
 * ```ts
 * import { createSignedFetch, hmacKey, randomBytes } from 'countersign'
 * import { apisix } from 'countersign/legacy/kong'
 *
 * const key = hmacKey({ keyId: 'john-key', algorithm: 'hmac-sha256', secret: randomBytes(32) })
 * const signedFetch = createSignedFetch(apisix({ key }), { origins: ['https://gateway.example.com'] })
 * ```
 */
export const apisix = <K extends SigningKey>(options: GatewayOptions<K>): Signer<K> => gateway(APISIX, options)

function gateway<K extends SigningKey>(dialect: Dialect, options: GatewayOptions<K>): Signer<K> {
  const { id, scheme, idParam, comma, targetName } = dialect
  assertOptions(id, options, KNOWN, HINTS)
  const { key, headers, httpVersion = '1.1' } = options
  assertSigningKey(id, key, GATEWAY_ALGORITHMS)
  if (headers !== undefined) {
    if (!headers.every((name) => LISTED.test(name)) || new Set(headers).size !== headers.length)
      fail('CONFIG_INVALID', `${id}: "headers" must be different names in lower case`)
    if (!headers.includes('date')) fail('CONFIG_INVALID', `${id}: "headers" must hold "date", which is the time`)
  }
  const prepare = <M extends HttpMessage>(message: M, { keyId, nowMs, algorithm }: SignContext): Prepared<M> => {
    assertUnsignedRequest(id, message, 'authorization')
    const lines = [...message.fields, ...digestLine(message)]
    if (!hasField(lines, 'date')) lines.push('Date', httpDate(Math.floor(nowMs / 1000) * 1000))
    const ready = withFields(message, lines)
    const names = headers ?? ['date', 'host', targetName, ...(hasField(lines, 'digest') ? ['digest'] : [])]
    const base = gatewayBase(dialect, keyId, names, ready, httpVersion)
    return {
      base,
      encoding: 'base64',
      attach: (signature) => {
        const members = [
          [idParam, keyId],
          ['algorithm', algorithm],
          ['headers', names.join(' ')],
          ['signature', signatureText(signature, base64)],
        ]
        const text = members.map(([name, value]) => `${name}="${value}"`).join(comma)
        return withFields(ready, [...lines, 'Authorization', `${scheme} ${text}`])
      },
      trace: () => ({ scheme: id, base, covered: names }),
    }
  }
  return { scheme: { id, prepare }, key }
}
