import { md5Hex } from '#backend/md5'
import { base64, hexDecode } from '../../crypto/encoding.js'
import { fail } from '../../errors.js'
import { hasField } from '../../message/fields.js'
import { type HttpRequest, isStream } from '../../message/message.js'
import { splitTarget } from '../../message/target.js'
import type { Weakness } from '../scheme/weaknesses.js'
import type { Coverage } from '../scheme.js'
import { compareNames } from './header-order.js'
import { onlyValue, queryPairs } from './request.js'

/**
 * One form of Shared Key, as data.
 *
 * @see {@link https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key | Azure, Authorize with Shared Key}
 */
export interface SharedKeyForm {
  readonly id: string
  /** First word of `Authorization`. */
  readonly label: string
  readonly signsMethod: boolean
  /** Fields that have a line each, in this order; an absent one is an empty line. */
  readonly lines: readonly string[]
  /** Every field whose name begins with `x-ms-` is signed. */
  readonly signsOwn: boolean
  /** Every parameter is signed; else `comp` alone. */
  readonly signsQuery: boolean
  readonly weaknesses: readonly Weakness[]
}

/** The name of a form, as an option. */
export type SharedKeyService = 'storage' | 'table' | 'table-lite'

const LINES = [
  ...['content-encoding', 'content-language', 'content-length', 'content-md5', 'content-type', 'date'],
  ...['if-modified-since', 'if-match', 'if-none-match', 'if-unmodified-since', 'range'],
]

export const FORMS: Readonly<Record<SharedKeyService, SharedKeyForm>> = {
  storage: {
    id: 'azure-shared-key',
    label: 'SharedKey ',
    signsMethod: true,
    lines: LINES,
    signsOwn: true,
    signsQuery: true,
    // The names of parameters are signed in lower case.
    weaknesses: ['no-nonce', 'weak-body', 'no-authority', 'loose-target'],
  },
  table: {
    id: 'azure-table',
    label: 'SharedKey ',
    signsMethod: true,
    lines: ['content-md5', 'content-type', 'date'],
    signsOwn: false,
    signsQuery: false,
    weaknesses: ['no-nonce', 'weak-body', 'no-query', 'no-authority'],
  },
  'table-lite': {
    id: 'azure-table-lite',
    label: 'SharedKeyLite ',
    signsMethod: false,
    lines: ['date'],
    signsOwn: false,
    signsQuery: false,
    weaknesses: ['no-nonce', 'no-body', 'no-method', 'no-query', 'no-authority'],
  },
}

const LENGTH = /^(?:0|[1-9]\d{0,14})$/

/**
 * The length of the body as it is signed: '' for none.
 *
 * @throws {CountersignError} `MESSAGE_MALFORMED` where it is not known, or given wrongly.
 */
function lengthText({ fields, body }: HttpRequest): string {
  const stated = onlyValue(fields, 'content-length')
  if (stated !== '' && !LENGTH.test(stated)) fail('MESSAGE_MALFORMED', 'Content-Length must be a number')
  if (isStream(body)) {
    // RFC 9112 6.3: without either there is no body.
    if (stated === '' && hasField(fields, 'transfer-encoding'))
      fail('MESSAGE_MALFORMED', 'a body without a Content-Length cannot be signed with Shared Key')
    return stated === '0' ? '' : stated
  }
  const length = String(body?.length ?? 0)
  if (stated !== '' && stated !== length) fail('MESSAGE_MALFORMED', 'Content-Length is not the length of the body')
  return length === '0' ? '' : length
}

/** The value of one line. The date stands in `x-ms-date`; then its own line is empty, but in the forms without such fields. */
function lineOf({ signsOwn }: SharedKeyForm, request: HttpRequest, name: string): string {
  if (name === 'content-length') return lengthText(request)
  if (name !== 'date') return onlyValue(request.fields, name)
  const own = onlyValue(request.fields, 'x-ms-date')
  return own === '' ? onlyValue(request.fields, 'date') : signsOwn ? '' : own
}

/** The names of the service's fields, sorted. @throws {CountersignError} `HEADER_DUPLICATE`. */
function ownNames({ fields }: HttpRequest): readonly string[] {
  const names: string[] = []
  for (let i = 0; i < fields.length; i += 2) {
    const lower = (fields[i] as string).toLowerCase()
    if (!lower.startsWith('x-ms-')) continue
    if (names.includes(lower)) fail('HEADER_DUPLICATE', `field "${lower.slice(0, 64)}" is repeated`)
    if (names.length === MAX_OWN) fail('AUTH_TOO_LARGE', `at most ${MAX_OWN} fields of the service can be signed`)
    names.push(lower)
  }
  return names.sort(compareNames)
}

const MAX_OWN = 256

/** The parameters of the query, a line each. @throws {CountersignError} `MESSAGE_MALFORMED`. */
function queryLines({ target }: HttpRequest, repeatedParameters: boolean): string {
  const byName = new Map<string, string[]>()
  for (const [name, value] of queryPairs(target)) {
    // "a:b=c" and "a=b:c" would be signed as one text.
    if (name === '' || name.includes(':'))
      fail('MESSAGE_MALFORMED', 'the name of a parameter must not be empty or hold a colon')
    const values = byName.get(name)
    if (values === undefined) byName.set(name, [value])
    else if (repeatedParameters) values.push(value)
    // Several values are signed with commas between them, as one value that holds commas is.
    else fail('MESSAGE_MALFORMED', 'a parameter is repeated')
  }
  const names = [...byName.keys()].sort()
  return names.map((name) => `\n${name}:${(byName.get(name) as string[]).sort().join(',')}`).join('')
}

function compLine({ target }: HttpRequest): string {
  const values = queryPairs(target).filter(([name]) => name === 'comp')
  if (values.length > 1) fail('MESSAGE_MALFORMED', 'a parameter is repeated')
  return values[0] === undefined ? '' : `?comp=${values[0][1]}`
}

/**
 * The text that is signed. In the path of an emulator the account stands once more, and so it does in the text.
 *
 * @throws {CountersignError} `MESSAGE_MALFORMED`, `HEADER_DUPLICATE`.
 */
export function sharedKeyBase(
  form: SharedKeyForm,
  account: string,
  request: HttpRequest,
  repeatedParameters: boolean,
): string {
  const { signsMethod, signsOwn, signsQuery, lines } = form
  const head = [...(signsMethod ? [request.method] : []), ...lines.map((name) => lineOf(form, request, name))]
  const own = signsOwn ? ownNames(request).map((name) => `${name}:${onlyValue(request.fields, name)}\n`) : []
  const query = signsQuery ? queryLines(request, repeatedParameters) : compLine(request)
  return `${head.join('\n')}\n${own.join('')}/${account}${splitTarget(request.target).path}${query}`
}

/** `Content-MD5` of a body in memory. */
export const contentMd5 = (body: Uint8Array): string => base64(hexDecode(md5Hex(body)) as Uint8Array)

/** What a signature covers, in shared words. A field with an empty value is signed as one that is absent. */
export function sharedKeyCovers(form: SharedKeyForm, request: HttpRequest): ReadonlySet<Coverage> {
  const { signsMethod, signsOwn, signsQuery, lines } = form
  const facts = new Set<Coverage>(['path'])
  if (signsMethod) facts.add('method')
  if (signsQuery) facts.add('query-parameters')
  for (const name of lines)
    if (name !== 'date' && name !== 'content-length' && onlyValue(request.fields, name) !== '')
      facts.add(`field:${name}`)
  if (signsOwn) for (const name of ownNames(request)) facts.add(`field:${name}`)
  else if (onlyValue(request.fields, 'x-ms-date') !== '') facts.add('field:x-ms-date')
  if (lineOf(form, request, 'date') !== '' && onlyValue(request.fields, 'x-ms-date') === '') facts.add('field:date')
  // The hash is compared with what was read, so it proves nothing of a body that is still to come.
  if (facts.has('field:content-md5') && !isStream(request.body)) facts.add('body')
  return facts
}

/** @throws {CountersignError} `DIGEST_MISMATCH`. */
export function assertContentMd5({ fields, body }: HttpRequest): void {
  const stated = onlyValue(fields, 'content-md5')
  if (stated === '' || isStream(body)) return
  if (stated !== contentMd5(body ?? new Uint8Array(0)))
    fail('DIGEST_MISMATCH', 'Content-MD5 is not the hash of the body')
}
