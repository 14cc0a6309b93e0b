import { hmacSha256Once } from '#backend/hmac-once'
import { sha256Hex } from '#backend/sha256'
import { hex, utf8 } from '../../crypto/encoding.js'
import { assertNames, type ErrorCode, fail } from '../../errors.js'
import { canonicalForm, canonicalQuery } from './canonical.js'
import { PART } from './header-form.js'
import { scopeKey } from './scope-key.js'
import { AWS_END, AWS_LABEL, awsPath, formText, S3_SERVICES } from './variant.js'

/** What is about to be sent to AWS. */
export interface AwsRequest {
  /** In capitals. Default `GET`. */
  readonly method?: string
  /** Text is taken as `fetch` sends it. Parts, such as those of a `URL`, are taken as they are: the target is never decoded. */
  readonly url: string | Pick<URL, 'host' | 'pathname' | 'search'>
  /** All of them are signed: leave those out that a proxy changes, such as `user-agent`. Pairs keep duplicates. */
  readonly headers?: Readonly<Record<string, string>> | Iterable<readonly [name: string, value: string]>
  /** Text is sent as UTF-8. Default: none. */
  readonly body?: string | Uint8Array
  /** In place of a body that is not in memory: its SHA-256 in hexadecimal, or `UNSIGNED-PAYLOAD` where the service takes that. */
  readonly payloadHash?: string
}

/** An access key of AWS, as its SDKs call the parts. */
export interface AwsAccessKey {
  /** The public half: `AKIA…`, or `ASIA…` of temporary credentials. */
  readonly accessKeyId: string
  /** The secret half. */
  readonly secretAccessKey: string
  /** Of temporary credentials. */
  readonly sessionToken?: string
}

/** What a signature is for. */
export interface AwsScope {
  /** `eu-central-1` */
  readonly region: string
  /** In lower case: `s3`, `execute-api`, `dynamodb` … It also decides how the path is encoded, and whether the hash of the body is sent. */
  readonly service: string
  /** Default: for every service but S3. */
  readonly doubleEncode?: boolean
  /** Default: for every service but S3. */
  readonly normalizePath?: boolean
}

// Never an id: every request names that, so that in swapped halves it would be the secret that is sent.
const SECRET = /^(?!A[KS]IA\w{16}$)[!-~]{8,}$/
const SECRET_SAYS = 'ASCII text of 8+, no id'
// Neither what the signer adds itself, nor what would stand in two places.
const NAME = /^(?!(host|authorization|x-amz-(date|security-token|content-sha256))$)[\w!#$%&'*+.^`|~-]+$/i
const URL_SAYS = 'absolute, or { host, pathname, search }'

const where = 'signAwsRequest'

/** @param text what has the form, where that is made of the value */
function check(
  name: string,
  value: unknown,
  form: RegExp,
  says: string,
  text = value,
  code: ErrorCode = 'CONFIG_INVALID',
): void {
  if (typeof text !== 'string' || !form.test(text))
    fail(code, `${where}: "${name}" must be ${says}, got ${typeof value}`)
}

/**
 * The header fields that sign one request with AWS Signature Version 4: the small function beside `sigv4()`, for a worker that signs a
 * few requests. It derives the key of the day on every call, keeps nothing and sends nothing.
 *
 * @param nowMs the time, such as `Date.now()`
 * @returns what is to be added to the headers of the request: `X-Amz-Date`, `Authorization` and, where they are due, the token and
 *   the hash of the body.
 * @throws {CountersignError} `CONFIG_INVALID` for a part that is not of its form or not known, and a header that is added here;
 *   `KEY_WEAK` for a secret of under 8 characters, `MESSAGE_MALFORMED` for a target that cannot be signed.
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html | AWS IAM User Guide}
 * @example
 * ```ts
 * import { signAwsRequest } from 'countersign/sigv4/header'
 *
 * const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' }
 * const request = {
 *   method: 'PUT',
 *   url: 'https://my-bucket.s3.eu-central-1.amazonaws.com/a.txt',
 *   headers: { 'content-type': 'text/plain' },
 *   body: 'hello',
 * }
 * const added = signAwsRequest(request, credentials, { region: 'eu-central-1', service: 's3' }, Date.now())
 * const { url, ...init } = request
 * await fetch(url, { ...init, headers: { ...init.headers, ...added } })
 * ```
 */
export function signAwsRequest(
  request: AwsRequest,
  credentials: AwsAccessKey,
  scope: AwsScope,
  nowMs: number,
): Record<string, string> {
  assertNames(where, request, 'method url headers body payloadHash')
  assertNames(where, credentials, 'accessKeyId secretAccessKey sessionToken')
  assertNames(where, scope, 'region service doubleEncode normalizePath')
  const { method = 'GET', url, body = '', headers = {}, payloadHash } = request
  const { accessKeyId, secretAccessKey, sessionToken } = credentials
  const { region, service } = scope
  const { host, pathname, search }: URL = Object(typeof url === 'string' ? URL.canParse(url) && new URL(url) : url)
  // Not all that `Date` makes a time of: null is 1970 to it, and so are seconds.
  const time = typeof nowMs === 'number' ? `${new Date(nowMs).toJSON()}`.replace(/[-:]|\.\d+/g, '') : ''
  check('method', method, /^[A-Z]+$/, 'capital letters')
  check('secretAccessKey', secretAccessKey, SECRET, SECRET_SAYS, secretAccessKey, 'KEY_WEAK')
  check('nowMs', nowMs, /^2\w{15}$/, 'milliseconds', time)
  check('url', url, /^[\w.:[\]-]+$/, URL_SAYS, host)
  check('url', url, /^\/[^?#]*$/, URL_SAYS, pathname)
  check('url', url, /^(\?[^#]*)?$/, URL_SAYS, search)
  if (!(body instanceof Uint8Array)) check('body', body, /^/, 'text or bytes')
  const payload = payloadHash === undefined ? sha256Hex(body) : payloadHash
  // Regions of servers like S3 may have capitals: OpenStack's is RegionOne.
  for (const [name, value] of Object.entries({ accessKeyId, region, payloadHash: payload }))
    check(name, value, PART, 'letters, digits, _.-')
  // The one service of AWS that has capitals is that of IoT's tunnels.
  check('service', service, /^([\da-z.-]+|IoT\w+)$/, 'lower case')
  const isS3 = S3_SERVICES.test(service)
  // What is given as undefined is left out.
  const { doubleEncode = !isS3, normalizePath = !isS3 } = scope
  for (const [name, value] of Object.entries({ doubleEncode, normalizePath }))
    check(name, value, /^bo/, 'true or false', typeof value)
  const added: Record<string, string> = { 'X-Amz-Date': time }
  if (sessionToken !== undefined) {
    check('sessionToken', sessionToken, SECRET, SECRET_SAYS)
    added['X-Amz-Security-Token'] = sessionToken
  }
  if (isS3 || payloadHash) added['X-Amz-Content-Sha256'] = payload
  const fields: Record<string, string> = Object.create(null)
  const add = (name: string, value: string): void => {
    const lower = name.toLowerCase()
    fields[lower] = (lower in fields ? `${fields[lower]},` : '') + value.trim().replace(/\s+/g, ' ')
  }
  add('host', host)
  for (const name in added) add(name, added[name] as string)
  // What has neither pairs nor names is a pair without a value, and so is a pair that is no list.
  const named = headers instanceof Object ? Object.entries(headers) : [headers]
  for (const pair of Symbol.iterator in Object(headers) ? (headers as Iterable<unknown>) : named) {
    const [name, value] = [pair].flat() as [string, string]
    check('headers', name, NAME, `without "${String(name)}"`)
    check(name, value, /^[\t -~]*$/, 'ASCII text')
    add(name, value)
  }
  const names = Object.keys(fields).sort()
  const signed = { list: names.join(';'), lines: names.map((name) => `${name}:${fields[name]}\n`).join('') }
  const canonical = canonicalForm(
    method,
    awsPath(pathname, { doubleEncode, normalizePath }),
    canonicalQuery(search.slice(1), formText),
    signed,
    payload,
  )
  const area = `${time.slice(0, 8)}/${region}/${service}/${AWS_END}`
  const base = `${AWS_LABEL}\n${time}\n${area}\n${sha256Hex(canonical)}`
  const signature = hmacSha256Once(scopeKey(utf8(`AWS4${secretAccessKey}`), area, hmacSha256Once), base)
  added['Authorization'] =
    `${AWS_LABEL} Credential=${accessKeyId}/${area}, SignedHeaders=${signed.list}, Signature=${hex(signature)}`
  return added
}
